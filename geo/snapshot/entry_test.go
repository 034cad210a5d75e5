package snapshot_test

import (
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot/snaptest"
)

// The entry that a row gives by its columns is the one that the rule finds in
// all facts.
func TestEntryIsThatOfTheRule(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	c := snaptest.NewCity(seed)
	for range 200 {
		c.Take(c.Draw())
	}
	s := snaptest.Snapshot(t, c)
	in, out, others := 0, 0, 0
	for _, day := range []geo.Date{geo.NewDate(2021, 12, 31), geo.NewDate(2022, 7, 15), geo.NewDate(2022, 12, 31), geo.NewDate(2023, 2, 1)} {
		at := s.At(day)
		for _, l := range at.Layers() {
			for i := range l.All {
				if l.Decl().Light.Kind == geo.NoRule {
					continue
				}
				got, ok := i.Entry()
				want, is := l.Decl().Light.Entry(i.Facts(), day)
				got.Reason, want.Reason = "", ""
				if ok != is || got != want {
					t.Fatalf("%s on %s: entry %+v %v, want %+v %v", i.Code(), day, got, ok, want, is)
				}
				if ok {
					in++
				} else {
					out++
				}
				others += len(i.Attached(city.ProjectYear))
			}
		}
	}
	if in*out*others == 0 {
		t.Errorf("%d in force, %d not, %d rows of other years", in, out, others)
	}
}
