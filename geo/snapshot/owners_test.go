package snapshot_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// rowsOf finds the rows that belong to a feature in the plain map, by id.
func rowsOf(m *store, layer, of geo.LayerID, code string) []geo.Record {
	var out []geo.Record
	by := m.layers[layer].Owner
	for _, r := range m.records[layer] {
		if l, c := by.Of(r.Feature.Properties); l == of && c == code && code != "" {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b geo.Record) int { return int(a.ID) - int(b.ID) })
	return out
}

// rowsDiffer looks at all rows of both sides of a change.
func rowsDiffer(d snapshot.Delta, c snapshot.Change) bool {
	list := func(s *snapshot.Snapshot, i snapshot.Item, there bool) (out []string) {
		if !there {
			return nil
		}
		for _, l := range s.Layers() {
			if slices.Contains(d.Layers, l.Decl().ID) && (c.HadOld && c.HasNew && c.Old.Code() == c.New.Code()) {
				continue
			}
			for _, row := range i.Attached(l.Decl().ID) {
				out = append(out, fmt.Sprintf("%+v %+v %s %q", row.Feature(), row.Reports(), row.District(), row.Towns()))
			}
		}
		return out
	}
	return !slices.Equal(list(d.From, c.Old, c.HadOld), list(d.To, c.New, c.HasNew))
}

// checkFacts compares facts, standing and owners with those gathered from the map.
func checkFacts(t *testing.T, s *snapshot.Snapshot, m *store) {
	t.Helper()
	book := bookOf(s, m)
	if !reflect.DeepEqual(s.Rulebook(), book) {
		t.Errorf("rulebook %+v,\nwant %+v", s.Rulebook(), book)
	}
	for id, decl := range m.layers {
		l, _ := s.Layer(id)
		l.All(func(i snapshot.Item) bool {
			got, want := i.Facts(), factsOf(m, m.records[id][i.ID()])
			for name := range got.Properties {
				if f, ok := decl.Field(name); !ok || !decl.Light.ReadsField(f) {
					t.Errorf("property %s is no fact", name)
				}
			}
			want.District, want.Properties, want.Book, got.Holds = i.District(), got.Properties, book, nil
			if book.ByUnit(id) {
				want.Unit = reporter(s, i.District(), i.Text(decl.Light.Unit))
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("layer %s: facts %+v,\nwant %+v", id, got, want)
			}
			day := s.Date(i.District())
			want.Properties = m.records[id][i.ID()].Feature.Properties
			if decl.Light.Kind != geo.NoRule && fmt.Sprint(i.Standing()) != fmt.Sprint(decl.Light.Stand(want, day)) {
				t.Errorf("layer %s: %s stands %+v, want %+v", id, i.Code(), i.Standing(), decl.Light.Stand(want, day))
			}
			for child := range m.layers {
				var ids []geo.ID
				for _, row := range i.Attached(child) {
					ids = append(ids, row.ID())
					if owner, ok := row.Owner(); !ok || owner != i {
						t.Errorf("%s %d belongs to %v %v, want %v", child, row.ID(), owner, ok, i)
					}
				}
				var want []geo.ID
				for _, r := range rowsOf(m, child, id, i.Code()) {
					want = append(want, r.ID)
				}
				if !slices.Equal(ids, want) {
					t.Errorf("%s of %s %s: %v, want %v", child, id, i.Code(), ids, want)
				}
			}
			return true
		})
	}
}

func factsOf(m *store, r geo.Record) *geo.Facts {
	f := &geo.Facts{Layer: r.Layer, ID: r.ID, Code: r.Feature.Code, Reports: r.Reports}
	if len(f.Reports) == 0 {
		f.Reports = nil
	}
	p := r.Feature.Properties
	if halt, ok := city.OwnHalt(p.Date("halted_from"), p.Date("resumed")); ok {
		f.Halts = append(f.Halts, halt)
	}
	for _, row := range rowsOf(m, city.ProjectYear, r.Layer, f.Code) {
		f.Years = append(f.Years, city.YearOf(row.Feature.Properties))
	}
	for _, row := range rowsOf(m, city.Milestone, r.Layer, f.Code) {
		f.Milestones = append(f.Milestones, city.MilestoneOf(row.Feature.Properties))
	}
	for _, row := range rowsOf(m, city.Record, r.Layer, f.Code) {
		if halt, ok := city.HaltOf(row.Feature.Properties); ok {
			f.Halts = append(f.Halts, halt)
		}
	}
	for _, row := range rowsOf(m, city.Ruling, r.Layer, f.Code) {
		if ruling, ok := city.RulingOf(row.Feature.Properties); ok {
			f.Rulings = append(f.Rulings, ruling)
		}
	}
	for _, row := range rowsOf(m, city.WarningStep, r.Layer, f.Code) {
		f.Steps = append(f.Steps, city.StepOf(row.Feature.Properties))
	}
	slices.SortStableFunc(f.Years, func(a, b geo.Year) int { return a.Year - b.Year })
	slices.SortStableFunc(f.Milestones, func(a, b geo.Milestone) int { return int(a.Planned - b.Planned) })
	slices.SortStableFunc(f.Halts, func(a, b geo.Span) int { return int(a.From - b.From) })
	slices.SortStableFunc(f.Rulings, func(a, b geo.Ruling) int { return int(a.From - b.From) })
	slices.SortStableFunc(f.Steps, func(a, b geo.Step) int {
		if a.Date != b.Date {
			return int(a.Date - b.Date)
		}
		return a.At.Compare(b.At)
	})
	return f
}

