package indicator_test

import (
	"fmt"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/indicator"
	"yiping/geo/snapshot/snaptest"
)

// quiet is a city whose districts stand at 2025-07-01, without projects of its own.
func quiet() *snaptest.City {
	c := snaptest.NewCity(1)
	for id := range c.Records {
		if id != city.District && id != city.Town {
			clear(c.Records[id])
		}
	}
	for _, d := range snaptest.Districts {
		c.Dates[d] = geo.DistrictDate{District: d, Date: geo.NewDate(2025, 7, 1)}
	}
	return c
}

func reading(day geo.Date, x float64) geo.Report {
	return geo.Report{Date: day, Version: 1, Properties: geo.Properties{"value": x}}
}

// From 2024-07-01 to 2026-07-01 half of the time is gone.
func TestLightsOfIndicators(t *testing.T) {
	start, due, now := geo.NewDate(2024, 7, 1), geo.NewDate(2026, 7, 1), geo.NewDate(2025, 6, 30)
	with := func(p geo.Properties) geo.Properties {
		out := geo.Properties{"name": "指标", "kind": city.Reported, "district": "D1", "unit": "％", "start": start, "due": due, "target": 60.0}
		for k, v := range p {
			if out[k] = v; v == nil {
				delete(out, k)
			}
		}
		return out
	}
	for name, c := range map[string]struct {
		p              geo.Properties
		value          float64
		light          geo.Light
		status, zh, en string
	}{
		"on course":        {nil, 30, geo.Green, "正常", "时间过 50％，完成 50％；现值 30％，目标 ≥ 60％（2026-07-01 前）", "50% of the time gone, 50% of the way made; now 30%, target ≥ 60% by 2026-07-01"},
		"within tolerance": {nil, 27, geo.Green, "正常", "时间过 50％，完成 45％", ""},
		"behind":           {nil, 26.9, geo.Yellow, "滞后", "滞后 5.2 个百分点：时间过 50％，完成 44.8％", "5.2 points behind"},
		"at the wall":      {nil, 21, geo.Yellow, "滞后", "滞后 15 个百分点", ""},
		"far behind":       {nil, 20.9, geo.Red, "严重滞后", "滞后 15.2 个百分点", ""},
		"met":              {nil, 60, geo.Green, "已达标", "现值 60％，目标 ≥ 60％", "Now 60%"},
		"past due":         {geo.Properties{"due": geo.NewDate(2025, 6, 1)}, 59, geo.Red, "到期未达标", "（2025-06-01 前），已过期 30 天", "30 days past due"},
		"due today":        {geo.Properties{"due": geo.NewDate(2025, 7, 1)}, 59, geo.Green, "正常", "时间过 100％，完成 98.3％", ""},
		"met past due":     {geo.Properties{"due": geo.NewDate(2025, 6, 1)}, 61, geo.Green, "已达标", "", ""},
		"baseline":         {geo.Properties{"baseline": 57.0}, 58, geo.Red, "严重滞后", "时间过 50％，完成 33.3％", ""},
		"from baseline":    {geo.Properties{"baseline": 57.0}, 58.5, geo.Green, "正常", "完成 50％", ""},
		"down":             {geo.Properties{"direction": "≤", "target": 0.0, "baseline": 100.0, "unit": "处"}, 40, geo.Green, "正常", "完成 60％；现值 40 处，目标 ≤ 0 处", ""},
		"down, behind":     {geo.Properties{"direction": "≤", "target": 0.0, "baseline": 100.0}, 58, geo.Yellow, "滞后", "滞后 8 个百分点", ""},
		"down, met":        {geo.Properties{"direction": "≤", "target": 5.0}, 5, geo.Green, "已达标", "", ""},
		"down, unknown":    {geo.Properties{"direction": "≤", "target": 5.0}, 6, geo.None, "到期再判", "缺基期值", "there is no baseline"},
		"equal":            {geo.Properties{"direction": "="}, 60, geo.Green, "已达标", "", ""},
		"not equal":        {geo.Properties{"direction": "="}, 61, geo.Green, "正常", "完成 101.7％", ""},
		"range":            {geo.Properties{"target": 1.0, "target_max": 2.0, "unit": "个"}, 2, geo.Green, "已达标", "目标 1 个—2 个", ""},
		"noise":            {geo.Properties{"target": 0.3}, 0.1 + 0.2, geo.Green, "已达标", "", ""},
		"no target":        {geo.Properties{"target": nil}, 7, geo.None, "无目标", "现值 7％", "Now 7%"},
		"no due day":       {geo.Properties{"due": nil}, 7, geo.None, "未定期限", "", ""},
		"start by period":  {geo.Properties{"start": nil, "period": "2024-2026", "due": geo.NewDate(2026, 12, 31)}, 30, geo.Green, "正常", "时间过 50％", ""},
		"decimals":         {geo.Properties{"decimals": int64(1)}, 30, geo.Green, "正常", "现值 30.0％，目标 ≥ 60.0％", ""},
	} {
		t.Run(name, func(t *testing.T) {
			store := quiet()
			store.Add(city.Indicator, "I", nil, with(c.p), reading(now, c.value), reading(geo.NewDate(2025, 7, 31), 99))
			e, _ := indicator.New(snaptest.Snapshot(t, store)).Of("I")
			if e.Light != c.light || e.Status.ZH != c.status || !strings.Contains(e.Reason.ZH, c.zh) || !strings.Contains(e.Reason.EN, c.en) || e.Status.EN == "" {
				t.Errorf("%s %s %s / %s", e.Light, e.Status.ZH, e.Reason.ZH, e.Reason.EN)
			}
			if e.Date != now || len(e.Readings) != 1 || e.Value.Number != c.value {
				t.Errorf("value %+v of %s: %v", e.Value, e.Date, e.Readings)
			}
		})
	}
}

