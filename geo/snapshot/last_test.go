package snapshot_test

import (
	"context"
	"math/rand/v2"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// What is read of the last report without reading all is what all reports say.
func TestLastReportIsThatOfAllReports(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := &maker{Rand: rand.New(rand.NewPCG(seed, 0))}
	m := newStore(append(city.Layers(), imported())...)
	for range 300 {
		c := r.changes(m)
		m.apply(c)
	}
	s, err := snapshot.Options{Now: noon}.Load(context.Background(), m)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, l := range s.Layers() {
		for i := range l.All {
			day := i.Day()
			if d, ok := s.District(i.District()); ok && d.Date != 0 && day != d.Date {
				t.Fatalf("judged on %s, the district stands at %s", day, d.Date)
			}
			var last geo.Date
			numbers := map[string]float64{}
			for _, rep := range i.Reports() {
				if rep.Date > day {
					continue
				}
				last = rep.Date
				for name := range rep.Properties {
					if x, ok := rep.Properties.Float(name); ok {
						numbers[name] = x
					}
				}
			}
			if got := i.Reported(); got != last {
				t.Fatalf("%s: last report %s, want %s", i.Code(), got, last)
			}
			for _, f := range l.Decl().Reports {
				x, ok := i.LastReported(f.Name)
				want, has := numbers[f.Name]
				if ok != has || x != want {
					t.Fatalf("%s: %s is %v %v, want %v %v", i.Code(), f.Name, x, ok, want, has)
				}
				if ok {
					seen++
				}
			}
		}
	}
	if seen == 0 || len(s.Layers()) < len(city.Layers()) {
		t.Errorf("%d values seen", seen)
	}
}
