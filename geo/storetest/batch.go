package storetest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
)

func batchCases() []testCase {
	return []testCase{
		{"lands whole and answers ids, versions and cursor", batchLands},
		{"a fault in one edit leaves nothing of the others", batchIsAtomic},
		{"a stale version is a conflict", staleVersion},
		{"a key used again answers the first result", keyReplays},
		{"a key used again for something else is a conflict", keyReused},
		{"a report may belong to a feature drawn in the same batch", reportOfNewFeature},
		{"of many first reports of a day one is first", reportExpectedAbsent},
		{"two codes swap in one batch", codesSwap},
		{"three codes rotate in one batch", codesRotate},
		{"a code freed in a batch may be taken in it", codeFreedInBatch},
		{"a batch without an actor is invalid", actorIsRequired},
		{"what is no text is refused by name", textsOfABatch},
		{"an unknown layer, feature or operation is told", unknownThings},
		{"a cancelled batch leaves nothing", cancelledBatch},
		{"wrong input is invalid and names its field", wrongInput},
		{"an empty batch lands", emptyBatch},
	}
}

func batchLands(t *testing.T, h Harness) {
	before := load(t, h.Store)
	res := mustApply(t, h.Store, by(create("a"), create("b"),
		geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: "d1", Date: 738885, Live: true}}))
	if res.IDs[0] == 0 || res.IDs[0] == res.IDs[1] || res.IDs[2] != 0 {
		t.Errorf("ids %v", res.IDs)
	}
	if res.Versions[0] != 1 || res.Versions[1] != 1 || res.Replayed {
		t.Errorf("result %+v", res)
	}
	if h.Store.Covers(before.cursor, res.Cursor) || !h.Store.Covers(res.Cursor, before.cursor) {
		t.Errorf("cursor %q after %q", res.Cursor, before.cursor)
	}
	if r := load(t, h.Store).record(t, site, "b"); r.ID != res.IDs[1] || r.Feature.Properties.Text("name") != "名 b" {
		t.Errorf("stored as %s", showRecord(r))
	}
	up := mustApply(t, h.Store, by(replace(named("a"), res.IDs[0], 1), remove(res.IDs[1], 1)))
	if up.Versions[0] != 2 || up.Versions[1] != 0 || up.IDs[0] != res.IDs[0] || up.IDs[1] != res.IDs[1] {
		t.Errorf("second result %+v", up)
	}
}

func batchIsAtomic(t *testing.T, h Harness) {
	res := mustApply(t, h.Store, by(create("kept")))
	before := load(t, h.Store)
	l := siteLayer()
	l.Fields = append(l.Fields, geo.Field{Name: "added", Type: geo.TextField})
	e := mustFail(t, h.Store, by(create("x"), remove(res.IDs[0], 0), geo.Edit{Op: geo.Declare, Layer: l},
		geo.Edit{Op: geo.SetDate, Date: geo.DistrictDate{District: "d", Date: 1}}, create("y"), remove(geo.MaxID, 0)), geo.NotFound)
	if e.Row != 6 {
		t.Errorf("row %d, want 6: %v", e.Row, e)
	}
	after := load(t, h.Store)
	mustEqual(t, "after the failed batch", after, before)
	if !h.Store.Covers(before.cursor, after.cursor) {
		t.Errorf("the failed batch moved the cursor from %q to %q", before.cursor, after.cursor)
	}
}

func staleVersion(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	mustApply(t, h.Store, by(replace(named("a"), id, 1)))
	for name, e := range map[string]geo.Edit{"replace": replace(named("a"), id, 1), "delete": remove(id, 1)} {
		if err := mustFail(t, h.Store, by(create("other"), e), geo.Conflict); err.Row != 2 || err.Layer != site {
			t.Errorf("%s: row %d layer %q: %v", name, err.Row, err.Layer, err)
		}
	}
	if res := mustApply(t, h.Store, by(replace(named("a"), id, 0))); res.Versions[0] != 3 {
		t.Errorf("version 0 takes any: %+v", res)
	}
	if load(t, h.Store).has(site, "other") {
		t.Error("the refused batch left a feature")
	}
}