func TestLimitsOfIndicatorsAreTheCitys(t *testing.T) {
	c := quiet()
	p := geo.Properties{"name": "指标", "kind": city.Reported, "district": "D1", "start": geo.NewDate(2024, 7, 1), "due": geo.NewDate(2026, 7, 1), "target": 60.0}
	c.Add(city.Indicator, "I", nil, p, reading(geo.NewDate(2025, 6, 30), 20))
	s := snaptest.Snapshot(t, c)
	b := indicator.New(s)
	if e, _ := b.Of("I"); e.Light != geo.Red {
		t.Fatalf("before: %s", e.Light)
	}
	next, d, err := s.Apply(c.Add(city.Threshold, "T", nil, geo.Properties{"layer": "indicator", "district": "D1", "yellow": 10.0, "red": 20.0}))
	if err != nil {
		t.Fatal(err)
	}
	if e, _ := b.Next(d).Of("I"); e.Light != geo.Yellow {
		t.Errorf("with limits of 10 and 20: %s %s", e.Light, e.Reason.ZH)
	}
	same(t, 0, b.Next(d), indicator.New(next))
}

func TestLightsOfTasks(t *testing.T) {
	c := quiet()
	add := func(code string, value float64) {
		c.Add(city.Indicator, code, nil, geo.Properties{"name": code, "kind": city.Reported, "district": "D1", "start": geo.NewDate(2024, 7, 1), "due": geo.NewDate(2026, 7, 1), "target": 60.0},
			reading(geo.NewDate(2025, 6, 30), value))
	}
	add("good", 60)
	add("slow", 25)
	add("bad", 0)
	project := geo.Properties{"name": "一号泵站", "district": "D1", "goal_outcome": city.GoalFailed, "year": int64(2025)}
	c.Add(city.Project, "P1", nil, project)
	past, ahead := geo.NewDate(2025, 6, 1), geo.NewDate(2026, 12, 31)
	for k, w := range []struct {
		p      geo.Properties
		light  geo.Light
		status string
		zh     string
	}{
		{geo.Properties{"indicators": "good", "due": ahead}, geo.Green, "正常", "指标“good”"},
		{geo.Properties{"indicators": "good；slow", "due": ahead}, geo.Yellow, "滞后", "指标“slow”：滞后 8.3 个百分点"},
		{geo.Properties{"indicators": "good;slow,bad", "due": ahead}, geo.Red, "严重滞后", "指标“bad”"},
		{geo.Properties{"indicators": "good", "projects": "P1", "due": ahead}, geo.Red, "严重滞后", "项目“一号泵站”"},
		{geo.Properties{"indicators": "bad", "state": "已完成", "due": past}, geo.Green, "已完成", ""},
		{geo.Properties{"indicators": "good", "state": "推进中", "due": past}, geo.Red, "逾期未完成", "超过完成期限 30 天（2025-06-01）"},
		{geo.Properties{"indicators": "good", "state": "滞后", "due": ahead}, geo.Yellow, "滞后", "牵头单位报滞后"},
		{geo.Properties{"indicators": "bad", "state": "滞后", "due": ahead}, geo.Red, "严重滞后", "指标“bad”"},
		{geo.Properties{"state": "推进中", "due": ahead}, geo.None, "推进中", "没有可比的指标和项目"},
		{geo.Properties{"indicators": "lost", "due": ahead}, geo.None, "未填报", ""},
	} {
		w.p["name"], w.p["district"], w.p["number"] = fmt.Sprint("任务", k+1), "D1", fmt.Sprint(k+1)
		w.p["lead_units"] = "区建设管理委;区绿化市容局"
		c.Add(city.Task, fmt.Sprintf("T%02d", k+1), nil, w.p)
		s := snaptest.Snapshot(t, c)
		tasks := indicator.Tasks(indicator.New(s), s, "D1")
		if len(tasks) != k+1 {
			t.Fatalf("%d tasks", len(tasks))
		}
		got := tasks[k]
		if got.Light != w.light || got.Status.ZH != w.status || !strings.Contains(got.Reason.ZH, w.zh) || got.Status.EN == "" || got.LeadUnits[0] != "区建设管理委" {
			t.Errorf("%v: %s %s %s, want %s %s %s", w.p, got.Light, got.Status.ZH, got.Reason.ZH, w.light, w.status, w.zh)
		}
		if lost := w.p["indicators"] == "lost"; lost != (len(got.Missing) == 1) {
			t.Errorf("missing %q", got.Missing)
		}
	}
	if s := snaptest.Snapshot(t, c); len(indicator.Tasks(indicator.New(s), s, "D2")) != 0 {
		t.Error("tasks of another district")
	}
}
