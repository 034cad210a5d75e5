package postgis

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"
	"github.com/paulmach/orb"

	"yiping/geo"
)

// feedSQL reads the feed of some ranges of transaction ids, each an index range.
// Of layers served from the database, $3, it passes the features over, and only
// says that there are some: their transaction counts all the same.
const (
	feedSQL = `SELECT f.xid::text, f.kind::text, f.layer, f.id, f.bound
	FROM unnest($1::text[]::xid8[], $2::text[]::xid8[]) s (lo, hi)
	CROSS JOIN LATERAL (SELECT xid, kind, layer, id, bound FROM yiping.feed WHERE xid >= s.lo AND xid < s.hi AND (kind <> 'f' OR layer <> ALL ($3::text[]))) f`
	servedFeedSQL = feedSQL + ` UNION ALL SELECT DISTINCT f.xid::text, 'f', f.layer, 0::bigint, NULL::double precision[]
	FROM unnest($1::text[]::xid8[], $2::text[]::xid8[]) s (lo, hi)
	CROSS JOIN LATERAL (SELECT xid, layer FROM yiping.feed WHERE xid >= s.lo AND xid < s.hi AND kind = 'f' AND layer = ANY ($3::text[])) f`
)

// maxAreas is how many areas of one layer are told one by one; more are told as
// the layer whole.
const maxAreas = 4096

// fold is what the feed says, each thing once.
type fold struct {
	top     uint64 // one more than the greatest transaction id seen
	touched map[geo.LayerID]map[geo.ID]struct{}
	reset   map[geo.LayerID]struct{}
	areas   map[geo.LayerID][]orb.Bound
	layers  map[geo.LayerID]struct{}
	dates   map[string]struct{}
}

// Since gives what is visible now and was not at the cursor.
func (s *Store) Since(ctx context.Context, after geo.Cursor) (geo.Changes, error) {
	p, ok := parseCursor(after)
	if !ok {
		return geo.Changes{}, geo.Errorf(geo.Reload, "the cursor is not one of this store")
	}
	var out geo.Changes
	err := s.retry(ctx, func() error {
		seen := s.bell.count()
		if err := s.reading(ctx, func(tx pgx.Tx) (err error) {
			out, err = s.since(ctx, tx, p)
			return err
		}); err != nil {
			return err
		}
		s.bell.saw(out.Cursor, seen)
		return nil
	})
	if err != nil {
		return geo.Changes{}, asStoreError(err, "read the feed")
	}
	return out, nil
}

func (s *Store) since(ctx context.Context, tx pgx.Tx, p position) (geo.Changes, error) {
	st, err := readState(ctx, tx, readerStateSQL)
	if err != nil {
		return geo.Changes{}, err
	}
	if err := followable(p, st); err != nil {
		return geo.Changes{}, err
	}
	cat, err := s.settled(ctx, tx, st.print)
	if err != nil {
		return geo.Changes{}, err
	}
	fd, err := readFeed(ctx, tx, p.news(st.now), cat.served())
	if err != nil {
		return geo.Changes{}, err
	}
	next := position{st.identity, st.now.below(max(p.xmax, fd.top))}
	out := geo.Changes{Cursor: next.cursor(), Faults: append(st.faults, s.faults(cat)...)}
	if err := fd.declared(ctx, tx, cat, &out); err != nil {
		return out, err
	}
	if len(fd.dates) > 0 {
		if out.Dates, err = readDates(ctx, tx, keys(fd.dates)); err != nil {
			return out, err
		}
	}
	return out, fd.records(ctx, tx, cat, &out)
}

// followable says why the feed cannot be read from p on.
func followable(p position, st state) error {
	switch {
	case p.identity != st.identity:
		return geo.Errorf(geo.Reload, "the cursor is from another store, or from before a failover or restore")
	case p.xmax > st.now.xmax:
		return geo.Errorf(geo.Reload, "the cursor is from the future: the database was set back")
	case p.oldest() < st.horizon:
		return geo.Errorf(geo.Reload, "the cursor is too old: the feed was pruned since")
	}
	return nil
}

