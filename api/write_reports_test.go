package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
)

// values gives the values of a project's report as the service shows them.
func (o *office) values(code, date string) map[string]any {
	o.t.Helper()
	g := o.get(o.named("/api/reports/project/{" + code + "}"))
	body := decode[struct {
		Reports []struct {
			Date   string
			Values map[string]any
		}
	}](o.t, g)
	for _, r := range body.Reports {
		if r.Date == date {
			return r.Values
		}
	}
	return nil
}

// kinds gives the findings of a project as kind, field and date.
func (o *office) kinds(code string) string {
	o.t.Helper()
	body := decode[struct {
		Findings []struct{ Kind, Field, Date string }
	}](o.t, o.get(o.named("/api/reports/project/{"+code+"}")))
	return fmt.Sprint(body.Findings)
}

func TestPutReport(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		secret := o.all("writer")
		const december = "/api/reports/project/{W1}/2022-12"
		plan := o.done("PUT", december, secret, `{"planned_progress":100}`)
		if v := o.values("W1", "2022-12-31"); v["planned_progress"] != 100.0 || v["reported_on"] != nil {
			t.Errorf("a plan is not a report: %v", v)
		}
		result := o.done("PUT", december, secret, `{"actual_progress":70,"actual_investment":2.1}`)
		if plan.Version != 1 || result.Version != 2 || !result.Visible {
			t.Errorf("plan %+v, result %+v", plan, result)
		}
		if v := o.values("W1", "2022-12-31"); v["planned_progress"] != 100.0 || v["actual_progress"] != 70.0 || v["reported_on"] != "2022-12-31" {
			t.Errorf("the report is %v", v)
		}
		if again := o.done("PUT", december, secret, `{"actual_progress":70}`); again.Changed {
			t.Errorf("the same again: %+v", again)
		}
		// Impossible and decreasing values are refused, with all that is wrong.
		p := o.refused(http.StatusUnprocessableEntity, "PUT", december, secret, `{"actual_progress":40,"actual_investment":1.2}`)
		if len(p.Findings) != 2 || p.Findings[0].Kind != "decreasing" || p.Parameter != "actual_progress" {
			t.Errorf("refused with %+v", p)
		}
		p = o.refused(http.StatusUnprocessableEntity, "PUT", december, secret, `{"actual_investment":7.5}`)
		if len(p.Findings) != 1 || p.Findings[0].Kind != "impossible" {
			t.Errorf("refused with %+v", p)
		}
		o.refused(http.StatusUnprocessableEntity, "PUT", "/api/reports/project/{W1}/2023-02", secret, `{"actual_progress":5}`)
		// A plan of a month to come is welcome, and so is a fall that says why.
		o.done("PUT", "/api/reports/project/{W1}/2023-02", secret, `{"planned_progress":5}`)
		o.done("PUT", december, secret, `{"actual_progress":40,"correction":"复核核减"}`)
		if v := o.values("W1", "2022-12-31"); v["actual_progress"] != 40.0 || v["correction"] != "复核核减" {
			t.Errorf("the correction is %v", v)
		}
		if got := o.kinds("W1"); got != "[]" {
			t.Errorf("findings %s", got)
		}
		// An old reason does not excuse a new fall.
		o.refused(http.StatusUnprocessableEntity, "PUT", december, secret, `{"actual_progress":30}`)
		if got := decode[written](t, o.send("PUT", december, secret, `{"progress_note":null,"actual_investment":null}`)); got.Version != 4 {
			t.Errorf("clearing a value: %+v", got)
		}
		if v := o.values("W1", "2022-12-31"); v["actual_investment"] != nil {
			t.Errorf("the value was not cleared: %v", v)
		}
		o.traced(t, "W1")
	})
}

