package postgis

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"yiping/geo"
)

const userColumns = "u.name, u.title, u.role, u.districts, u.unit, u.password, coalesce(u.subject, ''), u.must_change, u.disabled, u.created"

// AddUser keeps a user.
func (s *Store) AddUser(ctx context.Context, u geo.User) error {
	err := insertUser(ctx, s.pool, u)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "23505" {
		return geo.UserTaken(u.Name)
	}
	return asStoreError(err, "keep the user")
}

// AddFirstUser keeps a user where there is none; nodes that start at once wait
// for each other.
func (s *Store) AddFirstUser(ctx context.Context, u geo.User) (added bool, err error) {
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, "LOCK TABLE yiping.account IN SHARE ROW EXCLUSIVE MODE"); err != nil {
			return err
		}
		if err := tx.QueryRow(ctx, "SELECT NOT EXISTS (SELECT FROM yiping.account)").Scan(&added); err != nil || !added {
			return err
		}
		return insertUser(ctx, tx, u)
	})
	return added && err == nil, asStoreError(err, "keep the first user")
}

type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func insertUser(ctx context.Context, to execer, u geo.User) error {
	if err := u.Check(); err != nil {
		return err
	}
	if u.Created.IsZero() {
		u.Created = time.Now()
	}
	_, err := to.Exec(ctx, `INSERT INTO yiping.account (name, title, role, districts, unit, password, subject, must_change, disabled, created)
		VALUES ($1, $2, $3, $4, $5, $6, nullif($7, ''), $8, $9, $10)`,
		u.Name, u.Title, u.Role, append([]string{}, u.Districts...), u.Unit, u.Password, u.Subject, u.MustChange, u.Disabled, u.Created)
	return err
}

// targets are where userColumns go.
func targets(u *geo.User) []any {
	return []any{&u.Name, &u.Title, &u.Role, &u.Districts, &u.Unit, &u.Password, &u.Subject, &u.MustChange, &u.Disabled, &u.Created}
}

func scanUser(r pgx.CollectableRow) (geo.User, error) {
	var u geo.User
	err := r.Scan(targets(&u)...)
	return settled(u), err
}

// settled gives what was read in the form in which it was kept.
func settled(u geo.User) geo.User {
	u.Created = u.Created.UTC()
	if len(u.Districts) == 0 {
		u.Districts = nil
	}
	return u
}

// FindUser gives a user by name.
func (s *Store) FindUser(ctx context.Context, name string) (geo.User, error) {
	return s.user(ctx, "name", name)
}

// FindSubject gives a user by subject.
func (s *Store) FindSubject(ctx context.Context, subject string) (geo.User, error) {
	return s.user(ctx, "subject", subject)
}

func (s *Store) user(ctx context.Context, column, value string) (geo.User, error) {
	if !geo.IsText(value) {
		return geo.User{}, geo.NoUser(value)
	}
	rows, err := s.pool.Query(ctx, "SELECT "+userColumns+" FROM yiping.account u WHERE u."+column+" = $1", value)
	if err != nil {
		return geo.User{}, asStoreError(err, "read the user")
	}
	u, err := pgx.CollectExactlyOneRow(rows, scanUser)
	if errors.Is(err, pgx.ErrNoRows) {
		return u, geo.NoUser(value)
	}
	return u, asStoreError(err, "read the user")
}

// Users gives all users by name.
func (s *Store) Users(ctx context.Context) ([]geo.User, error) {
	rows, err := s.pool.Query(ctx, "SELECT "+userColumns+` FROM yiping.account u ORDER BY u.name COLLATE "C"`)
	if err != nil {
		return nil, asStoreError(err, "read the users")
	}
	out, err := pgx.CollectRows(rows, scanUser)
	return out, asStoreError(err, "read the users")
}

// ChangeUser changes a user while nobody else can.
func (s *Store) ChangeUser(ctx context.Context, name string, keep [32]byte, change func(*geo.User) error) error {
	err := pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		var old geo.User
		err := tx.QueryRow(ctx, "SELECT "+userColumns+" FROM yiping.account u WHERE u.name = $1 FOR UPDATE", name).Scan(targets(&old)...)
		if errors.Is(err, pgx.ErrNoRows) {
			return geo.NoUser(name)
		}
		if err != nil {
			return err
		}
		u, ends, err := geo.Changed(settled(old), change)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `UPDATE yiping.account SET title = $2, role = $3, districts = $4, unit = $5, password = $6, subject = nullif($7, ''),
			must_change = $8, disabled = $9 WHERE name = $1`,
			name, u.Title, u.Role, append([]string{}, u.Districts...), u.Unit, u.Password, u.Subject, u.MustChange, u.Disabled); err != nil {
			return err
		}
		if ends {
			_, err = tx.Exec(ctx, "DELETE FROM yiping.session WHERE account = $1 AND hash <> $2", name, keep[:])
		}
		return err
	})
	return asStoreError(err, "change the user")
}

