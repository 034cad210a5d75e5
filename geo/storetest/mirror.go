package storetest

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/paulmach/orb/encoding/wkb"

	"yiping/geo"
)

// mirror is what a follower knows: the plainest possible snapshot.
type mirror struct {
	cursor  geo.Cursor
	layers  map[geo.LayerID]geo.Layer
	records map[geo.LayerID]map[geo.ID]geo.Record
	dates   map[string]geo.DistrictDate
	faults  []geo.Fault
}

func load(t testing.TB, l geo.Loader) *mirror {
	t.Helper()
	m, err := tryLoad(context.Background(), l)
	if err != nil {
		t.Fatalf("load: %v", err)
	}
	return m
}

func tryLoad(ctx context.Context, l geo.Loader) (*mirror, error) {
	m := &mirror{layers: map[geo.LayerID]geo.Layer{}, records: map[geo.LayerID]map[geo.ID]geo.Record{}, dates: map[string]geo.DistrictDate{}}
	heads := 0
	err := l.Load(ctx, func(h geo.Head) error {
		heads++
		m.cursor, m.faults = h.Cursor, h.Faults
		m.declare(h.Layers)
		m.setDates(h.Dates)
		return nil
	}, func(r geo.Record) error {
		if heads != 1 {
			return fmt.Errorf("record before the head")
		}
		return m.put(r, true)
	})
	if err == nil && heads != 1 {
		err = fmt.Errorf("head was called %d times", heads)
	}
	return m, err
}

func (m *mirror) declare(ls []geo.Layer) {
	for _, l := range ls {
		m.layers[l.ID] = l
		if m.records[l.ID] == nil {
			m.records[l.ID] = map[geo.ID]geo.Record{}
		}
	}
}

func (m *mirror) setDates(ds []geo.DistrictDate) {
	for _, d := range ds {
		m.dates[d.District] = d
	}
}

func (m *mirror) put(r geo.Record, fresh bool) error {
	of, ok := m.records[r.Layer]
	if !ok {
		return fmt.Errorf("record of unknown layer %q", r.Layer)
	}
	if _, twice := of[r.ID]; twice && fresh {
		return fmt.Errorf("record %s/%d comes twice", r.Layer, r.ID)
	}
	if r.Feature == nil {
		delete(of, r.ID)
		return nil
	}
	if r.Feature.ID != r.ID || r.Feature.Layer != r.Layer {
		return fmt.Errorf("record %s/%d holds feature %s/%d", r.Layer, r.ID, r.Feature.Layer, r.Feature.ID)
	}
	if !slices.IsSortedFunc(r.Reports, func(a, b geo.Report) int { return int(a.Date) - int(b.Date) }) {
		return fmt.Errorf("reports of %s/%d are not in order of date", r.Layer, r.ID)
	}
	of[r.ID] = r
	return nil
}

// follow folds everything since the mirror's cursor into it.
func (m *mirror) follow(ctx context.Context, f geo.Feeder) (geo.Changes, error) {
	c, err := f.Since(ctx, m.cursor)
	if err != nil {
		return c, err
	}
	if !f.Covers(c.Cursor, m.cursor) {
		return c, fmt.Errorf("cursor went back from %q to %q", m.cursor, c.Cursor)
	}
	return c, m.fold(c)
}

func (m *mirror) fold(c geo.Changes) error {
	m.declare(c.Layers)
	for _, id := range c.Dropped {
		delete(m.layers, id)
		delete(m.records, id)
	}
	for _, id := range c.Reset {
		m.records[id] = map[geo.ID]geo.Record{}
	}
	m.setDates(c.Dates)
	for _, r := range c.Records {
		if err := m.put(r, false); err != nil {
			return err
		}
	}
	m.cursor, m.faults = c.Cursor, c.Faults
	return nil
}

func (m *mirror) clone() *mirror {
	n := &mirror{cursor: m.cursor, layers: map[geo.LayerID]geo.Layer{}, records: map[geo.LayerID]map[geo.ID]geo.Record{}, dates: map[string]geo.DistrictDate{}}
	for id, l := range m.layers {
		n.layers[id] = l
	}
	for id, rs := range m.records {
		n.records[id] = map[geo.ID]geo.Record{}
		for k, r := range rs {
			n.records[id][k] = r
		}
	}
	for k, d := range m.dates {
		n.dates[k] = d
	}
	return n
}

