package main

import (
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// addFigures stores every number of the documents that speak of the district.
func addFigures(src *source, d seeds.District, s *sheet) error {
	panel := map[string]row{}
	for _, p := range src.panel {
		panel[p["figure"]] = p
	}
	formula := map[string]string{}
	status := map[string]string{}
	for _, t := range src.trace {
		status[t["figure"]] = t["status"]
		formula[t["figure"]] = t["measure"] + " of " + t["layer"] + " where " + t["filter"]
	}
	for _, f := range src.figures {
		prefix, _, _ := strings.Cut(f["id"], "-")
		if districtOf(prefix) != d.ID {
			continue
		}
		title, _ := cite(f["document"])
		out := feature{code: f["id"], prop: geo.Properties{
			"name": f["subject"], "district": d.Code, "value": f["value"], "unit": f["unit"], "kind": kinds[f["kind"]],
			"period": f["period"], "qualifier": f["qualifier"], "parent": f["parent"], "lead_units": f["lead_units"],
			"relation": f["check"], "source": title, "section": f["section"], "note": f["note"],
			"trace": status[f["id"]],
		}}
		if status[f["id"]] != "stored" {
			out.prop["formula"] = formula[f["id"]]
		}
		if x, ok := f.float("value"); ok {
			out.prop["number"] = x
		}
		if p, ok := panel[f["id"]]; ok {
			out.prop["panel"], out.prop["short"] = p["place"], p["short"]
		}
		s.add(seeds.Figure, out)
	}
	return nil
}

// kinds are the kinds of a figure as a screen shows them.
var kinds = map[string]string{"plan": "计划", "target": "目标", "result": "结果", "baseline": "现状", "comparison": "对比"}

func addTasks(src *source, d seeds.District, s *sheet) error {
	for _, t := range src.tasks {
		prefix, _, _ := strings.Cut(t["id"], "-")
		if districtOf(prefix) != d.ID {
			continue
		}
		title, _ := cite(t["document"])
		s.add(city.Task, feature{code: t["id"], prop: geo.Properties{
			"name": t["task_title"], "district": d.Code, "number": t["number"], "part": t["section_title"], "summary": t["text"],
			"lead_units": t["lead_units"], "period": "2024-2026", "figures": t["figure_ids"], "source": title,
			"section": t["section_title"], "note": t["note"],
		}})
	}
	return nil
}
