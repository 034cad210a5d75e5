package api

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"weak"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
)

// Whoever asks for one moment of the past after another must not make the
// service hold them all: each is as large as the city.
func TestAShelfHoldsThreeSnapshotsOfThePast(t *testing.T) {
	var s shelf[int, *snapshot.Snapshot]
	var pasts []weak.Pointer[snapshot.Snapshot]
	for n := range 6 {
		past := &snapshot.Snapshot{}
		pasts = append(pasts, weak.Make(past))
		for day := range 2 {
			s.get(2*n+day, past, func() *snapshot.Snapshot { return past })
		}
		s.get(100+n, nil, func() *snapshot.Snapshot { return nil })
	}
	runtime.GC()
	for n, p := range pasts {
		if held := p.Value() != nil; held != (n >= 3) {
			t.Errorf("past %d is held: %v", n, held)
		}
	}
	if len(s.kept) != 12 {
		t.Errorf("%d are kept, want both days of three pasts and six of the present", len(s.kept))
	}
	for n := range 20 {
		s.get(200+n, nil, func() *snapshot.Snapshot { return nil })
	}
	made := false
	s.get(219, nil, func() *snapshot.Snapshot { made = true; return nil })
	if len(s.kept) != mostShelved || made {
		t.Errorf("%d are kept, the last one made again: %v", len(s.kept), made)
	}
	s.drop(func(n int, _ *snapshot.Snapshot) bool { return n != 219 })
	if len(s.kept) != 1 {
		t.Errorf("%d are left", len(s.kept))
	}
}

// Days are judged one at a time, and who goes away asks for nothing any more.
func TestOtherDaysAreJudgedOneAtATime(t *testing.T) {
	current, err := snapshot.Load(t.Context(), snaptest.NewCity(1))
	if err != nil {
		t.Fatal(err)
	}
	o := newOtherDays()
	march, april := geo.NewDate(2022, 3, 31), geo.NewDate(2022, 4, 30)
	judged, err := o.at(t.Context(), current, nil, march)
	if err != nil || judged.Date("") != march {
		t.Fatalf("judged at %v: %v", judged, err)
	}
	o.turn <- struct{}{} // somebody judges
	if again, err := o.at(t.Context(), current, nil, march); again != judged || err != nil {
		t.Errorf("what is judged already had to wait: %v", err)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := o.at(gone, current, nil, april); !errors.Is(err, context.Canceled) {
		t.Errorf("who had gone got %v", err)
	}
	<-o.turn
	if s, err := o.at(t.Context(), current, nil, april); err != nil || s.Date("") != april {
		t.Errorf("then %v", err)
	}
	// What was made of a snapshot that is current no more is let go.
	next := *current
	if _, err := o.at(t.Context(), &next, nil, april); err != nil || len(o.kept.kept) != 1 {
		t.Errorf("%d days are kept: %v", len(o.kept.kept), err)
	}
}
