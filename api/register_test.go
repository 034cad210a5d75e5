package api_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
)

// fillRegister adds what offices keep of the city of fill: units, milestones,
// records, rulings, what was done about warnings, and problems.
func fillRegister(t testing.TB, store geo.Store) {
	t.Helper()
	of := func(layer geo.LayerID, code, owner string, p geo.Properties) geo.Edit {
		p["of_layer"], p["of_code"], p["district"], p["basis"] = "project", owner, "310105", "填报"
		return create(layer, code, nil, p)
	}
	day := func(month time.Month, day int) geo.Date { return geo.NewDate(2022, month, day) }
	apply(t, store,
		create(city.Unit, "UA", nil, geo.Properties{"name": "区绿化所", "aliases": "区绿化局", "district": "310105"}), // another's own name outweighs it
		create(city.Unit, "UG", nil, geo.Properties{"name": "区绿化局", "aliases": "绿化局；区绿化市容局", "district": "310105", "kind": "区级部门"}),
		create(city.ProjectYear, "P3-2021", nil, geo.Properties{"project": "P3", "year": int64(2021), "district": "310105", "plan_kind": "预备", "carried": "新增", "goal": "开工", "goal_outcome": city.GoalDone}),
		of(city.Milestone, "P3-M2", "P3", geo.Properties{"name": "竣工", "seq": int64(2), "planned": day(12, 20)}),
		of(city.Milestone, "P3-M1", "P3", geo.Properties{"name": "开工", "seq": int64(1), "planned": day(3, 1), "first_planned": day(2, 15), "actual": day(3, 10)}),
		of(city.Record, "P2-R1", "P2", geo.Properties{"kind": "会商", "day": day(11, 8), "text": "征收工作专题会商", "unit": "区建管委"}),
		of(city.Record, "P2-R2", "P2", geo.Properties{"kind": "整改单", "day": day(12, 1), "text": "限期报送征收计划", "unit": "区绿化局", "deadline": day(12, 15)}),
		of(city.Relation, "P4-P3", "P4", geo.Properties{"kind": "拆分", "successor": "P3", "since": day(5, 1)}),
		of(city.Ruling, "P2-K1", "P2", geo.Properties{"light": "yellow", "reason": "征收已签约九成", "from": day(12, 20), "until": geo.NewDate(2023, 3, 31), "actor": "区推进办"}),
		of(city.WarningStep, "P2-W1", "P2", geo.Properties{"warning": "progress/2022-10-20", "action": string(geo.Acknowledge), "day": day(10, 25), "actor": "王工", "unit": "区绿化局", "text": "已约谈征收所"}),
		create(city.Problem, "B1", square(121.37, 31.2, 0.002), geo.Properties{"name": "混接一", "stage": "整改清单", "state": "整改中", "unit": "区绿化局", "remedy": "封堵", "found_date": day(6, 1), "deadline": day(11, 30), "of_layer": "project", "of_code": "P2"}),
		create(city.Problem, "B2", square(121.42, 31.21, 0.002), geo.Properties{"name": "混接二", "stage": "整改清单", "state": "销项", "unit": "区建管委", "found_date": day(6, 1), "deadline": day(9, 30), "closed_date": day(9, 12)}),
		create(city.Problem, "B3", square(121.36, 31.31, 0.002), geo.Properties{"name": "井盖", "found_date": day(9, 1), "deadline": day(10, 10)}))
	share := apply(t, store,
		create(city.Indicator, "CN-R", nil, geo.Properties{"name": "绿灯占比", "district": "310105", "unit": "％", "kind": city.Computed,
			"formula": `{"percent":[{"count":{"layer":"project","filter":"light = 'green'"}},{"count":{"layer":"project"}}]}`,
			"target":  80.0, "direction": "≥", "start": day(1, 1), "due": geo.NewDate(2023, 12, 31), "lead_units": "区建管委、区绿化局", "tasks": "T1", "decimals": int64(1)}),
		create(city.Indicator, "CN-S", nil, geo.Properties{"name": "绿道长度", "district": "310105", "unit": "公里", "kind": city.Reported,
			"stated": 12.0, "stated_text": "约12", "qualifier": "约", "other": 11.4, "other_reason": "分段相加为11.4公里", "source": "报告", "section": "三"}),
		create(city.Indicator, "CN-T", nil, geo.Properties{"name": "两者之差", "district": "310105", "kind": city.Computed,
			"formula": `{"sub":[{"reading":"CN-R"},{"const":1}]}`}),
		create(city.Task, "T1", nil, geo.Properties{"name": "重点项目", "district": "310105", "number": "1", "part": "一", "lead_units": "区建管委、区绿化局",
			"period": "2022-2023", "due": geo.NewDate(2023, 12, 31), "state": "推进中", "indicators": "CN-R", "projects": "P3、P9"}))
	reading := func(d geo.Date, v float64) geo.Edit {
		return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Indicator, Feature: share.IDs[1], Date: d, Properties: geo.Properties{"value": v, "basis": "文件"}}}
	}
	apply(t, store, reading(day(6, 30), 8.5), reading(day(12, 31), 12))
}

// A successor that no feature is, and a feature that a problem concerns and that is
// not there, are told as missing rather than as feature 0.
func TestWhatIsNamedAndIsNotThere(t *testing.T) {
	store := openStore(t)
	apply(t, store,
		create(city.Relation, "P1-P99", nil, geo.Properties{"of_layer": "project", "of_code": "P1", "kind": "更名", "successor": "P99", "district": "310105", "basis": "填报"}),
		create(city.Relation, "P1-P3", nil, geo.Properties{"of_layer": "project", "of_code": "P1", "kind": "拆分", "successor": "P3", "district": "310105", "basis": "填报"}),
		create(city.Problem, "B9", nil, geo.Properties{"name": "无主", "found_date": geo.NewDate(2022, 6, 1), "of_layer": "project", "of_code": "P98"}))
	s := start(t, store, setting{})
	type mention struct {
		ID      *geo.ID
		Code    string
		Missing bool
		Reason  *geo.Text
	}
	told := func(m mention) string {
		if m.ID != nil {
			return m.Code
		}
		return fmt.Sprint(m.Code, " ", m.Missing, " ", m.Reason.ZH, " ", m.Reason.EN)
	}
	card := decode[struct {
		Relations struct{ Successors []mention }
	}](t, s.get(s.named("/api/features/project/{P1}")))
	var got []string
	for _, m := range card.Relations.Successors {
		got = append(got, told(m))
	}
	if want := []string{"P99 true 图层 project 中没有编码“P99” Layer project has no feature with code “P99”", "P3"}; !slices.Equal(got, want) {
		t.Errorf("successors %q, want %q", got, want)
	}
	list := decode[struct {
		Items []struct {
			Code string
			Of   *mention
		}
	}](t, s.get("/api/problems"))
	listed := false
	for _, p := range list.Items {
		if p.Code != "B9" {
			continue
		}
		listed = true
		if told(*p.Of) != "P98 true 图层 project 中没有编码“P98” Layer project has no feature with code “P98”" {
			t.Errorf("a problem of %+v", p.Of)
		}
	}
	if !listed {
		t.Errorf("problems %+v", list.Items)
	}
}
