package storetest

import (
	"context"
	"testing"

	"yiping/geo"
)

func identityCases() []testCase {
	return []testCase{
		{"an id is not used again after delete and reopen", idsAreNotReused},
		{"an explicit id only brings the same feature back", explicitID},
		{"a code is unique in its layer and free again after delete", codeUsedAgain},
		{"look-up finds features by code", lookupFinds},
		{"layers are listed in order of id", layersListed},
	}
}

func idsAreNotReused(t *testing.T, h Harness) {
	seen := map[geo.ID]bool{}
	s := h.Store
	for round := range 3 {
		res := mustApply(t, s, by(create("a"), create("b")))
		for _, id := range res.IDs {
			if seen[id] {
				t.Fatalf("round %d: id %d came again", round, id)
			}
			seen[id] = true
		}
		mustApply(t, s, by(remove(res.IDs[0], 0), remove(res.IDs[1], 0)))
		s = h.Reopen(t)
	}
}

func explicitID(t *testing.T, h Harness) {
	own := func(id geo.ID, code string) geo.Edit {
		e := create(code)
		e.Feature.ID = id
		return e
	}
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	mustFail(t, h.Store, by(own(id, "a")), geo.Conflict)
	mustFail(t, h.Store, by(own(id+500, "new")), geo.Conflict)
	mustApply(t, h.Store, by(remove(id, 0)))
	mustFail(t, h.Store, by(own(id, "stranger")), geo.Conflict)
	m := load(t, h.Store)
	res := mustApply(t, h.Reopen(t), by(own(id, "a")))
	if res.IDs[0] != id {
		t.Errorf("came back as %d, want %d", res.IDs[0], id)
	}
	if _, err := m.follow(context.Background(), h.Store); err != nil {
		t.Fatal(err)
	}
	if r := m.record(t, site, "a"); r.ID != id || r.Feature.Version != res.Versions[0] {
		t.Errorf("followed as %s, result %+v", showRecord(r), res)
	}
	if next := mustApply(t, h.Store, by(create("b"))).IDs[0]; next == id {
		t.Error("the id was drawn for another feature")
	}
}

func codeUsedAgain(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	if e := mustFail(t, h.Store, by(create("b"), create("a")), geo.Conflict); e.Row != 2 || e.Field != "code" {
		t.Errorf("row %d field %q: %v", e.Row, e.Field, e)
	}
	mustFail(t, h.Store, by(create("c"), create("c")), geo.Conflict)
	other := create("a")
	other.Feature.Layer, other.Feature.Properties = note, nil
	mustApply(t, h.Store, by(other))
	mustApply(t, h.Store, by(remove(id, 0)))
	if again := mustApply(t, h.Store, by(create("a"))).IDs[0]; again == id {
		t.Error("the new feature has the id of the old one")
	}
}

func lookupFinds(t *testing.T, h Harness) {
	ctx := context.Background()
	res := mustApply(t, h.Store, by(create("a"), create("b'; --"), create("丙")))
	mustApply(t, h.Store, by(replace(named("丙"), res.IDs[2], 0)))
	got, err := h.Store.Lookup(ctx, site, []string{"丙", "b'; --", "gone", ""})
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || got["丙"] != (geo.Ref{ID: res.IDs[2], Version: 2}) || got["b'; --"] != (geo.Ref{ID: res.IDs[1], Version: 1}) {
		t.Errorf("found %v", got)
	}
	if got, err = h.Store.Lookup(ctx, site, nil); err != nil || len(got) != 3 {
		t.Errorf("whole layer: %v, %v", got, err)
	}
	if got, err = h.Store.Lookup(ctx, site, []string{}); err != nil || len(got) != 0 {
		t.Errorf("no codes: %v, %v", got, err)
	}
}

func layersListed(t *testing.T, h Harness) {
	ls, err := h.Store.Layers(context.Background())
	if err != nil || len(ls) != 3 || ls[0].ID != note || ls[1].ID != pair || ls[2].ID != site {
		t.Fatalf("layers %v, %v", ls, err)
	}
	if ls[2].Version == 0 || len(ls[2].Fields) != len(siteLayer().Fields) || ls[2].Fields[1].Enum[2] != "it's" || *ls[2].Fields[2].Max != 10 {
		t.Errorf("declaration %+v", ls[2])
	}
}

