package gpkg

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"time"

	"yiping/geo"
)

// accountTables hold who may sign in, who has, and the journal of it. Like tokens
// they are not registered as content, so that GIS programs do not list them.
const accountTables = `
ALTER TABLE yiping_token ADD COLUMN display INTEGER NOT NULL DEFAULT 0;
CREATE TABLE yiping_user (
  name TEXT PRIMARY KEY NOT NULL CHECK (name <> ''), title TEXT NOT NULL, role TEXT NOT NULL, districts TEXT NOT NULL CHECK (json_valid(districts)),
  unit TEXT NOT NULL, password TEXT NOT NULL, subject TEXT UNIQUE, must_change INTEGER NOT NULL, disabled INTEGER NOT NULL, created DATETIME NOT NULL);
CREATE TABLE yiping_session (
  hash BLOB PRIMARY KEY NOT NULL CHECK (length(hash) = 32), user TEXT NOT NULL, created DATETIME NOT NULL, seen DATETIME NOT NULL);
CREATE INDEX yiping_session_user ON yiping_session (user);
CREATE TABLE yiping_attempt (key TEXT PRIMARY KEY NOT NULL, count INTEGER NOT NULL, last DATETIME NOT NULL);
CREATE INDEX yiping_attempt_last ON yiping_attempt (last);
CREATE TABLE yiping_journal (
  seq INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL, at DATETIME NOT NULL, what TEXT NOT NULL, user TEXT NOT NULL, actor TEXT NOT NULL,
  address TEXT NOT NULL, note TEXT NOT NULL);
`

const userColumns = `u.name, u.title, u.role, u.districts, u.unit, u.password, u.subject, u.must_change, u.disabled, +u.created`

// AddUser keeps a user.
func (s *Store) AddUser(ctx context.Context, u geo.User) error {
	err := s.writing(ctx, func(c *conn) error { return insertUser(c, u) })
	if geo.CodeOf(err) == geo.Conflict {
		return geo.UserTaken(u.Name)
	}
	return err
}

// AddFirstUser keeps a user where there is none.
func (s *Store) AddFirstUser(ctx context.Context, u geo.User) (added bool, err error) {
	err = s.writing(ctx, func(c *conn) error {
		n, err := c.integer(`SELECT count(*) FROM yiping_user`)
		if added = err == nil && n == 0; !added {
			return err
		}
		return insertUser(c, u)
	})
	return added && err == nil, err
}

