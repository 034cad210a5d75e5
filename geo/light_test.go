package geo_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"yiping/geo"
)

func progressRule() geo.LightRule {
	return geo.LightRule{Kind: geo.ProgressRule, State: "outcome", StateAt: "decided", Reason: "reason",
		Done: []string{"完成"}, Behind: []string{"滞后"}, Failed: []string{"无法完成"}, Stopped: []string{"停止"}}
}

func progress(date string, plan, actual float64) geo.Report {
	return geo.Report{Date: day(date), Properties: geo.Properties{geo.PlannedProgress: plan, geo.ActualProgress: actual}}
}

func money(date string, plan, actual float64) geo.Report {
	return geo.Report{Date: day(date), Properties: geo.Properties{geo.PlannedInvestment: plan, geo.ActualInvestment: actual}}
}

type verdict struct {
	name    string
	props   geo.Properties
	reports []geo.Report
	at      string
	light   geo.Light
	status  string
	since   string
	reason  string
	overdue bool
}

func judge(t *testing.T, rule geo.LightRule, cases []verdict) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := rule.Judge(&geo.Facts{Properties: c.props, Reports: c.reports}, day(c.at))
			if v.Light != c.light || v.Status.ZH != c.status || v.Since.String() != c.since || v.Overdue != c.overdue {
				t.Errorf("%s %s since %q overdue %v; want %s %s since %q overdue %v", v.Light, v.Status.ZH, v.Since, v.Overdue,
					c.light, c.status, c.since, c.overdue)
			}
			if v.Reason.ZH != c.reason {
				t.Errorf("reason %q, want %q", v.Reason.ZH, c.reason)
			}
			if light, overdue := rule.LightAt(&geo.Facts{Properties: c.props, Reports: c.reports}, day(c.at)); light != c.light || overdue != c.overdue {
				t.Errorf("at a glance %s, overdue %v", light, overdue)
			}
			facts := &geo.Facts{Properties: c.props, Reports: c.reports}
			if s := rule.StatusText(rule.Stand(facts, day(c.at)).Status, c.props.Text); s != v.Status {
				t.Errorf("stands as %v, is %v", s, v.Status)
			}
			if v.Reason.EN == "" || v.Status.EN == "" || v.Rule != rule.Kind {
				t.Errorf("incomplete: %+v", v)
			}
		})
	}
}

func TestProjectsAreJudgedByPlanAgainstReport(t *testing.T) {
	judge(t, progressRule(), []verdict{
		{name: "never reported", at: "2022-06-30", status: "未填报", reason: "尚无月报"},
		{name: "on plan", reports: []geo.Report{progress("2022-05-31", 40, 38)}, at: "2022-06-10",
			light: geo.Green, status: "正常", since: "2022-05-31", reason: "进度计划 40％，实际 38％"},
		{name: "ahead of plan", reports: []geo.Report{progress("2022-05-31", 40, 55)}, at: "2022-05-31",
			light: geo.Green, status: "正常", since: "2022-05-31", reason: "进度计划 40％，实际 55％"},
		{name: "5 points behind is still green", reports: []geo.Report{progress("2022-05-31", 60.1, 55.1)}, at: "2022-05-31",
			light: geo.Green, status: "正常", since: "2022-05-31", reason: "进度计划 60.1％，实际 55.1％"},
		{name: "a little over 5 is yellow", reports: []geo.Report{progress("2022-05-31", 60, 54.9)}, at: "2022-05-31",
			light: geo.Yellow, status: "滞后", since: "2022-05-31", reason: "进度滞后 5.1 个百分点：计划 60％，实际 54.9％"},
		{name: "15 points behind is still yellow", reports: []geo.Report{progress("2022-05-31", 60, 45)}, at: "2022-05-31",
			light: geo.Yellow, status: "滞后", since: "2022-05-31", reason: "进度滞后 15 个百分点：计划 60％，实际 45％"},
		{name: "18 points behind is red", reports: []geo.Report{progress("2022-05-31", 60, 42)}, at: "2022-05-31",
			light: geo.Red, status: "严重滞后", since: "2022-05-31", reason: "进度滞后 18 个百分点：计划 60％，实际 42％"},
		{name: "the office's reason stands before the numbers", props: geo.Properties{"reason": "动迁未完成"},
			reports: []geo.Report{progress("2022-05-31", 60, 42)}, at: "2022-05-31",
			light: geo.Red, status: "严重滞后", since: "2022-05-31", reason: "动迁未完成；进度滞后 18 个百分点：计划 60％，实际 42％"},
		{name: "the worse of progress and investment", reports: []geo.Report{{Date: day("2022-05-31"), Properties: geo.Properties{
			geo.PlannedProgress: 50.0, geo.ActualProgress: 50.0, geo.PlannedInvestment: 1.5, geo.ActualInvestment: 0.63}}}, at: "2022-05-31",
			light: geo.Red, status: "严重滞后", since: "2022-05-31", reason: "投资滞后 58 个百分点：计划 1.5 亿元，完成 0.63 亿元"},
		{name: "nothing planned to invest says nothing", reports: []geo.Report{money("2022-01-31", 0, 0)}, at: "2022-01-31",
			status: "未填报", reason: "尚无月报"},
		{name: "half a pair says nothing", reports: []geo.Report{progress("2022-04-30", 40, 30),
			{Date: day("2022-05-31"), Properties: geo.Properties{geo.PlannedProgress: 60.0}}}, at: "2022-05-31",
			light: geo.Yellow, status: "滞后", since: "2022-04-30", reason: "进度滞后 10 个百分点：计划 40％，实际 30％，已连续 2 个月"},
		{name: "reports after the day are not looked at", reports: []geo.Report{progress("2022-05-31", 40, 40), progress("2022-06-30", 60, 10)},
			at: "2022-06-29", light: geo.Green, status: "正常", since: "2022-05-31", reason: "进度计划 40％，实际 40％"},
	})
}

