// Package tiletest makes snapshots of a synthetic city for the tests of what is
// drawn from them.
package tiletest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// DistrictCode and DistrictName are of the city's first district.
const (
	DistrictCode = "990001"
	DistrictName = "东一区"
)

// Centre is the middle of the city, longitude and latitude in degrees.
var Centre = orb.Point{121.4, 31.2}

// Source is a geo.Loader of records in memory.
type Source struct {
	Decls   []geo.Layer
	Records []geo.Record
}

// Load gives the layers, then the records as they stand.
func (s *Source) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	dates := []geo.DistrictDate{{District: DistrictCode, Date: geo.NewDate(2022, 12, 31)}}
	if err := head(geo.Head{Cursor: "0", Layers: s.Decls, Dates: dates}); err != nil {
		return err
	}
	for _, r := range s.Records {
		if err := record(r); err != nil {
			return err
		}
	}
	return nil
}

// Lookup finds nothing: snapshots do not ask.
func (s *Source) Lookup(context.Context, geo.LayerID, []string) (map[string]geo.Ref, error) {
	return nil, nil
}

// Layers gives the declarations.
func (s *Source) Layers(context.Context) ([]geo.Layer, error) { return s.Decls, nil }

// Snapshot loads records of the core layers.
func Snapshot(tb testing.TB, records []geo.Record) *snapshot.Snapshot {
	tb.Helper()
	s, err := snapshot.Load(context.Background(), &Source{Decls: city.Layers(), Records: records})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// One makes a record of one feature. Its code is the layer and the id.
func One(layer geo.LayerID, id geo.ID, g orb.Geometry, p geo.Properties) geo.Record {
	f := geo.Feature{Layer: layer, ID: id, Code: fmt.Sprintf("%s-%d", layer, id), Version: 1, Geometry: g, Properties: p}
	return geo.Record{Layer: layer, ID: id, Feature: &f}
}

// outcomes are states by which projects are green, yellow, red and without light.
var outcomes = []string{"", city.GoalDone, city.GoalBehind, city.GoalFailed}

// Lit gives properties of a project, street or block of that light.
func Lit(layer geo.LayerID, name string, light geo.Light) geo.Properties {
	p := geo.Properties{"name": name}
	if s := outcomes[light]; s != "" {
		field := "state"
		if layer == city.Project {
			field = "goal_outcome"
		}
		p[field] = s
	}
	return p
}

// Edit changes a city at random: a feature comes, goes, moves, is renamed or
// lights up otherwise. It gives the new records, sharing those unchanged, and the
// changes from the old; next is the id for a new feature.
func Edit(rnd *rand.Rand, records []geo.Record, next geo.ID) ([]geo.Record, geo.Changes) {
	records = slices.Clone(records)
	changes := geo.Changes{Cursor: geo.Cursor(fmt.Sprint(next))}
	g := &maker{rnd: rnd, size: 60 * Metre * math.Sqrt(float64(max(len(records), 100)))}
	for range 1 + rnd.IntN(3) {
		i := rnd.IntN(len(records))
		f := *records[i].Feature
		f.Version++
		switch rnd.IntN(7) {
		case 0:
			i = len(records)
			records = append(records, geo.Record{})
			f = *One(city.Project, next, g.sites(), Lit(city.Project, g.name("新"), g.light())).Feature
			next++
		case 1:
			if f.Layer != city.District {
				changes.Records = append(changes.Records, geo.Record{Layer: f.Layer, ID: f.ID})
				records = slices.Delete(records, i, i+1)
				continue
			}
		case 2:
			f.Properties = f.Properties.Clone()
			f.Properties["name"] = g.name("改")
		case 3:
			f.Properties = f.Properties.Clone()
			f.Properties["note"] = g.name("注") // reaches no tile
		case 4, 5:
			p := Lit(f.Layer, f.Properties.Text("name"), geo.Light(rnd.IntN(4)))
			p["rank"] = f.Properties["rank"]
			f.Properties = p
		default:
			if f.Layer != city.District && f.Layer != city.Town {
				f.Geometry = g.sites()
			}
		}
		records[i] = geo.Record{Layer: f.Layer, ID: f.ID, Feature: &f}
		changes.Records = append(changes.Records, records[i])
	}
	return records, changes
}

// Reported gives a record a monthly report by which it has that light; its
// properties say nothing of it.
func Reported(r geo.Record, light geo.Light) geo.Record {
	r.Reports = nil
	if light != geo.None {
		actual := map[geo.Light]float64{geo.Green: 50, geo.Yellow: 40, geo.Red: 10}[light]
		r.Reports = []geo.Report{{Layer: r.Layer, Feature: r.ID, Date: geo.NewDate(2022, 12, 31), Version: 1,
			Properties: geo.Properties{geo.PlannedProgress: 50.0, geo.ActualProgress: actual}}}
	}
	return r
}

// Metre is a length in degrees of latitude; of longitude too, roughly enough.
const Metre = 1 / 111_000.0

// City makes a city of about n features round the Centre, the same for the same
// n: four districts that share borders, towns, rivers, streets with a vertex
// every 50 metres, blocks with holes, projects of every kind of geometry.
func City(n int) []geo.Record {
	g := &maker{rnd: rand.New(rand.NewPCG(7, uint64(n))), size: 60 * Metre * math.Sqrt(float64(max(n, 100)))}
	g.districts()
	for range max(1, n/200) {
		g.add(city.RiverSection, g.wander(g.anywhere(), 150, 60*Metre), Lit(city.Block, g.name("河"), geo.None))
	}
	for range n * 6 / 10 {
		p := Lit(city.Street, g.name("路"), g.light())
		p["rank"] = int64(1 + g.rnd.IntN(4))
		g.add(city.Street, g.wander(g.anywhere(), 4+g.rnd.IntN(12), 50*Metre), p)
	}
	for range n / 10 {
		g.add(city.Block, g.blob(g.anywhere(), (50+200*g.rnd.Float64())*Metre), Lit(city.Block, g.name("街区"), g.light()))
	}
	for range n * 3 / 10 {
		p := Lit(city.Project, g.name("项目"), g.light())
		p["category"], p["level"] = []string{"市政", "民生", "住宅"}[g.rnd.IntN(3)], "区属"
		g.add(city.Project, g.sites(), p)
	}
	return g.records
}

type maker struct {
	rnd     *rand.Rand
	size    float64 // of the city's side in degrees
	records []geo.Record
}

func (g *maker) add(l geo.LayerID, shape orb.Geometry, p geo.Properties) {
	shape = orb.Round(shape, 1e7) // so that every processor makes the same city
	g.records = append(g.records, One(l, geo.ID(len(g.records)+1), shape, p))
}

func (g *maker) name(kind string) string { return fmt.Sprintf("第%d%s", g.rnd.IntN(500), kind) }

// light is red for 2 of 100, yellow for 18, green for 60.
func (g *maker) light() geo.Light {
	switch k := g.rnd.IntN(100); {
	case k < 2:
		return geo.Red
	case k < 20:
		return geo.Yellow
	case k < 80:
		return geo.Green
	}
	return geo.None
}

func (g *maker) anywhere() orb.Point {
	return orb.Point{Centre[0] + (g.rnd.Float64()-0.5)*g.size, Centre[1] + (g.rnd.Float64()-0.5)*g.size}
}

// wander gives a line of n steps that turns slowly.
func (g *maker) wander(from orb.Point, n int, step float64) orb.LineString {
	line, dir := orb.LineString{from}, g.rnd.Float64()*2*math.Pi
	for range n {
		dir += (g.rnd.Float64() - 0.5) * 0.6
		from = orb.Point{from[0] + step*math.Cos(dir), from[1] + step*math.Sin(dir)}
		line = append(line, from)
	}
	return line
}

// blob gives a star-shaped polygon, one in three with a hole.
func (g *maker) blob(at orb.Point, radius float64) orb.Polygon {
	ring := func(r, wobble float64, n int) orb.Ring {
		var out orb.Ring
		for i := range n {
			a, d := 2*math.Pi*float64(i)/float64(n), r*(1-wobble*g.rnd.Float64())
			out = append(out, orb.Point{at[0] + d*math.Cos(a), at[1] + d*math.Sin(a)})
		}
		return append(out, out[0])
	}
	p := orb.Polygon{ring(radius, 0.4, 9)}
	if g.rnd.IntN(3) == 0 {
		hole := ring(radius*0.4, 0.3, 6)
		hole.Reverse()
		p = append(p, hole)
	}
	return p
}

func (g *maker) sites() orb.Geometry {
	at := g.anywhere()
	switch g.rnd.IntN(12) {
	case 0:
		return orb.MultiPoint{at, g.anywhere()}
	case 1:
		return g.wander(at, 10, 50*Metre)
	case 2:
		return orb.MultiLineString{g.wander(at, 5, 50*Metre), g.wander(g.anywhere(), 5, 50*Metre)}
	case 3:
		return g.blob(at, 100*Metre)
	case 4:
		return orb.MultiPolygon{g.blob(at, 80*Metre), g.blob(orb.Point{at[0] + 400*Metre, at[1]}, 80*Metre)}
	case 5:
		return orb.Collection{at, g.wander(at, 6, 50*Metre), g.blob(orb.Point{at[0], at[1] + 300*Metre}, 60*Metre)}
	}
	return at
}

// districts parts the square into four districts, and each into nine towns, along
// jagged borders of which neighbours have the same vertices.
func (g *maker) districts() {
	const side, fine = 6, 12 // towns along a side; vertices along a town's side
	grid := make([][]orb.Point, side*fine+1)
	for i := range grid {
		grid[i] = make([]orb.Point, side*fine+1)
		for k := range grid[i] {
			jitter := func() float64 { return (g.rnd.Float64() - 0.5) * 0.5 }
			grid[i][k] = orb.Point{
				Centre[0] + g.size*((float64(i)+jitter())/(side*fine)-0.5),
				Centre[1] + g.size*((float64(k)+jitter())/(side*fine)-0.5),
			}
		}
	}
	outline := func(i, k, n int) orb.Polygon {
		var r orb.Ring
		for d := range n {
			r = append(r, grid[i+d][k])
		}
		for d := range n {
			r = append(r, grid[i+n][k+d])
		}
		for d := range n {
			r = append(r, grid[i+n-d][k+n])
		}
		for d := range n {
			r = append(r, grid[i][k+n-d])
		}
		return orb.Polygon{append(r, r[0])}
	}
	names := []string{DistrictName, "东二区", "西一区", "西二区"}
	for d := range 4 {
		i, k := d/2*side*fine/2, d%2*side*fine/2
		code := fmt.Sprintf("99000%d", d+1)
		g.add(city.District, outline(i, k, side*fine/2), geo.Properties{"name": names[d]})
		g.records[len(g.records)-1].Feature.Code = code
		for t := range 9 {
			g.add(city.Town, outline(i+t/3*fine, k+t%3*fine, fine), geo.Properties{"name": fmt.Sprintf("%d号街道", d*9+t), "district": code})
		}
	}
}
