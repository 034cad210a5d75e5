package storetest

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"yiping/geo"
)

func knownCases() []testCase {
	return []testCase{
		{"every moment of a random past is known as it was loaded then", everyMomentIsKnown},
		{"values and shapes are known to the bit", valuesAreKnown},
		{"before the store existed nothing is known", nothingKnownBefore},
		{"the first moment that anything is known by is told", begunIsTheFirst},
		{"a moment to come is invalid, one within the skew of clocks is awaited", futureIsUnknown},
		{"a layer declared later is absent, an earlier declaration is known again", declarationsAreKnown},
		{"a feature brought back is there, without the reports it had", broughtBackIsKnown},
		{"pictures hold whole batches and never change", picturesAreWholeAndFinal},
		{"a callback's error ends the load of a past", knownLoadEnds},
		{"the trace tells every version, the latest first", traceTells},
		{"a report changed by SQL leaves both values in the trace", traceOfSQL},
		{"the trace of nothing is not found", traceOfNothing},
	}
}

// pastOf is a store as it was known at a moment.
type pastOf struct {
	geo.Store
	at time.Time
}

func (p pastOf) Load(ctx context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	return p.LoadKnown(ctx, p.at, head, record)
}

// loadKnown gives what was known at a moment.
func loadKnown(t testing.TB, s geo.Store, at time.Time) *mirror {
	t.Helper()
	m := load(t, pastOf{s, at})
	if m.cursor != "" {
		t.Errorf("the past has cursor %q", m.cursor)
	}
	return m
}

// moment gives a time after all that was recorded and before all that will be: a
// store may count in milliseconds.
func moment() time.Time {
	now := time.Now()
	for next := now.Truncate(time.Millisecond).Add(time.Millisecond); time.Now().Before(next); {
		runtime.Gosched()
	}
	return now
}

// chronicle notes what a store held at each moment.
type chronicle struct {
	at   []time.Time
	held []*mirror
	what []string
}

func (c *chronicle) note(t testing.TB, s geo.Store, what string) {
	t.Helper()
	m := load(t, s)
	c.at, c.held, c.what = append(c.at, moment()), append(c.held, m), append(c.what, what)
}

func (c *chronicle) check(t testing.TB, s geo.Store) {
	t.Helper()
	for i, at := range c.at {
		mustEqual(t, fmt.Sprintf("known at moment %d, after %s", i, c.what[i]), loadKnown(t, s, at), c.held[i])
	}
}

// statements change tables as an outside program does.
var statements = []string{
	`UPDATE test_site SET total = id, grade = 7 WHERE id % 3 = 0`,
	`UPDATE test_site SET name = '另名', kind = 'it''s', day = '2023-02-28', seen = NULL WHERE id % 2 = 1`,
	`UPDATE test_site SET size = 0.1, open = FALSE, "备注" = '' WHERE id % 5 < 2`,
	`DELETE FROM test_site WHERE id % 4 = 1`,
	`DELETE FROM test_site`,
	`INSERT INTO test_site (code, name, size) VALUES ('sql-' || (SELECT coalesce(max(id), 0) FROM test_site), 'n', 1e-7)`,
	`UPDATE test_site_report SET actual_progress = 99.5 WHERE feature_id % 2 = 0`,
	`UPDATE test_site_report SET date = '2030-01-31' WHERE date = (SELECT min(date) FROM test_site_report) AND date < '2030-01-31'
		AND NOT EXISTS (SELECT 1 FROM test_site_report r WHERE r.date = '2030-01-31')`,
	`DELETE FROM test_site_report WHERE feature_id % 3 = 1`,
	`INSERT INTO test_site_report (feature_id, date, planned_progress) SELECT id, '2021-01-31', 5 FROM test_site
		WHERE NOT EXISTS (SELECT 1 FROM test_site_report r WHERE r.feature_id = test_site.id AND r.date = '2021-01-31')`,
	`UPDATE test_pair SET amount = amount WHERE code = '3a'`,
}

// pastMaker makes a random past, step by step.
type pastMaker struct {
	t      *testing.T
	h      Harness
	w      *writer
	fields int
	layer  geo.Layer
}

