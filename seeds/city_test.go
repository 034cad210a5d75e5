package seeds_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/indicator"
	"yiping/geo/snapshot"
)

// The calendar is that of the State Council's notices.
func TestWorkdaysAreThoseOfTheNotices(t *testing.T) {
	book := seeded(t).Rulebook()
	for day, worked := range map[string]bool{
		"2022-01-29": true, "2022-01-31": false, "2022-10-09": true, "2022-12-30": true, "2022-12-31": false,
		"2023-01-02": false, "2023-01-28": true, "2023-06-25": true, "2023-10-06": false, "2024-02-09": true, "2024-02-12": false,
		"2024-10-12": true, "2025-01-28": false, "2025-10-08": false, "2025-10-09": true, "2026-01-04": true, "2026-02-23": false,
		"2026-05-09": true, "2026-05-10": false,
	} {
		d, err := geo.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if book.Workday(d) != worked {
			t.Errorf("%s: worked %v", day, !worked)
		}
	}
	// The report of December 2022 is due on the fifth workday: 3, 4, 5, 6 and 9 January.
	if due := book.Due(city.Project, "310107", "", geo.NewDate(2022, 12, 31)); due != geo.NewDate(2023, 1, 9) {
		t.Errorf("December 2022 is due on %s", due)
	}
}

// The register of 2023 is made and its plan not issued: 69 = 57 + 12 projects of
// the district and 10 = 9 + 1 of the city, none of them lit.
func TestNextYearOfPutuoWaitsForItsPlan(t *testing.T) {
	snap := seeded(t)
	years, _ := snap.Layer(city.ProjectYear)
	n := map[string]int{}
	for i := range years.All {
		if i.Text("district") == "310107" && i.Text("year") == "2023" {
			n[i.Text("level")+i.Text("plan_kind")+i.Text("carried")]++
		}
	}
	if n["市属正式结转"] != 9 || n["市属预备结转"] != 1 || n["区属正式结转"] != 57 || n["区属正式新增"] != 12 || len(n) != 4 {
		t.Errorf("entries %v", n)
	}
	l, _ := snap.At(geo.NewDate(2023, 1, 31)).Layer(city.Project)
	waiting := 0
	for i := range l.All {
		if i.District() != "310107" {
			continue
		}
		v := i.Verdict()
		if v.Light != geo.None {
			t.Errorf("%s is %s in January 2023: %s", i.Code(), v.Light, v.Reason.ZH)
		}
		if v.Status.ZH == "计划待下达" {
			waiting++
		}
	}
	if waiting < 67 {
		t.Errorf("%d projects wait for their plan, want at least the 67 carried over", waiting)
	}
}

// All tasks of both plans are there, with lead units that are units of their
// district, and links that lead somewhere.
func TestTasksNameUnitsIndicatorsAndProjects(t *testing.T) {
	snap := seeded(t)
	board := indicator.New(snap)
	for district, want := range map[string]int{"310105": 36, "310151": 31} {
		tasks := indicator.Tasks(board, snap, district)
		if len(tasks) != want {
			t.Errorf("%d tasks of %s, want %d", len(tasks), district, want)
		}
		names := unitNames(snap, district)
		for _, task := range tasks {
			if len(task.LeadUnits) == 0 || len(task.Missing) > 0 || task.Due != geo.NewDate(2026, 12, 31) {
				t.Errorf("%s: led by %v, due %s, missing %v", task.Code, task.LeadUnits, task.Due, task.Missing)
			}
			for _, u := range task.LeadUnits {
				if !names[u] {
					t.Errorf("%s: %s is no unit of %s", task.Code, u, district)
				}
			}
		}
	}
}

func unitNames(snap *snapshot.Snapshot, district string) map[string]bool {
	out := map[string]bool{}
	l, _ := snap.Layer(city.Unit)
	for i := range l.All {
		if i.Text("district") == district {
			out[i.Text("name")] = true
			for _, alias := range strings.Split(i.Text("aliases"), "；") {
				out[alias] = true
			}
		}
	}
	delete(out, "")
	return out
}

// Whoever acts is a unit that the register knows, and every row that belongs to a
// feature belongs to one that is there; the projects new in the years to come are
// known by their number alone.
func TestRowsBelongToFeaturesAndUnits(t *testing.T) {
	snap := seeded(t)
	for _, l := range snap.Layers() {
		if l.Decl().Owner == (geo.Owner{}) {
			continue
		}
		for i := range l.All {
			if _, ok := i.Owner(); !ok && !strings.HasPrefix(i.Text("project"), "PT2023-N") && !strings.HasPrefix(i.Text("project"), "CN2024-N") {
				t.Errorf("%s %s belongs to nothing", l.Decl().ID, i.Code())
			}
		}
	}
	units := map[string]map[string]bool{}
	for _, layer := range []geo.LayerID{city.Record, city.WarningStep, city.Problem, city.Device, city.Ruling} {
		l, _ := snap.Layer(layer)
		for i := range l.All {
			unit, district := i.Text("unit"), i.Text("district")
			if units[district] == nil {
				units[district] = unitNames(snap, district)
			}
			if unit != "" && !units[district][unit] {
				t.Errorf("%s %s: %s is no unit of %s", layer, i.Code(), unit, district)
			}
		}
	}
}

// What is made up says so, and whatever else a row tells has a source.
func TestRowsSayWhereTheyComeFrom(t *testing.T) {
	snap := seeded(t)
	own := []geo.LayerID{city.Threshold, city.Workday} // ours, and by notice
	for _, l := range snap.Layers() {
		decl := l.Decl()
		if _, ok := decl.Field("source"); !ok || slices.Contains(own, decl.ID) || decl.Geometry != geo.NoGeometry {
			continue
		}
		for i := range l.All {
			if i.Text("source") == "" && i.Text("basis") != "示意数据" && !strings.Contains(i.Text("kind"), "街镇") && i.Text("nature") != "监测" {
				t.Errorf("%s %s has no source", decl.ID, i.Code())
			}
		}
	}
}

// A day of the past is judged as it stood: the halt of spring shows in June.
func TestMonthsBeforeAreJudgedAsTheyStood(t *testing.T) {
	l, _ := seeded(t).At(geo.NewDate(2022, time.June, 30)).Layer(city.Project)
	if got := l.Counts("310107"); got[geo.Red] != 9 {
		t.Errorf("lights of June %v, want 9 red", got)
	}
}

// Shares of a total stay within what they are shares of.
func TestNoProjectHasInvestedMoreThanItMay(t *testing.T) {
	l, _ := seeded(t).Layer(city.Project)
	n := 0
	for i := range l.All {
		made, ok := i.LastReported(geo.ActualInvestment)
		for _, field := range []string{"year_investment", "investment"} {
			if most, planned := i.Value(field).(float64); ok && planned {
				if n++; made > most+1e-9 {
					t.Errorf("%s has invested %v of %s %v", i.Code(), made, field, most)
				}
			}
		}
	}
	if n < 59+36+23 {
		t.Errorf("%d investments are held against a plan", n)
	}
}
