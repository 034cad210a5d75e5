package main

import (
	"fmt"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// handRows are the layers whose rows stand in tables/rows as they are: one column
// a field, beside the code and the folder (a district or common) they go to.
var handRows = []geo.LayerID{city.Workday, city.Threshold, city.Unit, city.Milestone, city.Record, city.Relation,
	city.Ruling, city.WarningStep, city.Device}

func addRows(src *source, d seeds.District, s *sheet) error {
	for _, layer := range handRows {
		for _, r := range src.rows[layer] {
			if r["folder"] != d.ID {
				continue
			}
			s.add(layer, feature{code: r["code"], prop: r.properties("folder", "code", d.Code)})
		}
	}
	for _, r := range src.readings {
		if r["folder"] != d.ID {
			continue
		}
		day, err := geo.ParseDate(r["date"])
		if err != nil {
			return err
		}
		p := r.properties("folder", "code", "")
		delete(p, "date")
		s.reports[city.Device] = append(s.reports[city.Device], report{code: r["code"], date: day, prop: p})
	}
	return nil
}

// properties gives the cells of a row but those of two columns, with the district.
func (r row) properties(not1, not2, district string) geo.Properties {
	p := geo.Properties{}
	for name, cell := range r {
		if cell != "" && name != not1 && name != not2 {
			p[name] = cell
		}
	}
	if district != "" {
		p["district"] = district
	}
	return p
}

// props reads a cell of name=value pairs joined by |.
func (r row) props(col string) geo.Properties {
	p := geo.Properties{}
	for pair := range strings.SplitSeq(r[col], "|") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			p[name] = value
		}
	}
	return p
}

// addCounted makes the features of tables/counted.csv: what a document counts
// without naming, or names without more; the first done of them are finished.
func addCounted(src *source, d seeds.District, s *sheet) error {
	for _, r := range src.counted {
		if r["district"] != d.ID {
			continue
		}
		count, _ := r.float("count")
		done, _ := r.float("done")
		for i := range int(count) {
			f := feature{code: r["code"], prop: r.props("props")}
			f.prop["name"], f.prop["district"], f.prop["section"] = r["name"], d.Code, r["section"]
			f.prop["figures"], f.prop["note"], f.prop["source"] = r["figures"], r["note"], titleOf(r["document"])
			if strings.HasSuffix(r["code"], "-") || count > 1 {
				f.code = fmt.Sprintf("%s%02d", r["code"], i+1)
				f.prop["name"] = fmt.Sprintf("%s%02d（文件未列名）", r["name"], i+1)
			}
			if r["place"] != "" {
				if err := f.place(src, r["place"]); err != nil {
					return err
				}
			} else {
				f.prop["unnamed"] = true
			}
			if i < int(done) {
				f.finish(d)
			}
			s.add(geo.LayerID(r["layer"]), f)
		}
	}
	return nil
}

func (f *feature) place(src *source, id string) error {
	p, ok := src.places[id]
	if !ok {
		return fmt.Errorf("no place %s", id)
	}
	lon, ok := p.float("lon")
	lat, ok2 := p.float("lat")
	if ok && ok2 {
		f.geom.Geometry = orb.Point{lon, lat}
		f.prop["located"], f.prop["uncertainty_m"] = "示意", p["uncertainty_m"]
	}
	return nil
}

// finish marks what a plan lists as finished, which no document tells.
func (f *feature) finish(d seeds.District) {
	f.prop["state"] = "完成"
	if _, pipe := f.prop["length_km"]; pipe {
		f.prop["repaired"] = seeds.Dates(d.ID)[0].Date
	}
	f.prop["note"] = join(f.prop.Text("note"), "进展为示意数据")
}

func titleOf(prefix string) string {
	switch prefix {
	case "PT2022":
		return titles[0].title
	case "CN2023":
		return titles[1].title
	case "CN2426":
		return titles[2].title
	case "CS2023":
		return titles[3].title
	}
	return titles[4].title
}
