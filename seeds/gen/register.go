package main

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// addYears writes the register of the year to come, of which the documents tell
// the numbers: 普陀 2023 and 长宁 2024. Which projects are carried over and which
// stand in which list is 示意; no plan is told, so none is issued yet.
func addYears(_ *source, d seeds.District, s *sheet) error {
	enter := func(project string, year int, p geo.Properties) {
		p["project"], p["year"], p["district"], p["basis"] = project, year, d.Code, "文件"
		_, p["source"] = mainDocument(d.ID)
		s.add(city.ProjectYear, feature{code: fmt.Sprintf("%s-%d", project, year), prop: p})
	}
	switch d.ID {
	case "putuo":
		const section, note = "第二部分 一、明确目标，加强责任落实", "文件只写项数，列入哪些项目为示意；计划待下达"
		for i, f := range carried(s.picked("level=市属"), 10) {
			kind := "正式"
			if i == 9 {
				kind = "预备"
			}
			enter(f.code, 2023, geo.Properties{"level": "市属", "plan_kind": kind, "carried": "结转", "listed": "年初", "section": section, "note": note})
		}
		for _, f := range carried(s.picked("level=区属"), 57) {
			enter(f.code, 2023, geo.Properties{"level": "区属", "plan_kind": "正式", "carried": "结转", "listed": "年初", "section": section, "note": note})
		}
		for i := range 12 {
			enter(fmt.Sprintf("PT2023-N%03d", i+1), 2023, geo.Properties{"level": "区属", "plan_kind": "正式", "carried": "新增", "listed": "年初",
				"section": section, "note": "文件未列名；计划待下达，尚无项目点位"})
		}
	case "changning":
		for i := range 3 {
			enter(fmt.Sprintf("CN2024-N%03d", i+1), 2024, geo.Properties{"level": "区属", "carried": "结转", "goal": "竣工",
				"section": "2024年度工作思路 三（二）", "note": "经济楼宇，2024年计划竣工，文件未列名"})
		}
	}
	return nil
}

// carried gives the first n projects that go on into the next year: those that
// failed their goal or fell behind before those that reached it, those not begun
// last of all where every one is carried on.
func carried(projects []*feature, n int) []*feature {
	order := func(f *feature) int {
		switch f.prop.Text("goal_outcome") {
		case city.GoalFailed:
			return 0
		case city.GoalBehind:
			return 1
		case city.GoalStopped:
			return 9
		}
		if f.prop.Text("tags") == "架空线入地" { // finished within the year
			return 8
		}
		if f.prop.Text("level") == "市属" && f.prop.Text("lifecycle") == "前期" {
			return 2
		}
		return 3
	}
	out := slices.Clone(projects)
	slices.SortStableFunc(out, func(a, b *feature) int { return cmp.Compare(order(a), order(b)) })
	out = out[:n]
	if out[0].prop.Text("level") == "市属" { // not begun: in preparation, the last of the list
		out = append(out[1:], out[0])
	}
	return out
}

// addPeriods closes the months for which there are reports; the last one waits
// to be sealed. No document tells of them: 示意.
func addPeriods(_ *source, d seeds.District, s *sheet) error {
	if d.Code == "" {
		return nil
	}
	last := seeds.Dates(d.ID)[0].Date
	for _, layer := range []geo.LayerID{city.Project, city.RiverSection} {
		if len(s.reports[layer]) == 0 {
			continue
		}
		year := last.Time().Year()
		for m := time.January; m <= last.Time().Month(); m++ {
			ends := geo.NewDate(year, m+1, 0)
			state := geo.Sealed
			if ends == last {
				state = geo.Approved
			}
			s.add(city.Period, feature{code: fmt.Sprintf("%s-%s-%s", d.Code, layer, ends.String()[:7]), prop: geo.Properties{
				"layer": string(layer), "district": d.Code, "ends": ends, "state": state, "basis": "示意数据",
			}})
		}
	}
	return nil
}

// addSurvey lays over streets, towns, blocks and sections what a city surveys and
// no document tells: overhead lines, tree pits, road condition, check-ups. 示意.
func addSurvey(_ *source, d seeds.District, s *sheet) error {
	switch d.ID {
	case "changning":
		for i := range s.features[city.Street] {
			surveyStreet(&s.features[city.Street][i])
		}
		for i, f := range s.features[city.Town] {
			p := s.features[city.Town][i].prop
			if p.Text("name") == "江苏路街道" {
				p["planner"], p["planner_team"] = "社区规划师（示意）", "规划、建筑、景观、艺术、法律多专业联合团队"
			}
			period := 1
			if i == 1 || i == 6 {
				period = 3
			}
			zone := feature{code: fmt.Sprintf("CN-PF-%02d", i+1), geom: f.geom, prop: geo.Properties{
				"name": p.Text("name") + "排水分区", "category": "排水分区", "district": d.Code, "return_period": period, "located": "示意",
				"uncertainty_m": 1000.0, "figures": "CN2426-026;CN2426-027", "source": titles[2].title, "section": "正式稿 二 15.海绵城市",
				"note": "分区界取街镇界，排水能力为示意数据"}}
			s.add(seeds.Zone, zone)
		}
		for i := range s.features[city.RiverSection] {
			p := s.features[city.RiverSection][i].prop
			p["chief"], p["water_kind"] = "区建设管理委", "河流"
			p["note"] = join(p.Text("note"), "河长单位为示意")
		}
	case "chongming":
		for i := range s.features[city.Street] {
			condition := []string{"优", "良", "良", "中", "中", "次"}[int(6*noise(s.features[city.Street][i].code, "condition", 0))]
			p := s.features[city.Street][i].prop
			p["condition"], p["note"] = condition, join(p.Text("note"), "技术状况为示意数据")
		}
		for i := range 4 {
			p := s.features[city.Town][i].prop
			p["checkup_date"], p["note"] = "2024-11-30", join(p.Text("note"), "体检日期为示意数据")
		}
		for i := range 3 {
			s.features[city.Block][i].finish(d)
		}
	}
	return nil
}

// surveyStreet tells of a drawn street; elevated roads have neither lines nor trees.
func surveyStreet(f *feature) {
	rank, ok := f.prop["rank"].(float64)
	if !ok || rank < 2 {
		return
	}
	key := rank == 2
	limit := 0.72
	if key {
		limit = 0.86
	}
	f.prop["key_area"], f.prop["overhead"] = key, "未入地"
	if noise(f.code, "overhead", 0) < limit {
		f.prop["overhead"] = "已入地"
	}
	pits := 60 + int(180*noise(f.code, "pits", 0))
	f.prop["tree_pits"], f.prop["tree_pits_ok"] = pits, pits-int(float64(pits)*0.12*noise(f.code, "ok", 0))
	f.prop["note"] = join(f.prop.Text("note"), "架空线、重点区域、树穴为示意数据")
}
