package main

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// How a figure is held, column status of tables/trace.csv.
const (
	asComputed  = "computed"  // a formula over features gives the document's value
	asAttribute = "attribute" // so does the attribute of one feature
	asReported  = "reported"  // a reading
	asTarget    = "target"    // it is the target; the value is what has been reached
	asDue       = "due"       // it is the day by which nothing may be left
	asWithdrawn = "withdrawn" // only the draft has a value
)

// addIndicators makes an indicator of every figure of the documents that speak
// of the district, and those that a city watches from day to day.
func addIndicators(src *source, d seeds.District, s *sheet) error {
	trace, panel, other, tasks := index(src.trace), index(src.panel), index(src.others), map[string][]string{}
	for _, t := range src.tasks {
		for _, id := range t.list("figure_ids") {
			tasks[id] = append(tasks[id], t["id"])
		}
	}
	for _, f := range src.figures {
		prefix, _, _ := strings.Cut(f["id"], "-")
		if districtOf(prefix) != d.ID {
			continue
		}
		t, ok := trace[f["id"]]
		if !ok {
			return fmt.Errorf("figure %s is not traced", f["id"])
		}
		p, err := describe(f, t, d)
		if err != nil {
			return fmt.Errorf("figure %s: %w", f["id"], err)
		}
		p["tasks"] = strings.Join(tasks[f["id"]], ";")
		if o, ok := other[f["id"]]; ok {
			p["other"], p["other_reason"] = o["other"], o["reason"]
		}
		if at, ok := panel[f["id"]]; ok {
			p["panel"], p["short"] = at["place"], at["short"]
		}
		s.add(city.Indicator, feature{code: f["id"], prop: p})
		s.reports[city.Indicator] = append(s.reports[city.Indicator], readings(f, t, d)...)
	}
	return addLive(src, d, s)
}

func index(rows []row) map[string]row {
	out := map[string]row{}
	for _, r := range rows {
		out[r["figure"]] = r
	}
	return out
}

// kinds are the kinds of a figure as a screen shows them.
var kinds = map[string]string{"plan": "计划", "target": "目标", "result": "结果", "baseline": "现状", "comparison": "对比"}

// describe gives the row of a figure.
func describe(f, t row, d seeds.District) (geo.Properties, error) {
	title, _ := cite(f["document"])
	p := geo.Properties{
		"name": f["subject"], "district": d.Code, "unit": f["unit"], "kind": city.Reported, "nature": kinds[f["kind"]], "figure": f["id"],
		"period": f["period"], "qualifier": f["qualifier"], "parent": f["parent"], "relation": f["check"], "lead_units": f["lead_units"],
		"stated_text": f["value"], "source": title, "section": f["section"], "note": f["note"], "basis": "文件", "decimals": decimals(f["value"]),
	}
	if t["measure"] != "" {
		formula, err := formulaOf(t)
		if err != nil {
			return nil, err
		}
		p["kind"], p["formula"] = city.Computed, formula
	}
	if x, ok := number(f["value"]); ok {
		p["stated"] = x
	}
	switch t["status"] {
	case asTarget:
		aim(p, f)
	case asDue:
		p["target"], p["direction"], p["start"], p["due"], p["unit"] = 0.0, "≤", "2024-01-01", f["value"], "处"
		p["note"] = join(p.Text("note"), "文件给的是期限；值为到期前应清零的存量")
	case asComputed, asAttribute, asReported, asWithdrawn:
	default:
		return nil, fmt.Errorf("unknown status %q", t["status"])
	}
	return p, nil
}

// aim sets target, direction and due day of a figure that is a target.
func aim(p geo.Properties, f row) {
	lo, hi, isRange := strings.Cut(f["value"], "-")
	p["target"], p["direction"], p["start"], p["baseline"] = lo, "≥", "2024-01-01", 0.0
	if isRange {
		p["target_max"] = hi
	}
	if lo == "0" { // nothing may be left
		p["direction"] = "≤"
		delete(p, "baseline")
	}
	if f["id"] == "CN2426-002" { // where the year before ended
		p["baseline"], p["baseline_date"] = 57.0, "2023-12-31"
	}
	if due := endOf(f["period"]); due != 0 {
		p["due"] = due
	}
}