func insertUser(c *conn, u geo.User) error {
	if err := u.Check(); err != nil {
		return err
	}
	if u.Created.IsZero() {
		u.Created = time.Now()
	}
	districts, err := json.Marshal(u.Districts)
	if err != nil {
		return geo.Wrap(geo.Internal, err, "the districts cannot be written")
	}
	_, err = c.exec(`INSERT INTO yiping_user (name, title, role, districts, unit, password, subject, must_change, disabled, created) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		u.Name, u.Title, string(u.Role), string(districts), u.Unit, u.Password, orNull(u.Subject), u.MustChange, u.Disabled, storedMoment(u.Created))
	return err
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// readUser reads userColumns.
func readUser(v []driver.Value) (geo.User, error) {
	text := func(i int) string { s, _ := v[i].(string); return s }
	flag := func(i int) bool { n, _ := v[i].(int64); return n != 0 }
	u := geo.User{Name: text(0), Title: text(1), Role: geo.Role(text(2)), Unit: text(4), Password: text(5), Subject: text(6), MustChange: flag(7), Disabled: flag(8)}
	if err := json.Unmarshal([]byte(text(3)), &u.Districts); err != nil {
		return u, geo.Wrap(geo.Internal, err, "the districts of user %s cannot be read", u.Name)
	}
	var err error
	u.Created, err = readMoment(text(9))
	return u, err
}

func readMoment(text string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return t, geo.Wrap(geo.Internal, err, "a moment in the store cannot be read")
	}
	return t, nil
}

// FindUser gives a user by name.
func (s *Store) FindUser(ctx context.Context, name string) (geo.User, error) {
	return s.user(ctx, `name`, name)
}

// FindSubject gives a user by subject.
func (s *Store) FindSubject(ctx context.Context, subject string) (geo.User, error) {
	return s.user(ctx, `subject`, subject)
}

func (s *Store) user(ctx context.Context, column, value string) (u geo.User, err error) {
	err = s.read(ctx, func(c *conn) error {
		u, err = oneUser(c, column, value)
		return err
	})
	return u, err
}

func oneUser(c *conn, column, value string) (geo.User, error) {
	v, err := c.one(`SELECT `+userColumns+` FROM yiping_user u WHERE u.`+column+` = ?`, value)
	if err != nil {
		return geo.User{}, err
	}
	if v == nil {
		return geo.User{}, geo.NoUser(value)
	}
	return readUser(v)
}

// Users gives all users by name.
func (s *Store) Users(ctx context.Context) ([]geo.User, error) {
	var out []geo.User
	err := s.read(ctx, func(c *conn) error {
		return c.each(`SELECT `+userColumns+` FROM yiping_user u ORDER BY name`, nil, func(v []driver.Value) error {
			u, err := readUser(v)
			out = append(out, u)
			return err
		})
	})
	return out, err
}

// ChangeUser changes a user under the write lock.
func (s *Store) ChangeUser(ctx context.Context, name string, keep [32]byte, change func(*geo.User) error) error {
	return s.writing(ctx, func(c *conn) error {
		old, err := oneUser(c, `name`, name)
		if err != nil {
			return err
		}
		u, ends, err := geo.Changed(old, change)
		if err != nil {
			return err
		}
		districts, err := json.Marshal(u.Districts)
		if err != nil {
			return geo.Wrap(geo.Internal, err, "the districts cannot be written")
		}
		_, err = c.exec(`UPDATE yiping_user SET title = ?, role = ?, districts = ?, unit = ?, password = ?, subject = ?, must_change = ?, disabled = ? WHERE name = ?`,
			u.Title, string(u.Role), string(districts), u.Unit, u.Password, orNull(u.Subject), u.MustChange, u.Disabled, name)
		if err == nil && ends {
			_, err = c.exec(`DELETE FROM yiping_session WHERE user = ? AND hash <> ?`, name, keep[:])
		}
		return err
	})
}

// AddSession keeps a session.
func (s *Store) AddSession(ctx context.Context, n geo.Session) error {
	return s.writing(ctx, func(c *conn) error {
		if _, err := c.exec(`DELETE FROM yiping_session WHERE created < ? OR seen < ?`,
			storedMoment(n.Created.Add(-geo.SessionMost)), storedMoment(n.Created.Add(-geo.SessionIdle))); err != nil {
			return err
		}
		_, err := c.exec(`INSERT INTO yiping_session (hash, user, created, seen) VALUES (?, ?, ?, ?)`, n.Hash[:], n.User, storedMoment(n.Created), storedMoment(n.Seen))
		return err
	})
}

// FindSession gives a session and its user.
func (s *Store) FindSession(ctx context.Context, hash [32]byte) (n geo.Session, u geo.User, err error) {
	err = s.read(ctx, func(c *conn) error {
		v, err := c.one(`SELECT `+userColumns+`, +s.created, +s.seen FROM yiping_session s JOIN yiping_user u ON u.name = s.user WHERE s.hash = ?`, hash[:])
		if err != nil {
			return err
		}
		if v == nil {
			return geo.NoSession()
		}
		if u, err = readUser(v); err != nil {
			return err
		}
		n = geo.Session{Hash: hash, User: u.Name}
		for i, at := range []*time.Time{&n.Created, &n.Seen} {
			text, _ := v[10+i].(string)
			if *at, err = readMoment(text); err != nil {
				return err
			}
		}
		return nil
	})
	return n, u, err
}

// TouchSession notes that a session was used.
func (s *Store) TouchSession(ctx context.Context, hash [32]byte, seen time.Time) error {
	return s.writing(ctx, func(c *conn) error {
		_, err := c.exec(`UPDATE yiping_session SET seen = max(seen, ?) WHERE hash = ?`, storedMoment(seen), hash[:])
		return err
	})
}

// EndSession ends a session.
func (s *Store) EndSession(ctx context.Context, hash [32]byte) error {
	return s.writing(ctx, func(c *conn) error {
		_, err := c.exec(`DELETE FROM yiping_session WHERE hash = ?`, hash[:])
		return err
	})
}

// Attempt counts an attempt, unless one of its keys has to wait.
func (s *Store) Attempt(ctx context.Context, keys []string, now time.Time) (until time.Time, err error) {
	err = s.writing(ctx, func(c *conn) error {
		if _, err := c.exec(`DELETE FROM yiping_attempt WHERE last < ?`, storedMoment(geo.ForgottenBefore(now))); err != nil {
			return err
		}
		counted := map[string]geo.Attempts{}
		for _, key := range keys {
			var a geo.Attempts
			v, err := c.one(`SELECT count, +last FROM yiping_attempt WHERE key = ?`, key)
			if err != nil {
				return err
			}
			if v != nil {
				n, _ := v[0].(int64)
				text, _ := v[1].(string)
				if a.Last, err = readMoment(text); err != nil {
					return err
				}
				a.Count = int(n)
			}
			if u := a.Until(key); u.After(now) && u.After(until) {
				until = u
			}
			counted[key] = a.Add(now)
		}
		if !until.IsZero() {
			return nil
		}
		for key, a := range counted {
			if _, err := c.exec(`INSERT INTO yiping_attempt VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET count = excluded.count, last = excluded.last`,
				key, int64(a.Count), storedMoment(a.Last)); err != nil {
				return err
			}
		}
		return nil
	})
	return until, err
}

// Forgive forgets attempts.
func (s *Store) Forgive(ctx context.Context, keys ...string) error {
	return s.writing(ctx, func(c *conn) error {
		for _, key := range keys {
			if _, err := c.exec(`DELETE FROM yiping_attempt WHERE key = ?`, key); err != nil {
				return err
			}
		}
		return nil
	})
}

// Retract takes back an attempt.
func (s *Store) Retract(ctx context.Context, key string) error {
	return s.writing(ctx, func(c *conn) error {
		_, err := c.exec(`UPDATE yiping_attempt SET count = count - 1 WHERE key = ? AND count > 0`, key)
		return err
	})
}

// Note adds to the journal.
func (s *Store) Note(ctx context.Context, e geo.JournalEntry) error {
	if e.At.IsZero() {
		e.At = time.Now()
	}
	return s.writing(ctx, func(c *conn) error {
		_, err := c.exec(`INSERT INTO yiping_journal (at, what, user, actor, address, note) VALUES (?, ?, ?, ?, ?, ?)`,
			storedMoment(e.At), e.What, e.User, e.Actor, e.Address, e.Note)
		return err
	})
}

// Journal gives the last entries.
func (s *Store) Journal(ctx context.Context, limit int) ([]geo.JournalEntry, error) {
	var out []geo.JournalEntry
	err := s.read(ctx, func(c *conn) error {
		return c.each(`SELECT +at, what, user, actor, address, note FROM yiping_journal ORDER BY seq DESC LIMIT ?`, []any{int64(limit)}, func(v []driver.Value) error {
			text := func(i int) string { s, _ := v[i].(string); return s }
			at, err := readMoment(text(0))
			out = append(out, geo.JournalEntry{At: at, What: text(1), User: text(2), Actor: text(3), Address: text(4), Note: text(5)})
			return err
		})
	})
	return out, err
}
