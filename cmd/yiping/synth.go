package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
)

func synthCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	n := fs.Int("features", 10000, "`N` features in all")
	number := fs.Uint64("random", 1, "`NUMBER` that the random choices follow from")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		if *n < 1 || *n > 100_000_000 {
			return usage("--features must be 1 to 100000000")
		}
		return withStore(ctx, *url, true, func(store geo.Store) error {
			if err := refuseRegister(ctx, store); err != nil {
				return err
			}
			started := time.Now()
			if err := synthesize(ctx, store, synthesis{features: *n, number: *number, progress: p.err}); err != nil {
				return err
			}
			fmt.Fprintf(p.out, "%d features in %.1f s\n", *n, time.Since(started).Seconds())
			return nil
		})
	}
}

// refuseRegister keeps made-up features out of a store that holds a city's
// register: one with districts.
func refuseRegister(ctx context.Context, store geo.Store) error {
	found, err := store.Lookup(ctx, city.District, nil)
	switch {
	case geo.CodeOf(err) == geo.NotFound || err == nil && len(found) == 0:
		return nil
	case err != nil:
		return err
	}
	return &geo.Error{Code: geo.Conflict, Message: "the store holds the register of a city, which made-up features would falsify",
		Mend: "name another store with --store"}
}

// synthBatch is how many features land in one batch.
const synthBatch = 5000

type synthesis struct {
	features int
	number   uint64
	progress io.Writer
}

// synthesize writes the city in batches. Each has an idempotency key, so that a
// run that was broken off goes on where it stopped.
func synthesize(ctx context.Context, store geo.Writer, s synthesis) error {
	for from := 0; from < s.features; from += synthBatch {
		to := min(from+synthBatch, s.features)
		b := geo.Batch{Actor: "system:synth", Key: fmt.Sprintf("synth:%d:%d:%d", s.number, s.features, from), Note: "synthetic city"}
		b.Edits = sortedCity(s.number, from, to)
		if _, err := store.Apply(ctx, b); err != nil {
			return err
		}
		if to%(20*synthBatch) == 0 || to == s.features {
			fmt.Fprintf(s.progress, "yiping: synth: %d of %d\n", to, s.features)
		}
	}
	return nil
}

// sortedCity gives features [from, to) with those of a layer together and their
// reports behind them: a store lands edits that are alike by one statement.
func sortedCity(number uint64, from, to int) []geo.Edit {
	all := make([][]geo.Edit, 0, to-from)
	for i := from; i < to; i++ {
		all = append(all, synthetic(number, i))
	}
	slices.SortStableFunc(all, func(a, b []geo.Edit) int { return cmp.Compare(a[0].Feature.Layer, b[0].Feature.Layer) })
	edits := make([]geo.Edit, 0, 2*len(all))
	for _, of := range all {
		edits = append(edits, of[0])
	}
	for created, of := range all {
		for _, e := range of[1:] {
			e.Of = created + 1
			edits = append(edits, e)
		}
	}
	return edits
}

// centre is a point around which the city is dense: weight of it, spread in
// degrees of longitude.
type centre struct {
	name                  string
	lon, lat, weight, far float64
}

func centres() []centre {
	return []centre{
		{"黄浦", 121.485, 31.232, 16, 0.025}, {"静安", 121.450, 31.240, 12, 0.025}, {"徐汇", 121.437, 31.188, 11, 0.030},
		{"长宁", 121.400, 31.220, 9, 0.030}, {"虹口", 121.500, 31.265, 8, 0.022}, {"杨浦", 121.525, 31.275, 9, 0.030},
		{"普陀", 121.395, 31.255, 8, 0.030}, {"浦东", 121.560, 31.220, 20, 0.080}, {"闵行", 121.380, 31.110, 12, 0.060},
		{"宝山", 121.480, 31.400, 8, 0.060}, {"嘉定", 121.260, 31.375, 7, 0.070}, {"松江", 121.225, 31.030, 7, 0.070},
		{"青浦", 121.120, 31.150, 6, 0.080}, {"奉贤", 121.470, 30.915, 5, 0.080}, {"金山", 121.340, 30.745, 4, 0.050},
		{"崇明", 121.500, 31.640, 3, 0.130},
	}
}

// synthetic gives feature i of the city; it depends on nothing but its arguments.
// Of 34 features 10 are projects, 20 streets, 2 rivers, 2 blocks.
func synthetic(number uint64, i int) []geo.Edit {
	g := &synthesizer{rng: rand.New(rand.NewPCG(number, uint64(i)))}
	at := g.place()
	switch k := i % 34; {
	case k < 10:
		return g.project(i, at)
	case k < 30:
		return g.street(i, at)
	case k < 32:
		return g.river(i, at)
	}
	return g.block(i, at)
}

type synthesizer struct {
	rng  *rand.Rand
	near string // name of the centre
}

// place draws a position: nine of ten around a centre, the rest anywhere.
func (g *synthesizer) place() orb.Point {
	all, sum := centres(), 0.0
	for _, c := range all {
		sum += c.weight
	}
	pick := g.rng.Float64() * sum
	at := all[0]
	for _, c := range all {
		if at = c; pick < c.weight {
			break
		}
		pick -= c.weight
	}
	g.near = at.name
	if g.rng.Float64() < 0.1 {
		return round(120.85+1.35*g.rng.Float64(), 30.70+1.20*g.rng.Float64())
	}
	return round(at.lon+at.far*g.rng.NormFloat64(), at.lat+0.86*at.far*g.rng.NormFloat64())
}

