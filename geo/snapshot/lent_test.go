package snapshot_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// lending lends what the store holds, and spoils it when it has it back.
type lending struct {
	*store
	text []byte
}

func (m *lending) Lend(ctx context.Context, head func(geo.Head) error, row func(*geo.Row) error) error {
	return m.Load(ctx, head, func(r geo.Record) error {
		l := m.layers[r.Layer]
		m.text = make([]byte, 0, 1<<12) // so that no text moves while it is lent
		out := &geo.Row{Layer: r.Layer, ID: r.ID, Version: r.Feature.Version, Code: m.lend(r.Feature.Code),
			Geometry: orb.Clone(r.Feature.Geometry), Z: append([]float64(nil), r.Feature.Z...), Cells: m.cells(l.Fields, r.Feature.Properties)}
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
		lent, err := snapshot.Options{Now: noon}.Load(context.Background(), &lending{store: m})
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
