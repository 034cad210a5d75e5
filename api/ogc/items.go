package ogc

import (
	"bytes"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"yiping/geo"
	"yiping/geo/crs"
	"yiping/geo/jsontext"
	"yiping/geo/snapshot"
)

// items lists features a page at a time.
func items(c *call) (*Answer, error) {
	to, err := c.system("crs")
	if err != nil {
		return nil, err
	}
	chosen, err := c.chosen()
	if err != nil {
		return nil, err
	}
	p, err := c.paging()
	if err != nil {
		return nil, err
	}
	w, err := c.window(p)
	if err != nil {
		return nil, err
	}
	if c.html {
		return c.itemsPage(w, chosen)
	}
	if err := expressible(w.items, to); err != nil {
		return nil, err
	}
	fw := &featureWriter{c: c, to: to, properties: chosen}
	return &Answer{MediaType: typeGeoJSON, Language: c.language(), ContentCRS: contentCRS(to), Stamp: c.stamp(),
		Write: func(out io.Writer) error { return fw.collection(out, w) }}, nil
}

// chosen are the properties asked for; all when properties= is absent.
func (c *call) chosen() ([]property, error) {
	all := c.s.described(c.layer.Decl()).properties
	if !c.values.Has("properties") {
		return all, nil
	}
	want := strings.Split(c.values.Get("properties"), ",")
	for _, name := range want {
		if name != "" && !slices.ContainsFunc(all, func(p property) bool { return p.name == name }) {
			return nil, bad("properties", "没有属性“%s”；/schema 列出全部", "There is no property “%s”; the schema lists them", name)
		}
	}
	var out []property
	for n := range all {
		if slices.Contains(want, all[n].name) {
			out = append(out, all[n])
		}
	}
	return out, nil
}

// stamp tells when the answer is made (OGC API – Features Part 1,
// /req/core/fc-timeStamp).
func (c *call) stamp() string {
	return `"timeStamp":"` + c.Now.UTC().Format(time.RFC3339) + `"`
}

// pageLinks lead to the pages before and after.
func (c *call) pageLinks(w window, media, f string) []link {
	var out []link
	if w.prev != "" {
		out = append(out, link{c.here("before", w.prev, "after", "", "f", f), "prev", media, c.say("上一页", "Previous page")})
	}
	if w.next != "" {
		out = append(out, link{c.here("after", w.next, "before", "", "f", f), "next", media, c.say("下一页", "Next page")})
	}
	return out
}

func (c *call) itemsPage(w window, chosen []property) (*Answer, error) {
	d := c.layer.Decl()
	head := []string{c.say("编号", "Id")}
	for _, p := range chosen {
		head = append(head, c.text(p.title))
	}
	at := c.at("collections", string(d.ID), "items")
	lines := func(yield func([]cell) bool) {
		fw := &featureWriter{c: c}
		for _, i := range w.items {
			fw.item = i
			id := strconv.FormatUint(uint64(i.ID()), 10)
			row := []cell{{id, c.asPage(at + "/" + id)}}
			for _, p := range chosen {
				row = append(row, cell{Text: fw.plain(p)})
			}
			if !yield(row) {
				return
			}
		}
	}
	lead := c.say("本页 ", "On this page: ") + strconv.Itoa(len(w.items)) + c.say(" 个要素。", " features.")
	if w.matched >= 0 {
		lead = c.say("符合条件 ", "Features matched: ") + strconv.Itoa(w.matched) + c.say(" 个，本页 ", ", on this page: ") + strconv.Itoa(len(w.items)) + c.say(" 个。", ".")
	}
	return c.page(page{Title: c.text(d.Title), Lead: lead, Crumbs: c.crumbs(), Head: head, Rows: lines, Pages: c.pageLinks(w, "text/html", "html")})
}

// byCode before a code names a feature by it, as in the rest of the service.
const byCode = "code:"

// found looks a feature up by its id or code.
func (c *call) found(id string) (i snapshot.Item, ok bool, err error) {
	sel := geo.Selection{Layer: c.layer.Decl().ID}
	if code, named := strings.CutPrefix(id, byCode); named {
		sel.Codes = []string{code}
		i, ok = c.layer.ByCode(code)
	} else if n, e := strconv.ParseUint(id, 10, 64); e == nil && strconv.FormatUint(n, 10) == id {
		sel.IDs = []geo.ID{geo.ID(n)}
		i, ok = c.layer.ByID(geo.ID(n))
	} else {
		return i, false, nil
	}
	if c.layer.Decl().InDatabase() {
		return c.readItem(sel)
	}
	return i, ok, nil
}

