package api_test

import (
	"cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"mime"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
)

var more = flag.Int("more", 1, "how many times as much the tests ask that make up what they ask")

var seedAgain = flag.Uint64("seed", 0, "the seed of a run of them that is to be repeated")

// prober asks for what a definition describes, with values of every kind, and looks
// at whatever comes back.
type prober struct {
	*office
	*rand.Rand
	definition
	root   string // of the definition's paths
	secret string // of a token that may do anything
	open   func(testing.TB) geo.Store
	failed map[string]bool
	sent   int
}

// settle moves to a city that nobody has asked for anything yet.
func (p *prober) settle() {
	p.logged()
	p.office = openOffice(p.t, p.open(p.t))
	p.witness.noise.Store(true)
	p.secret = p.all("prober")
}

// logged looks for failures in the log of the city that is left.
func (p *prober) logged() {
	for line := range strings.Lines(p.log.String()) {
		if strings.Contains(line, "level=ERROR") {
			p.t.Errorf("in the log: %.2000s", line)
		}
	}
}

// complain reports each kind of failure of a route once.
func (p *prober) complain(o described, what, format string, args ...any) {
	key := o.method + " " + o.path + " " + what
	if !p.failed[key] {
		p.failed[key] = true
		p.t.Errorf("%s: "+format, append([]any{key}, args...)...)
	}
}

// fields are parameters that are good or bad together: a fault of one may be told
// of the other.
var fields = map[string][]string{
	"zoom": {"center"}, "center": {"zoom", "bbox"}, "bbox": {"center", "bbox-crs"}, "bbox-crs": {"bbox"}, "filter-lang": {"filter"}, "filter-crs": {"filter"},
	"lon": {"crs"}, "lat": {"crs"}, "crs": {"lon", "lat"}, "width": {"height"}, "height": {"width"}, "scale": {"width", "height"}, "x": {"z", "y"}, "y": {"z", "x"}, "z": {"x", "y"},
	"district": {"month", "at"}, "month": {"district"}, "correction": {"date"}, "id": {"date", "row"}, "featureId": {"id"},
	"tileMatrix": {"tileRow", "tileCol"}, "tileRow": {"tileMatrix"}, "tileCol": {"tileMatrix"}, "at": {"known"}, "known": {"at"}, "after": {"before", "sortby"}, "before": {"after", "sortby"}, "sortby": {"after", "before"},
}

// oddities are texts that are seldom right, and have broken programs before.
var oddities = []string{
	"", " ", "0", "-1", "1.5", "1e309", "NaN", "-Infinity", "0x10", "٣", "9223372036854775807", "9223372036854775808", "18446744073709551616", "null", "true", "undefined",
	"中文", "\x00", "a\x00b", "\xff\xfe", "\u202eabc", "e\u0301", "😀", "\r\nX-Injected: 1", "../../etc/passwd", "..", ".", "a/b", "%2e%2e", "%", ";", "' OR 1=1 --", `"`, "`", "${7*7}", "<script>",
	",", "a,,b", ",a", "red,blue", "project,project", "project,nothing", "code:", "code:不存在", "code:W1", "*", "@", "{}", "[]", "{", `{"op":"="}`, `{"op":"and","args":[]}`,
	"light='red'", "light=", "f(light)", "light='red' AND", "NOT NOT NOT light='red'", "S_INTERSECTS(geometry,POINT(0 0))", "S_WITHIN(geometry,POLYGON((0 0,1 1)))", "T_AFTER(x,'y')", "1=1", "a LIKE '%'",
	"2022-12", "2022-12-31", "2022-13", "2022-02-30", "0000-00-00", "9999-12-31", "-0001-01-01", "2022-12-31T00:00:00Z", "2022-12-31T25:00:00Z", "../..", "2022-01-01/..", "2023-01-01/2022-01-01",
	"1,2,3,4", "121,31,122,32", "122,31,121,32", "1,2,3", "1,2,3,4,5,6", "NaN,0,1,1", "121.4,31.2", "181,91", "http://www.opengis.net/def/crs/EPSG/0/4549", "http://www.opengis.net/def/crs/EPSG/0/999999", "EPSG:4490", "GCJ-02",
	strings.Repeat("长", 2000), strings.Repeat("a,", 500), strings.Repeat("(", 3000), strings.Repeat("NOT ", 1000) + "light='red'", strings.Repeat("[", 2000), strings.Repeat("9", 400),
}

