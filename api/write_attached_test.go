package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// project gives the project as the service has it now.
func (o *office) project(code string) snapshot.Item {
	o.t.Helper()
	l, _ := o.follower.Current().Layer(city.Project)
	i, ok := l.ByCode(code)
	if !ok {
		o.t.Fatalf("no project %s", code)
	}
	return i
}

// last gives the last warning of a project as state, level and what is proposed.
func (o *office) last(code string) string {
	o.t.Helper()
	w := o.project(code).Warnings()
	if len(w) == 0 {
		return "none"
	}
	x := w[len(w)-1]
	return fmt.Sprint(x.State, " ", x.Level, " ", x.Proposed, " ", x.Assigned)
}

// assignedByAnyName assigns a warning to one unit under each of its names: it is
// the same unit, so that only the first changes anything.
func (o *office) assignedByAnyName(path, secret string, act func(action, more string) string) {
	o.t.Helper()
	for n, name := range []string{"建管委", "区建管委", "区建设管理委"} {
		if got := o.done("POST", path, secret, act("指派", `,"unit":"`+name+`"`)); got.Changed != (n == 0) {
			o.t.Errorf("assigned to %s: %+v", name, got)
		}
	}
}

func TestAWarningIsHandled(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		store := open(t)
		o := openOffice(t, store)
		// Far behind since October: red for two months, so that 督办 is proposed.
		id := lookup(t, store, city.Project, "W1")
		red := geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: id, Date: geo.NewDate(2022, 9, 30), Properties: geo.Properties{"planned_progress": 50.0, "actual_progress": 10.0}}}
		behind := geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: id, Date: geo.NewDate(2022, 10, 31), Properties: geo.Properties{"planned_progress": 60.0, "actual_progress": 12.0}}}
		before := geo.Edit{Op: geo.Replace, Feature: o.project("W1").Feature()}
		before.Feature.Properties["plan_issued"] = geo.NewDate(2022, 1, 8)
		o.reach(apply(t, store, red, behind, before).Cursor)
		if got := o.last("W1"); got != "待受理 2 true " {
			t.Fatalf("the warning is %s", got)
		}
		handler := o.token(geo.Token{ID: "handler", Rights: []geo.Right{geo.MayHandle}, Unit: "区建管委"})
		chief := o.token(geo.Token{ID: "chief", Rights: []geo.Right{geo.MayConfirm, geo.MayHandle}})
		const path = "/api/warnings/project/{W1}"
		key := o.warning("W1")
		act := func(action, more string) string {
			return `{"key":` + quoted(key) + `,"action":"` + action + `"` + more + `}`
		}
		o.refused(http.StatusForbidden, "POST", path, handler, act("确认督办", ""))
		for _, c := range []struct{ secret, action, more, want string }{
			{handler, "受理", `,"text":"已阅"`, "处置中 2 true "}, {handler, "指派", `,"unit":"区水务局"`, "处置中 2 true 区水务局"},
			{handler, "批注", `,"text":"约谈施工单位"`, "处置中 2 true 区水务局"}, {chief, "不予督办", `,"text":"本月可追回"`, "处置中 2 false 区水务局"},
			{handler, "销项", `,"text":"已排工期"`, "已销项 2 false 区水务局"}, {handler, "重开", ``, "待受理 2 false 区水务局"},
		} {
			if got := o.done("POST", path, c.secret, act(c.action, c.more)); !got.Changed || got.Row == 0 {
				t.Errorf("%s: %+v", c.action, got)
			}
			if got := o.last("W1"); got != c.want {
				t.Errorf("after %s the warning is %s, want %s", c.action, got, c.want)
			}
		}
		w := o.project("W1").Warnings()
		var steps string
		for _, s := range w[len(w)-1].Steps {
			if !s.Computed {
				steps += fmt.Sprint(s.Action, s.Actor, s.Date, s.At.IsZero(), " ")
			}
		}
		if want := "受理张三2022-12-31 false 指派张三2022-12-31 false 批注张三2022-12-31 false 不予督办张三2022-12-31 false 销项张三2022-12-31 false 重开张三2022-12-31 false "; steps != want {
			t.Errorf("steps %s", steps)
		}
		// What does not fit the state, or the warning, is refused and leaves nothing.
		for _, c := range []struct {
			status     int
			body, says string
		}{
			{404, `{"key":"progress/1999-01-01","action":"受理"}`, "key"}, {400, `{"action":"受理"}`, "key"}, {400, act("批注", ""), "text"}, {400, act("指派", ""), "unit"},
			{409, act("确认督办", ""), "action"}, {400, act("解除", ""), "action"}, {400, act("销项", ""), "text"}, {400, act("", ""), "action"},
		} {
			if p := o.refused(c.status, "POST", path, chief, c.body); p.Parameter != c.says {
				t.Errorf("%s: %+v", c.body, p)
			}
		}
		o.assignedByAnyName(path, handler, act)
		o.done("POST", path, handler, act("销项", `,"text":"已排工期"`))
		if again := o.done("POST", path, handler, act("销项", `,"text":"已排工期"`)); again.Changed {
			t.Errorf("closing twice: %+v", again)
		}
		o.refused(http.StatusConflict, "POST", path, handler, act("受理", ""))
		// The cause goes: the warning ends, and cannot be opened again.
		o.done("PUT", "/api/reports/project/{W1}/2022-12", chief, `{"planned_progress":100,"actual_progress":99}`, "Authorization", "Bearer "+o.all("office"))
		o.refused(http.StatusConflict, "POST", path, handler, act("重开", ""))
	})
}

