package snapshot

import (
	"math"

	"yiping/geo"
)

// standing is a geo.Standing without its figures, but for light and overdue,
// which lie in the row's state.
type standing struct {
	flags              uint8
	before, level      uint8
	status             geo.Status
	since, bad, raised geo.Date
}

// Flags of a standing; the light of the ruling lies above them.
const (
	proposed uint8 = 1 << iota
	closed
	ruledShift = iota
)

// figures are those of a geo.Standing, bits XORed so that NaN is 0.
type figures [4]uint64

// stand is all that is kept of a judged row.
type stand struct {
	state    rowState // light and overdue
	standing standing
	figures  figures
}

func pack(s geo.Standing) stand {
	out := stand{state: rowState(s.Light) & lightMask}
	if s.Overdue {
		out.state |= overdue
	}
	out.standing = standing{flags: uint8(s.Ruled) << ruledShift, before: uint8(s.Before), level: s.Level, status: s.Status, since: s.Since, bad: s.Bad, raised: s.Raised}
	if s.Proposed {
		out.standing.flags |= proposed
	}
	if s.Closed {
		out.standing.flags |= closed
	}
	for k, x := range [4]float64{s.PlannedProgress, s.ActualProgress, s.PlannedInvestment, s.ActualInvestment} {
		if !math.IsNaN(x) {
			out.figures[k] = math.Float64bits(x) ^ absentFloat
		}
	}
	return out
}

func (s stand) unpack() geo.Standing {
	k := s.standing
	out := geo.Standing{Light: geo.Light(s.state & lightMask), Overdue: s.state&overdue != 0,
		Proposed: k.flags&proposed != 0, Closed: k.flags&closed != 0, Ruled: geo.Light(k.flags >> ruledShift),
		Before: geo.Light(k.before), Level: k.level, Status: k.status, Since: k.since, Bad: k.bad, Raised: k.raised}
	for n, to := range [4]*float64{&out.PlannedProgress, &out.ActualProgress, &out.PlannedInvestment, &out.ActualInvestment} {
		*to = math.Float64frombits(s.figures[n] ^ absentFloat)
		if s.figures[n] == 0 {
			*to = math.NaN()
		}
	}
	return out
}

// stand gives what is kept of a row.
func (l *table) stand(row uint32) stand {
	return stand{l.state.at(row) & (lightMask | overdue), l.standings.at(row), l.figures.at(row)}
}

func (l *table) setStand(e *edit, row uint32, s stand) {
	setCell(&l.state, e, row, l.state.at(row)&^(lightMask|overdue)|s.state)
	setCell(&l.standings, e, row, s.standing)
	setCell(&l.figures, e, row, s.figures)
}

// Standing is what is kept of the feature's judgement on the evaluation date of
// its district; its figures are NaN where nothing was reported.
func (i Item) Standing() geo.Standing { return i.l.stand(i.row).unpack() }

// Status says in a word how the feature stands: that of its Verdict, for the cost
// of a look-up. It does not allocate, but for what has left the register for good.
func (i Item) Status() geo.Text {
	return i.l.decl.Light.StatusText(i.l.standings.at(i.row).status, i.Text)
}
