package archive

import (
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	_ "modernc.org/sqlite" // the driver

	"yiping/geo"
	"yiping/tiles"
)

// schema is that of MBTiles 1.3 with each content kept once: tiles is a view, as
// the specification allows. The application id is the one registered for MBTiles.
// The file is ours alone until it is whole, so it needs no journal.
const schema = `
PRAGMA page_size = 4096;
PRAGMA journal_mode = off;
PRAGMA synchronous = off;
PRAGMA locking_mode = exclusive;
PRAGMA application_id = 0x4d504258;
CREATE TABLE metadata (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
CREATE TABLE images (tile_id INTEGER PRIMARY KEY, tile_data BLOB NOT NULL);
CREATE TABLE map (zoom_level INTEGER, tile_column INTEGER, tile_row INTEGER, tile_id INTEGER NOT NULL,
	PRIMARY KEY (zoom_level, tile_column, tile_row)) WITHOUT ROWID;
CREATE VIEW tiles AS SELECT zoom_level, tile_column, tile_row, tile_data FROM map JOIN images USING (tile_id);
`

// mbtiles writes a database in one transaction.
type mbtiles struct {
	db           *sql.DB
	tx           *sql.Tx
	image, place *sql.Stmt
	rows         map[uint64]int64 // of contents, by where they lie in the spool
}

// writeMBTiles fills a database from a spool.
func writeMBTiles(path string, s *spool, a about) error {
	m, err := newMBTiles(path)
	if err != nil {
		return err
	}
	err = s.all(func(id tiles.ID, at span) error {
		if err := m.put(s, id, at); err != nil {
			return geo.Wrap(geo.Unavailable, err, "cannot write tile %s", id)
		}
		return nil
	})
	if err == nil {
		err = m.finish(a)
	}
	return errors.Join(err, m.close())
}

func newMBTiles(path string) (_ *mbtiles, err error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, geo.Wrap(geo.Invalid, err, "cannot write %s", path)
	}
	name := url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(abs), "/")}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "cannot write %s", path)
	}
	db.SetMaxOpenConns(1) // settings are of a connection
	m := &mbtiles{db: db, rows: map[uint64]int64{}}
	if err := m.begin(); err != nil {
		return nil, errors.Join(geo.Wrap(geo.Invalid, err, "cannot write %s", path), m.close())
	}
	return m, nil
}

func (m *mbtiles) begin() (err error) {
	if _, err = m.db.Exec(schema); err != nil {
		return err
	}
	if m.tx, err = m.db.Begin(); err != nil {
		return err
	}
	if m.image, err = m.tx.Prepare(`INSERT INTO images VALUES (?, ?)`); err != nil {
		return err
	}
	m.place, err = m.tx.Prepare(`INSERT INTO map VALUES (?, ?, ?, ?)`)
	return err
}

// put counts rows from the south, as TMS does.
func (m *mbtiles) put(s *spool, id tiles.ID, at span) error {
	row, ok := m.rows[at.offset]
	if !ok {
		content, err := s.read(at)
		if err != nil {
			return err
		}
		row = int64(len(m.rows) + 1)
		if _, err := m.image.Exec(row, content); err != nil {
			return err
		}
		m.rows[at.offset] = row
	}
	south := int64(1)<<id.Z - 1 - int64(id.Y)
	_, err := m.place.Exec(int64(id.Z), int64(id.X), south, row)
	return err
}

func (m *mbtiles) finish(a about) error {
	doc, err := metadata{VectorLayers: a.vectorLayers}.json()
	if err != nil {
		return err
	}
	degrees := func(v int32) string { return strconv.FormatFloat(float64(v)/1e7, 'f', -1, 64) }
	b := a.bound
	for _, row := range [][2]string{
		{"name", a.name},
		{"format", "pbf"},
		{"type", "overlay"},
		{"bounds", strings.Join([]string{degrees(b[0]), degrees(b[1]), degrees(b[2]), degrees(b[3])}, ",")},
		{"center", fmt.Sprintf("%s,%s,%d", degrees(a.centre[0]), degrees(a.centre[1]), a.centreZoom)},
		{"minzoom", strconv.Itoa(int(a.MinZoom))},
		{"maxzoom", strconv.Itoa(int(a.MaxZoom))},
		{"generator", "yiping"},
		{"json", string(doc)},
	} {
		if _, err := m.tx.Exec(`INSERT INTO metadata VALUES (?, ?)`, row[0], row[1]); err != nil {
			return geo.Wrap(geo.Unavailable, err, "cannot write the metadata")
		}
	}
	if err := m.tx.Commit(); err != nil {
		return geo.Wrap(geo.Unavailable, err, "cannot write the archive")
	}
	m.tx = nil
	return nil
}

func (m *mbtiles) close() error {
	var err error
	if m.tx != nil { // not finished: the file is thrown away
		err = m.tx.Rollback()
	}
	return errors.Join(err, m.db.Close())
}
