package bulletin_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"yiping/geo/bulletin"
)

func sample() *bulletin.Document {
	return &bulletin.Document{
		Title: "关于东一区2022年12月重点项目推进情况的通报", Mark: "草稿", Number: "东推办〔2023〕1号", Unit: "东一区推进办", Date: "2023年1月5日",
		Blocks: []bulletin.Block{
			bulletin.Paragraph{Text: "各有关单位：", Flush: true},
			bulletin.Heading{Level: 1, Text: "一、总体情况"},
			bulletin.Paragraph{Lead: "（一）目标。", Text: "完成<三>项 & 滞后\x01一项。"},
			bulletin.Heading{Level: 2, Text: "分类"},
			bulletin.Table{Caption: "表1", Total: true, Columns: []bulletin.Column{{Title: "类别", Width: 0.5, Left: true}, {Title: "状态", Width: 0.5}},
				Rows: [][]string{{"市政", "◆无法完成"}, {"民生", "▲滞后"}, {"合计", "2"}}},
		},
		Notes:   []string{"注：示意数据。"},
		Picture: bulletin.Picture{Caption: "附图", SVG: []byte(`<svg xmlns="http://www.w3.org/2000/svg" width="10" height="8"/>`), Width: 10, Height: 8},
	}
}

func parts(t *testing.T, b []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(body)
	}
	return out
}

func wellFormed(t *testing.T, name, body string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(body))
	for {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
}

func TestWordDocumentIsWhole(t *testing.T) {
	var a, b bytes.Buffer
	if err := sample().DOCX(&a, nil); err != nil {
		t.Fatal(err)
	}
	if err := sample().DOCX(&b, nil); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(a.Bytes(), b.Bytes()) {
		t.Error("the same document gave other bytes")
	}
	all := parts(t, a.Bytes())
	for name, body := range all {
		if strings.HasSuffix(name, ".xml") || strings.HasSuffix(name, ".rels") {
			wellFormed(t, name, body)
		}
	}
	// Every part that a relationship names is there, and so is its content type.
	var rels struct {
		Relationship []struct {
			Target string `xml:",attr"`
		}
	}
	if err := xml.Unmarshal([]byte(all["word/_rels/document.xml.rels"]), &rels); err != nil || len(rels.Relationship) != 5 {
		t.Fatalf("%d relationships: %v", len(rels.Relationship), err)
	}
	for _, r := range rels.Relationship {
		if all["word/"+r.Target] == "" {
			t.Errorf("part %s is missing", r.Target)
		}
	}
	doc := all["word/document.xml"]
	for _, want := range []string{"关于东一区2022年12月重点项目推进情况的通报", "【草稿】", "东推办〔2023〕1号", "完成&lt;三&gt;项 &amp; 滞后\uFFFD一项。", `<w:color w:val="C62A1F"/></w:rPr><w:t xml:space="preserve">◆无法完成`, "注：示意数据。", `cx="5616000" cy="4492800"`} {
		if !strings.Contains(doc, want) {
			t.Errorf("%q is not in the document", want)
		}
	}
	// Every style used is declared.
	for _, s := range strings.Split(doc, `<w:pStyle w:val="`)[1:] {
		if id, _, _ := strings.Cut(s, `"`); !strings.Contains(all["word/styles.xml"], `w:styleId="`+id+`"`) {
			t.Errorf("style %s is not declared", id)
		}
	}
	if got := all["word/media/map.png"]; !strings.HasPrefix(got, "\x89PNG") {
		t.Errorf("picture %.8q", got)
	}
}

func TestPageIsOneFileSetForA4(t *testing.T) {
	var a, b bytes.Buffer
	if err := sample().HTML(&a); err != nil {
		t.Fatal(err)
	}
	if err := sample().HTML(&b); err != nil || a.String() != b.String() {
		t.Fatal("the same document gave another page", err)
	}
	page := a.String()
	for _, want := range []string{"@page{size:A4;margin:37mm 26mm 35mm 28mm", "完成&lt;三&gt;项 &amp; 滞后", `<span class="mark">草稿</span>`, `class="red">◆无法完成`, `<tr class="total">`, `src="data:image/svg&#43;xml;base64,PHN2`} {
		if !strings.Contains(page, want) {
			t.Errorf("%q is not in the page", want)
		}
	}
	for _, never := range []string{"http://", "https://", "<script", "ZgotmplZ"} {
		if strings.Contains(page, never) {
			t.Errorf("%q is in the page", never)
		}
	}
}
