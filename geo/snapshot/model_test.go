package snapshot_test

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/measure"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// store is a plain map that changes like a store and loads like one.
type store struct {
	geo.Loader
	layers  map[geo.LayerID]geo.Layer
	records map[geo.LayerID]map[geo.ID]geo.Record
	dates   map[string]geo.DistrictDate
	cursor  int
}

func newStore(layers ...geo.Layer) *store {
	m := &store{layers: map[geo.LayerID]geo.Layer{}, records: map[geo.LayerID]map[geo.ID]geo.Record{}, dates: map[string]geo.DistrictDate{}}
	for _, l := range layers {
		m.layers[l.ID], m.records[l.ID] = l, map[geo.ID]geo.Record{}
	}
	return m
}

func (m *store) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	h := geo.Head{Cursor: m.at()}
	for _, l := range m.layers {
		h.Layers = append(h.Layers, l)
	}
	for _, d := range m.dates {
		h.Dates = append(h.Dates, d)
	}
	if err := head(h); err != nil {
		return err
	}
	for _, rs := range m.records {
		for _, r := range rs {
			if err := record(r); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *store) at() geo.Cursor { return geo.Cursor(fmt.Sprint(m.cursor)) }

// apply changes the map as the changes say.
func (m *store) apply(c geo.Changes) {
	for _, id := range c.Dropped {
		delete(m.layers, id)
		delete(m.records, id)
	}
	for _, l := range c.Layers {
		m.layers[l.ID] = l
		if m.records[l.ID] == nil {
			m.records[l.ID] = map[geo.ID]geo.Record{}
		}
	}
	for _, id := range c.Reset {
		m.records[id] = map[geo.ID]geo.Record{}
	}
	for _, r := range c.Records {
		delete(m.records[r.Layer], r.ID)
		if r.Feature != nil {
			m.records[r.Layer][r.ID] = r
		}
	}
	for _, d := range c.Dates {
		m.dates[d.District] = d
	}
}

// imported has every type of field, and no place in the city's own schema.
func imported() geo.Layer {
	return geo.Layer{ID: "imported", Geometry: geo.AnyGeometry, Fields: []geo.Field{
		{Name: "t", Type: geo.TextField}, {Name: "i", Type: geo.IntField}, {Name: "f", Type: geo.FloatField},
		{Name: "b", Type: geo.BoolField}, {Name: "d", Type: geo.DateField}, {Name: "at", Type: geo.TimeField},
	}}
}

func load(t testing.TB, m *store) *snapshot.Snapshot {
	t.Helper()
	s, err := snapshot.Options{Now: noon}.Load(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func noon() time.Time { return time.Date(2022, 6, 30, 12, 0, 0, 0, time.UTC) }

func TestRandomChangesKeepStepWithAPlainMap(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := &maker{Rand: rand.New(rand.NewPCG(seed, 0))}
	m := newStore(append(city.Layers(), imported(), geo.Layer{ID: "bare", Geometry: geo.NoGeometry})...)
	s := load(t, m)
	type memory struct {
		s    *snapshot.Snapshot
		dump string
	}
	var kept []memory
	var readers sync.WaitGroup
	closed := view{hide: []geo.LayerID{city.Project, city.Record, city.District, "imported"}[r.IntN(4)]}
	closed.kept = closed.of(s)
	for step := range 250 {
		c := r.changes(m)
		m.apply(c)
		next, d, err := s.Apply(c)
		if err != nil {
			t.Fatal(err)
		}
		if next.Revision() != s.Revision()+1 || next.Cursor() != c.Cursor || d.From != s || d.To != next {
			t.Fatalf("step %d: revision %d, cursor %s", step, next.Revision(), next.Cursor())
		}
		checkAgainst(t, next, m)
		checkDelta(t, d)
		if step%10 == 0 {
			for _, l := range slices.Concat(next.Layers(), closed.of(next).Layers()) {
				checkPages(t, l, r.Rand)
			}
		}
		if step < 80 { // each looks at everything twice
			closed.follow(t, d)
		}
		if step%4 == 0 {
			checkFacts(t, next, m)
		}
		if step%25 == 0 {
			fresh, kept := strings.Split(dump(load(t, m)), "\n"), strings.Split(dump(next), "\n")
			for k := range min(len(fresh), len(kept)) {
				if fresh[k] != kept[k] {
					t.Errorf("step %d: loaded anew it is\n%s, kept\n%s", step, fresh[k], kept[k])
				}
			}
		}
		if step%50 == 0 {
			kept = append(kept, memory{next, dump(next)})
			readers.Go(func() { dump(next) })
		}
		if t.Failed() {
			t.Fatalf("stopped after step %d", step)
		}
		s = next
	}
	readers.Wait()
	for _, k := range kept {
		if dump(k.s) != k.dump {
			t.Errorf("snapshot of revision %d is another now", k.s.Revision())
		}
	}
	if fresh := load(t, m); dump(fresh) != dump(s) {
		t.Error("loaded anew it is another")
	}
}

// view is what is left of a snapshot without a layer, kept by what changes.
type view struct {
	hide geo.LayerID
	kept *snapshot.Snapshot
}

func (v *view) of(s *snapshot.Snapshot) *snapshot.Snapshot {
	return s.Only(func(id geo.LayerID) bool { return id == v.hide })
}

// follow compares what is kept with what is left anew.
func (v *view) follow(t *testing.T, d snapshot.Delta) {
	t.Helper()
	next, ok := v.kept.Follow(d)
	if v.kept != d.From && ok == (len(d.Layers) > 0) {
		t.Fatalf("without %s: followed %v, layers %v", v.hide, ok, d.Layers)
	}
	fresh := v.of(d.To)
	if !ok {
		v.kept = fresh
		return
	}
	if got, want := dump(next.To), dump(fresh); got != want || next.From != v.kept {
		t.Errorf("without %s: kept\n%s, anew\n%s", v.hide, got, want)
	}
	for _, l := range fresh.Layers() {
		kept, _ := next.To.Layer(l.Decl().ID)
		for _, of := range []string{"", "D1", "D2", "D3", "D4"} {
			if kept.Counts(of) != l.Counts(of) {
				t.Errorf("without %s: layer %s, district %q: counts %v, want %v", v.hide, l.Decl().ID, of, kept.Counts(of), l.Counts(of))
			}
		}
	}
	checkDelta(t, next)
	v.kept = next.To
}

// dump writes all that a snapshot says.
func dump(s *snapshot.Snapshot) string {
	var b strings.Builder
	for _, l := range s.Layers() {
		fmt.Fprintf(&b, "%s %d %v\n", l.Decl().ID, l.Len(), l.Counts(""))
		l.All(func(i snapshot.Item) bool {
			label, labelled := i.Label()
			fmt.Fprintf(&b, "%+v %+v %v %v %s %q %+v %v %v %v %+v %+v\n", i.Feature(), i.Reports(), i.Light(), i.Overdue(),
				i.District(), i.Towns(), i.Shape(), i.Box(), label, labelled, i.Standing(), i.Warnings())
			if owner, ok := i.Owner(); ok {
				fmt.Fprintf(&b, "of %s %d\n", owner.Layer(), owner.ID())
			}
			return true
		})
	}
	fmt.Fprintf(&b, "%+v", s.Districts())
	return b.String()
}

// checkAgainst compares a snapshot with the map it should show.
func checkAgainst(t *testing.T, s *snapshot.Snapshot, m *store) {
	t.Helper()
	if len(s.Layers()) != len(m.layers) {
		t.Fatalf("%d layers, want %d", len(s.Layers()), len(m.layers))
	}
	for id, decl := range m.layers {
		l, ok := s.Layer(id)
		if !ok || l.Len() != len(m.records[id]) || !reflect.DeepEqual(*l.Decl(), decl) {
			t.Fatalf("layer %s: there %v, %d features, want %d", id, ok, l.Len(), len(m.records[id]))
		}
		last := geo.ID(0)
		counts := map[string]snapshot.LightCounts{}
		l.All(func(i snapshot.Item) bool {
			if i.ID() <= last {
				t.Errorf("%d comes after %d", i.ID(), last)
			}
			last = i.ID()
			checkItem(t, l, i, m.records[id][i.ID()])
			for _, of := range []string{"", i.District()} {
				c := counts[of]
				c[i.Light()]++
				counts[of] = c
				if i.District() == "" {
					break
				}
			}
			return true
		})
		for _, of := range []string{"", "D1", "D2", "D3", "D4", "nowhere"} {
			if l.Counts(of) != counts[of] {
				t.Errorf("layer %s, district %q: counts %v, want %v", id, of, l.Counts(of), counts[of])
			}
		}
		checkSearch(t, l)
	}
	for _, d := range s.Districts() {
		if row, ok := m.dates[d.Code]; ok && row.Date != 0 && (d.Date != row.Date || d.Live != row.Live) {
			t.Errorf("district %+v, date %+v", d, row)
		}
	}
}

func checkItem(t *testing.T, l *snapshot.Layer, i snapshot.Item, want geo.Record) {
	t.Helper()
	f := i.Feature()
	w := *want.Feature
	if f.ID != w.ID || f.Code != w.Code || f.Version != w.Version || !reflect.DeepEqual(f.Properties, w.Properties) {
		t.Errorf("got %+v, want %+v", f, w)
	}
	if !reflect.DeepEqual(f.Geometry, w.Geometry) || !slices.Equal(f.Z, w.Z) {
		t.Errorf("got geometry %#v, want %#v", f.Geometry, w.Geometry)
	}
	if p, ok := i.Position(); ok != (isPoint(w.Geometry) && w.Z == nil) || ok && p != w.Geometry {
		t.Errorf("got position %v %v of %#v", p, ok, w.Geometry)
	}
	if p, ok := i.Position(); true {
		got, there := i.AppendPosition([]byte("at "))
		want := "at "
		if ok {
			want += fmt.Sprintf("[%s,%s]", strconv.FormatFloat(p[0], 'f', -1, 64), strconv.FormatFloat(p[1], 'f', -1, 64))
		}
		if string(got) != want || there != ok {
			t.Errorf("position %v %v is written as %s", p, ok, got)
		}
	}
	if got := i.Reports(); len(got)+len(want.Reports) > 0 && !reflect.DeepEqual(got, want.Reports) {
		t.Errorf("got reports %+v, want %+v", got, want.Reports)
	}
	if byID, ok := l.ByID(w.ID); !ok || byID != i {
		t.Errorf("feature %d is not found by id", w.ID)
	}
	if byCode, ok := l.ByCode(w.Code); !ok || byCode != i {
		t.Errorf("feature %d is not found by code %s", w.ID, w.Code)
	}
	if v := i.Verdict(); v.Light != i.Light() || v.Overdue != i.Overdue() || v.Status != i.Status() {
		t.Errorf("feature %d is %v %v, judged %v %v", w.ID, i.Light(), i.Status(), v.Light, v.Status)
	}
	if v, again := i.VerdictAt(i.Day()), l.Judge().Verdict(i); !reflect.DeepEqual(v, i.Verdict()) || !reflect.DeepEqual(v, again) {
		t.Errorf("feature %d: judged %+v, by what is kept %+v, by a judge %+v", w.ID, v, i.Verdict(), again)
	}
	box := tiles.EmptyBox
	_ = geo.EachPoint(w.Geometry, func(p orb.Point) error { box = box.Add(tiles.ToWorld(p)); return nil })
	if i.Box() != box {
		t.Errorf("feature %d has box %v, want %v", w.ID, i.Box(), box)
	}
	checkLabel(t, i, w.Geometry)
	for name, v := range w.Properties {
		k, _ := l.FieldIndex(name)
		if text, ok := v.(string); ok && l.DictText(k, i.DictID(k)) != text {
			t.Errorf("field %s is %q by number, want %q", name, l.DictText(k, i.DictID(k)), text)
		}
		if n, ok := i.Int(k); ok != (l.Decl().Fields[k].Type == geo.IntField) || ok && n != v {
			t.Errorf("field %s is the integer %d, %v, want %v", name, n, ok, v)
		}
		if j, err := json.Marshal(v); err != nil || string(i.AppendJSON(nil, k)) != string(j) || !i.Has(k) {
			t.Errorf("field %s is written as %s, want %s (%v), there %v", name, i.AppendJSON(nil, k), j, err, i.Has(k))
		}
		if i.Value(name) != v || i.Text(name) != string(i.AppendText(nil, k)) {
			t.Errorf("field %s is %v, want %v", name, i.Value(name), v)
		}
	}
}

// checkLabel compares the label kept with the one of the geometry as it came in.
func checkLabel(t *testing.T, i snapshot.Item, g orb.Geometry) {
	t.Helper()
	p, labelled := measure.LabelPoint(g)
	want := tiles.XY{}
	if labelled {
		want = tiles.ToWorld(p)
	}
	if got, ok := i.Label(); got != want || ok != labelled {
		t.Errorf("feature %d has label %v %v, want %v %v", i.ID(), got, ok, want, labelled)
	}
	extended := slices.ContainsFunc(i.Shape(), func(p snapshot.Part) bool { return p.Kind != snapshot.PointPart })
	if i.Extended() != extended {
		t.Errorf("feature %d is extended: %v, with shape %v", i.ID(), i.Extended(), i.Shape())
	}
}

func checkSearch(t *testing.T, l *snapshot.Layer) {
	t.Helper()
	q := tiles.BoxOf(orb.Bound{Min: orb.Point{121.2, 31.3}, Max: orb.Point{121.6, 31.5}})
	var got, want []geo.ID
	l.Search(q, func(i snapshot.Item) bool { got = append(got, i.ID()); return true })
	l.All(func(i snapshot.Item) bool {
		if b := i.Box(); !b.Empty() && b.Intersects(q) {
			want = append(want, i.ID())
		}
		return true
	})
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("layer %s: found %v, want %v", l.Decl().ID, got, want)
	}
}

// checkDelta compares both snapshots of a delta, feature by feature.
func checkDelta(t *testing.T, d snapshot.Delta) {
	t.Helper()
	var want []snapshot.Change
	for _, l := range d.To.Layers() {
		before, ok := d.From.Layer(l.Decl().ID)
		if !ok || slices.Contains(d.Layers, l.Decl().ID) {
			continue
		}
		ids := map[geo.ID]bool{}
		note := func(i snapshot.Item) bool { ids[i.ID()] = true; return true }
		before.All(note)
		l.All(note)
		for id := range ids {
			c, differs := difference(before, l, id)
			if c.Attached = rowsDiffer(d, c); differs || c.Attached {
				want = append(want, c)
			}
		}
	}
	got := slices.DeleteFunc(slices.Clone(d.Changes), func(c snapshot.Change) bool { return slices.Contains(d.Layers, c.Layer) })
	for _, c := range got {
		if !slices.Contains(want, c) {
			t.Errorf("a change too many, or another than wanted: %+v", c)
		}
	}
	for _, c := range want {
		if !slices.Contains(got, c) {
			t.Errorf("missing: %+v", c)
		}
	}
	if len(got) != len(want) || !slices.IsSortedFunc(got, func(a, b snapshot.Change) int {
		return cmp.Or(strings.Compare(string(a.Layer), string(b.Layer)), cmp.Compare(a.ID, b.ID))
	}) {
		t.Errorf("%d changes in their order, want %d", len(got), len(want))
	}
}

func difference(before, after *snapshot.Layer, id geo.ID) (snapshot.Change, bool) {
	c := snapshot.Change{Layer: after.Decl().ID, ID: id}
	c.Old, c.HadOld = before.ByID(id)
	c.New, c.HasNew = after.ByID(id)
	if !c.HadOld || !c.HasNew {
		c.Edited, c.Lit, c.Renamed = true, true, true
		there := c.New
		if c.HadOld {
			there = c.Old
		}
		c.Moved, c.Reported, c.Stood = there.Geometry() != nil, len(there.Reports()) > 0, true
		return c, true
	}
	a, b := c.Old.Feature(), c.New.Feature()
	c.Moved = !reflect.DeepEqual(a.Geometry, b.Geometry) || !slices.Equal(a.Z, b.Z)
	c.Edited = a.Code != b.Code || !reflect.DeepEqual(a.Properties, b.Properties) ||
		c.Old.District() != c.New.District() || !slices.Equal(c.Old.Towns(), c.New.Towns())
	c.Lit = c.Old.Light() != c.New.Light() || c.Old.Overdue() != c.New.Overdue()
	c.Reported = !reflect.DeepEqual(c.Old.Reports(), c.New.Reports())
	c.Stood = fmt.Sprint(c.Old.Standing()) != fmt.Sprint(c.New.Standing())
	c.Renamed = c.Old.Unit() != c.New.Unit()
	return c, c.Moved || c.Edited || c.Lit || c.Stood || c.Renamed || c.Reported || a.Version != b.Version
}

func isPoint(g orb.Geometry) bool {
	_, is := g.(orb.Point)
	return is
}
