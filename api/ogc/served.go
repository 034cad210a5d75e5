package ogc

import (
	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
)

// window gives the page asked for.
func (c *call) window(p paging) (window, error) {
	e, f, err := c.selection()
	if err != nil {
		return window{}, err
	}
	if c.layer.Decl().InDatabase() {
		return c.readWindow(e, p)
	}
	return c.pageOf(e, f, p)
}

// readWindow reads a page of a layer in the database. How many features match is
// not told: that would take a look at all of them.
func (c *call) readWindow(e cql.Expr, p paging) (window, error) {
	w := window{matched: -1}
	sel, page := geo.Selection{Layer: c.layer.Decl().ID}, geo.Page{Order: p.order, Limit: p.limit + 1}
	if e != nil {
		sel.Filter = cql.Format(e)
	}
	if p.after != nil {
		page.After, page.Keys = p.after.id, p.after.keys
	}
	if p.before != nil {
		if page.Before, page.Keys = p.before.id, p.before.keys; page.Before == 0 {
			return w, nil // nothing comes before the first
		}
	}
	var err error
	if w.items, err = c.read(sel, page); err != nil {
		return w, err
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
		w.prev = p.markOf(w.items[0], false).String()
	}
	if len(w.items) > 0 && later {
		w.next = p.markOf(w.items[len(w.items)-1], false).String()
	}
	return w, nil
}

// read reads features of a layer in the database.
func (c *call) read(sel geo.Selection, p geo.Page) ([]snapshot.Item, error) {
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
	items := make([]snapshot.Item, len(found))
	for n, f := range found {
		items[n], _ = l.ByID(f.ID)
	}
	return items, nil
}

// readItem reads the feature of a layer in the database that is selected.
func (c *call) readItem(sel geo.Selection) (snapshot.Item, bool, error) {
	found, err := c.read(sel, geo.Page{Limit: 1})
	if err != nil || len(found) == 0 {
		return snapshot.Item{}, false, err
	}
	return found[0], true, nil
}