// A proposed 督办 takes effect when it is confirmed, once.
func TestConfirmingTwice(t *testing.T) {
	o := openOffice(t, openStore(t))
	id := lookup(t, o.store, city.Project, "W1")
	row := geo.Edit{Op: geo.Replace, Feature: o.project("W1").Feature()}
	row.Feature.Properties["plan_issued"] = geo.NewDate(2022, 1, 8)
	o.reach(apply(t, o.store, row, geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: id, Date: geo.NewDate(2022, 10, 31),
		Properties: geo.Properties{"planned_progress": 60.0, "actual_progress": 12.0}}}).Cursor)
	chief := o.token(geo.Token{ID: "chief", Rights: []geo.Right{geo.MayConfirm}})
	confirm := `{"key":` + quoted(o.warning("W1")) + `,"action":"确认督办"}`
	const path = "/api/warnings/project/{W1}"
	first := o.done("POST", path, chief, confirm, "Idempotency-Key", "c1")
	again := o.done("POST", path, chief, confirm, "Idempotency-Key", "c1")
	other := o.done("POST", path, chief, confirm)
	if !first.Changed || again.Changed || other.Changed || o.last("W1") != "待受理 3 false " {
		t.Errorf("first %+v, again %+v, without key %+v: %s", first, again, other, o.last("W1"))
	}
}

func TestRulings(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.token(geo.Token{ID: "ruler", Rights: []geo.Right{geo.MayRule}, District: "310105"})
	const path = "/api/rulings/project/{W1}"
	rule := func(light, until string) string {
		return `{"light":"` + light + `","reason":"现场核查","until":"` + until + `"}`
	}
	in := func() string {
		var out string
		for _, r := range o.project("W1").Attached(city.Ruling) {
			out += fmt.Sprint(r.Text("light"), " ", r.Text("from"), " ", r.Text("until"), " ", r.Text("actor"), "; ")
		}
		return out
	}
	computed := o.project("W1").Light()
	o.done("POST", path, secret, rule("yellow", "2023-03-31"))
	if got := in(); got != "yellow 2022-12-31 2023-03-31 张三; " {
		t.Errorf("rulings %s", got)
	}
	if i := o.project("W1"); i.Standing().Ruled != geo.Yellow || i.Light() != computed {
		t.Errorf("ruled %v over %v, which was %v", i.Standing().Ruled, i.Light(), computed)
	}
	o.done("POST", path, secret, rule("green", "2023-01-31")) // on the same day: in place of the first
	if got := in(); got != "green 2022-12-31 2023-01-31 张三; " {
		t.Errorf("rulings %s", got)
	}
	// A month on, it is ended before its time.
	o.reach(apply(t, o.store, setDate("310105", geo.NewDate(2023, 1, 20), false)).Cursor)
	if p := o.refused(http.StatusBadRequest, "POST", path+"/end", secret, `{}`); p.Parameter != "reason" {
		t.Errorf("without a reason: %+v", p)
	}
	o.done("POST", path+"/end", secret, `{"reason":"情况有变"}`)
	if got := in(); got != "green 2022-12-31 2023-01-19 张三; " {
		t.Errorf("rulings %s", got)
	}
	if got := o.project("W1").Standing().Ruled; got != geo.None {
		t.Errorf("still ruled %v", got)
	}
	o.refused(http.StatusNotFound, "POST", path+"/end", secret, `{"reason":"情况有变"}`)
}

