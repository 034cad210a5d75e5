package snaptest

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

// Districts of the small city.
var Districts = []string{"D1", "D2", "D3"}

// City is a small city that changes at random.
type City struct {
	*rand.Rand
	*Store
	next geo.ID
}

// NewCity draws three districts of three towns each, with features of the core
// layers, reports of 2022, milestones, and entries of other years.
func NewCity(seed uint64) *City {
	c := &City{Rand: rand.New(rand.NewPCG(seed, 0)), Store: NewStore(city.Layers()...)}
	for k, d := range Districts {
		c.put(city.District, d, c.square(121+0.1*float64(k), 31, 0.1), geo.Properties{"name": "区" + d})
		for n := range 3 {
			c.put(city.Town, fmt.Sprint(d, "T", n), c.square(121+0.1*float64(k)+0.033*float64(n), 31, 0.033), geo.Properties{"name": fmt.Sprint("镇", k, n)})
		}
		c.Dates[d] = geo.DistrictDate{District: d, Date: geo.NewDate(2022, 10, 31)}
	}
	for range 60 {
		c.Take(c.Draw())
	}
	return c
}

func (c *City) square(x, y, side float64) orb.Polygon {
	return orb.Polygon{{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}}
}

func (c *City) put(layer geo.LayerID, code string, g orb.Geometry, p geo.Properties, reports ...geo.Report) {
	r := c.record(layer, code, g, p, reports...)
	c.Records[layer][r.ID] = r
}

func (c *City) record(layer geo.LayerID, code string, g orb.Geometry, p geo.Properties, reports ...geo.Report) geo.Record {
	c.next++
	for i := range reports {
		reports[i].Layer, reports[i].Feature = layer, c.next
	}
	return geo.Record{Layer: layer, ID: c.next, Reports: reports, Feature: &geo.Feature{Layer: layer, ID: c.next, Code: code, Version: 1, Geometry: g, Properties: p}}
}

// Add brings a feature in outside of the draw.
func (c *City) Add(layer geo.LayerID, code string, g orb.Geometry, p geo.Properties, reports ...geo.Report) geo.Changes {
	return c.Take(geo.Changes{Records: []geo.Record{c.record(layer, code, g, p, reports...)}})
}

func (c *City) point() orb.Point {
	return orb.Point{120.98 + 0.34*c.Float64(), 30.98 + 0.14*c.Float64()}
}

// sites are those of a project: mostly one, else up to four.
func (c *City) sites() orb.Geometry {
	if c.IntN(3) > 0 {
		return c.point()
	}
	var all orb.MultiPoint
	for range 2 + c.IntN(3) {
		all = append(all, c.point())
	}
	return all
}

func (c *City) line() orb.LineString {
	l := orb.LineString{c.point()}
	for range 1 + c.IntN(5) {
		last := l[len(l)-1]
		l = append(l, orb.Point{last[0] + c.NormFloat64()/100, last[1] + c.NormFloat64()/100})
	}
	return l
}

// star is a polygon around a point, so large that many overlap.
func (c *City) star() orb.Polygon {
	at, n := c.point(), 4+c.IntN(9)
	ring := make(orb.Ring, 0, n+1)
	for k := range n {
		angle, far := 2*math.Pi*float64(k)/float64(n), 0.003+0.02*c.Float64()
		ring = append(ring, orb.Point{at[0] + far*math.Cos(angle), at[1] + far*math.Sin(angle)})
	}
	return orb.Polygon{append(ring, ring[0])}
}

func (c *City) pick(of ...string) string { return of[c.IntN(len(of))] }

// months draws reports of the progress rule, cumulative in the year.
func (c *City) months() []geo.Report {
	var out []geo.Report
	plan, made := 0.0, 0.0
	for m := 1; m <= 12; m++ {
		plan += 8
		made = min(100, made+float64(c.IntN(14)))
		if c.IntN(5) == 0 {
			continue
		}
		p := geo.Properties{geo.PlannedProgress: plan, geo.ActualProgress: made}
		if c.IntN(2) == 0 {
			p[geo.PlannedInvestment], p[geo.ActualInvestment] = plan/10, math.Round(made*c.Float64()*10)/100
		}
		out = append(out, geo.Report{Date: geo.NewDate(2022, time.Month(m)+1, 0), Version: 1, Properties: p})
	}
	return out[:c.IntN(len(out)+1)]
}

// Draw draws changes of one to three things.
func (c *City) Draw() geo.Changes {
	var out geo.Changes
	if c.IntN(25) == 0 {
		d := c.pick(Districts...)
		out.Dates = append(out.Dates, geo.DistrictDate{District: d, Date: geo.NewDate(2022, time.Month(2+c.IntN(12)), 0)})
	}
	done := map[string]bool{}
	for range 1 + c.IntN(3) {
		r := c.change()
		if key := fmt.Sprint(r.Layer, r.ID); !done[key] {
			done[key] = true
			out.Records = append(out.Records, r)
		}
	}
	return out
}

