package snapshot_test

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
)

// maker draws random changes.
type maker struct {
	*rand.Rand
	next geo.ID
	in   *store // whose features are named as owners
}

// spare are codes that features are renamed to, and that rows name before, while
// and after a feature has them.
const spare = 6

// owner draws a feature for a row to belong to: mostly one that is there.
func (r *maker) owner(of geo.LayerID) (geo.LayerID, string) {
	if of == "" {
		of = []geo.LayerID{city.Project, city.Street, city.Problem, city.Milestone, "nowhere"}[r.IntN(5)]
	}
	codes := []string{"C0"}
	for n := range spare {
		codes = append(codes, fmt.Sprintf("X%d", n))
	}
	ids := slices.Sorted(maps.Keys(r.in.records[of]))
	for range min(len(ids), 20) {
		codes = append(codes, r.in.records[of][ids[r.IntN(len(ids))]].Feature.Code)
	}
	return of, codes[r.IntN(len(codes))]
}

func (r *maker) position() orb.Point {
	p := orb.Point{121 + r.Float64(), 31 + r.Float64()}
	if r.IntN(2) == 0 {
		p = orb.Point{math.Round(p[0]*1e6) / 1e6, math.Round(p[1]*1e6) / 1e6}
	}
	return p
}

func (r *maker) line() orb.LineString {
	l := orb.LineString{r.position()}
	for range 1 + r.IntN(8) {
		last := l[len(l)-1]
		l = append(l, orb.Point{last[0] + r.NormFloat64()/50, last[1] + r.NormFloat64()/50})
	}
	return l
}

func (r *maker) polygon() orb.Polygon {
	c, size := r.position(), 0.01+0.2*r.Float64()
	square := func(d float64) orb.Ring {
		return orb.Ring{{c[0] - d, c[1] - d}, {c[0] + d, c[1] - d}, {c[0] + d, c[1] + d}, {c[0] - d, c[1] + d}, {c[0] - d, c[1] - d}}
	}
	p := orb.Polygon{square(size)}
	if r.IntN(3) == 0 {
		hole := square(size / 3)
		hole.Reverse()
		p = append(p, hole)
	}
	return p
}

func (r *maker) geometry() (orb.Geometry, []float64) {
	g := r.flat(2)
	if g == nil || r.IntN(4) > 0 {
		return g, nil
	}
	var z []float64
	_ = geo.EachPoint(g, func(orb.Point) error { z = append(z, r.NormFloat64()); return nil })
	return g, z
}

func (r *maker) flat(depth int) orb.Geometry {
	switch r.IntN(16) {
	case 0:
		return nil
	case 1:
		return orb.LineString{}
	case 2:
		return orb.MultiPolygon{r.polygon(), r.polygon()}
	case 3:
		return orb.MultiPoint{r.position(), r.position()}
	case 4:
		return orb.MultiLineString{r.line(), r.line()}
	case 5, 6:
		if depth > 0 {
			return orb.Collection{r.flat(0), r.flat(depth - 1)}
		}
		return orb.Collection{}
	case 7, 8, 9:
		return r.line()
	case 10, 11, 12:
		return r.polygon()
	}
	return r.position()
}

