package snapshot_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// reported is a project of a district with one report that is so many points
// behind its plan.
func reported(id geo.ID, district, unit string, behind float64) geo.Record {
	r := feature(city.Project, id, fmt.Sprint("P", id), nil, geo.Properties{"district": district, "unit": unit})
	r.Reports = []geo.Report{{Layer: city.Project, Feature: id, Date: geo.NewDate(2022, 12, 31), Version: 1,
		Properties: geo.Properties{geo.PlannedProgress: 60.0, geo.ActualProgress: 60 - behind}}}
	return r
}

func of(layer geo.LayerID, id geo.ID, code string, p geo.Properties) geo.Record {
	p["of_layer"], p["of_code"] = string(city.Project), code
	return feature(layer, id, fmt.Sprintf("%s-%d", layer, id), nil, p)
}

func records(rs ...geo.Record) geo.Changes { return geo.Changes{Records: rs} }

// milestones is their layer as the city declares it, or without owners.
func milestones(owned bool) geo.Layer {
	all := city.Layers()
	l := all[slices.IndexFunc(all, func(l geo.Layer) bool { return l.ID == city.Milestone })]
	if !owned {
		l.Owner = geo.Owner{}
	}
	return l
}

// Rows find their feature in whatever order both come, go and change names.
func TestOwnersInAnyOrder(t *testing.T) {
	gone := func(layer geo.LayerID, id geo.ID) geo.Record { return geo.Record{Layer: layer, ID: id} }
	p := reported(1, "A", "", 0)
	step := of(city.Milestone, 9, "P1", geo.Properties{"name": "封顶", "planned": geo.NewDate(2022, 6, 30)})
	stray := renamed(p, "P7")
	toStray := of(city.Milestone, 9, "P7", geo.Properties{"name": "封顶"})
	for _, c := range []struct {
		name    string
		changes []geo.Changes
		want    int // milestones of project 1 in the end
		told    bool
	}{
		{"owner first", []geo.Changes{records(p), records(step)}, 1, true},
		{"row first", []geo.Changes{records(step), records(p)}, 1, true},
		{"together", []geo.Changes{records(step, p)}, 1, true},
		{"together, owner first", []geo.Changes{records(p, step)}, 1, true},
		{"the row goes", []geo.Changes{records(p, step), records(gone(city.Milestone, 9))}, 0, true},
		{"the owner comes back", []geo.Changes{records(p, step), records(gone(city.Project, 1)), records(p)}, 1, true},
		{"the owner is renamed away", []geo.Changes{records(p, step), records(stray)}, 0, true},
		{"the owner is renamed and the row follows", []geo.Changes{records(p, step), records(stray, toStray)}, 1, true},
		{"the row names it before it has the code", []geo.Changes{records(p), records(toStray), records(stray)}, 1, true},
		{"two swap their codes", []geo.Changes{records(p, step, reported(2, "A", "", 0)), records(renamed(p, "P2"), renamed(reported(2, "A", "", 0), "P1"))}, 0, true},
		{"the row goes to another layer", []geo.Changes{records(p, step), records(feature(city.Milestone, 9, "m", nil, geo.Properties{"of_layer": "street", "of_code": "P1"}))}, 0, true},
		{"the same row again", []geo.Changes{records(p, step), records(step)}, 1, false},
		{"rows of another", []geo.Changes{records(p), records(of(city.Milestone, 9, "P3", geo.Properties{}))}, 0, false},
		{"the layer of rows is read anew", []geo.Changes{records(p, step), {Reset: []geo.LayerID{city.Milestone}, Records: []geo.Record{step}}}, 1, false},
		{"the layer of rows is declared without owners", []geo.Changes{records(p, step), {Layers: []geo.Layer{milestones(false)}}}, 0, false},
		{"and with them again", []geo.Changes{records(p, step), {Layers: []geo.Layer{milestones(false)}}, {Layers: []geo.Layer{milestones(true)}}}, 1, false},
		{"the layer of rows is dropped", []geo.Changes{records(p, step), {Dropped: []geo.LayerID{city.Milestone}}}, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := twoDistricts()
			s := load(t, m)
			var d snapshot.Delta
			for _, change := range c.changes {
				m.apply(change)
				s, d = apply(t, s, change)
			}
			i := item(t, s, city.Project, 1)
			if got := i.Attached(city.Milestone); len(got) != c.want || len(i.Facts().Milestones) != c.want {
				t.Errorf("%d milestones, %d of them facts, want %d", len(got), len(i.Facts().Milestones), c.want)
			}
			k := slices.IndexFunc(d.Changes, func(x snapshot.Change) bool { return x.Layer == city.Project && x.ID == 1 })
			if told := k >= 0 && d.Changes[k].Attached; told != c.told {
				t.Errorf("told %v, want %v: %+v", told, c.told, d.Changes)
			}
			if k >= 0 && c.told && !slices.Equal(d.Changes[k].AttachedIn(), []geo.LayerID{city.Milestone}) {
				t.Errorf("rows changed in %v", d.Changes[k].AttachedIn())
			}
			if dump(load(t, m)) != dump(s) {
				t.Error("loaded anew it is another")
			}
		})
	}
}

