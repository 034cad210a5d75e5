package api_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
)

// marked gives a row of a layer that says in each text whose it is, where it may; it
// belongs to project W1, and lies in its district.
func marked(t *testing.T, l *geo.Layer) geo.Edit {
	t.Helper()
	p := geo.Properties{}
	for _, f := range l.Fields {
		switch {
		case len(f.Enum) > 0:
			p[f.Name] = f.Enum[0]
		case f.Type == geo.TextField:
			p[f.Name] = markOf(l.ID) + f.Name
		case f.Type == geo.DateField && f.Name == "until":
			p[f.Name] = geo.NewDate(2023, 6, 1)
		case f.Type == geo.DateField && f.Name != "done_date" && f.Name != "actual":
			p[f.Name] = geo.NewDate(2022, 12, 1)
		case f.Type == geo.TimeField:
			p[f.Name] = "2022-12-01T00:00:00Z"
		case f.Name == "panel" || f.Name == "year":
			p[f.Name] = int64(1)
		}
	}
	belongs := map[string]any{"of_layer": "project", "of_code": "W1", "project": "W1", "district": "310105", "units": "建管委", "unit": "建管委", "lead_units": "建管委",
		"formula": `{"count":{"layer":"project"}}`, "month": geo.NewDate(2022, 10, 31)}
	for name, v := range belongs {
		if _, ok := l.Field(name); ok {
			p[name] = v
		}
	}
	var g orb.Geometry
	switch l.Geometry {
	case geo.NoGeometry:
	case geo.Points:
		g = orb.Point{121.405, 31.235}
	default:
		g = square(121.40, 31.23, 0.01)
	}
	f, err := l.Normalize(geo.Feature{Layer: l.ID, Code: markOf(l.ID) + "1", Geometry: g, Properties: p})
	if err != nil {
		t.Fatal(err)
	}
	return geo.Edit{Op: geo.Create, Feature: f}
}

func markOf(id geo.LayerID) string { return mark + string(id) + "。" }

// Whichever layer is closed, of the city's own or of the register's, nothing of its
// rows is in what others read; to auditors it is.
func TestNothingOfAnyLayerIsToldOnceItIsClosed(t *testing.T) {
	store := openStore(t)
	o := openOffice(t, store)
	layers, err := store.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range layers {
		apply(t, store, marked(t, &layers[i]))
	}
	addUser(t, store, geo.User{Name: "auditor", Role: geo.RoleAuditor})
	auditor := o.browser()
	auditor.signIn("auditor")
	w1 := lookup(t, store, city.Project, "W1")
	for _, l := range layers {
		closed := l
		closed.Readers = []geo.Role{geo.RoleAuditor}
		o.reach(apply(t, store, geo.Edit{Op: geo.Declare, Layer: closed}).Cursor)
		told := false
		for _, path := range []string{"/api/districts", "/api/overview", "/api/overview?district=310105", "/api/overview?at=2022-11", "/api/features/" + string(l.ID), "/api/features/project", fmt.Sprint("/api/features/project/", w1),
			fmt.Sprint("/api/log/project/", w1), "/api/alerts", "/api/lights", "/api/warnings", "/api/warnings?at=2022-12", fmt.Sprint("/api/warnings/project/", w1), "/api/indicators", "/api/tasks", "/api/problems",
			"/api/nearby?lon=121.41&lat=31.24&k=50", "/api/layers", "/api/history", "/api/reports/findings", fmt.Sprint("/api/reports/project/", w1), "/api/periods?month=2022-12", "/api/map.svg", "/api/bulletin?district=310105&month=2022-12",
			"/tiles/project.json", "/tiles/project/11/1714/836.mvt", "/tiles/" + string(l.ID) + "/11/1714/836.mvt", "/style.json", "/archives", "/ogc/collections", "/ogc/collections/project/items", "/ogc/collections/" + string(l.ID) + "/items",
			"/readyz", "/metrics", "/api/openapi.json", "/ogc/api", "/api/overview?town=x", "/api/overview?unit=x", "/api/overview?district=x", "/api/warnings?town=x", "/api/indicators?task=x", "/api/changes"} {
			g := o.get(path)
			if at := bytes.Index(g.body, []byte(markOf(l.ID))); at >= 0 || g.status >= 500 {
				t.Errorf("%s closed, %s: %d …%s…", l.ID, path, g.status, g.body[max(0, at-120):min(len(g.body), max(0, at)+60)])
			}
			told = told || bytes.Contains(auditor.send("GET", path, nil, "Accept-Encoding", "identity").body, []byte(markOf(l.ID)))
		}
		if !told {
			t.Errorf("%s closed: not even the auditor reads it", l.ID)
		}
		apply(t, store, geo.Edit{Op: geo.Declare, Layer: l})
	}
}

