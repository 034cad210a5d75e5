package api

import (
	"cmp"
	"context"
	"errors"
	"net/url"
	"sync/atomic"
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
		c.known = time.Date(y, m, d+1, 0, 0, 0, 0, geo.China)
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

// unknownMoment tells that a moment of known= has nothing to show as a fault of
// that parameter; other failures stay what they are.
func unknownMoment(err error) error {
	var e *geo.Error
	if !errors.As(err, &e) || e.Code != geo.NotFound && e.Code != geo.Invalid {
		return err
	}
	return badParameter("known", geo.Text{ZH: "这个时间没有记录可看", EN: "Nothing is recorded for that time: " + e.Message})
}

// nothingKnown tells that nothing was recorded by a moment, and since when
// something is.
func (s *server) nothingKnown(ctx context.Context, known time.Time) error {
	begun, err := s.Store.Begun(ctx)
	if err != nil {
		return err
	}
	if begun.IsZero() {
		return badParameter("known", geo.Text{ZH: "尚无任何记录", EN: "Nothing has been recorded yet"})
	}
	// up to the second, so that what is told can be asked for
	first := begun.Add(time.Second - 1).Truncate(time.Second)
	return badParameter("known", detailf("截至 %s 尚无任何记录；最早的记录始于 %s", "Nothing was recorded by %s; the first records are of %s",
		inChina(known), inChina(first)))
}

func inChina(t time.Time) string { return t.In(geo.China).Format(time.RFC3339) }

// otherDays keeps snapshots as judged at other days.
type otherDays struct {
	kept shelf[dayOf, *judgement]
	turn turn // held while judging: whoever asks for many days waits for one at a time
}

type dayOf struct {
	of  *snapshot.Snapshot
	day geo.Date
}

// judgement is a snapshot judged at a day, nil until it is.
type judgement struct {
	snap atomic.Pointer[snapshot.Snapshot]
}

func newOtherDays() otherDays { return otherDays{turn: newTurn()} }

// at gives the current snapshot, or one of the past, judged at a day; those who
// ask meanwhile wait for the one who judges. What was made of a snapshot that is
// no longer current is let go.
func (o *otherDays) at(ctx context.Context, current, past *snapshot.Snapshot, day geo.Date) (*snapshot.Snapshot, error) {
	of := cmp.Or(past, current)
	o.kept.drop(func(k dayOf, past *snapshot.Snapshot) bool { return past == nil && k.of != current })
	j := o.kept.get(dayOf{of, day}, past, func() *judgement { return &judgement{} })
	if snap := j.snap.Load(); snap != nil {
		return snap, nil
	}
	done, err := o.turn.take(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if j.snap.Load() == nil {
		j.snap.Store(of.At(day))
	}
	return j.snap.Load(), nil
}

// turn is for work that one request does at a time. Who waits for it stops waiting
// when the client leaves.
type turn chan struct{}

func newTurn() turn { return make(turn, 1) }

// take waits for the turn, which lasts until done is called.
func (t turn) take(ctx context.Context) (done func(), err error) {
	select {
	case t <- struct{}{}:
		return func() { <-t }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