func TestRecordsAndMilestones(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.all("writer")
	halt := o.done("POST", "/api/records/project/{W1}", secret, `{"kind":"停工","text":"疫情","day":"2022-12-10"}`, "Idempotency-Key", "r1")
	again := o.done("POST", "/api/records/project/{W1}", secret, `{"kind":"停工","text":"疫情","day":"2022-12-10"}`, "Idempotency-Key", "r1")
	if !again.Replayed || again.Row != halt.Row || again.Code != halt.Code {
		t.Errorf("first %+v, again %+v", halt, again)
	}
	row := fmt.Sprint("/api/records/project/{W1}/", halt.Row)
	o.done("PUT", row, secret, `{"done_date":"2022-12-20"}`)
	if p := o.refused(http.StatusBadRequest, "PUT", row, secret, `{"done_date":"2022-12-01"}`); p.Parameter != "done_date" {
		t.Errorf("done before it began: %+v", p)
	}
	o.refused(http.StatusNotFound, "PUT", fmt.Sprint("/api/records/project/{W2}/", halt.Row), secret, `{"text":"x"}`)
	o.refused(http.StatusNotFound, "POST", "/api/records/project/987654", secret, `{"kind":"检查","text":"x"}`)
	o.refused(http.StatusNotFound, "POST", "/api/records/nothing/1", secret, `{"kind":"检查","text":"x"}`)
	for _, r := range o.project("W1").Attached(city.Record) {
		if r.ID() == halt.Row && (r.Text("done_date") != "2022-12-20" || r.Text("text") != "疫情" || r.Text("district") != "310105" || r.Text("basis") != "填报") {
			t.Errorf("the record is %v", r.Properties())
		}
	}
	ms := o.done("POST", "/api/milestones/project/{W1}", secret, `{"name":"通水","planned":"2023-01-15"}`)
	path := fmt.Sprint("/api/milestones/project/{W1}/", ms.Row)
	o.done("PUT", path, secret, `{"planned":"2023-02-15"}`)
	o.done("PUT", path, secret, `{"planned":"2023-03-15"}`)
	for _, body := range []string{`{"planned":"2023-04-15","first_planned":null}`, `{"first_planned":"2023-03-15"}`} {
		if p := o.refused(http.StatusBadRequest, "PUT", path, secret, body); p.Parameter != "first_planned" {
			t.Errorf("%s: %+v", body, p)
		}
	}
	for _, r := range o.project("W1").Attached(city.Milestone) {
		if r.ID() == ms.Row && (r.Text("planned") != "2023-03-15" || r.Text("first_planned") != "2023-01-15") {
			t.Errorf("the milestone is %v", r.Properties())
		}
	}
	// Records belong to features of any layer.
	o.done("POST", "/api/records/river_section/{R1}", secret, `{"kind":"巡查","text":"河长巡河"}`)
}