func keyReplays(t *testing.T, h Harness) {
	b := by(create("a"), create("b"))
	b.Key = "import-1"
	first := mustApply(t, h.Store, b)
	mustApply(t, h.Store, by(remove(first.IDs[0], 0)))
	state := load(t, h.Store)
	for name, s := range map[string]geo.Store{"same handle": h.Store, "after restart": h.Reopen(t)} {
		again := mustApply(t, s, b)
		if !again.Replayed || again.IDs[0] != first.IDs[0] || again.IDs[1] != first.IDs[1] || again.Versions[1] != 1 || again.Cursor != first.Cursor {
			t.Errorf("%s: first %+v, again %+v", name, first, again)
		}
		mustEqual(t, name, load(t, s), state)
	}
	b.Key = "import-2"
	b.Edits = []geo.Edit{create("b")}
	mustFail(t, h.Store, b, geo.Conflict)
	b.Edits = []geo.Edit{create("c")}
	if res := mustApply(t, h.Store, b); res.Replayed {
		t.Error("the key of a failed batch was kept")
	}
}

// keyReused: nothing of what came under a key of something else is dropped in
// silence. A batch without a digest is compared with none.
func keyReused(t *testing.T, h Harness) {
	b := by(create("a"))
	b.Key, b.Digest = "push-1", "of a"
	first := mustApply(t, h.Store, b)
	state := load(t, h.Store)
	other := by(create("b"))
	other.Key, other.Digest = b.Key, "of b"
	for name, s := range map[string]geo.Store{"same handle": h.Store, "after restart": h.Reopen(t)} {
		if e := mustFail(t, s, other, geo.Conflict); !errors.Is(e, geo.ErrKeyReused) || e.Field != "key" || e.Row != 0 || !strings.Contains(e.Message, b.Key) || !strings.Contains(e.ZH, b.Key) {
			t.Errorf("%s: refused with %+v", name, e)
		}
		mustEqual(t, name, load(t, s), state)
		// What was asked is the same though the edits are made of a newer state.
		again := by(replace(named("a"), first.IDs[0], 0))
		again.Key, again.Digest = b.Key, b.Digest
		if r := mustApply(t, s, again); !r.Replayed || r.Versions[0] != 1 {
			t.Errorf("%s: the same again: %+v", name, r)
		}
	}
	other.Digest = ""
	if r := mustApply(t, h.Store, other); !r.Replayed {
		t.Errorf("without a digest: %+v", r)
	}
	plain := by(create("c"))
	plain.Key = "push-2"
	mustApply(t, h.Store, plain)
	plain.Digest = "of c"
	if r := mustApply(t, h.Store, plain); !r.Replayed {
		t.Errorf("landed without a digest: %+v", r)
	}
}

func reportOfNewFeature(t *testing.T, h Harness) {
	e := report(0, 738885, 40)
	e.Of = 2
	res := mustApply(t, h.Store, by(create("a"), create("b"), e))
	if res.IDs[2] != res.IDs[1] || res.Versions[2] != 1 {
		t.Errorf("result %+v", res)
	}
	m := load(t, h.Store)
	if a, b := m.record(t, site, "a"), m.record(t, site, "b"); len(a.Reports) != 0 || len(b.Reports) != 1 || b.Reports[0].Date != 738885 {
		t.Errorf("reports %v and %v", a.Reports, b.Reports)
	}
	e.Of = 3
	mustFail(t, h.Store, by(create("c"), e), geo.Invalid)
}

