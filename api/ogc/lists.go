package ogc

import (
	"sync"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/snapshot"
)

// mostListed bounds the ids that are kept, 8 bytes each.
const mostListed = 4 << 20

// lists keeps which features of the newest snapshot a condition lets through, in
// order: to find that out takes a look at every feature, and would for each page.
type lists struct {
	mu   sync.Mutex
	snap *snapshot.Snapshot
	ids  map[string][]geo.ID
	held int
}

// of gives the list of a name, made by find where it is not at hand. Two that ask
// at once may both find it.
func (k *lists) of(s *snapshot.Snapshot, name string, find func() []geo.ID) []geo.ID {
	k.mu.Lock()
	ids, ok := k.ids[name]
	ok = ok && k.snap == s
	k.mu.Unlock()
	if ok {
		return ids
	}
	ids = find()
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.snap != s || k.held+len(ids) > mostListed {
		k.snap, k.ids, k.held = s, map[string][]geo.ID{}, 0
	}
	if _, ok := k.ids[name]; !ok && len(ids) <= mostListed {
		k.ids[name] = ids
		k.held += len(ids) + len(name)/8 + 8 // an empty list takes room as well
	}
	return ids
}

// listName tells a list from others of the same snapshot.
func listName(l *snapshot.Layer, e cql.Expr, by []geo.Order) string {
	name := string(l.Decl().ID)
	for _, o := range by {
		name += "\x00" + o.Name
		if o.Down {
			name += "-"
		}
	}
	if e != nil {
		name += "\x00\x00" + string(cql.JSON(e))
	}
	return name
}
