package api

import (
	"yiping/geo"
)

type alertCounts struct {
	Red    int `json:"red"`
	Yellow int `json:"yellow"`
}

type alertsBody struct {
	Cursor geo.Cursor  `json:"cursor"`
	At     geo.Date    `json:"at"`
	Counts alertCounts `json:"counts"`
	Items  []alert     `json:"items"`
	Next   string      `json:"next,omitempty"`
}

// alerts lists what is red or yellow, red first, then what has been so longest,
// at most limit=; the counts are of all. With level= only features of that
// level are listed. The warnings that these lights raised are listed by warnings.
func alerts(q *query) (any, error) {
	sc, d, err := q.scope()
	if err != nil {
		return nil, err
	}
	found := q.notices(sc, "", func(s geo.Standing) bool { return s.Light >= geo.Yellow })
	var n alertCounts
	for k := range found {
		f := &found[k]
		f.order = longest(int(geo.Red-f.standing.Light), f.standing.Since, f.item)
		if f.standing.Light == geo.Red {
			n.Red++
		} else {
			n.Yellow++
		}
	}
	shown, next, err := page(q, found, func(n *notice) order { return n.order })
	if err != nil {
		return nil, err
	}
	items := make([]alert, len(shown))
	for k, n := range shown {
		v := n.item.Verdict()
		items[k] = q.alertOf(n.item, v, v.Since)
	}
	return alertsBody{q.snap.Cursor(), q.day(d), n, items, next}, nil
}
