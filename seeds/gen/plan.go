package main

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/city"
)

// The lights of the 73 district projects of 普陀 at each month's end of 2022 (60
// until the middle of the year): built to end where the document ends and to go
// through the halt of March to June. 示意.
var (
	redsBy    = [13]int{4: 8, 5: 10, 6: 9, 7: 7, 8: 6, 9: 5, 10: 4, 11: 3, 12: 3}
	greensBy  = [13]int{1: 60, 2: 58, 3: 42, 4: 8, 5: 6, 6: 14, 7: 20, 8: 25, 9: 29, 10: 34, 11: 39, 12: 43}
	listedMid = 6 // month from which the projects listed in mid-year report
)

// monthly gives the monthly plan and report of every item with a plan.
func monthly(district string, items []item) ([]report, error) {
	year, last := 2023, 12
	lights := calendar{}
	switch district {
	case "putuo":
		year = 2022
		lights = history(items)
	case "cangshan":
		last = 10
	}
	var out []report
	for i := range items {
		it := &items[i]
		if it.plan == "" {
			continue
		}
		it.out.prop["measure"] = "年度百分比"
		t := track{item: it, first: 1, last: last}
		if l := lights[it.out.code]; l != nil {
			t.lights = *l
		}
		if it.out.prop.Text("listed") == "年中" {
			t.first = listedMid
		}
		gaps, err := t.gaps(district)
		if err != nil {
			return nil, err
		}
		for m := t.first; m <= last; m++ {
			out = append(out, report{code: it.out.code, date: geo.NewDate(year, time.Month(m)+1, 0), prop: geo.Properties{
				geo.PlannedProgress: float64(t.planned(m)), geo.ActualProgress: float64(t.planned(m) - gaps[m]),
				"percent_of": "年度", "basis": "示意数据",
			}})
		}
	}
	return out, nil
}

// groups are the district projects of 普陀 by what the year brought them.
type groups struct {
	done, mid []string // reached their goal; of these listed in mid-year
	behind    []string // unnamed, listed at the beginning of the year
	ends      []string // 桃浦4号能源站, 宝能西上海中心, 闻天下二期
}

func group(items []item) groups {
	var g groups
	for i := range items {
		p, code := items[i].out.prop, items[i].out.code
		switch outcome := p.Text("goal_outcome"); {
		case outcome == city.GoalDone && p.Text("listed") == "年中":
			g.mid = append(g.mid, code)
		case outcome == city.GoalDone:
			g.done = append(g.done, code)
		case outcome == city.GoalBehind && p.Text("listed") == "年初" && p["unnamed"] != nil:
			g.behind = append(g.behind, code)
		case outcome == city.GoalFailed || outcome == city.GoalStopped:
			g.ends = append(g.ends, code)
		}
	}
	return g
}

// stuck are those red for good: 闻天下 from September, the other two from October.
func (g *groups) stuck(month int) []string {
	switch {
	case month >= 10:
		return g.ends
	case month == 9:
		return g.ends[2:]
	}
	return nil
}

// calendar holds a light per project and month (1 … 12).
type calendar map[string]*[13]geo.Light

// set gives the first n of the projects a light; those that skip names do not count.
func (c calendar) set(codes []string, month, n int, l geo.Light, skip []string) {
	for _, code := range codes {
		if n == 0 {
			return
		}
		if !slices.Contains(skip, code) {
			c[code][month] = l
			n--
		}
	}
}

// history gives each district project of 普陀 its light at every month's end.
func history(items []item) calendar {
	g := group(items)
	spring := g.behind[:10]                               // red while work was halted, recovering by autumn
	late := g.behind[len(g.behind)-5:]                    // on plan from July to October, behind again at the end
	green := slices.Concat(g.done[:6], g.mid, g.done[6:]) // the order in which projects come back to plan

	c := calendar{}
	for i := range items {
		if items[i].out.prop.Text("level") == "区属" {
			c[items[i].out.code] = &[13]geo.Light{}
			for m := 1; m <= 12; m++ {
				c[items[i].out.code][m] = geo.Yellow
			}
		}
	}
	for m := 1; m <= 12; m++ {
		var absent []string
		if m < listedMid {
			absent = g.mid
		}
		switch {
		case m <= 3:
			for _, lights := range c {
				lights[m] = geo.Green
			}
			c.set(g.behind, m, greensBy[1]-greensBy[m], geo.Yellow, nil)
			continue
		case m >= 7 && m <= 10:
			c.set(slices.Concat(late, green), m, greensBy[m], geo.Green, nil)
		default:
			c.set(green, m, greensBy[m], geo.Green, absent)
		}
		stuck := g.stuck(m)
		c.set(stuck, m, len(stuck), geo.Red, nil)
		c.set(spring, m, redsBy[m]-len(stuck), geo.Red, nil)
	}
	return c
}

// track is the year of one project.
type track struct {
	item        *item
	lights      [13]geo.Light
	first, last int
}

// planned is the cumulative plan of the year in whole per cent.
func (t *track) planned(month int) int {
	if month < t.first {
		return 0
	}
	return (100*(month-t.first+1) + (13-t.first)/2) / (13 - t.first)
}

// gaps gives how many points actual is behind plan at each month's end.
func (t *track) gaps(district string) ([13]int, error) {
	var out [13]int
	for m := t.first; m <= t.last; m++ {
		lo, hi, want := t.band(district, m)
		most := out[m-1] + t.planned(m) - t.planned(m-1) // work never goes back
		out[m] = min(max(lo, min(want, hi)), most)
		if out[m] < lo {
			return out, fmt.Errorf("%s: cannot fall %d points behind in month %d", t.item.out.code, lo, m)
		}
	}
	return out, nil
}

// band gives the least, greatest and wanted gap of a month.
func (t *track) band(district string, m int) (lo, hi, want int) {
	code := t.item.out.code
	if t.lights[m] == geo.None { // no district project of 普陀: on plan but for the halt
		if halt := [13]int{3: 3, 4: 9, 5: 12, 6: 8, 7: 4}; district == "putuo" && halt[m] > 0 && t.item.out.prop.Text("lifecycle") == "在建" {
			return 0, 14, halt[m]
		}
		return 0, 4, int(4 * noise(code, "gap", m))
	}
	outcome := t.item.out.prop.Text("goal_outcome")
	base := 7 + int(8*noise(code, "base", 0)) // 7 … 14
	if n, ok := strings.CutPrefix(t.item.plan, "behind:"); ok {
		base, _ = strconv.Atoi(n)
	}
	switch t.lights[m] {
	case geo.Green:
		if m == 12 {
			return 0, 0, 0
		}
		return 0, 4, int(5 * noise(code, "gap", m))
	case geo.Red:
		if outcome != city.GoalBehind {
			return 16, 100, 100 // work stands still
		}
		return 16, 24, 17 + int(6*noise(code, "gap", m))
	}
	if m < 12 && t.lights[m+1] == geo.Red {
		return 6, 15, 12
	}
	if m == 12 {
		return 6, 15, base
	}
	return 6, 14, base + int(3*noise(code, "gap", m)) - 1
}