func (p *pastMaker) step() string {
	switch p.w.r.IntN(8) {
	case 0, 1, 2:
		if err := p.w.write(p.h.Store); err != nil {
			p.t.Fatal(err)
		}
		return "a batch"
	case 3, 4, 5:
		stmt := statements[p.w.r.IntN(len(statements))]
		p.h.SQL(p.t, stmt)
		return stmt
	case 6:
		p.bringBack()
		return "bringing back"
	}
	p.fields++
	p.layer.Fields = append(p.layer.Fields, geo.Field{Name: fmt.Sprint("more", p.fields), Type: geo.FloatField})
	mustApply(p.t, p.h.Store, by(declare(p.layer)))
	f := named(fmt.Sprint("wide ", p.fields))
	f.Properties[fmt.Sprint("more", p.fields)] = p.w.r.NormFloat64()
	mustApply(p.t, p.h.Store, by(geo.Edit{Op: geo.Create, Feature: f}))
	return "a field added"
}

// bringBack makes a feature, deletes it and has it come back with its id.
func (p *pastMaker) bringBack() {
	f := p.w.feature()
	f.Code = fmt.Sprint("back ", p.w.r.Uint64())
	e := geo.Edit{Op: geo.Create, Feature: f}
	put := report(0, 738001, 3)
	put.Of = 1
	e.Feature.ID = mustApply(p.t, p.h.Store, by(e, put)).IDs[0]
	mustApply(p.t, p.h.Store, by(remove(e.Feature.ID, 0)))
	mustApply(p.t, p.h.Store, by(e))
}

func everyMomentIsKnown(t *testing.T, h Harness) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	var ids []geo.ID
	p := &pastMaker{t: t, h: h, layer: siteLayer(),
		w: &writer{r: rand.New(rand.NewPCG(seed, 3)), pairs: makePairs(t, h.Store), mu: &sync.Mutex{}, ids: &ids}}
	var c chronicle
	c.note(t, h.Store, "the start")
	for range 60 {
		c.note(t, h.Store, p.step())
	}
	c.check(t, h.Store)
	c.check(t, h.Reopen(t))
}

func valuesAreKnown(t *testing.T, h Harness) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 4))
	b := by()
	for i := range 2000 {
		f := named(fmt.Sprint(i))
		x := math.Float64frombits(r.Uint64())
		if math.IsNaN(x) || math.IsInf(x, 0) || x == 0 {
			x = 0
		}
		f.Properties["size"], f.Properties["total"] = x, r.Int64()-r.Int64()
		f.Properties["seen"] = time.UnixMicro(r.Int64N(4e15)).UTC()
		f.Properties["day"] = geo.Date(1 + r.IntN(3652059))
		f.Properties["open"] = r.IntN(2) == 0
		f.Properties["备注"] = string([]rune{rune('一' + r.IntN(20000)), '"', '\\', '\n', rune(1 + r.IntN(0xD7FE))}) + " "
		if i%4 == 0 {
			f.Geometry, f.Z = Shape(r)
		}
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Create, Feature: f})
	}
	mustApply(t, h.Store, b)
	want, at := load(t, h.Store), moment()
	h.SQL(t, `DELETE FROM test_site`)
	mustEqual(t, fmt.Sprintf("seed %d", seed), loadKnown(t, h.Store, at), want)
}