// change draws a new feature, another shape, other properties, other reports, or
// an end.
func (c *City) change() geo.Record {
	layers := []geo.LayerID{city.Project, city.Project, city.Project, city.Street, city.Block, city.Block, city.RiverSection, city.Problem, city.Milestone, city.ProjectYear, city.Unit}
	layer := layers[c.IntN(len(layers))]
	rows := c.Records[layer]
	fresh := c.fresh(layer)
	if len(rows) < 12 || c.IntN(4) == 0 && len(rows) < 60 {
		return fresh
	}
	ids := slices.Sorted(maps.Keys(rows))
	old := rows[ids[c.IntN(len(ids))]]
	f := *old.Feature
	f.Version++
	out := geo.Record{Layer: layer, ID: f.ID, Feature: &f, Reports: old.Reports}
	switch c.IntN(5) {
	case 0:
		return geo.Record{Layer: layer, ID: f.ID}
	case 1:
		f.Geometry = fresh.Feature.Geometry
	case 2:
		f.Properties = fresh.Feature.Properties
	default:
		out.Reports = fresh.Reports
	}
	for i := range out.Reports {
		out.Reports[i].Layer, out.Reports[i].Feature = layer, f.ID
	}
	return out
}

// aProject is the code of a project that there is, or once was.
func (c *City) aProject() string {
	ids := slices.Sorted(maps.Keys(c.Records[city.Project]))
	if len(ids) == 0 || c.IntN(5) == 0 {
		return fmt.Sprintf("project-%d", 13+c.IntN(int(c.next)))
	}
	return c.Records[city.Project][ids[c.IntN(len(ids))]].Feature.Code
}

func (c *City) fresh(layer geo.LayerID) geo.Record {
	code := fmt.Sprintf("%s-%d", layer, c.next+1)
	switch layer {
	case city.Project:
		return c.record(layer, code, c.sites(), c.project(), c.months()...)
	case city.Street:
		return c.record(layer, code, c.line(), geo.Properties{"name": code, "state": c.pick("完成", "滞后", "在建", "入地"), "rank": int64(1 + c.IntN(4)), "unit": c.pick("甲局", "乙局")}, c.months()...)
	case city.Block:
		return c.record(layer, code, c.star(), geo.Properties{"name": code, "state": c.pick("已建成", "在建")}, c.months()...)
	case city.RiverSection:
		var samples []geo.Report
		for m := 1; m <= 12; m++ {
			if c.IntN(4) > 0 {
				samples = append(samples, geo.Report{Date: geo.NewDate(2022, time.Month(m)+1, 0), Version: 1, Properties: geo.Properties{"water_class": c.pick(geo.WaterClasses...)}})
			}
		}
		return c.record(layer, code, c.line(), geo.Properties{"name": code, "target_class": "Ⅳ"}, samples...)
	case city.Problem:
		p := geo.Properties{"name": code, "category": c.pick("雨污混接", "围挡"), "state": c.pick("整改中", "销项"), "found_date": geo.NewDate(2022, 3, 1+c.IntN(60))}
		if c.IntN(2) == 0 {
			p["deadline"] = geo.NewDate(2022, 6, 1+c.IntN(200))
		}
		return c.record(layer, code, c.point(), p)
	case city.Unit:
		return c.record(layer, code, nil, c.unit())
	case city.ProjectYear:
		return c.record(layer, code, nil, geo.Properties{"project": c.aProject(), "year": int64(2021 + c.IntN(3)),
			"goal_outcome": c.pick(city.GoalDone, city.GoalBehind), "year_investment": float64(c.IntN(50)) / 10})
	}
	return c.record(layer, code, nil, geo.Properties{"of_layer": "project", "of_code": c.aProject(), "name": "开工",
		"planned": geo.NewDate(2022, 5, 1+c.IntN(100))})
}

// unit draws an office of the city or of a district, which may go by the names of
// others, and may have given way to another on a day.
func (c *City) unit() geo.Properties {
	p := geo.Properties{"name": c.pick("甲局", "乙局", "丁局", "戊中心")}
	if c.IntN(2) == 0 {
		p["aliases"] = c.pick("甲局；丙", "丙公司", "乙局；丁局", "丙公司、戊中心")
	}
	if c.IntN(3) > 0 {
		p["district"] = c.pick(Districts...)
	}
	if c.IntN(3) == 0 {
		p["valid_to"], p["successor"] = geo.NewDate(2022, 7, 1+c.IntN(150)), fmt.Sprintf("unit-%d", 13+c.IntN(int(c.next)))
	}
	return p
}

func (c *City) project() geo.Properties {
	p := geo.Properties{"name": fmt.Sprint("项目", c.IntN(1000)), "level": c.pick("市属", "区属"), "category": c.pick("市政", "民生", "住宅"),
		"unit": c.pick("甲局", "乙局", "丙公司"), "lifecycle": c.pick(city.Lifecycle...), "year": int64(2022),
		"start_date": geo.NewDate(2022, 1, 1+c.IntN(200))}
	if c.IntN(6) == 0 {
		p["town"] = c.pick("镇01", "镇11", "镇01、镇02", "镇20；镇11；镇01")
	}
	if c.IntN(4) > 0 {
		p["investment"] = math.Round(c.Float64()*1e4) / 100
		p["year_investment"] = math.Round(c.Float64()*1e3) / 100
	}
	if c.IntN(3) == 0 {
		p["goal_outcome"] = c.pick(city.GoalDone, city.GoalBehind, city.GoalFailed, city.GoalStopped)
		p["outcome_date"] = geo.NewDate(2022, 6, 1+c.IntN(200))
	}
	return p
}
