package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
	"yiping/tiles"
)

// Layers alike but for where they are served from.
const (
	fromMemory   geo.LayerID = "parcel_m"
	fromDatabase geo.LayerID = "parcel_d"
)

// parcels declares both and fills them, n features each.
func parcels(t *testing.T, store geo.Store, n int) {
	t.Helper()
	var edits []geo.Edit
	for _, id := range []geo.LayerID{fromMemory, fromDatabase} {
		l := geo.Layer{ID: id, Title: geo.Text{ZH: "地块", EN: "Parcels"}, Geometry: geo.AnyGeometry, Label: "name", Fields: []geo.Field{
			{Name: "name", Type: geo.TextField, Tile: true}, {Name: "floors", Type: geo.IntField, Tile: true}, {Name: "built", Type: geo.DateField}}}
		if id == fromDatabase {
			l.Serve = geo.FromDatabase
		}
		edits = append(edits, geo.Edit{Op: geo.Declare, Layer: l})
		for k := range n {
			x, y := 121.38+float64(k%20)*0.001, 31.22+float64(k/20)*0.001
			p := geo.Properties{"name": fmt.Sprintf("地块 %d", k), "built": geo.NewDate(2000+k%20, 1, 1)}
			if k%3 > 0 {
				p["floors"] = int64(k % 7)
			}
			var g orb.Geometry = square(x, y, 0.0004)
			if k%4 == 0 {
				g = orb.Point{x, y}
			}
			edits = append(edits, create(id, fmt.Sprintf("P-%d", k), g, p))
		}
	}
	apply(t, store, edits...)
}

// alike gives the answers for either layer with what must differ made the same.
func (s *service) alike(path string) (database, memory string) {
	s.t.Helper()
	clean := func(layer geo.LayerID) string {
		g := s.get(strings.ReplaceAll(path, "LAYER", string(layer)))
		if g.status != 200 {
			s.t.Fatalf("%s: status %d: %s", path, g.status, g.body)
		}
		var v map[string]any
		if err := json.Unmarshal(g.body, &v); err != nil {
			s.t.Fatal(err)
		}
		if _, told := v["numberMatched"]; told && layer == fromDatabase {
			s.t.Errorf("%s tells how many match", path)
		}
		for _, name := range []string{"numberMatched", "cursor", "links", "at", "timeStamp"} {
			delete(v, name)
		}
		b, err := json.Marshal(v)
		if err != nil {
			s.t.Fatal(err)
		}
		return strings.ReplaceAll(string(b), string(layer), "LAYER")
	}
	return clean(fromDatabase), clean(fromMemory)
}

// A layer in the database answers as the same layer in memory does.
func TestLayersInTheDatabaseAnswerLikeThoseInMemory(t *testing.T) {
	store := openPostGIS(t)
	parcels(t, store, 180)
	s := start(t, store, setting{})
	filter := url.QueryEscape("floors > 2 AND name LIKE '%1%' AND S_INTERSECTS(geom, BBOX(121.38, 31.22, 121.39, 31.3))")
	for _, path := range []string{
		"/api/features/LAYER", "/api/features/LAYER?limit=7", "/api/features/LAYER?limit=7&after=11", "/api/features/LAYER?bbox=121.3815,31.2215,121.3855,31.2255",
		"/api/features/LAYER?filter=" + filter, "/api/features/LAYER?limit=3&filter=" + filter, "/api/features/LAYER/17", "/api/features/LAYER?limit=3&at=2022-06", "/api/features/LAYER/17?at=2022-06", "/api/features/LAYER/code:P-20",
		"/ogc/collections/LAYER/items?limit=1000", "/ogc/collections/LAYER/items?limit=5&after=20", "/ogc/collections/LAYER/items?limit=5&before=20",
		"/ogc/collections/LAYER/items?bbox=121.3815,31.2215,121.3855,31.2255&limit=500", "/ogc/collections/LAYER/items?datetime=2003-01-01/2005-12-31&limit=500",
		"/ogc/collections/LAYER/items?floors=4&limit=500&crs=http://www.opengis.net/def/crs/EPSG/0/4549", "/ogc/collections/LAYER/items?limit=500&filter=" + filter,
		"/ogc/collections/LAYER/items/33", "/ogc/collections/LAYER/items/code:P-20", "/ogc/collections/LAYER/schema",
		"/api/nearby?lon=121.3852&lat=31.2242&layers=LAYER&k=25", "/api/nearby?lon=121.3852&lat=31.2242&layers=LAYER&k=200&radius=310", "/api/nearby?lon=100&lat=10&layers=LAYER&k=3", "/api/nearby?lon=121.3852&lat=31.2242&layers=LAYER&k=9&filter=" + filter,
	} {
		if database, memory := s.alike(path); database != memory {
			t.Errorf("%s:\n database %s\n memory   %s", path, database, memory)
		}
	}
	id := tiles.At(14, tiles.ToWorld(orb.Point{121.385, 31.224})).String()
	both := s.get("/tiles/parcel_d,parcel_m,project/" + id + ".mvt")
	one, other := s.get("/tiles/parcel_d/"+id+".mvt?filter="+url.QueryEscape("floors = 3")), s.get("/tiles/parcel_m/"+id+".mvt?filter="+url.QueryEscape("floors = 3"))
	if same := bytes.ReplaceAll(other.body, []byte(fromMemory), []byte(fromDatabase)); both.status != 200 || one.status != 200 || len(one.body) < 200 || !bytes.Equal(one.body, same) {
		t.Errorf("tiles: %d, %d with %d bytes and %d with %d", both.status, one.status, len(one.body), other.status, len(other.body))
	}
	for _, layer := range []geo.LayerID{fromMemory, fromDatabase} {
		if !bytes.Contains(both.body, []byte(layer+"_label")) {
			t.Errorf("the tile of both has no labels of %s", layer)
		}
	}
}

