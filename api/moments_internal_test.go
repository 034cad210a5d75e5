package api

import (
	"fmt"
	"net/http"
	"testing"

	"yiping/geo"
)

func TestAClientAsksForSoManyMomentsAtATime(t *testing.T) {
	var m moments
	day := func(n int) clock { return clock{day: geo.NewDate(2022, 1, 1) + geo.Date(n)} }
	var done []func()
	for n := range mostMoments {
		for range 3 { // all that one screen asks of a day counts once
			leave, err := m.enter("a", day(n))
			if err != nil {
				t.Fatal(n, err)
			}
			done = append(done, leave)
		}
	}
	_, err := m.enter("a", day(mostMoments))
	if p := problemOf(fmt.Errorf("wrapped: %w", err)); p.status != http.StatusTooManyRequests || p.retry == 0 {
		t.Errorf("one more: %v", err)
	}
	if leave, err := m.enter("a", day(0)); err != nil {
		t.Errorf("one of them again: %v", err)
	} else {
		leave()
	}
	if leave, err := m.enter("b", day(mostMoments)); err != nil {
		t.Errorf("another client: %v", err)
	} else {
		leave()
	}
	for _, leave := range done[:3] {
		leave()
	}
	leave, err := m.enter("a", day(mostMoments))
	if err != nil {
		t.Fatalf("after one has its answer: %v", err)
	}
	leave()
	for _, leave := range done[3:] {
		leave()
	}
	if len(m.of) != 0 {
		t.Errorf("left behind: %v", m.of)
	}
}