func readFeed(ctx context.Context, tx pgx.Tx, spans []span, served []string) (*fold, error) {
	fd := &fold{touched: map[geo.LayerID]map[geo.ID]struct{}{}, reset: map[geo.LayerID]struct{}{}, areas: map[geo.LayerID][]orb.Bound{}, layers: map[geo.LayerID]struct{}{}, dates: map[string]struct{}{}}
	if len(spans) == 0 {
		return fd, nil
	}
	lo, hi := bounds(spans)
	sql := feedSQL
	if len(served) > 0 {
		sql = servedFeedSQL
	}
	rows, err := tx.Query(ctx, sql, lo, hi, served)
	if err != nil {
		return nil, err
	}
	var xid, kind, layer string
	var id int64
	var bound []float64
	_, err = pgx.ForEachRow(rows, []any{&xid, &kind, &layer, &id, &bound}, func() error {
		x, err := strconv.ParseUint(xid, 10, 64)
		if err != nil {
			return err
		}
		fd.top = max(fd.top, x+1)
		if kind == "a" {
			fd.area(geo.LayerID(layer), bound)
			return nil
		}
		fd.add(kind, layer, geo.ID(id))
		return nil
	})
	return fd, err
}

// area notes where a layer changed. A row not as the trigger writes it stands for
// the whole layer.
func (fd *fold) area(layer geo.LayerID, b []float64) {
	if len(b) != 4 || len(fd.areas[layer]) == maxAreas {
		fd.reset[layer] = struct{}{}
		return
	}
	fd.areas[layer] = append(fd.areas[layer], orb.Bound{Min: orb.Point{b[0], b[1]}, Max: orb.Point{b[2], b[3]}})
}

func (fd *fold) add(kind, layer string, id geo.ID) {
	of := geo.LayerID(layer)
	switch kind {
	case "r":
		fd.reset[of] = struct{}{}
	case "l":
		fd.layers[of] = struct{}{}
	case "d":
		fd.dates[layer] = struct{}{}
	default:
		if fd.touched[of] == nil {
			fd.touched[of] = map[geo.ID]struct{}{}
		}
		fd.touched[of][id] = struct{}{}
	}
}

