package geo_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"yiping/geo"
)

// behind are monthly reports of 2022, from January on, so many points behind.
func behind(points ...float64) []geo.Report {
	var out []geo.Report
	for m, by := range points {
		plan := float64(8 * (m + 1))
		out = append(out, progress(geo.NewDate(2022, 1, 1).AddMonths(m).MonthEnd().String(), plan, plan-by))
	}
	return out
}

func by(date string, action geo.Action, key string) geo.Step {
	return geo.Step{Warning: key, Action: action, Date: day(date), Actor: "王科长"}
}

// told writes a warning in one line, and its steps.
func told(w geo.Warning) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s L%d %s", w.Key, w.Light, w.Level, w.State)
	for _, x := range []struct{ name, value string }{{"raised", w.Raised.String()}, {"closed", w.Closed.String()}, {"assigned", w.Assigned}} {
		if x.value != "" {
			fmt.Fprintf(&b, " %s %s", x.name, x.value)
		}
	}
	if w.Proposed {
		b.WriteString(" proposed")
	}
	if w.Reopened > 0 {
		fmt.Fprintf(&b, " reopened %d", w.Reopened)
	}
	b.WriteString(":")
	for _, s := range w.Steps {
		fmt.Fprintf(&b, " %s %s", s.Date, s.Action)
	}
	return b.String()
}

func TestWarningsAreRaisedAndEscalated(t *testing.T) {
	const jan, feb = "progress/2022-01-31", "progress/2022-02-28"
	yellow := behind(10, 10, 10, 10, 10)
	red := behind(0, 20, 20, 20, 20, 20)
	for _, c := range []struct {
		name    string
		reports []geo.Report
		steps   []geo.Step
		at      string
		want    []string
	}{
		{"green raises nothing", behind(0, 1, 2), nil, "2022-03-31", nil},
		{"yellow, not yet a month", yellow, nil, "2022-02-27", nil},
		{"yellow for a month", yellow, nil, "2022-02-28", []string{jan + " yellow L1 待受理 raised 2022-02-28: 2022-02-28 提醒"}},
		{"yellow for two months", yellow, nil, "2022-03-31", []string{jan + " yellow L2 待受理 raised 2022-02-28: 2022-02-28 提醒 2022-03-31 协调"}},
		{"red at once is level 2", red, nil, "2022-02-28", []string{feb + " red L2 待受理 raised 2022-02-28: 2022-02-28 协调"}},
		{"red for two months is proposed for level 3", red, nil, "2022-04-28",
			[]string{feb + " red L2 待受理 raised 2022-02-28 proposed: 2022-02-28 协调 2022-04-28 拟督办"}},
		{"and takes effect when confirmed", red, []geo.Step{by("2022-05-06", geo.Confirm, feb)}, "2022-05-06",
			[]string{feb + " red L3 待受理 raised 2022-02-28: 2022-02-28 协调 2022-04-28 拟督办 2022-05-06 确认督办"}},
		{"a confirmation before the proposal changes nothing", red, []geo.Step{by("2022-03-06", geo.Confirm, feb)}, "2022-04-01",
			[]string{feb + " red L2 待受理 raised 2022-02-28: 2022-02-28 协调 2022-03-06 确认督办"}},
		{"declined", red, []geo.Step{by("2022-05-06", geo.Decline, feb)}, "2022-06-30",
			[]string{feb + " red L2 待受理 raised 2022-02-28: 2022-02-28 协调 2022-04-28 拟督办 2022-05-06 不予督办"}},
		{"declined, and red for two months more", red, []geo.Step{by("2022-05-06", geo.Decline, feb)}, "2022-07-06",
			[]string{feb + " red L2 待受理 raised 2022-02-28 proposed: 2022-02-28 协调 2022-04-28 拟督办 2022-05-06 不予督办 2022-07-06 拟督办"}},
		{"red after yellow", behind(10, 20), nil, "2022-03-01", []string{jan + " red L2 待受理 raised 2022-02-28: 2022-02-28 协调"}},
		{"yellow after red keeps the level", behind(20, 10, 10), nil, "2022-03-31", []string{jan + " yellow L2 待受理 raised 2022-01-31: 2022-01-31 协调"}},
		{"yellow between two months of red is no two months of red", behind(20, 20, 10, 20, 20), nil, "2022-06-07",
			[]string{jan + " red L2 待受理 raised 2022-01-31: 2022-01-31 协调"}},
		{"the end of the run closes it", behind(20, 2), nil, "2022-03-05",
			[]string{jan + " red L2 已销项 raised 2022-01-31 closed 2022-02-28: 2022-01-31 协调 2022-02-28 原因消除"}},
		{"a run shorter than a month raises nothing", behind(10, 2), nil, "2022-03-05", nil},
		{"a cause that comes back is a new warning", behind(20, 2, 20), nil, "2022-04-05", []string{
			jan + " red L2 已销项 raised 2022-01-31 closed 2022-02-28: 2022-01-31 协调 2022-02-28 原因消除",
			"progress/2022-03-31 red L2 待受理 raised 2022-03-31 reopened 1: 2022-03-31 协调"}},
		{"a report overdue", behind(0), nil, "2022-03-08", []string{"overdue/2022-03-07 green L1 待受理 raised 2022-03-08: 2022-03-08 提醒"}},
		{"overdue till it is there", append(behind(0), progress("2022-03-31", 24, 24)), nil, "2022-04-01",
			[]string{"overdue/2022-03-07 green L1 已销项 raised 2022-03-08 closed 2022-03-31: 2022-03-08 提醒 2022-03-31 原因消除"}},
		{"overdue beside a light that warns", behind(20), nil, "2022-03-08", []string{
			jan + " red L2 待受理 raised 2022-01-31: 2022-01-31 协调",
			"overdue/2022-03-07 red L1 待受理 raised 2022-03-08: 2022-03-08 提醒"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule := progressRule()
			check(t, &rule, &geo.Facts{Reports: c.reports, Steps: c.steps}, c.at, c.want)
		})
	}
}

