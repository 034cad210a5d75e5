package api

import (
	"cmp"
	"slices"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/snapshot"
)

type alert struct {
	Layer    geo.LayerID `json:"layer"`
	ID       geo.ID      `json:"id"`
	Code     string      `json:"code"`
	Name     string      `json:"name"`
	Light    geo.Light   `json:"light"`
	Status   geo.Text    `json:"status"`
	Reason   geo.Text    `json:"reason"`
	Since    geo.Date    `json:"since"`
	Days     int         `json:"days"` // the light has stood, at its district's date
	Unit     string      `json:"unit"` // who is responsible
	Category string      `json:"category"`
	District string      `json:"district"`
	Town     string      `json:"town"`
	Point    *orb.Point  `json:"point"`
}

// alerts lists what is red or yellow, red first, then what has been so longest,
// at most limit=; the counts are of all. With level= only features of that
// level are listed.
func alerts(q *query) (any, error) {
	sc, _, err := q.scope()
	if err != nil {
		return nil, err
	}
	limit, err := q.number("limit", defaultLimit, 1, maxLimit)
	if err != nil {
		return nil, err
	}
	items := []alert{}
	var n struct {
		Red    int `json:"red"`
		Yellow int `json:"yellow"`
	}
	for _, l := range q.snap.Layers() {
		if l.Decl().Light.Kind == geo.NoRule {
			continue
		}
		for i := range l.All {
			light := i.Light()
			if light < geo.Yellow || !sc.holds(i) {
				continue
			}
			if light == geo.Red {
				n.Red++
			} else {
				n.Yellow++
			}
			items = append(items, alertOf(q.snap, i))
		}
	}
	slices.SortStableFunc(items, func(a, b alert) int {
		return cmp.Or(cmp.Compare(b.Light, a.Light), cmp.Compare(b.Days, a.Days))
	})
	return struct {
		Cursor geo.Cursor `json:"cursor"`
		Counts any        `json:"counts"`
		Items  []alert    `json:"items"`
	}{q.snap.Cursor(), n, items[:min(limit, len(items))]}, nil
}

func alertOf(s *snapshot.Snapshot, i snapshot.Item) alert {
	v := i.Verdict()
	a := alert{Layer: i.Layer(), ID: i.ID(), Code: i.Code(), Name: i.Name(), Light: v.Light, Status: v.Status, Reason: v.Reason,
		Since: v.Since, Unit: i.Text("unit"), Category: i.Text(categoryField), District: i.District(), Town: i.Town()}
	if d, ok := s.District(a.District); ok && v.Since != 0 && d.Date >= v.Since {
		a.Days = int(d.Date - v.Since)
	}
	if p, ok := i.LabelPoint(); ok {
		a.Point = &p
	}
	return a
}
