package snapshot_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
)

// Many moves go through loose rows, segments, merged segments and compaction;
// many new texts through the renewal of dictionaries.
func TestManyMovesAreStillFound(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	m := synthetic{n: 3000, rounds: true}
	plain := newStore(works())
	for id, rec := range m.plain() {
		plain.records["works"][id] = rec
	}
	s := load(t, plain)
	for step := range 60 {
		c := geo.Changes{}
		ids := r.Perm(3500)[:300]
		for _, id := range ids {
			rec := m.record(r, id+1)
			rec.Feature.Properties["name"] = fmt.Sprintf("改名%d-%d", step, id)
			if r.IntN(10) == 0 {
				rec = geo.Record{Layer: "works", ID: geo.ID(id + 1)}
			}
			c.Records = append(c.Records, rec)
		}
		plain.apply(c)
		s, _ = apply(t, s, c)
		checkFound(t, s, plain, r)
	}
	if want := load(t, plain); dump(want) != dump(s) {
		t.Error("loaded anew it is another")
	}
}

func checkFound(t *testing.T, s *snapshot.Snapshot, m *store, r *rand.Rand) {
	t.Helper()
	l, _ := s.Layer("works")
	if l.Len() != len(m.records["works"]) {
		t.Fatalf("%d features, want %d", l.Len(), len(m.records["works"]))
	}
	p := orb.Point{121 + r.Float64(), 31 + r.Float64()}
	q := tiles.BoxOf(orb.Bound{Min: p, Max: orb.Point{p[0] + 0.2, p[1] + 0.2}})
	var got, want []geo.ID
	l.Search(q, func(i snapshot.Item) bool { got = append(got, i.ID()); return true })
	for id, rec := range m.records["works"] {
		box := tiles.EmptyBox
		for _, p := range rec.Feature.Geometry.(orb.LineString) {
			box = box.Add(tiles.ToWorld(p))
		}
		if box.Intersects(q) {
			want = append(want, id)
		}
		i, ok := l.ByID(id)
		if !ok || i.Name() != rec.Feature.Properties["name"] || i.Box() != box {
			t.Fatalf("feature %d is not what it should be", id)
		}
		checkLabel(t, i, rec.Feature.Geometry)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("found %d features, want %d", len(got), len(want))
	}
	n := 0
	l.Search(q, func(snapshot.Item) bool { n++; return false })
	if n > 1 {
		t.Errorf("went on after being told to stop")
	}
	checkPages(t, l, r)
}

func TestEverNewReportsAreKept(t *testing.T) {
	m := twoDistricts()
	s := load(t, m)
	for step := range 40 {
		var c geo.Changes
		for id := range geo.ID(300) {
			rec := feature(city.Project, id+1, fmt.Sprint("p", id), nil, nil)
			rec.Reports = []geo.Report{{Layer: city.Project, Feature: id + 1, Date: geo.NewDate(2022, 1, 31), Version: uint64(step),
				Properties: geo.Properties{"progress_note": fmt.Sprintf("第%d次 %d", step, id), geo.ActualProgress: float64(step)}}}
			c.Records = append(c.Records, rec)
		}
		m.apply(c)
		var d snapshot.Delta
		s, d = apply(t, s, c)
		if len(d.Changes) != 300 || !d.Changes[7].Reported || step > 0 && d.Changes[7].Edited {
			t.Fatalf("step %d gives %d changes, %+v", step, len(d.Changes), d.Changes[7])
		}
	}
	checkAgainst(t, s, m)
}

func TestLongGeometriesAreKept(t *testing.T) {
	s := load(t, newStore(imported()))
	var c geo.Changes
	for id, n := range []int{1, 8191, 8192, 8193, 30_000, 5} {
		l := make(orb.LineString, n)
		for i := range l {
			l[i] = orb.Point{float64(i) / 1e3, float64(id) + 1/float64(i+3)}
		}
		c.Records = append(c.Records, feature("imported", geo.ID(id+1), fmt.Sprint(id), l, nil))
	}
	next, _ := apply(t, s, c)
	m := newStore(imported())
	m.apply(c)
	checkAgainst(t, next, m)
	checkAgainst(t, load(t, m), m)
}

func TestReadingToDrawDoesNotAllocate(t *testing.T) {
	s := load(t, newStore(works()))
	var c geo.Changes
	for _, rec := range (synthetic{n: 700}).plain() {
		c.Records = append(c.Records, rec)
	}
	s, _ = apply(t, s, c)
	l, _ := s.Layer("works")
	name, _ := l.FieldIndex("name")
	length, _ := l.FieldIndex("length")
	shape, text, sum := make(snapshot.Shape, 0, 8), make([]byte, 0, 64), 0
	q := tiles.BoxOf(orb.Bound{Min: orb.Point{121, 31}, Max: orb.Point{122, 32}})
	read := func(i snapshot.Item) bool {
		shape, text = i.AppendShape(shape[:0]), i.AppendText(text[:0], name)
		x, _ := i.Number(length)
		label, _ := i.Label()
		sum += len(shape) + len(i.Name()) + len(i.Code()) + int(i.ID()) + int(i.Light()) + int(x) + int(i.DictID(name)) +
			len(i.District()) + len(i.Town()) + int(i.Row()) + int(i.Box().Min.X) + int(label.X)
		return true
	}
	if n := testing.AllocsPerRun(10, func() { l.Search(q, read) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
	if sum == 0 {
		t.Error("nothing was read")
	}
}
