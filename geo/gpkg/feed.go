package gpkg

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"time"

	"yiping/geo"
)

// pos is a place in the feed. SQLite has one writer at a time, so the order of
// seq is the order of commits. nonce is that of row seq: a file put back from a
// copy has another row there, or none.
type pos struct {
	epoch string
	seq   int64
	nonce uint64
}

func (p pos) cursor() geo.Cursor {
	return geo.Cursor("g1:" + p.epoch + ":" + strconv.FormatInt(p.seq, 10) + ":" + strconv.FormatUint(p.nonce, 16))
}

func parseCursor(c geo.Cursor) (pos, bool) {
	parts := strings.Split(string(c), ":")
	if len(parts) != 4 || parts[0] != "g1" {
		return pos{}, false
	}
	seq, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || seq < 1 {
		return pos{}, false
	}
	nonce, err := strconv.ParseUint(parts[3], 16, 64)
	p := pos{parts[1], seq, nonce}
	return p, err == nil && p.cursor() == c
}

// position is where the feed ends now.
func position(c *conn) (pos, error) {
	v, err := c.one(`SELECT m.value, f.seq, f.nonce FROM yiping_meta m, (SELECT seq, nonce FROM yiping_feed ORDER BY seq DESC LIMIT 1) f WHERE m.name = 'epoch'`)
	if err != nil {
		return pos{}, err
	}
	if v == nil {
		return pos{}, &geo.Error{Code: geo.Internal, Message: "the store has no epoch or no feed", Mend: "run yiping doctor --after-restore"}
	}
	epoch, _ := v[0].(string)
	seq, _ := v[1].(int64)
	nonce, _ := v[2].(int64)
	return pos{epoch, seq, uint64(nonce)}, nil
}

func reload(why string) error {
	return &geo.Error{Code: geo.Reload, Message: "the cursor cannot be followed: " + why}
}

// follows checks that the feed still leads from p to here.
func (p pos) follows(c *conn, here pos) error {
	if p.epoch != here.epoch {
		return reload("it is from another store or from before a restore")
	}
	v, err := c.one(`SELECT nonce FROM yiping_feed WHERE seq = ?`, p.seq)
	if err != nil {
		return err
	}
	if v == nil {
		return reload("it is too old, or from after a restore")
	}
	if nonce, _ := v[0].(int64); uint64(nonce) != p.nonce {
		return reload("the store was restored since")
	}
	return nil
}

// Covers reports whether all that is visible at b is visible at a.
func (s *Store) Covers(a, b geo.Cursor) bool {
	if b == "" {
		return true
	}
	pa, okA := parseCursor(a)
	pb, okB := parseCursor(b)
	return okA && okB && pa.epoch == pb.epoch && pa.seq >= pb.seq
}

// Since gives what happened after a cursor; everything for the empty one.
func (s *Store) Since(ctx context.Context, after geo.Cursor) (geo.Changes, error) {
	var out geo.Changes
	err := s.read(ctx, func(c *conn) error {
		here, err := position(c)
		if err != nil {
			return err
		}
		ls, err := s.layers(c)
		if err != nil {
			return err
		}
		out = geo.Changes{Cursor: here.cursor()}
		if after == "" {
			err = s.everything(ctx, c, ls, &out)
		} else {
			p, ok := parseCursor(after)
			if !ok {
				return reload("it is not one of this store")
			}
			if err := p.follows(c, here); err != nil {
				return err
			}
			err = s.since(ctx, c, ls, p.seq, &out)
		}
		out.Faults = s.faults(ls)
		return err
	})
	return out, err
}

