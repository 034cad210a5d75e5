package postgis

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/cql"
)

// Layers too large for memory are read here, with each question. Values and
// filters reach SQL as parameters only; names of columns are those declared,
// quoted.

var _ geo.LayerServer = (*Store)(nil)

// maxRead bounds, in bytes, the geometries that one question brings here.
const maxRead = 64 << 20

// errCrowded ends a reading of more than was allowed.
var errCrowded = errors.New("more features than allowed")

// statement is a SELECT on one layer being put together.
type statement struct {
	reader *reader
	where  []string
	args   []any
}

// bind adds an argument and gives its place.
func (st *statement) bind(v any) string {
	st.args = append(st.args, v)
	return fmt.Sprintf("$%d", len(st.args))
}

func (st *statement) and(format string, args ...any) {
	st.where = append(st.where, fmt.Sprintf(format, args...))
}

// from gives FROM and WHERE.
func (st *statement) from() string {
	if len(st.where) == 0 {
		return " FROM " + st.reader.table
	}
	return " FROM " + st.reader.table + " WHERE " + strings.Join(st.where, " AND ")
}

// newStatement reads a selection against the layer as it is declared now.
func newStatement(e *entry, s geo.Selection) (*statement, error) {
	st := &statement{reader: e.features.fresh()}
	if s.Bound != nil {
		st.inBound(*s.Bound)
	}
	if s.IDs != nil {
		st.and("id = ANY (%s::bigint[])", st.bind(int64s(s.IDs)))
	}
	if s.Codes != nil {
		st.and("code = ANY (%s::text[])", st.bind(texts(s.Codes)))
	}
	if s.Filter != "" {
		if err := st.filter(s.Filter, &e.decl); err != nil {
			return nil, err
		}
	}
	return st, nil
}

// inBound lets the index find what meets a bound.
func (st *statement) inBound(b orb.Bound) {
	st.and("geom && ST_MakeEnvelope(%s, %s, %s, %s, 4326)", st.bind(b.Min[0]), st.bind(b.Min[1]), st.bind(b.Max[0]), st.bind(b.Max[1]))
}

// served runs do for one question to a layer. Its connections are few and its own,
// so that followers and writers always find one, and each statement on them runs
// for so long at most. The layer is taken to be as it was seen last; where that
// turns out wrong, it is looked at and read anew.
func (s *Store) served(ctx context.Context, layer geo.LayerID, do func(db querier, e *entry) error) error {
	again := false
	err := s.retry(ctx, func() error {
		s.mu.Lock()
		cat := s.catalog
		s.mu.Unlock()
		if again || cat == nil || cat.layers[layer] == nil {
			var err error
			if cat, err = s.view(ctx, s.reads); err != nil {
				return err
			}
		}
		again = true
		e := cat.layers[layer]
		if e == nil || e.features == nil {
			return noSuchLayer(layer)
		}
		return do(s.reads, e)
	})
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return servedError(err, layer, s.options.ReadTimeout)
}

// asRead reports whether the columns of an answer are still those that the reader
// was made for.
func (r *reader) asRead(columns []pgconn.FieldDescription) bool {
	if len(columns) == 0 {
		return true // the statement failed: its rows tell why
	}
	for i := range r.fields {
		if columns[atGeom+1+i].DataTypeOID != r.fields[i].oid {
			return false
		}
	}
	return true
}

// servedError says which layer could not be read, and why.
func servedError(err error, layer geo.LayerID, limit time.Duration) error {
	var pg *pgconn.PgError
	switch {
	case !errors.As(err, &pg):
	case pg.Code == "57014": // query_canceled: the time was up
		return &geo.Error{Code: geo.Unavailable, Layer: layer, Message: fmt.Sprintf("layer “%s” could not be read within %v", layer, limit),
			ZH:   fmt.Sprintf("图层“%s”未能在 %v 内读出；请缩小范围，或为图层设更大的起始级别（minzoom）", layer, limit),
			Mend: "ask for less, or give the layer a later first zoom: yiping layer serve ID database --minzoom N", Err: pg}
	case pg.Code[:2] == "22":
		return &geo.Error{Code: geo.Invalid, Layer: layer, Field: "filter", Message: "the filter computes a value that the database cannot express: " + pg.Message,
			ZH: "过滤条件算出的值超出数据库所能表示"}
	case pg.Code == "0A000", pg.Code == "XX000":
		return &geo.Error{Code: geo.Unsupported, Layer: layer, Field: "filter", Message: "the database cannot answer this: " + pg.Message, ZH: "数据库无法按这一条件查询"}
	}
	return asStoreError(err, "read layer "+string(layer))
}

