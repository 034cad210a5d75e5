package geo_test

import (
	"testing"

	"yiping/geo"
)

// judged is what is expected of a verdict, all words in both languages.
type judged struct {
	name   string
	facts  geo.Facts
	at     string
	light  geo.Light
	by     geo.Measure
	since  string
	status geo.Text
	reason geo.Text
}

func judgeAll(t *testing.T, rule geo.LightRule, cases []judged) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := rule.Judge(&c.facts, day(c.at))
			if v.Light != c.light || v.By != c.by || v.Rule != rule.Kind || v.Since.String() != c.since {
				t.Errorf("%s by %q since %q, want %s by %q since %q", v.Light, v.By, v.Since, c.light, c.by, c.since)
			}
			if v.Status != c.status || v.Reason != c.reason {
				t.Errorf("got\n\t%+v %+v, want\n\t%+v %+v", v.Status, v.Reason, c.status, c.reason)
			}
			if fault := standsAs(&rule, &c.facts, day(c.at), rule.Warnings(&c.facts, day(c.at))); fault != "" {
				t.Error(fault)
			}
		})
	}
}

func zhEN(zh, en string) geo.Text { return geo.Text{ZH: zh, EN: en} }

func yearRule() geo.LightRule {
	r := progressRule()
	r.Year, r.Issued, r.Goal, r.Removed, r.Lifecycle, r.Finished = "year", "issued", "goal", "removed", "lifecycle", []string{"竣工", "终止"}
	return r
}

// row gives the own row of a project in the register of 2023.
func row(more geo.Properties) geo.Properties {
	p := geo.Properties{"year": int64(2023)}
	for k, v := range more {
		p[k] = v
	}
	return p
}

