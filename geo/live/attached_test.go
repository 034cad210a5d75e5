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
			{"came", "INSERT INTO record (code, of_layer, of_code, kind, day) VALUES ('R1', 'project', 'P1', '检查', '2022-10-31')", true},
			{"changed", "UPDATE record SET done_date = '2022-11-30' WHERE code = 'R1'", true},
			{"went to nobody", "UPDATE record SET of_code = 'P0' WHERE code = 'R1'", true},
			{"changed without an owner", "UPDATE record SET text = '安全检查' WHERE code = 'R1'", false},
			{"came back", "UPDATE record SET of_code = 'P1' WHERE code = 'R1'", true},
			{"gone", "DELETE FROM record WHERE code = 'R1'", true},
		} {
			s.exec(t, c.statement)
			e := hear(t, sub, live.ChangeEvent)
			if row, ok := changedIn(e, city.Record); !ok || row.Point != nil {
				t.Errorf("%s: announced %+v, want the row", c.name, e.Features)
			}
			p, ok := changedIn(e, city.Project)
			if ok != c.owned || ok && (p.Code != "P1" || !slices.Equal(p.Attached, []geo.LayerID{city.Record}) || p.Was == nil) {
				t.Errorf("%s: announced %+v, want P1 with its record: %v", c.name, e.Features, c.owned)
			}
			if e.Tiles.All || len(e.Tiles.IDs) > 0 {
				t.Errorf("%s: tiles %+v are to be fetched", c.name, e.Tiles)
			}
		}
	})
}

// A warning that a report raises, and what is done about it, are told with the
// feature; a new date tells of those that rise by time alone.
func TestWarningsAreAnnounced(t *testing.T) {
	eachStore(t, func(t *testing.T, s home) {
		f, h := follow(t, s)
		sub := h.Subscribe("")
		defer sub.Close()
		day := geo.NewDate(2022, 12, 31)
		l, _ := f.Current().Layer(city.Project)
		p, _ := l.ByCode("P1")
		told := func(what string, level int, state string) *live.WarningSummary {
			t.Helper()
			c, ok := changedIn(hear(t, sub, live.ChangeEvent), city.Project)
			switch {
			case !ok:
				t.Fatalf("%s: P1 is not told of", what)
			case level == 0 && c.Warning != nil:
				t.Errorf("%s: warning %+v, want none", what, c.Warning)
			case level > 0 && (c.Warning == nil || c.Warning.Level != level || c.Warning.State != state):
				t.Errorf("%s: warning %+v, want level %d %s", what, c.Warning, level, state)
			}
			return c.Warning
		}
		apply(t, s, geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: p.ID(), Date: day,
			Properties: geo.Properties{geo.PlannedProgress: 60.0, geo.ActualProgress: 20.0}}})
		w := told("far behind plan", 2, geo.WarningOpen)
		if w == nil || w.Since != day || w.Proposed {
			t.Fatalf("warning %+v, want one since %v", w, day)
		}
		apply(t, s, geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.WarningStep, Code: "S1", Properties: geo.Properties{
			"of_layer": "project", "of_code": "P1", "warning": "progress/" + day.String(), "action": string(geo.Acknowledge), "day": day, "actor": "张三"}}})
		told("acknowledged", 2, geo.WarningAcknowledged)
		apply(t, s, date("CN", geo.NewDate(2023, 3, 1), false))
		if w := told("red for two months", 2, geo.WarningAcknowledged); w == nil || !w.Proposed {
			t.Errorf("warning %+v, want 督办 proposed", w)
		}
	})
}
