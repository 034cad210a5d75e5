package snapshot_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// lending lends what a loader gives, and spoils it when it has it back.
type lending struct {
	geo.Loader
	layers map[geo.LayerID]geo.Layer
	text   []byte
}

func (m *lending) Lend(ctx context.Context, head func(geo.Head) error, row func(*geo.Row) error) error {
	return m.Load(ctx, head, func(r geo.Record) error {
		l := m.layers[r.Layer]
		m.text = make([]byte, 0, 1<<12) // so that no text moves while it is lent
		out := &geo.Row{Layer: r.Layer, ID: r.ID, Version: r.Feature.Version, Code: m.lend(r.Feature.Code),
			Geometry: clone(r.Feature.Geometry), Z: append([]float64(nil), r.Feature.Z...), Cells: m.cells(l.Fields, r.Feature.Properties)}
		for _, rep := range r.Reports {
			out.Reports = append(out.Reports, geo.ReportRow{Date: rep.Date, Version: rep.Version, Cells: m.cells(l.Reports, rep.Properties)})
		}
		err := row(out)
		for i := range m.text {
			m.text[i] = '?'
		}
		spoil(out.Geometry)
		clear(out.Z)
		clear(out.Cells)
		for i := range out.Reports {
			clear(out.Reports[i].Cells)
		}
		clear(out.Reports)
		return err
	})
}

func clone(g orb.Geometry) orb.Geometry {
	if _, ok := g.(strange); ok {
		return g
	}
	return orb.Clone(g)
}

// strange is a geometry of a type that nobody knows.
type strange struct{ orb.Point }

func (m *lending) lend(s string) []byte {
	at := len(m.text)
	m.text = append(m.text, s...)
	return m.text[at:]
}

func (m *lending) cells(fields []geo.Field, p geo.Properties) []geo.Cell {
	out := make([]geo.Cell, len(fields))
	for i, f := range fields {
		switch v := p[f.Name].(type) {
		case string:
			out[i] = geo.TextCell(m.lend(v))
		case int64:
			out[i] = geo.Cell{Given: true, Bits: uint64(v)}
		case float64:
			out[i] = geo.FloatCell(v)
		case bool:
			out[i] = geo.BoolCell(v)
		case geo.Date:
			out[i] = geo.Cell{Given: true, Bits: uint64(v)}
		case time.Time:
			out[i] = geo.Cell{Given: true, Bits: uint64(v.UnixMicro())}
		}
	}
	return out
}

func spoil(g orb.Geometry) {
	run := func(ps []orb.Point) {
		for i := range ps {
			ps[i] = orb.Point{math.NaN(), math.NaN()}
		}
	}
	switch g := g.(type) {
	case orb.MultiPoint:
		run(g)
	case orb.LineString:
		run(g)
	case orb.MultiLineString:
		for _, l := range g {
			run(l)
		}
	case orb.Polygon:
		for _, r := range g {
			run(r)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			spoil(p)
		}
	case orb.Collection:
		for _, m := range g {
			spoil(m)
		}
	}
}

// A store that lends and one that gives make one and the same snapshot, and one
// that the same records change nothing in: what is kept is the same to the byte.
func TestWhatIsLentIsAsWhatIsGiven(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := &maker{Rand: rand.New(rand.NewPCG(seed, 0))}
	m := newStore(append(city.Layers(), imported(), geo.Layer{ID: "bare", Geometry: geo.NoGeometry})...)
	for round := range 8 {
		for range 40 {
			m.apply(r.changes(m))
		}
		lent, err := snapshot.Options{Now: noon}.Load(context.Background(), &lending{Loader: m, layers: m.layers})
		if err != nil {
			t.Fatal(err)
		}
		checkAgainst(t, lent, m)
		if given := load(t, m); dump(given) != dump(lent) {
			t.Fatalf("round %d: what was lent is another", round)
		}
		var again geo.Changes
		for _, records := range m.records {
			for _, rec := range records {
				again.Records = append(again.Records, rec)
			}
		}
		next, d, err := lent.Apply(again)
		if err != nil || len(d.Changes) > 0 || dump(next) != dump(lent) {
			t.Fatalf("round %d: the same records changed %d features, %v", round, len(d.Changes), err)
		}
	}
}

// listed gives records in order, and then stops.
type listed struct {
	geo.Loader
	layers  []geo.Layer
	records []geo.Record
	stop    error
}

