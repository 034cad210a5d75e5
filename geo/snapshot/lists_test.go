package snapshot_test

import (
	"errors"
	"slices"
	"testing"

	"yiping/geo"
	"yiping/geo/snapshot"
)

func TestWhatAConditionLetsThroughIsFoundOnce(t *testing.T) {
	m := synthetic{n: 10}
	store := newStore(works())
	store.records["works"] = m.plain()
	one, two := load(t, store), load(t, store)
	var k snapshot.Lists
	found := 0
	ask := func(s *snapshot.Snapshot, name string, ids ...geo.ID) {
		t.Helper()
		got, err := k.Of(s, name, func() ([]geo.ID, error) { found++; return ids, nil })
		if err != nil || !slices.Equal(got, ids) {
			t.Fatalf("%s: %v (%v), want %v", name, got, err, ids)
		}
	}
	steps := []struct {
		s    *snapshot.Snapshot
		name string
		want int // times that something was found so far
	}{{one, "a", 1}, {one, "a", 1}, {one, "b", 2}, {one, "a", 2}, {two, "a", 3}, {two, "a", 3}, {two, "b", 4}}
	for n, step := range steps {
		ask(step.s, step.name, 1, 2, 3)
		if found != step.want {
			t.Fatalf("step %d: found %d times, want %d", n, found, step.want)
		}
	}
	failure := errors.New("no such unit")
	for range 2 {
		if _, err := k.Of(two, "faulty", func() ([]geo.ID, error) { return nil, failure }); !errors.Is(err, failure) {
			t.Errorf("error %v", err)
		}
	}
	ask(two, "faulty", 7)

	// A list beyond all bounds is given, and not kept.
	huge := make([]geo.ID, 4<<20+1)
	found = 0
	ask(two, "huge", huge...)
	ask(two, "huge", huge...)
	if found != 2 {
		t.Errorf("a list of %d was found %d times, want 2", len(huge), found)
	}
}

func TestIDsAreAscending(t *testing.T) {
	m := synthetic{n: 3000}
	store := newStore(works())
	store.records["works"] = m.plain()
	for _, l := range load(t, store).Layers() {
		var want []geo.ID
		for i := range l.All {
			want = append(want, i.ID())
		}
		got := snapshot.IDs(func(yield func(snapshot.Item) bool) {
			for _, i := range slices.Backward(slices.Collect(l.All)) {
				if !yield(i) {
					return
				}
			}
		})
		if len(want) != m.n || !slices.Equal(got, want) {
			t.Errorf("%d ids, want %d of %d", len(got), len(want), m.n)
		}
	}
}