// walk follows next links of OGC API to the end and prev links back, and gives the
// codes as they came.
func (s *service) walk(path string) (there, back []string) {
	s.t.Helper()
	for n := 0; path != ""; n++ {
		g := s.get(path)
		l := decode[listing](s.t, g)
		if g.status != 200 || n > 400 {
			s.t.Fatalf("%s: %d %s", path, g.status, g.body)
		}
		there = append(there, strings.Fields(l.codes())...)
		next := l.link("next")
		if path = strings.TrimPrefix(next, s.base); next == "" {
			for back = strings.Fields(l.codes()); l.link("prev") != ""; back = append(strings.Fields(l.codes()), back...) {
				l = decode[listing](s.t, s.get(strings.TrimPrefix(l.link("prev"), s.base)))
			}
		}
	}
	return there, back
}

// A layer in the database is sorted as the same layer in memory is, page by page in
// both directions, whatever is absent or equal; a feature that goes between two
// pages takes none with it.
func TestLayersInTheDatabaseAreSortedLikeThoseInMemory(t *testing.T) {
	store := openPostGIS(t)
	parcels(t, store, 60)
	var edits []geo.Edit
	for _, layer := range []geo.LayerID{fromMemory, fromDatabase} {
		for n, name := range []string{"Z", "a", "Ä", "ä", "地块 5", "𠮷", "%", "'"} {
			edits = append(edits, create(layer, "X-"+strconv.Itoa(n), nil, geo.Properties{"name": name, "floors": int64(-n), "built": geo.NewDate(1890+n/3, 12, 31)}))
		}
		edits = append(edits, create(layer, "X-9", nil, nil))
	}
	apply(t, store, edits...)
	s := start(t, store, setting{})
	filter := "&filter=" + url.QueryEscape("floors <> 3 OR name IS NULL")
	for _, query := range []string{"sortby=name", "sortby=-name", "sortby=floors", "sortby=-floors,name", "sortby=floors,-built", "sortby=-built,floors,-code", "sortby=-id", "sortby=code", "sortby=floors" + filter} {
		for _, limit := range []string{"1", "7", "1000"} {
			path := "/ogc/collections/LAYER/items?limit=" + limit + "&" + query
			want, wantBack := s.walk(strings.ReplaceAll(path, "LAYER", string(fromMemory)))
			got, gotBack := s.walk(strings.ReplaceAll(path, "LAYER", string(fromDatabase)))
			if !slices.Equal(got, want) || !slices.Equal(gotBack, wantBack) || !slices.Equal(got, gotBack) || len(got) < 40 {
				t.Errorf("%s:\n database %v\n back     %v\n memory   %v\n back     %v", path, got, gotBack, want, wantBack)
			}
		}
	}
	first := decode[listing](t, s.get("/ogc/collections/parcel_d/items?limit=5&sortby=floors,-name"))
	all, _ := s.walk("/ogc/collections/parcel_d/items?limit=1000&sortby=floors,-name")
	r := apply(t, store, geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: fromDatabase, ID: geo.ID(first.Features[4].ID)}})
	s.reach(r.Cursor)
	rest, _ := s.walk(strings.TrimPrefix(first.link("next"), s.base))
	if !slices.Equal(rest, all[5:]) {
		t.Errorf("after the last of the page was deleted: %v, want %v", rest, all[5:])
	}
}

