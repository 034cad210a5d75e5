package snapshot_test

import (
	"context"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// works is a layer of lines with five fields.
func works() geo.Layer {
	return geo.Layer{ID: "works", Geometry: geo.Lines, Label: "name", Fields: []geo.Field{
		{Name: "name", Type: geo.TextField}, {Name: "category", Type: geo.TextField}, {Name: "state", Type: geo.TextField},
		{Name: "length", Type: geo.FloatField}, {Name: "due", Type: geo.DateField},
	}, Light: geo.LightRule{Kind: geo.DeadlineRule, State: "state", Done: []string{"完成"}, Due: "due"}}
}

// synthetic loads n features of 11 vertices, made as they are asked for.
type synthetic struct {
	geo.Loader
	n      int
	rounds bool // coordinates have seven decimals, as in files; else all the bits of a float64
}

func (m synthetic) record(r *rand.Rand, id int) geo.Record {
	at := func(p orb.Point) orb.Point {
		if m.rounds {
			return orb.Point{math.Round(p[0]*1e7) / 1e7, math.Round(p[1]*1e7) / 1e7}
		}
		return p
	}
	p := orb.Point{121 + r.Float64(), 31 + r.Float64()}
	l := make(orb.LineString, 11)
	for i := range l {
		l[i] = at(p)
		p = orb.Point{p[0] + r.NormFloat64()/2000, p[1] + r.NormFloat64()/2000}
	}
	return geo.Record{Layer: "works", ID: geo.ID(id), Feature: &geo.Feature{Layer: "works", ID: geo.ID(id), Version: 1,
		Code: fmt.Sprintf("W-%07d", id), Geometry: l, Properties: geo.Properties{
			"name": fmt.Sprintf("道路%d号", id), "category": fmt.Sprint("类别", id%12), "state": []string{"完成", "在建"}[id%2],
			"length": float64(id % 5000), "due": geo.NewDate(2022, 1, id%600)}}}
}

func (m synthetic) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	if err := head(geo.Head{Layers: []geo.Layer{works()}}); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 0))
	for id := 1; id <= m.n; id++ {
		if err := record(m.record(r, id)); err != nil {
			return err
		}
	}
	return nil
}

// plain is the baseline: a map of records.
func (m synthetic) plain() map[geo.ID]geo.Record {
	out := map[geo.ID]geo.Record{}
	r := rand.New(rand.NewPCG(1, 0))
	for id := 1; id <= m.n; id++ {
		out[geo.ID(id)] = m.record(r, id)
	}
	return out
}

