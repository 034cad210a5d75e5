package snapshot

import (
	"slices"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiping/geo"
)

// places are the districts and towns that features are placed in by geometry.
type places struct {
	districts, towns []place
}

type place struct {
	label    string // a district's code, a town's name
	code     string
	district string // of a town
	geometry orb.Geometry
}

func (p *places) find(in []place, g orb.Geometry, district string) string {
	at, ok := labelPoint(g)
	if !ok {
		return ""
	}
	for i := range in {
		if district != "" && in[i].district != "" && in[i].district != district {
			continue
		}
		switch area := in[i].geometry.(type) {
		case orb.Polygon:
			if planar.PolygonContains(area, at) {
				return in[i].label
			}
		case orb.MultiPolygon:
			if planar.MultiPolygonContains(area, at) {
				return in[i].label
			}
		}
	}
	return ""
}

func placesOf(l *Layer, label func(Item) string) []place {
	var out []place
	l.All(func(i Item) bool {
		out = append(out, place{label(i), i.Code(), i.District(), i.r.feature.Geometry})
		return true
	})
	slices.SortFunc(out, func(a, b place) int { return strings.Compare(a.code, b.code) })
	return out
}

func districtsOf(l *Layer, d *dates) []District {
	var out []District
	l.All(func(i Item) bool {
		row, set := d.rows[i.Code()]
		if !set {
			row.Date = d.fallback
		}
		out = append(out, District{Code: i.Code(), Name: i.Name(), Feature: i.ID(), Bound: i.Bound(), Date: row.Date, Live: row.Live})
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
	if r, ok := d.rows[district]; ok {
		return r.Date
	}
	return d.fallback
}