// traced sees that history has every value that a report had.
func (o *office) traced(t *testing.T, code string) {
	t.Helper()
	h, ok := o.store.(geo.Historian)
	if !ok {
		return
	}
	versions, err := h.Trace(t.Context(), city.Project, lookup(t, o.store, city.Project, code), 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, v := range versions {
		if v.What == "report" && v.Date == lastOf2022 {
			got = append(got, fmt.Sprint(v.Properties["actual_progress"], v.Actor, v.Note))
		}
	}
	if want := "[40张三 40张三复核核减 70张三 <nil>张三]"; fmt.Sprint(got) != want {
		t.Errorf("history has %v, want %v", got, want)
	}
}

// A report that comes again under its key is as it was, also when others have
// changed it since; another under the same key is refused.
func TestAKeyStandsForOneReport(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		secret := o.all("writer")
		const december, november = "/api/reports/project/{W1}/2022-12", "/api/reports/project/{W1}/2022-11"
		first := o.done("PUT", december, secret, `{"actual_progress":70}`, "Idempotency-Key", "r-12")
		o.done("PUT", december, secret, `{"actual_progress":80}`)
		again := o.done("PUT", december, secret, `{"actual_progress":70}`, "Idempotency-Key", "r-12")
		if !again.Replayed || again.Cursor != first.Cursor {
			t.Errorf("first %+v, again %+v", first, again)
		}
		for _, path := range []string{december, november} {
			p := o.refused(http.StatusUnprocessableEntity, "PUT", path, secret, `{"actual_progress":75,"correction":"复核核减"}`, "Idempotency-Key", "r-12")
			if p.Type != "urn:yiping:problem:key-reused" || p.Parameter != "Idempotency-Key" || !strings.Contains(p.Detail, "幂等键“r-12”已用于另一请求") {
				t.Errorf("%s: refused with %+v", path, p)
			}
		}
		if v := o.values("W1", "2022-12-31"); v["actual_progress"] != 80.0 {
			t.Errorf("the report is %v", v)
		}
		english := o.send("PUT", december, secret, `{"actual_progress":90}`, "Idempotency-Key", "r-12", "Accept-Language", "en")
		if !strings.Contains(string(english.body), "The idempotency key “r-12” was used for another request") {
			t.Errorf("in English: %s", english.body)
		}
		if got := o.done("PUT", december, secret, `{"actual_progress":90}`, "Idempotency-Key", "r-13"); !got.Changed {
			t.Errorf("under a key of its own: %+v", got)
		}
	})
}

func TestDropReport(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.all("writer")
	o.refused(http.StatusBadRequest, "DELETE", "/api/reports/project/{W1}/2022-11", secret, "")
	o.refused(http.StatusNotFound, "DELETE", "/api/reports/project/{W1}/2022-07?correction=x", secret, "")
	o.done("DELETE", "/api/reports/project/{W1}/2022-11?correction="+escape("误报"), secret, "")
	if v := o.values("W1", "2022-11-30"); v != nil {
		t.Errorf("the report is still there: %v", v)
	}
	if got := o.kinds("W1"); got != "[{missing  2022-11-30}]" {
		t.Errorf("findings %s", got)
	}
}

// Every kind of finding is found however the report came, here by the store's
// own edits as SQL makes them.
func TestFindingsOfWhatCameBySQL(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		id := lookup(t, o.store, city.Project, "W1")
		put := func(d geo.Date, p geo.Properties) geo.Edit {
			return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: id, Date: d, Properties: p}}
		}
		res := apply(t, o.store,
			put(geo.NewDate(2022, 11, 30), geo.Properties{"planned_progress": 80.0, "actual_progress": 40.0, "reported_on": geo.NewDate(2022, 12, 20)}),
			put(lastOf2022, geo.Properties{"actual_investment": 9.0}),
			put(geo.NewDate(2023, 5, 31), geo.Properties{"actual_progress": 10.0}),
			geo.Edit{Op: geo.DropReport, Report: geo.Report{Layer: city.Project, Feature: id, Date: geo.NewDate(2022, 10, 31)}})
		o.reach(res.Cursor)
		want := "[{missing  2022-10-31} {late reported_on 2022-11-30} {impossible actual_investment 2022-12-31} {impossible date 2023-05-31}]"
		if got := o.kinds("W1"); got != want {
			t.Errorf("findings %s, want %s", got, want)
		}
		type list struct {
			Total  int
			Counts map[string]int
			Items  []struct {
				Code         string
				Reason, Mend geo.Text
			}
		}
		all := decode[list](t, o.get("/api/reports/findings?district=310105"))
		if all.Total != 4 || fmt.Sprint(all.Counts) != "map[decreasing:0 impossible:2 late:1 missing:1 sealed:0]" || all.Items[0].Reason.ZH == "" {
			t.Errorf("list %+v", all)
		}
		for query, total := range map[string]int{"kind=late": 1, "layer=street": 0, "unit=" + escape("区建管委"): 4, "month=2022-12": 1, "district=310107": 0} {
			if got := decode[list](t, o.get("/api/reports/findings?"+query)); got.Total != total {
				t.Errorf("%s: %+v", query, got)
			}
		}
	})
}