func nothingKnownBefore(t *testing.T, h Harness) {
	for _, at := range []time.Time{{}, time.Unix(0, 0), time.Date(1900, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if m := loadKnown(t, h.Store, at); len(m.lines()) > 0 || len(m.faults) > 0 {
			t.Errorf("known at %v: %v, faults %v", at, m.lines(), m.faults)
		}
	}
}

// begunIsTheFirst: from the moment the store says on something is known, and
// nothing the smallest time before.
func begunIsTheFirst(t *testing.T, h Harness) {
	mustApply(t, h.Store, by(create("a")))
	for name, s := range map[string]geo.Store{"same handle": h.Store, "after restart": h.Reopen(t)} {
		at, err := s.Begun(context.Background())
		if err != nil || at.IsZero() {
			t.Fatalf("%s: begun at %v, %v", name, at, err)
		}
		if m := loadKnown(t, s, at); len(m.layers) != 3 || m.has(site, "a") {
			t.Errorf("%s: known at %v, when it began: %v", name, at, m.lines())
		}
		if m := loadKnown(t, s, at.Add(-time.Microsecond)); len(m.lines()) > 0 {
			t.Errorf("%s: known before %v: %v", name, at, m.lines())
		}
	}
}

func futureIsUnknown(t *testing.T, h Harness) {
	_, err := tryLoad(context.Background(), pastOf{h.Store, time.Now().Add(time.Hour)})
	if e := mustBe(t, err, geo.Invalid); e.Field != "known" {
		t.Errorf("field %q: %v", e.Field, e)
	}
	mustApply(t, h.Store, by(create("a")))
	ahead := time.Now().Add(geo.MaxSkew / 20)
	if m := loadKnown(t, h.Store, ahead); !m.has(site, "a") || time.Now().Before(ahead) {
		t.Errorf("at %v known of %v: %v", time.Now(), ahead, m.lines())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := tryLoad(ctx, pastOf{h.Store, time.Now().Add(geo.MaxSkew / 2)}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func declarationsAreKnown(t *testing.T, h Harness) {
	mustApply(t, h.Store, by(create("a")))
	var c chronicle
	c.note(t, h.Store, "the start")
	l := siteLayer()
	l.Title.EN, l.Fields[1].Enum = "Renamed", []string{"甲", "丁"}
	l.Fields = append(l.Fields, geo.Field{Name: "added", Type: geo.TextField})
	later := geo.Layer{ID: "later", Geometry: geo.Points, Fields: []geo.Field{{Name: "x", Type: geo.IntField}, {Name: "r", Type: geo.TextField}, {Name: "row", Type: geo.TextField}}}
	f := geo.Feature{Layer: "later", Code: "l", Properties: geo.Properties{"x": int64(4)}}
	mustApply(t, h.Store, by(declare(l), declare(later), geo.Edit{Op: geo.Create, Feature: f}))
	c.note(t, h.Store, "declaring")
	c.check(t, h.Store)
	before, after := loadKnown(t, h.Store, c.at[0]), loadKnown(t, h.Store, c.at[1])
	if _, there := before.layers["later"]; there || before.layers[site].Title.EN != "Test sites" || before.layers[site].Version != 1 {
		t.Errorf("known before: %+v", before.layers)
	}
	if after.layers[site].Title.EN != "Renamed" || after.layers[site].Version != 2 || !after.has("later", "l") {
		t.Errorf("known after: %+v", after.lines())
	}
}

func broughtBackIsKnown(t *testing.T, h Harness) {
	e := create("a")
	e.Feature.ID = mustApply(t, h.Store, by(e)).IDs[0]
	mustApply(t, h.Store, by(report(e.Feature.ID, 738885, 40)))
	var c chronicle
	c.note(t, h.Store, "the report")
	mustApply(t, h.Store, by(remove(e.Feature.ID, 0)))
	c.note(t, h.Store, "the deletion")
	mustApply(t, h.Store, by(e))
	c.note(t, h.Store, "the return")
	c.check(t, h.Store)
	if loadKnown(t, h.Store, c.at[1]).has(site, "a") {
		t.Error("the deleted feature is known")
	}
	if r := loadKnown(t, h.Store, c.at[2]).record(t, site, "a"); r.Feature.Version != 2 || len(r.Reports) != 0 {
		t.Errorf("came back as %s", showRecord(r))
	}
}

// picturesAreWholeAndFinal looks at moments just now while writers write: the
// same moment must show the same later, and never half a batch.
func picturesAreWholeAndFinal(t *testing.T, h Harness) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	ids := makePairs(t, h.Store)
	stores := []geo.Store{h.Store, h.Reopen(t)}
	var writers, readers sync.WaitGroup
	done := make(chan struct{})
	for w := range 3 {
		writers.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(w)))
			for range 40 {
				if _, err := stores[w%2].Apply(context.Background(), by(shiftPair(r, ids)...)); err != nil {
					t.Errorf("seed %d: apply: %v", seed, err)
					return
				}
			}
		})
	}
	kept := make([]chronicle, 2)
	for n := range kept {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				at := time.Now()
				m, err := tryLoad(context.Background(), pastOf{stores[n], at})
				if err == nil {
					err = m.torn()
				}
				if err != nil {
					t.Errorf("seed %d: %v", seed, err)
					return
				}
				kept[n].at, kept[n].held, kept[n].what = append(kept[n].at, at), append(kept[n].held, m), append(kept[n].what, "a look")
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
	for n := range kept {
		kept[n].check(t, stores[1-n])
	}
}

func knownLoadEnds(t *testing.T, h Harness) {
	mustApply(t, h.Store, by(create("a"), create("b")))
	stop, n := errors.New("enough"), 0
	at := moment()
	err := h.Store.LoadKnown(context.Background(), at, func(geo.Head) error { return nil }, func(geo.Record) error { n++; return stop })
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("after %d records: %v", n, err)
	}
	err = h.Store.LoadKnown(context.Background(), at, func(geo.Head) error { return stop }, func(geo.Record) error { n++; return nil })
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("after the head: %v", err)
	}
}