// Find gives a page of a selection.
func (s *Store) Find(ctx context.Context, sel geo.Selection, p geo.Page) ([]*geo.Feature, error) {
	var out []*geo.Feature
	err := s.served(ctx, sel.Layer, func(db querier, e *entry) error {
		st, err := newStatement(e, sel)
		if err != nil {
			return err
		}
		if b := sel.Bound; b != nil { // the index keeps boxes in single precision
			st.and("ST_XMin(geom) <= %s AND ST_XMax(geom) >= %s AND ST_YMin(geom) <= %s AND ST_YMax(geom) >= %s", st.bind(b.Max[0]), st.bind(b.Min[0]), st.bind(b.Max[1]), st.bind(b.Min[1]))
		}
		order, err := st.ordered(p, &e.decl)
		if err != nil {
			return err
		}
		sql := "SELECT " + st.reader.selected + st.from() + order + " LIMIT " + st.bind(p.Limit)
		if out, err = st.read(ctx, db, sql, p.Limit); errors.Is(err, errCrowded) {
			err = &geo.Error{Code: geo.Invalid, Layer: sel.Layer, Field: "limit", Message: "these features are too large to be read so many at once", Mend: "ask for fewer",
				ZH: "所求要素过大，不能一次读这么多；请减少 limit"}
		}
		return err
	})
	if p.Before > 0 {
		slices.Reverse(out)
	}
	return out, err
}

