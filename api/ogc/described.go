package ogc

import (
	"slices"
	"sync"

	"yiping/geo"
)

// description is what follows from the declaration of a layer for its items. Read
// only.
type description struct {
	properties []property
	queryable  []property
	equal      []property // the queryable ones that are parameters of items
	params     []string   // of items
}

// mostDescribed bounds the declarations that descriptions are kept of, each an older
// one for every change of a layer.
const mostDescribed = 256

// described remembers descriptions by declaration. The zero value is ready.
type described struct {
	mu sync.RWMutex
	of map[*geo.Layer]*description
}

// described gives the description of a layer, made once for each declaration.
func (s *Service) described(d *geo.Layer) *description {
	k := &s.known
	k.mu.RLock()
	known := k.of[d]
	k.mu.RUnlock()
	if known != nil {
		return known
	}
	known = describe(d)
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil || len(k.of) >= mostDescribed {
		k.of = map[*geo.Layer]*description{}
	}
	k.of[d] = known
	return known
}

func describe(d *geo.Layer) *description {
	out := &description{properties: properties(d), queryable: queryable(d), params: slices.Clone(fixed)}
	for _, p := range out.queryable {
		if !isFixed(p.name) {
			out.equal = append(out.equal, p)
			out.params = append(out.params, p.name)
		}
	}
	return out
}
