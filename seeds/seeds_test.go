package seeds_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

func TestDeclarationsAreSound(t *testing.T) {
	for _, l := range seeds.Layers() {
		if err := l.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestJobsComeInTheOrderTheyCanBeImported(t *testing.T) {
	jobs, err := seeds.Jobs("putuo")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[geo.LayerID]bool{}
	for i, j := range jobs {
		if first := i == 0 || jobs[i-1].District != j.District; first && (j.District == seeds.Common) != (i == 0) {
			t.Errorf("%s comes in the wrong place", j.Name)
		}
		if j.Reports && !seen[j.Layer] {
			t.Errorf("%s comes before its features", j.Name)
		}
		if len(j.Data) == 0 || j.District != "putuo" && j.District != seeds.Common || j.Format != map[bool]string{false: "geojson", true: "csv"}[j.Reports] {
			t.Errorf("job %s is incomplete", j.Name)
		}
		seen[j.Layer] = true
	}
	if !seen[city.Town] || !seen[city.Project] || !seen[city.Indicator] || !seen[city.Workday] {
		t.Errorf("layers %v", seen)
	}
}

func TestUnknownDistrictIsNotFound(t *testing.T) {
	_, err := seeds.Jobs("putuo", "atlantis")
	if geo.CodeOf(err) != geo.NotFound || !strings.Contains(err.Error(), "changning, putuo") {
		t.Errorf("got %v", err)
	}
}

func TestNoQuoteOfADocumentIsCarried(t *testing.T) {
	for _, name := range []string{"figures", "places", "tasks"} {
		for col := range table(t, "documents/"+name+".csv")[0] {
			if col == "quote" {
				t.Errorf("%s.csv has quotes", name)
			}
		}
	}
}

// The overview of 普陀 at 2022-12-31 is what its office reported.
func TestLightsAreWhatTheDocumentsSay(t *testing.T) {
	r := open(t)
	for _, c := range []struct {
		name   string
		layer  geo.LayerID
		filter string
		want   [4]int // none, green, yellow, red
	}{
		{"普陀 区属", city.Project, "district = '310107' AND level = '区属'", [4]int{0, 43, 27, 3}},
		{"普陀 市属", city.Project, "district = '310107' AND level = '市属'", [4]int{0, 14, 0, 0}},
		{"普陀 市政基础设施", city.Project, "district = '310107' AND category = '市政基础设施类'", [4]int{0, 11, 0, 1}},
		{"普陀 民生保障", city.Project, "district = '310107' AND category = '民生保障类'", [4]int{0, 11, 7, 0}},
		{"普陀 公共服务", city.Project, "district = '310107' AND category = '公共服务类'", [4]int{0, 3, 1, 0}},
		{"普陀 功能性", city.Project, "district = '310107' AND category = '功能性项目'", [4]int{0, 9, 15, 2}},
		{"普陀 住宅", city.Project, "district = '310107' AND category = '住宅类'", [4]int{0, 9, 4, 0}},
		{"长宁 河道断面", city.RiverSection, "district = '310105'", [4]int{0, 36, 0, 0}},
		{"长宁 市重大工程", city.Project, "district = '310105' AND level = '市属'", [4]int{0, 7, 0, 0}},
		{"长宁 城市更新第三轮", city.Project, "district = '310105' AND tags = '城市更新第三轮'", [4]int{35, 25, 0, 0}},
		{"长宁 交通节点", city.Problem, "district = '310105' AND category = '交通节点'", [4]int{0, 3, 0, 0}},
		{"长宁 美丽街区", city.Block, "district = '310105'", [4]int{17, 39, 0, 0}},
		{"仓山 雨污混接", city.Problem, "district = '350104' AND category LIKE '%雨污混接%'", [4]int{0, 51, 197, 0}},
		{"仓山 D级桥梁", city.Project, "district = '350104' AND category = 'D级桥梁'", [4]int{1, 4, 0, 0}},
		{"崇明 美丽街区（进展为示意）", city.Block, "district = '310151'", [4]int{7, 3, 0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := r.lights(t, c.layer, c.filter); got != c.want {
				t.Errorf("none, green, yellow, red are %v, want %v", got, c.want)
			}
		})
	}
}

func TestRedProjectsOfPutuoAreTheThreeNamed(t *testing.T) {
	r := open(t)
	want := map[string]string{"桃浦4号能源站": "无法完成", "宝能西上海中心": "无法完成", "上海闻天下产业园二期": "终止实施"}
	since := map[string]string{"桃浦4号能源站": "2022-10-31", "宝能西上海中心": "2022-10-31", "上海闻天下产业园二期": "2022-09-30"}
	for _, rec := range r.records[city.Project] {
		v := r.judge(rec)
		if v.Light != geo.Red {
			continue
		}
		name := rec.Feature.Properties.Text("name")
		if v.Status.ZH != want[name] || v.Since.String() != since[name] || v.Reason.ZH == "" {
			t.Errorf("%s: %s since %s: %s", name, v.Status.ZH, v.Since, v.Reason.ZH)
		}
		delete(want, name)
	}
	if len(want) != 0 {
		t.Errorf("not red: %v", want)
	}
}

// The months before go through the halt of March to June and back (示意).
func TestMonthsOfPutuoGoThroughTheHalt(t *testing.T) {
	r := open(t)
	want := [13][3]int{ // green, yellow, red of the district projects
		1: {60, 0, 0}, 2: {58, 2, 0}, 3: {42, 18, 0}, 4: {8, 44, 8}, 5: {6, 44, 10}, 6: {14, 50, 9},
		7: {20, 46, 7}, 8: {25, 42, 6}, 9: {29, 39, 5}, 10: {34, 35, 4}, 11: {39, 31, 3}, 12: {43, 27, 3},
	}
	for m := time.January; m <= time.December; m++ {
		var got [3]int
		for _, rec := range r.records[city.Project] {
			if p := rec.Feature.Properties; p.Text("district") != "310107" || p.Text("level") != "区属" {
				continue
			}
			if l := r.judgeAt(rec, geo.NewDate(2022, m+1, 0)).Light; l != geo.None {
				got[l-1]++
			}
		}
		if got != want[m] {
			t.Errorf("%s: green, yellow, red %v, want %v", m, got, want[m])
		}
	}
}

func TestReportsAgreeWithOutcomes(t *testing.T) {
	r := open(t)
	for _, rec := range r.records[city.Project] {
		last := geo.Properties{}
		before := 0.0
		for _, rep := range rec.Reports {
			last = rep.Properties
			if told := strings.Contains(rec.Feature.Properties.Text("tags"), "燃气"); last.Text("basis") != map[bool]string{true: "文件", false: "示意数据"}[told] {
				t.Errorf("%s: a report pretends to be one", rec.Feature.Code)
			}
			actual, _ := last.Float(geo.ActualProgress)
			if actual < before {
				t.Errorf("%s: work goes back at %s", rec.Feature.Code, rep.Date)
			}
			before = actual
		}
		plan, _ := last.Float(geo.PlannedProgress)
		gap := plan - before
		lo, hi := math.Inf(-1), math.Inf(1)
		switch rec.Feature.Properties.Text("goal_outcome") {
		case city.GoalDone:
			hi = geo.DefaultYellow
		case city.GoalBehind:
			lo, hi = geo.DefaultYellow, geo.DefaultRed
		case city.GoalFailed, city.GoalStopped:
			lo = geo.DefaultRed
		}
		if gap > hi || gap <= lo {
			t.Errorf("%s: %v points behind in the last report", rec.Feature.Code, gap)
		}
	}
}

func TestWhatNoDocumentGivesIsEmpty(t *testing.T) {
	r := open(t)
	for _, rec := range r.records[city.Project] {
		p := rec.Feature.Properties
		if p.Text("unit") != "" {
			t.Errorf("%s has a responsible unit", rec.Feature.Code)
		}
		_, total := p.Float("investment")
		_, yearly := p.Float("year_investment")
		if (total || yearly) && rec.Feature.Code != "CS2023-P012" && !strings.Contains(p.Text("note"), "示意") {
			t.Errorf("%s has an investment that pretends to be told", rec.Feature.Code)
		}
	}
	for layer, recs := range r.records {
		for _, rec := range recs {
			p := rec.Feature.Properties
			if rec.Feature.Geometry != nil && (p.Text("located") != "示意" || p["uncertainty_m"] == nil) {
				t.Errorf("%s %s pretends to be surveyed", layer, rec.Feature.Code)
			}
		}
	}
}

func TestEverythingLiesInItsDistrict(t *testing.T) {
	r := open(t)
	areas := map[string]orb.MultiPolygon{}
	for _, rec := range r.records[city.District] {
		switch g := rec.Feature.Geometry.(type) {
		case orb.Polygon:
			areas[rec.Feature.Code] = orb.MultiPolygon{g}
		case orb.MultiPolygon:
			areas[rec.Feature.Code] = g
		}
	}
	if len(areas) != len(seeds.Districts()) {
		t.Fatalf("%d districts", len(areas))
	}
	for layer, recs := range r.records {
		for _, rec := range recs {
			area, ok := areas[rec.Feature.Properties.Text("district")]
			if !ok && rec.Feature.Geometry == nil && (layer == city.Workday || layer == city.Threshold) {
				continue // of every district
			}
			if !ok {
				t.Errorf("%s %s: no district", layer, rec.Feature.Code)
			}
			if layer == seeds.Water || rec.Feature.Geometry == nil {
				continue
			}
			far := distance(t, rec.Feature.Geometry, area)
			if limit := map[geo.LayerID]float64{city.Project: 300, city.Problem: 0}[layer]; far > limit {
				t.Errorf("%s %s lies %.0f m outside its district", layer, rec.Feature.Code, far)
			}
		}
	}
}

// distance tells how far the nearest vertex lies outside an area, in metres:
// 0 when any vertex is inside. Sites on a border river may lie on its far half.
func distance(t testing.TB, g orb.Geometry, area orb.MultiPolygon) float64 {
	t.Helper()
	best := math.Inf(1)
	err := geo.EachPoint(g, func(p orb.Point) error {
		if planar.MultiPolygonContains(area, p) {
			best = 0
			return nil
		}
		for _, poly := range area {
			for _, ring := range poly {
				best = min(best, 111195*planar.DistanceFrom(orb.LineString(ring), p))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return best
}

func TestProjectsOfPutuoCanBeToldApartOnTheWall(t *testing.T) {
	r := open(t)
	var at []orb.Point
	for _, rec := range r.records[city.Project] {
		if rec.Feature.Properties.Text("district") != "310107" {
			continue
		}
		switch g := rec.Feature.Geometry.(type) {
		case orb.Point:
			at = append(at, g)
		case orb.MultiPoint:
			at = append(at, g...)
		}
	}
	if len(at) < 87 {
		t.Fatalf("%d marks", len(at))
	}
	k := math.Cos(31.25 * math.Pi / 180)
	for i := range at {
		for j := range i {
			if d := 111195 * math.Hypot((at[i][0]-at[j][0])*k, at[i][1]-at[j][1]); d < 350 {
				t.Errorf("%v and %v are %.0f m apart", at[i], at[j], d)
			}
		}
	}
}