// item gives one feature.
func item(c *call, id string) (*Answer, error) {
	to, err := c.system("crs")
	if err != nil {
		return nil, err
	}
	d := c.layer.Decl()
	i, ok, err := c.found(id)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, missing("featureId", "要素集 %s 中没有要素“%s”", "Collection %s has no feature “%s”", d.ID, id)
	}
	fw := &featureWriter{c: c, to: to, properties: c.s.described(d).properties}
	fw.item = i
	if c.html {
		var table [][]cell
		for _, p := range fw.properties {
			table = append(table, []cell{{Text: c.text(p.title)}, {Text: fw.plain(p)}})
		}
		crumbs := append(c.crumbs(), link{Href: c.asPage(c.at("collections", string(d.ID), "items")), Title: c.say("要素", "Features")})
		a, err := c.page(page{Title: strings.TrimSpace(i.Name() + " " + i.Code()), Crumbs: crumbs, Rows: rows(table)})
		a.Version = i.Version()
		return a, err
	}
	if err := expressible([]snapshot.Item{i}, to); err != nil {
		return nil, err
	}
	at := c.at("collections", string(d.ID))
	links := append(c.selfLinks(typeGeoJSON), link{at + "?f=json", "collection", typeJSON, c.text(d.Title)})
	b, err := fw.feature(nil, links)
	if err != nil {
		return nil, in("crs", err)
	}
	return &Answer{MediaType: typeGeoJSON, Language: c.language(), ContentCRS: contentCRS(to), Version: i.Version(),
		Write: func(out io.Writer) error { _, err := out.Write(b); return err }}, nil
}

// featureWriter writes features one after another.
type featureWriter struct {
	c          *call
	to         crs.CRS
	properties []property
	item       snapshot.Item
}

// flushAt is how many bytes are gathered before they are written.
const flushAt = 32 << 10

var parts = sync.Pool{New: func() any { return new([flushAt + 4096]byte) }}

// collection writes a page of features as they come.
func (f *featureWriter) collection(out io.Writer, w window) error {
	c := f.c
	links := append(c.selfLinks(typeGeoJSON), c.pageLinks(w, typeGeoJSON, "json")...)
	links = append(links, link{c.at("collections", string(c.layer.Decl().ID)) + "?f=json", "collection", typeJSON, c.text(c.layer.Decl().Title)})
	room := parts.Get().(*[flushAt + 4096]byte)
	defer parts.Put(room)
	b := append(room[:0], `{"type":"FeatureCollection","links":`...)
	b = appendLinks(b, links)
	if w.matched >= 0 {
		b = append(b, `,"numberMatched":`...)
		b = strconv.AppendInt(b, int64(w.matched), 10)
	}
	b = append(b, `,"numberReturned":`...)
	b = strconv.AppendInt(b, int64(len(w.items)), 10)
	b = append(append(append(b, ','), c.stamp()...), `,"features":[`...)
	var err error
	for n, i := range w.items {
		if n > 0 {
			b = append(b, ',')
		}
		f.item = i
		if b, err = f.feature(b, nil); err != nil {
			return in("crs", err)
		}
		if len(b) >= flushAt {
			if _, err := out.Write(b); err != nil {
				return err
			}
			b = b[:0]
		}
	}
	_, err = out.Write(append(b, "]}"...))
	return err
}

// feature writes one feature. Every property is there, null where absent, and
// numbers that need not be whole have a decimal point, so that clients which look
// at the first features only see all columns and their types: GDAL and QGIS would
// else cut the decimals of later ones.
func (f *featureWriter) feature(b []byte, links []link) ([]byte, error) {
	b = append(b, `{"type":"Feature","id":`...)
	b = strconv.AppendUint(b, uint64(f.item.ID()), 10)
	if links != nil {
		b = append(b, `,"links":`...)
		b = appendLinks(b, links)
	}
	b, err := appendGeometry(append(b, `,"geometry":`...), f.item, f.to)
	if err != nil {
		return nil, err
	}
	b = append(b, `,"properties":{`...)
	for n := range f.properties {
		if n > 0 {
			b = append(b, ',')
		}
		b = append(b, f.properties[n].key...)
		b = f.value(b, &f.properties[n])
	}
	return append(b, "}}"...), nil
}

func (f *featureWriter) value(b []byte, p *property) []byte {
	switch {
	case p.text != nil:
		return jsontext.AppendString(b, p.text(f.item))
	case p.test != nil:
		return strconv.AppendBool(b, p.test(f.item))
	}
	start := len(b)
	b = f.item.AppendJSON(b, p.index)
	if digit := b[len(b)-1]; p.field.Type == geo.FloatField && digit >= '0' && digit <= '9' && bytes.IndexByte(b[start:], '.') < 0 && bytes.IndexByte(b[start:], 'e') < 0 {
		b = append(b, ".0"...)
	}
	return b
}

// plain is a property as a person reads it.
func (f *featureWriter) plain(p property) string {
	is, there := false, false
	switch {
	case p.text != nil:
		return p.text(f.item)
	case p.test != nil:
		is, there = p.test(f.item), true
	case p.field.Type == geo.BoolField:
		is, there = f.item.Bool(p.index)
	default:
		return string(f.item.AppendText(nil, p.index))
	}
	switch {
	case is:
		return f.c.say("是", "yes")
	case there:
		return f.c.say("否", "no")
	}
	return ""
}
