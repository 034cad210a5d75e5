package geojson

import (
	"io"
	"sort"
)

// lineReader passes a file on to the JSON decoder and remembers where lines
// begin in what the decoder has not yet come to. The byte order mark and record
// separators (RFC 8142) become blanks, so that offsets stay those of the file.
type lineReader struct {
	r      io.Reader
	total  int64   // bytes passed on
	passed int     // line ends before the first of breaks
	breaks []int64 // offsets of line ends the decoder may still ask about
	err    error   // of r, io.EOF excepted
}

const mark = "\uFEFF"

func (l *lineReader) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if err != nil && err != io.EOF {
		l.err = err
	}
	b := p[:n]
	for i, c := range b {
		if at := l.total + int64(i); at < int64(len(mark)) && c == mark[at] {
			b[i] = ' ' // no JSON text begins with a byte of the mark
		}
		switch c {
		case '\n':
			l.breaks = append(l.breaks, l.total+int64(i))
		case 0x1e: // never raw inside a JSON string
			b[i] = ' '
		}
	}
	l.total += int64(n)
	return n, err
}

// at gives the 1-based line of an offset and the offset itself. Offsets must be
// asked in rising order; an earlier one gets the line of the last.
func (l *lineReader) at(offset int64) (int, int64) {
	n := sort.Search(len(l.breaks), func(i int) bool { return l.breaks[i] >= offset })
	l.passed += n
	l.breaks = l.breaks[n:]
	return l.passed + 1, offset
}

// lines counts the lines read so far.
func (l *lineReader) lines() int { return l.passed + len(l.breaks) + 1 }
