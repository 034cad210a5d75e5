package indicator_test

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/geo/indicator"
	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
)

// formulas are of every operator and every shape that matters.
var formulas = map[string]string{
	"count":         `{"count":{"layer":"project"}}`,
	"count-level":   `{"count":{"layer":"project","filter":"level = '区属' AND light <> 'green'"}}`,
	"count-code":    `{"count":{"layer":"project","filter":"code IN ('project-14','project-20','project-31')"}}`,
	"count-box":     `{"count":{"layer":"street","filter":"S_INTERSECTS(geom, BBOX(121.02,31.02,121.2,31.08))"}}`,
	"count-other":   `{"count":{"layer":"project","filter":"district = 'D2'"}}`,
	"count-asked":   `{"count":{"layer":"project","filter":"reported >= DATE('2022-06-30')"}}`,
	"sum":           `{"sum":{"layer":"project","field":"investment"}}`,
	"sum-report":    `{"sum":{"layer":"project","report":"actual_investment"}}`,
	"completion":    `{"percent":[{"sum":{"layer":"project","report":"actual_investment","filter":"year_investment > 0"}},{"sum":{"layer":"project","field":"year_investment"}}]}`,
	"length":        `{"length":{"layer":"street","filter":"rank >= 2"}}`,
	"underground":   `{"percent":[{"length":{"layer":"street","filter":"state = '入地'"}},{"length":{"layer":"street"}}]}`,
	"compliance":    `{"percent":[{"count":{"layer":"river_section","filter":"light = 'green'"}},{"count":{"layer":"river_section","filter":"light <> 'none'"}}]}`,
	"overdue":       `{"percent":[{"count":{"layer":"project","filter":"overdue"}},{"count":{"layer":"project"}}]}`,
	"area":          `{"area":{"layer":"block"}}`,
	"coverage":      `{"coverage":{"layer":"block","filter":"state = '已建成'"}}`,
	"coverage-lit":  `{"coverage":{"layer":"block","filter":"light = 'green' OR light = 'none'"}}`,
	"min":           `{"min":{"layer":"project","field":"start_date"}}`,
	"max":           `{"max":{"layer":"project","field":"investment"}}`,
	"max-report":    `{"max":{"layer":"project","report":"actual_progress"}}`,
	"distinct":      `{"distinct":{"layer":"project","field":"unit"}}`,
	"value":         `{"value":{"layer":"project","filter":"code = 'project-15'","field":"investment"}}`,
	"value-text":    `{"value":{"layer":"project","filter":"code = 'project-16'","field":"unit"}}`,
	"months":        `{"months":{"layer":"problem","from":"found_date","to":"deadline"}}`,
	"ratio":         `{"ratio":[{"sum":{"layer":"project","field":"investment"}},{"count":{"layer":"project"}}]}`,
	"arithmetic":    `{"sub":[{"add":[{"count":{"layer":"project"}},{"mul":[{"const":2.5},{"count":{"layer":"street"}}]}]},{"reading":"count"}]}`,
	"rests":         `{"add":[{"reading":"D1-sum"},{"reading":"asked"}]}`,
	"cycle":         `{"add":[{"reading":"D1-cycle"}]}`,
	"unknown-layer": `{"count":{"layer":"gardens"}}`,
	"unknown-field": `{"sum":{"layer":"project","field":"colour"}}`,
	"broken":        `{"count":`,
	"milestones":    `{"count":{"layer":"milestone","filter":"planned < DATE('2022-07-01')"}}`,
	"years":         `{"sum":{"layer":"project_year","field":"year_investment"}}`,
	"entries-sum":   `{"sum":{"layer":"project","field":"entry_year_investment"}}`,
	"count-entries": `{"count":{"layer":"project","filter":"entry_year = 2022 AND entry_year_investment < 4 AND entry_level = '区属'"}}`,
	"count-decided": `{"count":{"layer":"project","filter":"entry_goal_outcome = '完成'"}}`,
	"entries-max":   `{"max":{"layer":"project","field":"entry_outcome_date"}}`,
	"entries-of":    `{"distinct":{"layer":"project","field":"entry_goal_outcome"}}`,
	"problems":      `{"percent":[{"count":{"layer":"problem","filter":"light = 'green'"}},{"count":{"layer":"problem"}}]}`,
}

// newCity has every formula for the city and for each district.
func newCity(seed uint64) *snaptest.City {
	c := snaptest.NewCity(seed)
	for _, d := range append([]string{""}, snaptest.Districts...) {
		for name, f := range formulas {
			code := name
			if d != "" {
				code = d + "-" + name
			}
			p := geo.Properties{"name": name, "kind": city.Computed, "formula": f, "target": 60.0, "start": geo.NewDate(2022, 1, 1), "due": geo.NewDate(2022, 12, 31)}
			if d != "" {
				p["district"] = d
			}
			c.Add(city.Indicator, code, nil, p)
		}
	}
	c.Add(city.Indicator, "asked", nil, geo.Properties{"name": "asked", "kind": city.Reported, "district": "D1", "target": 9.0, "direction": "≤"}, readings(c, 3)...)
	return c
}

