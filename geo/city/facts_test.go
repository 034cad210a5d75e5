package city_test

import (
	"reflect"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
)

func TestRowsAsFacts(t *testing.T) {
	from, to := geo.NewDate(2022, 3, 1), geo.NewDate(2022, 5, 31)
	at := time.Date(2022, 3, 1, 8, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"year", city.YearOf(geo.Properties{"year": int64(2021), "plan_issued": from, "goal_outcome": city.GoalFailed, "outcome_date": to,
			"removed_date": to + 1, "reason": "动迁未完成"}),
			geo.Year{Year: 2021, Issued: from, Outcome: city.GoalFailed, Decided: to, Removed: to + 1, Reason: "动迁未完成"}},
		{"milestone", city.MilestoneOf(geo.Properties{"name": "封顶", "planned": from, "actual": to}), geo.Milestone{Name: "封顶", Planned: from, Actual: to}},
		{"step", city.StepOf(geo.Properties{"warning": "progress/2022-03-01", "action": "指派", "day": from, "at": at, "actor": "张三", "unit": "区建管委", "text": "请核"}),
			geo.Step{Warning: "progress/2022-03-01", Action: geo.Assign, Date: from, At: at, Actor: "张三", Unit: "区建管委", Text: "请核"}},
		{"period", city.PeriodOf(geo.Properties{"layer": "project", "district": "PT", "unit": "区建管委", "ends": to, "due": to + 8, "state": geo.Sealed}),
			geo.Period{Layer: "project", District: "PT", Unit: "区建管委", Date: to, Due: to + 8, State: geo.Sealed}},
		{"threshold that says zero, and nothing of the rest", city.ThresholdOf(geo.Properties{"layer": "project", "effective_from": from, "yellow": 0.0,
			"late_red": int64(20), "approved_only": false}),
			geo.Threshold{Layer: "project", From: from, Yellow: new(float64), LateRed: ptr(20), ApprovedOnly: new(bool)}},
	} {
		if !reflect.DeepEqual(c.got, c.want) {
			t.Errorf("%s: got %+v, want %+v", c.name, c.got, c.want)
		}
	}
}

func ptr[T any](v T) *T { return &v }

func TestHalts(t *testing.T) {
	from, to := geo.NewDate(2022, 3, 1), geo.NewDate(2022, 5, 31)
	if s, ok := city.HaltOf(geo.Properties{"kind": "停工", "day": from, "done_date": to, "text": "疫情"}); !ok || s != (geo.Span{From: from, To: to, Reason: "疫情"}) {
		t.Errorf("record of a halt: %+v %v", s, ok)
	}
	for _, p := range []geo.Properties{{"kind": "检查", "day": from}, {"kind": "停工"}, {}} {
		if s, ok := city.HaltOf(p); ok {
			t.Errorf("%v is the halt %+v", p, s)
		}
	}
	for _, c := range []struct {
		from, resumed geo.Date
		want          geo.Span
		ok            bool
	}{
		{0, 0, geo.Span{}, false},
		{from, 0, geo.Span{From: from}, true},
		{from, to, geo.Span{From: from, To: to - 1}, true},
		{from, from, geo.Span{}, false}, // not a day
		{0, to, geo.Span{}, false},
		{to, from, geo.Span{From: to}, true}, // halted again after it was resumed
	} {
		if s, ok := city.OwnHalt(c.from, c.resumed); s != c.want || ok != c.ok {
			t.Errorf("from %v, resumed %v: %+v %v", c.from, c.resumed, s, ok)
		}
	}
}

func TestRulings(t *testing.T) {
	from, to := geo.NewDate(2022, 3, 1), geo.NewDate(2022, 5, 31)
	r, ok := city.RulingOf(geo.Properties{"light": "yellow", "reason": "已补办", "from": from, "until": to, "actor": "李四", "unit": "区府办"})
	if want := (geo.Ruling{Light: geo.Yellow, Reason: "已补办", From: from, Until: to, Actor: "李四", Unit: "区府办"}); !ok || r != want {
		t.Errorf("got %+v %v", r, ok)
	}
	for _, light := range []string{"", "none", "橙"} {
		if _, ok := city.RulingOf(geo.Properties{"light": light}); ok {
			t.Errorf("%q rules a light", light)
		}
	}
	if day, worked := city.WorkdayOf(geo.Properties{"day": from, "kind": "班"}); day != from || !worked {
		t.Errorf("a day worked: %v %v", day, worked)
	}
	if day, worked := city.WorkdayOf(geo.Properties{"day": from, "kind": "休"}); day != from || worked {
		t.Errorf("a day off: %v %v", day, worked)
	}
}