func (m synthetic) snapshot(b *testing.B) *snapshot.Snapshot {
	b.Helper()
	s, err := snapshot.Options{Now: noon}.Load(context.Background(), m)
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// heap is what is in use after a collection.
func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkMemory(b *testing.B) {
	const n = 100_000
	for _, rounds := range []bool{true, false} {
		m := synthetic{n: n, rounds: rounds}
		b.Run(fmt.Sprintf("snapshot rounded=%v", rounds), func(b *testing.B) {
			for b.Loop() {
				before := heap()
				s := m.snapshot(b)
				b.ReportMetric(float64(heap()-before)/n, "B/feature")
				runtime.KeepAlive(s)
			}
		})
	}
	b.Run("map of structs", func(b *testing.B) {
		for b.Loop() {
			before := heap()
			s := synthetic{n: n}.plain()
			b.ReportMetric(float64(heap()-before)/n, "B/feature")
			runtime.KeepAlive(s)
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	const n = 100_000
	b.Run("snapshot", func(b *testing.B) {
		for b.Loop() {
			synthetic{n: n, rounds: true}.snapshot(b)
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "features/s")
	})
	b.Run("map of structs", func(b *testing.B) {
		for b.Loop() {
			synthetic{n: n, rounds: true}.plain()
		}
		b.ReportMetric(n*float64(b.N)/b.Elapsed().Seconds(), "features/s")
	})
}

func BenchmarkApply(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		m := synthetic{n: n, rounds: true}
		s := m.snapshot(b)
		r := rand.New(rand.NewPCG(2, 0))
		run := func(name string, change func() geo.Record) {
			b.Run(fmt.Sprintf("%s of %d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				now := s
				for b.Loop() {
					next, _, err := now.Apply(geo.Changes{Records: []geo.Record{change()}})
					if err != nil {
						b.Fatal(err)
					}
					now = next
				}
			})
		}
		l, _ := s.Layer("works")
		run("attribute", func() geo.Record {
			i, _ := l.ByID(geo.ID(1 + r.IntN(n)))
			f := i.Feature()
			f.Properties["state"] = []string{"完成", "在建"}[r.IntN(2)]
			f.Version++
			return geo.Record{Layer: "works", ID: f.ID, Feature: &f}
		})
		run("move", func() geo.Record { return m.record(r, 1+r.IntN(n)) })
		next := n
		run("create", func() geo.Record { next++; return m.record(r, next) })
	}
	b.Run("baseline: copy a map of 100000", func(b *testing.B) {
		p := synthetic{n: 100_000}.plain()
		for b.Loop() {
			if len(maps.Clone(p)) != len(p) {
				b.Fatal("copy is short")
			}
		}
	})
}

// BenchmarkPlacement draws districts and towns for the first time, which places
// every feature, lines of 11 vertices, among 16 districts and 225 towns of 400 vertices.
func BenchmarkPlacement(b *testing.B) {
	const n = 100_000
	s := synthetic{n: n, rounds: true}.snapshot(b)
	var c geo.Changes
	for _, l := range city.Layers() {
		if l.ID == city.District || l.ID == city.Town {
			c.Layers = append(c.Layers, l)
		}
	}
	grid := func(layer geo.LayerID, side int) {
		for k := range side * side {
			w := 1 / float64(side)
			x, y := 121+w*float64(k%side), 31+w*float64(k/side)
			var ring orb.Ring
			for i := range 400 {
				t := 4 * float64(i) / 400
				along := w * (t - math.Floor(t))
				ring = append(ring, []orb.Point{{x + along, y}, {x + w, y + along}, {x + w - along, y + w}, {x, y + w - along}}[int(t)])
			}
			code := fmt.Sprintf("%s%03d", layer, k)
			c.Records = append(c.Records, feature(layer, geo.ID(k+1), code, orb.Polygon{append(ring, ring[0])}, geo.Properties{"name": code}))
		}
	}
	grid(city.District, 4)
	grid(city.Town, 15)
	for b.Loop() {
		if _, _, err := s.Apply(c); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/n, "ns/feature")
}

// A new evaluation date judges every feature of its district.
func BenchmarkNewDate(b *testing.B) {
	const n = 100_000
	s := synthetic{n: n, rounds: true}.snapshot(b)
	day := geo.NewDate(2022, 6, 30)
	for b.Loop() {
		day++
		next, _, err := s.Apply(geo.Changes{Dates: []geo.DistrictDate{{District: "A", Date: day}}})
		if err != nil {
			b.Fatal(err)
		}
		s = next
	}
	b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/n, "ns/feature")
}

func BenchmarkSearch(b *testing.B) {
	const n = 100_000
	m := synthetic{n: n, rounds: true}
	q := tiles.BoxOf(orb.Bound{Min: orb.Point{121.4, 31.4}, Max: orb.Point{121.45, 31.45}})
	s := m.snapshot(b)
	l, _ := s.Layer("works")
	r := rand.New(rand.NewPCG(3, 0))
	scan := func(b *testing.B, l *snapshot.Layer) {
		b.ReportAllocs()
		for b.Loop() {
			hits := 0
			l.Search(q, func(snapshot.Item) bool { hits++; return true })
			b.ReportMetric(float64(hits), "hits")
		}
	}
	b.Run("fresh", func(b *testing.B) { scan(b, l) })
	changed := s
	for range 3000 {
		var err error
		if changed, _, err = changed.Apply(geo.Changes{Records: []geo.Record{m.record(r, 1+r.IntN(n))}}); err != nil {
			b.Fatal(err)
		}
	}
	l, _ = changed.Layer("works")
	b.Run("after 3000 moves", func(b *testing.B) { scan(b, l) })
	b.Run("baseline: all of a map of structs", func(b *testing.B) {
		boxes := map[geo.ID]tiles.Box{}
		l.All(func(i snapshot.Item) bool { boxes[i.ID()] = i.Box(); return true })
		for b.Loop() {
			hits := 0
			for _, box := range boxes {
				if box.Intersects(q) {
					hits++
				}
			}
		}
	})
	b.Run("shapes and attributes", func(b *testing.B) {
		b.ReportAllocs()
		var shape snapshot.Shape
		name, _ := l.FieldIndex("name")
		sum := 0
		for b.Loop() {
			l.Search(q, func(i snapshot.Item) bool {
				shape = i.AppendShape(shape[:0])
				sum += len(shape[0].XY) + int(i.DictID(name)) + len(i.Code()) + int(i.Light())
				return true
			})
		}
	})
}

// BenchmarkLabel reads the place for a name, as kept and as worked out anew, of
// lines of 11 vertices.
func BenchmarkLabel(b *testing.B) {
	l, _ := synthetic{n: 10_000, rounds: true}.snapshot(b).Layer("works")
	for _, c := range []struct {
		name string
		read func(snapshot.Item) uint32
	}{
		{"kept", func(i snapshot.Item) uint32 { w, _ := i.Label(); return w.X }},
		{"baseline: anew", func(i snapshot.Item) uint32 { p, _ := i.LabelPoint(); return tiles.ToWorld(p).X }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			sum := uint32(0)
			for b.Loop() {
				l.All(func(i snapshot.Item) bool { sum += c.read(i); return true })
			}
			b.ReportMetric(b.Elapsed().Seconds()*1e9/float64(b.N)/10_000, "ns/feature")
			if sum == 0 {
				b.Error("no label was read")
			}
		})
	}
}
