package api

import (
	"net/url"
	"slices"
	"strconv"

	"yiping/geo"
	"yiping/geo/jsontext"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Limits of one page of features.
const (
	defaultLimit = 1000
	maxLimit     = 10000
)

// features lists a layer's features as GeoJSON, ascending by id, a page at a
// time. bbox= keeps those whose bounding box meets it, filter= those for which a
// CQL2 filter is true.
func features(q *query) (any, error) {
	l, err := q.layer()
	if err != nil {
		return nil, err
	}
	if l.Decl().InDatabase() {
		return q.servedFeatures(l)
	}
	d, _, err := q.district()
	if err != nil {
		return nil, err
	}
	limit, err := q.number("limit", defaultLimit, 1, maxLimit)
	if err != nil {
		return nil, err
	}
	after, err := q.number("after", 0, 0, int(geo.MaxID))
	if err != nil {
		return nil, err
	}
	p, err := q.featurePage(l, d.Code, limit, geo.ID(after))
	if err != nil {
		return nil, err
	}
	next := ""
	if p.more {
		next = q.nextPage(utoa(uint64(p.items[len(p.items)-1].ID())))
	}
	return newReply(typeGeoJSON, appendCollection(q, l, p.items, collection{q.day(d), p.matched, next})), nil
}

// featurePage is one page of a layer's features.
type featurePage struct {
	items   []snapshot.Item
	matched int
	more    bool
}

// narrowing are the parameters that choose features of a layer.
var narrowing = []string{"district", "town", "level", "category", "unit", "light", "bbox", "filter", "filter-lang"}

// featurePage gives the features after an id that the filters let through. Which
// these are is found out once for all pages.
func (q *query) featurePage(l *snapshot.Layer, district string, limit int, after geo.ID) (featurePage, error) {
	name, narrowed := string(l.Decl().ID), false
	for _, parameter := range narrowing {
		text := q.text(parameter)
		name, narrowed = name+"\x00"+text, narrowed || text != ""
	}
	if !narrowed {
		p := featurePage{matched: l.Len()}
		for i := range l.From(after + 1) {
			if p.more = len(p.items) == limit; p.more {
				break
			}
			p.items = append(p.items, i)
		}
		return p, nil
	}
	cut := snapshot.Cut{At: after + 1, Limit: limit}
	p, found, err := q.few(l, district, cut)
	if err == nil && !found {
		p, err = q.lists.Page(q.snap, l, name, cut, func() ([]geo.ID, error) { return q.match(l, district) })
	}
	return featurePage{p.Items, p.Matched, p.Later}, err
}

// few gives a page of what lies in bbox=; false where there is none, or many lie in
// it.
func (q *query) few(l *snapshot.Layer, district string, c snapshot.Cut) (snapshot.Page, bool, error) {
	if q.text("bbox") == "" {
		return snapshot.Page{}, false, nil
	}
	keep, err := q.keep(district)
	if err != nil {
		return snapshot.Page{}, false, err
	}
	bound, _, err := q.bbox()
	if err != nil {
		return snapshot.Page{}, false, err
	}
	f, err := q.filter(l.Decl())
	if err != nil {
		return snapshot.Page{}, false, err
	}
	lets := keep
	if f != nil {
		lets = func(i snapshot.Item) bool { return keep(i) && f.Match(i) }
	}
	p, found := l.Few(tiles.BoxOf(bound), lets, c)
	return p, found, nil
}

// match lists the layer's features that the filters let through, ascending.
func (q *query) match(l *snapshot.Layer, district string) ([]geo.ID, error) {
	keep, err := q.keep(district)
	if err != nil {
		return nil, err
	}
	find, err := q.find(l)
	if err != nil {
		return nil, err
	}
	return snapshot.IDs(func(yield func(snapshot.Item) bool) {
		find(func(i snapshot.Item) bool { return !keep(i) || yield(i) })
	}), nil
}

// keep reads the filters besides bbox= and filter=: where a feature lies, whose
// it is, what it is, and its light.
func (q *query) keep(district string) (func(snapshot.Item) bool, error) {
	lights, err := q.lights("light")
	if err != nil {
		return nil, err
	}
	town, err := q.town()
	if err != nil {
		return nil, err
	}
	sc := scope{district: district, town: town, level: q.text(levelField), category: q.text(categoryField)}
	if sc.unit, err = q.unitAsked(district); err != nil {
		return nil, err
	}
	return func(i snapshot.Item) bool {
		return lights[i.Light()] && sc.holds(i) && sc.answers(i)
	}, nil
}

func (q *query) nextPage(after string) string {
	values := url.Values{}
	for name, v := range q.values {
		values[name] = v
	}
	values.Set("after", after)
	return q.path + "?" + values.Encode()
}

type collection struct {
	day     geo.Date // it is judged at; 0 = each district at its own
	matched int      // less than 0: not told
	next    string
}

func appendCollection(q *query, l *snapshot.Layer, shown []snapshot.Item, c collection) []byte {
	b := make([]byte, 0, 512+512*len(shown))
	b = append(b, `{"type":"FeatureCollection"`...)
	b = appendMember(b, "cursor", string(q.snap.Cursor()))
	b = appendMember(b, "at", c.day)
	if c.matched >= 0 {
		b = append(b, `,"numberMatched":`...)
		b = strconv.AppendInt(b, int64(c.matched), 10)
	}
	b = append(b, `,"numberReturned":`...)
	b = strconv.AppendInt(b, int64(len(shown)), 10)
	if c.next != "" {
		b = appendMember(b, "next", c.next)
	}
	b = append(b, `,"features":[`...)
	w := newFeatureWriter(l)
	for n, i := range shown {
		if n > 0 {
			b = append(b, ',')
		}
		b = w.append(b, i)
	}
	return append(b, "]}"...)
}

// computed are the members a feature's properties get besides its own fields.
// In a layer that is judged, fields of these names stand under entered: a reason
// somebody wrote is not the one the light was decided by.
var computed = []string{"code", "light", "status", "reason", "since"}

// featureWriter writes features of a layer, one after another.
type featureWriter struct {
	decl   *geo.Layer
	judge  *snapshot.Judge // nil where they are not judged
	fields []writtenField
}

type writtenField struct {
	index   int
	key     string // ,"name":
	entered bool   // it stands under entered
}

func newFeatureWriter(l *snapshot.Layer) *featureWriter {
	d := l.Decl()
	w := &featureWriter{decl: d, fields: make([]writtenField, len(d.Fields))}
	if d.Light.Kind != geo.NoRule {
		w.judge = l.Judge()
	}
	for n, f := range d.Fields {
		w.fields[n] = writtenField{n, string(appendKey(nil, f.Name)), w.judge != nil && slices.Contains(computed, f.Name)}
	}
	return w
}

func (w *featureWriter) append(b []byte, i snapshot.Item) []byte {
	b = append(b, `{"type":"Feature","id":`...)
	b = strconv.AppendUint(b, uint64(i.ID()), 10)
	b = append(b, `,"geometry":`...)
	b = appendGeometry(b, i)
	b = append(b, `,"properties":{"code":`...)
	b = jsontext.AppendString(b, i.Code())
	if w.judge != nil {
		v := w.judge.Verdict(i)
		b = appendStringMember(b, "light", v.Light.String())
		b = appendTextMember(b, "status", v.Status)
		b = appendTextMember(b, "reason", v.Reason)
		b = jsontext.AppendDate(append(b, `,"since":`...), v.Since)
	}
	var entered geo.Properties
	for _, f := range w.fields {
		switch {
		case !i.Has(f.index):
		case f.entered:
			if entered == nil {
				entered = geo.Properties{}
			}
			name := w.decl.Fields[f.index].Name
			entered[name] = i.Value(name)
		default:
			b = i.AppendJSON(append(b, f.key...), f.index)
		}
	}
	if entered != nil {
		b = appendMember(b, "entered", entered)
	}
	return append(b, "}}"...)
}