func (s *Store) everything(ctx context.Context, c *conn, ls []layer, out *geo.Changes) (err error) {
	out.Layers = bare(ls)
	if out.Dates, err = readDates(c, `1`); err != nil {
		return err
	}
	for i := range ls {
		if err := s.reset(ctx, c, &ls[i], out); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) reset(ctx context.Context, c *conn, l *layer, out *geo.Changes) error {
	out.Reset = append(out.Reset, l.ID)
	if s.away(l) {
		return nil
	}
	return s.readLayer(ctx, c, &l.Layer, "", nil, keepIn(out))
}

func keepIn(out *geo.Changes) func(geo.Record) error {
	return func(r geo.Record) error {
		out.Records = append(out.Records, r)
		return nil
	}
}

func (s *Store) since(ctx context.Context, c *conn, ls []layer, seq int64, out *geo.Changes) error {
	told := map[string][]string{} // kind → subjects
	err := c.each(`SELECT DISTINCT kind, subject FROM yiping_feed WHERE seq > ? ORDER BY 1, 2`, []any{seq}, func(v []driver.Value) error {
		kind, _ := v[0].(string)
		subject, _ := v[1].(string)
		told[kind] = append(told[kind], subject)
		return nil
	})
	if err != nil {
		return err
	}
	for _, subject := range append(told[kindLayer], told[kindDropped]...) {
		if l, err := find(ls, geo.LayerID(subject)); err == nil {
			out.Layers = append(out.Layers, l.Layer)
		} else {
			out.Dropped = append(out.Dropped, geo.LayerID(subject))
		}
	}
	fresh := map[string]bool{}
	for _, subject := range told[kindReset] {
		l, err := find(ls, geo.LayerID(subject))
		if err != nil {
			continue // dropped since
		}
		fresh[subject] = true
		if err := s.reset(ctx, c, l, out); err != nil {
			return err
		}
	}
	for _, subject := range told[kindFeature] {
		l, err := find(ls, geo.LayerID(subject))
		if err != nil || fresh[subject] || s.away(l) {
			continue
		}
		if err := s.changed(ctx, c, &l.Layer, seq, out); err != nil {
			return err
		}
	}
	if len(told[kindDate]) > 0 {
		out.Dates, err = readDates(c, `district IN (SELECT subject FROM yiping_feed WHERE seq > ? AND kind = '`+kindDate+`')`, seq)
	}
	return err
}

// changed reads the features of one layer that the feed names.
func (s *Store) changed(ctx context.Context, c *conn, l *geo.Layer, seq int64, out *geo.Changes) error {
	const named = `SELECT id FROM yiping_feed WHERE seq > ? AND kind = '` + kindFeature + `' AND subject = ?`
	var ids []geo.ID
	if err := c.each(named+` GROUP BY id ORDER BY id`, []any{seq, l.ID}, func(v []driver.Value) error {
		id, _ := v[0].(int64)
		ids = append(ids, geo.ID(id))
		return nil
	}); err != nil {
		return err
	}
	gone := func(upTo geo.ID) {
		for len(ids) > 0 && ids[0] < upTo {
			out.Records = append(out.Records, geo.Record{Layer: l.ID, ID: ids[0]})
			s.markSpoilt(l.ID, ids[0], nil)
			ids = ids[1:]
		}
	}
	err := s.readLayer(ctx, c, l, `IN (`+named+`)`, []any{seq, l.ID}, func(r geo.Record) error {
		gone(r.ID)
		ids = ids[1:]
		return keepIn(out)(r)
	})
	gone(geo.MaxID + 1)
	return err
}

// Wait returns when the feed may have grown past a cursor: at once for a batch
// that lands in this process, within the poll interval for other programs.
func (s *Store) Wait(ctx context.Context, after geo.Cursor) error {
	slow := time.NewTimer(s.opts.SlowPoll)
	defer slow.Stop()
	tick := time.NewTicker(s.opts.Poll)
	defer tick.Stop()
	last := int64(-1)
	for {
		bell := s.bellNow()
		news, version, err := s.news(ctx, after, last)
		if err != nil || news {
			return err
		}
		last = version
		select {
		case <-bell:
		case <-tick.C:
		case <-slow.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-s.done:
			return errClosed
		}
	}
}

// news looks whether the feed ends elsewhere than at after. last is the data
// version found before: while it stays, nothing can have changed.
func (s *Store) news(ctx context.Context, after geo.Cursor, last int64) (bool, int64, error) {
	c, err := s.borrow(ctx, s.watch)
	if err != nil {
		return false, 0, err
	}
	defer s.giveBack(c, s.watch)
	if at := s.pending.Load(); at != 0 && time.Now().UnixNano() >= at {
		return true, 0, nil
	}
	version, err := c.integer(`PRAGMA data_version`)
	if err != nil || version == last {
		return false, version, err
	}
	here, err := position(c)
	if err != nil {
		return false, 0, err
	}
	schema, err := c.integer(`PRAGMA schema_version`)
	if err != nil {
		return false, 0, err
	}
	return here.cursor() != after || schema != s.seen.Load() && s.pending.Load() == 0, version, nil
}

// prune drops the oldest rows of a feed that has grown too long.
func (s *Store) prune(c *conn) error {
	_, err := c.exec(`DELETE FROM yiping_feed WHERE seq <= (SELECT max(seq) FROM yiping_feed) - ?`, s.opts.FeedRows)
	return err
}

// Renew draws a new epoch: every cursor given so far answers Reload.
func (s *Store) Renew(ctx context.Context) error {
	c, err := s.borrow(ctx, s.write)
	if err != nil {
		return err
	}
	defer s.giveBack(c, s.write)
	defer s.ring()
	if err := c.transaction(func() error { return renew(c) }); err != nil {
		return fmt.Errorf("new epoch: %w", err)
	}
	return nil
}