func (r *maker) properties(fields []geo.Field) geo.Properties {
	p := geo.Properties{}
	for _, f := range fields {
		if r.IntN(3) == 0 {
			continue
		}
		switch f.Type {
		case geo.TextField:
			p[f.Name] = fmt.Sprintf("文%d", r.IntN(50))
			if len(f.Enum) > 0 {
				p[f.Name] = f.Enum[r.IntN(len(f.Enum))]
			}
			if f.Name == "state" {
				p[f.Name] = []string{"完成", "滞后", "停止", "在建"}[r.IntN(4)]
			}
			switch f.Name {
			case "unit":
				p[f.Name] = fmt.Sprintf("单位%d", r.IntN(3))
			case "layer":
				p[f.Name] = []string{"nowhere", string(city.Project), string(city.Street)}[r.IntN(3)]
			}
			if f.Name == "district" || f.Name == "town" {
				if delete(p, f.Name); r.IntN(4) == 0 {
					p[f.Name] = fmt.Sprintf("D%d", r.IntN(4))
					if f.Name == "town" && r.IntN(2) == 0 {
						p[f.Name] = fmt.Sprintf("D%d、 D%d；D%d", r.IntN(3), r.IntN(3), r.IntN(3))
					}
				}
			}
		case geo.IntField:
			p[f.Name] = int64(r.Uint64())
			if f.Min != nil || f.Name == "year" {
				p[f.Name] = 1 + r.Int64N(3)
			}
			if f.Name == "year" {
				p[f.Name] = 2021 + r.Int64N(3)
			}
		case geo.FloatField:
			p[f.Name] = math.Round(100 * r.Float64())
		case geo.BoolField:
			p[f.Name] = r.IntN(2) == 0
		case geo.DateField:
			p[f.Name] = geo.NewDate(2022, time.Month(r.IntN(24)), r.IntN(28))
		case geo.TimeField:
			p[f.Name] = time.UnixMicro(r.Int64N(1 << 50)).UTC()
		}
	}
	return p
}

func (r *maker) record(l geo.Layer, id geo.ID) geo.Record {
	f := geo.Feature{Layer: l.ID, ID: id, Code: fmt.Sprintf("C%d", id), Version: r.Uint64N(9) + 1, Properties: r.properties(l.Fields)}
	if l.ID == city.District {
		f.Code = fmt.Sprintf("D%d", id)
	}
	if l.ID == city.Unit {
		f.Properties["name"], f.Properties["aliases"] = fmt.Sprintf("单位%d", r.IntN(4)), fmt.Sprintf("单位%d；单位%d", r.IntN(3), r.IntN(3))
		f.Properties["successor"] = fmt.Sprintf("X%d", r.IntN(spare))
	}
	if by := l.Owner; by != (geo.Owner{}) && r.IntN(10) > 0 {
		layer, code := r.owner(by.Layer)
		if f.Properties[by.Code] = code; by.LayerField != "" {
			f.Properties[by.LayerField] = string(layer)
		}
	}
	f.Geometry, f.Z = r.geometry()
	if l.Geometry == geo.Polygons && r.IntN(5) > 0 {
		f.Geometry, f.Z = r.polygon(), nil
	}
	rec := geo.Record{Layer: l.ID, ID: id, Feature: &f}
	if len(l.Reports) > 0 {
		day := geo.NewDate(2022, 1, 0)
		for range r.IntN(4) {
			day = geo.NewDate(2022, day.Time().Month()+1+time.Month(r.IntN(3)), 0)
			rec.Reports = append(rec.Reports, geo.Report{Layer: l.ID, Feature: id, Date: day, Version: r.Uint64N(5), Properties: r.properties(l.Reports)})
		}
		slices.SortFunc(rec.Reports, func(a, b geo.Report) int { return int(a.Date - b.Date) })
		rec.Reports = slices.CompactFunc(rec.Reports, func(a, b geo.Report) bool { return a.Date == b.Date })
	}
	return rec
}