// A row of the rulebook judges anew those it concerns, and no others.
func TestTheRulebookJudgesAnew(t *testing.T) {
	threshold := func(layer, district string, yellow float64) geo.Record {
		p := geo.Properties{"yellow": yellow}
		for name, v := range map[string]string{"layer": layer, "district": district} {
			if v != "" {
				p[name] = v
			}
		}
		return feature(city.Threshold, 90, "T", nil, p)
	}
	for _, c := range []struct {
		name   string
		change geo.Changes
		green  []geo.ID // of four projects 8 points behind, yellow by default
	}{
		{"for all", records(threshold("", "", 10)), []geo.ID{1, 2, 3, 4}},
		{"for a district", records(threshold("", "A", 10)), []geo.ID{1, 2}},
		{"for another layer", records(threshold("street", "", 10)), nil},
		{"for the layer", records(threshold("project", "", 10)), []geo.ID{1, 2, 3, 4}},
		{"only approved reports, of which a unit's are", records(feature(city.Threshold, 90, "T", nil, geo.Properties{"approved_only": true, "yellow": 10.0}),
			feature(city.Period, 91, "Q", nil, geo.Properties{"layer": "project", "unit": "甲", "ends": geo.NewDate(2022, 12, 31), "state": geo.Approved})), []geo.ID{1, 3}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := twoDistricts(reported(1, "A", "甲", 8), reported(2, "A", "乙", 8), reported(3, "B", "甲", 8), reported(4, "B", "乙", 8))
			m.dates["B"] = geo.DistrictDate{District: "B", Date: geo.NewDate(2022, 12, 31)}
			s := load(t, m)
			if s.Rulebook() != nil {
				t.Error("there is a rulebook without a row")
			}
			next, d := apply(t, s, c.change)
			m.apply(c.change)
			var green []geo.ID
			l, _ := next.Layer(city.Project)
			l.All(func(i snapshot.Item) bool {
				if i.Light() == geo.Green {
					green = append(green, i.ID())
				}
				return true
			})
			if !slices.Equal(green, c.green) || dump(load(t, m)) != dump(next) {
				t.Errorf("green are %v, want %v, or another load says otherwise", green, c.green)
			}
			for _, x := range d.Changes {
				if x.Layer == city.Project && !slices.Contains(green, x.ID) && x.New.Light() == geo.Yellow {
					t.Errorf("project %d is told of and did not change", x.ID)
				}
			}
			back := geo.Changes{Records: []geo.Record{{Layer: city.Threshold, ID: 90}, {Layer: city.Period, ID: 91}}}
			if last, _ := apply(t, next, back); last.Rulebook() != nil || dump(last) != dump(s) {
				t.Error("without its rows it is not what it was")
			}
		})
	}
}

// pipes are an imported layer whose light is CQL2.
func pipes(red string) geo.Layer {
	return geo.Layer{ID: "pipe", Geometry: geo.NoGeometry, Fields: []geo.Field{{Name: "state", Type: geo.TextField}, {Name: "due", Type: geo.DateField}},
		Light: geo.LightRule{Kind: geo.FilterRule, RedWhen: red, GreenWhen: "state = '已修复'"}}
}

