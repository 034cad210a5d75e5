package api

import (
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/crs"
	"yiping/geo/jsontext"
	"yiping/geo/snapshot"
)

// Limits of a question for what is near.
const (
	defaultNearest = 20
	maxNearest     = 1000
	maxRadius      = 20_100_000 // metres, a little more than half round the earth
)

// neighbour and nearbyBody declare what appendNearby writes.
type neighbour struct {
	Layer    geo.LayerID `json:"layer"`
	ID       geo.ID      `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Light    geo.Light   `json:"light"`
	Status   geo.Text    `json:"status"`
	District string      `json:"district"`
	Town     string      `json:"town"` // the first of towns
	Towns    []string    `json:"towns"`
	Distance float64     `json:"distance"` // metres, to the millimetre
	Bearing  *float64    `json:"bearing"`  // degrees clockwise from north; null where there is no way to go
	Point    *orb.Point  `json:"point"`    // of the geometry; null where the crs does not reach there
}

type nearbyBody struct {
	Cursor   geo.Cursor  `json:"cursor"`
	At       geo.Date    `json:"at"`
	CRS      string      `json:"crs"`
	Position orb.Point   `json:"position"`
	Items    []neighbour `json:"items"`
}

// nearby lists the k= features nearest to lon=, lat=, by the geodesic distance
// to their geometry, nearest first: of layers= (all when it is absent), no further
// than radius= metres, those for which the CQL2 of filter= is true. Positions are
// of crs= on both ways, degrees of longitude before latitude.
func nearby(q *query) (any, error) {
	c, err := q.degrees()
	if err != nil {
		return nil, err
	}
	at, err := q.position()
	if err != nil {
		return nil, err
	}
	origin, err := c.ToWGS84(at)
	if err != nil {
		return nil, outside(c, err)
	}
	layers, err := q.layers()
	if err != nil {
		return nil, err
	}
	layers, filters, err := q.sifted(layers)
	if err != nil {
		return nil, err
	}
	ask, err := q.nearby(origin, filters)
	if err != nil {
		return nil, err
	}
	d, _, err := q.district()
	if err != nil {
		return nil, err
	}
	if layers, err = q.near(layers, ask); err != nil {
		return nil, err
	}
	body := nearbyBody{Cursor: q.snap.Cursor(), At: q.day(d), CRS: c.String(), Position: at}
	return newReply(typeJSON, appendNearby(body, snapshot.Nearest(layers, ask), c)), nil
}

// nearby reads how many, how far and which features are wanted.
func (q *query) nearby(at orb.Point, filters map[geo.LayerID]*cql.Filter) (snapshot.Nearby, error) {
	ask := snapshot.Nearby{At: at}
	d, _, err := q.district()
	if err != nil {
		return ask, err
	}
	lights, err := q.lights("light")
	if err != nil {
		return ask, err
	}
	if ask.K, err = q.number("k", defaultNearest, 1, maxNearest); err != nil {
		return ask, err
	}
	if q.values.Has("radius") {
		ask.Within, err = strconv.ParseFloat(q.text("radius"), 64)
		if err != nil || !(ask.Within > 0 && ask.Within <= maxRadius) {
			return ask, badParameter("radius", detailf("“%s”应为大于 0、不超过 %d 的米数", "“%s” must be metres above 0, up to %d", q.text("radius"), maxRadius))
		}
	}
	sc := scope{district: d.Code, level: q.text(levelField), category: q.text(categoryField)}
	ask.Keep = func(i snapshot.Item) bool {
		f := filters[i.Layer()]
		return lights[i.Light()] && sc.holds(i) && (f == nil || f.Match(i))
	}
	return ask, nil
}

// sifted reads filter= for each layer. Layers that were named must all have the
// fields it speaks of; of all layers those are looked at that have them. A layer in
// the database is likewise looked at only where it can be asked.
func (q *query) sifted(layers []*snapshot.Layer) ([]*snapshot.Layer, map[geo.LayerID]*cql.Filter, error) {
	e, err := q.condition()
	if err != nil {
		return nil, nil, err
	}
	named := q.values.Has("layers")
	filters := map[geo.LayerID]*cql.Filter{}
	var out []*snapshot.Layer
	for _, l := range layers {
		d := l.Decl()
		refused := error(nil)
		if d.InDatabase() {
			refused = q.askedOfMemory(d.ID)
		}
		if e != nil && refused == nil {
			if filters[d.ID], refused = cql.Compile(e, d); refused != nil {
				refused = badFilter(refused)
			}
		}
		if refused == nil {
			out = append(out, l)
			continue
		}
		if err = refused; named {
			return nil, nil, err
		}
	}
	if len(out) == 0 && err != nil {
		return nil, nil, err // a field that no layer has
	}
	return out, filters, nil
}

// degrees reads crs=, a system of longitude and latitude; WGS 84 when it is absent.
func (q *query) degrees() (crs.CRS, error) {
	text := q.text("crs")
	if text == "" {
		return crs.CRS{}, nil
	}
	c, err := crs.Parse(text)
	if err != nil {
		return c, badParameter("crs", detailf("没有坐标系“%s”；可用 WGS84、CGCS2000、GCJ-02、BD-09", "There is no coordinate system “%s”; use WGS84, CGCS2000, GCJ-02 or BD-09", shorten(text)))
	}
	if !c.Degrees() {
		return c, badParameter("crs", detailf("%s 以米计；这里用经纬度：WGS84、CGCS2000、GCJ-02、BD-09", "%s is in metres; longitude and latitude are wanted here: WGS84, CGCS2000, GCJ-02 or BD-09", c.Name()))
	}
	return c, nil
}

// shorten keeps a foreign text from flooding a message.
func shorten(s string) string {
	const limit = 40
	if r := []rune(s); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return s
}

// position reads lon= and lat= in degrees.
func (q *query) position() (orb.Point, error) {
	var p orb.Point
	for axis, of := range []struct {
		name  string
		limit float64
	}{{"lon", 180}, {"lat", 90}} {
		text := q.text(of.name)
		if text == "" {
			return p, badParameter(of.name, detailf("缺少 %s（度）", "%s is missing; give it in degrees", of.name))
		}
		v, err := strconv.ParseFloat(text, 64)
		if err != nil || !(math.Abs(v) <= of.limit) {
			return p, badParameter(of.name, detailf("“%s”应为 ±%g 度以内的数", "“%s” must be a number of degrees within ±%g", text, of.limit))
		}
		p[axis] = v
	}
	return p, nil
}

// outside says that the system has no such position.
func outside(c crs.CRS, err error) error {
	var o *crs.OutsideError
	if !errors.As(err, &o) {
		return err
	}
	return badParameter("crs", detailf("%s 中没有位置 %.10g, %.10g", "%s has no position %.10g, %.10g", c.Name(), o.Point[0], o.Point[1]))
}

// layers gives those that layers= names, each once, in the order of their ids;
// all when it is absent.
func (q *query) layers() ([]*snapshot.Layer, error) {
	if !q.values.Has("layers") {
		return q.snap.Layers(), nil
	}
	ids := strings.Split(q.text("layers"), ",")
	slices.Sort(ids)
	var out []*snapshot.Layer
	for _, id := range slices.Compact(ids) {
		l, ok := q.snap.Layer(geo.LayerID(id))
		if !ok {
			return nil, unknownLayer(id).in("layers")
		}
		out = append(out, l)
	}
	return out, nil
}

// appendNearby writes the body with what was found as its items.
func appendNearby(body nearbyBody, found []snapshot.Neighbour, c crs.CRS) []byte {
	b := append(make([]byte, 0, 256+256*len(found)), `{"cursor":`...)
	b = jsontext.AppendString(b, string(body.Cursor))
	b = append(b, `,"at":`...)
	b = jsontext.AppendDate(b, body.At)
	b = appendStringMember(b, "crs", body.CRS)
	b = append(b, `,"position":`...)
	b = appendPosition(b, body.Position)
	b = append(b, `,"items":[`...)
	for n := range found {
		if n > 0 {
			b = append(b, ',')
		}
		b = appendNeighbour(b, &found[n], c)
	}
	return append(b, "]}"...)
}

// appendNeighbour takes no memory but what it writes: it is called for every
// feature of every answer.
func appendNeighbour(b []byte, n *snapshot.Neighbour, c crs.CRS) []byte {
	i := n.Item
	b = append(b, `{"layer":`...)
	b = jsontext.AppendString(b, string(i.Layer()))
	b = append(b, `,"id":`...)
	b = strconv.AppendUint(b, uint64(i.ID()), 10)
	b = append(b, `,"code":`...)
	b = jsontext.AppendString(b, i.Code())
	b = append(b, `,"name":`...)
	b = jsontext.AppendString(b, i.Name())
	b = append(b, `,"light":"`...)
	b = append(b, i.Light().String()...)
	b = append(b, `","status":`...)
	b = jsontext.AppendText(b, i.Status())
	b = append(b, `,"district":`...)
	b = jsontext.AppendString(b, i.District())
	b = append(b, `,"town":`...)
	b = jsontext.AppendString(b, i.Town())
	b = append(b, `,"towns":`...)
	b = appendTowns(b, i)
	b = append(b, `,"distance":`...)
	b = jsontext.AppendFloat(b, rounded(n.Metres, 3))
	b = append(b, `,"bearing":`...)
	if n.Metres > 0 {
		b = jsontext.AppendFloat(b, math.Mod(rounded(n.Bearing, 4), 360))
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"point":`...)
	if p, err := c.FromWGS84(n.Point); err == nil { // else it is null: that is its meaning
		b = appendPosition(b, orb.Point{rounded(p[0], 9), rounded(p[1], 9)})
	} else {
		b = append(b, "null"...)
	}
	return append(b, '}')
}

func appendTowns(b []byte, i snapshot.Item) []byte {
	b = append(b, '[')
	if first := i.Town(); first != "" {
		b = jsontext.AppendString(b, first)
		for _, name := range i.OtherTowns() {
			b = append(b, ',')
			b = jsontext.AppendString(b, name)
		}
	}
	return append(b, ']')
}

func appendPosition(b []byte, p orb.Point) []byte {
	b = append(b, '[')
	b = jsontext.AppendFloat(b, p[0])
	b = append(b, ',')
	b = jsontext.AppendFloat(b, p[1])
	return append(b, ']')
}

// rounded keeps so many decimals.
func rounded(v float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(v*scale) / scale
}