func reportCases() []testCase {
	return []testCase{
		{"put, replaced and dropped, and followed", reportsPut},
		{"a stale version is a conflict", reportStale},
		{"deleting a feature removes its reports", reportsGoWithFeature},
		{"wrong input is invalid", reportWrong},
	}
}

func reportsPut(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	m := load(t, h.Store)
	steps := []struct {
		edit    geo.Edit
		version uint64
		want    int
	}{
		{report(id, 738885, 40), 1, 1},
		{report(id, 738854, 30), 1, 2},
		{report(id, 738885, 45.5), 2, 2},
		{geo.Edit{Op: geo.DropReport, Report: geo.Report{Layer: site, Feature: id, Date: 738854}}, 0, 1},
	}
	for i, s := range steps {
		res := mustApply(t, h.Store, by(s.edit))
		if res.IDs[0] != id || res.Versions[0] != s.version {
			t.Errorf("step %d: %+v", i, res)
		}
		c, err := m.follow(context.Background(), h.Store)
		if err != nil || len(c.Records) != 1 {
			t.Fatalf("step %d: %+v, %v", i, c, err)
		}
		mustEqual(t, "followed", m, load(t, h.Store))
		if n := len(m.record(t, site, "a").Reports); n != s.want {
			t.Errorf("step %d: %d reports, want %d", i, n, s.want)
		}
	}
	r := m.record(t, site, "a")
	if x, _ := r.Reports[0].Properties.Float(geo.ActualProgress); x != 45.5 || r.Feature.Version != 1 {
		t.Errorf("stored %s", showRecord(r))
	}
}

func reportStale(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	mustApply(t, h.Store, by(report(id, 738885, 1)))
	e := report(id, 738885, 2)
	e.Report.Version = 1
	mustApply(t, h.Store, by(e))
	mustFail(t, h.Store, by(e), geo.Conflict)
	e.Op = geo.DropReport
	mustFail(t, h.Store, by(e), geo.Conflict)
	e.Report.Version = 2
	mustApply(t, h.Store, by(e))
}

func reportsGoWithFeature(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	mustApply(t, h.Store, by(report(id, 738885, 1)))
	m := load(t, h.Store)
	mustApply(t, h.Store, by(remove(id, 0)))
	if _, err := m.follow(context.Background(), h.Store); err != nil {
		t.Fatal(err)
	}
	if len(m.records[site]) != 0 {
		t.Errorf("left over: %v", m.lines())
	}
	back := create("a")
	back.Feature.ID = id
	mustApply(t, h.Store, by(back))
	if r := load(t, h.Store).record(t, site, "a"); len(r.Reports) != 0 {
		t.Errorf("old reports came back: %s", showRecord(r))
	}
}

func reportWrong(t *testing.T, h Harness) {
	id := mustApply(t, h.Store, by(create("a"))).IDs[0]
	other := create("n")
	other.Feature.Layer, other.Feature.Properties = note, nil
	noted := mustApply(t, h.Store, by(other)).IDs[0]
	for name, c := range map[string]struct {
		report geo.Report
		field  string
	}{
		"no date":          {geo.Report{Layer: site, Feature: id}, "date"},
		"out of range":     {report(id, 738885, 101).Report, geo.ActualProgress},
		"unknown field":    {geo.Report{Layer: site, Feature: id, Date: 1, Properties: geo.Properties{"nope": 1}}, "nope"},
		"takes no reports": {geo.Report{Layer: note, Feature: noted, Date: 1}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := mustFail(t, h.Store, by(create("x"), geo.Edit{Op: geo.PutReport, Report: c.report}), geo.Invalid)
			if e.Row != 2 || e.Field != c.field {
				t.Errorf("row %d field %q: %v", e.Row, e.Field, e)
			}
		})
	}
}
