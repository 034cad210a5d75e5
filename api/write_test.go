package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
)

// office is a service with a project that is reported on month by month, and
// tokens for those who write.
type office struct {
	*service
}

func openOffice(t *testing.T, store geo.Store) *office {
	t.Helper()
	report := func(month string, p geo.Properties) geo.Edit {
		d, err := geo.ParseDate(month)
		if err != nil {
			t.Fatal(err)
		}
		return geo.Edit{Op: geo.PutReport, Of: 1, Report: geo.Report{Layer: city.Project, Date: d, Properties: p}}
	}
	apply(t, store, create(city.Project, "W1", orb.Point{121.37, 31.2}, geo.Properties{"name": "河滨泵站", "unit": "建管委", "year": int64(2022), "investment": 5.0, "lifecycle": "在建",
		"plan_issued": geo.NewDate(2022, 10, 8)}),
		report("2022-10", geo.Properties{"planned_progress": 60.0, "actual_progress": 55.0, "actual_investment": 1.5}),
		report("2022-11", geo.Properties{"planned_progress": 80.0, "actual_progress": 58.0, "actual_investment": 1.8}))
	apply(t, store,
		create(city.Project, "W2", orb.Point{121.38, 31.2}, geo.Properties{"name": "二号泵站", "unit": "区水务局"}),
		create(city.Unit, "U1", nil, geo.Properties{"name": "区建设管理委", "aliases": "建管委；区建管委"}),
		create(city.Record, "REC1", nil, geo.Properties{"of_layer": "project", "of_code": "W1", "kind": "停工", "day": geo.NewDate(2022, 12, 1), "text": "暴雨"}),
		create(city.Milestone, "MS1", nil, geo.Properties{"of_layer": "project", "of_code": "W1", "name": "结构封顶", "planned": geo.NewDate(2022, 12, 20)}),
		create(city.Device, "D1", orb.Point{121.37, 31.2}, geo.Properties{"name": "扬尘一号", "unit": "建管委"}))
	return &office{start(t, store, setting{})}
}

// with gives a service on the same store that is configured otherwise.
func (o *office) with(configure func(*api.Config)) *service {
	return start(o.t, o.store, setting{configure: configure})
}

// in gives the office for a test within one.
func (o *office) in(t *testing.T) *office {
	s := *o.service
	s.t = t
	return &office{&s}
}

// token adds one and gives its secret.
func (o *office) token(tok geo.Token) string {
	o.t.Helper()
	secret := "yp_" + tok.ID
	tok.Actor, tok.Hash, tok.Created = "张三", geo.HashSecret(secret), time.Now()
	if err := o.store.AddToken(o.t.Context(), tok); err != nil {
		o.t.Fatal(err)
	}
	return secret
}

// all gives a token with every right.
func (o *office) all(id string) string { return o.token(geo.Token{ID: id, Rights: geo.Rights}) }