func TestProjectsAreJudgedByTheEntryOfTheYear(t *testing.T) {
	none, done := zhEN("未填报", "Not reported"), zhEN("已完成", "Done")
	nothing, reached := zhEN("尚无月报", "No report yet"), zhEN("年度目标已完成", "The goal of the year is reached")
	awaited, plan := zhEN("计划待下达", "Plan awaited"), zhEN("本年度计划待下达", "The plan of the year is not issued yet")
	removed := zhEN("已调出年度清单", "Removed from the yearly register")
	last := []geo.Year{{Year: 2022, Issued: day("2022-03-01"), Outcome: "无法完成", Decided: day("2022-12-31"), Reason: "资金未落实"}}
	reports := []geo.Report{progress("2022-12-31", 100, 40), progress("2023-04-30", 30, 20)}
	issued := geo.Properties{"issued": day("2023-02-10"), "goal": "封顶"}
	judgeAll(t, yearRule(), []judged{
		{name: "its own year", facts: geo.Facts{Properties: row(issued), Years: last, Reports: reports}, at: "2023-05-01",
			light: geo.Yellow, by: geo.ByProgress, since: "2023-04-30", status: zhEN("滞后", "Behind"),
			reason: zhEN("进度滞后 10 个百分点：计划 30％，实际 20％，已连续 2 个月", "Progress 10 points behind: plan 30%, actual 20%, for 2 months now")},
		{name: "figures of last year do not count in this", facts: geo.Facts{Properties: row(issued), Years: last, Reports: reports}, at: "2023-02-10",
			status: none, reason: nothing},
		{name: "before the plan is issued", facts: geo.Facts{Properties: row(issued), Years: last, Reports: reports}, at: "2023-02-09",
			by: geo.ByRegister, status: awaited, reason: plan},
		{name: "carried over, nothing entered yet", facts: geo.Facts{Properties: row(nil), Years: last}, at: "2023-06-01",
			by: geo.ByRegister, status: awaited, reason: plan},
		{name: "carried over with a goal", facts: geo.Facts{Properties: row(geo.Properties{"goal": "封顶"}), Years: last}, at: "2023-06-01",
			status: none, reason: nothing},
		{name: "from a document, without a day of issue", facts: geo.Facts{Properties: row(nil)}, at: "2023-01-01", status: none, reason: nothing},
		{name: "another year's entry", facts: geo.Facts{Properties: row(issued), Years: last, Reports: reports}, at: "2022-12-31",
			light: geo.Red, by: geo.ByGoal, since: "2022-12-31", status: zhEN("无法完成", "Cannot be met"),
			reason: zhEN("资金未落实", "The goal of the year cannot be met")},
		{name: "another year's entry before its plan", facts: geo.Facts{Properties: row(issued), Years: last}, at: "2022-02-28",
			by: geo.ByRegister, status: awaited, reason: plan},
		{name: "another year's entry, carried over with nothing entered", facts: geo.Facts{Properties: row(issued),
			Years: []geo.Year{{Year: 2021, Goal: "开工"}, {Year: 2022}}}, at: "2022-06-01", by: geo.ByRegister, status: awaited, reason: plan},
		{name: "a year before all entries", facts: geo.Facts{Properties: row(issued), Years: last}, at: "2021-12-31",
			by: geo.ByRegister, status: zhEN("未列入", "Not listed"), reason: zhEN("尚未列入年度清单", "Not yet in the yearly register")},
		{name: "a later year without entry", facts: geo.Facts{Properties: row(issued), Reports: reports}, at: "2024-01-01",
			by: geo.ByRegister, status: awaited, reason: plan},
		{name: "its goal reached is not its end", facts: geo.Facts{Properties: row(geo.Properties{"outcome": "完成", "decided": day("2023-12-20")})}, at: "2024-01-01",
			by: geo.ByRegister, status: awaited, reason: plan},
		{name: "finished with its goal reached", facts: geo.Facts{Properties: row(geo.Properties{"outcome": "完成", "decided": day("2023-12-20"), "lifecycle": "竣工"})},
			at: "2024-05-01", light: geo.Green, by: geo.ByGoal, since: "2023-12-20", status: done, reason: reached},
		{name: "stopped in this year's register", facts: geo.Facts{Properties: row(geo.Properties{"outcome": "停止", "decided": day("2023-12-20"), "lifecycle": "终止"})},
			at: "2023-12-31", light: geo.Red, by: geo.ByGoal, since: "2023-12-20", status: zhEN("终止实施", "Stopped"), reason: zhEN("已终止实施", "Work was stopped")},
		{name: "stopped last year", facts: geo.Facts{Properties: row(geo.Properties{"outcome": "停止", "decided": day("2023-12-20"), "lifecycle": "终止"})},
			at: "2024-01-01", by: geo.ByRegister, status: zhEN("已终止", "Finished"), reason: zhEN("不再列入年度清单", "No longer in the yearly register")},
		{name: "removed", facts: geo.Facts{Properties: row(geo.Properties{"removed": day("2023-09-01")}), Reports: reports}, at: "2023-09-01",
			by: geo.ByRegister, status: zhEN("调出", "Removed"), reason: removed},
		{name: "the day before it is removed", facts: geo.Facts{Properties: row(geo.Properties{"removed": day("2023-05-02")}), Reports: reports}, at: "2023-05-01",
			light: geo.Yellow, by: geo.ByProgress, since: "2023-04-30", status: zhEN("滞后", "Behind"),
			reason: zhEN("进度滞后 10 个百分点：计划 30％，实际 20％，已连续 2 个月", "Progress 10 points behind: plan 30%, actual 20%, for 2 months now")},
		{name: "removed stays removed in later years", facts: geo.Facts{Properties: row(geo.Properties{"removed": day("2023-09-01")})}, at: "2025-09-01",
			by: geo.ByRegister, status: zhEN("调出", "Removed"), reason: removed},
		{name: "a row without a year holds for all", facts: geo.Facts{Properties: geo.Properties{"outcome": "完成", "decided": day("2021-12-20")}}, at: "2024-05-01",
			light: geo.Green, by: geo.ByGoal, since: "2021-12-20", status: done, reason: reached},
	})
}