func TestLightIsDatedFromTheFirstDayOfItsRun(t *testing.T) {
	year := []geo.Report{progress("2022-01-31", 8, 8), progress("2022-02-28", 17, 10), progress("2022-03-31", 25, 16),
		progress("2022-04-30", 33, 10), progress("2022-05-31", 42, 20), progress("2022-06-30", 50, 48), progress("2022-07-31", 58, 30)}
	judge(t, progressRule(), []verdict{
		{name: "green", reports: year, at: "2022-02-27", light: geo.Green, status: "正常", since: "2022-01-31", reason: "进度计划 8％，实际 8％"},
		{name: "yellow over two reports", reports: year, at: "2022-04-29", light: geo.Yellow, status: "滞后", since: "2022-02-28",
			reason: "进度滞后 9 个百分点：计划 25％，实际 16％，已连续 3 个月"},
		{name: "red over two reports", reports: year, at: "2022-06-01", light: geo.Red, status: "严重滞后", since: "2022-04-30",
			reason: "进度滞后 22 个百分点：计划 42％，实际 20％，已连续 3 个月"},
		{name: "red again is a new run", reports: year, at: "2022-08-01", light: geo.Red, status: "严重滞后", since: "2022-07-31",
			reason: "进度滞后 28 个百分点：计划 58％，实际 30％，已连续 2 个月"},
	})
}

func TestOutcomeOfTheYearDecidesFromItsDay(t *testing.T) {
	reports := []geo.Report{progress("2022-10-31", 83, 60), progress("2022-11-30", 92, 60), progress("2022-12-31", 100, 60)}
	outcome := func(state, decided, reason string) geo.Properties {
		p := geo.Properties{"outcome": state, "reason": reason}
		if decided != "" {
			p["decided"] = day(decided)
		}
		return p
	}
	judge(t, progressRule(), []verdict{
		{name: "not yet decided", props: outcome("完成", "2022-12-31", ""), reports: reports, at: "2022-12-30",
			light: geo.Red, status: "严重滞后", since: "2022-10-31", reason: "进度滞后 32 个百分点：计划 92％，实际 60％，已连续 3 个月"},
		{name: "reached", props: outcome("完成", "2022-12-31", ""), reports: reports, at: "2022-12-31",
			light: geo.Green, status: "已完成", since: "2022-12-31", reason: "年度目标已完成"},
		{name: "cannot be met, red before by its reports", props: outcome("无法完成", "2022-12-31", "合同纠纷未决"), reports: reports, at: "2022-12-31",
			light: geo.Red, status: "无法完成", since: "2022-10-31", reason: "合同纠纷未决"},
		{name: "cannot be met, no reason given", props: outcome("无法完成", "2022-12-31", ""), at: "2023-01-20",
			light: geo.Red, status: "无法完成", since: "2022-12-31", reason: "年度目标无法完成"},
		{name: "stopped", props: outcome("停止", "2022-12-31", ""), at: "2023-01-20",
			light: geo.Red, status: "终止实施", since: "2022-12-31", reason: "已终止实施"},
		{name: "behind without reports", props: outcome("滞后", "2022-12-31", "停工"), at: "2022-12-31",
			light: geo.Yellow, status: "滞后", since: "2022-12-31", reason: "停工"},
		{name: "behind though reports look good", props: outcome("滞后", "2022-12-31", ""), reports: []geo.Report{progress("2022-12-31", 100, 99)},
			at: "2022-12-31", light: geo.Yellow, status: "滞后", since: "2022-12-31", reason: "年度目标滞后"},
		{name: "a state without a day counts always and is not dated", props: outcome("完成", "", ""), reports: reports, at: "2022-11-15",
			light: geo.Green, status: "已完成", reason: "年度目标已完成"},
		{name: "an unknown state decides nothing", props: outcome("其他", "2022-12-31", ""), at: "2022-12-31", status: "未填报", reason: "尚无月报"},
	})
}