func readings(c *snaptest.City, n int) []geo.Report {
	var out []geo.Report
	for k := range n {
		out = append(out, geo.Report{Date: geo.NewDate(2022, time.Month(2+3*k), 0), Version: 1, Properties: geo.Properties{"value": float64(c.IntN(20))}})
	}
	return out
}

// draw is a change of the city, now and then one of the definitions.
func draw(c *snaptest.City) geo.Changes {
	ch := c.Draw()
	rows := c.Records[city.Indicator]
	switch c.IntN(25) {
	case 0:
		for id, r := range rows {
			if r.Feature.Code != "asked" {
				continue
			}
			r.Reports = readings(c, 1+c.IntN(4))
			for i := range r.Reports {
				r.Reports[i].Layer, r.Reports[i].Feature = city.Indicator, id
			}
			ch.Records = append(ch.Records, r)
		}
	case 1:
		for _, r := range rows {
			if r.Feature.Code != "D1-sum" {
				continue
			}
			f := *r.Feature
			f.Properties = f.Properties.Clone()
			f.Properties["formula"] = []string{formulas["sum"], formulas["count"], "{}"}[c.IntN(3)]
			r.Feature = &f
			ch.Records = append(ch.Records, r)
		}
	case 2:
		l := c.Declared[city.Street]
		l.Light.Yellow = 1 + float64(c.IntN(10))
		ch.Layers = append(ch.Layers, l)
	case 4, 5, 6, 7: // a project is carried over, its entry of the year staying behind; or its old entry changes
		for _, r := range rowsOf(c, city.Project) {
			ch.Records = append(ch.Records, carried(c, r)...)
			break
		}
	case 3: // an outline moves
		for id, r := range c.Records[city.District] {
			if r.Feature.Code == "D3" {
				f := *r.Feature
				f.Version++
				f.Geometry = outline(c)
				ch.Records = append(ch.Records, geo.Record{Layer: city.District, ID: id, Feature: &f})
			}
		}
	}
	return c.Take(ch)
}

// rowsOf gives the records of a layer in an order drawn anew.
func rowsOf(c *snaptest.City, layer geo.LayerID) []geo.Record {
	rows := slices.SortedFunc(maps.Values(c.Records[layer]), func(a, b geo.Record) int { return cmp.Compare(a.ID, b.ID) })
	for k := range rows {
		other := k + c.IntN(len(rows)-k)
		rows[k], rows[other] = rows[other], rows[k]
	}
	return rows
}

// carried brings a project into 2023. What its entry of 2022 says stands in a row
// of project_year; of a project that came over before, that row says otherwise now.
func carried(c *snaptest.City, project geo.Record) []geo.Record {
	p := *project.Feature
	old := geo.Properties{"project": p.Code, "year": int64(2022), "year_investment": float64(c.IntN(90)) / 10, "level": "区属", "goal_outcome": city.GoalDone}
	out := []geo.Record{}
	for _, r := range rowsOf(c, city.ProjectYear) {
		if r.Feature.Properties.Text("project") == p.Code && r.Feature.Properties["year"] == int64(2022) {
			f := *r.Feature
			f.Version++
			f.Properties = old
			r.Feature = &f
			out = append(out, r)
		}
	}
	if len(out) == 0 {
		out = c.Add(city.ProjectYear, p.Code+"-2022", nil, old).Records
	}
	if p.Properties["year"] == int64(2023) {
		return out
	}
	p.Version++
	p.Properties = p.Properties.Clone()
	p.Properties["year"] = int64(2023)
	project.Feature = &p
	return append(out, project)
}

// elsewhere counts the projects whose entry in force is another row than their own.
func elsewhere(s *snapshot.Snapshot) (n int) {
	l, _ := s.Layer(city.Project)
	for i := range l.All {
		if row, ok := i.EntryRow("year_investment"); ok && row.Layer() == city.ProjectYear {
			n++
		}
	}
	return n
}

func TestNextEqualsNew(t *testing.T) {
	others := 0
	for range 2 {
		seed := uint64(time.Now().UnixNano())
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			c := newCity(seed)
			s := snaptest.Snapshot(t, c)
			b := indicator.New(s)
			for step := range 120 {
				next, d, err := s.Apply(draw(c))
				if err != nil {
					t.Fatal(err)
				}
				s, b = next, b.Next(d)
				others += elsewhere(s)
				if step%2 == 0 {
					same(t, step, b, indicator.New(s))
				}
			}
			same(t, -1, b, indicator.New(snaptest.Snapshot(t, c)))
			every(t, b, s)
		})
	}
	if others == 0 {
		t.Error("no project was carried over")
	}
}