// declared sorts changed declarations into those there and those gone.
func (fd *fold) declared(ctx context.Context, tx pgx.Tx, cat *catalog, out *geo.Changes) error {
	var missing []string
	for _, id := range keys(fd.layers) {
		if e := cat.layers[id]; e != nil {
			out.Layers = append(out.Layers, e.decl)
		} else {
			missing = append(missing, string(id))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	// A declaration that is there and cannot be used is a fault; the follower
	// keeps what it had.
	rows, err := tx.Query(ctx, "SELECT w FROM unnest($1::text[]) w WHERE NOT EXISTS (SELECT FROM yiping.layer WHERE id = w) ORDER BY w", missing)
	if err != nil {
		return err
	}
	out.Dropped, err = pgx.CollectRows(rows, pgx.RowTo[geo.LayerID])
	return err
}

// records reads the features that the feed names, and all of a layer reset.
func (fd *fold) records(ctx context.Context, tx pgx.Tx, cat *catalog, out *geo.Changes) error {
	var read []string
	for _, id := range cat.ids() {
		e := cat.layers[id]
		_, reset := fd.reset[id]
		if e.decl.InDatabase() {
			fd.served(id, out)
			continue
		}
		if e.features == nil || !reset && len(fd.touched[id]) == 0 {
			continue
		}
		read = append(read, string(id), reportTableOf(id))
		var err error
		if reset {
			out.Reset = append(out.Reset, id)
			err = readWhole(ctx, tx, e, out)
		} else {
			err = readSome(ctx, tx, e, keys(fd.touched[id]), out)
		}
		if err != nil {
			return err
		}
	}
	if len(read) == 0 {
		return nil
	}
	return unmoved(ctx, tx, read)
}

// served tells of a layer that stays in the database where it changed, each place
// once.
func (fd *fold) served(id geo.LayerID, out *geo.Changes) {
	if _, whole := fd.reset[id]; whole {
		out.Reset = append(out.Reset, id)
		return
	}
	areas := fd.areas[id]
	slices.SortFunc(areas, func(a, b orb.Bound) int {
		return cmp.Or(slices.Compare(a.Min[:], b.Min[:]), slices.Compare(a.Max[:], b.Max[:]))
	})
	for _, b := range slices.Compact(areas) {
		out.Areas = append(out.Areas, geo.Area{Layer: id, Bound: b})
	}
}

// unmoved makes sure that what was read is what the snapshot saw: a table that
// was truncated or replaced after the snapshot reads as empty. From the read on
// our locks keep such changes out, so looking once, afterwards, is enough.
func unmoved(ctx context.Context, tx pgx.Tx, names []string) error {
	var moved bool
	err := tx.QueryRow(ctx, `SELECT coalesce(bool_or(pg_relation_filenode(oid) IS DISTINCT FROM relfilenode), false)
		FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname = ANY ($1::text[])`, names).Scan(&moved)
	if err == nil && moved {
		err = errMoved
	}
	return err
}

func readWhole(ctx context.Context, tx pgx.Tx, e *entry, out *geo.Changes) error {
	reports := map[geo.ID][]geo.Report{}
	if e.reports != nil {
		if err := whole(e.reports).reports(ctx, tx, reports); err != nil {
			return err
		}
	}
	return whole(e.features).features(ctx, tx, func(f *geo.Feature) {
		out.Records = append(out.Records, geo.Record{Layer: f.Layer, ID: f.ID, Feature: f, Reports: reports[f.ID]})
	})
}

// chunk is how many features are asked for at once.
const chunk = 10000

func readSome(ctx context.Context, tx pgx.Tx, e *entry, ids []geo.ID, out *geo.Changes) error {
	for part := range slices.Chunk(ids, chunk) {
		reports := map[geo.ID][]geo.Report{}
		if e.reports != nil {
			if err := some(e.reports, part).reports(ctx, tx, reports); err != nil {
				return err
			}
		}
		found := make(map[geo.ID]*geo.Feature, len(part))
		if err := some(e.features, part).features(ctx, tx, func(f *geo.Feature) { found[f.ID] = f }); err != nil {
			return err
		}
		for _, id := range part {
			rec := geo.Record{Layer: e.decl.ID, ID: id, Feature: found[id]}
			if rec.Feature != nil {
				rec.Reports = reports[id]
			}
			out.Records = append(out.Records, rec)
		}
	}
	return nil
}

// question is a statement on a table, about the features with some ids or, where
// these are nil, about all.
type question struct {
	reader *reader
	sql    string
	ids    []int64
}

func whole(r *reader) question              { return question{r, r.all(), nil} }
func some(r *reader, ids []geo.ID) question { return question{r, r.some(), int64s(ids)} }

func (q question) features(ctx context.Context, tx pgx.Tx, each func(*geo.Feature)) error {
	return ask(ctx, tx, q, (*reader).feature, each)
}

func (q question) reports(ctx context.Context, tx pgx.Tx, into map[geo.ID][]geo.Report) error {
	return ask(ctx, tx, q, (*reader).reportRow, func(r geo.Report) { into[r.Feature] = append(into[r.Feature], r) })
}

// ask reads the rows of the answer one by one.
func ask[T any](ctx context.Context, tx pgx.Tx, q question, read func(*reader, [][]byte) (T, error), each func(T)) error {
	rows, err := tx.Query(ctx, q.sql, binaryArgs(q.ids)...)
	if err != nil {
		return err
	}
	defer rows.Close()
	r := q.reader.fresh()
	for rows.Next() {
		v, err := read(r, rows.RawValues())
		if err != nil {
			return err
		}
		each(v)
	}
	return rows.Err()
}

// binaryArgs are the arguments of a reader's statement: binary rows, and the ids
// where it takes them.
func binaryArgs(ids []int64) []any {
	if ids == nil {
		return []any{binaryRows}
	}
	return []any{binaryRows, ids}
}

func int64s(ids []geo.ID) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}

// keys gives the members of a set in order.
func keys[K interface{ ~string | ~uint64 }](m map[K]struct{}) []K {
	out := make([]K, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// Prune forgets feed rows older than Options.Keep that every reader has seen, and
// gives their number.
func (s *Store) Prune(ctx context.Context) (int64, error) {
	var n int64
	err := s.pool.QueryRow(ctx, "SELECT yiping.prune($1::text::interval)", fmt.Sprintf("%d milliseconds", s.options.Keep.Milliseconds())).Scan(&n)
	return n, asStoreError(err, "prune the feed")
}
