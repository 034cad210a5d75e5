package gpkg

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"time"

	"yiping/geo"
)

// storedMoment writes a time of a token, NULL for none.
func storedMoment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000Z")
}

// AddToken keeps a token.
func (s *Store) AddToken(ctx context.Context, t geo.Token) error {
	if err := t.Check(); err != nil {
		return err
	}
	if t.Created.IsZero() {
		t.Created = time.Now()
	}
	rights, err := json.Marshal(t.Rights)
	if err != nil {
		return geo.Wrap(geo.Internal, err, "the rights cannot be written")
	}
	err = s.writing(ctx, func(c *conn) error {
		_, err := c.exec(`INSERT INTO yiping_token (id, actor, hash, rights, district, unit, created, expires, revoked, display) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			t.ID, t.Actor, t.Hash[:], string(rights), t.District, t.Unit, storedMoment(t.Created), storedMoment(t.Expires), storedMoment(t.Revoked), t.Display)
		return err
	})
	if geo.CodeOf(err) == geo.Conflict {
		return &geo.Error{Code: geo.Conflict, Field: "id", Message: "token “" + t.ID + "” is there already", Mend: "give the new one another name"}
	}
	return err
}

// writing runs fn in a transaction of the writing connection.
func (s *Store) writing(ctx context.Context, fn func(c *conn) error) error {
	c, err := s.borrow(ctx, s.write)
	if err != nil {
		return err
	}
	defer s.giveBack(c, s.write)
	return c.transaction(func() error { return fn(c) })
}

// FindToken gives the token of a secret.
func (s *Store) FindToken(ctx context.Context, hash [32]byte) (geo.Token, error) {
	found, err := s.tokens(ctx, `WHERE hash = ?`, hash[:])
	if err != nil || len(found) == 1 {
		return append(found, geo.Token{})[0], err
	}
	return geo.Token{}, &geo.Error{Code: geo.NotFound, Message: "there is no such token"}
}

// Tokens gives all tokens by ID.
func (s *Store) Tokens(ctx context.Context) ([]geo.Token, error) { return s.tokens(ctx, `ORDER BY id`) }

func (s *Store) tokens(ctx context.Context, which string, args ...any) ([]geo.Token, error) {
	var out []geo.Token
	err := s.read(ctx, func(c *conn) error {
		return c.each(`SELECT id, actor, hash, rights, district, unit, +created, +expires, +revoked, display FROM yiping_token `+which, args, func(v []driver.Value) error {
			t, err := readToken(v)
			out = append(out, t)
			return err
		})
	})
	return out, err
}

func readToken(v []driver.Value) (geo.Token, error) {
	text := func(i int) string { s, _ := v[i].(string); return s }
	t := geo.Token{ID: text(0), Actor: text(1), District: text(4), Unit: text(5)}
	hash, _ := v[2].([]byte)
	display, _ := v[9].(int64)
	t.Display = display != 0
	copy(t.Hash[:], hash)
	if err := json.Unmarshal([]byte(text(3)), &t.Rights); err != nil {
		return t, geo.Wrap(geo.Internal, err, "the rights of token %s cannot be read", t.ID)
	}
	for i, at := range []*time.Time{&t.Created, &t.Expires, &t.Revoked} {
		if text(6+i) == "" {
			continue
		}
		var err error
		if *at, err = time.Parse(time.RFC3339Nano, text(6+i)); err != nil {
			return t, geo.Wrap(geo.Internal, err, "a time of token %s cannot be read", t.ID)
		}
	}
	return t, nil
}

// RevokeToken ends a token for good.
func (s *Store) RevokeToken(ctx context.Context, id string) error {
	return s.writing(ctx, func(c *conn) error {
		v, err := c.one(`UPDATE yiping_token SET revoked = ifnull(revoked, ?) WHERE id = ? RETURNING id`, storedMoment(time.Now()), id)
		if err == nil && v == nil {
			return &geo.Error{Code: geo.NotFound, Field: "id", Message: "there is no token “" + id + "”", Mend: "yiping user token list names them"}
		}
		return err
	})
}