func TestMissingReportKeepsTheLightAndIsMarked(t *testing.T) {
	last := []geo.Report{progress("2022-10-31", 83, 70)}
	reason := func(months string) string {
		return "进度滞后 13 个百分点：计划 83％，实际 70％，已连续 " + months + " 个月"
	}
	late := func(months string) string { return reason(months) + "；逾期未报，末次月报 2022-10-31" }
	judge(t, progressRule(), []verdict{
		{name: "November runs", reports: last, at: "2022-11-30", light: geo.Yellow, status: "滞后", since: "2022-10-31", reason: reason("2")},
		{name: "November's report is due on the fifth workday", reports: last, at: "2022-12-07", light: geo.Yellow, status: "滞后", since: "2022-10-31", reason: reason("3")},
		{name: "November's report is missing", reports: last, at: "2022-12-08", light: geo.Yellow, status: "滞后", since: "2022-10-31", reason: late("3"), overdue: true},
		{name: "missing over the year's end", reports: last, at: "2023-01-02", light: geo.Yellow, status: "滞后", since: "2022-10-31", reason: late("4"), overdue: true},
		{name: "a decided year needs no report", props: geo.Properties{"outcome": "完成", "decided": day("2022-12-31")}, reports: last,
			at: "2023-02-01", light: geo.Green, status: "已完成", since: "2022-12-31", reason: "年度目标已完成"},
	})
}

func TestThresholdsAreTheLayersOwn(t *testing.T) {
	rule := progressRule()
	rule.Yellow, rule.Red = 10, 20
	reports := []geo.Report{progress("2022-05-31", 60, 50), progress("2022-06-30", 60, 45), progress("2022-07-31", 60, 39)}
	for at, want := range map[string]geo.Light{"2022-05-31": geo.Green, "2022-06-30": geo.Yellow, "2022-07-31": geo.Red} {
		if got := rule.Judge(&geo.Facts{Reports: reports}, day(at)).Light; got != want {
			t.Errorf("%s at %s, want %s", got, at, want)
		}
	}
}

func TestProblemsAreJudgedByTheirDeadline(t *testing.T) {
	rule := geo.LightRule{Kind: geo.DeadlineRule, State: "state", StateAt: "closed", Done: []string{"销项"}, Due: "due", From: "found", Reason: "reason"}
	open := geo.Properties{"found": day("2023-03-01"), "due": day("2023-06-30")}
	closed := geo.Properties{"found": day("2023-03-01"), "due": day("2023-06-30"), "state": "销项", "closed": day("2023-07-10")}
	judge(t, rule, []verdict{
		{name: "not yet found", props: open, at: "2023-02-28", status: "尚未发现", reason: "2023-03-01 才发现"},
		{name: "open", props: open, at: "2023-06-30", light: geo.Yellow, status: "整改中", since: "2023-03-01", reason: "整改期限 2023-06-30"},
		{name: "past its deadline", props: open, at: "2023-07-09", light: geo.Red, status: "逾期", since: "2023-07-01", reason: "超过整改期限 9 天（2023-06-30）"},
		{name: "past it, with a reason", props: geo.Properties{"due": day("2023-06-30"), "reason": "权属不清"}, at: "2023-07-01",
			light: geo.Red, status: "逾期", since: "2023-07-01", reason: "权属不清；超过整改期限 1 天（2023-06-30）"},
		{name: "closed later counts from its day", props: closed, at: "2023-07-09", light: geo.Red, status: "逾期", since: "2023-07-01",
			reason: "超过整改期限 9 天（2023-06-30）"},
		{name: "closed", props: closed, at: "2023-08-01", light: geo.Green, status: "已销项", since: "2023-07-10", reason: "问题已整改销项"},
		{name: "closed, nobody says when", props: geo.Properties{"state": "销项", "found": day("2023-03-01")}, at: "2023-08-01",
			light: geo.Green, status: "已销项", reason: "问题已整改销项"},
		{name: "open without deadline or date", props: geo.Properties{"state": "整改中"}, at: "2023-08-01",
			light: geo.Yellow, status: "整改中", reason: "未定整改期限"},
	})
}

