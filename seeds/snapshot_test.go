package seeds_test

import (
	"context"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// What the wall shows is counted by the snapshot, not by these tests.
func TestSnapshotShowsWhatTheDocumentsSay(t *testing.T) {
	r := open(t)
	s, err := snapshot.Load(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range s.Districts() {
		if want := []string{"310105", "310107", "310151", "350104"}[i]; d.Code != want || d.Live || d.Date != r.dates[d.Code] {
			t.Errorf("district %+v, want %s at %s", d, want, r.dates[want])
		}
	}
	for _, c := range []struct {
		layer    geo.LayerID
		district string
		want     snapshot.LightCounts // none, green, yellow, red
	}{
		{city.Project, "310107", snapshot.LightCounts{0, 57, 27, 3}},
		{city.RiverSection, "310105", snapshot.LightCounts{0, 36, 0, 0}},
		{city.Block, "310105", snapshot.LightCounts{17, 39, 0, 0}},
		{city.Problem, "350104", snapshot.LightCounts{0, 59, 197, 0}}, // with 8 黑气窝点, closed
		{city.Project, "310151", snapshot.LightCounts{31, 13, 0, 0}},  // 进展为示意
		{city.Indicator, "310107", snapshot.LightCounts{59, 0, 0, 0}},
	} {
		l, ok := s.Layer(c.layer)
		if !ok {
			t.Fatalf("no layer %s", c.layer)
		}
		if got := l.Counts(c.district); got != c.want {
			t.Errorf("%s of %s: none, green, yellow, red %v, want %v", c.layer, c.district, got, c.want)
		}
	}
}

func TestProjectsLieInTownsOfTheirDistrict(t *testing.T) {
	s, err := snapshot.Load(context.Background(), open(t))
	if err != nil {
		t.Fatal(err)
	}
	l, _ := s.Layer(city.Project)
	towns := map[string]int{}
	for i := range l.All {
		if i.District() != "310107" {
			continue
		}
		towns[i.Town()]++
		if _, ok := i.LabelPoint(); !ok {
			t.Errorf("%s has no place for its mark", i.Name())
		}
	}
	for town, n := range towns {
		if !strings.HasSuffix(town, "街道") && !strings.HasSuffix(town, "镇") {
			t.Errorf("%d projects in town %q", n, town)
		}
	}
	if len(towns) < 9 {
		t.Errorf("projects in %v only", towns)
	}
}