func decimals(value string) int {
	if _, err := strconv.ParseFloat(value, 64); err != nil {
		return 0
	}
	_, after, _ := strings.Cut(value, ".")
	return len(after)
}

// number gives the value of a figure as a number: days and months as 20221231,
// the months of a span counted, the lower end of a range.
func number(value string) (float64, bool) {
	if x, err := strconv.ParseFloat(value, 64); err == nil && (len(value) != 4 || !strings.HasPrefix(value, "20")) {
		return x, true
	}
	if from, to, ok := strings.Cut(value, "/"); ok {
		a, b := endOf(from), endOf(to)
		return float64(b.MonthsSince(a) + 1), a != 0 && b != 0
	}
	if day := endOf(value); day != 0 {
		t := day.Time()
		return float64(t.Year()*10000 + int(t.Month())*100 + t.Day()), true
	}
	lo, _, _ := strings.Cut(value, "-")
	x, err := strconv.ParseFloat(lo, 64)
	return x, err == nil
}

// endOf gives the last day of a period as the documents write one: 2022, 2022-Q1,
// 2022-11, 2022-12-31, 2024-2026, 2023（截至报告时）; 0 where it names none.
func endOf(period string) geo.Date {
	if strings.HasSuffix(period, "（截至报告时）") {
		return geo.NewDate(2023, 10, 31)
	}
	year, rest, _ := strings.Cut(period, "-")
	y, err := strconv.Atoi(year)
	if err != nil || y < 2000 || y > 2100 {
		return 0
	}
	if q, ok := strings.CutPrefix(rest, "Q"); ok {
		n, _ := strconv.Atoi(q)
		return geo.NewDate(y, time.Month(3*n+1), 0)
	}
	switch len(rest) {
	case 0:
		return geo.NewDate(y, 13, 0)
	case 4:
		last, _ := strconv.Atoi(rest)
		return geo.NewDate(last, 13, 0)
	}
	day, err := geo.ParseDate(period)
	if err != nil {
		return 0
	}
	return day
}

// readings gives what was reported of a figure: the document's value, or, where
// the figure is a target of 崇明 that no formula follows, quarters of its first
// year, made up (示意数据), since that is where the district's day stands.
func readings(f, t row, d seeds.District) []report {
	x, ok := number(f["value"])
	if !ok || t["measure"] != "" {
		return nil
	}
	title, _ := cite(f["document"])
	switch {
	case t["status"] == asReported:
		return []report{{code: f["id"], date: toldOn(f, d), prop: geo.Properties{"value": x, "basis": "文件", "source": title}}}
	case t["status"] == asTarget && d.ID == "chongming":
		return quarters(f["id"], x, f["unit"])
	}
	return nil
}

// issued is the day the plan of 长宁 was issued.
var issued = geo.NewDate(2024, 8, 28)

// toldOn gives the day a figure counts from: the end of its period, but no day
// later than the district's own. The plan of 长宁 came after that day: what it
// tells of its making counts from its own days, up to its issue; its parameters
// from the start.
func toldOn(f row, d seeds.District) geo.Date {
	day, own := endOf(f["period"]), seeds.Dates(d.ID)[0].Date
	switch {
	case day == 0, day > own && d.ID != "changning", day > issued && (f["kind"] == "plan" || f["kind"] == "target"):
		return own
	case day > issued && f["kind"] == "comparison":
		return issued
	}
	return day
}