func TestProjectsAreJudgedByTheirMilestones(t *testing.T) {
	rule := progressRule()
	rule.Measure, rule.MilestoneValue = "measure", "节点"
	steps := []geo.Milestone{{Name: "开工", Planned: day("2022-03-01"), Actual: day("2022-04-15")}, {Name: "封顶", Planned: day("2022-09-01")},
		{Name: "竣工", Planned: day("2022-12-20")}, {Name: "移交"}}
	measured := geo.Properties{"measure": "节点"}
	inTime, calm := zhEN("正常", "On plan"), zhEN("节点均未逾期", "No milestone is late")
	late := func(name, days, planned, zh, en string) (geo.Text, geo.Text) {
		return zhEN(zh, en), zhEN("节点“"+name+"”逾期 "+days+" 天：计划 "+planned, "Milestone “"+name+"” is "+days+" days late: planned for "+planned)
	}
	behind, day30 := late("封顶", "30", "2022-09-01", "滞后", "Behind")
	far, day31 := late("封顶", "31", "2022-09-01", "严重滞后", "Far behind")
	_, first := late("封顶", "1", "2022-09-01", "", "")
	reports := []geo.Report{progress("2022-09-30", 60, 59)}
	judgeAll(t, rule, []judged{
		{name: "reached late is reached", facts: geo.Facts{Milestones: steps}, at: "2022-09-01", light: geo.Green, by: geo.ByMilestone, since: "2022-04-15", status: inTime, reason: calm},
		{name: "a day late", facts: geo.Facts{Milestones: steps}, at: "2022-09-02", light: geo.Yellow, by: geo.ByMilestone, since: "2022-09-02", status: behind, reason: first},
		{name: "30 days late", facts: geo.Facts{Milestones: steps}, at: "2022-10-01", light: geo.Yellow, by: geo.ByMilestone, since: "2022-09-02", status: behind, reason: day30},
		{name: "31 days late", facts: geo.Facts{Milestones: steps}, at: "2022-10-02", light: geo.Red, by: geo.ByMilestone, since: "2022-10-02", status: far, reason: day31},
		{name: "percentages go first", facts: geo.Facts{Milestones: steps, Reports: reports}, at: "2022-10-02", light: geo.Green, by: geo.ByProgress, since: "2022-09-30",
			status: inTime, reason: zhEN("进度计划 60％，实际 59％", "Progress plan 60%, actual 59%")},
		{name: "unless the work is measured by milestones", facts: geo.Facts{Properties: measured, Milestones: steps, Reports: reports}, at: "2022-10-02",
			light: geo.Red, by: geo.ByMilestone, since: "2022-10-02", status: far, reason: day31},
		{name: "investment counts beside milestones", facts: geo.Facts{Properties: measured, Milestones: steps[:1], Reports: []geo.Report{money("2022-09-30", 2, 1.8)}}, at: "2022-10-02",
			light: geo.Yellow, by: geo.ByInvestment, since: "2022-09-30", status: behind,
			reason: zhEN("投资滞后 10 个百分点：计划 2 亿元，完成 1.8 亿元，已连续 2 个月", "Investment 10 points behind: plan CNY 2 × 10⁸, made 1.8, for 2 months now")},
		{name: "limits of the city", facts: geo.Facts{Milestones: steps, Book: geo.NewRulebook([]geo.Threshold{{LateYellow: ptr(10), LateRed: ptr(20)}}, nil, nil)}, at: "2022-09-11",
			light: geo.Green, by: geo.ByMilestone, since: "2022-04-15", status: inTime, reason: zhEN("节点“封顶”逾期 10 天：计划 2022-09-01", "Milestone “封顶” is 10 days late: planned for 2022-09-01")},
		{name: "steps without a plan say nothing", facts: geo.Facts{Milestones: steps[3:]}, at: "2022-09-11", status: zhEN("未填报", "Not reported"), reason: zhEN("尚无月报", "No report yet")},
	})
}

func TestThresholdsHoldFromTheirDay(t *testing.T) {
	book := geo.NewRulebook([]geo.Threshold{{District: "putuo", From: day("2022-06-15"), Yellow: ptr(0.0), Red: ptr(8.0)}}, nil, nil)
	rule := progressRule()
	rule.Yellow, rule.Red = 12, 20
	f := geo.Facts{District: "putuo", Book: book, Reports: []geo.Report{progress("2022-05-31", 60, 50)}}
	status := zhEN("严重滞后", "Far behind")
	judgeAll(t, rule, []judged{
		{name: "the layer's own before", facts: f, at: "2022-06-14", light: geo.Green, by: geo.ByProgress, since: "2022-05-31", status: zhEN("正常", "On plan"),
			reason: zhEN("进度计划 60％，实际 50％", "Progress plan 60%, actual 50%")},
		{name: "the district's from their day", facts: f, at: "2022-06-15", light: geo.Red, by: geo.ByProgress, since: "2022-06-15", status: status,
			reason: zhEN("进度滞后 10 个百分点：计划 60％，实际 50％", "Progress 10 points behind: plan 60%, actual 50%")},
	})
	if v := rule.Judge(&f, day("2022-06-15")); v.Limits == nil || v.Limits.Yellow != 0 || v.Limits.Red != 8 {
		t.Errorf("limits told: %+v", v.Limits)
	}
	if v := rule.Judge(&f, day("2022-06-14")); v.Limits == nil || v.Limits.Yellow != 12 || v.Limits.Red != 20 {
		t.Errorf("limits told: %+v", v.Limits)
	}
}