// pages follows next= to the end and gives the ids.
func (s *service) pages(path string) (ids []int) {
	s.t.Helper()
	for path != "" {
		g := s.get(path)
		l := decode[listed](s.t, g)
		if g.status != 200 || len(ids) > 1000 {
			s.t.Fatalf("%s: %d", path, g.status)
		}
		for _, f := range l.Features {
			ids = append(ids, f.ID)
		}
		path = l.Next
	}
	return ids
}

func TestPagesOfALayerInTheDatabaseLoseNothing(t *testing.T) {
	store := openPostGIS(t)
	parcels(t, store, 100)
	s := start(t, store, setting{})
	ids := s.pages("/api/features/parcel_d?limit=7")
	if len(ids) != 100 || ids[0] != 1 || ids[99] != 100 {
		t.Errorf("pages hold %v", ids)
	}
	if ids := s.pages("/api/features/parcel_d?limit=7&filter=" + url.QueryEscape("floors IS NULL")); len(ids) != 34 {
		t.Errorf("pages of a filter hold %v", ids)
	}
}

func TestWhatALayerInTheDatabaseCannotBeAsked(t *testing.T) {
	dsn := filledPostGIS(t)
	store := openURL(t, dsn)
	parcels(t, store, 5)
	apply(t, store, create("indicator", "I-1", nil, geo.Properties{"name": "地块数", "kind": "由图层计算", "formula": `{"count":{"layer":"parcel_d"}}`}))
	s := start(t, store, setting{})
	conn := pgtest.Connect(t, dsn)
	if _, err := conn.Exec(t.Context(), "ANALYZE parcel_d"); err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]struct {
		status int
		says   string
	}{
		"/api/lights?layers=parcel_d":                                {422, "yiping layer serve"},
		"/api/features/parcel_d?district=310107":                     {400, "filter="},
		"/api/features/parcel_d?light=red":                           {400, "filter="},
		"/api/features/parcel_d?filter=floors%20^%202=4":             {400, "不能用^"},
		"/api/features/parcel_d?filter=A_OVERLAPS((name),('a'))":     {400, "A_OVERLAPS"},
		"/ogc/collections/parcel_d/items?filter=floors%20%25%202=1":  {400, "不能用%"},
		"/ogc/collections/parcel_d/items?sortby=district":            {400, "sortby"},
		"/tiles/parcel_d/0/0/0.mvt?filter=light='red'":               {400, "light"},
		"/api/features/parcel_d?known=" + escape("2100-01-01"):       {400, "known"},
		"/api/features/parcel_d/99":                                  {404, "99"},
		"/api/features/parcel_d/code:none":                           {404, "none"},
		"/ogc/collections/parcel_d/items/99":                         {404, "99"},
		"/ogc/collections/parcel_d/items?after=18446744073709551615": {200, `"features":[]`},
		"/ogc/collections/parcel_d/items?before=0":                   {200, `"features":[]`},
	} {
		g := s.get(strings.ReplaceAll(strings.ReplaceAll(path, "'", "%27"), "(", "%28"))
		if g.status != want.status || !bytes.Contains(g.body, []byte(want.says)) {
			t.Errorf("%s: %d %s", path, g.status, g.body)
		}
	}
	known := "?known=" + escape(time.Now().UTC().Format(time.RFC3339Nano))
	for _, path := range []string{"/api/features/parcel_d", "/api/features/parcel_d/1"} {
		if g := s.get(path + known); g.status != 422 || !bytes.Contains(g.body, []byte("yiping layer serve")) {
			t.Errorf("%s as known now: %d %s", path, g.status, g.body)
		}
	}
	if g := s.get("/api/indicators?code=I-1"); !bytes.Contains(g.body, []byte("served from the database")) {
		t.Errorf("the indicator has no fault: %s", g.body)
	}
	for _, l := range decode[struct {
		Layers []struct {
			ID       geo.LayerID
			Count    *int
			Estimate int64
			Serve    geo.Serve
		}
	}](t, s.get("/api/layers")).Layers {
		if database := l.ID == fromDatabase; database != (l.Count == nil) || database != (l.Serve == geo.FromDatabase) || database && l.Estimate != 5 {
			t.Errorf("layer %s is listed as %+v", l.ID, l)
		}
	}
}