// changes draws a list of changes against a store.
func (r *maker) changes(m *store) geo.Changes {
	m.cursor++
	r.in = m
	c := geo.Changes{Cursor: m.at()}
	switch r.IntN(30) {
	case 0:
		c.Dropped = []geo.LayerID{"imported"}
		if _, ok := m.layers["imported"]; !ok {
			c.Dropped, c.Layers = nil, []geo.Layer{imported()}
		}
		return c
	case 1:
		l := m.layers[city.Project]
		l.Fields = append(slices.Clone(l.Fields), geo.Field{Name: fmt.Sprintf("f%d", m.cursor), Type: geo.TextField})
		l.Light.Yellow = 1 + float64(r.IntN(10))
		c.Layers = []geo.Layer{l}
		return c
	case 3:
		if ids := slices.Sorted(maps.Keys(m.records[city.Project])); len(ids) > 1 {
			a, b := m.records[city.Project][ids[0]], m.records[city.Project][ids[r.IntN(len(ids)-1)+1]]
			c.Records = []geo.Record{renamed(a, b.Feature.Code), renamed(b, a.Feature.Code)}
			return c
		}
	case 2:
		c.Dates = append(c.Dates, geo.DistrictDate{District: fmt.Sprintf("D%d", r.IntN(5)), Date: geo.NewDate(2022, time.Month(r.IntN(14)), 0), Live: r.IntN(2) == 0})
	}
	ids := make([]geo.LayerID, 0, len(m.layers))
	for id := range m.layers {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	done := map[string]bool{}
	for range 1 + r.IntN(6) {
		l := m.layers[ids[r.IntN(len(ids))]]
		if r.IntN(2) == 0 {
			l = m.layers[busy[r.IntN(len(busy))]]
		}
		rec, ok := r.change(m, l)
		if !ok || taken(m.records[l.ID], rec) || done[fmt.Sprint(l.ID, rec.ID)] || rec.Feature != nil && done[fmt.Sprint(l.ID, rec.Feature.Code)] {
			continue
		}
		done[fmt.Sprint(l.ID, rec.ID)] = true
		if rec.Feature != nil {
			done[fmt.Sprint(l.ID, rec.Feature.Code)] = true
		}
		c.Records = append(c.Records, rec)
	}
	if r.IntN(40) == 0 {
		l := m.layers[ids[r.IntN(len(ids))]]
		c.Records = slices.DeleteFunc(c.Records, func(rec geo.Record) bool { return rec.Layer == l.ID })
		c.Reset = []geo.LayerID{l.ID}
		for range r.IntN(20) {
			r.next++
			c.Records = append(c.Records, r.record(l, r.next)) // of a new id, whose code nobody has
		}
	}
	return c
}

// busy are the layers that change most.
var busy = []geo.LayerID{city.Project, city.Street, city.Milestone, city.Record, city.Ruling, city.WarningStep, city.ProjectYear,
	city.Threshold, city.Period, city.Workday, city.Unit}

func renamed(r geo.Record, code string) geo.Record {
	f := *r.Feature
	f.Code = code
	f.Version++
	return geo.Record{Layer: r.Layer, ID: r.ID, Feature: &f, Reports: r.Reports}
}

// taken reports whether another feature has the code of the record.
func taken(rs map[geo.ID]geo.Record, rec geo.Record) bool {
	for id, other := range rs {
		if rec.Feature != nil && id != rec.ID && other.Feature.Code == rec.Feature.Code {
			return true
		}
	}
	return false
}

// change draws a create, replace, delete, or a change of one part only.
func (r *maker) change(m *store, l geo.Layer) (geo.Record, bool) {
	rs := m.records[l.ID]
	limit := 60
	if l.ID == city.District {
		limit = 4
	}
	if len(rs) < limit && r.IntN(2) == 0 {
		r.next++
		return r.record(l, r.next), true
	}
	if len(rs) == 0 {
		return geo.Record{}, false
	}
	known := make([]geo.ID, 0, len(rs))
	for id := range rs {
		known = append(known, id)
	}
	slices.Sort(known)
	old := rs[known[r.IntN(len(known))]]
	fresh := r.record(l, old.ID)
	f := *old.Feature
	f.Version++
	switch r.IntN(7) {
	case 6:
		if l.ID != city.District {
			return renamed(old, fmt.Sprintf("X%d", r.IntN(spare))), true
		}
	case 0:
		return geo.Record{Layer: l.ID, ID: old.ID}, true
	case 1:
		f.Geometry, f.Z = fresh.Feature.Geometry, fresh.Feature.Z
	case 2:
		f.Properties = fresh.Feature.Properties
	case 3:
		return geo.Record{Layer: l.ID, ID: old.ID, Feature: old.Feature, Reports: fresh.Reports}, true
	case 4:
		return old, true
	case 5:
		return fresh, true
	}
	return geo.Record{Layer: l.ID, ID: old.ID, Feature: &f, Reports: old.Reports}, true
}
