package api_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"yiping/api"
	"yiping/geo"
	"yiping/geo/city"
)

// What is kept by what changed answers to the byte as what is computed in full,
// after any edits; to readers from whom a layer is hidden too.
func TestBoardsFollowChanges(t *testing.T) {
	for _, closed := range []geo.LayerID{"", city.Record, city.ProjectYear, city.Indicator} {
		t.Run("closed "+string(closed), func(t *testing.T) {
			store := openStore(t)
			if closed != "" {
				closeLayer(t, store, closed)
			}
			s := start(t, store, setting{})
			seed := uint64(time.Now().UnixNano())
			t.Logf("seed %d", seed)
			s.reach(apply(t, store, create(city.Unit, "甲", nil, geo.Properties{"name": "甲局", "aliases": "甲", "district": "310105"})).Cursor)
			e := &editor{rng: rand.New(rand.NewPCG(seed, 1)), ids: map[string]geo.ID{}}
			for step := range 30 {
				r := apply(t, store, e.edit())
				e.took(r)
				s.reach(r.Cursor)
				s.sameInFull(t, fmt.Sprintf("step %d, after %s", step, e.said))
			}
		})
	}
}

// sameInFull compares what is kept with what a service answers that keeps nothing.
func (s *service) sameInFull(t *testing.T, when string) {
	t.Helper()
	fresh, err := api.New(api.Config{Store: s.store, Follower: s.follower, Hub: s.hub})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/api/overview", "/api/overview?district=310105", "/api/overview?district=310105&level=区属", "/api/overview?town=新泾镇",
		"/api/overview?unit=甲", "/api/overview?category=市政&at=2022-11", "/api/indicators", "/api/tasks"} {
		w := httptest.NewRecorder()
		fresh.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		if g := s.get(path); g.status != http.StatusOK || string(g.body) != w.Body.String() {
			t.Fatalf("%s: %s is kept as\n%s\nand in full\n%s", when, path, g.body, w.Body)
		}
	}
}

// closeLayer closes a layer to all but auditors.
func closeLayer(t *testing.T, store geo.Store, id geo.LayerID) {
	t.Helper()
	layers, err := store.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n := slices.IndexFunc(layers, func(l geo.Layer) bool { return l.ID == id })
	layers[n].Readers = []geo.Role{geo.RoleAuditor}
	apply(t, store, geo.Edit{Op: geo.Declare, Layer: layers[n]})
}

// editor makes random edits of projects.
type editor struct {
	rng  *rand.Rand
	ids  map[string]geo.ID // by code
	code string            // of the edit under way, "" for none of a project's own row
	gone bool
	said string
}

func (e *editor) pick(words ...string) string { return words[e.rng.IntN(len(words))] }

func (e *editor) project() geo.Properties {
	return geo.Properties{"name": "项目", "district": e.pick("310105", "310107"), "town": e.pick("新泾镇", "天山路街道"),
		"level": e.pick("区属", "市属"), "category": e.pick("市政", "绿化", "水务"), "unit": e.pick("甲", "乙"),
		"lifecycle": e.pick(city.Lifecycle...), "goal_outcome": e.pick(city.GoalDone, city.GoalBehind, city.GoalFailed),
		"investment": float64(e.rng.IntN(500)) / 10, "year_investment": float64(e.rng.IntN(50)) / 10}
}

func (e *editor) edit() geo.Edit {
	e.code, e.gone = fmt.Sprint("E", e.rng.IntN(12)), false
	id, known := e.ids[e.code]
	e.said = e.code
	switch n := e.rng.IntN(10); {
	case !known:
		return create(city.Project, e.code, nil, e.project())
	case n < 3:
		return geo.Edit{Op: geo.Replace, Feature: geo.Feature{Layer: city.Project, ID: id, Code: e.code, Properties: e.project()}}
	case n < 4:
		e.gone = true
		return geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: city.Project, ID: id}}
	case n < 5:
		e.code, e.said = "", "a date"
		return setDate(e.pick("310105", "310107"), geo.NewDate(2022, time.Month(6+e.rng.IntN(7)), 28), false)
	}
	planned := float64(e.rng.IntN(100))
	return geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: id, Date: geo.NewDate(2022, time.Month(2+e.rng.IntN(12)), 0),
		Properties: geo.Properties{"planned_progress": planned, "actual_progress": float64(e.rng.IntN(100)),
			"planned_investment": planned / 20, "actual_investment": float64(e.rng.IntN(50)) / 10}}}
}

// took notes what became of the edit.
func (e *editor) took(r geo.Result) {
	switch {
	case e.code == "":
	case e.gone:
		delete(e.ids, e.code)
	default:
		e.ids[e.code] = r.IDs[0]
	}
}
