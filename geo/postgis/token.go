package postgis

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yiping/geo"
)

const tokenColumns = "id, actor, hash, rights, district, unit, created, expires, revoked, display"

// AddToken keeps a token.
func (s *Store) AddToken(ctx context.Context, t geo.Token) error {
	if err := t.Check(); err != nil {
		return err
	}
	if t.Created.IsZero() {
		t.Created = time.Now()
	}
	_, err := s.pool.Exec(ctx, "INSERT INTO yiping.token ("+tokenColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		t.ID, t.Actor, t.Hash[:], t.Rights, t.District, t.Unit, t.Created, orNull(t.Expires), orNull(t.Revoked), t.Display)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		return &geo.Error{Code: geo.Conflict, Field: "id", Message: "token “" + t.ID + "” is there already", Mend: "give the new one another name"}
	}
	return asStoreError(err, "keep the token")
}

func orNull(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// FindToken gives the token of a secret.
func (s *Store) FindToken(ctx context.Context, hash [32]byte) (geo.Token, error) {
	found, err := s.tokens(ctx, "WHERE hash = $1", hash[:])
	if err != nil || len(found) == 1 {
		return append(found, geo.Token{})[0], err
	}
	return geo.Token{}, &geo.Error{Code: geo.NotFound, Message: "there is no such token"}
}

// Tokens gives all tokens by ID.
func (s *Store) Tokens(ctx context.Context) ([]geo.Token, error) {
	return s.tokens(ctx, `ORDER BY id COLLATE "C"`)
}

func (s *Store) tokens(ctx context.Context, which string, args ...any) ([]geo.Token, error) {
	rows, err := s.pool.Query(ctx, "SELECT "+tokenColumns+" FROM yiping.token "+which, args...)
	if err != nil {
		return nil, asStoreError(err, "read the tokens")
	}
	out, err := pgx.CollectRows(rows, scanToken)
	return out, asStoreError(err, "read the tokens")
}

func scanToken(r pgx.CollectableRow) (geo.Token, error) {
	var t geo.Token
	var hash []byte
	var expires, revoked *time.Time
	err := r.Scan(&t.ID, &t.Actor, &hash, &t.Rights, &t.District, &t.Unit, &t.Created, &expires, &revoked, &t.Display)
	copy(t.Hash[:], hash)
	t.Created = t.Created.UTC()
	if expires != nil {
		t.Expires = expires.UTC()
	}
	if revoked != nil {
		t.Revoked = revoked.UTC()
	}
	return t, err
}

// RevokeToken ends a token for good.
func (s *Store) RevokeToken(ctx context.Context, id string) error {
	tag, err := s.pool.Exec(ctx, "UPDATE yiping.token SET revoked = coalesce(revoked, clock_timestamp()) WHERE id = $1", id)
	if err == nil && tag.RowsAffected() == 0 {
		return &geo.Error{Code: geo.NotFound, Field: "id", Message: "there is no token “" + id + "”", Mend: "yiping user token list names them"}
	}
	return asStoreError(err, "revoke the token")
}
