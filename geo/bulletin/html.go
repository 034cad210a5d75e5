package bulletin

import (
	"crypto/sha256"
	"encoding/base64"
	"html/template"
	"io"
	"unicode/utf8"
)

// pageStyle is all that gives the page its look: no element has a style of its own.
const pageStyle = `
@page{size:A4;margin:37mm 26mm 35mm 28mm;@bottom-center{content:"— " counter(page) " —";font:14pt SimSun,"Noto Serif CJK SC",serif}}
:root{color-scheme:light}
body{margin:0 auto;max-width:156mm;color:#171d21;background:#fff;font:16pt/28.95pt FangSong_GB2312,FangSong,STFangsong,"Noto Serif CJK SC",serif;orphans:2;widows:2}
@media screen{body{padding:20mm 26mm;box-shadow:0 0 0 1px #d9ddda;margin:8mm auto}html{background:#f1f3f0}}
h1{font:700 22pt/32pt FZXiaoBiaoSong-B05S,"方正小标宋简体",STZhongsong,"Noto Serif CJK SC",serif;text-align:center;margin:0 0 8pt}
.number{text-align:center;margin:0 0 20pt}
.mark{color:#c62a1f;border:1.5pt solid;padding:0 6pt;font-size:14pt;line-height:20pt;margin-left:8pt;white-space:nowrap;vertical-align:middle}
h2{font:400 16pt/28.95pt SimHei,"Noto Sans CJK SC",sans-serif;text-indent:2em;margin:0;break-after:avoid}
h3{font:400 16pt/28.95pt KaiTi_GB2312,KaiTi,STKaiti,"Noto Serif CJK SC",serif;text-indent:2em;margin:0;break-after:avoid}
p{margin:0;text-indent:2em;text-align:justify;overflow-wrap:anywhere}
p.flush{text-indent:0}
b.lead{font-family:KaiTi_GB2312,KaiTi,STKaiti,"Noto Serif CJK SC",serif;font-weight:400}
table.short{break-inside:avoid}
table{border-collapse:collapse;width:100%;table-layout:fixed;font:12pt/17pt FangSong_GB2312,FangSong,STFangsong,"Noto Serif CJK SC",serif;margin:0 0 12pt}
caption{font:400 14pt/24pt SimHei,"Noto Sans CJK SC",sans-serif;padding:8pt 0 4pt;caption-side:top;break-after:avoid}
th,td{border:.75pt solid #171d21;padding:2.5pt 3pt;text-align:center;vertical-align:middle;overflow-wrap:anywhere}
th{font-family:SimHei,"Noto Sans CJK SC",sans-serif;font-weight:400}
td.left{text-align:left}
tr{break-inside:avoid}
tr.total td{font-family:SimHei,"Noto Sans CJK SC",sans-serif}
thead{display:table-header-group}
.red{color:#c62a1f}.yellow{color:#7a5400}.green{color:#137c6b}
figure{margin:12pt 0;break-inside:avoid}
figure img{width:100%;height:auto;display:block;border:.75pt solid #d9ddda}
figcaption{font:400 14pt/24pt SimHei,"Noto Sans CJK SC",sans-serif;text-align:center}
.close{margin-top:28.95pt;break-inside:avoid;text-align:right}
.close div{padding-right:4em}
.notes{margin-top:20pt;border-top:.75pt solid #171d21;padding-top:6pt;font-size:12pt;line-height:18pt}
.notes p{text-indent:0}
`

// StyleHash names it in a Content-Security-Policy (CSP 3 §6.7.3.3).
func StyleHash() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
}

// HTML writes the bulletin as one page without outside resources, set for A4 by
// GB/T 9704-2012: margins 37, 26, 35 and 28 mm (§5.2.1), 三号仿宋 of 16 pt in lines
// of 28.95 pt (§5.2.3), the title 二号 (§7.3.1), page numbers between dashes (§7.5).
func (d *Document) HTML(w io.Writer) error {
	return page.Execute(w, d)
}

var page = template.Must(template.New("page").Funcs(template.FuncMap{
	"heading":   func(b Block) *Heading { v, ok := b.(Heading); return when(ok, &v) },
	"paragraph": func(b Block) *Paragraph { v, ok := b.(Paragraph); return when(ok, &v) },
	"table":     func(b Block) *Table { v, ok := b.(Table); return when(ok, &v) },
	"percent":   func(share float64) float64 { return share * 100 },
	"last":      func(i int, rows [][]string) bool { return i == len(rows)-1 },
	"picture": func(svg []byte) template.URL {
		return template.URL("data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(svg))
	},
	"mark": markOf,
}).Parse(`<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{{.Title}}</title>
<style>` + pageStyle + `</style></head><body>
<h1>{{.Title}}{{if .Mark}}<span class="mark">{{.Mark}}</span>{{end}}</h1>
{{if .Number}}<div class="number">{{.Number}}</div>{{end}}
{{range .Blocks}}{{with heading .}}{{if eq .Level 1}}<h2>{{.Text}}</h2>{{else}}<h3>{{.Text}}</h3>{{end}}
{{end}}{{with paragraph .}}<p{{if .Flush}} class="flush"{{end}}>{{if .Lead}}<b class="lead">{{.Lead}}</b>{{end}}{{.Text}}</p>
{{end}}{{with table .}}{{$t := .}}<table{{if .Short}} class="short"{{end}}><caption>{{.Caption}}</caption><colgroup>{{range .Columns}}<col width="{{percent .Width}}%">{{end}}</colgroup>
<thead><tr>{{range .Columns}}<th scope="col">{{.Title}}</th>{{end}}</tr></thead>
<tbody>{{range $i, $row := .Rows}}<tr{{if and $t.Total (last $i $t.Rows)}} class="total"{{end}}>{{range $k, $cell := $row}}<td class="{{if (index $t.Columns $k).Left}}left {{end}}{{mark $cell}}">{{$cell}}</td>{{end}}</tr>
{{end}}</tbody></table>
{{end}}{{end}}{{if .Picture.SVG}}<figure><img src="{{picture .Picture.SVG}}" width="{{.Picture.Width}}" height="{{.Picture.Height}}" alt="{{.Picture.Caption}}"><figcaption>{{.Picture.Caption}}</figcaption></figure>
{{end}}<div class="close"><div>{{.Unit}}</div><div>{{.Date}}</div></div>
{{if .Notes}}<div class="notes">{{range .Notes}}<p>{{.}}</p>{{end}}</div>{{end}}
</body></html>
`))

func when[T any](ok bool, v *T) *T {
	if ok {
		return v
	}
	return nil
}

// markOf gives the colour's name of a cell that begins with a light's mark.
func markOf(cell string) string {
	switch mark, _ := utf8.DecodeRuneInString(cell); mark {
	case '◆':
		return "red"
	case '▲':
		return "yellow"
	case '●':
		return "green"
	}
	return ""
}
