package api

import (
	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
)

// Layers served from the database are read with each question, and answered by the
// same code as the others from an excerpt: the snapshot with what was read in it.

// read reads a page of a layer in the database, as it is now.
func (q *query) read(sel geo.Selection, p geo.Page) (*snapshot.Layer, error) {
	if q.server == nil || q.past != nil {
		return nil, geo.NotInMemory(sel.Layer)
	}
	found, err := q.server.Find(q.ctx, sel, p)
	if err != nil {
		return nil, servedProblem(err)
	}
	return q.excerpt(sel.Layer, found)
}

func (q *query) excerpt(id geo.LayerID, found []*geo.Feature) (*snapshot.Layer, error) {
	s, err := q.snap.Excerpt(id, found)
	if err != nil {
		return nil, err
	}
	l, _ := s.Layer(id)
	return l, nil
}

// servedProblem words what a layer in the database cannot be asked.
func servedProblem(err error) error {
	if e, ok := err.(*geo.Error); ok && e.Field == "filter" {
		return badFilter(err)
	}
	return err
}

// onlyInMemory are the parameters of a list that ask for what a feature in the
// database has not: a place worked out beforehand, a light, an office.
var onlyInMemory = []string{"district", townField, levelField, categoryField, unitField, "light"}

func (q *query) askedOfMemory(id geo.LayerID) error {
	for _, name := range onlyInMemory {
		if q.text(name) != "" {
			return badParameter(name, detailf("图层“%s”由数据库直接服务，不能按“%s”筛选；字段可用 filter= 筛选", "Layer “%s” is served from the database and cannot be sifted by “%s”; use filter= for its fields", id, name))
		}
	}
	return nil
}

// servedFeatures lists features of a layer in the database by id, a page at a
// time. How many match is not told: that would take a look at all of them.
func (q *query) servedFeatures(l *snapshot.Layer) (any, error) {
	id := l.Decl().ID
	if err := q.askedOfMemory(id); err != nil {
		return nil, err
	}
	sel := geo.Selection{Layer: id}
	bound, boxed, err := q.bbox()
	if err != nil {
		return nil, err
	}
	if boxed {
		sel.Bound = &bound
	}
	if _, err := q.filter(l.Decl()); err != nil {
		return nil, err
	}
	if e, err := q.condition(); err != nil {
		return nil, err
	} else if e != nil {
		sel.Filter = cql.Format(e)
	}
	limit, err := q.number("limit", defaultLimit, 1, maxLimit)
	if err != nil {
		return nil, err
	}
	after, err := q.number("after", 0, 0, int(geo.MaxID))
	if err != nil {
		return nil, err
	}
	read, err := q.read(sel, geo.Page{After: geo.ID(after), Limit: limit + 1})
	if err != nil {
		return nil, err
	}
	var shown []snapshot.Item
	for i := range read.All {
		shown = append(shown, i)
	}
	c := collection{matched: -1}
	if len(shown) > limit {
		shown = shown[:limit]
		c.next = q.nextPage(utoa(uint64(shown[limit-1].ID())))
	}
	return newReply(typeGeoJSON, appendCollection(q, read, shown, c)), nil
}

// servedItem gives a feature of a layer in the database, by code where that is
// given; false where there is none.
func (q *query) servedItem(l *snapshot.Layer, id geo.ID, code string) (snapshot.Item, bool, error) {
	sel := geo.Selection{Layer: l.Decl().ID, IDs: []geo.ID{id}}
	if code != "" {
		sel.IDs, sel.Codes = nil, []string{code}
	}
	read, err := q.read(sel, geo.Page{Limit: 1})
	if err != nil {
		return snapshot.Item{}, false, err
	}
	for i := range read.All {
		return i, true, nil
	}
	return snapshot.Item{}, false, nil
}

// near puts into the layers asked for those features of the ones in the database
// that may be among the nearest.
func (q *query) near(layers []*snapshot.Layer, ask snapshot.Nearby) ([]*snapshot.Layer, error) {
	out := make([]*snapshot.Layer, len(layers))
	filter := ""
	if e, err := q.condition(); err != nil {
		return nil, err
	} else if e != nil {
		filter = cql.Format(e)
	}
	for n, l := range layers {
		if out[n] = l; !l.Decl().InDatabase() {
			continue
		}
		if q.server == nil || q.past != nil {
			return nil, geo.NotInMemory(l.Decl().ID)
		}
		found, err := q.server.Nearest(q.ctx, geo.Selection{Layer: l.Decl().ID, Filter: filter}, ask.At, ask.K, ask.Within)
		if err != nil {
			return nil, servedProblem(err)
		}
		if out[n], err = q.excerpt(l.Decl().ID, found); err != nil {
			return nil, err
		}
	}
	return out, nil
}
