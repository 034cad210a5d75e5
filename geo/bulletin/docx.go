package bulletin

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"yiping/tiles/raster"
)

// DOCX writes the bulletin as Office Open XML (ECMA-376, transitional), to be
// edited on. Layout as HTML; the same document gives the same bytes. The map is
// there as SVG, and as PNG for programs that do not show that; without a font the
// PNG has no names in it.
func (d *Document) DOCX(w io.Writer, font *raster.Font) error {
	var png bytes.Buffer
	if err := raster.PNG(&png, d.Picture.SVG, raster.Options{Scale: 2, Font: font}); err != nil {
		return err
	}
	z := zip.NewWriter(w)
	parts := []struct{ name, body string }{
		{"[Content_Types].xml", contentTypes},
		{"_rels/.rels", packageRels},
		{"docProps/core.xml", core(d.Title)},
		{"word/_rels/document.xml.rels", documentRels},
		{"word/styles.xml", styles},
		{"word/settings.xml", settings},
		{"word/footer1.xml", footer},
		{"word/document.xml", d.body()},
		{"word/media/map.svg", string(d.Picture.SVG)},
		{"word/media/map.png", png.String()},
	}
	for _, p := range parts {
		f, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err != nil {
			return err
		}
		if _, err := io.WriteString(f, p.body); err != nil {
			return err
		}
	}
	return z.Close()
}

const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

const contentTypes = head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="svg" ContentType="image/svg+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/settings.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/><Override PartName="/docProps/core.xml" ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>`

const packageRels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/></Relationships>`

const documentRels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId2" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings" Target="settings.xml"/><Relationship Id="rId3" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer" Target="footer1.xml"/><Relationship Id="rId4" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/map.png"/><Relationship Id="rId5" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="media/map.svg"/></Relationships>`

func core(title string) string {
	return head + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>` + escape(title) + `</dc:title><dc:language>zh-CN</dc:language></cp:coreProperties>`
}

const wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`

const settings = head + `<w:settings ` + wordSpace + `><w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>`

const footer = head + `<w:ftr ` + wordSpace + `><w:p><w:pPr><w:pStyle w:val="Foot"/></w:pPr><w:r><w:t xml:space="preserve">— </w:t></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space="preserve"> —</w:t></w:r></w:p></w:ftr>`

// style writes a paragraph style: font of Chinese text, half points, what else
// the paragraph has.
func style(id, name, font string, halfPoints int, paragraph string) string {
	return fmt.Sprintf(`<w:style w:type="paragraph" w:customStyle="1" w:styleId="%s"><w:name w:val="%s"/><w:basedOn w:val="Normal"/><w:qFormat/><w:pPr>%s</w:pPr><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="%s"/><w:sz w:val="%d"/><w:szCs w:val="%d"/></w:rPr></w:style>`,
		id, name, paragraph, font, halfPoints, halfPoints)
}

const (
	line   = `<w:spacing w:before="0" w:after="0" w:line="579" w:lineRule="exact"/>` // 28.95 pt
	indent = `<w:ind w:firstLineChars="200" w:firstLine="640"/>`
)

var styles = head + `<w:styles ` + wordSpace + `><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="仿宋_GB2312" w:cs="Times New Roman"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
	`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:jc w:val="both"/></w:pPr></w:style>` +
	`<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>` +
	style("DocTitle", "公文标题", "方正小标宋简体", 44, `<w:spacing w:before="0" w:after="160" w:line="640" w:lineRule="exact"/><w:jc w:val="center"/>`) +
	style("DocNumber", "发文字号", "仿宋_GB2312", 32, `<w:spacing w:after="400"/><w:jc w:val="center"/>`) +
	style("BodyText1", "公文正文", "仿宋_GB2312", 32, line+indent+`<w:jc w:val="both"/>`) +
	style("Addressee", "主送机关", "仿宋_GB2312", 32, line) +
	style("Level1", "公文一级标题", "黑体", 32, `<w:keepNext/>`+line+indent+`<w:outlineLvl w:val="0"/>`) +
	style("Level2", "公文二级标题", "楷体_GB2312", 32, `<w:keepNext/>`+line+indent+`<w:outlineLvl w:val="1"/>`) +
	style("TableCaption", "表题", "黑体", 28, `<w:keepNext/><w:spacing w:before="160" w:after="80"/><w:jc w:val="center"/>`) +
	style("CellMiddle", "表格", "仿宋_GB2312", 24, `<w:spacing w:before="30" w:after="30" w:line="340" w:lineRule="exact"/><w:jc w:val="center"/>`) +
	style("CellLeft", "表格左齐", "仿宋_GB2312", 24, `<w:spacing w:before="30" w:after="30" w:line="340" w:lineRule="exact"/><w:jc w:val="left"/>`) +
	style("CellHead", "表头", "黑体", 24, `<w:keepNext/><w:spacing w:before="30" w:after="30" w:line="340" w:lineRule="exact"/><w:jc w:val="center"/>`) +
	style("MapPicture", "附图", "仿宋_GB2312", 32, `<w:keepNext/><w:spacing w:before="240" w:after="0"/><w:jc w:val="center"/>`) +
	style("Closing", "落款", "仿宋_GB2312", 32, `<w:keepNext/>`+line+`<w:ind w:rightChars="400" w:right="1280"/><w:jc w:val="right"/>`) +
	style("DocNote", "附注", "仿宋_GB2312", 24, `<w:spacing w:before="0" w:after="0" w:line="360" w:lineRule="exact"/>`) +
	style("Foot", "页码", "宋体", 28, `<w:jc w:val="center"/>`) +
	`</w:styles>`

// body writes the main part.
func (d *Document) body() string {
	var b strings.Builder
	b.WriteString(head + `<w:document ` + wordSpace + ` xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:asvg="http://schemas.microsoft.com/office/drawing/2016/SVG/main"><w:body>`)
	title := run(d.Title, "")
	if d.Mark != "" {
		title += run("【"+d.Mark+"】", `<w:color w:val="C62A1F"/><w:sz w:val="28"/>`)
	}
	b.WriteString(paragraph("DocTitle", title))
	if d.Number != "" {
		b.WriteString(paragraph("DocNumber", run(d.Number, "")))
	}
	for _, block := range d.Blocks {
		switch v := block.(type) {
		case Heading:
			b.WriteString(paragraph(fmt.Sprintf("Level%d", v.Level), run(v.Text, "")))
		case Paragraph:
			b.WriteString(v.docx())
		case Table:
			b.WriteString(v.docx())
		}
	}
	b.WriteString(d.Picture.docx())
	b.WriteString(paragraph("BodyText1", "") + paragraph("Closing", run(d.Unit, "")) + paragraph("Closing", run(d.Date, "")))
	for i, n := range d.Notes {
		if i == 0 {
			b.WriteString(paragraph("BodyText1", ""))
		}
		b.WriteString(paragraph("DocNote", run(n, "")))
	}
	b.WriteString(`<w:sectPr><w:footerReference w:type="default" r:id="rId3"/><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1400" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	return b.String()
}