// value draws one for a parameter: what its schema says, or beside it, or anything.
func (p *prober) value(s schemaDoc) string {
	switch {
	case len(s.Enum) > 0 && p.IntN(3) == 0:
		return fmt.Sprint(s.Enum[p.IntN(len(s.Enum))])
	case (s.Type == "integer" || s.Type == "number") && p.IntN(2) == 0:
		edges := []float64{0, 1, -1, 17}
		for _, edge := range []*float64{s.Minimum, s.Maximum} {
			if edge != nil {
				edges = append(edges, *edge, *edge-1, *edge+1)
			}
		}
		return strconv.FormatFloat(edges[p.IntN(len(edges))], 'g', -1, 64)
	case p.IntN(8) == 0:
		runes := make([]rune, p.IntN(12))
		for n := range runes {
			runes[n] = rune(p.IntN(0x3000))
		}
		return string(runes)
	}
	return oddities[p.IntN(len(oddities))]
}

// headers are those that the service or what is before it reads.
var headers = []string{"Accept", "Accept-Encoding", "If-None-Match", "If-Match", "If-Modified-Since", "If-Range", "Range", "Content-Type", "Content-Crs", "Idempotency-Key",
	"Last-Event-ID", "X-HTTP-Method-Override", "Authorization", "Cookie", "Origin", "Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "Accept-Crs"}

var headerValues = []string{"", "*", "*/*", "text/html", "image/png;q=0", "a;b=c;;", "gzip;q=x", "identity;q=0", `"x"`, `W/"3-abc"`, `"3-`, "bytes=0-0", "bytes=9-1", "bytes=-1,0-0,5-", "bytes=99999999999999999999-", "DELETE", "PATCH", "BREW",
	"Bearer yiping_nobody", "Bearer ", "Basic YTpi", "yiping=x; yiping=y", "null", "https://elsewhere.example", "cross-site", "1.2.3.4, ::1", "for=[::1", "https", "<http://www.opengis.net/def/crs/EPSG/0/4549>", "<", "中文", strings.Repeat("k", 300),
	"Tue, 99 Foo 2022", "application/json; charset=utf-8", "application/geo+json", "multipart/form-data", strings.Repeat("en;q=0.5,", 200)}

// run asks one operation in many ways, all made from one request. Where what was
// asked before has sealed its month or ended its project it goes on in another city.
func (p *prober) run(o described, from func() probe, rounds int) {
	base := from()
	g := p.ask(o, base, "zh")
	if g.status >= 400 && !strings.HasPrefix(o.path, "/api/session") {
		p.settle()
		base = from()
		g = p.ask(o, base, "zh")
	}
	if g.status >= 300 && !strings.HasPrefix(o.path, "/api/session") {
		p.complain(o, "", "the request that all others are made from: %d %s", g.status, g.body)
		return
	}
	for _, param := range p.parameters(o.operationDoc) {
		if param.In == "header" {
			continue // all of them below
		}
		for range rounds {
			p.vary(o, base.clone(), param)
		}
	}
	for range rounds {
		c := base.clone()
		for range 1 + p.IntN(3) {
			c.header.Set(headers[p.IntN(len(headers))], headerValues[p.IntN(len(headerValues))])
		}
		p.look(o, c, "headers", nil)
		if base.body != "" {
			p.varyBody(o, base.clone())
		}
	}
}

// vary gives one parameter another value. Where the request is refused, it is for
// that parameter.
func (p *prober) vary(o described, c probe, param parameterDoc) {
	v := p.value(param.Schema)
	switch param.In {
	case "path":
		c.path[param.Name] = v
	case "query":
		c.query[param.Name] = []string{v}
		if p.IntN(12) == 0 {
			c.query[param.Name] = []string{v, v}
		}
	}
	p.look(o, c, param.In+" "+param.Name, func(q problem) bool {
		if q.Type == "urn:yiping:problem:unknown-route" && (param.In == "path" || strings.HasPrefix(o.path, "/api/session/oidc")) || param.In == "path" && (v == "" || strings.Contains(v, "/")) {
			return true // the address is another; there is no provider
		}
		return q.Parameter == param.Name || slices.Contains(fields[param.Name], q.Parameter)
	})
}

// varyBody makes the body another: a value in it, a name, or its bytes.
func (p *prober) varyBody(o described, c probe) {
	var fields map[string]any
	if err := json.Unmarshal([]byte(c.body), &fields); err != nil {
		p.t.Fatalf("%s: %v", c.body, err)
	}
	names := slices.Sorted(func(yield func(string) bool) {
		for name := range fields {
			if !yield(name) {
				return
			}
		}
	})
	name := names[p.IntN(len(names))]
	what, named := "body "+name, func(q problem) bool { return true }
	switch p.IntN(6) {
	case 0:
		b := []byte(c.body)
		for range 1 + p.IntN(3) {
			b[p.IntN(len(b))] = byte(p.IntN(256))
		}
		c.body, what = string(b), "body's bytes"
		p.look(o, c, what, nil)
		return
	case 1:
		delete(fields, name)
	case 2:
		fields["no_such"] = 1
		if !strings.HasPrefix(o.path, "/ogc") { // members that GeoJSON does not know are nothing to it (RFC 7946 §6.1)
			named = func(q problem) bool { return q.Parameter == "no_such" }
		}
	default:
		fields[name] = p.anything(3)
	}
	c.body = jsonOf(fields)
	p.look(o, c, what, named)
}

// anything draws a JSON value.
func (p *prober) anything(depth int) any {
	switch n := p.IntN(9); {
	case n < 3:
		return strings.ToValidUTF8(oddities[p.IntN(len(oddities))], "?")
	case n < 4:
		return []any{nil, true, 0, -1, 1.5, 1e300, int64(9007199254740993)}[p.IntN(7)]
	case n < 6 && depth > 0:
		return []any{p.anything(depth - 1), p.anything(depth - 1)}
	case n < 8 && depth > 0:
		return map[string]any{"a": p.anything(depth - 1), []string{"type", "coordinates", "date", "values"}[p.IntN(4)]: p.anything(depth - 1)}
	}
	return ""
}

// look asks in either language and holds what comes back against the definition.
// Of 400 and 404 named says whether the right parameter is named.
func (p *prober) look(o described, c probe, what string, named func(problem) bool) {
	lang := []string{"zh", "en"}[p.IntN(2)]
	g := p.ask(o, c, lang)
	if strings.HasPrefix(o.path, "/api/session/oidc") && strings.HasPrefix(g.header.Get("Content-Type"), "text/html") {
		return // whom a browser leads there is told in words
	}
	said := fmt.Sprintf("%s %.300s %.300s %v: %d %.500s", c.method, c.address(), c.body, c.header, g.status, g.body)
	if r, ok := p.response(o.operationDoc, g.status); !ok && !c.elsewhere() {
		p.complain(o, what, "a status nobody described: %s", said)
	} else if kind, _, err := mime.ParseMediaType(g.header.Get("Content-Type")); ok && len(g.body) > 0 && (err != nil || len(r.Content) > 0 && !describes(r, kind)) {
		p.complain(o, what, "%s is not described: %s", g.header.Get("Content-Type"), said)
	}
	if g.status < 400 {
		return
	}
	q := soundProblem(g, lang, func(format string, args ...any) { p.complain(o, what, "%s: %s", fmt.Sprintf(format, args...), said) })
	if named != nil && (g.status == http.StatusBadRequest || g.status == http.StatusNotFound) && !named(q) {
		p.complain(o, what, "parameter %q is named: %s", q.Parameter, said)
	}
}

func describes(r responseDoc, kind string) bool {
	for described := range r.Content {
		if d, _, err := mime.ParseMediaType(described); err == nil && d == kind {
			return true
		}
	}
	return false
}

// latin is a sentence in English within a Chinese text, once what is quoted is left
// out.
var (
	latin    = regexp.MustCompile(`[A-Za-z]+(?: [A-Za-z]+){3,}`)
	inQuotes = regexp.MustCompile(`“[^”]*”`)
)

// soundProblem holds that an answer is a problem document in one language.
func soundProblem(g got, lang string, complain func(string, ...any)) problem {
	var q problem
	if err := json.Unmarshal(g.body, &q); err != nil || g.header.Get("Content-Type") != "application/problem+json" {
		complain("not a problem document, %s", g.header.Get("Content-Type"))
		return q
	}
	if q.Status != g.status || q.Title == "" || q.Detail == "" || !strings.HasPrefix(q.Type, "urn:yiping:problem:") || g.header.Get("Content-Language") != lang {
		complain("a problem that lacks something, in %s", g.header.Get("Content-Language"))
	}
	if g.status >= 500 && (g.status != http.StatusServiceUnavailable || g.header.Get("Retry-After") == "") {
		complain("a failure of the service")
	}
	if lang == "zh" {
		if found := latin.FindString(inQuotes.ReplaceAllString(q.Detail, "")); found != "" {
			complain("English in a Chinese text: %s", found)
		}
	}
	return q
}

// ask sends a request. A stream is left once it has begun, a poll soon.
func (p *prober) ask(o described, c probe, lang string) got {
	p.sent++
	ctx, cancel := context.WithCancel(p.t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, c.method, p.base+p.root+c.address(), strings.NewReader(c.body))
	if err != nil {
		p.t.Fatalf("%q: %v", c.address(), err)
	}
	r.Header.Set("Accept-Language", lang)
	if c.secret != "" {
		r.Header.Set("Authorization", "Bearer "+c.secret)
	}
	if c.body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for name, values := range c.header {
		r.Header[name] = values
	}
	res, err := p.Client().Transport.RoundTrip(r)
	if err != nil {
		p.complain(o, "", "%s %q %v: %v", c.method, c.address(), c.header, err)
		return got{status: 200, header: http.Header{}}
	}
	defer res.Body.Close()
	if res.Header.Get("Content-Type") == "text/event-stream" {
		return got{res.StatusCode, res.Header, nil}
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.complain(o, "", "%s: %v", c.address(), err)
	}
	return got{res.StatusCode, res.Header, body}
}

// turn puts first what others end or follow on, and deletions last.
func turn(d described) int {
	switch {
	case d.method == http.MethodDelete:
		return 3
	case strings.HasPrefix(d.path, "/api/plans"):
		return 2
	case d.method == http.MethodPost && strings.HasPrefix(d.path, "/api/warnings"):
		return 0
	}
	return 1
}

// Whatever is asked of a route that the definition describes is answered as it
// says: never with a failure, and a refusal names what is wrong in the language
// asked for.
func TestNothingThatIsAskedBreaksTheService(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		seed := cmp.Or(*seedAgain, uint64(time.Now().UnixNano()))
		t.Logf("seed %d", seed)
		p := &prober{office: openOffice(t, open(t)), open: open, Rand: rand.New(rand.NewPCG(seed, 0)), failed: map[string]bool{}}
		p.witness.noise.Store(true)
		p.secret = p.all("prober")
		p.service()
		p.ogc()
		p.logged()
		t.Logf("%d requests", p.sent)
	})
}

