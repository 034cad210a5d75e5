package ogc

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/project"

	"yiping/geo"
	"yiping/geo/crs"
	"yiping/geo/format/geojson"
	"yiping/geo/snapshot"
)

// Sent is the body of a request that creates or changes a feature.
type Sent struct {
	Layer *geo.Layer
	// Was is the feature as it is; nil: it is to be made.
	Was *snapshot.Item
	// Merge says that what the body leaves out stays (RFC 7396); else the body is
	// the whole feature.
	Merge bool
	// ContentCRS is that header: the system of the body's coordinates, which follow
	// its axis order; "" is CRS84.
	ContentCRS string
	JSON       []byte
}

// Feature reads the body as a feature of the layer, checked and in degrees.
// Errors are *Fault or *geo.Error and name the member or property at fault.
func (s Sent) Feature() (geo.Feature, error) {
	from, err := s.system()
	if err != nil {
		return geo.Feature{}, err
	}
	members, err := s.members()
	if err != nil {
		return geo.Feature{}, err
	}
	f := geo.Feature{Layer: s.Layer.ID, Properties: geo.Properties{}}
	if s.Was != nil {
		f = s.Was.Feature()
	}
	if raw, told := members["geometry"]; told {
		if f.Geometry, f.Z, err = s.geometry(raw, from); err != nil {
			return f, err
		}
	}
	if raw, told := members["properties"]; told {
		if err := s.properties(&f, raw); err != nil {
			return f, err
		}
	}
	f, err = s.Layer.Normalize(f)
	var e *geo.Error
	if errors.As(err, &e) && e.Field == "geom" {
		named := *e
		named.Field = "geometry"
		return f, &named
	}
	return f, err
}

func (s Sent) system() (crs.CRS, error) {
	if s.ContentCRS == "" {
		return crs.CRS{}, nil
	}
	uri, ok := strings.CutPrefix(strings.TrimSpace(s.ContentCRS), "<")
	uri, closed := strings.CutSuffix(uri, ">")
	for _, c := range offered() {
		if ok && closed && uri == c.URI() {
			return c, nil
		}
	}
	return crs.CRS{}, bad("Content-Crs", "“%s”不是要素集提供的坐标系；写法如 <%s>", "“%s” is not a coordinate system of the collection, like <%s>", s.ContentCRS, crs84)
}

// members parts the body. What a feature as answered has besides is passed over;
// anything else would be lost unnoticed.
func (s Sent) members() (map[string]json.RawMessage, error) {
	var members map[string]json.RawMessage
	d := json.NewDecoder(bytes.NewReader(s.JSON))
	if err := d.Decode(&members); err != nil || members == nil {
		return nil, bad("", "请求体不是 GeoJSON 要素（JSON 对象）", "The body is not a GeoJSON feature, a JSON object")
	}
	if d.More() {
		return nil, bad("", "GeoJSON 要素之后还有内容", "There is more behind the GeoJSON feature")
	}
	for name := range members {
		switch name {
		case "type", "id", "geometry", "properties", "links", "bbox":
		case "crs":
			return nil, bad(name, "坐标系用请求头 Content-Crs 指明，不用成员 crs", "Name the coordinate system in the header Content-Crs, not in the member crs")
		default:
			return nil, bad(name, "要素没有成员“%s”；属性写在 properties 内", "A feature has no member “%s”; its properties stand within properties", name)
		}
	}
	if s.Merge {
		return members, s.same(members)
	}
	var kind string
	if json.Unmarshal(members["type"], &kind) != nil || kind != "Feature" {
		return nil, bad("type", "type 应为 Feature", "The type must be Feature")
	}
	if _, told := members["geometry"]; !told && s.Layer.Geometry != geo.NoGeometry {
		return nil, bad("geometry", "缺 geometry；没有几何则写 null", "The geometry is missing; write null where there is none")
	}
	if _, told := members["properties"]; !told {
		return nil, bad("properties", "缺 properties", "The properties are missing")
	}
	return members, s.same(members)
}

