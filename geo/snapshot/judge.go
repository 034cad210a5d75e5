package snapshot

import (
	"maps"
	"runtime"
	"slices"
	"sync"

	"yiping/geo"
)

// judgeLayer judges the features touched, and all whose day or rule is another
// or whom a new rulebook may concern.
func (w *work) judgeLayer(l *Layer) {
	o := w.open[l.decl.ID]
	all := o != nil && (o.bulk || o.judge)
	if l.decl.Light.Kind == geo.NoRule && !all {
		return
	}
	if o != nil && !all {
		b := l.newBench()
		for _, id := range slices.Collect(maps.Keys(o.touched)) {
			if i, ok := l.ByID(id); ok {
				w.judgeItem(i, b)
			}
		}
	}
	concerned := w.concernedIn(l.decl.ID)
	if !all && w.sameDates() && len(concerned) == 0 {
		return
	}
	before, now := w.from.dates, w.to.dates
	l.judgeRows(func(i Item) bool {
		return all || now.of(i.District()) != before.of(i.District()) || slices.ContainsFunc(concerned, func(c concern) bool { return c.holds(i) })
	}, w.setJudged)
}

func (w *work) judgeItem(i Item, b *bench) {
	if s := i.judge(b); s != i.l.stand(i.row) {
		w.setJudged(i, s)
	}
}

func (w *work) setJudged(i Item, s stand) {
	o := w.layer(i.l.decl.ID)
	w.touch(o, i.ID())
	o.setStand(w.edit, i.row, s)
}

// judge gives what is to be kept of the feature.
func (i Item) judge(b *bench) stand {
	if i.l.decl.Light.Kind == geo.NoRule {
		return stand{}
	}
	return pack(i.l.decl.Light.Stand(b.gather(i), i.Day()))
}

// Rows are judged in parallel, a batch at a time, so that what was found does not
// take room beside the layer.
const (
	judgeBatch = 1 << 16
	judgeShare = 1 << 10 // rows that one goroutine takes at once
)

type judged struct {
	row   uint32
	stand stand
}

// judgeRows judges the living rows that are wanted, and gives those that stand
// otherwise than is kept to set, in order of row. Only set may change the layer.
func (l *Layer) judgeRows(want func(Item) bool, set func(Item, stand)) {
	for from := uint32(0); from < l.rows; from += judgeBatch {
		shares := make([][]judged, (min(judgeBatch, l.rows-from)+judgeShare-1)/judgeShare)
		next := make(chan int, len(shares))
		for k := range shares {
			next <- k
		}
		close(next)
		var workers sync.WaitGroup
		for range min(runtime.GOMAXPROCS(0), len(shares)) {
			workers.Go(func() {
				for k := range next {
					begin := from + uint32(k)*judgeShare
					shares[k] = l.judgeShare(begin, min(begin+judgeShare, l.rows), want)
				}
			})
		}
		workers.Wait()
		for _, share := range shares {
			for _, j := range share {
				set(Item{l, j.row}, j.stand)
			}
		}
	}
}

func (l *Layer) judgeShare(from, to uint32, want func(Item) bool) []judged {
	var out []judged
	b := l.newBench()
	for row := from; row < to; row++ {
		i := Item{l, row}
		if l.state.at(row)&alive == 0 || !want(i) {
			continue
		}
		if s := i.judge(b); s != l.stand(row) {
			if out == nil { // where one does, many do
				out = make([]judged, 0, to-row)
			}
			out = append(out, judged{row, s})
		}
	}
	return out
}

// At gives the same features judged at another day, in every district, with what
// is known now. It shares with the receiver all but lights and standings, and may
// be called beside an Apply and any readers; its result is for reading, not for
// applying changes to. It judges every feature: keep what it gave.
func (s *Snapshot) At(day geo.Date) *Snapshot {
	d := s.dates.at(day)
	if s.dates.same(d) {
		return s
	}
	if s.whole != nil {
		return s.whole.At(day).Only(func(id geo.LayerID) bool { return s.hidden[id] })
	}
	to := *s
	to.dates = d
	to.layers = handles(s.layers, &to)
	to.owned = ownedOf(to.layers)
	if to.units != nil { // they may go by other names on that day
		to.book = to.readBook()
	}
	to.districts = slices.Clone(s.districts)
	for i := range to.districts {
		to.districts[i].Date = day
	}
	e := &edit{}
	for _, l := range to.layers {
		if l.decl.Light.Kind == geo.NoRule {
			continue
		}
		l.table = l.table.clone()
		l.judgeRows(func(Item) bool { return true }, func(i Item, s stand) { l.setStand(e, i.row, s) })
		l.recount()
	}
	return &to
}
