package snapshot

import (
	"iter"
	"slices"
	"sync"

	"yiping/geo"
)

// mostListed bounds the ids that are kept, 8 bytes each.
const mostListed = 4 << 20

// Lists keeps which features of the newest snapshot conditions let through, in
// order: to find that out takes a look at every feature, and would for each page
// of them. The zero value is ready.
type Lists struct {
	mu   sync.Mutex
	snap *Snapshot
	ids  map[string][]geo.ID
	held int
}

// Of gives the list of a name, made by find where it is not at hand. Two that ask
// at once may both find it. What cannot be found is not kept. Read only.
func (k *Lists) Of(s *Snapshot, name string, find func() ([]geo.ID, error)) ([]geo.ID, error) {
	k.mu.Lock()
	ids, ok := k.ids[name]
	ok = ok && k.snap == s
	k.mu.Unlock()
	if ok {
		return ids, nil
	}
	ids, err := find()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.snap != s || k.held+len(ids) > mostListed {
		k.snap, k.ids, k.held = s, map[string][]geo.ID{}, 0
	}
	if _, ok := k.ids[name]; !ok && len(ids) <= mostListed {
		k.ids[name] = ids
		k.held += len(ids) + len(name)/8 + 8 // an empty list takes room as well
	}
	return ids, nil
}

// IDs lists the ids of features ascending.
func IDs(features iter.Seq[Item]) []geo.ID {
	var ids []geo.ID
	for i := range features {
		ids = append(ids, i.ID())
	}
	slices.Sort(ids)
	return ids
}
