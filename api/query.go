package api

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// query is one request for a resource: the snapshot it is answered from and its
// parameters.
type query struct {
	ctx     context.Context
	look    look               // what the reader may see
	snap    *snapshot.Snapshot // as the clock shows it
	current *snapshot.Snapshot // seen from which
	lists   *snapshot.Lists    // what was found for other pages
	server  geo.LayerServer    // reads layers that stay in the database; nil where the store has none
	past    *snapshot.Snapshot // of known=, that snap is or is made of; nil without
	clock   clock
	vars    map[string]string // from the path
	values  url.Values
	path    string // with base path, as the client asked
	base    string // base path
	origin  string // scheme://host[:port] and base path, for addresses that must be absolute
}

const featuresPath = "/api/features/"

// minCursor is the parameter every resource takes besides its own.
const minCursor = "min-cursor"

// parameters reads the query string and refuses what the resource does not know:
// a misspelt filter must not answer with everything.
func parameters(r *http.Request, known []string) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badParameter("", geo.Text{ZH: "查询串无法解读：% 后应有两位十六进制数，参数之间以 & 分隔", EN: "The query string cannot be read: " + err.Error()})
	}
	for name, vs := range values {
		if name != minCursor && !slices.Contains(known, name) {
			return nil, unknownParameter(name, strings.Join(known, ", "))
		}
		if len(vs) > 1 {
			return nil, badParameter(name, detailf("参数“%s”出现了 %d 次", "“%s” is given %d times", name, len(vs)))
		}
		if !geo.IsText(vs[0]) {
			return nil, badParameter(name, geo.Text{ZH: "参数值须为 UTF-8 文字，且不含空字符（U+0000）", EN: "the value must be text in UTF-8, without a zero character"})
		}
	}
	return values, nil
}

func (q *query) text(name string) string { return q.values.Get(name) }

// district gives the district asked for; false when none is.
func (q *query) district() (snapshot.District, bool, error) {
	code := q.text("district")
	if code == "" {
		return snapshot.District{}, false, nil
	}
	d, ok := q.snap.District(code)
	if !ok {
		if q.past != nil {
			if _, now := q.current.District(code); now {
				return d, false, badParameter("known", detailf("截至 %s 尚无行政区“%s”的记录", "Nothing of district “%[2]s” was recorded by %[1]s", inChina(q.clock.known), code))
			}
		}
		var known []string
		for _, d := range q.snap.Districts() {
			known = append(known, d.Code)
		}
		return d, false, unknownDistrict(code, strings.Join(known, ", "))
	}
	return d, true, nil
}

// mostTowns bounds the towns named to one who asked for another.
const mostTowns = 30

// town gives the name of the town asked for; "" when none is.
func (q *query) town() (string, error) {
	name := q.text(townField)
	if name == "" || q.snap.HasTown(name) {
		return name, nil
	}
	known := []string{}
	if l, ok := q.snap.Layer(city.Town); ok {
		for i := range l.All {
			if len(known) == mostTowns {
				known = append(known, "…")
				break
			}
			known = append(known, i.Name())
		}
	}
	return "", unknownTown(name, cmp.Or(strings.Join(known, "、"), "–"))
}

// day is the one day that all is judged at: at=, else the evaluation date of the
// district, or the one that all districts share; 0 where they have several.
func (q *query) day(d snapshot.District) geo.Date {
	if q.clock.day != 0 {
		return q.clock.day
	}
	if d.Code != "" {
		return d.Date
	}
	return commonDay(q.snap.Districts())
}

// commonDay is the evaluation date that all districts share; 0 where they have
// several.
func commonDay(districts []snapshot.District) geo.Date {
	var day geo.Date
	for n, d := range districts {
		if n > 0 && d.Date != day {
			return 0
		}
		day = d.Date
	}
	return day
}

// featureHref is the address of one feature.
func (q *query) featureHref(i snapshot.Item) string {
	return q.href(featuresPath + string(i.Layer()) + "/" + utoa(uint64(i.ID())))
}

// href is the address of what stands behind a number: path with parameters,
// pairs of name and value, those without a value left out, by the clock of the
// question. Where there are pairs it ends so that another can be added with &.
func (q *query) href(path string, pairs ...string) string {
	values := url.Values{}
	q.clock.carry(values)
	for n := 0; n < len(pairs); n += 2 {
		if pairs[n+1] != "" {
			values.Set(pairs[n], pairs[n+1])
		}
	}
	if len(values) == 0 && len(pairs) == 0 {
		return q.base + path
	}
	return q.base + path + "?" + values.Encode()
}