func TestPeriodsOverHTTP(t *testing.T) {
	o := openOffice(t, openStore(t))
	reporter := o.token(geo.Token{ID: "reporter", Rights: []geo.Right{geo.MayReport}, Unit: "区建设管理委", District: "310105"})
	approver := o.token(geo.Token{ID: "approver", Rights: []geo.Right{geo.MayApprove}, District: "310105"})
	const december = "/api/reports/project/{W1}/2022-12"
	step := func(state, reason string) string {
		return fmt.Sprintf(`{"layer":"project","district":"310105","unit":"建管委","ends":"2022-12-31","state":%q,"reason":%q}`, state, reason)
	}
	o.done("PUT", december, reporter, `{"actual_progress":60}`)
	o.done("POST", "/api/periods", reporter, step("审核", ""))
	if again := o.done("POST", "/api/periods", reporter, step("审核", "")); again.Changed {
		t.Errorf("handing in twice: %+v", again)
	}
	o.refused(http.StatusConflict, "PUT", december, reporter, `{"actual_progress":61}`)
	if p := o.refused(http.StatusForbidden, "POST", "/api/periods", reporter, step("审定", "")); p.Type != "urn:yiping:problem:forbidden" {
		t.Errorf("approving without the right: %+v", p)
	}
	o.refused(http.StatusConflict, "POST", "/api/periods", approver, step("封账", ""))
	o.done("POST", "/api/periods", approver, step("审定", ""))
	o.done("POST", "/api/periods", approver, step("封账", ""))
	p := o.refused(http.StatusConflict, "PUT", december, reporter, `{"actual_progress":61}`)
	if p.Parameter != "date" {
		t.Errorf("a sealed period: %+v", p)
	}
	o.refused(http.StatusConflict, "DELETE", december+"?correction=x", reporter, "")
	if same := o.done("PUT", december, reporter, `{"actual_progress":60}`); same.Changed {
		t.Errorf("what is there already: %+v", same)
	}
	body := decode[struct {
		Items []struct {
			Unit, State, Actor string
			Expected, In       int
		}
	}](t, o.get("/api/periods?district=310105&month=2022-12&unit="+escape("建管委")))
	if fmt.Sprint(body.Items) != "[{区建设管理委 封账 张三 1 1}]" {
		t.Errorf("periods %+v", body.Items)
	}
	o.refused(http.StatusBadRequest, "POST", "/api/periods", approver, step("退回", ""))
	o.done("POST", "/api/periods", approver, step("退回", "审计更正"))
	o.done("PUT", december, reporter, `{"actual_progress":61}`)
}