func TestRiverSectionsAreJudgedByClassAgainstTarget(t *testing.T) {
	rule := geo.LightRule{Kind: geo.WaterRule, Target: "target"}
	sample := func(date string, p geo.Properties) geo.Report { return geo.Report{Date: day(date), Properties: p} }
	target := geo.Properties{"target": "Ⅲ"}
	good, bad := geo.Properties{"do": 6.2, "nh3n": 0.8}, geo.Properties{"do": 6.2, "nh3n": 1.3}
	judge(t, rule, []verdict{
		{name: "meets its target", props: target, reports: []geo.Report{sample("2023-12-05", good)}, at: "2023-12-31",
			light: geo.Green, status: "达标", since: "2023-12-05", reason: "水质Ⅲ类，目标Ⅲ类"},
		{name: "one class worse", props: target, reports: []geo.Report{sample("2023-12-05", bad)}, at: "2023-12-31",
			light: geo.Yellow, status: "差一类", since: "2023-12-05", reason: "水质Ⅳ类，目标Ⅲ类，定类指标：氨氮 1.3 mg/L（Ⅲ类限值 1）"},
		{name: "two classes worse", props: target, reports: []geo.Report{sample("2023-12-05", geo.Properties{"tp": 0.35})}, at: "2023-12-31",
			light: geo.Red, status: "差两类及以上", since: "2023-12-05", reason: "水质Ⅴ类，目标Ⅲ类，定类指标：总磷 0.35 mg/L（Ⅲ类限值 0.2）"},
		{name: "worse than Ⅴ is red even against Ⅴ", props: geo.Properties{"target": "Ⅴ"}, reports: []geo.Report{sample("2023-12-05", geo.Properties{"do": 1.5})},
			at: "2023-12-31", light: geo.Red, status: "劣Ⅴ类", since: "2023-12-05", reason: "水质劣Ⅴ类，目标Ⅴ类，定类指标：溶解氧 1.5 mg/L（Ⅴ类限值 2）"},
		{name: "class as reported, where no factor is", props: target, reports: []geo.Report{sample("2023-12-05", geo.Properties{"water_class": "Ⅱ"})},
			at: "2023-12-31", light: geo.Green, status: "达标", since: "2023-12-05", reason: "水质Ⅱ类，目标Ⅲ类"},
		{name: "no sample this month", props: target, reports: []geo.Report{sample("2023-11-05", good)}, at: "2023-12-31",
			status: "本月未测", reason: "本月没有水质监测数据"},
		{name: "no target", reports: []geo.Report{sample("2023-12-05", good)}, at: "2023-12-31", status: "未填报", reason: "缺水质类别或目标类别"},
		{name: "a run goes on from month to month", props: target, reports: []geo.Report{sample("2023-09-12", good), sample("2023-10-05", bad),
			sample("2023-11-08", bad), sample("2023-12-05", bad)}, at: "2023-12-31",
			light: geo.Yellow, status: "差一类", since: "2023-10-05", reason: "水质Ⅳ类，目标Ⅲ类，定类指标：氨氮 1.3 mg/L（Ⅲ类限值 1），已连续 3 个月"},
		{name: "a month without a sample ends the run", props: target, reports: []geo.Report{sample("2023-10-05", good), sample("2023-12-05", good)},
			at: "2023-12-31", light: geo.Green, status: "达标", since: "2023-12-05", reason: "水质Ⅲ类，目标Ⅲ类"},
	})
}

func TestNoRuleGivesNoLight(t *testing.T) {
	var rule geo.LightRule
	if v := rule.Judge(&geo.Facts{Properties: geo.Properties{"state": "完成"}, Reports: []geo.Report{progress("2022-05-31", 60, 10)}}, day("2022-06-01")); v != (geo.Verdict{}) {
		t.Errorf("%+v", v)
	}
}

