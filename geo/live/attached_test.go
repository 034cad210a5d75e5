package live_test

import (
	"slices"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/live"
)

func changedIn(e *live.Event, layer geo.LayerID) (live.Changed, bool) {
	i := slices.IndexFunc(e.Features, func(c live.Changed) bool { return c.Layer == layer })
	if i < 0 {
		return live.Changed{}, false
	}
	return e.Features[i], true
}

// A row that belongs to a feature, entered by SQL, announces the feature, and
// tells nobody to fetch a tile.
func TestARowAnnouncesItsOwner(t *testing.T) {
	eachStore(t, func(t *testing.T, s home) {
		_, h := follow(t, s)
		sub := h.Subscribe("")
		defer sub.Close()
		for _, c := range []struct {
			name, statement string
			owned           bool
		}{
			{"came", "INSERT INTO milestone (code, of_layer, of_code, name, planned) VALUES ('M1', 'project', 'P1', '封顶', '2022-10-31')", true},
			{"changed", "UPDATE milestone SET actual = '2022-11-30' WHERE code = 'M1'", true},
			{"went to nobody", "UPDATE milestone SET of_code = 'P0' WHERE code = 'M1'", true},
			{"changed without an owner", "UPDATE milestone SET name = '结构封顶' WHERE code = 'M1'", false},
			{"came back", "UPDATE milestone SET of_code = 'P1' WHERE code = 'M1'", true},
			{"gone", "DELETE FROM milestone WHERE code = 'M1'", true},
		} {
			s.exec(t, c.statement)
			e := hear(t, sub, live.ChangeEvent)
			if row, ok := changedIn(e, city.Milestone); !ok || row.Point != nil {
				t.Errorf("%s: announced %+v, want the row", c.name, e.Features)
			}
			p, ok := changedIn(e, city.Project)
			if ok != c.owned || ok && (p.Code != "P1" || !slices.Equal(p.Attached, []geo.LayerID{city.Milestone}) || p.Was == nil) {
				t.Errorf("%s: announced %+v, want P1 with its milestone: %v", c.name, e.Features, c.owned)
			}
			if e.Tiles.All || len(e.Tiles.IDs) > 0 {
				t.Errorf("%s: tiles %+v are to be fetched", c.name, e.Tiles)
			}
		}
	})
}
