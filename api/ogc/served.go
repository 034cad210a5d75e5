package ogc

import (
	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
)

// window gives the page asked for.
func (c *call) window(p paging) (window, error) {
	e, err := c.selection()
	if err != nil {
		return window{}, err
	}
	if c.layer.Decl().InDatabase() {
		return c.readWindow(e, p)
	}
	return c.pageOf(e, p)
}

// readWindow reads a page of a layer in the database, by id. How many features
// match is not told: that would take a look at all of them.
func (c *call) readWindow(e cql.Expr, p paging) (window, error) {
	w := window{matched: -1}
	if len(p.order) > 0 {
		return w, bad("sortby", "由数据库直接服务的图层按编号排序，不能用 sortby", "A layer served from the database is listed by id: sortby is not offered")
	}
	sel, page := geo.Selection{Layer: c.layer.Decl().ID}, geo.Page{Limit: p.limit + 1}
	if e != nil {
		sel.Filter = cql.Format(e)
	}
	if p.after != nil {
		page.After = p.after.id
	}
	if p.before != nil {
		if page.Before = p.before.id; page.Before == 0 {
			return w, nil // nothing comes before the first
		}
	}
	l, err := c.read(sel, page)
	if err != nil {
		return w, err
	}
	for i := range l.All {
		w.items = append(w.items, i)
	}
	more := len(w.items) > p.limit
	earlier, later := p.after != nil, more
	if p.before != nil {
		earlier, later = more, true
	}
	switch {
	case more && p.before != nil:
		w.items = w.items[1:]
	case more:
		w.items = w.items[:p.limit]
	}
	if len(w.items) > 0 && earlier {
		w.prev = mark{id: w.items[0].ID()}.String()
	}
	if len(w.items) > 0 && later {
		w.next = mark{id: w.items[len(w.items)-1].ID()}.String()
	}
	return w, nil
}

// read reads features of a layer in the database, and gives the layer with these.
func (c *call) read(sel geo.Selection, p geo.Page) (*snapshot.Layer, error) {
	if c.Server == nil {
		return nil, geo.NotInMemory(sel.Layer)
	}
	found, err := c.Server.Find(c.Context, sel, p)
	if err != nil {
		if e, ok := err.(*geo.Error); ok && e.Field == "filter" {
			return nil, in("filter", err)
		}
		return nil, err
	}
	s, err := c.Snapshot.Excerpt(sel.Layer, found)
	if err != nil {
		return nil, err
	}
	l, _ := s.Layer(sel.Layer)
	return l, nil
}

// readItem reads the feature of a layer in the database that is selected.
func (c *call) readItem(sel geo.Selection) (snapshot.Item, bool, error) {
	l, err := c.read(sel, geo.Page{Limit: 1})
	if err != nil {
		return snapshot.Item{}, false, err
	}
	for i := range l.All {
		return i, true, nil
	}
	return snapshot.Item{}, false, nil
}
