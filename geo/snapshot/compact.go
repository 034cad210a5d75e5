package snapshot

import (
	"runtime"
	"slices"
	"sync"

	"yiping/geo/rtree"
	"yiping/tiles"
)

// compact puts the living rows in Hilbert order, those without a box last, and
// drops what is not in use. The layer must be frozen, and is so afterwards. Its
// parts are put in order one after another, columns side by side; what is in order
// is let go of where it was, so that a layer just read takes little more room than
// it will.
func (l *table) compact(e *edit) {
	rows := make([]uint32, 0, l.live)
	boxes := make([]rtree.Box, 0, l.live)
	for row := range l.rows {
		if l.state.at(row)&alive != 0 {
			rows = append(rows, row)
			boxes = append(boxes, rtreeBox(l.box(row)))
		}
	}
	order, sorted := make([]uint32, len(rows)), make([]rtree.Box, 0, len(rows))
	for to, k := range rtree.Order(boxes) {
		order[to] = rows[k]
		if !boxes[k].Empty() {
			sorted = append(sorted, boxes[k])
		}
	}
	l.merge, l.renewal = nil, nil
	was := *l
	was.columns, was.boxes, was.base = slices.Clone(was.columns), paged[tiles.Box]{}, nil
	l.rows, l.ordered, l.settled = l.live, l.live, l.live
	l.base, l.segments, l.boxes = rtree.BuildSorted(slices.Clip(sorted)), nil, paged[tiles.Box]{}
	l.compactGeometry(e, &was, order)
	l.columns = make([]column, len(was.columns))
	inParallel(append(l.columnOrders(e, &was, order),
		func() { l.compactCodes(e, &was, order) },
		func() { l.compactPlaces(e, &was, order) },
		func() { l.compactIDs(e, &was, order) },
		func() { l.versions = moved(&was.versions, e, order) },
		func() { l.labels = moved(&was.labels, e, order) },
		func() { l.standings = moved(&was.standings, e, order) },
		func() { l.figures = moved(&was.figures, e, order) },
		func() { l.state = moved(&was.state, e, order) },
		func() { l.compactReports(e, &was, order) },
	))
	l.freeze()
	l.indexOwners(e)
	l.noted = l.seen.notes.len()
	l.recount()
}

// inParallel does all the work, the last first.
func inParallel(work []func()) {
	next := make(chan func(), len(work))
	for _, do := range slices.Backward(work) {
		next <- do
	}
	close(next)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(work)) {
		workers.Go(func() {
			for do := range next {
				do()
			}
		})
	}
	workers.Wait()
}

func (l *table) columnOrders(e *edit, was *table, order []uint32) []func() {
	var work []func()
	for i := range l.columns {
		work = append(work, func() {
			l.columns[i] = was.columns[i].reorder(e, order)
			was.columns[i] = column{}
		})
	}
	return work
}

// moved is reorder that lets go of what was.
func moved[T comparable](p *paged[T], e *edit, order []uint32) paged[T] {
	out := reorder(p, e, order)
	*p = paged[T]{}
	return out
}

// compactIDs walks the ids in order, in which they lie close, and asks of each where
// its row went.
func (l *table) compactIDs(e *edit, was *table, order []uint32) {
	l.ids = moved(&was.ids, e, order)
	went := make([]uint32, was.rows)
	for to, from := range order {
		went[from] = uint32(to) + 1
	}
	l.byID = trie{}
	was.byID.each(func(id uint64, row uint32) bool {
		l.byID.set(e, id, went[row-1])
		return true
	})
	was.byID = trie{}
}

func (l *table) compactCodes(e *edit, was *table, order []uint32) {
	codes := renumber(was.seen.codes)
	l.codes, l.byCode = paged[uint32]{}, paged[uint32]{}
	var old, bearer [lookAhead]uint32
	for at := 0; at < len(order); at += lookAhead {
		rows := order[at:min(at+lookAhead, len(order))]
		for k, from := range rows {
			old[k] = was.codes.at(from)
		}
		for k := range rows {
			bearer[k] = was.byCode.at(old[k])
		}
		for k, from := range rows {
			if old[k] == 0 {
				continue
			}
			to, code := uint32(at+k), codes.id(old[k])
			*l.codes.slot(e, to) = code
			if bearer[k] == from+1 {
				*l.byCode.slot(e, code) = to + 1
			}
		}
	}
	was.codes, was.byCode = paged[uint32]{}, paged[uint32]{}
	l.texts.codes = codes.dict()
}

func (l *table) compactPlaces(e *edit, was *table, order []uint32) {
	places := renumber(was.seen.places)
	l.district = reorderBy(&was.district, e, order, places.id)
	l.town = reorderBy(&was.town, e, order, places.id)
	l.texts.places = places.dict()
}

// compactGeometry puts the geometries in order, which are most of a layer: first
// the exact ones, then the world's.
func (l *table) compactGeometry(e *edit, was *table, order []uint32) {
	collect(l.live)
	l.geoms, l.geomAt = gathered(e, l.live, func(row uint32, runs [][]byte) {
		for k, from := range order[row:][:len(runs)] {
			if runs[k] = nil; was.state.at(from)&hasGeometry != 0 {
				runs[k] = run(&was.seen.geoms, was.geomAt.at(from), -1)
			}
		}
		for k, b := range runs {
			if b != nil {
				runs[k], _, _ = stored(b)
			}
		}
	})
	was.geoms, was.seen.geoms, was.geomAt, l.seen.geoms = nil, grown[[]byte]{}, paged[uint32]{}, l.geoms.view()
	collect(l.live)
	l.xys, l.xyAt = gathered(e, l.live, func(row uint32, runs [][]tiles.XY) {
		for k, from := range order[row:][:len(runs)] {
			if runs[k] = nil; was.state.at(from)&hasGeometry == 0 {
				continue
			}
			n := was.forms.at(from).vertices()
			if n == 0 {
				_, n, _ = stored(run(&l.seen.geoms, l.geomAt.at(row+uint32(k)), -1))
			}
			runs[k] = run(&was.seen.xys, was.xyAt.at(from), n)
		}
	})
	was.xys, was.seen.xys, was.xyAt, l.seen.xys = nil, grown[[]tiles.XY]{}, paged[uint32]{}, l.xys.view()
	l.forms = moved(&was.forms, e, order)
	collect(l.live)
}

// collect takes back at once what a large layer has let go of. Left to itself the
// collector would wait until the heap is twice what it was.
func collect(rows uint32) {
	if rows >= 1<<20 {
		runtime.GC()
	}
}

// compactReports leaves reports as they are in a layer just read, never in order before:
// there all notes are in use.
func (l *table) compactReports(e *edit, was *table, order []uint32) {
	l.reports = paged[[]byte]{}
	notes := renumber(was.seen.notes)
	as := func(b []byte) []byte { return b }
	if was.ordered == 0 {
		for id := range notes.from.len() {
			notes.id(uint32(id))
		}
	} else {
		var again []byte
		as = func(b []byte) []byte { again = renumberReports(again[:0], b, notes); return again }
	}
	var kept keeper
	var of [lookAhead][]byte
	for at := 0; at < len(order); at += lookAhead {
		rows := order[at:min(at+lookAhead, len(order))]
		for k, from := range rows {
			of[k] = was.reports.at(from)
		}
		for k, b := range of[:len(rows)] {
			if b != nil {
				*l.reports.slot(e, uint32(at+k)) = kept.keep(as(b))
			}
		}
	}
	was.reports = paged[[]byte]{}
	l.texts.notes = notes.dict()
}