// A layer is switched while the service runs, and answers the same either way.
func TestALayerIsSwitchedWithoutRestart(t *testing.T) {
	store := openPostGIS(t)
	parcels(t, store, 40)
	s := start(t, store, setting{})
	id := tiles.At(15, tiles.ToWorld(orb.Point{121.385, 31.221})).String()
	tile := s.get("/tiles/parcel_m/" + id + ".mvt").body
	l, _ := s.follower.Current().Layer(fromMemory)
	decl := *l.Decl()
	for _, serve := range []geo.Serve{geo.FromDatabase, geo.FromMemory} {
		decl.Serve = serve
		s.reach(apply(t, store, geo.Edit{Op: geo.Declare, Layer: decl}).Cursor)
		l, _ := s.follower.Current().Layer(fromMemory)
		if want := map[geo.Serve]int{geo.FromMemory: 40}[serve]; l.Len() != want {
			t.Errorf("served from %q, %d features are in memory", serve, l.Len())
		}
		if ids := s.pages("/api/features/parcel_m"); len(ids) != 40 {
			t.Errorf("served from %q, %d features are listed", serve, len(ids))
		}
		if got := s.get("/tiles/parcel_m/" + id + ".mvt").body; len(got) == 0 || !bytes.Equal(got, tile) {
			t.Errorf("served from %q, the tile has %d bytes, before %d", serve, len(got), len(tile))
		}
	}
}