func TestFilterRules(t *testing.T) {
	const late = "state = '待修复' AND due < today"
	day := geo.NewDate(2022, 6, 30)
	m := newStore(pipes(late))
	m.dates["A"] = geo.DistrictDate{District: "A", Date: day}
	m.apply(records(feature("pipe", 1, "a", nil, geo.Properties{"state": "待修复", "due": day - 1}),
		feature("pipe", 2, "b", nil, geo.Properties{"state": "待修复", "due": day}),
		feature("pipe", 3, "c", nil, geo.Properties{"state": "已修复", "due": day - 1}),
		feature("pipe", 4, "d", nil, geo.Properties{})))
	lights := func(s *snapshot.Snapshot) string {
		var names []string
		l, _ := s.Layer("pipe")
		l.All(func(i snapshot.Item) bool { names = append(names, i.Light().String()); return true })
		return strings.Join(names, " ")
	}
	s := load(t, m)
	if got := lights(s); got != "red none green none" {
		t.Errorf("lights %s", got)
	}
	if since := item(t, s, "pipe", 1).Standing().Since; since != day {
		t.Errorf("red since %v, want the day after it was due, %v", since, day)
	}
	next, d := apply(t, s, geo.Changes{Dates: []geo.DistrictDate{{District: "A", Date: day + 1}}})
	if got := lights(next); got != "red red green none" || len(d.Changes) == 0 {
		t.Errorf("a day later lights %s, changes %+v", got, d.Changes)
	}
	if got := lights(s.At(day + 1)); got != "red red green none" {
		t.Errorf("judged at that day lights %s", got)
	}
	broken, _ := apply(t, next, geo.Changes{Layers: []geo.Layer{pipes("state = ")}})
	if got := lights(broken); got != "none none none none" {
		t.Errorf("by a rule that is none lights %s", got)
	}
	faults := broken.Faults()
	if len(faults) != 1 || faults[0].Layer != "pipe" || !strings.Contains(faults[0].Message, "redWhen") {
		t.Errorf("faults %+v, want that of the rule", faults)
	}
	mended, _ := apply(t, broken, geo.Changes{Layers: []geo.Layer{pipes(late)}})
	if lights(mended) != "red red green none" || len(mended.Faults()) != 0 {
		t.Errorf("mended: lights %s, faults %+v", lights(mended), mended.Faults())
	}
}

// A new date is told of where warnings rise, though the light stays.
func TestANewDateTellsOfWarnings(t *testing.T) {
	m := twoDistricts(reported(1, "A", "", 8))
	s := load(t, m)
	before := item(t, s, city.Project, 1)
	change := geo.Changes{Dates: []geo.DistrictDate{{District: "A", Date: geo.NewDate(2023, 3, 20)}}}
	m.apply(change)
	next, d := apply(t, s, change)
	k := slices.IndexFunc(d.Changes, func(c snapshot.Change) bool { return c.Layer == city.Project })
	if k < 0 || !d.Changes[k].Stood || d.Changes[k].Edited || d.Changes[k].Reported || d.Changes[k].Attached {
		t.Fatalf("changes %+v", d.Changes)
	}
	after := item(t, next, city.Project, 1)
	if before.Standing().Level >= after.Standing().Level {
		t.Errorf("level %d, after three months %d", before.Standing().Level, after.Standing().Level)
	}
	if w := after.Warnings(); len(w) == 0 || len(before.WarningsAt(geo.NewDate(2023, 3, 20))) != len(w) {
		t.Errorf("warnings %+v, asked before %+v", w, before.WarningsAt(geo.NewDate(2023, 3, 20)))
	}
	if dump(load(t, m)) != dump(next) {
		t.Error("loaded anew it is another")
	}
}

// Rows that come and go by the thousand keep their owners through compaction.
func TestOwnersSurviveCompaction(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	m := newStore(city.Layers()...)
	for id := geo.ID(1); id <= 50; id++ {
		m.apply(records(reported(id, "A", "", 0)))
	}
	s := load(t, m)
	next := geo.ID(0)
	for range 30 {
		var c geo.Changes
		for range 400 {
			next++
			c.Records = append(c.Records, of(city.Record, next, fmt.Sprint("P", 1+r.IntN(60)), geo.Properties{"kind": "停工", "day": geo.NewDate(2022, 1, r.IntN(300))}))
		}
		for id := range m.records[city.Record] {
			if r.IntN(3) > 0 {
				c.Records = append(c.Records, geo.Record{Layer: city.Record, ID: id})
			}
		}
		m.apply(c)
		s, _ = apply(t, s, c)
		for id := geo.ID(1); id <= 50; id++ {
			i := item(t, s, city.Project, id)
			if got, want := len(i.Attached(city.Record)), len(rowsOf(m, city.Record, city.Project, i.Code())); got != want || len(i.Facts().Halts) != want {
				t.Fatalf("%s has %d rows, %d of them halts, want %d", i.Code(), got, len(i.Facts().Halts), want)
			}
		}
	}
	if l, _ := s.Layer(city.Record); l.Rows() > 3*l.Len()+5000 {
		t.Errorf("%d rows hold %d: it was never compacted", l.Rows(), l.Len())
	}
	if dump(load(t, m)) != dump(s) {
		t.Error("loaded anew it is another")
	}
}