func TestReadings(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		secret := o.token(geo.Token{ID: "dust", Rights: []geo.Right{geo.MayPush}})
		push := func(key, readings string) string {
			return `{"key":"` + key + `","system":"扬尘平台","readings":[` + readings + `]}`
		}
		one := `{"layer":"device","code":"D1","date":"2022-12-31","values":{"pm10":41.5,"measured_at":"2022-12-31T08:00:00+08:00"}}`
		two := `{"layer":"river_section","code":"R1","date":"2022-12-30","values":{"nh3n":0.4}}`
		got := o.done("POST", "/api/readings", secret, push("k1", one+","+two))
		again := o.done("POST", "/api/readings", secret, push("k1", one+","+two))
		if !got.Changed || again.Changed {
			t.Errorf("first %+v, again %+v", got, again)
		}
		// A key stands for one push: what it comes with besides is not dropped unsaid.
		p := o.refused(http.StatusUnprocessableEntity, "POST", "/api/readings", secret, push("k1", `{"layer":"device","code":"D1","date":"2022-12-31","values":{"tsp":1}}`))
		if p.Type != "urn:yiping:problem:key-reused" || p.Parameter != "key" || !strings.Contains(p.Detail, "“k1”") {
			t.Errorf("with other readings %+v", p)
		}
		// Other fields of the same day are merged.
		o.done("POST", "/api/readings", secret, push("k2", `{"layer":"device","code":"D1","date":"2022-12-31","values":{"noise":55}}`))
		r := decode[struct {
			Reports []struct{ Values map[string]any }
		}](t, o.get(o.named("/api/reports/device/{D1}")))
		if v := r.Reports[0].Values; len(r.Reports) != 1 || v["pm10"] != 41.5 || v["noise"] != 55.0 || v["tsp"] != nil {
			t.Errorf("readings %+v", r)
		}
		before := o.follower.Current().Cursor()
		for name, c := range map[string]struct {
			row       string
			status    int
			parameter string
		}{
			"code":       {`{"layer":"device","code":"D9","date":"2022-12-31","values":{"pm10":1}}`, 400, "code"},
			"layer":      {`{"layer":"nothing","code":"D1","date":"2022-12-31","values":{"pm10":1}}`, 400, "layer"},
			"no reports": {`{"layer":"unit","code":"U1","date":"2022-12-31","values":{"pm10":1}}`, 400, ""},
			"field":      {`{"layer":"device","code":"D1","date":"2022-12-31","values":{"pm11":1}}`, 400, "pm11"},
			"negative":   {`{"layer":"device","code":"D1","date":"2022-12-31","values":{"pm10":-1}}`, 400, "pm10"},
			"date":       {`{"layer":"device","code":"D1","values":{"pm10":1}}`, 400, "date"},
			"values":     {`{"layer":"device","code":"D1","date":"2022-12-31"}`, 400, "values"},
			"twice":      {one + `,` + `{"layer":"device","code":"D1","date":"2022-12-30","values":{"tsp":2}},{"layer":"device","code":"D1","date":"2022-12-30","values":{"tsp":3}}`, 409, "tsp"},
			"to come":    {`{"layer":"device","code":"D1","date":"2023-01-01","values":{"pm10":1}}`, 422, "date"},
			"absurd":     {`{"layer":"river_section","code":"R1","date":"2022-12-31","values":{"nh3n":4000}}`, 422, "nh3n"},
		} {
			p := o.refused(c.status, "POST", "/api/readings", secret, push("bad "+name, `{"layer":"device","code":"D1","date":"2022-12-29","values":{"tsp":2}},`+c.row))
			if p.Row < 2 || p.Parameter != c.parameter {
				t.Errorf("%s: row %d, parameter %q: %s", name, p.Row, p.Parameter, p.Detail)
			}
		}
		if o.follower.Current().Cursor() != before {
			t.Error("a push that was refused left something")
		}
		for _, body := range []string{`{"system":"s","readings":[]}`, `{"key":"k","readings":[]}`, push("k9", "")} {
			o.refused(http.StatusBadRequest, "POST", "/api/readings", secret, body)
		}
	})
}

// Of many who push fields of one new row at the same time, nobody's are lost.
func TestReadingsPushedAtOnce(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		secret := o.token(geo.Token{ID: "many", Rights: []geo.Right{geo.MayPush}})
		fields := []string{"pm10", "tsp", "noise", "water_level", "free_places", "cases"}
		var wg sync.WaitGroup
		for n, f := range fields {
			wg.Go(func() {
				body := fmt.Sprintf(`{"key":"at once %d","system":"s","readings":[{"layer":"device","code":"D1","date":"2022-12-15","values":{%q:%d}}]}`, n, f, n+1)
				if g := o.send("POST", "/api/readings", secret, body); g.status != http.StatusOK {
					t.Errorf("%s: %d %s", f, g.status, g.body)
				}
			})
		}
		wg.Wait()
		r := decode[struct {
			Reports []struct{ Values map[string]any }
		}](t, o.get(o.named("/api/reports/device/{D1}")))
		for n, f := range fields {
			if r.Reports[0].Values[f] != float64(n+1) {
				t.Errorf("%s is lost: %v", f, r.Reports[0].Values)
			}
		}
	})
}

