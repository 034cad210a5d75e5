package ogc

import (
	"cmp"
	"encoding/base64"
	"encoding/json"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
)

// Limits of one page.
const (
	defaultLimit = 100
	maxLimit     = 10000
	mostOrders   = 8 // terms of sortby=: each takes memory for every feature of the layer
)

// A page is told by the feature it comes after or before, not by a count: edits
// between two pages neither repeat nor lose what they did not touch.

// paging is how a request wants the features in order and which of them.
type paging struct {
	limit         int
	order         []geo.Order
	after, before *mark
}

// mark is a place in the order: the sort keys of a feature and its id.
type mark struct {
	keys []geo.Key
	id   geo.ID
}

// window is one page.
type window struct {
	items      []snapshot.Item
	matched    int    // less than 0: not told
	prev, next string // marks; "" where there is none
}

func (c *call) paging() (paging, error) {
	p := paging{limit: defaultLimit}
	if text := c.values.Get("limit"); c.values.Has("limit") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			return p, bad("limit", "“%s”应为 1 到 %d 的整数", "“%s” must be a whole number from 1 to %d", text, maxLimit)
		}
		p.limit = min(n, maxLimit)
	}
	var err error
	if p.order, err = c.sortby(); err != nil {
		return p, err
	}
	if p.after, err = c.mark("after", len(p.order)); err != nil {
		return p, err
	}
	if p.before, err = c.mark("before", len(p.order)); err != nil {
		return p, err
	}
	if p.after != nil && p.before != nil {
		return p, bad("before", "after 与 before 不能同用", "after and before exclude one another")
	}
	return p, nil
}

// namesOf lists what may be ordered by.
func namesOf(known []property) string {
	out := "id"
	for _, p := range known {
		out += ", " + p.name
	}
	return out
}

func (c *call) sortby() ([]geo.Order, error) {
	if !c.values.Has("sortby") {
		return nil, nil
	}
	known := c.s.described(c.layer.Decl()).queryable
	var out []geo.Order
	for _, term := range strings.Split(c.values.Get("sortby"), ",") {
		name, down := strings.CutPrefix(strings.TrimSpace(term), "-")
		name = strings.TrimPrefix(name, "+")
		switch {
		case len(out) == mostOrders:
			return nil, bad("sortby", "最多按 %d 个属性排序", "At most %d properties can be ordered by", mostOrders)
		case slices.ContainsFunc(out, func(o geo.Order) bool { return o.Name == name }):
			return nil, bad("sortby", "属性“%s”出现了两次", "The property “%s” is named twice", name)
		}
		if name != "id" && !slices.ContainsFunc(known, func(p property) bool { return p.name == name }) {
			return nil, bad("sortby", "没有可排序的属性“%s”；写法如 -code,id，可用：%s", "There is no property “%s” to order by; written like -code,id, of: %s", name, namesOf(known))
		}
		out = append(out, geo.Order{Name: name, Down: down})
	}
	return out, nil
}

// mark reads a place: an id, or where the order is another, keys and id.
func (c *call) mark(parameter string, keys int) (*mark, error) {
	text := c.values.Get(parameter)
	if text == "" {
		return nil, nil
	}
	wrong := bad(parameter, "“%s”不是上一页给出的位置", "“%s” is not a place that a page has given", text)
	if keys == 0 {
		id, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, wrong
		}
		return &mark{id: min(geo.ID(id), geo.MaxID)}, nil // nothing is beyond that
	}
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, wrong
	}
	var values []any
	if json.Unmarshal(raw, &values) != nil || len(values) != keys+1 {
		return nil, wrong
	}
	m := &mark{}
	for _, v := range values {
		k := geo.Key{Absent: v == nil}
		k.Number, _ = v.(float64)
		k.Text, _ = v.(string)
		if strings.ContainsRune(k.Text, 0) { // no store holds it
			return nil, wrong
		}
		m.keys = append(m.keys, k)
	}
	id := m.keys[keys].Number
	if !(id >= 1 && id <= float64(geo.MaxID)) {
		return nil, wrong
	}
	m.keys, m.id = m.keys[:keys], geo.ID(id)
	return m, nil
}