func TestThePlanOfAYear(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.token(geo.Token{ID: "plan", Rights: []geo.Right{geo.MayApprove}})
	if got := o.done("POST", "/api/registers/2023", secret, `{"district":"310105","dryRun":true}`); got.Changed {
		t.Errorf("a dry run: %+v", got)
	}
	o.done("POST", "/api/registers/2023", secret, `{"district":"310105"}`)
	o.reach(apply(t, o.store, setDate("310105", geo.NewDate(2023, 3, 20), false)).Cursor)
	if i := o.project("W1"); i.Light() != geo.None || i.Text("goal") != "" {
		t.Errorf("before its plan: light %v, %v", i.Light(), i.Properties())
	}
	const path = "/api/plans/project/{W1}/2023"
	for _, c := range []struct{ path, body, parameter string }{
		{"/api/plans/project/{W1}/2022", `{"goal":"g"}`, "year"}, {path, `{}`, "goal"}, {path, `{"goal":"g","issued":"2023-04-01"}`, "issued"},
		{path, `{"goal":"g","months":[{"date":"2022-12","plannedProgress":1}]}`, "date"}, {path, `{"goal":"g","months":[{"date":"2023-12"}]}`, "plannedProgress"},
		{path, `{"goal":"g","months":[{"plannedProgress":1}]}`, "date"}, {path, `{"goal":"g","months":[{"date":"2023-12","plannedProgress":101}]}`, "planned_progress"},
		{"/api/plans/river_section/{R1}/2023", `{"goal":"g"}`, "layer"},
	} {
		if p := o.refused(http.StatusBadRequest, "PUT", c.path, secret, c.body); p.Parameter != c.parameter {
			t.Errorf("%s %s: %+v", c.path, c.body, p)
		}
	}
	if p := o.refused(http.StatusUnprocessableEntity, "PUT", path, secret, `{"goal":"g","months":[{"date":"2023-03","plannedProgress":50},{"date":"2023-06","plannedProgress":40}]}`); len(p.Findings) != 2 || p.Row != 1 {
		t.Errorf("a plan that falls: %+v", p)
	}
	o.done("PUT", path, secret, `{"goal":"建成通水","issued":"2023-01-10","yearInvestment":2,"months":[{"date":"2023-01","plannedProgress":8},{"date":"2023-12","plannedProgress":100}]}`)
	if i := o.project("W1"); i.Text("goal") != "建成通水" || i.Text("plan_issued") != "2023-01-10" || len(i.Reports()) != 4 {
		t.Errorf("the plan is %v with %d reports", i.Properties(), len(i.Reports()))
	}
	if got := o.kinds("W1"); got != "[{missing  2023-01-31} {missing  2023-02-28}]" {
		t.Errorf("findings %s", got)
	}
}

func TestADistrictGoesOn(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.all("chief")
	const path = "/api/districts/310105/date"
	o.refused(http.StatusUnprocessableEntity, "PUT", "/api/reports/project/code:W1/2023-01", secret, `{"actual_progress":3}`)
	o.done("PUT", path, secret, `{"date":"2023-02-03"}`)
	if again := o.done("PUT", path, secret, `{"date":"2023-02-03"}`); again.Changed {
		t.Errorf("the same day again: %+v", again)
	}
	o.done("PUT", "/api/reports/project/code:W1/2023-01", secret, `{"actual_progress":3}`)
	for _, body := range []string{`{}`, `{"date":"2999-01-01"}`, `{"date":"1800-01-01"}`} {
		if p := o.refused(http.StatusBadRequest, "PUT", path, secret, body); p.Parameter != "date" {
			t.Errorf("%s: %+v", body, p)
		}
	}
	o.refused(http.StatusNotFound, "PUT", "/api/districts/999999/date", secret, `{"date":"2023-02-03"}`)
	began := geo.Today(time.Now())
	o.done("PUT", path, secret, `{"live":true}`)
	if d, _ := o.follower.Current().District("310105"); !d.Live || d.Date < began {
		t.Errorf("the district is %+v", d)
	}
}

// A revoked token writes no more within seconds, on a node that knew it.
func TestARevokedTokenIsForgotten(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.all("leaver")
	o.done("PUT", "/api/reports/project/{W1}/2022-12", secret, `{"actual_progress":60}`)
	if err := o.store.RevokeToken(t.Context(), "leaver"); err != nil {
		t.Fatal(err)
	}
	deadline := time.After(patience)
	for n := 0; ; n++ {
		g := o.send("PUT", "/api/reports/project/{W1}/2022-12", secret, `{"actual_progress":60}`)
		if g.status == http.StatusUnauthorized {
			return
		}
		select {
		case <-deadline:
			t.Fatalf("still %d after %s", g.status, patience)
		default:
		}
	}
}