// What is committed and not shown yet is told as such, not as a failure.
func TestAWriteThatIsNotVisibleYet(t *testing.T) {
	f := &flaky{Store: openStore(t)}
	o := &office{openOffice(t, f).with(func(c *api.Config) { c.Patience = time.Millisecond })}
	secret := o.all("writer")
	f.away(true)
	got := o.done("PUT", "/api/reports/project/{W1}/2022-12", secret, `{"actual_progress":60}`)
	if got.Visible || !got.Changed {
		t.Errorf("answer %+v", got)
	}
	f.away(false)
	o.reach(got.Cursor)
	if v := o.values("W1", "2022-12-31"); v["actual_progress"] != 60.0 {
		t.Errorf("the report is %v", v)
	}
}

// heard gives the codes of the features that the live stream named up to a cursor.
func (o *office) heard(sub *live.Subscription, until geo.Cursor) map[string]string {
	o.t.Helper()
	out := map[string]string{}
	for e := range sub.Events {
		body, err := e.Body("", live.Hidden{})
		if err != nil {
			o.t.Fatal(err)
		}
		var v struct {
			Features []struct {
				Layer    string
				ID       geo.ID
				Attached []string
			}
		}
		if err := json.Unmarshal(body, &v); err != nil {
			o.t.Fatal(err)
		}
		for _, f := range v.Features {
			out[fmt.Sprint(f.Layer, "/", f.ID)] = fmt.Sprint(f.Attached)
		}
		if e.Cursor == until {
			return out
		}
	}
	o.t.Fatal("the stream ended")
	return nil
}

func TestEachStepIsAnnounced(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.all("writer")
	sub := o.hub.Subscribe("")
	defer sub.Close()
	project := fmt.Sprint("project/", lookup(t, o.store, city.Project, "W1"))
	for _, c := range []struct{ method, path, body, want string }{
		{"PUT", "/api/reports/project/{W1}/2022-12", `{"planned_progress":100,"actual_progress":99}`, "[]"},
		{"POST", "/api/records/project/{W1}", `{"kind":"检查","text":"合格"}`, "[record]"},
		{"POST", "/api/milestones/project/{W1}", `{"name":"验收","planned":"2023-03-01"}`, "[milestone]"},
		{"POST", "/api/rulings/project/{W1}", `{"light":"red","reason":"督查","until":"2023-01-31"}`, "[ruling]"},
	} {
		got := o.done(c.method, c.path, secret, c.body)
		if heard := o.heard(sub, got.Cursor); heard[project] != c.want {
			t.Errorf("%s: heard %v, want %s", c.path, heard, c.want)
		}
	}
}

