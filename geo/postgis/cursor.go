package postgis

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiping/geo"
)

// identity names one life of one database. A cursor of another one cannot be
// followed: after a failover, a restore or in another city transaction ids mean
// something else.
type identity struct {
	system   uint64 // system identifier of the cluster, 0 where the role may not see it
	timeline uint32 // changes when a standby is promoted or a backup restored
	database uint32 // OID
	epoch    string // drawn by Renew
}

// snapshot is the set of transactions whose work is seen: all ids below xmax
// but those in xip. It is pg_snapshot brought to a tight form: xmax is one more
// than the greatest id with a visible feed row, so that two snapshots between
// which nothing of ours happened are the same set.
type snapshot struct {
	xmax uint64
	xip  []uint64 // ascending, all below xmax
}

// position is a cursor taken apart.
type position struct {
	identity
	snapshot
}

const cursorMark = "pg1"

// cursor writes the position as letters, digits and points, fit for a URL and a
// header: mark, system, timeline, database, epoch, xmax, what each running
// transaction lies below xmax, all in base 36, and a checksum, since a cursor cut
// short would be a cursor of another time.
func (p position) cursor() geo.Cursor {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.%s.%s.%s.%s.%s", cursorMark, base36(p.system), base36(uint64(p.timeline)), base36(uint64(p.database)), p.epoch, base36(p.xmax))
	for _, x := range p.xip {
		b.WriteByte('.')
		b.WriteString(base36(p.xmax - x))
	}
	b.WriteString("." + digest(b.String())[:6])
	return geo.Cursor(b.String())
}

func base36(n uint64) string { return strconv.FormatUint(n, 36) }

// parseCursor takes a cursor apart; what this store did not make is no position.
func parseCursor(c geo.Cursor) (position, bool) {
	text, sum := string(c), ""
	if i := strings.LastIndexByte(text, '.'); i >= 0 {
		text, sum = text[:i], text[i+1:]
	}
	parts := strings.Split(text, ".")
	if sum != digest(text)[:6] || len(parts) < 6 || parts[0] != cursorMark {
		return position{}, false
	}
	var nums []uint64
	for i, s := range parts[1:] {
		if i == 3 { // the epoch
			continue
		}
		n, err := strconv.ParseUint(s, 36, 64)
		if err != nil {
			return position{}, false
		}
		nums = append(nums, n)
	}
	p := position{
		identity: identity{system: nums[0], timeline: uint32(nums[1]), database: uint32(nums[2]), epoch: parts[4]},
		snapshot: snapshot{xmax: nums[3]},
	}
	for _, below := range nums[4:] {
		if below == 0 || below > p.xmax {
			return position{}, false
		}
		p.xip = append(p.xip, p.xmax-below)
	}
	return p, slices.IsSorted(p.xip)
}

// parseSnapshot reads the text form of pg_snapshot: xmin:xmax:xip,xip.
func parseSnapshot(s string) (snapshot, error) {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return snapshot{}, fmt.Errorf("snapshot %q is not xmin:xmax:xip", s)
	}
	var out snapshot
	var err error
	if out.xmax, err = strconv.ParseUint(parts[1], 10, 64); err != nil {
		return snapshot{}, err
	}
	if parts[2] == "" {
		return out, nil
	}
	for x := range strings.SplitSeq(parts[2], ",") {
		n, err := strconv.ParseUint(x, 10, 64)
		if err != nil {
			return snapshot{}, err
		}
		out.xip = append(out.xip, n)
	}
	slices.Sort(out.xip)
	return out, nil
}

// sees reports whether the snapshot sees transaction x.
func (s snapshot) sees(x uint64) bool {
	_, running := slices.BinarySearch(s.xip, x)
	return x < s.xmax && !running
}

// below gives the snapshot that sees what s sees under xmax.
func (s snapshot) below(xmax uint64) snapshot {
	if xmax > s.xmax {
		xmax = s.xmax
	}
	n, _ := slices.BinarySearch(s.xip, xmax)
	return snapshot{xmax: xmax, xip: slices.Clone(s.xip[:n])}
}

// with gives the snapshot that sees what s sees under x, and x itself: the place
// of a transaction that is about to commit.
func (s snapshot) with(x uint64) snapshot {
	out := s.below(x)
	for n := out.xmax; n < x; n++ {
		out.xip = append(out.xip, n) // begun after s was taken
	}
	out.xmax = x + 1
	return out
}

// covers reports whether everything b sees is seen by s.
func (s snapshot) covers(b snapshot) bool {
	for _, x := range s.xip {
		if b.sees(x) {
			return false
		}
	}
	if b.xmax <= s.xmax {
		return true
	}
	// Of the ids from s.xmax to b.xmax none may be seen by b.
	n, _ := slices.BinarySearch(b.xip, s.xmax)
	return uint64(len(b.xip)-n) == b.xmax-s.xmax
}

// span is a range of transaction ids, from lo up to but without hi.
type span struct{ lo, hi uint64 }

// news gives the transactions seen by now and not by s, as ranges. Writers still
// at work lie in none of them: an open transaction with a million feed rows, or an
// idle one from this morning, costs the reader nothing.
func (s snapshot) news(now snapshot) []span {
	var out []span
	for _, x := range s.xip {
		if now.sees(x) {
			out = append(out, span{x, x + 1})
		}
	}
	lo := s.xmax
	for _, x := range now.xip {
		if x < lo {
			continue
		}
		if x > lo {
			out = append(out, span{lo, x})
		}
		lo = x + 1
	}
	if lo < now.xmax {
		out = append(out, span{lo, now.xmax})
	}
	slices.SortFunc(out, func(a, b span) int { return cmp.Compare(a.lo, b.lo) })
	return out
}

// oldest is the lowest id that a reader at s still needs the feed rows of.
func (s snapshot) oldest() uint64 {
	if len(s.xip) > 0 {
		return s.xip[0]
	}
	return s.xmax
}

// Covers reports whether all that is visible at b is visible at a.
func (s *Store) Covers(a, b geo.Cursor) bool {
	if b == "" {
		return true
	}
	pa, ok := parseCursor(a)
	if !ok {
		return false
	}
	pb, ok := parseCursor(b)
	return ok && pa.identity == pb.identity && pa.covers(pb.snapshot)
}