// sessions counts the sessions that read the layer in the database just now.
func sessions(t *testing.T, conn *pgx.Conn) (n int) {
	t.Helper()
	err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()
		AND state = 'active' AND query LIKE 'SELECT%FROM "public"."parcel_d"%'`).Scan(&n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// reading looks until so many sessions read, or says that it never came to that.
func reading(t *testing.T, conn *pgx.Conn, want int) {
	t.Helper()
	for begun := time.Now(); sessions(t, conn) != want; {
		if time.Since(begun) > patience {
			t.Fatalf("%d sessions read the layer, want %d", sessions(t, conn), want)
		}
	}
}

// locked is a database whose layer nobody can read: a statement on it takes as
// long as it may.
func locked(t *testing.T, o postgis.Options) (*service, *pgx.Conn) {
	t.Helper()
	dsn := filledPostGIS(t)
	store, err := postgis.Open(t.Context(), dsn, o)
	opened(t, store, err)
	parcels(t, store, 10)
	conns := [2]*pgx.Conn{}
	for k := range conns {
		conns[k] = pgtest.Connect(t, dsn)
	}
	s := start(t, store, setting{})
	for _, sql := range []string{"BEGIN", "LOCK TABLE parcel_d IN ACCESS EXCLUSIVE MODE"} {
		if _, err := conns[0].Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	return s, conns[1]
}

func TestATileThatTakesTooLongIsGivenUp(t *testing.T) {
	s, _ := locked(t, postgis.Options{ReadTimeout: 30 * time.Millisecond})
	for _, path := range []string{"/tiles/parcel_d/0/0/0.mvt", "/tiles/parcel_d,project/0/0/0.mvt", "/api/features/parcel_d", "/ogc/collections/parcel_d/items"} {
		g := s.get(path, "Accept-Language", "en")
		if g.status != 503 || g.header.Get("Retry-After") == "" || !bytes.Contains(g.body, []byte("parcel_d")) || !bytes.Contains(g.body, []byte("30ms")) {
			t.Errorf("%s: %d, Retry-After %q: %s", path, g.status, g.header.Get("Retry-After"), g.body)
		}
	}
	if g := s.get("/tiles/project/0/0/0.mvt"); g.status != 200 {
		t.Errorf("a layer in memory: %d", g.status)
	}
}

// However many ask, few connections are taken; and when a client leaves, its
// statement ends.
func TestAStatementEndsWhenTheClientLeaves(t *testing.T) {
	s, conn := locked(t, postgis.Options{ReadTimeout: time.Hour, LockTimeout: time.Hour, Conns: 6})
	ctx, leave := context.WithCancel(t.Context())
	var asking sync.WaitGroup
	for k := range 12 {
		asking.Go(func() {
			r, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("%s/tiles/parcel_d/5/%d/0.mvt", s.base, k), nil)
			if err != nil {
				t.Error(err)
				return
			}
			if res, err := http.DefaultClient.Do(r); err == nil {
				_ = res.Body.Close()
				t.Errorf("an answer of status %d", res.StatusCode)
			}
		})
	}
	reading(t, conn, 3) // half of the connections
	if g := s.get("/readyz"); g.status != 200 {
		t.Errorf("readyz: %d", g.status)
	}
	apply(t, s.store, create("problem", "Q-1", nil, geo.Properties{"name": "井盖"})) // a writer finds a connection
	if n := sessions(t, conn); n != 3 {
		t.Errorf("%d sessions read the layer", n)
	}
	leave()
	asking.Wait()
	reading(t, conn, 0)
}

// A row changed in SQL is in the tile by the time that a listener hears of it.
func TestAChangeInTheDatabaseIsDrawnBeforeItIsAnnounced(t *testing.T) {
	dsn := filledPostGIS(t)
	store := openURL(t, dsn)
	parcels(t, store, 10)
	s := start(t, store, setting{})
	conn := pgtest.Connect(t, dsn)
	path := "/tiles/parcel_d/" + tiles.At(15, tiles.ToWorld(orb.Point{121.38, 31.22})).String() + ".mvt"
	before := s.get(path)
	ear := s.listen("/api/live")
	defer ear.stop()
	for hello := ear.next(); hello.kind != "hello"; hello = ear.next() {
	}
	for k := range 5 {
		name := fmt.Sprintf("renamed-%d", k)
		if _, err := conn.Exec(t.Context(), "UPDATE parcel_d SET name = $1 WHERE code = 'P-1'", name); err != nil {
			t.Fatal(err)
		}
		ev := ear.next()
		if ev.kind != "change" || bytes.Contains(ev.data, []byte(`"tiles":[]`)) {
			t.Fatalf("event %s: %s", ev.kind, ev.data)
		}
		after := s.get(path)
		if !bytes.Contains(after.body, []byte(name)) || after.header.Get("Etag") == before.header.Get("Etag") {
			t.Fatalf("the tile is the one of before: %d bytes, %d now", len(before.body), len(after.body))
		}
		before = after
	}
}

// A layer in the database is edited by OGC API as one in memory is.
func TestALayerInTheDatabaseIsEdited(t *testing.T) {
	store := openPostGIS(t)
	parcels(t, store, 3)
	o := openOffice(t, store)
	secret := o.token(geo.Token{ID: "gis", Rights: []geo.Right{geo.MayEdit}})
	here := o.token(geo.Token{ID: "here", Rights: []geo.Right{geo.MayEdit}, District: "310105"})
	items := "/ogc/collections/" + string(fromDatabase) + "/items"
	body := func(code string, a, b float64) string {
		return fmt.Sprintf(`{"type":"Feature","geometry":{"type":"Point","coordinates":[%s,%s]},"properties":{"code":%q,"name":"新","floors":3}}`, ftoa(a), ftoa(b), code)
	}
	tile := "/tiles/parcel_d/" + tiles.At(14, tiles.ToWorld(orb.Point{121.381, 31.23})).String() + ".mvt"
	before := o.get(tile).header.Get("ETag")

	at := o.made(items, secret, body("N-1", 31.23, 121.381), "Content-Crs", "<"+epsg+"4490>")
	tag := o.get(at).header.Get("ETag")
	if f := o.feature(at); string(f.Geometry.Coordinates) != "[121.381,31.23]" || f.Properties["floors"] != 3.0 || !strings.HasPrefix(tag, `"1-`) {
		t.Errorf("created %+v, %s", f, tag)
	}
	if now := o.get(tile).header.Get("ETag"); now == before || now == "" {
		t.Error("the tile is the one before")
	}
	o.refused(http.StatusConflict, http.MethodPost, items, secret, body("N-1", 121.38, 31.23))
	o.done(http.MethodPatch, at, secret, `{"properties":{"floors":null,"name":"改"}}`, "If-Match", tag)
	for method, sent := range map[string]string{http.MethodPatch: `{"properties":{"name":"乙"}}`, http.MethodPut: body("N-1", 121.38, 31.23), http.MethodDelete: ""} {
		o.refused(http.StatusPreconditionFailed, method, at, secret, sent, "If-Match", tag)
	}
	if f := o.feature(at); f.Properties["floors"] != nil || f.Properties["name"] != "改" || string(f.Geometry.Coordinates) != "[121.381,31.23]" {
		t.Errorf("updated %+v", f)
	}
	o.done(http.MethodPut, at, secret, body("N-1", 121.4, 31.24))
	if f := o.feature(at); f.Properties["floors"] != 3.0 || string(f.Geometry.Coordinates) != "[121.4,31.24]" {
		t.Errorf("replaced %+v", f)
	}
	// Where it lies decides who may write, before and after.
	o.refused(http.StatusForbidden, http.MethodPost, items, here, body("N-2", 110, 31.23))
	o.refused(http.StatusForbidden, http.MethodPut, at, here, body("N-1", 110, 31.23))
	o.done(http.MethodPut, at, here, body("N-1", 121.41, 31.24))
	o.done(http.MethodDelete, at, secret, "", "If-Match", o.get(at).header.Get("ETag"))
	for method, sent := range map[string]string{http.MethodPut: body("N-1", 121, 31), http.MethodDelete: ""} {
		o.refused(http.StatusNotFound, method, at, secret, sent)
	}
}
