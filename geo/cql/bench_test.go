package cql_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
)

// stock loads n roads and sites of the layer of the tests.
type stock struct {
	geo.Loader
	n int
}

func (s stock) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	l := works()
	l.Light = geo.LightRule{Kind: geo.DeadlineRule, State: "级别", Done: []string{"市属"}, Due: "finish"}
	if err := head(geo.Head{Layers: []geo.Layer{*l}}); err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 0))
	for id := 1; id <= s.n; id++ {
		var g orb.Geometry = orb.Point{121 + r.Float64(), 31 + r.Float64()}
		if id%2 == 0 {
			g = site(121+r.Float64(), 31+r.Float64())
		}
		f := &geo.Feature{Layer: "works", ID: geo.ID(id), Version: 1, Code: fmt.Sprintf("W-%06d", id), Geometry: g,
			Properties: geo.Properties{"name": fmt.Sprintf("道路%d号", id), "级别": []string{"市属", "区属"}[id%2],
				"n": int64(id % 100), "x": r.Float64(), "ok": id%3 == 0, "start": day(2022, 1, id%300+1), "finish": day(2022, 6, id%300+1)}}
		if err := record(geo.Record{Layer: "works", ID: f.ID, Feature: f}); err != nil {
			return err
		}
	}
	return nil
}

func stocked(t testing.TB, n int) *snapshot.Layer {
	t.Helper()
	s, err := snapshot.Load(context.Background(), stock{n: n})
	if err != nil {
		t.Fatal(err)
	}
	l, ok := s.Layer("works")
	if !ok {
		t.Fatal("the layer is not there")
	}
	return l
}

func compileFor(t testing.TB, l *geo.Layer, text string) *cql.Filter {
	t.Helper()
	e, err := cql.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	f, err := cql.Compile(e, l)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEachFindsByIndexWhatAScanFinds(t *testing.T) {
	l := stocked(t, 2000)
	for _, text := range []string{
		"级别 = '市属' AND n > 50", "light = 'red'", "TRUE", "FALSE", "id = 7", "id IN (7, 8, 7, 99999)", "id = 7 AND n = 8",
		"code = 'W-000100'", "code IN ('W-000100', 'W-000101', 'W-000100', 'none') AND ok", "code = 'W-000100' OR n = 3",
		"S_INTERSECTS(geom, BBOX(121.2, 31.2, 121.25, 31.3))", "NOT S_INTERSECTS(geom, BBOX(121.2, 31.2, 121.9, 31.9))",
		"S_WITHIN(geom, POLYGON((121 31, 121.5 31, 121.2 31.6, 121 31))) AND n BETWEEN 10 AND 60",
		"S_TOUCHES(geom, POINT(121.5 31.5)) OR S_CONTAINS(geom, POINT(121.6 31.6))",
	} {
		f := compileFor(t, l.Decl(), text)
		var want, got []geo.ID
		l.All(func(i snapshot.Item) bool {
			if f.Match(i) {
				want = append(want, i.ID())
			}
			return true
		})
		cql.Each(f, l, func(i snapshot.Item) bool {
			got = append(got, i.ID())
			return true
		})
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Errorf("%s: %d by index, %d by a scan", text, len(got), len(want))
		}
		n := 0
		cql.Each(f, l, func(snapshot.Item) bool { n++; return false })
		if n != min(1, len(want)) {
			t.Errorf("%s: goes on after false: %d", text, n)
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	l := stocked(b, 10_000)
	var items []snapshot.Item
	l.All(func(i snapshot.Item) bool {
		items = append(items, i)
		return true
	})
	for _, c := range []struct{ name, text string }{
		{"light", "light = 'red'"},
		{"text", "级别 = '市属'"},
		{"number", "n > 50"},
		{"like", "name LIKE '%99号'"},
		{"casei", "CASEI(name) = CASEI('道路99号')"},
		{"date", "start < DATE('2022-06-01')"},
		{"three", "级别 = '市属' AND n > 50 AND light = 'red'"},
		{"in", "级别 IN ('市属', '区属', '镇属')"},
		{"bbox", "S_INTERSECTS(geom, BBOX(121.2, 31.2, 121.8, 31.8))"},
		{"polygon", "S_INTERSECTS(geom, POLYGON((121 31, 121.5 31, 121.2 31.6, 121 31)))"},
		{"within", "S_WITHIN(geom, POLYGON((121 31, 121.5 31, 121.2 31.6, 121 31)))"},
	} {
		f := compileFor(b, l.Decl(), c.text)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for k := 0; b.Loop(); k++ {
				f.Match(items[k%len(items)])
			}
		})
	}
}

func BenchmarkEach(b *testing.B) {
	l := stocked(b, 10_000)
	for _, c := range []struct{ name, text string }{
		{"code", "code = 'W-000100'"},
		{"small box", "S_INTERSECTS(geom, BBOX(121.2, 31.2, 121.21, 31.21))"},
		{"scan", "级别 = '市属'"},
	} {
		f := compileFor(b, l.Decl(), c.text)
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				cql.Each(f, l, func(snapshot.Item) bool { return true })
			}
		})
	}
}

func BenchmarkParseAndCompile(b *testing.B) {
	layer := works()
	for b.Loop() {
		e, err := cql.Parse("light = 'red' AND n > 50 AND S_INTERSECTS(geom, BBOX(121.2, 31.2, 121.8, 31.8))")
		if err != nil {
			b.Fatal(err)
		}
		if _, err := cql.Compile(e, layer); err != nil {
			b.Fatal(err)
		}
	}
}
