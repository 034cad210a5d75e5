package postgis

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"yiping/geo"
)

// The oldest versions the store is meant for.
const (
	minServer  = 140000 // CREATE OR REPLACE TRIGGER
	minPostGIS = 3
)

// Check lists what is wrong: versions, durability, tables and triggers, a
// database restored from a copy. It mends what it may first, as every read does.
func (s *Store) Check(ctx context.Context) ([]geo.Fault, error) {
	var out []geo.Fault
	err := s.retry(ctx, func() error {
		out = nil
		return s.reading(ctx, func(tx pgx.Tx) error {
			st, err := readState(ctx, tx, readerStateSQL)
			if err != nil {
				return err
			}
			cat, err := s.settled(ctx, tx, st.print)
			if err != nil {
				return err
			}
			out = append(append(out, st.faults...), s.faults(cat)...)
			var e *geo.Error
			if err := refuseFuture(ctx, tx); errors.As(err, &e) {
				out = append(out, geo.Fault{Message: e.Message, Mend: e.Mend})
			} else if err != nil {
				return err
			}
			versions, err := checkVersions(ctx, tx)
			out = append(out, versions...)
			return err
		})
	})
	return out, asStoreError(err, "check the store")
}

func checkVersions(ctx context.Context, tx pgx.Tx) ([]geo.Fault, error) {
	var server, postgis int
	var text string
	err := tx.QueryRow(ctx, `SELECT current_setting('server_version_num')::int, extversion, split_part(extversion, '.', 1)::int
		FROM pg_extension WHERE extname = 'postgis'`).Scan(&server, &text, &postgis)
	if errors.Is(err, pgx.ErrNoRows) {
		return []geo.Fault{{Message: "the extension PostGIS is gone", Mend: "CREATE EXTENSION postgis; then restore the geometry columns from a copy"}}, nil
	}
	if err != nil {
		return nil, err
	}
	var out []geo.Fault
	if server < minServer {
		out = append(out, geo.Fault{Message: fmt.Sprintf("PostgreSQL %d is too old", server/10000), Mend: "use PostgreSQL 14 or newer"})
	}
	if postgis < minPostGIS {
		out = append(out, geo.Fault{Message: "PostGIS " + text + " is too old", Mend: "use PostGIS 3 or newer: ALTER EXTENSION postgis UPDATE"})
	}
	return out, nil
}

// Renew draws a new epoch and forgets the feed, which nobody can read any more:
// after a restore its transaction ids may be of the future.
func (s *Store) Renew(ctx context.Context) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		return execAll(ctx, tx, []string{
			"DELETE FROM yiping.feed",
			"UPDATE yiping.meta SET epoch = replace(gen_random_uuid()::text, '-', ''), horizon = '0'",
			"SELECT yiping.ring()",
		})
	})
	return asStoreError(err, "draw a new epoch")
}
