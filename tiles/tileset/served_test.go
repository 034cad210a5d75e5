package tileset_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/postgis"
	"yiping/geo/postgis/pgtest"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// twins are two layers alike but for where they are served from.
var twins = [2]geo.LayerID{"parcel_d", "parcel_m"}

func twin(id geo.LayerID) geo.Layer {
	l := geo.Layer{ID: id, Title: geo.Text{ZH: "地块"}, Geometry: geo.AnyGeometry, Label: "name", Fields: []geo.Field{
		{Name: "name", Type: geo.TextField, Tile: true}, {Name: "floors", Type: geo.IntField, Tile: true}, {Name: "area", Type: geo.FloatField, Tile: true},
		{Name: "listed", Type: geo.BoolField, Tile: true}, {Name: "built", Type: geo.DateField, Tile: true}, {Name: "seen", Type: geo.TimeField, Tile: true},
		{Name: "note", Type: geo.TextField},
	}}
	if id == twins[0] {
		l.Serve = geo.FromDatabase
	}
	return l
}

// served follows a database in which the twins are edited.
type served struct {
	t     testing.TB
	store *postgis.Store
	other *postgis.Store // of another node
	most  int
	conn  *pgx.Conn
	snap  *snapshot.Snapshot
	tiles *tileset.Tileset
}

func newServed(t testing.TB, most int) *served {
	ctx := context.Background()
	url := pgtest.URL(t)
	open := func() *postgis.Store {
		store, err := postgis.Open(ctx, url, postgis.Options{})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return store
	}
	store := open()
	v := &served{t: t, store: store, other: open(), most: most, tiles: tileset.New(tileset.Options{Server: store, Most: most})}
	v.declare(twin(twins[0]), twin(twins[1]))
	var err error
	if v.conn, err = pgx.Connect(ctx, url); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.conn.Close(ctx) })
	if v.snap, err = snapshot.Load(ctx, store); err != nil {
		t.Fatal(err)
	}
	v.tiles.Publish(v.snap, snapshot.Delta{})
	return v
}

func (v *served) declare(layers ...geo.Layer) {
	v.t.Helper()
	b := geo.Batch{Actor: "test"}
	for _, l := range layers {
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Declare, Layer: l})
	}
	if _, err := v.store.Apply(context.Background(), b); err != nil {
		v.t.Fatal(err)
	}
}

// both runs a statement on either table; TABLE stands for its name.
func (v *served) both(sql string) {
	v.t.Helper()
	for _, l := range twins {
		if _, err := v.conn.Exec(context.Background(), strings.ReplaceAll(sql, "TABLE", string(l))); err != nil {
			v.t.Fatalf("%s: %v", sql, err)
		}
	}
}

// follow brings the snapshot up to date, and the tiles with it.
func (v *served) follow() snapshot.Delta {
	v.t.Helper()
	c, err := v.store.Since(context.Background(), v.snap.Cursor())
	if err != nil {
		v.t.Fatal(err)
	}
	next, d, err := v.snap.Apply(c)
	if err != nil {
		v.t.Fatal(err)
	}
	v.tiles.Publish(next, d)
	v.snap = next
	return d
}

func (v *served) tile(ts *tileset.Tileset, l geo.LayerID, id tiles.ID) (tileset.Tile, []byte) {
	v.t.Helper()
	tile, err := ts.Draw(context.Background(), render.Query{Layers: []geo.LayerID{l}}, id)
	if err != nil {
		v.t.Fatal(err)
	}
	raw, err := tile.Identity()
	if err != nil {
		v.t.Fatal(err)
	}
	return tile, raw
}

// fresh draws a tile that no cache has, on another node.
func (v *served) fresh(l geo.LayerID, id tiles.ID) (tileset.Tile, []byte) {
	ts := tileset.New(tileset.Options{Server: v.other, Most: v.most, CacheBytes: -1})
	ts.Publish(v.snap, snapshot.Delta{})
	return v.tile(ts, l, id)
}

// edits draws statements that change both tables alike.
type edits struct {
	*rand.Rand
	n int
}

func (r *edits) shape() string {
	x, y := 121.4+r.Float64()*0.1, 31.2+r.Float64()*0.1
	w := 0.0002 + r.Float64()*0.004
	switch r.IntN(5) {
	case 0:
		return "NULL"
	case 1:
		return fmt.Sprintf("'SRID=4326;POINT(%g %g)'", x, y)
	case 2:
		return fmt.Sprintf("'SRID=4326;LINESTRING(%g %g, %g %g, %g %g)'", x, y, x+w, y+w/2, x+2*w, y-w)
	case 3:
		return fmt.Sprintf("'SRID=4326;MULTIPOINT(%g %g, %g %g)'", x, y, x+w, y+w)
	}
	return fmt.Sprintf("'SRID=4326;POLYGON((%[1]g %[2]g, %[3]g %[2]g, %[3]g %[4]g, %[1]g %[4]g, %[1]g %[2]g))'", x, y, x+w, y+w)
}

func (r *edits) some() string { return fmt.Sprintf("id %% %d = %d", 3+r.IntN(20), r.IntN(3)) }

