package snapshot

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/measure"
	"yiping/tiles"
)

// places are the districts and towns that features are placed in by geometry,
// ordered by code: of two that hold equal shares the first wins.
type places struct {
	districts, towns []place
}

type place struct {
	id       geo.ID
	label    string // a district's code, a town's name
	code     string
	district string // of a town
	box      tiles.Box
	region   *measure.Region
}

// enough is the share from which no other place is looked at.
const enough = 0.999

// find gives the place that holds the largest share of the geometry, nil if none
// holds any. A town of another district than the given one does not count.
func find(in []place, g orb.Geometry, box tiles.Box, district string) *place {
	var found *place
	best := 0.0
	for i := range in {
		p := &in[i]
		if !p.box.Intersects(box) || district != "" && p.district != "" && p.district != district {
			continue
		}
		if share := p.region.Share(g); share > best {
			best, found = share, p
		}
		if best >= enough {
			break
		}
	}
	return found
}

func labelOf(p *place) string {
	if p == nil {
		return ""
	}
	return p.label
}

// placesOf lists the features of a layer as places; regions of those that are
// not stale are taken from before.
func placesOf(l *Layer, before []place, stale func(geo.ID) bool, label func(Item) string) []place {
	regions := make(map[geo.ID]*measure.Region, len(before))
	for i := range before {
		regions[before[i].id] = before[i].region
	}
	var out []place
	l.All(func(i Item) bool {
		p := place{id: i.ID(), label: label(i), code: i.Code(), district: i.District(), box: i.Box(), region: regions[i.ID()]}
		if p.region == nil || stale(p.id) {
			p.region = measure.NewRegion(i.Geometry())
		}
		if p.label != "" && !p.box.Empty() {
			out = append(out, p)
		}
		return true
	})
	slices.SortFunc(out, func(a, b place) int {
		return cmp.Or(strings.Compare(a.code, b.code), cmp.Compare(a.id, b.id))
	})
	return out
}

// locate says where a feature lies: its district, and its towns as one text.
func (p *places) locate(i Item) (district, towns string) {
	district, towns = i.Text(districtField), ownTowns(i.Text(townField))
	if i.Layer() == districtLayer {
		return cmp.Or(district, i.Code()), towns
	}
	lies := towns == "" && len(p.towns) > 0 // in towns that its shape says
	if i.Layer() == townLayer {
		towns, lies = cmp.Or(towns, i.Name()), false
	}
	if !lies && (district != "" || len(p.districts) == 0) {
		return district, towns
	}
	box := i.Box()
	if box.Empty() {
		return district, towns
	}
	g := i.Geometry()
	if district == "" {
		district = labelOf(find(p.districts, g, box, ""))
	}
	if lies {
		towns = findTowns(p.towns, g, box, district)
	}
	return district, towns
}

func districtsOf(l *Layer, d *dates) []District {
	out := make([]District, 0, l.Len())
	l.All(func(i Item) bool {
		out = append(out, District{Code: i.Code(), Name: i.Name(), Feature: i.ID(), Bound: i.Bound(),
			Date: d.of(i.Code()), Live: d.rows[i.Code()].Live})
		return true
	})
	slices.SortFunc(out, func(a, b District) int { return strings.Compare(a.Code, b.Code) })
	return out
}

// dates are the evaluation dates.
type dates struct {
	rows     map[string]geo.DistrictDate
	fallback geo.Date // for features of no district, or of one without a date
}

func (d *dates) of(district string) geo.Date {
	if r, ok := d.rows[district]; ok && r.Date != 0 {
		return r.Date
	}
	return d.fallback
}

// everywhere meets every box.
func everywhere() tiles.Box {
	return tiles.Box{Max: tiles.XY{X: math.MaxUint32, Y: math.MaxUint32}}
}

// at gives the dates with every district's day another.
func (d *dates) at(day geo.Date) *dates {
	out := &dates{rows: make(map[string]geo.DistrictDate, len(d.rows)), fallback: day}
	for code, r := range d.rows {
		r.Date = day
		out.rows[code] = r
	}
	return out
}

func (d *dates) same(o *dates) bool { return d.fallback == o.fallback && maps.Equal(d.rows, o.rows) }
