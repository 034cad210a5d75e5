package overview_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/geo/overview"
	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
)

// filters are parts of the small city, wide and narrow, and one of nothing.
var filters = []overview.Filter{
	{}, {District: "D1"}, {District: "D2", Level: "区属"}, {Category: "民生"}, {Unit: "甲局"}, {District: "D1", Town: "镇01"}, {Town: "镇11"},
	{District: "D3", Category: "住宅", Level: "市属", Unit: "丙公司"}, {District: "D9"},
}

func TestNextEqualsNew(t *testing.T) {
	told := map[string]int{}
	defer func() {
		if told["warnings"]*told["moves"]*told["goals"]*told["proposed"]*told["several towns"] == 0 {
			t.Errorf("there was nothing to compare: %v", told)
		}
	}()
	for range 8 {
		seed := uint64(time.Now().UnixNano())
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			c := snaptest.NewCity(seed)
			s := snaptest.Snapshot(t, c)
			b := overview.New(s)
			for step := range 150 {
				for _, f := range filters[:step%len(filters)+1] {
					b.Of(f)
				}
				next, d, err := s.Apply(c.Take(c.Draw()))
				if err != nil {
					t.Fatal(err)
				}
				s, b = next, b.Next(d)
				fresh := overview.New(s)
				for _, f := range filters {
					got, want := b.Of(f), fresh.Of(f)
					if !reflect.DeepEqual(plain(got), plain(want)) {
						t.Fatalf("step %d, %+v:\n%+v\nwant\n%+v", step, f, plain(got), plain(want))
					}
				}
			}
			for _, f := range filters {
				o := b.Of(f)
				held(t, s, o)
				for _, r := range o.Towns {
					told["several towns"] += r.Counts.Total()
				}
				told["several towns"] -= o.Counts.Total()
				told["warnings"] += o.Warnings.Total
				told["proposed"] += o.Warnings.Proposed
				told["moves"] += len(o.Month.Moved)
				told["goals"] += o.Goals.Done
			}
		})
	}
}

// plain makes overviews of two snapshots comparable.
func plain(o *overview.Overview) overview.Overview {
	out := *o
	out.Worst = nil
	for _, w := range o.Worst {
		out.Lifecycle = append(out.Lifecycle, overview.Named{Name: fmt.Sprint(w.Item.Code(), w.Gap, w.Bad)})
	}
	return out
}

// held holds an overview to a plain count of the snapshot's projects, and every
// number to the features that its condition finds.
func held(t *testing.T, s *snapshot.Snapshot, o *overview.Overview) {
	t.Helper()
	f := o.Filter
	l, _ := s.Layer(city.Project)
	var want overview.Overview
	lifecycles := map[string]int{}
	planned, covered := 0.0, 0.0
	for i := range l.All {
		if f.District != "" && i.District() != f.District || f.Town != "" && !i.InTown(f.Town) || f.Category != "" && i.Text("category") != f.Category ||
			f.Level != "" && i.Text("level") != f.Level || f.Unit != "" && i.Unit() != f.Unit {
			continue
		}
		want.Counts[i.Light()]++
		lifecycles[i.Text("lifecycle")]++
		if x, ok := i.Value("investment").(float64); ok {
			want.Investment.Total += x
		}
		if i.Registered() {
			want.Goals.Of++
			p, _ := i.Value("year_investment").(float64)
			planned += p
			if a := i.Standing().ActualInvestment; p > 0 && !math.IsNaN(a) {
				covered += a
			}
		}
		if i.Outcome() == city.GoalDone {
			want.Goals.Done++
		}
	}
	if o.Counts != want.Counts || o.Goals.Of != want.Goals.Of || o.Goals.Done != want.Goals.Done || math.Abs(o.Investment.Total-want.Investment.Total) > 1e-6 ||
		math.Abs(o.Investment.Planned-planned) > 1e-6 || math.Abs(o.Investment.Covered-covered) > 1e-6 {
		t.Errorf("%+v: %+v %+v %+v, want %+v %v %v", f, o.Counts, o.Goals, o.Investment, want, planned, covered)
	}
	behind := func(n int, condition string) {
		t.Helper()
		if got := matched(t, l, f.Where(condition)); got != n {
			t.Errorf("%s: %d projects, the overview says %d", f.Where(condition), got, n)
		}
	}
	for light, n := range o.Counts {
		behind(n, overview.Lit(geo.Light(light)))
	}
	for _, n := range o.Lifecycle {
		behind(n.N, overview.Is("lifecycle", n.Name))
		if n.N != lifecycles[n.Name] {
			t.Errorf("%+v %s: %d, want %d", f, n.Name, n.N, lifecycles[n.Name])
		}
	}
	for _, m := range o.Month.Moved {
		behind(m.N, m.Where())
	}
	for level, n := range []int{o.Warnings.Remind, o.Warnings.Coordinate, o.Warnings.Supervise} {
		behind(n, overview.AtLevel(level+1))
	}
	behind(o.Warnings.Total, overview.Warned)
	behind(o.Warnings.Proposed, overview.Proposed)
	behind(o.Goals.Of, overview.Registered)
	behind(o.Goals.Done, overview.GoalReached)
	for name, ranks := range map[string][]overview.Rank{overview.Responsible: o.Units, "category": o.Categories, "town": o.Towns} {
		total := 0
		for _, r := range ranks {
			total += r.Counts.Total()
			behind(r.Counts.Total(), overview.Is(name, r.Name))
		}
		if total < o.Counts.Total() || total > o.Counts.Total() && name != "town" {
			t.Errorf("%+v: %d projects by %s, %d in all", f, total, name, o.Counts.Total())
		}
	}
}