// layer gives the layer named in the path.
func (q *query) layer() (*snapshot.Layer, error) {
	id := q.vars["layer"]
	l, ok := q.snap.Layer(geo.LayerID(id))
	if !ok || q.hides(l.Decl().ID) {
		return nil, unknownLayer(id).in("layer")
	}
	return l, nil
}

// hides reports whether a layer is hidden from who asks. Only to a writer it may
// be in the snapshot all the same.
func (q *query) hides(id geo.LayerID) bool { return q.look.sight != nil && q.look.Layers[id] }

// belongsToHidden reports whether a row that is read past the snapshot belongs to a
// feature that is hidden from who asks.
func (q *query) belongsToHidden(l *geo.Layer, p geo.Properties) bool {
	owner, _ := l.Owner.Of(p)
	return owner != "" && q.hides(owner)
}

// byCode before a code names a feature in a path by its code.
const byCode = "code:"

// item gives the feature named in the path, by its id or as code:PT2022-P003.
func (q *query) item() (snapshot.Item, error) {
	l, err := q.layer()
	if err != nil {
		return snapshot.Item{}, err
	}
	if code, ok := strings.CutPrefix(q.vars["id"], byCode); ok {
		if l.Decl().InDatabase() {
			i, there, err := q.servedItem(l, 0, code)
			if err == nil && !there {
				err = unknownCode(l.Decl().ID, code)
			}
			return i, err
		}
		if i, there := l.ByCode(code); there {
			return i, nil
		}
		return snapshot.Item{}, unknownCode(l.Decl().ID, code)
	}
	id, err := q.id()
	if err != nil {
		return snapshot.Item{}, err
	}
	i, ok := l.ByID(id)
	if l.Decl().InDatabase() {
		if i, ok, err = q.servedItem(l, id, ""); err != nil {
			return i, err
		}
	}
	if !ok {
		return i, unknownFeature(l.Decl().ID, id)
	}
	return i, nil
}

// lights reads a list of lights, like red,yellow; all four when it is absent.
func (q *query) lights(name string) ([4]bool, error) {
	list := q.text(name)
	if list == "" {
		return [4]bool{true, true, true, true}, nil
	}
	var want [4]bool
	for _, word := range strings.Split(list, ",") {
		l, ok := geo.ParseLight(word)
		if !ok {
			return want, badParameter(name, detailf("“%s”不是灯色；可用 red、yellow、green、none", "“%s” is not a light; use red, yellow, green, none", shorten(word)))
		}
		want[l] = true
	}
	return want, nil
}

// bbox reads bbox=west,south,east,north in degrees; false when it is absent.
func (q *query) bbox() (orb.Bound, bool, error) {
	text := q.text("bbox")
	if text == "" {
		return orb.Bound{}, false, nil
	}
	bad := badParameter("bbox", detailf("“%s”不是 西,南,东,北（度，经度在前）", "“%s” is not west,south,east,north in degrees", text))
	parts := strings.Split(text, ",")
	if len(parts) != 4 {
		return orb.Bound{}, false, bad
	}
	var v [4]float64
	for i, part := range parts {
		x, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		limit := 180.0
		if i%2 == 1 {
			limit = 90
		}
		if err != nil || !(x >= -limit && x <= limit) {
			return orb.Bound{}, false, bad
		}
		v[i] = x
	}
	if v[0] > v[2] || v[1] > v[3] {
		return orb.Bound{}, false, bad
	}
	return orb.Bound{Min: orb.Point{v[0], v[1]}, Max: orb.Point{v[2], v[3]}}, true, nil
}

// number reads a whole number from least to most; fallback when it is absent.
func (q *query) number(name string, fallback, least, most int) (int, error) {
	text := q.text(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		return 0, badParameter(name, detailf("“%s”应为 %d 到 %d 的整数", "“%s” must be a whole number from %d to %d", text, least, most))
	}
	return n, nil
}

// choice reads one of the words; the first when it is absent.
func (q *query) choice(name string, words ...string) (string, error) {
	text := q.text(name)
	if text == "" {
		return words[0], nil
	}
	if !slices.Contains(words, text) {
		return "", badParameter(name, detailf("“%s”应为 %s 之一", "“%s” must be one of %s", text, strings.Join(words, ", ")))
	}
	return text, nil
}

// id reads a feature id from the path.
func (q *query) id() (geo.ID, error) { return q.idIn("id") }

func (q *query) idIn(name string) (geo.ID, error) {
	text := q.vars[name]
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || n == 0 || geo.ID(n) > geo.MaxID {
		return 0, badParameter(name, detailf("“%s”不是要素编号", "“%s” is not a feature id", text))
	}
	return geo.ID(n), nil
}
