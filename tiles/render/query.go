package render

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
)

// Query says what a tile is drawn of. Many goroutines may share one: it is not
// to be changed.
type Query struct {
	Layers []geo.LayerID // drawn in this order
	// Fields are the attributes to be carried where a layer has them: code, light,
	// overdue, name, and any field declared. nil means those four, the field the
	// layer is labelled by and those declared for tiles.
	Fields []string
	Filter *Filter // lets features of every layer through; nil lets all
}

// Filter is a CQL2 condition on the features of several layers. It compiles for
// each layer's declaration once.
type Filter struct {
	Expr cql.Expr

	mu       sync.Mutex
	compiled map[geo.LayerID]compiled
}

type compiled struct {
	decl   *geo.Layer
	filter *cql.Filter
	err    error
}

// For gives the filter compiled for a layer. Errors are as of cql.Compile, with
// the layer: one that lacks a field that is named cannot be filtered by it.
func (f *Filter) For(decl *geo.Layer) (*cql.Filter, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := f.compiled[decl.ID]
	if c.decl != decl {
		if f.compiled == nil {
			f.compiled = map[geo.LayerID]compiled{}
		}
		c = compiled{decl: decl}
		c.filter, c.err = cql.Compile(f.Expr, decl)
		f.compiled[decl.ID] = c
	}
	return c.filter, c.err
}

// Dated reports whether the filter may let others through on another day, or
// when rows of other layers are read anew, though no feature changed.
func (f *Filter) Dated() bool {
	return f != nil && slices.ContainsFunc(cql.Names(f.Expr), cql.Dated)
}

// Check reports what is wrong with the query over a snapshot: geo.NotFound for an
// unknown layer, geo.Invalid for a field that none of the layers has, or what is
// wrong with the filter.
func (q *Query) Check(s *snapshot.Snapshot) error {
	known := map[string]bool{}
	for _, name := range q.Layers {
		l, ok := s.Layer(name)
		if !ok {
			return unknownLayer(name)
		}
		if q.Filter != nil {
			if _, err := q.Filter.For(l.Decl()); err != nil {
				return err
			}
		}
		if len(q.Fields) > 0 {
			for _, a := range Attributes(l.Decl()) {
				known[a] = true
			}
		}
	}
	for _, f := range q.Fields {
		if !known[f] {
			names := strings.Join(slices.Sorted(maps.Keys(known)), ", ")
			return &geo.Error{Code: geo.Invalid, Field: "fields", Message: "no layer asked for has a field “" + f + "”",
				Mend: "they have " + names, ZH: "所列图层都没有字段“" + f + "”；可用：" + names}
		}
	}
	return nil
}

func unknownLayer(name geo.LayerID) error {
	return &geo.Error{Code: geo.NotFound, Layer: name, Field: "layers", Message: "there is no such layer"}
}

// Attributes gives the names that Fields may hold for a layer.
func Attributes(decl *geo.Layer) []string {
	names := []string{codeAttribute, lightAttribute, overdueAttribute, nameAttribute}
	for i := range decl.Fields {
		if !slices.Contains(names[:4], decl.Fields[i].Name) {
			names = append(names, decl.Fields[i].Name)
		}
	}
	return names
}

// View is how a query shows one layer.
type View struct {
	decl                 *geo.Layer
	filter               *cql.Filter // nil lets all through
	code, light, overdue bool
	name                 int   // the field that is carried as name; -1 = none
	fields               []int // of the declaration: those carried under their own names
}

// View gives how the query shows a layer. The error is that of its filter.
func (q *Query) View(decl *geo.Layer) (View, error) {
	var v View
	err := v.set(q, decl)
	return v, err
}

// set makes v the view of a layer, in its old buffer.
func (v *View) set(q *Query, decl *geo.Layer) (err error) {
	asked := func(name string) bool { return q.Fields == nil || slices.Contains(q.Fields, name) }
	*v = View{decl: decl, name: -1, fields: v.fields[:0],
		code: asked(codeAttribute), light: asked(lightAttribute), overdue: asked(overdueAttribute)}
	for i := range decl.Fields {
		f := &decl.Fields[i]
		if f.Name == decl.Label && asked(nameAttribute) {
			v.name = i
		}
		if f.Name == codeAttribute || f.Name == lightAttribute || f.Name == overdueAttribute {
			continue // those computed stand in their place
		}
		if q.Fields == nil && (f.Tile || f.Name == decl.Label) || q.Fields != nil && asked(f.Name) {
			v.fields = append(v.fields, i)
		}
	}
	if q.Filter != nil {
		v.filter, err = q.Filter.For(decl)
	}
	return err
}

// Passes reports whether the filter lets a feature through.
func (v *View) Passes(it snapshot.Item) bool { return v.filter == nil || v.filter.Match(it) }

// SameAttributes reports whether tiles give two states of a feature the same
// attributes. A light counts even when it is not carried: features are drawn in
// its order, and a red one at every zoom.
func (v *View) SameAttributes(a, b snapshot.Item) bool {
	if a.Light() != b.Light() || v.overdue && a.Overdue() != b.Overdue() {
		return false
	}
	return v.sameFields(a, b)
}

func (v *View) sameFields(a, b snapshot.Item) bool {
	if v.code && a.Code() != b.Code() || v.name >= 0 && a.Name() != b.Name() {
		return false
	}
	for _, i := range v.fields {
		if name := v.decl.Fields[i].Name; a.Value(name) != b.Value(name) {
			return false
		}
	}
	return true
}