// trace gives the versions of a feature as lines.
func trace(t testing.TB, s geo.Store, id geo.ID, limit int) []string {
	t.Helper()
	vs, err := s.Trace(context.Background(), site, id, limit)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.IsSortedFunc(vs, func(a, b geo.Version) int { return b.Recorded.Compare(a.Recorded) }) {
		t.Errorf("not the latest first: %+v", vs)
	}
	var out []string
	for _, v := range vs {
		day := "-"
		if v.Date != 0 {
			day = v.Date.String()
		}
		out = append(out, fmt.Sprintf("%s %s %s %q v%d %s/%s %s", v.What, v.Op, day, v.Code, v.Version, v.Actor, v.Note, showProperties(v.Properties)))
	}
	return out
}

func mustTrace(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("traced\n%s\nwant\n%s", lines(got), lines(want))
	}
}

func lines(of []string) string {
	s := ""
	for _, l := range of {
		s += "  " + l + "\n"
	}
	return s
}

func traceTells(t *testing.T, h Harness) {
	e := create("a")
	id := mustApply(t, h.Store, by(e, create("other"))).IDs[0]
	_ = moment()
	mustApply(t, h.Store, geo.Batch{Actor: "张三", Note: "月报", Edits: []geo.Edit{report(id, 738885, 40)}})
	reported := moment()
	f := named("a2")
	f.Properties["size"], f.Properties["seen"] = 0.1, time.Date(2022, 1, 2, 3, 4, 5, 0, time.UTC)
	mustApply(t, h.Store, geo.Batch{Actor: "李四", Edits: []geo.Edit{replace(f, id, 1)}})
	_ = moment()
	mustApply(t, h.Store, by(remove(id, 0)))
	all := trace(t, h.Store, id, 100)
	mustTrace(t, all[2:],
		`feature update - "a2" v2 李四/ name=string:名 a2,seen=time:2022-01-02T03:04:05Z,size=float:3fb999999999999a`,
		`report insert 2023-12-31 "" v1 张三/月报 actual_progress=float:4044000000000000`,
		`feature insert - "a" v1 tester/ name=string:名 a`)
	last := slices.Sorted(slices.Values(all[:2])) // feature and report went at one moment
	mustTrace(t, last,
		`feature delete - "a2" v2 tester/ name=string:名 a2,seen=time:2022-01-02T03:04:05Z,size=float:3fb999999999999a`,
		`report delete 2023-12-31 "" v1 tester/ actual_progress=float:4044000000000000`)
	mustTrace(t, trace(t, h.Store, id, 2), all[:2]...)
	vs, err := h.Store.Trace(context.Background(), site, id, 4)
	if err != nil {
		t.Fatal(err)
	}
	if at := vs[3].Recorded; at.After(reported) || !loadKnown(t, h.Store, at).has(site, "a") || len(loadKnown(t, h.Store, at).record(t, site, "a").Reports) != 1 {
		t.Errorf("what was recorded at %v is not known then", at)
	}
}

func traceOfSQL(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	mustApply(t, h.Store, by(report(id, 738885, 40)))
	h.SQL(t, `UPDATE test_site_report SET actual_progress = 45`)
	vs, err := h.Store.Trace(context.Background(), site, id, 2)
	if err != nil || len(vs) != 2 {
		t.Fatalf("%+v, %v", vs, err)
	}
	now, was := vs[0], vs[1]
	if now.What != "report" || now.Op != "update" || now.Properties[geo.ActualProgress] != 45.0 || now.Version != 2 || now.Actor == "" || now.Actor == "tester" {
		t.Errorf("the report is now %+v", now)
	}
	if was.Op != "insert" || was.Properties[geo.ActualProgress] != 40.0 || was.Actor != "tester" {
		t.Errorf("the report was %+v", was)
	}
}

func traceOfNothing(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	for name, of := range map[string]struct {
		layer geo.LayerID
		id    geo.ID
	}{"no such feature": {site, id + 1}, "no such layer": {"nowhere", id}, "beyond ids": {site, geo.MaxID + 1}, "no id": {site, 0}} {
		if _, err := h.Store.Trace(context.Background(), of.layer, of.id, 10); geo.CodeOf(err) != geo.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Store.Trace(context.Background(), site, id, 0); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("limit 0: %v", err)
	}
}