// reporter is the first unit of a list, by the name it goes by.
func reporter(s *snapshot.Snapshot, district, list string) string {
	first, _, _ := strings.Cut(s.UnitName(district, list, s.Date(district)), "；")
	return strings.TrimSpace(first)
}

// periodsOf gives a period under every name that its unit goes by where it holds.
func periodsOf(s *snapshot.Snapshot, m *store, p geo.Period) []geo.Period {
	if p.Unit == "" || len(m.records[city.Unit]) == 0 {
		return []geo.Period{p}
	}
	names := map[string]bool{reporter(s, p.District, p.Unit): true}
	if p.District == "" {
		names[p.Unit] = true
		for _, unit := range m.records[city.Unit] {
			names[reporter(s, unit.Feature.Properties.Text("district"), p.Unit)] = true
		}
		for district := range m.dates {
			names[reporter(s, district, p.Unit)] = true
		}
	}
	var out []geo.Period
	for _, p.Unit = range slices.Sorted(maps.Keys(names)) {
		out = append(out, p)
	}
	return out
}

func bookOf(s *snapshot.Snapshot, m *store) *geo.Rulebook {
	var thresholds []geo.Threshold
	var periods []geo.Period
	days := map[geo.Date]bool{}
	for _, r := range ordered(m.records[city.Threshold]) {
		thresholds = append(thresholds, city.ThresholdOf(r.Feature.Properties))
	}
	for _, r := range ordered(m.records[city.Period]) {
		periods = append(periods, periodsOf(s, m, city.PeriodOf(r.Feature.Properties))...)
	}
	for _, r := range ordered(m.records[city.Workday]) {
		if day, worked := city.WorkdayOf(r.Feature.Properties); day != 0 {
			days[day] = worked
		}
	}
	if len(thresholds)+len(periods)+len(days) == 0 {
		return nil
	}
	return geo.NewRulebook(thresholds, days, periods)
}

func ordered(rs map[geo.ID]geo.Record) []geo.Record {
	var out []geo.Record
	for _, r := range rs {
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b geo.Record) int { return int(a.ID) - int(b.ID) })
	return out
}

// Judged at another day it is what a load with that day gives, also while the
// live snapshot changes under it and it is read.
func TestAtEqualsALoadOfThatDay(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := &maker{Rand: rand.New(rand.NewPCG(seed, 0))}
	m := newStore(append(city.Layers(), imported())...)
	s := load(t, m)
	for range 120 {
		c := r.changes(m)
		m.apply(c)
		s, _ = apply(t, s, c)
	}
	type answer struct {
		day geo.Date
		s   *snapshot.Snapshot
	}
	answers := make(chan answer, 16)
	base := s
	for k := range 8 {
		go func() {
			day := geo.NewDate(2022, time.Month(2*k), 15)
			answers <- answer{day, base.At(day)}
		}()
	}
	fixed := newStore()
	fixed.layers, fixed.cursor = m.layers, m.cursor
	fixed.records = map[geo.LayerID]map[geo.ID]geo.Record{}
	for id, rs := range m.records {
		fixed.records[id] = map[geo.ID]geo.Record{}
		for k, rec := range rs {
			fixed.records[id][k] = rec
		}
	}
	fixed.layers = map[geo.LayerID]geo.Layer{}
	for id, l := range m.layers {
		fixed.layers[id] = l
	}
	live := map[string]bool{}
	for code, d := range m.dates {
		live[code] = d.Live
	}
	for range 60 { // the live snapshot goes on
		c := r.changes(m)
		m.apply(c)
		s, _ = apply(t, s, c)
	}
	for range 8 {
		a := <-answers
		fixed.dates = map[string]geo.DistrictDate{}
		for code := range live {
			fixed.dates[code] = geo.DistrictDate{District: code, Date: a.day, Live: live[code]}
		}
		fixed.dates["none"] = geo.DistrictDate{District: "none", Date: a.day}
		if dump(a.s) != dump(load(t, fixed)) {
			t.Errorf("at %v it is not what a load of that day gives", a.day)
		}
		if a.s.At(a.day) != a.s {
			t.Error("the same day is judged again")
		}
	}
	for id := range m.layers {
		if a, ok := base.Layer(id); ok && a.Decl().Light.Kind == geo.NoRule {
			if b, _ := base.At(1).Layer(id); !a.Same(b) {
				t.Errorf("layer %s has no light and is not shared", id)
			}
		}
	}
}
