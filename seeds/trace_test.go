package seeds_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	orbgeo "github.com/paulmach/orb/geo"
	"github.com/peterstace/simplefeatures/geom"

	"yiping/geo"
	"yiping/seeds"
)

func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		r := map[string]string{}
		for i, col := range lines[0] {
			r[col] = line[i]
		}
		out = append(out, r)
	}
	return out
}

func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// Every figure of the documents stands in tables/trace.csv with the way it is
// held, and comes out of the seeds with the value the document gives.
func TestEveryFigureIsTraced(t *testing.T) {
	r := open(t)
	trace := map[string]map[string]string{}
	for _, row := range table(t, "tables/trace.csv") {
		trace[row["figure"]] = row
	}
	figures := table(t, "documents/figures.csv")
	if len(figures) != 328 || len(trace) != len(figures) {
		t.Fatalf("%d figures, %d traced, want 328", len(figures), len(trace))
	}
	held := map[string]int{}
	for _, f := range figures {
		t.Run(f["id"], func(t *testing.T) {
			row, ok := trace[f["id"]]
			if !ok {
				t.Fatal("not traced")
			}
			held[row["status"]]++
			got := r.measure(t, row)
			if row["status"] == "stored" && r.find(seeds.Figure, f["id"]) == nil {
				t.Fatal("not stored")
			}
			if !agrees(got, f["value"]) {
				t.Errorf("%s: %s gives %q, the document %q", f["subject"], row["measure"], got, f["value"])
			}
		})
	}
	t.Logf("%d computed, %d attributes, %d stored readings", held["computed"], held["attribute"], held["stored"])
}

// agrees compares what was computed with what the document writes: as text, as
// numbers to the document's precision, or a day within the document's period.
func agrees(got, want string) bool {
	if got == want {
		return true
	}
	g, err1 := strconv.ParseFloat(got, 64)
	w, err2 := strconv.ParseFloat(want, 64)
	if err1 == nil && err2 == nil {
		_, decimals, _ := strings.Cut(want, ".")
		scale := math.Pow10(len(decimals))
		return math.Round(g*scale) == math.Round(w*scale)
	}
	year, quarter, ok := strings.Cut(want, "-Q")
	day, err := geo.ParseDate(got)
	if err != nil {
		return false
	}
	if ok {
		q := (int(day.Time().Month()) + 2) / 3
		return day.Time().Format("2006") == year && strconv.Itoa(q) == quarter
	}
	return strings.HasPrefix(got, want)
}

// measure evaluates a row of trace.csv over the register.
func (r *register) measure(t testing.TB, row map[string]string) string {
	t.Helper()
	var hits []*geo.Record
	for _, rec := range r.records[geo.LayerID(row["layer"])] {
		if r.meets(t, rec, row["filter"]) {
			hits = append(hits, rec)
		}
	}
	what, arg, _ := strings.Cut(row["measure"], ":")
	switch what {
	case "count":
		return strconv.Itoa(len(hits))
	case "value":
		if len(hits) != 1 {
			t.Fatalf("%d features, want 1", len(hits))
		}
		return shown(hits[0].Feature.Properties[arg])
	case "sum":
		sum := 0.0
		for _, h := range hits {
			x, _ := h.Feature.Properties.Float(arg)
			sum += x
		}
		return shown(math.Round(sum*1000) / 1000)
	case "min", "max", "distinct":
		return extreme(what, values(hits, arg))
	case "months":
		from, to, _ := strings.Cut(arg, "/")
		return extreme("min", values(hits, from))[:7] + "/" + extreme("max", values(hits, to))[:7]
	case "length":
		const meanRadius = 6371008.8 // orb measures on a sphere of the equator's radius
		sum := 0.0
		for _, h := range hits {
			sum += orbgeo.Length(h.Feature.Geometry) * meanRadius / orb.EarthRadius
		}
		return shown(math.Round(sum / 1000))
	case "coverage":
		return shown(math.Round(r.coverage(t, hits)))
	case "percent":
		return shown(goodWater(hits))
	}
	t.Fatalf("unknown measure %q", row["measure"])
	return ""
}

func values(hits []*geo.Record, field string) []string {
	var all []string
	for _, h := range hits {
		if v := shown(h.Feature.Properties[field]); v != "" {
			all = append(all, v)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func extreme(what string, sorted []string) string {
	switch {
	case what == "distinct":
		return strconv.Itoa(len(sorted))
	case len(sorted) == 0:
		return ""
	case what == "min":
		return sorted[0]
	}
	return sorted[len(sorted)-1]
}

// goodWater is the share of sections in per cent whose every sample is class Ⅲ or better.
func goodWater(hits []*geo.Record) float64 {
	good := 0
	for _, h := range hits {
		worst := geo.WaterClass(0)
		for _, s := range h.Reports {
			c, _ := geo.ClassifyWater(s.Properties, false)
			worst = max(worst, c)
		}
		if worst > 0 && worst <= 3 {
			good++
		}
	}
	return 100 * float64(good) / float64(len(hits))
}

// coverage is the share in per cent of the district that the areas cover,
// overlaps counted once.
func (r *register) coverage(t testing.TB, hits []*geo.Record) float64 {
	t.Helper()
	var union geom.Geometry
	for i, h := range hits {
		g := flat(t, h.Feature.Geometry)
		if i == 0 {
			union = g
			continue
		}
		var err error
		if union, err = geom.Union(union, g); err != nil {
			t.Fatal(err)
		}
	}
	district := r.find("district", hits[0].Feature.Properties.Text("district"))
	return 100 * union.Area() / flat(t, district.Feature.Geometry).Area()
}

// flat brings a geometry over; the share of two areas at one latitude is the
// same in degrees as in square metres to a few parts in ten thousand.
func flat(t testing.TB, g orb.Geometry) geom.Geometry {
	t.Helper()
	b, err := wkb.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	out, err := geom.UnmarshalWKB(b)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// Taking one contributing feature away moves a count by exactly one, and a sum
// by exactly what the feature brought: no figure is a constant.
func TestEachComputedFigureFollowsItsFeatures(t *testing.T) {
	r := open(t)
	for _, row := range table(t, "tables/trace.csv") {
		what, field, _ := strings.Cut(row["measure"], ":")
		if row["status"] != "computed" || what != "count" && what != "sum" {
			continue
		}
		t.Run(row["figure"], func(t *testing.T) {
			before, _ := strconv.ParseFloat(r.measure(t, row), 64)
			layer := geo.LayerID(row["layer"])
			all := r.records[layer]
			defer func() { r.records[layer] = all }()
			i := slices.IndexFunc(all, func(rec *geo.Record) bool { return r.meets(t, rec, row["filter"]) })
			share := 1.0
			if what == "sum" {
				share, _ = all[i].Feature.Properties.Float(field)
			}
			r.records[layer] = slices.Delete(slices.Clone(all), i, i+1)
			after, _ := strconv.ParseFloat(r.measure(t, row), 64)
			if math.Abs(before-after-share) > 1e-9 {
				t.Errorf("%v became %v, want %v less", before, after, share)
			}
		})
	}
}