// escape writes text as XML; characters that XML cannot hold become U+FFFD.
func escape(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a Builder does not fail
	return b.String()
}

func run(text, properties string) string {
	if properties != "" {
		properties = "<w:rPr>" + properties + "</w:rPr>"
	}
	return `<w:r>` + properties + `<w:t xml:space="preserve">` + escape(text) + `</w:t></w:r>`
}

func paragraph(style, runs string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>` + runs + `</w:p>`
}

func (p Paragraph) docx() string {
	style, lead := "BodyText1", ""
	if p.Flush {
		style = "Addressee"
	}
	if p.Lead != "" {
		lead = run(p.Lead, `<w:rFonts w:eastAsia="楷体_GB2312"/>`)
	}
	return paragraph(style, lead+run(p.Text, ""))
}

// textWidth is the width of the text in twentieths of a point: 156 mm.
const textWidth = 8844

func (t Table) docx() string {
	var b strings.Builder
	b.WriteString(paragraph("TableCaption", run(t.Caption, "")))
	edge := func(side string) string {
		return `<w:` + side + ` w:val="single" w:sz="6" w:space="0" w:color="171D21"/>`
	}
	fmt.Fprintf(&b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>%s%s%s%s%s%s</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`,
		textWidth, edge("top"), edge("left"), edge("bottom"), edge("right"), edge("insideH"), edge("insideV"))
	for _, c := range t.Columns {
		fmt.Fprintf(&b, `<w:gridCol w:w="%d"/>`, c.twips())
	}
	b.WriteString(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for _, c := range t.Columns {
		b.WriteString(c.cell(cell{style: "CellHead", text: c.Title}))
	}
	b.WriteString(`</w:tr>`)
	for i, row := range t.Rows {
		b.WriteString(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		for k, text := range row {
			c, style := t.Columns[k], "CellMiddle"
			switch {
			case t.Total && i == len(t.Rows)-1:
				style = "CellHead"
			case c.Left:
				style = "CellLeft"
			}
			b.WriteString(c.cell(cell{style, text, colours[markOf(text)], t.Short() && i < len(t.Rows)-1}))
		}
		b.WriteString(`</w:tr>`)
	}
	b.WriteString(`</w:tbl>`)
	return b.String()
}

var colours = map[string]string{"red": `<w:color w:val="C62A1F"/>`, "yellow": `<w:color w:val="7A5400"/>`, "green": `<w:color w:val="137C6B"/>`}

func (c Column) twips() int { return int(math.Round(c.Width * textWidth)) }

// cell is what a cell shows; joined keeps its row with the next one.
type cell struct {
	style, text, properties string
	joined                  bool
}

func (c Column) cell(of cell) string {
	keep := ""
	if of.joined {
		keep = "<w:keepNext/>"
	}
	return fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:pStyle w:val="%s"/>%s</w:pPr>%s</w:p></w:tc>`,
		c.twips(), of.style, keep, run(of.text, of.properties))
}

// docx sets the picture as wide as the text.
func (p Picture) docx() string {
	const width = 156 * 36000 // EMU
	height := width * p.Height / max(p.Width, 1)
	extent := fmt.Sprintf(`cx="%d" cy="%d"`, width, height)
	caption := escape(p.Caption)
	return paragraph("MapPicture", `<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent `+extent+`/><wp:docPr id="1" name="map" descr="`+caption+`"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="map.png" descr="`+caption+`"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId4"><a:extLst><a:ext uri="{96DAC541-7B7A-43D3-8B79-37D633B846F1}"><asvg:svgBlip r:embed="rId5"/></a:ext></a:extLst></a:blip><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext `+extent+`/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`) +
		paragraph("TableCaption", run(p.Caption, ""))
}
