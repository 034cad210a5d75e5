package main

import (
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// addTasks writes the tasks of the two action plans, linked to the indicators of
// their figures and to the projects that bring these about.
func addTasks(src *source, d seeds.District, s *sheet) error {
	for _, t := range src.tasks {
		prefix, number, _ := strings.Cut(t["id"], "-")
		if districtOf(prefix) != d.ID {
			continue
		}
		title, _ := cite(t["document"])
		p := geo.Properties{
			"name": t["task_title"], "district": d.Code, "number": t["number"], "part": t["section_title"], "summary": t["text"],
			"lead_units": t["lead_units"], "period": "2024-2026", "start": "2024-01-01", "due": "2026-12-31", "state": "推进中",
			"figures": t["figure_ids"], "indicators": t["figure_ids"], "projects": strings.Join(s.serving(t.list("figure_ids")), ";"),
			"edition": "印发稿", "basis": "文件", "source": title, "section": t["section_title"], "note": t["note"],
		}
		if d.ID == "changning" {
			p["edition"], p["state"] = "正式稿（2024-08-28印发）", "未启动"
			p["origin"], p["draft_numbers"], p["draft_items"] = draft(number)
		}
		s.add(city.Task, feature{code: t["id"], prop: p})
	}
	return nil
}

// serving gives the codes of the projects that stand for a figure.
func (s *sheet) serving(figures []string) []string {
	var out []string
	for _, f := range s.features[city.Project] {
		if slices.ContainsFunc(strings.Split(f.prop.Text("figures"), ";"), func(id string) bool { return slices.Contains(figures, id) }) {
			out = append(out, f.code)
		}
	}
	return out
}

// draft tells where a task of 长宁 comes from: the explanation names eight new
// ones; 29 and 36 came in after the draft; 31 joins two items of the draft, 30 has
// none of its own, and 32 to 35 stood one or three places earlier.
func draft(task string) (origin, numbers string, items int) {
	origin, items = "延续", 1
	switch task {
	case "T12", "T13", "T16", "T19", "T21", "T26", "T27", "T28":
		origin = "本轮新增（解读点名）"
	case "T29", "T36":
		return "本轮新增（解读未点名）", "", 0
	case "T30":
		return origin, "", 0
	}
	switch task {
	case "T31":
		return origin, "30;31", 2
	case "T32":
		return origin, "29", 1
	case "T33", "T34", "T35":
		return origin, map[string]string{"T33": "32", "T34": "33", "T35": "34"}[task], 1
	}
	return origin, strings.TrimLeft(task, "T0"), items
}
