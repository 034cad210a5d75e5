package archive_test

import (
	"bytes"
	"compress/gzip"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"os"
	"testing"

	_ "modernc.org/sqlite" // the driver

	"yiping/tiles"
	"yiping/tiles/archive"
)

// content is what a file holds.
type content struct {
	tiles    map[tiles.ID][]byte // gzip-coded
	vector   []vectorLayer
	low, top int
	bound    [4]float64 // west, south, east, north in degrees
	leaves   int        // leaf directories of PMTiles
	entries  int
}

type vectorLayer struct {
	ID               string
	MinZoom, MaxZoom int
	Fields           map[string]string
}

func read(t testing.TB, format archive.Format, path string) content {
	t.Helper()
	fn := readPMTiles
	if format == archive.MBTiles {
		fn = readMBTiles
	}
	c, err := fn(path)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func gunzip(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// reader reads PMTiles strictly by the specification.
type reader struct {
	content
	file, leaves, data []byte
	seen               map[uint64]bool // offsets
	end                uint64          // of the contents seen
	next               uint64          // least number the next entry may have
	addressed          uint64
}

func readPMTiles(path string) (content, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return content{}, err
	}
	if len(b) < 127 || string(b[:8]) != "PMTiles\x03" {
		return content{}, fmt.Errorf("no PMTiles 3: %q", b[:min(8, len(b))])
	}
	u := func(at int) uint64 { return binary.LittleEndian.Uint64(b[at:]) }
	part := func(at int) []byte { return b[u(at) : u(at)+u(at+8)] }
	if u(8) != 127 || u(56) != 16384 || u(24) != u(56)+u(64) || u(40) != u(24)+u(32) || u(40)+u(48) != uint64(len(b)) || u(8)+u(16) >= 16384 {
		return content{}, fmt.Errorf("%d bytes do not fall into root %d+%d, tiles %d+%d, metadata %d+%d, leaves %d+%d", len(b), u(8), u(16), u(56), u(64), u(24), u(32), u(40), u(48))
	}
	if !bytes.Equal(b[96:100], []byte{1, 2, 2, 1}) {
		return content{}, fmt.Errorf("not clustered gzip-coded vector tiles: %v", b[96:100])
	}
	r := reader{file: b, leaves: part(40), data: part(56), seen: map[uint64]bool{}}
	r.content = content{tiles: map[tiles.ID][]byte{}, low: int(b[100]), top: int(b[101])}
	for i := range r.bound {
		r.bound[i] = float64(int32(binary.LittleEndian.Uint32(b[102+4*i:]))) / 1e7
	}
	doc, err := gunzip(part(24))
	if err != nil {
		return content{}, err
	}
	var meta struct {
		VectorLayers []vectorLayer `json:"vector_layers"`
	}
	if err := json.Unmarshal(doc, &meta); err != nil {
		return content{}, err
	}
	r.vector = meta.VectorLayers
	if err := r.directory(part(8), true); err != nil {
		return content{}, err
	}
	if u(72) != r.addressed || u(80) != uint64(r.entries) || u(88) != uint64(len(r.seen)) {
		return content{}, fmt.Errorf("header counts %d, %d, %d; there are %d, %d, %d", u(72), u(80), u(88), r.addressed, r.entries, len(r.seen))
	}
	return r.content, nil
}

func (r *reader) directory(coded []byte, root bool) error {
	b, err := gunzip(coded)
	if err != nil {
		return err
	}
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[max(n, 0):]
		return v
	}
	type entry struct{ id, run, length, offset uint64 }
	entries := make([]entry, number())
	if len(entries) == 0 {
		return fmt.Errorf("empty directory")
	}
	id := uint64(0)
	for i := range entries {
		id += number()
		entries[i].id = id
	}
	for i := range entries {
		entries[i].run = number()
	}
	for i := range entries {
		entries[i].length = number()
	}
	for i := range entries {
		entries[i].offset = number() - 1
		if entries[i].offset+1 == 0 {
			entries[i].offset = entries[i-1].offset + entries[i-1].length
		}
	}
	if len(b) > 0 {
		return fmt.Errorf("%d bytes behind a directory", len(b))
	}
	for _, e := range entries {
		if e.run > 0 {
			err = r.entry(e.id, e.run, e.offset, e.length)
		} else if !root {
			err = fmt.Errorf("leaf under a leaf")
		} else {
			r.content.leaves++
			err = r.directory(r.leaves[e.offset:e.offset+e.length], false)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *reader) entry(id, run, offset, length uint64) error {
	if id < r.next || length == 0 {
		return fmt.Errorf("entry %d of %d bytes after %d", id, length, r.next)
	}
	if !r.seen[offset] {
		if offset != r.end {
			return fmt.Errorf("entry %d is not clustered", id)
		}
		r.seen[offset], r.end = true, offset+length
	}
	for i := range run {
		at, ok := archive.Numbered(id + i)
		if !ok {
			return fmt.Errorf("no tile %d", id+i)
		}
		r.tiles[at] = r.data[offset : offset+length]
	}
	r.next, r.addressed = id+run, r.addressed+run
	r.entries++
	return nil
}

func readMBTiles(path string) (_ content, err error) {
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Path: path, RawQuery: "mode=ro"}).String())
	if err != nil {
		return content{}, err
	}
	defer db.Close()
	c := content{tiles: map[tiles.ID][]byte{}}
	if err := each(db, `SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles`, func(rows *sql.Rows) error {
		var id tiles.ID
		var b []byte
		err := rows.Scan(&id.Z, &id.X, &id.Y, &b)
		id.Y = 1<<id.Z - 1 - id.Y
		c.tiles[id] = b
		return err
	}); err != nil {
		return content{}, err
	}
	meta := map[string]string{}
	if err := each(db, `SELECT name, value FROM metadata`, func(rows *sql.Rows) error {
		var name, value string
		err := rows.Scan(&name, &value)
		meta[name] = value
		return err
	}); err != nil {
		return content{}, err
	}
	var doc struct {
		VectorLayers []vectorLayer `json:"vector_layers"`
	}
	if err := json.Unmarshal([]byte(meta["json"]), &doc); err != nil {
		return content{}, err
	}
	c.vector = doc.VectorLayers
	if meta["format"] != "pbf" || meta["name"] == "" {
		return content{}, fmt.Errorf("metadata %v", meta)
	}
	_, err = fmt.Sscanf(meta["minzoom"]+" "+meta["maxzoom"]+" "+meta["bounds"], "%d %d %g,%g,%g,%g",
		&c.low, &c.top, &c.bound[0], &c.bound[1], &c.bound[2], &c.bound[3])
	return c, err
}

func each(db *sql.DB, query string, fn func(*sql.Rows) error) error {
	rows, err := db.Query(query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