// lines writes the whole state as sorted text, exact to the bit.
func (m *mirror) lines() []string {
	var out []string
	for id, l := range m.layers {
		out = append(out, fmt.Sprintf("layer %s %d %v", id, l.Version, showDecl(l)))
	}
	for id, rs := range m.records {
		for _, r := range rs {
			out = append(out, fmt.Sprintf("record %s %s", id, showRecord(r)))
		}
	}
	for _, d := range m.dates {
		out = append(out, fmt.Sprintf("date %v", d))
	}
	slices.Sort(out)
	return out
}

func showDecl(l geo.Layer) string {
	var b strings.Builder
	for _, fs := range [][]geo.Field{l.Fields, l.Reports} {
		for _, f := range fs {
			fmt.Fprintf(&b, "%s:%s:%v:%v;", f.Name, f.Type, f.Enum, f.Required)
		}
		b.WriteByte('|')
	}
	return b.String()
}

func showRecord(r geo.Record) string {
	s := showFeature(*r.Feature)
	for _, p := range r.Reports {
		s += fmt.Sprintf(" [%d %s v%d %s]", p.Feature, p.Date, p.Version, showProperties(p.Properties))
	}
	return s
}

func showFeature(f geo.Feature) string {
	return fmt.Sprintf("%d %q v%d %s %s", f.ID, f.Code, f.Version, showShape(f), showProperties(f.Properties))
}

func showShape(f geo.Feature) string {
	if f.Geometry == nil {
		return "null"
	}
	b, err := wkb.Marshal(f.Geometry)
	if err != nil {
		return "unencodable: " + err.Error()
	}
	s := hex.EncodeToString(b)
	for _, z := range f.Z {
		s += fmt.Sprintf("/%016x", math.Float64bits(z))
	}
	return s
}

func showProperties(p geo.Properties) string {
	var out []string
	for k, v := range p {
		switch v := v.(type) {
		case nil:
		case float64:
			out = append(out, fmt.Sprintf("%s=float:%016x", k, math.Float64bits(v)))
		case time.Time:
			out = append(out, fmt.Sprintf("%s=time:%s", k, v.Format(time.RFC3339Nano)))
		default:
			out = append(out, fmt.Sprintf("%s=%T:%v", k, v, v))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

// mustEqual compares two states and shows where they part.
func mustEqual(t testing.TB, what string, got, want *mirror) {
	t.Helper()
	a, b := got.lines(), want.lines()
	if slices.Equal(a, b) {
		return
	}
	shown := 0
	for _, l := range a {
		if _, ok := slices.BinarySearch(b, l); !ok && shown < 5 {
			t.Logf("%s: only got  %.300s", what, l)
			shown++
		}
	}
	for _, l := range b {
		if _, ok := slices.BinarySearch(a, l); !ok && shown < 10 {
			t.Logf("%s: only want %.300s", what, l)
			shown++
		}
	}
	t.Fatalf("%s: states differ (%d and %d lines)", what, len(a), len(b))
}

// record finds a feature by code; the test fails without it.
func (m *mirror) record(t testing.TB, layer geo.LayerID, code string) geo.Record {
	t.Helper()
	for _, r := range m.records[layer] {
		if r.Feature.Code == code {
			return r
		}
	}
	t.Fatalf("no feature %q in layer %s", code, layer)
	return geo.Record{}
}

func (m *mirror) has(layer geo.LayerID, code string) bool {
	for _, r := range m.records[layer] {
		if r.Feature.Code == code {
			return true
		}
	}
	return false
}

func mustBe(t testing.TB, err error, code geo.Code) *geo.Error {
	t.Helper()
	if geo.CodeOf(err) != code {
		t.Fatalf("error %q has code %q, want %q", err, geo.CodeOf(err), code)
	}
	var e *geo.Error
	if !errors.As(err, &e) {
		t.Fatalf("error %v is not a geo.Error", err)
	}
	return e
}