func same(t *testing.T, step int, got, want *indicator.Board) {
	t.Helper()
	a, b := got.All(""), want.All("")
	if len(a) != len(b) || len(a) == 0 {
		t.Fatalf("step %d: %d entries, want %d", step, len(a), len(b))
	}
	for i := range a {
		if !reflect.DeepEqual(a[i], b[i]) {
			t.Fatalf("step %d: %s %s\n%+v\nwant\n%+v", step, a[i].Code, a[i].Formula, a[i], b[i])
		}
	}
}

// every holds each entry to Eval, and its sources to what they let through.
func every(t *testing.T, b *indicator.Board, s *snapshot.Snapshot) {
	t.Helper()
	known := 0
	for _, e := range b.All("") {
		if e.Kind != city.Computed {
			continue
		}
		f, err := indicator.Parse(e.Formula)
		var v indicator.Value
		if err == nil {
			v, err = f.Eval(s, e.District)
		}
		if (err != nil) != (e.Fault != "") {
			t.Errorf("%s: error %v, fault %q", e.Code, err, e.Fault)
		}
		if err == nil && !reflect.DeepEqual(v, e.Value) {
			t.Errorf("%s: Eval gives %+v, the board %+v", e.Code, v, e.Value)
		}
		if e.Value.Known {
			known++
		}
		if len(e.Sources) == 1 && f != nil && e.Name[:min(5, len(e.Name))] == "count" {
			if n := matched(t, s, e.Sources[0]); float64(n) != e.Value.Number {
				t.Errorf("%s: %d features behind %v: %+v", e.Code, n, e.Value.Number, e.Sources[0])
			}
		}
	}
	if known < 60 {
		t.Errorf("only %d values are known", known)
	}
}

// matched counts as /api/features does.
func matched(t *testing.T, s *snapshot.Snapshot, src indicator.Source) int {
	t.Helper()
	l, _ := s.Layer(src.Layer)
	if src.Filter == "" {
		return l.Len()
	}
	e, err := cql.Parse(src.Filter)
	if err != nil {
		t.Fatal(err)
	}
	f, err := cql.Compile(e, l.Decl())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	cql.Each(f, l, func(snapshot.Item) bool { n++; return true })
	return n
}

// outline is another outline of the third district.
func outline(c *snaptest.City) orb.Polygon {
	x, y, far := 121.2, 31.0, 0.09+0.02*c.Float64()
	return orb.Polygon{{{x, y}, {x + far, y + 0.01}, {x + far, y + far}, {x + 0.01, y + far}, {x, y}}}
}

// BenchmarkCoverage times a block that moves among 2,000 of them in a district of
// 45 km × 45 km, beside uniting all anew.
func BenchmarkCoverage(b *testing.B) {
	c := snaptest.NewCity(1)
	for id := range c.Records {
		clear(c.Records[id])
	}
	c.Add(city.District, "D", orb.Polygon{{{121, 31}, {121.47, 31}, {121.47, 31.4}, {121.2, 31.45}, {121, 31.4}, {121, 31}}}, geo.Properties{"name": "区"})
	var first geo.Record
	for k := range 2000 {
		ch := c.Add(city.Block, fmt.Sprint("B", k), blockAt(c), geo.Properties{"name": "街区", "district": "D"})
		if k == 0 {
			first = ch.Records[0]
		}
	}
	c.Add(city.Indicator, "I", nil, geo.Properties{"name": "覆盖率", "kind": city.Computed, "district": "D", "formula": `{"coverage":{"layer":"block"}}`})
	s := snaptest.Snapshot(b, c)
	board := indicator.New(s)
	b.Run("next", func(b *testing.B) {
		now, on := s, board
		for b.Loop() {
			f := *first.Feature
			f.Geometry = blockAt(c)
			next, d, err := now.Apply(geo.Changes{Records: []geo.Record{{Layer: city.Block, ID: f.ID, Feature: &f}}})
			if err != nil {
				b.Fatal(err)
			}
			now, on = next, on.Next(d)
		}
	})
	b.Run("baseline: new", func(b *testing.B) {
		for b.Loop() {
			indicator.New(s)
		}
	})
}

// blockAt draws a block of ten corners, about 500 m across.
func blockAt(c *snaptest.City) orb.Polygon {
	at := orb.Point{121.02 + 0.42*c.Float64(), 31.02 + 0.36*c.Float64()}
	var ring orb.Ring
	for k := range 10 {
		angle, far := 2*math.Pi*float64(k)/10, 0.001+0.003*c.Float64()
		ring = append(ring, orb.Point{at[0] + far*math.Cos(angle), at[1] + far*math.Sin(angle)})
	}
	return orb.Polygon{append(ring, ring[0])}
}