// round keeps 7 decimals, about a centimetre, inside the frame of the city.
func round(lon, lat float64) orb.Point {
	r := func(x, lo, hi float64) float64 { return math.Round(max(lo, min(hi, x))*1e7) / 1e7 }
	return orb.Point{r(lon, 120.85, 122.2), r(lat, 30.7, 31.9)}
}

func pick[T any](g *synthesizer, of ...T) T { return of[g.rng.IntN(len(of))] }

func (g *synthesizer) feature(layer geo.LayerID, code string, shape orb.Geometry, p geo.Properties) geo.Edit {
	p["located"] = "示意"
	return geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: layer, Code: code, Geometry: shape, Properties: p}}
}

// progress gives a monthly report: seven of ten on plan, two behind, one far behind.
func (g *synthesizer) progress(layer geo.LayerID) geo.Edit {
	plan, behind := float64(40+g.rng.IntN(61)), float64(g.rng.IntN(4))
	switch x := g.rng.Float64(); {
	case x > 0.9:
		behind = 16 + float64(g.rng.IntN(20))
	case x > 0.7:
		behind = 6 + float64(g.rng.IntN(9))
	}
	return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: layer, Date: geo.NewDate(2022, 12, 31), Properties: geo.Properties{
		geo.PlannedProgress: plan, geo.ActualProgress: plan - behind, "basis": "示意数据"}}}
}

func (g *synthesizer) project(i int, at orb.Point) []geo.Edit {
	kind := pick(g, "市政道路", "河道整治", "雨污分流", "绿化提升", "学校新建", "医院扩建", "保障住房", "轨道交通", "管网改造", "公园建设")
	return []geo.Edit{g.feature(city.Project, fmt.Sprintf("SP%08d", i), at, geo.Properties{
		"name": fmt.Sprintf("%s区%s工程%d期", g.near, kind, 1+g.rng.IntN(40)), "category": kind, "level": pick(g, "市属", "区属"),
		"unit":       fmt.Sprintf("%s%d公司", pick(g, "城建集团", "水务集团", "建工集团", "地产集团"), 1+g.rng.IntN(12)),
		"investment": math.Round(50+math.Exp(9*g.rng.Float64())*10) / 100, "year": int64(2022),
	}), g.progress(city.Project)}
}

// walk draws a wandering line of n vertices.
func (g *synthesizer) walk(at orb.Point, n int, step, wander float64) orb.LineString {
	line, heading := make(orb.LineString, 0, n), 2*math.Pi*g.rng.Float64()
	for len(line) < n {
		line = append(line, at)
		heading += (g.rng.Float64() - 0.5) * wander
		far := step * (0.6 + 0.8*g.rng.Float64())
		next := round(at[0]+far*math.Cos(heading), at[1]+0.86*far*math.Sin(heading))
		if next == at { // pressed into a corner of the frame
			heading += math.Pi
			continue
		}
		at = next
	}
	return line
}

func (g *synthesizer) street(i int, at orb.Point) []geo.Edit {
	return []geo.Edit{g.feature(city.Street, fmt.Sprintf("SS%08d", i), g.walk(at, 4+g.rng.IntN(9), 0.0008, 0.3), geo.Properties{
		"name": fmt.Sprintf("%s路%d弄", g.near, 1+g.rng.IntN(4000)), "rank": int64(1 + g.rng.IntN(4))}), g.progress(city.Street)}
}

func (g *synthesizer) river(i int, at orb.Point) []geo.Edit {
	classes := geo.WaterClasses
	sample := geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.RiverSection, Date: geo.NewDate(2022, 12, 31), Properties: geo.Properties{
		"water_class": classes[2+g.rng.IntN(4)], "basis": "示意数据"}}}
	return []geo.Edit{g.feature(city.RiverSection, fmt.Sprintf("SR%08d", i), g.walk(at, 20+g.rng.IntN(41), 0.0005, 0.7), geo.Properties{
		"name": fmt.Sprintf("%s河第%d段", g.near, 1+g.rng.IntN(400)), "level": pick(g, "市管", "区管", "镇管"), "target_class": "Ⅳ"}), sample}
}

// block draws a convex ring: vertices at rising angles on an ellipse.
func (g *synthesizer) block(i int, at orb.Point) []geo.Edit {
	n := 5 + g.rng.IntN(10)
	a, b := 0.0008+0.002*g.rng.Float64(), 0.0008+0.002*g.rng.Float64()
	at = orb.Point{max(120.86, min(122.19, at[0])), max(30.71, min(31.89, at[1]))}
	ring := make(orb.Ring, 0, n+1)
	for k := range n {
		angle := 2 * math.Pi * (float64(k) + 0.8*g.rng.Float64()) / float64(n)
		ring = append(ring, round(at[0]+a*math.Cos(angle), at[1]+b*math.Sin(angle)))
	}
	ring = append(ring, ring[0])
	return []geo.Edit{g.feature(city.Block, fmt.Sprintf("SB%08d", i), orb.Polygon{ring}, geo.Properties{
		"name": fmt.Sprintf("%s街区%d", g.near, 1+g.rng.IntN(900)), "state": pick(g, "在建", "已建成")}), g.progress(city.Block)}
}
