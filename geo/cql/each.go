package cql

import (
	"slices"

	"yiping/geo"
	"yiping/tiles"
)

// Index is where rows are found: a layer of a snapshot is one.
type Index[R Row] interface {
	ByID(geo.ID) (R, bool)
	ByCode(string) (R, bool)
	Search(tiles.Box, func(R) bool) // rows whose box meets the box
	All(func(R) bool)
}

// Each yields the rows of x that f lets through, each once, until yield gives
// false. It looks up ids or codes that the filter names, else searches the bound
// that it demands, else goes through all. The order is not said.
func Each[R Row](f *Filter, x Index[R], yield func(R) bool) {
	take := func(r R) bool { return !f.Match(r) || yield(r) }
	if ids, ok := f.IDs(); ok {
		lookUp(ids, x.ByID, take)
		return
	}
	if codes, ok := f.Codes(); ok {
		lookUp(codes, x.ByCode, take)
		return
	}
	if b, ok := f.Bounds(); ok {
		x.Search(tiles.BoxOf(b), take)
		return
	}
	x.All(take)
}

func lookUp[K string | geo.ID, R Row](keys []K, find func(K) (R, bool), take func(R) bool) {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	for _, k := range slices.Compact(keys) {
		if r, ok := find(k); ok && !take(r) {
			return
		}
	}
}
