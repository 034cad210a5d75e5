package main

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb/geojson"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// drawn starts a feature from a drawn one: geometry, code, name, district and
// what says how well it is placed.
func drawn(f *geojson.Feature, d seeds.District) feature {
	out := feature{code: textOf(f, "code"), geom: geo.Feature{Geometry: f.Geometry}, prop: geo.Properties{
		"name":          textOf(f, "name"),
		"district":      d.Code,
		"located":       textOf(f, "located"),
		"uncertainty_m": f.Properties["uncertainty_m"],
		"note":          textOf(f, "note"),
	}}
	out.prop["source"], out.prop["section"] = cite(textOf(f, "source"))
	return out
}

func textOf(f *geojson.Feature, names ...string) string {
	for _, n := range names {
		if v, ok := f.Properties[n].(string); ok && v != "" {
			return v
		}
	}
	return ""
}

func join(parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, "；")
}

func addBase(src *source, d seeds.District, s *sheet) error {
	for i, f := range src.in(d, "district") {
		out := drawn(f, d)
		out.code = d.Code
		if i > 0 {
			return fmt.Errorf("more than one district outline")
		}
		s.add(city.District, out)
	}
	for i, f := range src.in(d, "town") {
		out := drawn(f, d)
		if out.code == "" {
			out.code = fmt.Sprintf("%s-T%02d", d.Code, i+1)
		}
		s.add(city.Town, out)
	}
	for _, f := range src.in(d, "water") {
		out := drawn(f, d)
		out.prop["category"] = textOf(f, "class")
		s.add(seeds.Water, out)
	}
	return nil
}

func (s *sheet) add(layer geo.LayerID, f feature) {
	s.features[layer] = append(s.features[layer], f)
}

// addStreets takes the drawn streets and lays what the documents tell of works
// on them; a street that is counted but not named has no geometry.
func addStreets(src *source, d seeds.District, s *sheet) error {
	prefix := map[string]string{"changning": "CN-", "cangshan": "CS-"}[d.ID]
	works := map[string]row{}
	for _, w := range src.works {
		if prefix != "" && strings.HasPrefix(w["code"], prefix) {
			works[w["code"]] = w
		}
	}
	for _, f := range src.in(d, "street") {
		out := drawn(f, d)
		out.prop["category"] = textOf(f, "class")
		out.prop["rank"] = f.Properties["class_rank"]
		if out.prop["rank"] == nil {
			out.prop["rank"] = f.Properties["level"]
		}
		if w, ok := works[out.code]; ok {
			layWorks(&out, w, d)
			delete(works, out.code)
		}
		s.add(city.Street, out)
	}
	for _, w := range src.works {
		if _, left := works[w["code"]]; left {
			out := feature{code: w["code"], prop: geo.Properties{"name": w["name"], "district": d.Code, "unnamed": true}}
			layWorks(&out, w, d)
			s.add(city.Street, out)
		}
	}
	return nil
}

func layWorks(f *feature, w row, d seeds.District) {
	for _, col := range []string{"state", "works", "works_year", "works_km", "works_area", "unit", "section", "figures", "note"} {
		f.prop[col] = w[col]
	}
	_, f.prop["source"] = mainDocument(d.ID)
}

func addBlocks(src *source, d seeds.District, s *sheet) error {
	for _, f := range src.in(d, "block") {
		out := drawn(f, d)
		state := textOf(f, "state")
		out.prop["category"] = textOf(f, "class")
		out.prop["state"] = state
		out.prop["built_year"] = f.Properties["built_year"]
		out.prop["bounds"] = textOf(f, "bounds")
		out.prop["period"] = textOf(f, "plan_period", "period")
		out.prop["figures"] = textOf(f, "figure")
		if textOf(f, "built_year_note") != "" {
			out.prop["note"] = join(out.prop.Text("note"), "建成年度为示意")
		}
		if d.ID == "changning" {
			out.prop["figures"] = map[string]string{"已建成": "CN2023-013;CN2426-002", "计划": "CN2426-001;CN2426-002"}[state]
		}
		s.add(city.Block, out)
	}
	return nil
}
