package api

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// alert is a feature whose light is not as it should be.
type alert struct {
	Layer    geo.LayerID `json:"layer"`
	ID       geo.ID      `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Light    geo.Light   `json:"light"`
	Status   geo.Text    `json:"status"`
	Reason   geo.Text    `json:"reason"`
	Since    geo.Date    `json:"since"`
	Days     int         `json:"days"` // since then, at its district's date
	Unit     string      `json:"unit"` // who is responsible
	Category string      `json:"category"`
	District string      `json:"district"`
	Town     string      `json:"town"` // the first of towns
	Towns    []string    `json:"towns"`
	Point    *orb.Point  `json:"point"`
}

func (q *query) alertOf(i snapshot.Item, v geo.Verdict, since geo.Date) alert {
	a := alert{Layer: i.Layer(), ID: i.ID(), Code: i.Code(), Name: i.Name(), Light: v.Light, Status: v.Status, Reason: v.Reason,
		Since: since, Unit: i.Unit(), Category: i.Text(categoryField), District: i.District(), Town: i.Town(), Towns: townsOf(i)}
	if day := i.Day(); since != 0 && day >= since {
		a.Days = int(day - since)
	}
	if p, ok := i.LabelPoint(); ok {
		a.Point = &p
	}
	return a
}

// townsOf never is null.
func townsOf(i snapshot.Item) []string { return append([]string{}, i.Towns()...) }

// notice is a feature that a list of what is not well may show.
type notice struct {
	item     snapshot.Item
	standing geo.Standing
	order    order
}

// notices gives the features in scope that keep lets through, of every layer that
// is judged or of one.
func (q *query) notices(sc scope, only geo.LayerID, keep func(geo.Standing) bool) []notice {
	var out []notice
	for _, l := range q.snap.Layers() {
		if l.Decl().Light.Kind == geo.NoRule || only != "" && l.Decl().ID != only {
			continue
		}
		for i := range l.All {
			if s := i.Standing(); keep(s) && sc.holds(i) && sc.answers(i) {
				out = append(out, notice{item: i, standing: s})
			}
		}
	}
	return out
}

// order is the place of a feature in a list, the smaller first. It tells two
// features apart, so that a page can go on after it.
type order struct {
	rank  int // list of its own
	since geo.Date
	layer geo.LayerID
	id    geo.ID
}

func (o order) compare(p order) int {
	return cmp.Or(cmp.Compare(o.rank, p.rank), cmp.Compare(o.since, p.since), cmp.Compare(o.layer, p.layer), cmp.Compare(o.id, p.id))
}

// longest is the order of a feature by how long something has been; what nobody
// says since when comes last.
func longest(rank int, since geo.Date, i snapshot.Item) order {
	if since == 0 {
		since = lastDay + 1
	}
	return order{rank, since, i.Layer(), i.ID()}
}

// String is the order as an address carries it.
func (o order) String() string {
	return strings.Join([]string{strconv.Itoa(o.rank), strconv.Itoa(int(o.since)), string(o.layer), utoa(uint64(o.id))}, ".")
}

// after reads after=, the order of the last item of the page before; false when
// it is absent.
func (q *query) after() (o order, ok bool, err error) {
	text := q.text("after")
	if text == "" {
		return o, false, nil
	}
	bad := badParameter("after", detailf("“%s”不是上一页给出的位置；请使用 next 给出的地址", "“%s” is not a place that a page gave; use the address in next", shorten(text)))
	part := strings.Split(text, ".")
	if len(part) != 4 || !geo.ValidLayerID(geo.LayerID(part[2])) {
		return o, false, bad
	}
	var n [4]int
	for _, k := range []int{0, 1, 3} {
		if n[k], err = strconv.Atoi(part[k]); err != nil || n[k] < 0 {
			return o, false, bad
		}
	}
	if n[1] > int(lastDay)+1 || n[3] > int(geo.MaxID) {
		return o, false, bad
	}
	return order{n[0], geo.Date(n[1]), geo.LayerID(part[2]), geo.ID(n[3])}, true, nil
}

// page sorts what a list shows, and gives the part that limit= and after= ask
// for, with the address of the next one.
func page[T any](q *query, all []T, of func(*T) order) ([]T, string, error) {
	limit, err := q.number("limit", defaultLimit, 1, maxLimit)
	if err != nil {
		return nil, "", err
	}
	last, resumed, err := q.after()
	if err != nil {
		return nil, "", err
	}
	slices.SortFunc(all, func(a, b T) int { return of(&a).compare(of(&b)) })
	from := 0
	if resumed {
		from, _ = slices.BinarySearchFunc(all, last, func(a T, o order) int {
			if of(&a).compare(o) <= 0 {
				return -1
			}
			return 1
		})
	}
	to := min(from+limit, len(all))
	if to == len(all) {
		return all[from:], "", nil
	}
	return all[from:to], q.nextPage(of(&all[to-1]).String()), nil
}
