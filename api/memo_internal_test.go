package api

import (
	"context"
	"errors"
	"sync"
	"testing"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// An answer that could not be given is asked for again: neither a client that went
// away nor a store that was away for a moment decides what others are told.
func TestFailuresAreNotRemembered(t *testing.T) {
	var m memo
	of := &snapshot.Snapshot{}
	away := geo.Errorf(geo.Unavailable, "the store is away")
	if _, err := m.get(of, "a", func() (*reply, error) { return nil, away }); !errors.Is(err, away) {
		t.Fatalf("the failure is told as %v", err)
	}
	again, err := m.get(of, "a", func() (*reply, error) { return newReply(typeJSON, []byte("{}")), nil })
	if err != nil || again == nil {
		t.Fatalf("once the store is back: %v", err)
	}
	kept, err := m.get(of, "a", func() (*reply, error) { t.Error("made twice"); return nil, nil })
	if err != nil || kept != again {
		t.Errorf("the answer is not kept: %v", err)
	}
	if len(m.entries) != 1 {
		t.Errorf("%d entries are kept", len(m.entries))
	}
}

// Those who wait for one that gives up make the answer themselves.
func TestWhoWaitsForOneThatLeftAsksAnew(t *testing.T) {
	var m memo
	of := &snapshot.Snapshot{}
	begun, left := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() {
		_, err := m.get(of, "a", func() (*reply, error) {
			close(begun)
			<-left
			return nil, context.Canceled
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the one that left is told %v", err)
		}
	})
	<-begun
	e := m.entry(of, "a") // as one finds it who comes now
	all.Go(func() {
		close(left)
		if a, err := m.wait(of, "a", e, func() (*reply, error) { return newReply(typeJSON, []byte("{}")), nil }); err != nil || a == nil {
			t.Errorf("the one that stayed is told %v", err)
		}
	})
	all.Wait()
}