// service asks what the service's own definition describes.
func (p *prober) service() {
	p.definition = decode[definition](p.t, p.get("/api/openapi.json"))
	of, bases, all := p.office, accesses(p.office), p.operations()
	slices.SortStableFunc(all, func(a, b described) int { return turn(a) - turn(b) })
	for _, d := range all {
		a, ok := bases[d.method+" "+d.path]
		switch {
		case d.path == "/ogc/{path}", d.method == http.MethodDelete && d.path == "/api/session":
			continue // it has a definition of its own; it would end the session
		case !ok:
			p.t.Errorf("%s %s has no request to begin from", d.method, d.path)
			continue
		case a.path == "":
			continue // OPTIONS
		}
		from := func() probe {
			if of != p.office {
				of, bases = p.office, accesses(p.office)
			}
			a := bases[d.method+" "+d.path]
			base := probeOf(p.t, d.method, d.path, p.named(a.path))
			base.body, base.secret = a.body, p.secret
			return base
		}
		rounds := 6 * *more
		if strings.Contains(d.path, "map.png") || strings.Contains(d.path, "bulletin") {
			rounds = 2 * *more
		}
		p.run(d, from, rounds)
	}
}

// ogc does the same for the definition of the OGC API, collection by collection.
func (p *prober) ogc() {
	p.definition, p.root = decode[definition](p.t, p.get("/ogc/api")), "/ogc"
	for _, d := range p.operations() {
		_, rest, of := strings.Cut(d.path, "/collections/")
		layer, _, _ := strings.Cut(rest, "/")
		if of && layer != string(city.Project) && layer != string(city.Record) && p.IntN(8) > 0 {
			continue
		}
		l, ok := p.follower.Current().Layer(geo.LayerID(layer))
		if d.method != http.MethodGet || ok && l.Len() == 0 && strings.Contains(d.path, "{featureId}") {
			continue
		}
		p.run(d, func() probe {
			id := geo.ID(1)
			if l, ok := p.follower.Current().Layer(geo.LayerID(layer)); ok {
				for i := range l.All {
					id = i.ID()
					break
				}
			}
			base := probeOf(p.t, d.method, d.path, strings.NewReplacer("{featureId}", fmt.Sprint(id), "{tileMatrix}", "11", "{tileRow}", "836", "{tileCol}", "1714").Replace(d.path))
			base.secret = p.secret
			return base
		}, 3**more)
	}
}