// quarters makes up the readings of 2024: shares near their target, sums a third
// of the way by the year's end, a little more or less.
func quarters(id string, target float64, unit string) []report {
	var out []report
	for q := 1; q <= 4; q++ {
		way := float64(q) / 12 * (0.8 + 0.35*noise(id, "pace", 0))
		if unit == "%" {
			way = 0.9 + 0.025*float64(q)*noise(id, "pace", 0)
		}
		scale := 10.0
		if strings.Contains("户辆台处组个", unit) {
			scale = 1
		}
		out = append(out, report{code: id, date: geo.NewDate(2024, time.Month(3*q+1), 0), prop: geo.Properties{
			"value": math.Round(scale*target*way) / scale, "basis": "示意数据", "note": "文件未写进展，数值为示意"}})
	}
	return out
}

// addLive adds the indicators of tables/live.csv, which no document has.
func addLive(src *source, d seeds.District, s *sheet) error {
	if d.Code == "" {
		return nil
	}
	for _, r := range src.live {
		if r["districts"] != "" && r["districts"] != d.ID {
			continue
		}
		formula, err := formulaOf(r)
		if err != nil {
			return fmt.Errorf("indicator %s: %w", r["id"], err)
		}
		p := geo.Properties{"name": r["name"], "district": d.Code, "unit": r["unit"], "kind": city.Computed, "formula": formula,
			"decimals": r["decimals"], "target": r["target"], "start": r["start"], "due": r["due"], "nature": "监测", "note": r["note"]}
		if r["target"] == "0" {
			p["direction"] = "≤"
		}
		s.add(city.Indicator, feature{code: d.Code + "-" + r["id"], prop: p})
	}
	return nil
}

// formulaOf writes the formula of package indicator that a row of a table means.
// A measure is an operator with its field, as sum:investment; percent with the
// operator whose value over filter is held against that over over, as
// percent count; a measure of layers joined by + is taken of each and added up, as
// of the entries of a year's register, be they a project's own row or another; *n and /n at its end scale it. JSON is taken as it is.
func formulaOf(r row) (string, error) {
	measure := r["measure"]
	if strings.HasPrefix(measure, "{") {
		return measure, nil
	}
	var scale float64
	if i := strings.LastIndexAny(measure, "*/"); i > 0 && measure[i+1] >= '0' && measure[i+1] <= '9' {
		x, err := strconv.ParseFloat(measure[i+1:], 64)
		if err != nil {
			return "", err
		}
		scale = x
		if measure[i] == '/' {
			scale = -x
		}
		measure = measure[:i]
	}
	var f any
	if op, ok := strings.CutPrefix(measure, "percent "); ok {
		above, below := op, op
		if op, fields, ok := strings.Cut(op, ":"); ok {
			a, b, _ := strings.Cut(fields, "/")
			above, below = op+":"+a, "sum:"+b
		}
		over := r["over"]
		if above != below {
			over = r["filter"]
		}
		f = map[string]any{"percent": []any{term(r["layer"], above, r["filter"]), term(r["layer"], below, over)}}
	} else {
		f = joined(r["layer"], measure, r["filter"])
	}
	switch {
	case scale > 0:
		f = map[string]any{"mul": []any{f, map[string]any{"const": scale}}}
	case scale < 0:
		f = map[string]any{"ratio": []any{f, map[string]any{"const": -scale}}}
	}
	b := &strings.Builder{}
	enc := json.NewEncoder(b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(f)
	return strings.TrimSpace(b.String()), err
}

// joined adds up what an operator gives over each of the layers joined by +.
func joined(layers, measure, filter string) any {
	names := strings.Split(layers, "+")
	if len(names) == 1 {
		return term(layers, measure, filter)
	}
	var each []any
	for _, layer := range names {
		each = append(each, term(layer, measure, filter))
	}
	return map[string]any{"add": each}
}

// term is an operator over the features of a layer.
func term(layer, measure, filter string) map[string]any {
	op, field, _ := strings.Cut(measure, ":")
	args := map[string]any{"layer": layer}
	if filter != "" {
		args["filter"] = filter
	}
	switch op {
	case "report":
		op = "sum"
		args["report"] = field
	case "months":
		args["from"], args["to"], _ = strings.Cut(field, "/")
	default:
		if field != "" {
			args["field"] = field
		}
	}
	return map[string]any{op: args}
}
