package postgis

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Keys of the advisory locks; any number will do as long as it stays. The one
// ending in 3 is held by transactions at their commit, see yiping.land.
const (
	lockMigrate = 0x79697069_6e670001
	lockRepair  = 0x79697069_6e670002
)

type migration struct {
	version int
	name    string
	sql     string
}

// readMigrations gives the embedded steps in order. Files are named
// NNNN_subject.sql, numbered from 1 without a gap.
func readMigrations() ([]migration, error) {
	names, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var out []migration
	for i, name := range names { // Glob gives them sorted
		base := strings.TrimPrefix(name, "migrations/")
		number, _, _ := strings.Cut(base, "_")
		n, err := strconv.Atoi(number)
		if err != nil || n != i+1 {
			return nil, fmt.Errorf("migration %s is out of order", base)
		}
		sql, err := migrations.ReadFile(name)
		if err != nil {
			return nil, err
		}
		out = append(out, migration{n, base, string(sql)})
	}
	return out, nil
}

// migrate brings the schema up to date in one transaction. Nodes that start at
// once wait for each other; the later ones find nothing left to do.
func migrate(ctx context.Context, cfg *pgx.ConnConfig, mustExist bool) error {
	steps, err := readMigrations()
	if err != nil {
		return geo.Wrap(geo.Internal, err, "read migrations")
	}
	cfg = cfg.Copy()
	cfg.RuntimeParams["lock_timeout"] = "60000"
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return refused(cfg, err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	g := ground{}
	g.at, _ = servers(cfg)
	err = pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		if err := g.look(ctx, tx, mustExist); err != nil {
			return err
		}
		return migrateIn(ctx, tx, steps, &g)
	})
	return cmp.Or(g.denied(err), asStoreError(err, "bring the schema up to date"))
}

// look sees what there is, under the lock that nodes wait for, and refuses a
// database that can hold no store.
func (g *ground) look(ctx context.Context, tx pgx.Tx, mustExist bool) error {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(lockMigrate)); err != nil {
		return err
	}
	err := tx.QueryRow(ctx, groundSQL).Scan(&g.role, &g.database, &g.encoding, &g.store, &g.owner, &g.mayCreate, &g.mayCreateIn)
	switch {
	case err != nil || g.store:
		return err
	case mustExist:
		return geo.Errorf(geo.NotFound, "database %s at %s holds no store", g.database, g.at)
	}
	return g.bear()
}

func migrateIn(ctx context.Context, tx pgx.Tx, steps []migration, g *ground) error {
	if err := requirePostGIS(ctx, tx, g); err != nil {
		return err
	}
	done := 0
	if g.store {
		if err := tx.QueryRow(ctx, "SELECT coalesce(max(version), 0) FROM yiping.migration").Scan(&done); err != nil {
			return err
		}
	} else if _, err := tx.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS yiping;
		CREATE TABLE yiping.migration (version integer PRIMARY KEY, name text NOT NULL, applied timestamptz NOT NULL DEFAULT now())`); err != nil {
		return err
	}
	if done > len(steps) {
		return &geo.Error{Code: geo.Unsupported, Message: fmt.Sprintf("the store's schema is version %d, this program knows %d", done, len(steps)),
			Mend: "run the newer program"}
	}
	for _, m := range steps[done:] {
		if _, err := tx.Exec(ctx, m.sql); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
		if _, err := tx.Exec(ctx, "INSERT INTO yiping.migration (version, name) VALUES ($1, $2)", m.version, m.name); err != nil {
			return err
		}
	}
	return nil
}

// requirePostGIS creates the extension if it may, and puts its schema on the
// path of this transaction, wherever it was installed.
func requirePostGIS(ctx context.Context, tx pgx.Tx, g *ground) error {
	const place = "SELECT quote_ident(n.nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'"
	var schema string
	err := tx.QueryRow(ctx, place).Scan(&schema)
	if errors.Is(err, pgx.ErrNoRows) {
		if _, err := tx.Exec(ctx, "CREATE EXTENSION postgis"); err != nil {
			return g.lacksPostGIS(err)
		}
		err = tx.QueryRow(ctx, place).Scan(&schema)
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, "SET LOCAL search_path = pg_catalog, "+schema)
	return err
}
