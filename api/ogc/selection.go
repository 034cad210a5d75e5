package ogc

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/crs"
)

// selection joins all that a request for items selects by into one condition, and
// gives it compiled for the layer; nil lets all through.
func (c *call) selection() (cql.Expr, *cql.Filter, error) {
	// What says how others are to be read is wrong by itself too.
	for _, name := range []string{"bbox-crs", "filter-crs"} {
		if _, err := c.system(name); err != nil {
			return nil, nil, err
		}
	}
	if lang := c.values.Get("filter-lang"); lang != "" && lang != textLang && lang != jsonLang {
		return nil, nil, badLang(lang)
	}
	parts := []struct {
		parameter string
		read      func(string) (cql.Expr, error)
	}{{"bbox", c.bbox}, {"datetime", c.datetime}, {"filter", c.filter}}
	var all []cql.Expr
	var f *cql.Filter
	for _, p := range parts {
		if !c.values.Has(p.parameter) {
			continue
		}
		e, err := p.read(c.values.Get(p.parameter))
		if err != nil {
			return nil, nil, err
		}
		if e == nil {
			continue
		}
		if f, err = cql.Compile(e, c.layer.Decl()); err != nil {
			return nil, nil, in(p.parameter, err)
		}
		all = append(all, e)
	}
	equal, err := c.equalities()
	if err != nil {
		return nil, nil, err
	}
	switch all = append(all, equal...); {
	case len(all) == 0:
		return nil, nil, nil
	case len(all) == 1 && len(equal) == 0:
		return all[0], f, nil
	}
	e := all[0]
	if len(all) > 1 {
		e = cql.Call{Op: "and", Args: all}
	}
	f, err = cql.Compile(e, c.layer.Decl())
	return e, f, in("filter", err)
}

// bbox keeps the features whose geometry meets the box.
func (c *call) bbox(text string) (cql.Expr, error) {
	from, err := c.system("bbox-crs")
	if err != nil {
		return nil, err
	}
	wrong := func() error {
		return bad("bbox", "“%s”不是四个或六个数，按坐标系 %s 的轴序，小者在前", "“%s” is not four or six numbers in the axis order of %s, low corner first", text, from.Name())
	}
	var numbers []float64
	for part := range strings.SplitSeq(text, ",") {
		v, err := strconv.ParseFloat(strings.TrimSpace(part), 64)
		if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
			return nil, wrong()
		}
		numbers = append(numbers, v)
	}
	low, high, ok := cornersOf(numbers, from)
	if a, b, turned := eastFirst(numbers, from); turned && !within(from, low, high) {
		low, high, ok = a, b, true
	}
	if !ok {
		return nil, wrong()
	}
	e, err := frame(low, high, from)
	if err != nil {
		return nil, in("bbox", err)
	}
	if c.layer.Decl().Geometry == geo.NoGeometry {
		return nil, nil
	}
	return cql.Call{Op: "s_intersects", Args: []cql.Expr{cql.Property{Name: "geom"}, e}}, nil
}

// datetime keeps the features whose instant is that, or within the interval.
func (c *call) datetime(text string) (cql.Expr, error) {
	first, last, interval := strings.Cut(text, "/")
	from, err := bound(first, interval)
	if err != nil {
		return nil, err
	}
	field, dated := instantField(c.layer.Decl())
	name := cql.Property{Name: field.Name}
	if !interval {
		if !dated {
			return nil, nil
		}
		return cql.Call{Op: "t_intersects", Args: []cql.Expr{name, from}}, nil
	}
	to, err := bound(last, true)
	if err != nil {
		return nil, err
	}
	a, started := from.(cql.Instant)
	b, ended := to.(cql.Instant)
	if started && ended && a.Time.After(b.Time) {
		return nil, bad("datetime", "“%s”的起点晚于终点", "“%s” begins after it ends", text)
	}
	if !dated {
		return nil, nil
	}
	return cql.Call{Op: "t_intersects", Args: []cql.Expr{name, cql.Interval{From: from, To: to}}}, nil
}

// bound reads a date or an RFC 3339 time; in an interval .. and nothing are open.
func bound(text string, interval bool) (cql.Expr, error) {
	if interval && (text == "" || text == "..") {
		return nil, nil
	}
	i, ok := instantOf(text)
	if !ok {
		return nil, bad("datetime", "“%s”不是日期、时间或区间，写法如 2022-12-31、2022-12-31T08:00:00Z、2022-01-01/..", "“%s” is not a date, time or interval like 2022-12-31, 2022-12-31T08:00:00Z, 2022-01-01/..", text)
	}
	return i, nil
}

func instantOf(text string) (cql.Instant, bool) {
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		return cql.Instant{Time: t, Day: true}, true
	}
	t, err := time.Parse(time.RFC3339, strings.ToUpper(text))
	return cql.Instant{Time: t.UTC()}, err == nil
}

// filter reads CQL2.
func (c *call) filter(text string) (cql.Expr, error) {
	from, err := c.system("filter-crs")
	if err != nil {
		return nil, err
	}
	return parseFilter(text, c.values.Get("filter-lang"), from)
}

// What filter-lang may be.
const (
	textLang = "cql2-text"
	jsonLang = "cql2-json"
)

func badLang(lang string) error {
	return bad("filter-lang", "“%s”应为 %s 或 %s", "“%s” must be %s or %s", lang, textLang, jsonLang)
}

func parseFilter(text, lang string, from crs.CRS) (cql.Expr, error) {
	var e cql.Expr
	var err error
	switch lang {
	case "", textLang:
		e, err = cql.Parse(text)
	case jsonLang:
		e, err = cql.ParseJSON([]byte(text))
	default:
		return nil, badLang(lang)
	}
	if err != nil {
		return nil, in("filter", err)
	}
	e, err = inDegrees(e, from)
	return e, in("filter", err)
}

// fixed are the parameters of items besides the queryables; a queryable of that
// name can be used in a filter only.
var fixed = []string{"bbox", "bbox-crs", "crs", "datetime", "filter", "filter-lang", "filter-crs", "limit", "properties", "sortby", "after", "before"}

func isFixed(name string) bool {
	return slices.Contains(fixed, name) || slices.Contains(everywhere, name)
}

// equalities are the queryables given as parameters.
func (c *call) equalities() ([]cql.Expr, error) {
	asked := false
	for name := range c.values {
		asked = asked || !isFixed(name)
	}
	if !asked {
		return nil, nil
	}
	var out []cql.Expr
	for _, p := range c.s.described(c.layer.Decl()).equal {
		if !c.values.Has(p.name) {
			continue
		}
		text := c.values.Get(p.name)
		v, ok := literal(text, p.field.Type)
		if all := p.field.Enum; len(all) > 0 && !slices.Contains(all, text) {
			return nil, bad(p.name, "“%s”应为其中之一：%s", "“%s” must be one of: %s", text, strings.Join(all, ", "))
		}
		if !ok {
			return nil, bad(p.name, "“%s”不是 %s 类型的值", "“%s” is not a value of type %s", text, p.field.Type)
		}
		out = append(out, cql.Call{Op: "=", Args: []cql.Expr{cql.Property{Name: p.name}, v}})
	}
	return out, nil
}

func literal(text string, t geo.FieldType) (cql.Expr, bool) {
	switch t {
	case geo.IntField, geo.FloatField:
		v, err := strconv.ParseFloat(text, 64)
		return cql.Number{Value: v}, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
	case geo.BoolField:
		return cql.Bool{Value: text == "true"}, text == "true" || text == "false"
	case geo.DateField, geo.TimeField:
		return instantOf(text)
	}
	return cql.Text{Value: text}, true
}