func (r *edits) statement() string {
	r.n++
	switch n := r.IntN(20); {
	case n == 0:
		return "TRUNCATE TABLE"
	case n == 1 || r.n == 1:
		return fmt.Sprintf("INSERT INTO TABLE (code, name, geom) SELECT 'bulk-%d-' || g, 'bulk', ST_SetSRID(ST_MakePoint(121.4 + g * 7 %% 1000 / 10000.0, 31.2 + g * 13 %% 1000 / 10000.0), 4326) FROM generate_series(1, 1200) g", r.n)
	case n < 9:
		var rows []string
		for k := range 1 + r.IntN(12) {
			rows = append(rows, r.row(k))
		}
		return "INSERT INTO TABLE (code, name, floors, area, listed, built, seen, geom) VALUES " + strings.Join(rows, ", ")
	case n < 12:
		return "UPDATE TABLE SET geom = " + r.shape() + " WHERE " + r.some()
	case n < 15:
		return fmt.Sprintf("UPDATE TABLE SET floors = %d, name = NULLIF('M%d', 'M0'), listed = NOT listed WHERE %s", r.IntN(9), r.IntN(3), r.some())
	case n < 16:
		return "UPDATE TABLE SET note = 'n' WHERE " + r.some()
	}
	return "DELETE FROM TABLE WHERE " + r.some()
}

func (r *edits) row(k int) string {
	return fmt.Sprintf("('c%d-%d', 'N%d', %d, %g, %t, DATE '2020-01-01' + %d, TIMESTAMPTZ '2021-01-01 10:00:00.25+00' + INTERVAL '%d hours', %s)",
		r.n, k, r.n%7, r.IntN(9), r.Float64(), r.IntN(2) == 0, r.IntN(900), r.IntN(900), r.shape())
}

// Whatever is done to the table in SQL, every tile kept is one drawn now, and a
// layer in the database looks as it would from memory, byte for byte.
func TestServedTilesAreFreshAndThoseOfMemory(t *testing.T) {
	t.Run("whole", func(t *testing.T) { editAndLook(t, 0) })
	t.Run("thinned", func(t *testing.T) { editAndLook(t, 10) })
}

func editAndLook(t *testing.T, most int) {
	v := newServed(t, most)
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := &edits{Rand: rand.New(rand.NewPCG(seed, 0))}
	var ids []tiles.ID
	for _, z := range []uint8{0, 9, 11, 13, 14, 16} {
		for range 4 {
			ids = append(ids, tiles.At(z, tiles.ToWorld(orb.Point{121.4 + r.Float64()*0.1, 31.2 + r.Float64()*0.1})))
		}
	}
	drawn, thinned := 0, 0
	for range 15 {
		for range 1 + r.IntN(3) {
			v.both(r.statement())
		}
		v.follow()
		for _, id := range ids {
			kept, raw := v.tile(v.tiles, twins[0], id)
			now, want := v.fresh(twins[0], id)
			if !bytes.Equal(raw, want) || kept.ETag != now.ETag {
				t.Fatalf("%v: the kept tile of %d bytes is not the one drawn now, of %d", id, len(raw), len(want))
			}
			_, memory := v.tile(v.tiles, twins[1], id)
			if memory = bytes.ReplaceAll(memory, []byte(twins[1]), []byte(twins[0])); kept.Thinned == "" && !bytes.Equal(raw, memory) {
				t.Fatalf("%v: %d bytes from the database, %d from memory", id, len(raw), len(memory))
			}
			drawn += len(raw)
			if kept.Thinned != "" {
				thinned++
			}
		}
	}
	if l, _ := v.snap.Layer(twins[0]); l.Len() != 0 {
		t.Errorf("%d features of the layer are in memory", l.Len())
	}
	if drawn < 20_000 || (most > 0) != (thinned > 10) {
		t.Errorf("%d bytes were drawn, %d tiles thinned: they tell little", drawn, thinned)
	}
}

// A layer too large to be shown whole is thinned, and says so, up to zoom 13.
func TestServedTilesStaySmall(t *testing.T) {
	v := newServed(t, 0)
	if _, err := v.conn.Exec(context.Background(), `INSERT INTO parcel_d (code, name, floors, area, geom)
		SELECT 'crowd-' || g, 'a name that tells it from all others ' || g, g, g / 7.0,
		ST_SetSRID(ST_MakePoint(121.4 + g * 7919 % 100003 / 100003.0, 31.2 + g * 104729 % 100003 / 100003.0), 4326) FROM generate_series(1::bigint, 40000) g`); err != nil {
		t.Fatal(err)
	}
	v.follow()
	for z := uint8(0); z <= 14; z++ {
		tile, raw := v.tile(v.tiles, twins[0], tiles.At(z, tiles.ToWorld(orb.Point{121.9, 31.7})))
		if len(raw) == 0 || z <= 13 && len(raw) > 500_000 {
			t.Errorf("zoom %d: %d bytes", z, len(raw))
		}
		var shown, of int
		n, _ := fmt.Sscanf(tile.Thinned, "parcel_d=%d/%d", &shown, &of)
		if crowded := z <= 10; crowded != (n == 2) || crowded && (shown >= of || of < 4000 || z == 0 && of != 40000) {
			t.Errorf("zoom %d is thinned: %q", z, tile.Thinned)
		}
	}
}