func (m *listed) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	if err := head(geo.Head{Layers: m.layers}); err != nil {
		return err
	}
	for _, r := range m.records {
		if err := record(r); err != nil {
			return err
		}
	}
	return m.stop
}

func (m *listed) lent() *lending {
	l := &lending{Loader: m, layers: map[geo.LayerID]geo.Layer{}}
	for _, decl := range m.layers {
		l.layers[decl.ID] = decl
	}
	return l
}

// drawList draws features in order of layer and id, some of them twice, as different
// as edits make them, and some with a value or shape that cannot be kept.
func drawList(r *maker) *listed {
	m := newStore(append(city.Layers(), imported(), works())...)
	for range 60 {
		m.apply(r.changes(m))
	}
	for id, rec := range (synthetic{n: 2500}).plain() {
		m.records["works"][id] = rec
	}
	out := &listed{layers: slices.SortedFunc(maps.Values(m.layers), func(a, b geo.Layer) int { return strings.Compare(string(a.ID), string(b.ID)) })}
	for _, l := range out.layers {
		for _, id := range slices.Sorted(maps.Keys(m.records[l.ID])) {
			rec := m.records[l.ID][id]
			out.records = append(out.records, rec)
			for r.IntN(8) == 0 {
				f := *rec.Feature
				f.Version++
				f.Properties = maps.Clone(f.Properties)
				rec.Feature = &f
				switch r.IntN(4) {
				case 0:
					f.Geometry, f.Z = orb.Point{121 + r.Float64(), 31}, nil
				case 1:
					f.Geometry, f.Z = strange{orb.Point{121, 31}}, nil
				case 2:
					rec.Reports = nil
				default:
					for _, field := range l.Fields {
						if field.Type == geo.IntField {
							f.Properties[field.Name] = int64(math.MinInt64)
						}
					}
				}
				out.records = append(out.records, rec)
			}
		}
	}
	return out
}

// numbered tells in which row each feature lies, what its texts have for numbers, and
// what is said against the snapshot.
func numbered(s *snapshot.Snapshot) string {
	var b strings.Builder
	for _, l := range s.Layers() {
		l.All(func(i snapshot.Item) bool {
			fmt.Fprintf(&b, "%s %d %d", l.Decl().ID, i.ID(), i.Row())
			for k := range l.Decl().Fields {
				fmt.Fprintf(&b, " %d", i.DictID(k))
			}
			b.WriteByte('\n')
			return true
		})
	}
	fmt.Fprintf(&b, "%+v", s.Faults())
	return b.String()
}

// What is lent goes through batches by columns, on another goroutine; it makes the
// same as one record after another, to the row, the number of a text and the fault.
func TestWhatIsLentIsKeptInOrder(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	m := drawList(&maker{Rand: rand.New(rand.NewPCG(seed, 0))})
	given, err := snapshot.Options{Now: noon}.Load(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	lent, err := snapshot.Options{Now: noon}.Load(context.Background(), m.lent())
	if err != nil {
		t.Fatal(err)
	}
	if numbered(lent) != numbered(given) || dump(lent) != dump(given) {
		t.Error("what was lent is another")
	}
	if len(given.Faults()) == 0 {
		t.Error("nothing was odd")
	}
}

// A load that is broken off, wherever, leaves nothing running: the bubble would say so.
func TestLoadBrokenOffLeavesNothingRunning(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := &maker{Rand: rand.New(rand.NewPCG(seed, 0))}
	all, broken := drawList(r), errors.New("broken off")
	for _, n := range []int{0, 1, r.IntN(len(all.records)), len(all.records) - 1, len(all.records)} {
		m := &listed{layers: all.layers, records: all.records[:n], stop: broken}
		stranger := &listed{layers: all.layers, records: append(slices.Clip(m.records), feature("nowhere", 1, "a", nil, nil))}
		synctest.Test(t, func(t *testing.T) {
			if s, err := (snapshot.Options{Now: noon}).Load(t.Context(), m.lent()); s != nil || err != broken {
				t.Errorf("after %d records: %v", n, err)
			}
			if _, err := (snapshot.Options{Now: noon}).Load(t.Context(), stranger.lent()); geo.CodeOf(err) != geo.Internal {
				t.Errorf("a record of no layer after %d others: %v", n, err)
			}
		})
	}
}
