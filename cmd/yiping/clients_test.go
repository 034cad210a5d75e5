package main_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"
	"github.com/paulmach/orb/encoding/wkb"
	"github.com/peterstace/simplefeatures/geom"

	"yiping/geo"
	"yiping/geo/gpkg"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
)

// truth is what a store holds: what programs of others must read of it.
type truth struct {
	layers []geo.Layer
	rows   map[geo.LayerID]map[string]*geo.Feature // by code
}

func truthOf(t *testing.T, url string) truth {
	t.Helper()
	var store interface {
		geo.Store
		Close() error
	}
	var err error
	if path, file := strings.CutPrefix(url, "gpkg:"); file {
		store, err = gpkg.Open(t.Context(), path, gpkg.Options{})
	} else {
		store, err = postgis.Open(t.Context(), url, postgis.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	held := truth{rows: map[geo.LayerID]map[string]*geo.Feature{}}
	err = store.Load(context.WithoutCancel(t.Context()), func(h geo.Head) error {
		held.layers = h.Layers
		for _, l := range h.Layers {
			held.rows[l.ID] = map[string]*geo.Feature{}
		}
		return nil
	}, func(r geo.Record) error {
		held.rows[r.Layer][r.Feature.Code] = r.Feature
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return held
}

// client is a feature as another program read it.
type client struct {
	attributes map[string]any // as JSON has them
	shape      orb.Geometry
}

// compare wants the features with these codes, each with every field of the layer
// and, unless near is given, the very coordinates. near says where the program
// should have put a place, and how far off it may be.
func (held truth) compare(t *testing.T, l *geo.Layer, codes map[string]bool, got []client, near *projection) {
	t.Helper()
	if len(got) != len(codes) {
		t.Errorf("%s: %d features, want %d", l.ID, len(got), len(codes))
	}
	seen := map[string]bool{}
	for _, g := range got {
		code, _ := g.attributes["code"].(string)
		want := held.rows[l.ID][code]
		if !codes[code] || seen[code] || want == nil {
			t.Errorf("%s: code %q was not to be read, or twice", l.ID, code)
			continue
		}
		seen[code] = true
		for _, f := range l.Fields {
			if v, read := g.attributes[f.Name]; !read || !sameValue(want.Properties[f.Name], v) {
				t.Errorf("%s %s: %s is %#v (%t), want %#v", l.ID, code, f.Name, v, read, want.Properties[f.Name])
			}
		}
		switch {
		case near == nil && !sameShape(g.shape, want.Geometry):
			t.Errorf("%s %s: %v, want %v", l.ID, code, g.shape, want.Geometry)
		case near != nil:
			near.check(t, code, g.shape, want.Geometry)
		}
	}
}

// sameValue compares what a store holds with what a program brought as JSON. QGIS
// takes types from the first page: what comes later in a column that was empty
// there becomes text, 1 for true and 2023/10/31 for a day, as in a column of texts
// a text does that looks like a day. A text that looks like JSON GDAL writes as
// JSON.
func sameValue(want, got any) bool {
	switch w := want.(type) {
	case nil:
		return got == nil || got == ""
	case geo.Date:
		return got == w.String() || got == strings.ReplaceAll(w.String(), "-", "/")
	case time.Time:
		s, _ := got.(string)
		at, err := time.Parse(time.RFC3339, s)
		return err == nil && at.Equal(w)
	case int64:
		return sameNumber(float64(w), got)
	case float64:
		return sameNumber(w, got)
	case bool:
		return got == w || got == strconv.FormatBool(w) || got == map[bool]string{true: "1", false: "0"}[w]
	case string:
		if _, other := got.(map[string]any); other {
			var meant any
			return json.Unmarshal([]byte(w), &meant) == nil && reflect.DeepEqual(meant, got)
		}
		return got == w || got == strings.ReplaceAll(w, "-", "/") // a text that is a day
	}
	return got == want
}

func sameNumber(want float64, got any) bool {
	switch g := got.(type) {
	case float64:
		return g == want
	case string:
		v, err := strconv.ParseFloat(g, 64)
		return err == nil && v == want
	}
	return false
}

// sameShape takes a multi-geometry of one part for the part: some programs make
// all of a layer multi.
func sameShape(a, b orb.Geometry) bool {
	a, b = single(a), single(b)
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return orb.Equal(a, b)
}

func single(g orb.Geometry) orb.Geometry {
	switch m := g.(type) {
	case orb.MultiPoint:
		if len(m) == 1 {
			return m[0]
		}
	case orb.MultiLineString:
		if len(m) == 1 {
			return m[0]
		}
	case orb.MultiPolygon:
		if len(m) == 1 {
			return m[0]
		}
	}
	return g
}

// projection is where places are in another system, easting before northing.
type projection struct {
	to    func(orb.Point) (orb.Point, error)
	slack float64 // in units of the system
	swap  bool    // the authority's order was read: northing first
}

func (p *projection) check(t *testing.T, code string, got, want orb.Geometry) {
	t.Helper()
	g, w := vertices(got), vertices(want)
	if len(g) != len(w) {
		t.Errorf("%s: %d vertices, want %d", code, len(g), len(w))
		return
	}
	for k := range w {
		at, err := p.to(w[k])
		if err != nil {
			t.Fatal(code, err)
		}
		if p.swap {
			at[0], at[1] = at[1], at[0]
		}
		if math.Abs(at[0]-g[k][0]) > p.slack || math.Abs(at[1]-g[k][1]) > p.slack {
			t.Errorf("%s: a vertex at %v, want %v", code, g[k], at)
			return
		}
	}
}

func vertices(g orb.Geometry) (out []orb.Point) {
	switch s := g.(type) {
	case orb.Point:
		return []orb.Point{s}
	case orb.MultiPoint:
		return s
	case orb.LineString:
		return s
	case orb.Ring:
		return s
	case orb.MultiLineString:
		for _, part := range s {
			out = append(out, part...)
		}
	case orb.Polygon:
		for _, ring := range s {
			out = append(out, ring...)
		}
	case orb.MultiPolygon:
		for _, part := range s {
			out = append(out, vertices(part)...)
		}
	case orb.Collection:
		for _, part := range s {
			out = append(out, vertices(part)...)
		}
	}
	return out
}

// codes are those of the features of a layer that keep lets through.
func (held truth) codes(l geo.LayerID, keep func(*geo.Feature) bool) map[string]bool {
	out := map[string]bool{}
	for code, f := range held.rows[l] {
		if keep == nil || keep(f) {
			out[code] = true
		}
	}
	return out
}

// within keeps what has a place in common with the rectangle.
func within(t *testing.T, b orb.Bound) func(*geo.Feature) bool {
	area := flat(t, b.ToPolygon())
	return func(f *geo.Feature) bool { return f.Geometry != nil && geom.Intersects(flat(t, f.Geometry), area) }
}

func flat(t *testing.T, g orb.Geometry) geom.Geometry {
	t.Helper()
	raw, err := wkb.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	out, err := geom.UnmarshalWKB(raw)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// department is a service on PostGIS, with the roles that the README gives.
type department struct {
	*node
	store, name    string
	reader, editor string // connections in the words of libpq
}

func openDepartment(t *testing.T, seeds string, flags ...string) department {
	t.Helper()
	address := pgtest.URL(t)
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		t.Fatal(err)
	}
	admin, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	name := cfg.Database
	run := func(sql string) {
		if _, err := admin.Exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	owner := "yiping_" + name
	run("CREATE ROLE " + owner + " LOGIN; ALTER DATABASE " + name + " OWNER TO " + owner)
	own, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	own.User = url.User(owner)
	n := serve(t, append([]string{"--store", own.String(), "--seed", seeds}, flags...)...)
	script := readmeBlock(t, "sql")
	for _, r := range []string{"gis_reader", "gis_editor", "wang", "zhang"} {
		script = strings.ReplaceAll(script, r, r+"_"+name)
	}
	run(strings.ReplaceAll(script, "ROLE yiping", "ROLE "+owner))
	as := func(role string) string {
		return fmt.Sprintf("dbname='%s' host=%s port=%d user='%s_%s'", name, cfg.Host, cfg.Port, role, name)
	}
	return department{n, own.String(), name, as("wang"), as("zhang")}
}
