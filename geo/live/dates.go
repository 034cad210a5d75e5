package live

import (
	"context"
	"time"

	"yiping/geo"
)

// Actor is who advances evaluation dates, in the store's history.
const Actor = "yiping:calendar"

// longestNap bounds how long a machine that slept or had its clock set may
// keep yesterday's date.
const longestNap = 10 * time.Minute

func (f *Follower) wakeDates() {
	select {
	case f.dates <- struct{}{}:
	default:
	}
}

// keepDates advances the evaluation dates of live districts at midnight in
// China. Every node tries; the key of each advance lets one succeed, and all
// learn of it through the feed like of any other change.
func (f *Follower) keepDates(ctx context.Context) {
	for ctx.Err() == nil {
		now := f.opts.Now().In(geo.China)
		y, m, d := now.Date()
		nap := min(time.Date(y, m, d+1, 0, 0, 0, 0, geo.China).Sub(now), longestNap)
		if !f.advance(ctx, geo.NewDate(y, m, d)) {
			nap = min(nap, f.opts.MaxBackoff)
		}
		timer := time.NewTimer(nap)
		select {
		case <-timer.C:
		case <-f.dates:
		case <-ctx.Done():
		}
		timer.Stop()
	}
}

// advance moves every live district that is behind to the day. It reports
// whether nothing is left to try again.
func (f *Follower) advance(ctx context.Context, today geo.Date) bool {
	s := f.Current()
	if s == nil {
		return true // publish wakes us
	}
	done := true
	for _, d := range s.Districts() {
		if !d.Live || d.Date >= today {
			continue
		}
		_, err := f.write(ctx, geo.Batch{
			Actor: Actor,
			Key:   "date/" + d.Code + "/" + d.Date.String() + "/" + today.String(),
			Note:  "evaluation date of a live district",
			Edits: []geo.Edit{{Op: geo.SetDate, Date: geo.DistrictDate{District: d.Code, Date: today, Live: true}}},
		})
		if err != nil && ctx.Err() == nil {
			f.opts.Logger.Warn("the evaluation date could not be advanced", "district", d.Code, "error", err)
			done = false
		}
	}
	return done
}

// write gives up on a connection that died without a word, to try another soon.
func (f *Follower) write(ctx context.Context, b geo.Batch) (geo.Result, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	return f.store.Apply(ctx, b)
}
