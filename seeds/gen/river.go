package main

import (
	"fmt"
	"hash/fnv"
	"math"
	"strings"
	"time"

	"github.com/paulmach/orb/geojson"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

func addRivers(src *source, d seeds.District, s *sheet) error {
	for _, f := range src.in(d, "river_section") {
		out := drawn(f, d)
		out.prop["name"], out.prop["reach"] = riverName(f)
		out.prop["category"] = textOf(f, "class")
		out.prop["state"] = textOf(f, "state")
		out.prop["works"] = textOf(f, "works")
		out.prop["figures"] = textOf(f, "figure")
		switch d.ID {
		case "putuo":
			if out.code == "PT-HD-05" {
				out.prop["works"] = "苏河之冠滨河景观提升"
			}
		case "changning":
			assess(&out, textOf(f, "level"))
			s.reports[city.RiverSection] = append(s.reports[city.RiverSection], samples(out.code)...)
		}
		s.add(city.RiverSection, out)
	}
	return nil
}

func riverName(f *geojson.Feature) (name, reach string) {
	name = strings.TrimSuffix(textOf(f, "river", "name"), "（普陀段）")
	if strings.HasPrefix(name, "苏河之冠") {
		name = "苏州河"
	}
	reach = textOf(f, "reach")
	if from, to := textOf(f, "from"), textOf(f, "to"); from != "" && to != "" {
		reach = from + "—" + to
	}
	return name, reach
}

// assess gives a section of 长宁 its level and target class. The document says
// that all 36 sections met their target and were Ⅲ or better, not the targets.
func assess(f *feature, level string) {
	f.prop["level"] = level
	f.prop["target_class"] = "Ⅳ"
	f.prop["figures"] = "CN2023-016;CN2023-018;CN2023-019"
	if level == "市考" {
		f.prop["target_class"] = "Ⅲ"
		f.prop["figures"] = "CN2023-016;CN2023-017;CN2023-018;CN2023-019"
	}
	f.prop["note"] = join(f.prop.Text("note"), "目标类别、监测值为示意")
}

// samples gives the monthly samples of 2023: class Ⅱ or Ⅲ by every factor.
func samples(code string) []report {
	var out []report
	for month := 1; month <= 12; month++ {
		between := func(factor string, lo, hi float64) float64 {
			return math.Round(100*(lo+(hi-lo)*noise(code, factor, month))) / 100
		}
		out = append(out, report{code: code, date: geo.NewDate(2023, time.Month(month), 5+int(10*noise(code, "day", month))), prop: geo.Properties{
			"do": between("do", 5.2, 7.4), "codmn": between("codmn", 2.6, 5.6), "nh3n": between("nh3n", 0.2, 0.92),
			"tp": between("tp", 0.06, 0.18), "basis": "示意数据",
		}})
	}
	return out
}

// noise is a number in [0, 1) fixed by its arguments.
func noise(code, what string, n int) float64 {
	h := fnv.New64a()
	fmt.Fprintf(h, "%s/%s/%d", code, what, n)
	x := h.Sum64()
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11) / (1 << 53)
}