// A closed layer is refused, in memory or in the database, in the words for one
// that there is not; to who may read it, it is told.
func TestAClosedLayerIsLikeNone(t *testing.T) {
	store := openPostGIS(t)
	parcels(t, store, 40)
	layers, err := store.Layers(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range layers {
		if l.ID == fromMemory || l.ID == fromDatabase {
			l.Readers = []geo.Role{geo.RoleAuditor}
			apply(t, store, geo.Edit{Op: geo.Declare, Layer: l})
		}
	}
	o := openOffice(t, store)
	addUser(t, store, geo.User{Name: "auditor", Role: geo.RoleAuditor})
	addUser(t, store, geo.User{Name: "editor", Role: geo.RoleEditor})
	auditor, editor := o.browser(), o.browser()
	auditor.signIn("auditor")
	editor.signIn("editor")
	const none = "nonesuch"
	told := 0
	for _, id := range []geo.LayerID{fromMemory, fromDatabase} {
		for _, path := range []string{"/tiles/LAYER/14/13713/6693.mvt", "/tiles/project,LAYER/14/13713/6693.mvt", "/tiles/LAYER.json", "/tiles/LAYER/14/13713/6693.mvt?fields=name", "/tiles/LAYER/14/13713/6693.mvt?filter=floors%3E1",
			"/api/features/LAYER", "/api/features/LAYER?filter=floors%3E1&limit=1", "/api/features/LAYER/1", "/api/features/LAYER/code:P-1", "/api/log/LAYER/1", "/api/reports/LAYER/1", "/api/warnings/LAYER/1", "/api/lights?layers=LAYER",
			"/api/nearby?lon=121.39&lat=31.22&layers=LAYER", "/api/map.svg?layers=LAYER", "/api/warnings?layer=LAYER", "/api/periods?month=2022-12&layer=LAYER", "/ogc/collections/LAYER", "/ogc/collections/LAYER/items", "/ogc/collections/LAYER/items/1",
			"/ogc/collections/LAYER/schema", "/ogc/collections/LAYER/queryables", "/ogc/collections/LAYER/tiles", "/ogc/collections/LAYER/tiles/WebMercatorQuad/14/6693/13713"} {
			at := func(layer string) string { return strings.ReplaceAll(path, "LAYER", layer) }
			for who, ask := range map[string]func(string) got{"anonymous": func(p string) got { return o.get(p) }, "editor": func(p string) got { return editor.send("GET", p, nil, "Accept-Encoding", "identity") }} {
				closed, missing := ask(at(string(id))), ask(at(none))
				if closed.status != missing.status || closed.status < 400 || strings.ReplaceAll(string(closed.body), string(id), none) != string(missing.body) {
					t.Errorf("%s, %s: %d %s\nwhere there is none: %d %s", who, at(string(id)), closed.status, closed.body, missing.status, missing.body)
				}
			}
			if g := auditor.send("GET", at(string(id)), nil); g.status < 300 {
				told++
			}
		}
		for _, method := range []string{"POST", "OPTIONS"} {
			body := map[string]any{"type": "Feature", "geometry": nil, "properties": map[string]any{"code": "P-1", "name": "x"}}
			closed, missing := editor.send(method, "/ogc/collections/"+string(id)+"/items", body), editor.send(method, "/ogc/collections/"+none+"/items", body)
			if closed.status != missing.status || strings.ReplaceAll(string(closed.body), string(id), none) != string(missing.body) {
				t.Errorf("%s by an editor: %d %s, where there is none %d %s", method, closed.status, closed.body, missing.status, missing.body)
			}
		}
	}
	if told < 30 {
		t.Errorf("the auditor is told by %d answers", told)
	}
}
