package snapshot

import (
	"slices"

	"yiping/tiles"
)

// lookAhead is how many runs are looked up before any is copied: each lies
// somewhere else in memory, and the processor waits for many at once where none
// has to come before it knows of the next.
const lookAhead = 32

// span is what one goroutine gathers: the rows of one directory, so that no two
// write to the same.
type span[T byte | tiles.XY] struct {
	runs arena[T]
	at   *directory[uint32]
}

// gathered copies the runs of rows into an arena, in order, and gives where each
// lies. look finds those of as many rows from one on as it is given room for; an
// empty run takes none.
func gathered[T byte | tiles.XY](e *edit, rows uint32, look func(row uint32, runs [][]T)) (*arena[T], paged[uint32]) {
	spans := make([]span[T], (int(rows)+dirRows-1)/dirRows)
	work := make([]func(), len(spans))
	for k := range spans {
		work[k] = func() { spans[k].gather(e, uint32(k*dirRows), min(rows, uint32((k+1)*dirRows)), look) }
	}
	slices.Reverse(work)
	inParallel(work)
	return joined(e, spans)
}

func (s *span[T]) gather(e *edit, from, to uint32, look func(uint32, [][]T)) {
	s.at = &directory[uint32]{by: e}
	var room [lookAhead][]T
	for row := from; row < to; row += lookAhead {
		runs := room[:min(lookAhead, to-row)]
		look(row, runs)
		for k, r := range runs {
			if len(r) > 0 {
				at := row + uint32(k)
				s.at.owned(at / pageRows % dirPages)[at%pageRows] = s.runs.put(r)
			}
		}
	}
	s.runs.clip()
}

// joined puts the chunks of spans behind one another.
func joined[T byte | tiles.XY](e *edit, spans []span[T]) (*arena[T], paged[uint32]) {
	all, at := &arena[T]{used: chunkLen}, paged[uint32]{by: e}
	for i := range spans {
		s := &spans[i]
		before := uint32(all.chunks.len()) << chunkBits
		for _, page := range s.at.pages {
			if page != nil && before > 0 {
				for k := range page {
					page[k] += before
				}
			}
		}
		for k := range s.runs.chunks.len() {
			all.chunks.append(s.runs.chunks.at(k))
		}
		*at.dir(e, uint32(i*dirRows)) = s.at
	}
	return all, at
}