// AddSession keeps a session.
func (s *Store) AddSession(ctx context.Context, n geo.Session) error {
	_, err := s.pool.Exec(ctx, `WITH ended AS (DELETE FROM yiping.session WHERE created < $5 OR seen < $6)
		INSERT INTO yiping.session (hash, account, created, seen) VALUES ($1, $2, $3, $4)`,
		n.Hash[:], n.User, n.Created, n.Seen, n.Created.Add(-geo.SessionMost), n.Created.Add(-geo.SessionIdle))
	return asStoreError(err, "keep the session")
}

// FindSession gives a session and its user.
func (s *Store) FindSession(ctx context.Context, hash [32]byte) (geo.Session, geo.User, error) {
	var u geo.User
	n := geo.Session{Hash: hash}
	err := s.pool.QueryRow(ctx, "SELECT "+userColumns+", s.created, s.seen FROM yiping.session s JOIN yiping.account u ON u.name = s.account WHERE s.hash = $1", hash[:]).
		Scan(append(targets(&u), &n.Created, &n.Seen)...)
	if errors.Is(err, pgx.ErrNoRows) {
		return n, u, geo.NoSession()
	}
	n.User, n.Created, n.Seen = u.Name, n.Created.UTC(), n.Seen.UTC()
	return n, settled(u), asStoreError(err, "read the session")
}

// TouchSession notes that a session was used.
func (s *Store) TouchSession(ctx context.Context, hash [32]byte, seen time.Time) error {
	_, err := s.pool.Exec(ctx, "UPDATE yiping.session SET seen = greatest(seen, $2) WHERE hash = $1", hash[:], seen)
	return asStoreError(err, "note the use of the session")
}

// EndSession ends a session.
func (s *Store) EndSession(ctx context.Context, hash [32]byte) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM yiping.session WHERE hash = $1", hash[:])
	return asStoreError(err, "end the session")
}

// Attempt counts an attempt, unless one of its keys has to wait. The rows are
// locked in order of their keys, so that no two wait for each other.
func (s *Store) Attempt(ctx context.Context, keys []string, now time.Time) (until time.Time, err error) {
	keys = slices.Compact(slices.Sorted(slices.Values(keys)))
	err = pgx.BeginFunc(ctx, s.pool, func(tx pgx.Tx) error {
		counted := make([]geo.Attempts, len(keys))
		for i, key := range keys {
			var a geo.Attempts
			if err := tx.QueryRow(ctx, `INSERT INTO yiping.attempt (key, count, last) VALUES ($1, 0, $2)
				ON CONFLICT (key) DO UPDATE SET key = excluded.key RETURNING count, last`, key, now).Scan(&a.Count, &a.Last); err != nil {
				return err
			}
			if u := a.Until(key); u.After(now) && u.After(until) {
				until = u
			}
			counted[i] = a.Add(now)
		}
		if !until.IsZero() {
			return nil
		}
		for i, key := range keys {
			if _, err := tx.Exec(ctx, "UPDATE yiping.attempt SET count = $2, last = $3 WHERE key = $1", key, counted[i].Count, counted[i].Last); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return time.Time{}, asStoreError(err, "count the attempt")
	}
	_, err = s.pool.Exec(ctx, "DELETE FROM yiping.attempt WHERE key IN (SELECT key FROM yiping.attempt WHERE last < $1 FOR UPDATE SKIP LOCKED)", geo.ForgottenBefore(now))
	return until, asStoreError(err, "forget old attempts")
}

// Forgive forgets attempts.
func (s *Store) Forgive(ctx context.Context, keys ...string) error {
	_, err := s.pool.Exec(ctx, "DELETE FROM yiping.attempt WHERE key = ANY ($1)", keys)
	return asStoreError(err, "forget attempts")
}

// Retract takes back an attempt.
func (s *Store) Retract(ctx context.Context, key string) error {
	_, err := s.pool.Exec(ctx, "UPDATE yiping.attempt SET count = count - 1 WHERE key = $1 AND count > 0", key)
	return asStoreError(err, "take back the attempt")
}

// Note adds to the journal.
func (s *Store) Note(ctx context.Context, e geo.JournalEntry) error {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	_, err := s.pool.Exec(ctx, "INSERT INTO yiping.journal (at, what, account, actor, address, note) VALUES ($1, $2, $3, $4, $5, $6)",
		e.At, e.What, e.User, e.Actor, e.Address, e.Note)
	return asStoreError(err, "write into the journal")
}

// Journal gives the last entries.
func (s *Store) Journal(ctx context.Context, limit int) ([]geo.JournalEntry, error) {
	rows, err := s.pool.Query(ctx, "SELECT at, what, account, actor, address, note FROM yiping.journal ORDER BY seq DESC LIMIT $1", limit)
	if err != nil {
		return nil, asStoreError(err, "read the journal")
	}
	out, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (geo.JournalEntry, error) {
		var e geo.JournalEntry
		err := r.Scan(&e.At, &e.What, &e.User, &e.Actor, &e.Address, &e.Note)
		e.At = e.At.UTC()
		return e, err
	})
	return out, asStoreError(err, "read the journal")
}
