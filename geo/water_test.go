package geo_test

import (
	"testing"

	"yiping/geo"
)

// The limits of GB 3838-2002 table 1, each side of each boundary; total
// phosphorus in its column for rivers.
func TestWaterIsClassedByTheNationalLimits(t *testing.T) {
	for _, c := range []struct {
		field  string
		step   float64 // towards worse
		limits [5]float64
	}{
		{"do", -0.01, [5]float64{7.5, 6, 5, 3, 2}},
		{"codmn", 0.01, [5]float64{2, 4, 6, 10, 15}},
		{"cod", 0.1, [5]float64{15, 15, 20, 30, 40}},
		{"bod5", 0.1, [5]float64{3, 3, 4, 6, 10}},
		{"nh3n", 0.001, [5]float64{0.15, 0.5, 1.0, 1.5, 2.0}},
		{"tp", 0.001, [5]float64{0.02, 0.1, 0.2, 0.3, 0.4}},
	} {
		for i, limit := range c.limits {
			want := geo.WaterClass(i + 1)
			for j := range i { // classes with one limit: the better one counts
				if c.limits[j] == limit {
					want = geo.WaterClass(j + 1)
					break
				}
			}
			if got, _ := geo.ClassifyWater(geo.Properties{c.field: limit}, false); got != want {
				t.Errorf("%s %v is %s, want %s", c.field, limit, got, want)
			}
			worse := geo.WaterClass(i + 2)
			for j := i + 1; j < len(c.limits) && c.limits[j] == limit; j++ {
				worse++
			}
			if got, by := geo.ClassifyWater(geo.Properties{c.field: limit + c.step}, false); got != worse || by == "" {
				t.Errorf("%s just over %v is %s by %s, want %s", c.field, limit, got, by, worse)
			}
		}
	}
}

func TestWorstFactorDecides(t *testing.T) {
	for _, c := range []struct {
		name   string
		sample geo.Properties
		class  string
		by     string
	}{
		{"one bad factor", geo.Properties{"do": 8.0, "nh3n": 1.8, "tp": 0.05}, "Ⅴ", "氨氮"},
		{"two factors in the worst class", geo.Properties{"do": 4.0, "nh3n": 1.2, "tp": 0.05}, "Ⅳ", "溶解氧、氨氮"},
		{"worse than Ⅴ", geo.Properties{"do": 1.0}, "劣Ⅴ", "溶解氧"},
		{"whole numbers count", geo.Properties{"cod": int64(20)}, "Ⅲ", "化学需氧量"},
		{"no factor", geo.Properties{"ph": 7.0}, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if class, by := geo.ClassifyWater(c.sample, false); class.String() != c.class || by != c.by {
				t.Errorf("%s by %s, want %s by %s", class, by, c.class, c.by)
			}
		})
	}
}

func TestWaterClassesAreReadByName(t *testing.T) {
	for i, name := range geo.WaterClasses {
		c, ok := geo.ParseWaterClass(name)
		if !ok || int(c) != i+1 || c.String() != name {
			t.Errorf("%s: %d, %v", name, c, ok)
		}
	}
	for _, name := range []string{"", "III", "3"} {
		if _, ok := geo.ParseWaterClass(name); ok {
			t.Errorf("%q is a class", name)
		}
	}
	if geo.WaterClass(9).String() != "" {
		t.Error("class 9 has a name")
	}
}