func TestBodiesOfReports(t *testing.T) {
	o := openOffice(t, openStore(t))
	id := lookup(t, o.store, city.Project, "W1")
	put := func(d geo.Date, p geo.Properties) geo.Edit {
		return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: id, Date: d, Properties: p}}
	}
	o.reach(apply(t, o.store,
		put(geo.NewDate(2022, 11, 30), geo.Properties{"planned_progress": 80.0, "actual_progress": 40.0, "reported_on": geo.NewDate(2022, 12, 20)}),
		put(lastOf2022, geo.Properties{"actual_investment": 9.0}),
		create(city.Period, "october", nil, geo.Properties{"layer": "project", "district": "310105", "ends": geo.NewDate(2022, 10, 31), "state": geo.Sealed, "actor": "李四"})).Cursor)
	for name, path := range map[string]string{
		"reports": "/api/reports/project/{W1}", "findings": "/api/reports/findings?district=310105&layer=project",
		"findings-limit": "/api/reports/findings?limit=1&kind=decreasing&month=2022-11", "periods": "/api/periods?district=310105&layer=project&month=2022-10",
	} {
		t.Run(name, func(t *testing.T) { o.golden(t, name, o.in(t).get(o.named(path))) })
	}
	// A look back does not know what came later.
	if g := o.get("/api/reports/project/code:W1?at=2022-10"); !strings.Contains(string(g.body), `"at":"2022-10-31"`) || strings.Contains(string(g.body), "2022-11-30") {
		t.Errorf("at the end of October: %s", g.body)
	}
	if p := o.refused(http.StatusNotFound, "GET", "/api/reports/project/code:W9", "", ""); p.Type != "urn:yiping:problem:unknown-feature" {
		t.Errorf("an unknown code: %+v", p)
	}
	t.Run("impossible-report", func(t *testing.T) {
		o := o.in(t)
		o.golden(t, "impossible-report", o.send("PUT", "/api/reports/project/{W1}/2022-12", o.all("desk"), `{"actual_progress":30}`))
	})
	for _, c := range []struct{ path, parameter string }{
		{"/api/reports/findings?kind=wrong", "kind"}, {"/api/reports/findings?layer=nothing", "layer"}, {"/api/reports/findings?month=soon", "month"},
		{"/api/reports/findings?district=x", "district"}, {"/api/reports/findings?limit=0", "limit"}, {"/api/periods?month=13", "month"},
		{"/api/reports/district/{310105}", "layer"}, {"/api/periods?kind=late", "kind"},
	} {
		if p := o.refused(http.StatusBadRequest, "GET", c.path, "", ""); p.Parameter != c.parameter {
			t.Errorf("%s: %+v", c.path, p)
		}
	}
}

// A report that others changed since it was read is not written over, where who
// writes says which version that was.
func TestAReportIsChangedAsItWasRead(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		secret := o.all("writer")
		const november = "/api/reports/project/{W1}/2022-11"
		put := func(progress string, header ...string) got {
			return o.send("PUT", november, secret, `{"actual_progress":`+progress+`}`, header...)
		}
		for n, c := range []struct {
			progress string
			header   []string
			status   int
		}{
			{"60", []string{"If-Match", `"1"`}, http.StatusOK},
			{"61", []string{"If-Match", `"1"`}, http.StatusPreconditionFailed},
			{"60", []string{"If-Match", `"1"`}, http.StatusPreconditionFailed}, // as it is, but not as it was read
			{"61", []string{"If-Match", `"1"`, "Idempotency-Key", "late"}, http.StatusPreconditionFailed},
			{"61", []string{"If-Match", `W/"2"`, "Idempotency-Key", "k"}, http.StatusOK},
			{"61", []string{"If-Match", `W/"2"`, "Idempotency-Key", "k"}, http.StatusOK}, // the same again
			{"62", []string{"If-Match", "*"}, http.StatusOK},
			{"63", []string{"If-Match", "nonsense"}, http.StatusPreconditionFailed},
			{"64", nil, http.StatusOK},
		} {
			g := put(c.progress, c.header...)
			if g.status != c.status || g.status == http.StatusPreconditionFailed && decode[problem](t, g).Parameter != "If-Match" {
				t.Errorf("%d: %d %s, want %d", n, g.status, g.body, c.status)
			}
		}
		if g := o.send("PUT", "/api/reports/project/{W1}/2022-09", secret, `{"planned_progress":50}`, "If-Match", "*"); g.status != http.StatusPreconditionFailed {
			t.Errorf("one that there is not: %d %s", g.status, g.body)
		}
		const drop = november + "?correction=x"
		if g := o.send("DELETE", drop, secret, "", "If-Match", `"1"`); g.status != http.StatusPreconditionFailed {
			t.Errorf("taken away as it was: %d %s", g.status, g.body)
		}
		if g := o.send("DELETE", drop, secret, "", "If-Match", `"5"`); g.status != http.StatusOK {
			t.Errorf("taken away: %d %s", g.status, g.body)
		}
	})
}