// same refuses a body that says it is another feature than that of the address.
func (s Sent) same(members map[string]json.RawMessage) error {
	raw, told := members["id"]
	if s.Was == nil || !told {
		return nil
	}
	if id := strconv.FormatUint(uint64(s.Was.ID()), 10); strings.Trim(string(raw), `"`) != id {
		return bad("id", "请求体的 id 是 %s，地址中是 %s", "The id of the body is %s, that of the address %s", raw, id)
	}
	return nil
}

// geometry reads a geometry in a system. A vertex that the feature has, and was
// answered with in that system, rounded, is taken as the one it has: an edit moves
// no vertex that it did not touch.
func (s Sent) geometry(raw json.RawMessage, from crs.CRS) (orb.Geometry, []float64, error) {
	g, z, err := geojson.ParseGeometry(raw)
	if err != nil || g == nil {
		return nil, nil, err
	}
	known, err := s.vertices(from)
	if err != nil {
		return nil, nil, err
	}
	g = project.Geometry(g, func(p orb.Point) orb.Point {
		if err != nil {
			return p
		}
		if q, ok := known[p]; ok {
			return q
		}
		var q orb.Point
		if q, err = inward(p, from); err != nil {
			if looksLikeDegrees(p) && !from.Degrees() {
				err = bad("geometry", "坐标 %.10g, %.10g 看来是经纬度，而 %s 以米计；去掉 Content-Crs，或写 <"+degreesURI+">（纬度在前）",
					"The position %.10g, %.10g looks like longitude and latitude, but %s is in metres; leave Content-Crs out, or say <"+degreesURI+"> (latitude first)", p[0], p[1], from.Name())
				return q
			}
			err = bad("geometry", "坐标 %.10g, %.10g 不在坐标系 %s 的范围内；请按其轴序书写，坐标系用 Content-Crs 指明",
				"The position %.10g, %.10g is beyond %s; write it in the order of its axes, and name the system in Content-Crs", p[0], p[1], from.Name())
		}
		return q
	})
	return g, z, err
}

const degreesURI = "http://www.opengis.net/def/crs/EPSG/0/4490"

// looksLikeDegrees takes either order.
func looksLikeDegrees(p orb.Point) bool {
	return math.Abs(p[0]) <= 180 && math.Abs(p[1]) <= 180
}

// vertices gives the feature's own vertices by how they are answered in a system.
func (s Sent) vertices(to crs.CRS) (map[orb.Point]orb.Point, error) {
	if s.Was == nil || to.Degrees() {
		return nil, nil
	}
	known := map[orb.Point]orb.Point{}
	_ = geo.EachPoint(s.Was.Geometry(), func(p orb.Point) error {
		if q, err := expressed(p, to); err == nil { // what cannot be answered was not
			known[q] = p
		}
		return nil
	})
	return known, nil
}

// properties enters those of the body. Where they are the whole, what is left out
// is cleared.
func (s Sent) properties(f *geo.Feature, raw json.RawMessage) error {
	var given map[string]any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	if err := d.Decode(&given); err != nil {
		return bad("properties", "properties 应为对象或 null", "The properties are neither an object nor null")
	}
	shown := properties(s.Layer)
	if !s.Merge {
		f.Code = ""
		for _, p := range shown {
			delete(f.Properties, p.name)
		}
	}
	for name, v := range given {
		if slices.ContainsFunc(shown, func(p property) bool { return p.name == name && p.computed() }) {
			if err := s.unmoved(name, v); err != nil {
				return err
			}
			continue
		}
		if name == "code" {
			code, ok := text(v)
			if !ok {
				return bad(name, "编码应为文字", "The code must be a text")
			}
			f.Code = code
			continue
		}
		f.Properties[name] = v
	}
	return nil
}

// text reads what stands for one: a number names a code as well.
func text(v any) (string, bool) {
	switch v := v.(type) {
	case nil:
		return "", true
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

// unmoved lets a light pass that is the feature's own, as a client sends back what
// it was answered, and refuses another: lights are computed.
func (s Sent) unmoved(name string, v any) error {
	var own any
	if s.Was != nil {
		own = s.Was.Light().String()
		if name == "overdue" {
			own = s.Was.Overdue()
		}
	}
	if v == nil || v == own || s.Was == nil && (v == geo.None.String() || v == false) {
		return nil
	}
	return bad(name, "“%s”由系统计算，不能填写；请略去", "“%s” is computed and cannot be entered; leave it out", name)
}