// reportExpectedAbsent: of many who enter a report of one day at the same time,
// each believing to be the first, one is.
func reportExpectedAbsent(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	put := func(day geo.Date, actual float64) geo.Edit {
		e := report(id, day, actual)
		e.Report.Version = geo.Absent
		return e
	}
	won := make(chan float64, 8)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			_, err := h.Store.Apply(context.Background(), by(put(738885, float64(n))))
			switch geo.CodeOf(err) {
			case "":
				won <- float64(n)
			case geo.Conflict:
			default:
				t.Errorf("apply: %v", err)
			}
		})
	}
	wg.Wait()
	close(won)
	if len(won) != 1 {
		t.Fatalf("%d of 8 were first", len(won))
	}
	got := load(t, h.Store).record(t, site, "a").Reports
	if v, _ := got[0].Properties.Float(geo.ActualProgress); len(got) != 1 || v != <-won {
		t.Errorf("reports %v", got)
	}
	if e := mustFail(t, h.Store, by(put(738886, 1), put(738885, 1)), geo.Conflict); e.Row != 2 {
		t.Errorf("row %d: %v", e.Row, e)
	}
	if res := mustApply(t, h.Store, by(put(738886, 1), report(id, 738885, 2))); res.Versions[0] != 1 || res.Versions[1] != 2 {
		t.Errorf("versions %v", res.Versions)
	}
}

func codesSwap(t *testing.T, h Harness) {
	ids := mustApply(t, h.Store, by(create("a"), create("b"))).IDs
	m := load(t, h.Store)
	res := mustApply(t, h.Store, by(replace(named("b"), ids[0], 1), replace(named("a"), ids[1], 1)))
	if res.Versions[0] != 2 || res.Versions[1] != 2 {
		t.Errorf("versions %v", res.Versions)
	}
	if _, err := m.follow(context.Background(), h.Store); err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "followed", m, load(t, h.Store))
	if m.record(t, site, "a").ID != ids[1] || m.record(t, site, "b").ID != ids[0] {
		t.Error("codes were not swapped")
	}
}

func codesRotate(t *testing.T, h Harness) {
	ids := mustApply(t, h.Store, by(create("a"), create("b"), create("c"))).IDs
	mustApply(t, h.Store, by(replace(named("b"), ids[0], 1), replace(named("c"), ids[1], 1), replace(named("a"), ids[2], 1)))
	m := load(t, h.Store)
	if m.record(t, site, "b").ID != ids[0] || m.record(t, site, "c").ID != ids[1] || m.record(t, site, "a").ID != ids[2] {
		t.Error("codes were not rotated")
	}
	mustFail(t, h.Store, by(replace(named("b"), ids[2], 0)), geo.Conflict)
}

func codeFreedInBatch(t *testing.T, h Harness) {
	old := mustApply(t, h.Store, by(create("a"))).IDs[0]
	res := mustApply(t, h.Store, by(remove(old, 0), create("a")))
	if res.IDs[1] == old {
		t.Error("the id was used again")
	}
	res = mustApply(t, h.Store, by(create("b"), replace(named("c"), res.IDs[1], 0), create("a")))
	if m := load(t, h.Store); m.record(t, site, "a").ID != res.IDs[2] || len(m.records[site]) != 3 {
		t.Errorf("state %v", m.lines())
	}
}

func actorIsRequired(t *testing.T, h Harness) {
	mustFail(t, h.Store, geo.Batch{Edits: []geo.Edit{create("a")}}, geo.Invalid)
}

func textsOfABatch(t *testing.T, h Harness) {
	for field, b := range map[string]geo.Batch{
		"actor": {Actor: "a\x00b"}, "key": {Actor: "a", Key: "k\xff"}, "note": {Actor: "a", Note: "\x00"},
	} {
		b.Edits = []geo.Edit{create("a")}
		if e := mustFail(t, h.Store, b, geo.Invalid); e.Field != field || e.ZH == "" {
			t.Errorf("%s: %+v", field, e)
		}
	}
}