// read gives the features of a statement, errCrowded where they are more than
// most or too large.
func (st *statement) read(ctx context.Context, db querier, sql string, most int) ([]*geo.Feature, error) {
	rows, err := db.Query(ctx, sql, append([]any{binaryRows}, st.args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if !st.reader.asRead(rows.FieldDescriptions()) {
		return nil, cmp.Or(rows.Err(), errMoved)
	}
	var out []*geo.Feature
	bytes := 0
	for rows.Next() {
		raw := rows.RawValues()
		if bytes += len(raw[atGeom]); len(out) == most || bytes > maxRead {
			return nil, errCrowded
		}
		f, err := st.reader.feature(raw)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

// Sample gives a selection whole or thinned.
func (s *Store) Sample(ctx context.Context, sel geo.Selection, g geo.Grid) (geo.Sample, error) {
	var out geo.Sample
	err := s.served(ctx, sel.Layer, func(db querier, e *entry) error {
		st, err := newStatement(e, sel)
		if err != nil {
			return err
		}
		out.Features, err = st.read(ctx, db, "SELECT "+st.reader.selected+st.from()+fmt.Sprintf(" LIMIT %d", g.Most+1), g.Most)
		out.Of = int64(len(out.Features))
		for cells := g.Cells; errors.Is(err, errCrowded); cells /= 2 {
			out, err = st.thin(ctx, db, cells, g.Most)
		}
		return err
	})
	inOrder(out.Features)
	return out, err
}

// thinSQL gives of each cell the feature to keep: of the grid, or where more than
// $%[3]d of its cells hold a feature, of the first that is twice, four times … as
// coarse and has no more. The world is cut in Web Mercator, whose latitudes end at
// ±85.05…°. A negative extent makes the largest the least; the id decides between
// equals. Boxes are those kept with each geometry: to work them out anew takes
// twice as long. OFFSET 0 keeps each from being taken out more than once.
const thinSQL = `WITH RECURSIVE kept AS (SELECT id, geom::box2d::box3d b%[1]s OFFSET 0), box AS (
		SELECT id, ST_XMin(b) w, ST_YMin(b) s, ST_XMax(b) e, ST_YMax(b) n FROM kept OFFSET 0
	), fine AS MATERIALIZED (
		SELECT floor((w + e + 360) / 720 * $%[2]d::double precision)::bigint x,
			floor((0.5 + ln(tan(radians(45 + greatest(least((s + n) / 4, 42.5), -42.5)))) / (2 * pi())) * $%[2]d::double precision)::bigint y,
			min(ARRAY[-greatest(e - w, n - s), id::double precision]) AS best, count(*) AS n
		FROM box WHERE w IS NOT NULL GROUP BY 1, 2
	), grids AS (
		SELECT 0 AS k, count(*) AS n FROM fine
		UNION ALL
		SELECT k + 1, (SELECT count(*) FROM (SELECT DISTINCT x >> k + 1, y >> k + 1 FROM fine) d) FROM grids WHERE n > $%[3]d::bigint AND k < 40
	), cells AS (
		SELECT min(best) AS best FROM fine, (SELECT max(k) AS k FROM grids) grid GROUP BY x >> k, y >> k
	)
	SELECT %[4]s, (SELECT sum(n)::bigint FROM fine) FROM cells JOIN %[5]s ON id = best[2]::bigint`

// thin reads what a grid leaves.
func (st *statement) thin(ctx context.Context, db querier, cells float64, most int) (geo.Sample, error) {
	if cells < 2 {
		return geo.Sample{}, &geo.Error{Code: geo.Unavailable, Layer: st.reader.layer, Message: "single features are too large to be read",
			Mend: "simplify or cut the largest geometries"}
	}
	var out geo.Sample
	with := &statement{reader: st.reader, args: append([]any{}, st.args...)}
	with.args = append(with.args, cells, most)
	sql := fmt.Sprintf(thinSQL, st.from(), len(with.args)-1, len(with.args), st.reader.selected, st.reader.table)
	rows, err := db.Query(ctx, sql, append([]any{binaryRows}, with.args...)...)
	if err != nil {
		return out, err
	}
	defer rows.Close()
	if !st.reader.asRead(rows.FieldDescriptions()) {
		return out, cmp.Or(rows.Err(), errMoved)
	}
	bytes := 0
	for rows.Next() {
		raw := rows.RawValues()
		if bytes += len(raw[atGeom]); bytes > maxRead {
			return out, errCrowded
		}
		f, err := st.reader.feature(raw)
		if err != nil {
			return out, err
		}
		out.Of = pgInt(raw[len(raw)-1])
		out.Features = append(out.Features, f)
	}
	return out, rows.Err()
}

// inOrder sorts by id.
func inOrder(fs []*geo.Feature) {
	slices.SortFunc(fs, func(a, b *geo.Feature) int { return cmp.Compare(a.ID, b.ID) })
}

func pgInt(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)) }

// filter takes a CQL2 text in.
func (st *statement) filter(text string, l *geo.Layer) error {
	e, err := cql.Parse(text)
	if err != nil {
		return err
	}
	sql, err := cql.Translate(e, l, func(field string) string { return quoteName(field) }, len(st.args)+1)
	if err != nil {
		return err
	}
	for _, v := range sql.Args {
		if g, ok := v.(orb.Geometry); ok {
			if v, err = encodeEWKB(g, nil); err != nil {
				return err
			}
		}
		st.args = append(st.args, v)
	}
	st.and("%s", sql.Where)
	return nil
}

// metresPerDegree is not more than a degree of latitude measures anywhere.
const metresPerDegree = 110574

// Nearest asks the index for the nearest in degrees, and then for all within the
// box about the point that holds whatever may be nearer in metres than these.
func (s *Store) Nearest(ctx context.Context, sel geo.Selection, at orb.Point, k int, within float64) ([]*geo.Feature, error) {
	var out []*geo.Feature
	err := s.served(ctx, sel.Layer, func(db querier, e *entry) error {
		reach, err := s.reach(ctx, db, e, sel, at, k)
		if err != nil {
			return err
		}
		if within > 0 {
			reach = min(reach, within)
		}
		st, err := newStatement(e, sel)
		if err != nil {
			return err
		}
		if !math.IsInf(reach, 1) {
			st.inBound(around(at, reach))
		}
		out, err = st.read(ctx, db, "SELECT "+st.reader.selected+st.from(), maxNear)
		if errors.Is(err, errCrowded) {
			err = &geo.Error{Code: geo.Invalid, Layer: sel.Layer, Field: "k", Message: "too many features lie about equally near", Mend: "ask for fewer, or within a smaller radius",
				ZH: "距离相近的要素过多；请减少 k 或缩小 radius"}
		}
		return err
	})
	return out, err
}

// maxNear bounds how many features are looked at for their true distance.
const maxNear = 100_000

// reach is how far, in metres, the k-th nearest by degrees is at most; +Inf where
// there are fewer.
func (s *Store) reach(ctx context.Context, db querier, e *entry, sel geo.Selection, at orb.Point, k int) (float64, error) {
	st, err := newStatement(e, sel)
	if err != nil {
		return 0, err
	}
	here := fmt.Sprintf("ST_SetSRID(ST_MakePoint(%s, %s), 4326)", st.bind(at[0]), st.bind(at[1]))
	st.and("NOT ST_IsEmpty(geom)")
	var n int
	var far *float64
	err = db.QueryRow(ctx, "SELECT count(*), max(ST_Distance(geom::geography, "+here+"::geography)) FROM (SELECT geom"+st.from()+" ORDER BY geom <-> "+here+" LIMIT "+st.bind(k)+") near", st.args...).Scan(&n, &far)
	if err != nil || n < k || far == nil {
		return math.Inf(1), err
	}
	return *far, nil
}

// around is a bound that holds all within metres of a point, and more.
func around(at orb.Point, metres float64) orb.Bound {
	dy := metres/metresPerDegree*1.01 + 1e-6
	south, north := max(at[1]-dy, -90), min(at[1]+dy, 90)
	dx := 360.0
	if c := math.Cos(max(math.Abs(south), math.Abs(north)) * math.Pi / 180); c > 1e-3 {
		dx = dy / c
	}
	if at[0]-dx < -180 || at[0]+dx > 180 { // over the antimeridian
		return orb.Bound{Min: orb.Point{-180, south}, Max: orb.Point{180, north}}
	}
	return orb.Bound{Min: orb.Point{at[0] - dx, south}, Max: orb.Point{at[0] + dx, north}}
}

// Estimate gives about how many features a layer has.
func (s *Store) Estimate(ctx context.Context, layer geo.LayerID) (int64, error) {
	var n int64
	err := s.served(ctx, layer, func(db querier, e *entry) error {
		return db.QueryRow(ctx, "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = $1::text::regclass", e.features.table).Scan(&n)
	})
	return n, err
}

// texts leaves out what no column holds, and no statement takes.
func texts(all []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(s string) bool { return !geo.IsText(s) })
}
