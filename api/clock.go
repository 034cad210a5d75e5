package api

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"sync"
	"time"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// clock is the two clocks of a question. at= is the day all is judged at, with
// what is known now: a day, or a month, which stands for its last day. known= is
// the moment by which all must have been recorded: RFC 3339, or a day, which
// stands for its end in China.
type clock struct {
	day   geo.Date  // 0 = the evaluation date of each district
	known time.Time // zero = now
}

// clocks are the parameters of a clock.
var clocks = []string{"at", "known"}

// Days that may be asked for: beyond them no register was kept or planned.
var firstDay, lastDay = geo.NewDate(1900, 1, 1), geo.NewDate(2200, 12, 31)

// china is the civil time of every city of ours.
var china = time.FixedZone("UTC+8", 8*60*60)

// clockOf reads at= and known=.
func clockOf(values url.Values, now time.Time) (c clock, err error) {
	if text := values.Get("at"); text != "" {
		if c.day, err = geo.ParseDate(text); err != nil {
			return c, badParameter("at", detailf("“%s”不是日期；请写 2022-11-30 或 2022-11", "“%s” is not a date; write 2022-11-30 or 2022-11", shorten(text)))
		}
		if c.day < firstDay || c.day > lastDay {
			return c, badParameter("at", detailf("“%s”应在 %s 到 %s 之间", "“%s” must lie from %s to %s", shorten(text), firstDay, lastDay))
		}
	}
	text := values.Get("known")
	if text == "" {
		return c, nil
	}
	if c.known, err = time.Parse(time.RFC3339Nano, text); err != nil {
		day, err := geo.ParseDate(text)
		if err != nil {
			return c, badParameter("known", detailf("“%s”不是时间；请写 2023-01-05T09:00:00+08:00 或 2023-01-05", "“%s” is not a time; write 2023-01-05T09:00:00+08:00 or 2023-01-05", shorten(text)))
		}
		y, m, d := day.Time().Date()
		c.known = time.Date(y, m, d+1, 0, 0, 0, 0, china)
	}
	if c.known.After(now) {
		return c, badParameter("known", detailf("“%s”还没有到", "“%s” has not come yet", shorten(text)))
	}
	return c, nil
}

// carry adds the clock to the parameters of an address.
func (c clock) carry(to url.Values) {
	if c.day != 0 {
		to.Set("at", c.day.String())
	}
	if !c.known.IsZero() {
		to.Set("known", c.known.UTC().Format(time.RFC3339Nano))
	}
}

// at gives the snapshot that a clock shows, seen from the current one.
func (s *server) at(ctx context.Context, current *snapshot.Snapshot, c clock) (*snapshot.Snapshot, error) {
	snap := current
	if !c.known.IsZero() {
		var err error
		if snap, err = s.Follower.Known(ctx, c.known); err != nil {
			return nil, unknownMoment(err)
		}
	}
	if c.day == 0 {
		return snap, nil
	}
	return s.days.at(current, snap, c.day), nil
}

// unknownMoment tells that a moment of known= has nothing to show as a fault of
// that parameter; other failures stay what they are.
func unknownMoment(err error) error {
	var e *geo.Error
	if !errors.As(err, &e) || e.Code != geo.NotFound && e.Code != geo.Invalid {
		return err
	}
	return badParameter("known", geo.Text{ZH: "这个时间没有记录可看", EN: "Nothing is recorded for that time: " + e.Message})
}

// maxOtherDays bounds the snapshots kept as judged at other days. Each shares all
// but its lights with the one it was made from; the months of a year fit.
const maxOtherDays = 12

// otherDays keeps snapshots as judged at other days, those used last.
type otherDays struct {
	mu      sync.Mutex
	entries []*judgement // the latest used last
}

type judgement struct {
	current, of *snapshot.Snapshot // of is current itself, or one of known=
	day         geo.Date
	judge       func() *snapshot.Snapshot
}

// at gives a snapshot judged at a day; those who ask meanwhile wait for the one
// who judges. What was made of a snapshot that is no longer current is let go.
func (o *otherDays) at(current, of *snapshot.Snapshot, day geo.Date) *snapshot.Snapshot {
	o.mu.Lock()
	o.entries = slices.DeleteFunc(o.entries, func(e *judgement) bool { return e.current != current && e.of == e.current })
	n := slices.IndexFunc(o.entries, func(e *judgement) bool { return e.of == of && e.day == day })
	var e *judgement
	if n >= 0 {
		e = o.entries[n]
		o.entries = slices.Delete(o.entries, n, n+1)
	} else {
		e = &judgement{current, of, day, sync.OnceValue(func() *snapshot.Snapshot { return of.At(day) })}
	}
	o.entries = append(o.entries, e)
	if len(o.entries) > maxOtherDays {
		o.entries = slices.Delete(o.entries, 0, 1)
	}
	o.mu.Unlock()
	return e.judge()
}
