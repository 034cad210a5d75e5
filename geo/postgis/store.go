// Package postgis is the store for production: PostgreSQL 14 or newer with
// PostGIS 3.
//
// Every layer is a table of its own in schema public, its reports another, both
// derived from the layer's declaration; everything else lives in schema yiping.
// Statement triggers write feed and history, so an edit made by psql, QGIS or
// ogr2ogr counts like one made through Apply. Tables altered by hand are followed
// or put right, see repair.go.
//
// A role for GIS work owns nothing; what it needs is, for each layer it may edit,
//
//	GRANT SELECT, INSERT, UPDATE, DELETE ON project, project_report TO gis;
//
// A geometry column holds any mix of kinds, with or without heights. Three things
// read differently from what SQL shows: an empty point is an empty
// orb.MultiPoint, since orb has no empty point; an empty text is an absent value;
// and a height that is not finite is 0.
package postgis

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"

	"yiping/geo"
)

// Options tune a Store. The zero value is right for production.
type Options struct {
	// Poll is how often a follower looks without having been woken; 0 is 2 s.
	Poll time.Duration
	// Keep is how long feed rows are kept at least; 0 is 24 hours. A cursor older
	// than that answers Reload.
	Keep time.Duration
	// LockTimeout bounds the wait for another session's lock on a row or table;
	// 0 is 10 s.
	LockTimeout time.Duration
	// Conns is the most connections held at once, besides the one that listens and
	// half as many that read layers served from the database; 0 is 8, and fewer
	// than 3 are 3: a load alone takes two.
	Conns int
	// MustExist refuses to make a store in a database that holds none: NotFound.
	MustExist bool
	// ReadTimeout bounds one statement on a layer served from the database; 0 is 5 s.
	ReadTimeout time.Duration
}

func (o Options) withDefaults() Options {
	o.Poll = orElse(o.Poll, 2*time.Second)
	o.Keep = orElse(o.Keep, 24*time.Hour)
	o.LockTimeout = orElse(o.LockTimeout, 10*time.Second)
	o.Conns = max(orElse(o.Conns, 8), 3)
	o.ReadTimeout = orElse(o.ReadTimeout, 5*time.Second)
	return o
}

func orElse[T int | time.Duration](v, def T) T {
	if v <= 0 {
		return def
	}
	return v
}

// Store is a geo.Store on one PostgreSQL database. It is safe for concurrent use,
// and any number of processes may each open their own.
type Store struct {
	pool    *pgxpool.Pool
	options Options
	bell    *bell
	reads   *pgxpool.Pool // for layers served from the database

	background sync.WaitGroup // pruning; ended by the bell's context

	mu      sync.Mutex
	pruneAt time.Time // when the feed is pruned next
	catalog *catalog  // what the tables looked like last; replaced, never changed
	mending mending   // the last repair that failed
}

var _ geo.Store = (*Store)(nil)

// Open connects to the primary server that url names and brings its schema up to
// date. Several hosts may be given; standbys are passed over.
func Open(ctx context.Context, url string, o Options) (*Store, error) {
	o = o.withDefaults()
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, unreadable(err)
	}
	cfg.MaxConns = int32(o.Conns)
	prepare(cfg.ConnConfig, o)
	cfg.AfterConnect = registerGeometry
	if err := migrate(ctx, cfg.ConnConfig, o.MustExist); err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, asStoreError(err, "connect")
	}
	s := &Store{pool: pool, options: o, bell: newBell(cfg.ConnConfig, o.Poll)}
	if s.reads, err = openReads(ctx, cfg, o); err != nil {
		pool.Close()
		return nil, asStoreError(err, "connect")
	}
	if err := s.pool.Ping(ctx); err != nil {
		s.reads.Close()
		pool.Close()
		return nil, asStoreError(err, "connect")
	}
	return s, nil
}

// openReads gives the connections that read layers served from the database. None
// is made before there is a question.
func openReads(ctx context.Context, like *pgxpool.Config, o Options) (*pgxpool.Pool, error) {
	cfg := like.Copy()
	cfg.MaxConns, cfg.MinConns = int32(max(1, o.Conns/2)), 0
	cfg.ConnConfig.RuntimeParams["statement_timeout"] = fmt.Sprint(o.ReadTimeout.Milliseconds())
	return pgxpool.NewWithConfig(ctx, cfg)
}

// prepare sets what every connection of ours needs.
func prepare(c *pgx.ConnConfig, o Options) {
	c.ValidateConnect = requirePrimary
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	c.StatementCacheCapacity = 256
	for name, value := range map[string]string{
		"application_name": "yiping",
		"timezone":         "UTC",
		"lock_timeout":     fmt.Sprint(o.LockTimeout.Milliseconds()),
		// A plan made for other values may scan the whole feed.
		"plan_cache_mode": "force_custom_plan",
		"jit":             "off",
	} {
		c.RuntimeParams[name] = value
	}
}

// requirePrimary refuses a standby: its snapshots leave running transactions out,
// so that following it would lose changes.
func requirePrimary(ctx context.Context, c *pgconn.PgConn) error {
	res := c.ExecParams(ctx, "SELECT pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean", nil, nil, nil, nil).Read()
	if res.Err != nil {
		return res.Err
	}
	if len(res.Rows) != 1 || string(res.Rows[0][0]) != "f" {
		return errStandby
	}
	return nil
}

// registerGeometry lets pgx carry EWKB as bytes in both directions. The type's
// OID differs from database to database.
func registerGeometry(ctx context.Context, c *pgx.Conn) error {
	var oid uint32
	err := c.QueryRow(ctx, "SELECT t.oid FROM pg_type t JOIN pg_extension e ON e.extname = 'postgis' AND e.extnamespace = t.typnamespace WHERE t.typname = 'geometry'").Scan(&oid)
	if err != nil {
		return fmt.Errorf("find type geometry: %w", err)
	}
	c.TypeMap().RegisterType(&pgtype.Type{Name: "geometry", OID: oid, Codec: pgtype.ByteaCodec{}})
	return nil
}

// Close ends all connections. Calls under way fail.
func (s *Store) Close() error {
	s.bell.close()
	s.background.Wait()
	s.reads.Close()
	s.pool.Close()
	return nil
}

// retry runs do again while it fails for reasons that pass by themselves: a
// deadlock, a plan outdated by ALTER TABLE, tables that changed meanwhile.
// Tables found altered are repaired in between.
func (s *Store) retry(ctx context.Context, do func() error) error {
	for wait := 5 * time.Millisecond; ; wait *= 2 {
		err := do()
		var n needsRepair
		if errors.As(err, &n) {
			s.repair(ctx, n)
			err = errMoved
		}
		if err == nil || !passing(err) || wait > 500*time.Millisecond {
			return err
		}
		timer := time.NewTimer(wait/2 + rand.N(wait))
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}

// errMoved says that a table changed under a reader that must start over.
var errMoved = errors.New("a table was replaced, truncated or altered meanwhile")

func passing(err error) bool {
	if errors.Is(err, errMoved) {
		return true
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	switch pg.Code {
	case "40001", "40P01", // serialization failure, deadlock
		"0A000", "XX000", // cached plan must not change result type; cache lookup failed
		"42P01", "42703": // table or column gone since the catalog was read
		return true
	}
	return false
}
