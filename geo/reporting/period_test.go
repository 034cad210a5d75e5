package reporting_test

import (
	"fmt"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/reporting"
)

var february = geo.NewDate(2023, 2, 28)

// move takes a step and applies it.
func (d *desk) move(m reporting.Move) error {
	d.t.Helper()
	desk, _ := d.open()
	edits, err := desk.Move(m)
	if err != nil {
		return err
	}
	d.apply(edits...)
	return nil
}

func TestPeriodsPassOnlyFromStateToState(t *testing.T) {
	allowed := map[string]geo.Right{
		"填报 审核": geo.MayReport, "退回 审核": geo.MayReport, "审核 填报": geo.MayReport, "审核 退回": geo.MayApprove,
		"审核 审定": geo.MayApprove, "审定 退回": geo.MayApprove, "审定 封账": geo.MayApprove, "封账 退回": geo.MayApprove,
	}
	for _, from := range geo.PeriodStates {
		for _, to := range geo.PeriodStates {
			right, _, ok := reporting.Allowed(from, to)
			if want, may := allowed[from+" "+to]; ok != may || right != want {
				t.Errorf("%s → %s: %v with right %q", from, to, ok, right)
			}
		}
	}
}

func TestAPeriodFromEntryToSealAndBack(t *testing.T) {
	d := newDesk(t)
	d.project("P1", nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(16, 15)})
	m := reporting.Move{Layer: city.Project, District: "310107", Ends: february, Actor: "张三"}
	open := func() bool {
		t.Helper()
		desk, s := d.open()
		err := desk.Closed(item(t, s, city.Project, "P1"), geo.NewDate(2023, 2, 3))
		if err != nil && geo.CodeOf(err) != geo.Conflict {
			t.Fatal(err)
		}
		return err == nil
	}
	if !open() {
		t.Error("a month without a row is closed")
	}
	for _, step := range []struct {
		to, reason string
		code       geo.Code
		open       bool
	}{
		{geo.Sealed, "", geo.Conflict, true}, {geo.Reviewing, "", "", false}, {geo.Returned, " ", geo.Invalid, false}, {geo.Returned, "缺 P1", "", true},
		{geo.Approved, "", geo.Conflict, true}, {geo.Reviewing, "", "", false}, {geo.Approved, "", "", false}, {geo.Sealed, "", "", false},
		{geo.Reviewing, "", geo.Conflict, false}, {"开放", "", geo.Invalid, false}, {geo.Returned, "审计要求更正", "", true},
	} {
		m.State, m.Reason = step.to, step.reason
		if err := d.move(m); geo.CodeOf(err) != step.code {
			t.Errorf("to %s: %v", step.to, err)
		}
		if open() != step.open {
			t.Errorf("after %s the period is open: %v", step.to, !step.open)
		}
	}
	desk, s := d.open()
	if l, _ := s.Layer(city.Period); l.Len() != 1 {
		t.Errorf("%d rows for one period", l.Len())
	}
	if err := desk.Closed(item(t, s, city.Project, "P1"), geo.NewDate(2023, 1, 31)); err != nil {
		t.Errorf("another month: %v", err)
	}
	for name, bad := range map[string]reporting.Move{
		"layer":    {Layer: city.Unit, Ends: february, State: geo.Reviewing},
		"district": {Layer: city.Project, District: "999", Ends: february, State: geo.Reviewing},
		"ends":     {Layer: city.Project, State: geo.Reviewing},
	} {
		if err := d.move(bad); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A unit's own period may be open while the district's is under review, but not
// when that is sealed.
func TestSealingADistrictSealsItsUnits(t *testing.T) {
	d := newDesk(t)
	d.project("P1", nil, nil)
	d.project("P2", geo.Properties{"unit": "区绿化局"}, nil)
	step := func(unit string, states ...string) (err error) {
		t.Helper()
		for _, state := range states {
			if err = d.move(reporting.Move{Layer: city.Project, District: "310107", Unit: unit, Ends: february, State: state, Reason: "核对"}); err != nil {
				return err
			}
		}
		return nil
	}
	closed := func(code string) bool {
		t.Helper()
		desk, s := d.open()
		return desk.Closed(item(t, s, city.Project, code), february) != nil
	}
	if err := step("", geo.Reviewing); err != nil {
		t.Fatal(err)
	}
	if err := step("建管委", geo.Reviewing, geo.Returned); err != nil {
		t.Fatal(err)
	}
	if closed("P1") || !closed("P2") {
		t.Errorf("returned to one unit: P1 closed %v, P2 closed %v", closed("P1"), closed("P2"))
	}
	if err := step("", geo.Approved, geo.Sealed); geo.CodeOf(err) != geo.Conflict {
		t.Errorf("sealing over an open unit: %v", err)
	}
	if err := step("区建设管理委", geo.Reviewing, geo.Approved); err != nil {
		t.Fatal(err)
	}
	if err := step("", geo.Sealed); err != nil {
		t.Fatal(err)
	}
	_, s := d.open()
	l, _ := s.Layer(city.Period)
	for i := range l.All {
		if i.Text("state") != geo.Sealed {
			t.Errorf("%s is %s", i.Code(), i.Text("state"))
		}
	}
	if l.Len() != 2 {
		t.Errorf("%d rows: an alias made another period", l.Len())
	}
}

func TestDueDays(t *testing.T) {
	d := newDesk(t)
	d.apply(create(city.Workday, "W1", geo.Properties{"day": geo.NewDate(2023, 3, 6), "kind": "休"}),
		create(city.Threshold, "T1", geo.Properties{"layer": "project", "due_workday": int64(3)}))
	d.project("P1", nil, nil)
	due := func(month geo.Date) geo.Date {
		t.Helper()
		desk, s := d.open()
		return desk.Due(item(t, s, city.Project, "P1"), month)
	}
	// The third workday of March 2023 is Friday the 3rd; the holiday is behind it.
	if got := due(february); got != geo.NewDate(2023, 3, 3) {
		t.Errorf("due on %s", got)
	}
	d.apply(create(city.Workday, "W2", geo.Properties{"day": geo.NewDate(2023, 3, 2), "kind": "休"}))
	if got := due(february); got != geo.NewDate(2023, 3, 7) {
		t.Errorf("with two days off due on %s", got)
	}
	if err := d.move(reporting.Move{Layer: city.Project, District: "310107", Ends: february, Due: geo.NewDate(2023, 3, 15)}); err != nil {
		t.Fatal(err)
	}
	if got := due(february); got != geo.NewDate(2023, 3, 15) {
		t.Errorf("with a day of its own due on %s", got)
	}
}

func TestPeriodsCountWhatCame(t *testing.T) {
	d := newDesk(t)
	late := with(work(16, 15), "reported_on", geo.NewDate(2023, 3, 9))
	d.project("P1", nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": work(16, 15)})
	d.project("P2", nil, map[string]geo.Properties{"2023-01": work(8, 7), "2023-02": late})
	d.project("P3", nil, map[string]geo.Properties{"2023-01": work(8, 7)})
	d.project("P4", geo.Properties{"unit": "区绿化局"}, map[string]geo.Properties{"2023-01": work(8, 7)})
	if err := d.move(reporting.Move{Layer: city.Project, District: "310107", Unit: "区绿化局", Ends: february, State: geo.Reviewing, Actor: "李四"}); err != nil {
		t.Fatal(err)
	}
	desk, _ := d.open()
	var got string
	for _, p := range desk.Periods(reporting.Filter{Month: february}) {
		got += fmt.Sprintln(p.Layer, p.Unit, p.State, p.Expected, p.In, p.Late, p.Missing, p.Due, p.Actor)
	}
	want := "project 区建设管理委 填报 3 2 1 1 2023-03-07 \nproject 区绿化局 审核 1 0 0 1 2023-03-07 李四\n"
	if got != want {
		t.Errorf("periods\n%swant\n%s", got, want)
	}
}

func TestCarryOver(t *testing.T) {
	d := newDesk(t)
	old := geo.Properties{"year": int64(2022), "goal": "结构封顶", "goal_outcome": city.GoalBehind, "outcome_date": geo.NewDate(2022, 12, 31),
		"plan_issued": geo.NewDate(2022, 1, 20), "year_investment": 2.5, "plan_kind": "正式", "level": "区属", "reason": "动迁", "lifecycle": "在建"}
	d.project("P1", old, nil)
	d.project("P2", geo.Properties{"year": int64(2022), "lifecycle": "竣工"}, nil)
	d.project("P3", geo.Properties{"year": int64(2022), "removed_date": geo.NewDate(2022, 6, 1)}, nil)
	d.project("P4", geo.Properties{"year": int64(2023)}, nil)
	d.project("P5", geo.Properties{"year": int64(2021)}, nil)
	// The plan of the next year may be known before it begins.
	d.project("P6", geo.Properties{"year": int64(2022), "goal": "开工"}, nil)
	d.apply(create(city.ProjectYear, "P6-next", geo.Properties{"project": "P6", "year": int64(2023), "goal": "封顶", "plan_issued": geo.NewDate(2023, 1, 5)}))
	// Somebody entered the year that ends before: the project's own entry holds.
	d.apply(create(city.ProjectYear, "P6-2022", geo.Properties{"project": "P6", "year": int64(2022), "goal": "备案", "goal_outcome": city.GoalFailed, "reason": "早先的"}))
	carry := func() reporting.CarriedOver {
		t.Helper()
		desk, _ := d.open()
		edits, done, err := desk.CarryOver("310107", 2023)
		if err != nil {
			t.Fatal(err)
		}
		if len(edits) > 0 {
			d.apply(edits...)
		}
		return done
	}
	if got := fmt.Sprintf("%+v", carry()); got != "{Year:2023 Carried:[P1 P6] Already:1 Left:3}" {
		t.Errorf("carried over: %s", got)
	}
	desk, s := d.open()
	p := item(t, s, city.Project, "P1").Properties()
	for _, name := range []string{"goal", "goal_outcome", "outcome_date", "plan_issued", "year_investment", "reason", "plan_kind"} {
		if p[name] != nil {
			t.Errorf("%s came over: %v", name, p[name])
		}
	}
	if p["year"] != int64(2023) || p["carried"] != "结转" || p["level"] != "区属" || p["lifecycle"] != "在建" {
		t.Errorf("the new entry is %v", p)
	}
	was := item(t, s, city.ProjectYear, "P1-2022").Properties()
	for _, name := range []string{"goal", "goal_outcome", "outcome_date", "plan_issued", "year_investment", "reason", "plan_kind", "level"} {
		if was[name] != old[name] {
			t.Errorf("the old entry has %s %v, not %v", name, was[name], old[name])
		}
	}
	if p := item(t, s, city.Project, "P6").Properties(); p["goal"] != "封顶" || p["plan_issued"] != geo.NewDate(2023, 1, 5) || p["listed"] != "年初" {
		t.Errorf("the entry that was known is %v", p)
	}
	if rows := item(t, s, city.Project, "P6").Attached(city.ProjectYear); len(rows) != 1 || rows[0].Text("goal") != "开工" || rows[0].Value("goal_outcome") != nil || rows[0].Value("reason") != nil {
		t.Errorf("%d entries of other years, of which the first is %v", len(rows), rows[0].Properties())
	}
	if found := desk.Of(item(t, s, city.Project, "P1"), reporting.Filter{}); len(found) != 0 {
		t.Errorf("a project that waits for its plan has %s", brief(found))
	}
	if got := fmt.Sprintf("%+v", carry()); got != "{Year:2023 Carried:[] Already:3 Left:3}" {
		t.Errorf("carried over again: %s", got)
	}
	for name, year := range map[string]int{"310107": 2025, "310105": 2023} {
		if _, _, err := desk.CarryOver(name, year); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("%s to %d: %v", name, year, err)
		}
	}
}