func unknownThings(t *testing.T, h Harness) {
	lost := named("a")
	lost.Layer = "no_such_layer"
	id := mustApply(t, h.Store, by(create("here"))).IDs[0]
	for name, c := range map[string]struct {
		edit geo.Edit
		code geo.Code
	}{
		"layer of a create":   {geo.Edit{Op: geo.Create, Feature: lost}, geo.NotFound},
		"layer of a report":   {geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: "no_such_layer", Feature: 1, Date: 1}}, geo.NotFound},
		"layer with a quote":  {geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: `x"; drop`, ID: 1}}, geo.NotFound},
		"feature to replace":  {replace(named("a"), id+1000, 0), geo.NotFound},
		"feature to delete":   {remove(id+1000, 0), geo.NotFound},
		"feature of a report": {report(id+1000, 738885, 1), geo.NotFound},
		"report to drop":      {geo.Edit{Op: geo.DropReport, Report: geo.Report{Layer: site, Feature: id, Date: 5}}, geo.NotFound},
		"operation":           {geo.Edit{Op: 99}, geo.Invalid},
	} {
		t.Run(name, func(t *testing.T) {
			if e := mustFail(t, h.Store, by(create("other"), c.edit), c.code); e.Row != 2 {
				t.Errorf("row %d: %v", e.Row, e)
			}
		})
	}
	if _, err := h.Store.Lookup(context.Background(), "no_such_layer", nil); geo.CodeOf(err) != geo.NotFound {
		t.Errorf("lookup: %v", err)
	}
}

func cancelledBatch(t *testing.T, h Harness) {
	before := load(t, h.Store)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := h.Store.Apply(ctx, by(create("a"))); !errors.Is(err, context.Canceled) {
		t.Errorf("apply: %v", err)
	}
	if _, err := tryLoad(ctx, h.Store); !errors.Is(err, context.Canceled) {
		t.Errorf("load: %v", err)
	}
	if _, err := h.Store.Since(ctx, before.cursor); !errors.Is(err, context.Canceled) {
		t.Errorf("since: %v", err)
	}
	if err := h.Store.Wait(ctx, before.cursor); !errors.Is(err, context.Canceled) {
		t.Errorf("wait: %v", err)
	}
	mustEqual(t, "after", load(t, h.Store), before)
}

func wrongInput(t *testing.T, h Harness) {
	with := func(name string, v any) geo.Feature {
		f := named("x")
		f.Properties[name] = v
		return f
	}
	at := func(g orb.Geometry) geo.Feature {
		f := named("x")
		f.Geometry = g
		return f
	}
	for name, c := range map[string]struct {
		feature geo.Feature
		field   string
	}{
		"unknown field":       {with("nope", "1"), "nope"},
		"not in the list":     {with("kind", "丁"), "kind"},
		"above the range":     {with("grade", int64(11)), "grade"},
		"below the range":     {with("grade", int64(-1)), "grade"},
		"not a number":        {with("size", "wide"), "size"},
		"missing":             {with("name", nil), "name"},
		"longitude too large": {at(orb.Point{180.5, 0}), "geom"},
		"latitude too small":  {at(orb.Point{0, -90.5}), "geom"},
		"bow tie":             {at(orb.Polygon{{{0, 0}, {1, 1}, {1, 0}, {0, 1}, {0, 0}}}), "geom"},
		"no code":             {geo.Feature{Layer: site, Properties: geo.Properties{"name": "n"}}, "code"},
	} {
		t.Run(name, func(t *testing.T) {
			e := mustFail(t, h.Store, by(create("first"), geo.Edit{Op: geo.Create, Feature: c.feature}), geo.Invalid)
			if e.Field != c.field || e.Row != 2 || e.Layer != site {
				t.Errorf("field %q row %d layer %q: %v", e.Field, e.Row, e.Layer, e)
			}
		})
	}
}

func emptyBatch(t *testing.T, h Harness) {
	before := load(t, h.Store)
	res := mustApply(t, h.Store, by())
	if !h.Store.Covers(res.Cursor, before.cursor) {
		t.Errorf("cursor %q does not cover %q", res.Cursor, before.cursor)
	}
}