// matched counts as /api/features does.
func matched(t *testing.T, l *snapshot.Layer, filter string) int {
	t.Helper()
	e, err := cql.Parse(filter)
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	compiled, err := cql.Compile(e, l.Decl())
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	n := 0
	cql.Each(compiled, l, func(snapshot.Item) bool { n++; return true })
	return n
}

// A ranking by hand: 甲 made 5 of 10, 乙 1 of 2, 丙 9 of 10, 丁 has no plan.
func TestRankingSharesPlaces(t *testing.T) {
	c := snaptest.NewCity(1)
	clear(c.Records[city.Project])
	clear(c.Records[city.Unit])
	for unit, x := range map[string][2]float64{"甲": {10, 5}, "乙": {2, 1}, "丙": {10, 9}, "丁": {0, 3}} {
		p := geo.Properties{"name": unit, "unit": unit, "district": "D1", "year": int64(2022)}
		if x[0] > 0 {
			p["year_investment"] = x[0]
		}
		c.Add(city.Project, unit, nil, p, geo.Report{Date: geo.NewDate(2022, 1, 31), Version: 1,
			Properties: geo.Properties{geo.PlannedInvestment: x[0], geo.ActualInvestment: x[1]}})
	}
	o := overview.New(snaptest.Snapshot(t, c).At(geo.NewDate(2022, 2, 1))).Of(overview.Filter{District: "D1"})
	var got []string
	for _, r := range o.Units {
		got = append(got, fmt.Sprintf("%s %d %.0f", r.Name, r.Place, r.Investment.Completion))
	}
	if want := []string{"丙 1 90", "乙 2 50", "甲 2 50", "丁 0 0"}; !slices.Equal(got, want) {
		t.Errorf("ranking %q, want %q", got, want)
	}
	if o.RankedBy != overview.ByInvestment {
		t.Errorf("ranked by %s", o.RankedBy)
	}
	if i := o.Investment; i.Planned != 22 || i.Actual != 18 || i.Covered != 15 || math.Abs(i.Completion-100*15.0/22) > 1e-12 {
		t.Errorf("investment %+v", i)
	}
	if o.Month.Since != geo.NewDate(2022, 1, 31) {
		t.Errorf("the month before ended on %s", o.Month.Since)
	}
}

// Where nobody plans investment, goals rank: 甲 reached 1 of 2, 乙 all of 1.
func TestRankingGoesByGoalsWithoutInvestment(t *testing.T) {
	c := snaptest.NewCity(1)
	clear(c.Records[city.Project])
	clear(c.Records[city.Unit])
	for code, unit := range map[string]string{"a": "甲", "b": "甲", "c": "乙", "d": ""} {
		p := geo.Properties{"name": code, "unit": unit, "district": "D1", "year": int64(2022)}
		if unit == "" {
			delete(p, "unit")
		}
		if code != "b" {
			p["goal_outcome"] = city.GoalDone
		}
		c.Add(city.Project, code, nil, p)
	}
	o := overview.New(snaptest.Snapshot(t, c).At(geo.NewDate(2022, 12, 31))).Of(overview.Filter{District: "D1"})
	var got []string
	for _, r := range o.Units {
		got = append(got, fmt.Sprintf("%s %d %d/%d", r.Name, r.Place, r.Goals.Done, r.Goals.Of))
	}
	if want := []string{"乙 1 1/1", "甲 2 1/2", " 0 1/1"}; !slices.Equal(got, want) || o.RankedBy != overview.ByGoals {
		t.Errorf("ranking %q by %s, want %q", got, o.RankedBy, want)
	}
}

// The worst are the red, then the widest gap, then the longest.
func TestWorstComeInOrderOfConcern(t *testing.T) {
	c := snaptest.NewCity(uint64(time.Now().UnixNano()))
	for range 300 {
		c.Take(c.Draw())
	}
	o := overview.New(snaptest.Snapshot(t, c)).Of(overview.Filter{})
	if len(o.Worst) != 10 {
		t.Fatalf("%d worst", len(o.Worst))
	}
	for k := 1; k < len(o.Worst); k++ {
		a, b := o.Worst[k-1], o.Worst[k]
		if a.Item.Light() < b.Item.Light() || a.Item.Light() == b.Item.Light() && a.Gap < b.Gap {
			t.Errorf("%s %v before %s %v", a.Item.Light(), a.Gap, b.Item.Light(), b.Gap)
		}
	}
}

// Readers of old and new boards are not disturbed by Next, and more parts than
// are kept are answered all the same.
func TestReadersBesideNext(t *testing.T) {
	c := snaptest.NewCity(5)
	s := snaptest.Snapshot(t, c)
	b := overview.New(s)
	var wg sync.WaitGroup
	for range 30 {
		for k := range 3 {
			wg.Add(1)
			go func(b *overview.Board) {
				defer wg.Done()
				for n := range 40 {
					f := overview.Filter{Unit: fmt.Sprint("单位", n*(k+1))}
					if n%2 == 0 {
						f = overview.Filter{District: snaptest.Districts[n%3]}
					}
					if o := b.Of(f); o.Filter != f {
						t.Errorf("asked %+v, told %+v", f, o.Filter)
					}
				}
			}(b)
		}
		next, d, err := s.Apply(c.Take(c.Draw()))
		if err != nil {
			t.Fatal(err)
		}
		s, b = next, b.Next(d)
	}
	wg.Wait()
}