// check compares the warnings, and the standing with them.
func check(t *testing.T, rule *geo.LightRule, f *geo.Facts, at string, want []string) {
	t.Helper()
	warnings := rule.Warnings(f, day(at))
	var got []string
	for _, w := range warnings {
		got = append(got, told(w))
		for _, s := range w.Steps {
			if s.Computed != (s.Actor == geo.ByRules) || s.Warning != w.Key {
				t.Errorf("step %+v", s)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
	if fault := standsAs(rule, f, day(at), warnings); fault != "" {
		t.Error(fault)
	}
}

// standsAs says what in a standing disagrees with the verdict and the warnings.
func standsAs(rule *geo.LightRule, f *geo.Facts, at geo.Date, warnings []geo.Warning) string {
	s, v := rule.Stand(f, at), rule.Judge(f, at)
	light, overdue := rule.LightAt(f, at)
	if s.Light != v.Light || s.Overdue != v.Overdue || s.Since != v.Since || light != v.Light || overdue != v.Overdue {
		return fmt.Sprintf("%s: standing %+v, verdict %+v, light %s overdue %v", at, s, v, light, overdue)
	}
	if e := rule.Explain(f, s, at); !reflect.DeepEqual(e, v) {
		return fmt.Sprintf("%s: explained %+v, verdict %+v", at, e, v)
	}
	if status := rule.StatusText(s.Status, f.Properties.Text); status != v.Status {
		return fmt.Sprintf("%s: stands as %v, verdict %v", at, status, v.Status)
	}
	before := at
	for before.SameMonth(at) {
		before--
	}
	if was, _ := rule.LightAt(f, before); s.Before != was {
		return fmt.Sprintf("%s: before %s, was %s on %s", at, s.Before, was, before)
	}
	if ruled := v.Ruling; (ruled == nil) != (s.Ruled == geo.None) || ruled != nil && ruled.Light != s.Ruled {
		return fmt.Sprintf("%s: ruled %s, ruling %+v", at, s.Ruled, ruled)
	}
	if (s.Bad != 0) && v.Light < geo.Yellow {
		return fmt.Sprintf("%s: %s, bad since %s", at, v.Light, s.Bad)
	}
	// The warning that runs: of the light, or else, or where that is closed, of the report.
	var w geo.Warning
	for _, rule := range []geo.Rule{rule.Kind, geo.OverdueRule} {
		for _, x := range warnings {
			if x.Rule == rule && !ceased(x) && (w.Level == 0 || w.State == geo.WarningClosed && x.State != geo.WarningClosed) {
				w = x
			}
		}
	}
	if int(s.Level) != w.Level || s.Proposed != w.Proposed || s.Raised != w.Raised || s.Closed != (w.State == geo.WarningClosed && w.Level > 0) {
		return fmt.Sprintf("%s: standing %+v, warning %s", at, s, told(w))
	}
	return ""
}

// ceased reports whether the run of a warning is over as far as its steps say.
func ceased(w geo.Warning) bool {
	return slices.ContainsFunc(w.Steps, func(s geo.Step) bool { return s.Action == geo.Cease })
}

func TestPeopleDealWithWarnings(t *testing.T) {
	const jan = "progress/2022-01-31"
	assign := by("2022-02-03", geo.Assign, jan)
	assign.Unit = "市政中心"
	begin := "2022-01-31 协调"
	for _, c := range []struct {
		name    string
		reports []geo.Report
		steps   []geo.Step
		at      string
		want    string
	}{
		{"taken up", behind(20), []geo.Step{by("2022-02-03", geo.Acknowledge, jan)}, "2022-02-03",
			"red L2 处置中 raised 2022-01-31: " + begin + " 2022-02-03 受理"},
		{"not before its day", behind(20), []geo.Step{by("2022-02-03", geo.Acknowledge, jan)}, "2022-02-02",
			"red L2 待受理 raised 2022-01-31: " + begin},
		{"handed on and commented", behind(20), []geo.Step{by("2022-02-04", geo.Comment, jan), assign}, "2022-02-28",
			"red L2 待受理 raised 2022-01-31 assigned 市政中心: " + begin + " 2022-02-03 指派 2022-02-04 批注"},
		{"closed while the cause stands", behind(20), []geo.Step{by("2022-02-03", geo.Close, jan)}, "2022-02-27",
			"red L2 已销项 raised 2022-01-31 closed 2022-02-03: " + begin + " 2022-02-03 销项"},
		{"closed, and the cause found again", behind(20, 20), []geo.Step{by("2022-02-03", geo.Close, jan)}, "2022-02-28",
			"red L2 待受理 raised 2022-01-31 reopened 1: " + begin + " 2022-02-03 销项 2022-02-28 重新触发"},
		{"closed, and the cause gone", behind(20, 0), []geo.Step{by("2022-02-03", geo.Close, jan)}, "2022-02-28",
			"red L2 已销项 raised 2022-01-31 closed 2022-02-03: " + begin + " 2022-02-03 销项 2022-02-28 原因消除"},
		{"opened again by a person", behind(20), []geo.Step{by("2022-02-03", geo.Close, jan), by("2022-02-05", geo.Reopen, jan)}, "2022-02-28",
			"red L2 待受理 raised 2022-01-31 reopened 1: " + begin + " 2022-02-03 销项 2022-02-05 重开"},
		{"closed twice", behind(20), []geo.Step{by("2022-02-03", geo.Close, jan), by("2022-02-05", geo.Close, jan)}, "2022-02-28",
			"red L2 已销项 raised 2022-01-31 closed 2022-02-03: " + begin + " 2022-02-03 销项 2022-02-05 销项"},
		{"months that ran out while closed count when it is open again", behind(20), []geo.Step{by("2022-02-03", geo.Close, jan), by("2022-06-05", geo.Reopen, jan)}, "2022-06-05",
			"red L2 待受理 raised 2022-01-31 proposed reopened 1: " + begin + " 2022-02-03 销项 2022-06-05 重开 2022-06-05 拟督办"},
		{"what is written after the end is listed", behind(20, 0), []geo.Step{by("2022-03-03", geo.Comment, jan)}, "2022-03-03",
			"red L2 已销项 raised 2022-01-31 closed 2022-02-28: " + begin + " 2022-02-28 原因消除 2022-03-03 批注"},
		{"a key from before a correction of the first day", behind(20), []geo.Step{by("2022-02-03", geo.Acknowledge, "progress/2022-01-15")}, "2022-02-03",
			"red L2 处置中 raised 2022-01-31: " + begin + " 2022-02-03 受理"},
		{"another rule's key changes nothing", behind(20), []geo.Step{by("2022-02-03", geo.Acknowledge, "overdue/2022-01-31"), by("2022-02-03", geo.Close, "nonsense")}, "2022-02-03",
			"red L2 待受理 raised 2022-01-31: " + begin},
	} {
		t.Run(c.name, func(t *testing.T) {
			rule := progressRule()
			f := &geo.Facts{Reports: c.reports, Steps: c.steps}
			warnings := slices.DeleteFunc(rule.Warnings(f, day(c.at)), func(w geo.Warning) bool { return w.Rule == geo.OverdueRule })
			if len(warnings) != 1 || told(warnings[0]) != jan+" "+c.want {
				t.Errorf("got %+v, want\n\t%s", warnings, jan+" "+c.want)
			}
			if fault := standsAs(&rule, f, day(c.at), rule.Warnings(f, day(c.at))); fault != "" {
				t.Error(fault)
			}
		})
	}
}

func TestWarningsOfOtherRules(t *testing.T) {
	deadline := geo.LightRule{Kind: geo.DeadlineRule, State: "state", StateAt: "closed", Done: []string{"销项"}, Due: "due", From: "found"}
	water := geo.LightRule{Kind: geo.WaterRule, Target: "target"}
	sample := func(date string, nh3n float64) geo.Report {
		return geo.Report{Date: day(date), Properties: geo.Properties{"nh3n": nh3n}}
	}
	samples := []geo.Report{sample("2023-10-05", 1.3), sample("2023-11-08", 1.3), sample("2024-01-09", 1.3)}
	undated := progressRule()
	for _, c := range []struct {
		name  string
		rule  geo.LightRule
		facts geo.Facts
		at    string
		want  []string
	}{
		{"a problem past its deadline", deadline, geo.Facts{Properties: geo.Properties{"found": day("2023-06-10"), "due": day("2023-06-30")}}, "2023-07-01",
			[]string{"deadline/2023-06-10 red L2 待受理 raised 2023-07-01: 2023-07-01 协调"}},
		{"a problem closed", deadline, geo.Facts{Properties: geo.Properties{"found": day("2023-06-10"), "due": day("2023-06-30"), "state": "销项", "closed": day("2023-07-05")}}, "2023-08-01",
			[]string{"deadline/2023-06-10 red L2 已销项 raised 2023-07-01 closed 2023-07-05: 2023-07-01 协调 2023-07-05 原因消除"}},
		{"a river before the month's sample is still warned of", water, geo.Facts{Properties: geo.Properties{"target": "Ⅲ"}, Reports: samples}, "2023-11-05",
			[]string{"water/2023-10-05 yellow L1 待受理 raised 2023-11-05: 2023-11-05 提醒"}},
		{"a month without a sample ends it", water, geo.Facts{Properties: geo.Properties{"target": "Ⅲ"}, Reports: samples}, "2024-02-09", []string{
			"water/2023-10-05 yellow L2 已销项 raised 2023-11-05 closed 2023-12-31: 2023-11-05 提醒 2023-12-05 协调 2023-12-31 原因消除",
			"water/2024-01-09 yellow L1 待受理 raised 2024-02-09 reopened 1: 2024-02-09 提醒"}},
		{"red since nobody knows when", undated, geo.Facts{Properties: geo.Properties{"outcome": "停止"}}, "2024-02-09",
			[]string{"progress/ red L2 待受理:  协调"}},
		{"yellow since nobody knows when", undated, geo.Facts{Properties: geo.Properties{"outcome": "滞后"}}, "2024-02-09",
			[]string{"progress/ yellow L1 待受理:  提醒"}},
		{"a year that ends takes its lights with it", yearRule(), geo.Facts{Properties: row(geo.Properties{"outcome": "无法完成", "decided": day("2023-12-01")})}, "2024-01-01",
			[]string{"progress/2023-12-01 red L2 已销项 raised 2023-12-01 closed 2024-01-01: 2023-12-01 协调 2024-01-01 原因消除"}},
		{"longer months in the district", progressRule(), geo.Facts{District: "putuo", Reports: behind(10, 10, 10, 10),
			Book: geo.NewRulebook([]geo.Threshold{{District: "putuo", From: day("2022-02-01"), Remind: ptr(3), Coordinate: ptr(6)}}, nil, nil)}, "2022-04-30",
			[]string{"progress/2022-01-31 yellow L1 待受理 raised 2022-04-30: 2022-04-30 提醒"}},
	} {
		t.Run(c.name, func(t *testing.T) { check(t, &c.rule, &c.facts, c.at, c.want) })
	}
}

// A closed warning of the light leaves a missing report to be told of.
func TestStandingTellsOfTheWarningThatIsOpen(t *testing.T) {
	rule := progressRule()
	f := &geo.Facts{Reports: behind(20), Steps: []geo.Step{by("2022-02-03", geo.Close, "progress/2022-01-31")}}
	for at, want := range map[string]geo.Standing{"2022-02-02": {Level: 2, Raised: day("2022-01-31")}, "2022-02-03": {Level: 2, Closed: true, Raised: day("2022-01-31")},
		"2022-03-08": {Level: 1, Raised: day("2022-03-08")}} {
		if s := rule.Stand(f, day(at)); s.Level != want.Level || s.Closed != want.Closed || s.Raised != want.Raised {
			t.Errorf("%s: %+v, want %+v", at, s, want)
		}
	}
}