func (m mark) String() string {
	if len(m.keys) == 0 {
		return strconv.FormatUint(uint64(m.id), 10)
	}
	var values []any
	for _, k := range m.keys {
		switch {
		case k.Absent:
			values = append(values, nil)
		case k.Text != "":
			values = append(values, k.Text)
		default:
			values = append(values, k.Number)
		}
	}
	raw, err := json.Marshal(append(values, m.id))
	if err != nil { // cannot be: keys are finite numbers and texts
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

func (p *paging) compare(a, b mark) int {
	for n, o := range p.order {
		x, y := a.keys[n], b.keys[n]
		if x.Absent != y.Absent {
			if x.Absent {
				return 1
			}
			return -1
		}
		by := cmp.Or(cmp.Compare(x.Number, y.Number), strings.Compare(x.Text, y.Text))
		if o.Down {
			by = -by
		}
		if by != 0 {
			return by
		}
	}
	return cmp.Compare(a.id, b.id)
}

func keyOf(i snapshot.Item, name string, judged bool) geo.Key {
	switch {
	case name == "id":
		return geo.Key{Number: float64(i.ID())}
	case name == "code":
		return textKey(i.Code())
	case name == "district":
		return textKey(i.District())
	case name == "town":
		return textKey(i.Town())
	case name == "light" && judged:
		return geo.Key{Number: float64(i.Light())}
	case name == "overdue" && judged:
		return boolKey(i.Overdue())
	}
	switch v := i.Value(name).(type) {
	case string:
		return textKey(v)
	case int64:
		return geo.Key{Number: float64(v)}
	case float64:
		return geo.Key{Number: v}
	case bool:
		return boolKey(v)
	case geo.Date:
		return geo.Key{Number: float64(v), Absent: v == 0}
	case time.Time:
		return geo.Key{Number: float64(v.UnixMicro())}
	}
	return geo.Key{Absent: true}
}

func textKey(s string) geo.Key { return geo.Key{Text: s, Absent: s == ""} }

func boolKey(b bool) geo.Key {
	if b {
		return geo.Key{Number: 1}
	}
	return geo.Key{}
}

// markOf is the place of a feature.
func (p *paging) markOf(i snapshot.Item, judged bool) mark {
	m := mark{id: i.ID()}
	for _, o := range p.order {
		m.keys = append(m.keys, keyOf(i, o.Name, judged))
	}
	return m
}

// inOrder gives the ids of features in the order.
func (p *paging) inOrder(all []snapshot.Item, d *geo.Layer) []geo.ID {
	ids := make([]geo.ID, len(all))
	marks, judged := make([]mark, len(all)), judged(d)
	keys := make([]geo.Key, 0, len(all)*len(p.order)) // one piece of memory for all
	for n, i := range all {
		from := len(keys)
		for _, o := range p.order {
			keys = append(keys, keyOf(i, o.Name, judged))
		}
		marks[n] = mark{keys[from:len(keys):len(keys)], i.ID()}
	}
	slices.SortFunc(marks, p.compare)
	for n, m := range marks {
		ids[n] = m.id
	}
	return ids
}

// span finds the page in a list of the layer's features.
func (p *paging) span(l *snapshot.Layer, ids []geo.ID) (from, to int) {
	judged := judged(l.Decl())
	find := func(m mark) (int, bool) {
		return slices.BinarySearchFunc(ids, m, func(id geo.ID, m mark) int {
			i, _ := l.ByID(id)
			return p.compare(p.markOf(i, judged), m)
		})
	}
	if p.before != nil {
		to, _ = find(*p.before)
		return max(0, to-p.limit), to
	}
	if p.after != nil {
		n, exact := find(*p.after)
		if from = n; exact {
			from++
		}
	}
	return from, min(from+p.limit, len(ids))
}

// pageOf gives one page of the layer, which is in memory.
func (c *call) pageOf(e cql.Expr, f *cql.Filter, p paging) (window, error) {
	l := c.layer
	if f == nil && len(p.order) == 0 {
		return walk(l, p), nil
	}
	if len(p.order) == 0 {
		return c.byID(e, f, p)
	}
	ids, err := c.s.lists.Of(c.Snapshot, listName(l, e, p.order), func() ([]geo.ID, error) { return p.list(l, f), nil })
	if err != nil {
		return window{}, err
	}
	from, to := p.span(l, ids)
	w := window{matched: len(ids)}
	for _, id := range ids[from:to] {
		i, _ := l.ByID(id)
		w.items = append(w.items, i)
	}
	judged := judged(l.Decl())
	if len(w.items) > 0 && from > 0 {
		w.prev = p.markOf(w.items[0], judged).String()
	}
	if len(w.items) > 0 && to < len(ids) {
		w.next = p.markOf(w.items[len(w.items)-1], judged).String()
	}
	return w, nil
}

// byID gives one page of what a filter lets through by id.
func (c *call) byID(e cql.Expr, f *cql.Filter, p paging) (window, error) {
	l, cut := c.layer, snapshot.Cut{Limit: p.limit}
	switch {
	case p.before != nil:
		cut.At, cut.Down = p.before.id, true
	case p.after != nil:
		cut.At = p.after.id + 1
	}
	var page snapshot.Page
	found := false
	if b, ok := f.Area(); ok {
		passes := cql.Passing[snapshot.Item](f)
		page, found = l.Few(b, passes, cut)
		if within, ok := f.Within(); ok && !found {
			page, found = l.Many(b, within, passes, cut)
		}
	}
	if !found {
		var err error
		page, err = c.s.lists.Page(c.Snapshot, l, listName(l, e, nil), cut, func() ([]geo.ID, error) { return p.list(l, f), nil })
		if err != nil {
			return window{}, err
		}
	}
	w := window{items: page.Items, matched: page.Matched}
	if len(w.items) > 0 && page.Earlier {
		w.prev = mark{id: w.items[0].ID()}.String()
	}
	if len(w.items) > 0 && page.Later {
		w.next = mark{id: w.items[len(w.items)-1].ID()}.String()
	}
	return w, nil
}

// walk gives one page of all features by id, without a list of them.
func walk(l *snapshot.Layer, p paging) window {
	w := window{matched: l.Len()}
	from, some := geo.ID(0), func(features iter.Seq[snapshot.Item]) bool {
		for range features {
			return true
		}
		return false
	}
	more := func(i snapshot.Item) bool { // takes one, and tells whether the page had room
		if len(w.items) == p.limit {
			return false
		}
		w.items = append(w.items, i)
		return true
	}
	earlier, later := false, false
	switch {
	case p.before != nil:
		later = some(l.From(p.before.id))
		if p.before.id > 0 {
			l.DownFrom(p.before.id - 1)(func(i snapshot.Item) bool { earlier = !more(i); return !earlier })
		}
		slices.Reverse(w.items)
	default:
		if p.after != nil {
			earlier, from = some(l.DownFrom(p.after.id)), p.after.id+1
		}
		l.From(from)(func(i snapshot.Item) bool { later = !more(i); return !later })
	}
	if len(w.items) > 0 && earlier {
		w.prev = mark{id: w.items[0].ID()}.String()
	}
	if len(w.items) > 0 && later {
		w.next = mark{id: w.items[len(w.items)-1].ID()}.String()
	}
	return w
}

// list gives the ids of what a filter lets through, in the order.
func (p *paging) list(l *snapshot.Layer, f *cql.Filter) []geo.ID {
	each := l.All
	if f != nil {
		each = func(take func(snapshot.Item) bool) { cql.Each(f, l, take) }
	}
	if len(p.order) == 0 {
		return snapshot.IDs(each)
	}
	return p.inOrder(slices.Collect(each), l.Decl())
}

// listName tells a list from others of the same snapshot.
func listName(l *snapshot.Layer, e cql.Expr, by []geo.Order) string {
	name := string(l.Decl().ID)
	for _, o := range by {
		name += "\x00" + o.Name
		if o.Down {
			name += "-"
		}
	}
	if e != nil {
		name += "\x00\x00" + string(cql.JSON(e))
	}
	return name
}