func TestOnlyApprovedReportsReachTheLightsWhereSoConfigured(t *testing.T) {
	rule := progressRule()
	rule.Unit = "unit"
	book := geo.NewRulebook([]geo.Threshold{{ApprovedOnly: ptr(true)}}, nil, []geo.Period{
		{Layer: "project", Date: day("2022-04-30"), State: geo.Sealed}, {Layer: "project", Date: day("2022-05-31"), State: geo.Approved},
		{Layer: "project", Date: day("2022-05-31"), Unit: "市政中心", State: geo.Returned}, {Layer: "project", Date: day("2022-06-30"), State: geo.Reviewing}})
	facts := func(unit string, reports ...geo.Report) geo.Facts {
		return geo.Facts{Layer: "project", Properties: geo.Properties{"unit": unit}, Book: book, Reports: reports}
	}
	april, may, june := progress("2022-04-30", 30, 28), progress("2022-05-31", 40, 30), progress("2022-06-30", 50, 10)
	judgeAll(t, rule, []judged{
		{name: "June is under review, May counts", facts: facts("建管委", april, may, june), at: "2022-06-30", light: geo.Yellow, by: geo.ByProgress, since: "2022-05-31",
			status: zhEN("滞后", "Behind"), reason: zhEN("进度滞后 10 个百分点：计划 40％，实际 30％，已连续 2 个月", "Progress 10 points behind: plan 40%, actual 30%, for 2 months now")},
		{name: "the unit's May was returned", facts: facts("市政中心", april, may, june), at: "2022-06-30", light: geo.Green, by: geo.ByProgress, since: "2022-04-30",
			status: zhEN("正常", "On plan"), reason: zhEN("进度计划 30％，实际 28％", "Progress plan 30%, actual 28%")},
		{name: "nothing approved", facts: facts("建管委", june), at: "2022-06-30", status: zhEN("待审定", "Not yet approved"),
			reason: zhEN("月报尚未审定", "No report is approved yet")},
	})
	if s := rule.Stand(new(facts("建管委", april, may, june)), day("2022-06-30")); s.PlannedProgress != 40 || s.ActualProgress != 30 {
		t.Errorf("figures of an unapproved report: %+v", s)
	}
}

func TestHaltsAndRulingsStandBesideTheLight(t *testing.T) {
	f := geo.Facts{Reports: []geo.Report{progress("2022-05-31", 40, 38)},
		Halts:   []geo.Span{{From: day("2022-03-15"), To: day("2022-04-30")}, {From: day("2022-06-03"), Reason: "疫情"}},
		Rulings: []geo.Ruling{{Light: geo.Red, From: day("2022-06-01"), Until: day("2022-06-30"), Reason: "质量问题"}}}
	judgeAll(t, progressRule(), []judged{
		{name: "between two halts", facts: f, at: "2022-06-02", light: geo.Green, by: geo.ByProgress, since: "2022-05-31", status: zhEN("正常", "On plan"),
			reason: zhEN("进度计划 40％，实际 38％", "Progress plan 40%, actual 38%")},
		{name: "halted", facts: f, at: "2022-06-03", light: geo.Green, by: geo.ByProgress, since: "2022-05-31", status: zhEN("正常", "On plan"),
			reason: zhEN("进度计划 40％，实际 38％；2022-06-03 起停工：疫情", "Progress plan 40%, actual 38%; works halted since 2022-06-03")},
	})
	rule := progressRule()
	f.Rulings = append(f.Rulings, geo.Ruling{Light: geo.Yellow, From: day("2022-06-10"), Until: day("2022-06-20")},
		geo.Ruling{Light: geo.Green, From: day("2022-06-05"), Until: day("2022-06-30")})
	for at, want := range map[string]geo.Light{"2022-06-04": geo.Red, "2022-06-09": geo.Green, "2022-06-20": geo.Yellow, "2022-06-21": geo.Green} {
		if s := rule.Stand(&f, day(at)); s.Ruled != want {
			t.Errorf("%s: of several rulings %s, want the latest begun, %s", at, s.Ruled, want)
		}
	}
	f.Rulings = f.Rulings[:1]
	for at, want := range map[string]geo.Light{"2022-05-31": geo.None, "2022-06-01": geo.Red, "2022-06-30": geo.Red, "2022-07-01": geo.None} {
		v, s := rule.Judge(&f, day(at)), rule.Stand(&f, day(at))
		if s.Ruled != want || (v.Ruling != nil) != (want != geo.None) || v.Light != geo.Green || s.Light != geo.Green {
			t.Errorf("%s: ruled %s, ruling %+v over %s", at, s.Ruled, v.Ruling, v.Light)
		}
	}
}

