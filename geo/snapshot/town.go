package snapshot

import (
	"cmp"
	"slices"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo/city"
	"yiping/tiles"
)

// townEnd stands between the towns of a feature, which are kept as one text: no
// name has it.
const townEnd = "\x1f"

func (i Item) townList() string { return i.l.seen.places.text(i.l.town.at(i.row)) }

// Town is the first of Towns, "" for none.
func (i Item) Town() string {
	first, _, _ := strings.Cut(i.townList(), townEnd)
	return first
}

// OtherTowns are those of Towns after the first. It does not allocate where
// there are none.
func (i Item) OtherTowns() []string {
	_, others, more := strings.Cut(i.townList(), townEnd)
	if !more {
		return nil
	}
	return strings.Split(others, townEnd)
}

// Towns are the names of the towns that the feature lies in, nil for none: those
// that its own property "town" lists, in its order; where that is not set, the
// town that holds most of each site (each part of a multi-geometry), the one
// that holds most of all first. A town lies in itself; a district in none.
func (i Item) Towns() []string {
	if list := i.townList(); list != "" {
		return strings.Split(list, townEnd)
	}
	return nil
}

// InTown reports whether the feature lies in the town of that name, be it with
// others; for "", whether it lies in none.
func (i Item) InTown(name string) bool { return listed(i.townList(), name) }

func listed(towns, name string) bool {
	return towns == name || strings.Contains(towns, townEnd) && slices.Contains(strings.Split(towns, townEnd), name)
}

// HasTown reports whether there is a town of that name, or a feature in one.
func (s *Snapshot) HasTown(name string) bool {
	for _, l := range s.layers {
		if name == "" || !l.everIn(name) {
			continue
		}
		for i := range l.All {
			if i.InTown(name) {
				return true
			}
		}
	}
	return false
}

// everIn reports whether anything of the layer lies in the town, or once did.
func (l *Layer) everIn(town string) bool {
	for id := range l.seen.places.len() {
		if listed(l.seen.places.text(uint32(id)), town) {
			return true
		}
	}
	return false
}

// ownTowns reads the towns that a feature's own property lists, "" for none.
func ownTowns(text string) string {
	var names []string
	for _, name := range city.Split(text) {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, townEnd)
}

// findTowns gives the towns that hold the largest share of each site of the
// geometry, in the order of their shares of the whole.
func findTowns(in []place, g orb.Geometry, box tiles.Box, district string) string {
	parts := sites(nil, g)
	if len(parts) < 2 {
		return labelOf(find(in, g, box, district))
	}
	type holder struct {
		*place
		share float64
	}
	var found []holder
	for _, part := range parts {
		p := find(in, part, tiles.BoxOf(part.Bound()), district)
		if p != nil && !slices.ContainsFunc(found, func(h holder) bool { return h.place == p }) {
			found = append(found, holder{p, p.region.Share(g)})
		}
	}
	slices.SortFunc(found, func(a, b holder) int {
		return cmp.Or(cmp.Compare(b.share, a.share), strings.Compare(a.code, b.code), cmp.Compare(a.id, b.id))
	})
	var names []string
	for _, h := range found {
		if !slices.Contains(names, h.label) {
			names = append(names, h.label)
		}
	}
	return strings.Join(names, townEnd)
}

// sites adds the parts of a geometry that have a vertex.
func sites(to []orb.Geometry, g orb.Geometry) []orb.Geometry {
	switch g := g.(type) {
	case orb.MultiPoint:
		for _, p := range g {
			to = append(to, p)
		}
	case orb.MultiLineString:
		for _, l := range g {
			to = sites(to, l)
		}
	case orb.MultiPolygon:
		for _, p := range g {
			to = sites(to, p)
		}
	case orb.Collection:
		for _, m := range g {
			to = sites(to, m)
		}
	default:
		if g != nil && !g.Bound().IsEmpty() {
			to = append(to, g)
		}
	}
	return to
}