func TestJudgingChangesNothing(t *testing.T) {
	rule := progressRule()
	p := geo.Properties{"outcome": "滞后", "decided": day("2022-12-31")}
	reports := []geo.Report{progress("2022-05-31", 60, 42), progress("2022-06-30", 70, 42)}
	before, err := json.Marshal([]any{p, reports})
	if err != nil {
		t.Fatal(err)
	}
	rule.Judge(&geo.Facts{Properties: p, Reports: reports}, day("2023-01-01"))
	after, err := json.Marshal([]any{p, reports})
	if err != nil || string(after) != string(before) {
		t.Errorf("%s became %s, %v", before, after, err)
	}
}

// A snapshot judges millions of features on every new day.
func TestLightAloneAllocatesNothing(t *testing.T) {
	var reports []geo.Report
	for m := range 24 {
		reports = append(reports, geo.Report{Date: geo.NewDate(2022, time.Month(m+2), 0), Properties: geo.Properties{
			geo.PlannedProgress: float64(4 * m), geo.ActualProgress: float64(3 * m), geo.PlannedInvestment: 1.0, geo.ActualInvestment: 0.9}})
	}
	samples := []geo.Report{{Date: day("2023-12-05"), Properties: geo.Properties{"do": 4.0, "nh3n": 1.2, "tp": 0.05}}}
	for _, c := range []struct {
		rule    geo.LightRule
		props   geo.Properties
		reports []geo.Report
	}{
		{progressRule(), geo.Properties{"outcome": "滞后", "decided": day("2023-12-31")}, reports},
		{geo.LightRule{Kind: geo.WaterRule, Target: "target"}, geo.Properties{"target": "Ⅲ"}, samples},
		{geo.LightRule{Kind: geo.DeadlineRule, State: "state", Done: []string{"销项"}, Due: "due"}, geo.Properties{"due": day("2023-06-30")}, nil},
	} {
		at := day("2023-12-31")
		if n := testing.AllocsPerRun(100, func() { c.rule.LightAt(&geo.Facts{Properties: c.props, Reports: c.reports}, at) }); n > 0 {
			t.Errorf("%s: %v allocations", c.rule.Kind, n)
		}
	}
}

func TestLightsAreReadByName(t *testing.T) {
	for _, l := range []geo.Light{geo.None, geo.Green, geo.Yellow, geo.Red} {
		b, err := json.Marshal(l)
		var back geo.Light
		if err != nil || json.Unmarshal(b, &back) != nil || back != l {
			t.Errorf("%s: %s, %v", l, b, err)
		}
	}
	var l geo.Light
	if err := json.Unmarshal([]byte(`"blue"`), &l); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("blue: %v", err)
	}
	if geo.Light(9).String() != "none" {
		t.Error("light 9 has a name")
	}
}

func TestUnsoundRulesAreRefused(t *testing.T) {
	base := func() geo.Layer {
		return geo.Layer{ID: "works", Fields: []geo.Field{{Name: "state", Type: geo.TextField}, {Name: "due", Type: geo.DateField}}}
	}
	for _, c := range []struct {
		name string
		rule geo.LightRule
		want string
	}{
		{"unknown kind", geo.LightRule{Kind: "guess"}, "unknown light rule “guess”"},
		{"unknown field", geo.LightRule{Kind: geo.DeadlineRule, Due: "deadline"}, "field deadline: light rule names a field that is not declared"},
		{"unknown date of finding", geo.LightRule{Kind: geo.DeadlineRule, From: "found"}, "field found"},
		{"red below yellow", geo.LightRule{Kind: geo.ProgressRule, Yellow: 10, Red: 6}, "0 ≤ yellow ≤ red"},
		{"yellow over the default red", geo.LightRule{Kind: geo.ProgressRule, Yellow: 16}, "0 ≤ yellow ≤ red"},
		{"filter without expression", geo.LightRule{Kind: geo.FilterRule}, "needs an expression"},
		{"unknown measure", geo.LightRule{Kind: geo.ProgressRule, Measure: "measure"}, "field measure"},
		{"negative", geo.LightRule{Kind: geo.ProgressRule, Yellow: -1}, "0 ≤ yellow ≤ red"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := base()
			l.Light = c.rule
			if err := l.Check(); geo.CodeOf(err) != geo.Invalid || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v", err)
			}
		})
	}
	l := base()
	l.Light = geo.LightRule{Kind: geo.DeadlineRule, State: "state", Due: "due"}
	if err := l.Check(); err != nil {
		t.Error(err)
	}
}