func TestLightsByExpressions(t *testing.T) {
	rule := geo.LightRule{Kind: geo.FilterRule, RedWhen: "today > due", YellowWhen: "percent < 50"}
	facts := func(percent int) geo.Facts {
		p := geo.Properties{"due": day("2022-06-30")}
		return geo.Facts{Properties: p, Holds: func(expr string, at geo.Date) bool {
			return expr == rule.RedWhen && at > p.Date("due") || expr == rule.YellowWhen && percent < 50
		}}
	}
	judgeAll(t, rule, []judged{
		{name: "the first that holds", facts: facts(40), at: "2022-07-03", light: geo.Red, by: geo.ByExpression, since: "2022-07-01", status: zhEN("红灯", "Red"),
			reason: zhEN("符合判定条件：today > due", "Meets the condition today > due")},
		{name: "the second, since nobody knows when", facts: facts(40), at: "2022-06-30", light: geo.Yellow, by: geo.ByExpression, status: zhEN("黄灯", "Yellow"),
			reason: zhEN("符合判定条件：percent < 50", "Meets the condition percent < 50")},
		{name: "none", facts: facts(60), at: "2022-06-30", by: geo.ByExpression, status: zhEN("未判定", "Not judged"),
			reason: zhEN("不符合任何判定条件", "No condition of the rule is met")},
		{name: "nobody to evaluate it", facts: geo.Facts{}, at: "2022-06-30", by: geo.ByExpression, status: zhEN("未判定", "Not judged"),
			reason: zhEN("不符合任何判定条件", "No condition of the rule is met")},
	})
}

func TestLakesHaveLimitsOfTheirOwn(t *testing.T) {
	rule := geo.LightRule{Kind: geo.WaterRule, Target: "target", Lake: "kind", LakeValue: "湖库"}
	sample := []geo.Report{{Date: day("2023-12-05"), Properties: geo.Properties{"do": 8.0, "tp": 0.12, "tn": 1.8}}}
	judgeAll(t, rule, []judged{
		{name: "a river", facts: geo.Facts{Properties: geo.Properties{"target": "Ⅲ", "kind": "河流"}, Reports: sample}, at: "2023-12-31",
			light: geo.Green, by: geo.ByFactor, since: "2023-12-05", status: zhEN("达标", "Meets its target"), reason: zhEN("水质Ⅲ类，目标Ⅲ类", "Water class Ⅲ, target Ⅲ")},
		{name: "a lake", facts: geo.Facts{Properties: geo.Properties{"target": "Ⅲ", "kind": "湖库"}, Reports: sample}, at: "2023-12-31",
			light: geo.Red, by: geo.ByFactor, since: "2023-12-05", status: zhEN("差两类及以上", "Two or more classes worse"),
			reason: zhEN("水质Ⅴ类，目标Ⅲ类，定类指标：总磷 0.12 mg/L（Ⅲ类限值 0.05）、总氮 1.8 mg/L（Ⅲ类限值 1）",
				"Water class Ⅴ, target Ⅲ, decided by total phosphorus 0.12 mg/L (limit of class Ⅲ: 0.05), total nitrogen 1.8 mg/L (limit of class Ⅲ: 1)")},
	})
}
