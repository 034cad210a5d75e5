package main

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// picked gives the projects that a selector names: conditions joined by |, each
// field=value; tags match by one of their words, an empty value matches none.
func (s *sheet) picked(selector string) []*feature {
	var out []*feature
	projects := s.features[city.Project]
	for i := range projects {
		if projects[i].meets(selector) {
			out = append(out, &projects[i])
		}
	}
	return out
}

func (f *feature) meets(selector string) bool {
	for cond := range strings.SplitSeq(selector, "|") {
		name, want, _ := strings.Cut(cond, "=")
		got := fmt.Sprint(f.prop[name])
		if f.prop[name] == nil {
			got = ""
		}
		if got != want && (name != "tags" || !strings.Contains(";"+got+";", ";"+want+";")) {
			return false
		}
	}
	return true
}

// addShares lays the totals of tables/share.csv over the projects they are the
// totals of, in sums that come out exactly. Which project has how much is 示意;
// a field with @ is one of the report at the district's day.
func addShares(src *source, d seeds.District, s *sheet) error {
	for _, r := range src.shares {
		if r["district"] != d.ID {
			continue
		}
		picked := s.picked(r["select"])
		if len(picked) == 0 {
			return fmt.Errorf("share of %s: no project", r["select"])
		}
		total, _ := r.float("total")
		decimals, _ := r.float("decimals")
		parts := apportion(picked, r, total, math.Pow10(int(decimals)))
		for i, f := range picked {
			if name, ok := strings.CutPrefix(r["field"], "@"); ok {
				s.report(d, f.code, name, parts[i], "示意数据")
			} else {
				f.prop[r["field"]] = parts[i]
				if !strings.Contains(f.prop.Text("note"), "示意") {
					f.prop["note"] = join(f.prop.Text("note"), "分摊为示意")
				}
			}
		}
	}
	for _, f := range s.picked("district=" + d.Code) {
		if x, ok := f.prop["@actual_investment"]; ok { // told by the document
			delete(f.prop, "@actual_investment")
			value, err := strconv.ParseFloat(fmt.Sprint(x), 64)
			if err != nil {
				return err
			}
			s.report(d, f.code, geo.ActualInvestment, value, "文件")
		}
	}
	return nil
}

// apportion cuts a total into parts of whole units of 1/scale. Where the part is
// of another field, what is finished takes all of it and the rest shares what is
// left, nearly in proportion.
func apportion(picked []*feature, r row, total, scale float64) []float64 {
	weight := make([]float64, len(picked))
	parts := make([]float64, len(picked))
	left, sum := math.Round(total*scale), 0.0
	for i, f := range picked {
		weight[i] = 0.6 + 0.8*noise(f.code, r["field"], 0)
		if r["of"] != "" {
			weight[i], _ = f.prop.Float(r["of"])
		}
		if made := strings.HasPrefix(r["field"], "@"); made && f.prop.Text("goal_outcome") == city.GoalDone {
			parts[i] = math.Round(weight[i] * scale)
			left -= parts[i]
			weight[i] = 0
		} else if made { // some get on better than others, and some categories
			weight[i] *= 0.85 + 0.15*noise(f.prop.Text("category"), r["field"], 1) + 0.1*noise(f.code, r["field"], 1)
		}
		sum += weight[i]
	}
	for i := range picked {
		if weight[i] > 0 {
			share := math.Round(left * weight[i] / sum)
			parts[i] = share
			left, sum = left-share, sum-weight[i]
		}
	}
	for i := range parts {
		parts[i] /= scale
	}
	return parts
}

// report puts a value into the report of a project at the district's day.
func (s *sheet) report(d seeds.District, code, name string, value any, basis string) {
	day := seeds.Dates(d.ID)[0].Date
	for _, r := range s.reports[city.Project] {
		if r.code == code && r.date == day {
			r.prop[name] = value
			return
		}
	}
	s.reports[city.Project] = append(s.reports[city.Project], report{code: code, date: day, prop: geo.Properties{name: value, "basis": basis}})
}

// addSpread makes the records of tables/spread.csv: one for each project picked,
// or count of them in turn, over which a total is spread.
func addSpread(src *source, d seeds.District, s *sheet) error {
	for n, r := range src.spreads {
		if r["district"] != d.ID {
			continue
		}
		picked := s.picked(r["select"])
		if len(picked) == 0 {
			return fmt.Errorf("spread over %s: no project", r["select"])
		}
		count := len(picked)
		if c, ok := r.float("count"); ok {
			count = int(c)
		}
		total, spread := r.float("total")
		left := math.Round(total * 100)
		for i := range count {
			f := picked[i%len(picked)]
			p := maps.Clone(r.props("props"))
			p["of_layer"], p["of_code"], p["district"] = string(city.Project), f.code, d.Code
			_, p["source"] = mainDocument(d.ID)
			p["section"], p["note"], p["basis"] = r["section"], r["note"], "文件"
			if spread {
				unit := 1.0
				if r["field"] == "amount" {
					unit = 100 // whole pieces
				}
				share := unit * math.Round(left/float64(count-i)/unit)
				left -= share
				p[r["field"]] = share / 100
			}
			s.add(city.Record, feature{code: fmt.Sprintf("%s-S%02d-%03d", d.Code, n+1, i+1), prop: p})
		}
	}
	return nil
}