// send writes with a token; "" is none.
func (s *service) send(method, path, secret, body string, header ...string) got {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.base+s.named(path), strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	if secret != "" {
		r.Header.Set("Authorization", "Bearer "+secret)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for n := 0; n < len(header); n += 2 {
		r.Header.Set(header[n], header[n+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return got{res.StatusCode, res.Header, b}
}

// written is what the answers of writes have in common.
type written struct {
	Cursor   geo.Cursor
	Visible  bool
	Changed  bool
	Replayed bool
	Row      geo.ID
	Version  uint64
	Code     string
}

// done sends a write that must succeed.
func (s *service) done(method, path, secret, body string, header ...string) written {
	s.t.Helper()
	g := s.send(method, path, secret, body, header...)
	if g.status != http.StatusOK && g.status != http.StatusCreated {
		s.t.Fatalf("%s %s: %d %s", method, path, g.status, g.body)
	}
	return decode[written](s.t, g)
}

// refusal is a problem with what writes add to it.
type refusal struct {
	problem
	Row      int
	Findings []struct{ Kind, Field string }
}

// refused sends a write that must fail, and gives its problem.
func (s *service) refused(status int, method, path, secret, body string, header ...string) refusal {
	s.t.Helper()
	g := s.send(method, path, secret, body, header...)
	if g.status != status {
		s.t.Fatalf("%s %s %s: %d %s, want %d", method, path, body, g.status, g.body, status)
	}
	return decode[refusal](s.t, g)
}

const newFeature = `{"type":"Feature","geometry":{"type":"Point","coordinates":[121.362,31.2]},"properties":{"code":"W9","name":"九号泵站","unit":"建管委"}}`

// sample is a request of a route that succeeds with its right.
type sample struct {
	path, body string
	right      geo.Right
}

func (o *office) samples() map[string]sample {
	w := o.warning("W1")
	w1 := lookup(o.t, o.store, city.Project, "W1")
	rec, ms := lookup(o.t, o.store, city.Record, "REC1"), lookup(o.t, o.store, city.Milestone, "MS1")
	return map[string]sample{
		"put report":      {"/api/reports/project/{W1}/2022-12", `{"planned_progress":100,"actual_progress":70}`, geo.MayReport},
		"drop report":     {"/api/reports/project/{W1}/2022-10-31?correction=" + escape("重复"), "", geo.MayReport},
		"move period":     {"/api/periods", `{"layer":"project","district":"310105","unit":"建管委","ends":"2022-09","state":"审核"}`, geo.MayReport},
		"add record":      {"/api/records/project/{W1}", `{"kind":"检查","text":"脚手架未验收","deadline":"2023-01-10"}`, geo.MayRecord},
		"put record":      {fmt.Sprint("/api/records/project/{W1}/", rec), `{"done_date":"2022-12-20"}`, geo.MayRecord},
		"add milestone":   {"/api/milestones/project/{W1}", `{"name":"竣工验收","planned":"2023-06-30"}`, geo.MayReport},
		"put milestone":   {fmt.Sprint("/api/milestones/project/{W1}/", ms), `{"actual":"2022-12-25"}`, geo.MayReport},
		"rule":            {"/api/rulings/project/{W1}", `{"light":"yellow","reason":"已会商","until":"2023-03-31"}`, geo.MayRule},
		"end ruling":      {"/api/rulings/project/{W1}/end", `{"reason":"已复工"}`, geo.MayRule},
		"handle warning":  {"/api/warnings/project/{W1}", `{"key":` + quoted(w) + `,"action":"受理","text":"已阅"}`, geo.MayHandle},
		"push readings":   {"/api/readings", `{"key":"k1","system":"扬尘","readings":[{"layer":"device","code":"D1","date":"2022-12-31","values":{"pm10":41}}]}`, geo.MayPush},
		"carry over":      {"/api/registers/2023", `{"district":"310105"}`, geo.MayApprove},
		"issue bulletin":  {"/api/bulletins", `{"district":"310105","month":"2022-12","number":"东推〔2023〕1号","unit":"建管委"}`, geo.MayIssue},
		"set date":        {"/api/districts/310105/date", `{"date":"2023-01-05"}`, geo.MayApprove},
		"create feature":  {"/ogc/collections/project/items", newFeature, geo.MayEdit},
		"replace feature": {fmt.Sprint("/ogc/collections/project/items/", w1), `{"type":"Feature","geometry":{"type":"Point","coordinates":[121.361,31.2]},"properties":{"code":"W1","name":"一号泵站","unit":"建管委"}}`, geo.MayEdit},
		"update feature":  {fmt.Sprint("/ogc/collections/project/items/", w1), `{"properties":{"name":"一号泵站改建"}}`, geo.MayEdit},
		"delete feature":  {fmt.Sprint("/ogc/collections/project/items/", w1), "", geo.MayEdit},
		"issue plan":      {"/api/plans/project/{W1}/2023", `{"goal":"建成通水","months":[{"date":"2023-12","plannedProgress":100}]}`, geo.MayApprove},
	}
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// warning gives the key of the last warning of a project.
func (o *office) warning(code string) string {
	o.t.Helper()
	l, _ := o.follower.Current().Layer(city.Project)
	i, ok := l.ByCode(code)
	if !ok {
		o.t.Fatalf("no project %s", code)
	}
	w := i.Warnings()
	if len(w) == 0 {
		return ""
	}
	return w[len(w)-1].Key
}

func TestEveryWritingRoute(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		samples := o.samples()
		past := time.Now().Add(-time.Hour)
		expired := o.token(geo.Token{ID: "expired", Rights: geo.Rights, Expires: past})
		revoked := o.all("revoked")
		if err := o.store.RevokeToken(t.Context(), "revoked"); err != nil {
			t.Fatal(err)
		}
		elsewhere := o.token(geo.Token{ID: "elsewhere", Rights: geo.Rights, District: "310107"})
		another := o.token(geo.Token{ID: "another", Rights: geo.Rights, Unit: "区水务局"})
		master := o.all("master")
		seen := map[string]bool{}
		for _, w := range api.Writings() {
			t.Run(w.Name, func(t *testing.T) {
				o := o.in(t)
				c, ok := samples[w.Name]
				if !ok {
					t.Fatalf("route %s %s has no sample: give it one", w.Method, w.Path)
				}
				seen[w.Name] = true
				for name, secret := range map[string]string{"none": "", "unknown": "yp_unknown", "expired": expired, "revoked": revoked} {
					g := o.send(w.Method, c.path, secret, c.body)
					if g.status != http.StatusUnauthorized || !strings.HasPrefix(g.header.Get("WWW-Authenticate"), "Bearer ") {
						t.Errorf("with a token that is %s: %d, WWW-Authenticate %q", name, g.status, g.header.Get("WWW-Authenticate"))
					}
				}
				others := slices.DeleteFunc(slices.Clone(geo.Rights), func(r geo.Right) bool { return r == c.right })
				lacking := o.token(geo.Token{ID: "without " + w.Name, Rights: others})
				if p := o.refused(http.StatusForbidden, w.Method, c.path, lacking, c.body); !strings.Contains(p.Detail, string(c.right)) {
					t.Errorf("without the right: %s", p.Detail)
				}
				for _, secret := range []string{elsewhere, another} {
					if p := o.refused(http.StatusForbidden, w.Method, c.path, secret, c.body); p.Type != "urn:yiping:problem:out-of-scope" {
						t.Errorf("outside the scope: %+v", p)
					}
				}
				if p := o.refused(http.StatusForbidden, w.Method, c.path, master, c.body, "Sec-Fetch-Site", "cross-site"); p.Type != "urn:yiping:problem:cross-origin" {
					t.Errorf("across sites: %+v", p)
				}
				o.refused(http.StatusForbidden, w.Method, c.path, master, c.body, "Origin", "https://elsewhere.example")
				only := o.token(geo.Token{ID: "only " + w.Name, Rights: []geo.Right{c.right}})
				if got := o.done(w.Method, c.path, only, c.body); !got.Changed || !got.Visible || got.Cursor == "" {
					t.Errorf("answer %+v", got)
				}
			})
		}
		for name := range samples {
			if !seen[name] {
				t.Errorf("there is no route %s", name)
			}
		}
	})
}

func TestMethodsOfAPath(t *testing.T) {
	o := openOffice(t, openStore(t))
	for _, c := range []struct{ method, path, allow string }{
		{"DELETE", "/api/overview", "GET, HEAD"}, {"PUT", "/api/periods", "GET, HEAD, POST"}, {"GET", "/api/readings", "POST"},
		{"POST", "/api/reports/project/1/2022-12", "PUT, DELETE"}, {"DELETE", "/api/reports/project/1", "GET, HEAD"},
	} {
		g := o.send(c.method, c.path, "", "")
		if g.status != http.StatusMethodNotAllowed || g.header.Get("Allow") != c.allow {
			t.Errorf("%s %s: %d, Allow %q, want %q", c.method, c.path, g.status, g.header.Get("Allow"), c.allow)
		}
	}
	// A gateway that passes only GET and POST may say what it means in a header.
	secret := o.all("gateway")
	o.done("POST", "/api/reports/project/{W1}/2022-12", secret, `{"actual_progress":60}`, "X-HTTP-Method-Override", "PUT")
}

// What no store can keep as a text is refused by the name of the parameter, by both
// stores alike.
func TestWhatIsNoTextIsRefusedByName(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		o := openOffice(t, open(t))
		secret := o.all("writer")
		const one = `,"readings":[{"layer":"device","code":"D1","date":"2022-12-31","values":{"pm10":41.5}}]}`
		for _, c := range []struct{ method, path, body, parameter string }{
			{"POST", "/api/readings", `{"key":"a\u0000","system":"s"` + one, "key"},
			{"POST", "/api/readings", `{"key":"a","system":"s\u0000"` + one, "system"},
			{"DELETE", "/api/reports/project/{W1}/2022-11?correction=%00", "", "correction"},
			{"DELETE", "/api/reports/project/{W1}/2022-11?correction=%ff", "", "correction"},
			{"PUT", "/api/reports/project/{W1}/2022-12", `{"actual_progress":60,"correction":"\u0000"}`, "correction"},
			{"PUT", "/api/reports/river_section/{R1}/2022-12-30", `{"nh3n":0.4,"correction":"\u0000"}`, "correction"},
			{"POST", "/api/rulings/project/{W1}", `{"light":"red","reason":"\u0000","until":"2023-01-01"}`, "reason"},
			{"POST", "/api/warnings/project/{W1}", `{"key":` + quoted(o.warning("W1")) + `,"action":"批注","text":"a\u0000"}`, "text"},
			{"POST", "/api/periods", `{"layer":"project","district":"310105","ends":"2022-12","state":"审核","reason":"\u0000"}`, "reason"},
			{"POST", "/api/bulletins", `{"district":"310105","month":"2022-12","number":"\u0000","unit":"建管委"}`, "number"},
		} {
			if p := o.refused(http.StatusBadRequest, c.method, c.path, secret, c.body); p.Parameter != c.parameter {
				t.Errorf("%s %s %s: %+v", c.method, c.path, c.body, p)
			}
		}
		if p := o.refused(http.StatusBadRequest, "PUT", "/api/reports/project/{W1}/2022-12", secret, `{"actual_progress":60}`, "Idempotency-Key", "k\xff"); p.Parameter != "Idempotency-Key" {
			t.Errorf("a key that is no text: %+v", p)
		}
	})
}

func TestBodiesAreBounded(t *testing.T) {
	o := openOffice(t, openStore(t))
	secret := o.all("writer")
	const report = "/api/reports/project/{W1}/2022-12"
	large := `{"progress_note":"` + strings.Repeat("a", 1<<20) + `"}`
	if g := o.send("PUT", report, secret, large); g.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of a megabyte: %d", g.status)
	}
	if g := o.send("PUT", report, secret, `a=1`, "Content-Type", "application/x-www-form-urlencoded"); g.status != http.StatusUnsupportedMediaType {
		t.Errorf("a form: %d", g.status)
	}
	if g := o.send("POST", "/api/periods", secret, `{}`, "Idempotency-Key", strings.Repeat("k", 201)); g.status != http.StatusBadRequest {
		t.Errorf("a long key: %d", g.status)
	}
	for _, c := range []struct{ path, body, parameter string }{
		{report, `{"actual":1}`, "actual"}, {report, `{"actual_progress":"viel"}`, "actual_progress"}, {report, `{}`, ""}, {report, `{"actual_progress":1}{}`, ""},
		{report, `[1]`, ""}, {report, ``, ""}, {report, `{"reported_on":"2022-01-01"}`, "reported_on"}, {report, `null`, ""}, {report, `{"actual_progress":{}}`, "actual_progress"},
		{report, `{"planned_progress":101}`, "planned_progress"}, {report, `{"percent_of":"季度"}`, "percent_of"},
	} {
		p := o.refused(http.StatusBadRequest, "PUT", c.path, secret, c.body)
		if p.Parameter != c.parameter {
			t.Errorf("%s: parameter %q in %s", c.body, p.Parameter, p.Detail)
		}
		if englishWords.MatchString(p.Detail) {
			t.Errorf("%s: in English: %s", c.body, p.Detail)
		}
	}
	for _, c := range []struct{ path, body, parameter string }{
		{"/api/periods", `{"layer":"project","ends":"2022-12","state":"审核","unti":"x"}`, "unti"}, {"/api/periods", `{"ends":"neulich"}`, "ends"},
		{"/api/records/project/{W1}", `{"kind":"检查","text":"t","of_code":"P1"}`, "of_code"}, {"/api/records/project/{W1}", `{"kind":"会议","text":"t"}`, "kind"},
		{"/api/records/project/{W1}", `{"kind":"检查"}`, "text"}, {"/api/records/project/{W1}", `{"kind":"检查","text":"t","day":"2023-01-01"}`, "day"},
		{"/api/milestones/project/{W1}", `{"name":"n"}`, "planned"}, {"/api/milestones/project/{W1}", `{"name":"n","planned":"2023-01-01","actual":"2023-01-01"}`, "actual"},
		{"/api/rulings/project/{W1}", `{"light":"blue","reason":"r","until":"2023-01-01"}`, "light"}, {"/api/rulings/project/{W1}", `{"light":"red","reason":" ","until":"2023-01-01"}`, "reason"},
		{"/api/rulings/project/{W1}", `{"light":"red","reason":"r","until":"2024-01-03"}`, "until"}, {"/api/rulings/project/{W1}", `{"light":"red","reason":"r","until":"2022-12-30"}`, "until"},
		{"/api/rulings/district/{310105}", `{"light":"red","reason":"r","until":"2023-01-30"}`, "layer"},
	} {
		if p := o.refused(http.StatusBadRequest, "POST", c.path, secret, c.body); p.Parameter != c.parameter {
			t.Errorf("%s %s: parameter %q in %s", c.path, c.body, p.Parameter, p.Detail)
		}
	}
}
