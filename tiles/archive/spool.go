package archive

import (
	"bufio"
	"errors"
	"io"
	"os"

	"yiping/geo"
	"yiping/tiles"
)

// reserve is the room before the tile data in a spool. Header and root directory
// of PMTiles go there, which have to lie in the first 16 KiB of a file.
const reserve = 16 << 10

// entry is a run of tiles with the same content, or a leaf directory. Offsets
// count from the first byte of the tile data.
type entry struct {
	id, offset  uint64
	length, run uint32
}

// span is where a content lies.
type span struct {
	offset uint64
	length uint32
}

// spool takes drawn tiles in ascending order of their numbers, each content
// once, into a file that becomes the PMTiles archive, or that MBTiles is filled
// from.
type spool struct {
	file    *os.File
	out     *bufio.Writer
	journal *journal // nil: what is drawn is not kept when the writing is broken off
	limit   uint64   // of size; 0 = none
	size    uint64   // of the tile data
	tiles   uint64
	entries []entry
	known   map[digest]span
}

// newSpool begins an empty spool.
func newSpool(f *os.File) *spool {
	return &spool{file: f, out: bufio.NewWriterSize(io.NewOffsetWriter(f, reserve), 1<<20), known: map[digest]span{}}
}

func (s *spool) put(t *tile) error {
	at, ok := s.known[t.digest]
	if !ok {
		at = span{s.size, uint32(len(t.gzip))}
		if s.limit > 0 && s.size+uint64(at.length) > s.limit {
			return &geo.Error{Code: geo.Unavailable, Field: "archive-mb", Message: "the archive grows larger than it may", Mend: "raise --archive-mb"}
		}
		if _, err := s.out.Write(t.gzip); err != nil {
			return geo.Wrap(geo.Unavailable, err, "cannot write tile %s", t.id)
		}
	}
	s.add(Number(t.id), t.digest, at)
	if s.journal == nil {
		return nil
	}
	return s.journal.note(s, record{Number(t.id), t.digest, at})
}

// add enters a tile whose content lies at a span, be it a new one.
func (s *spool) add(id uint64, d digest, at span) {
	if _, ok := s.known[d]; !ok {
		s.known[d] = at
		s.size = at.offset + uint64(at.length)
	}
	s.tiles++
	if n := len(s.entries); n > 0 {
		if last := &s.entries[n-1]; last.id+uint64(last.run) == id && last.offset == at.offset {
			last.run++
			return
		}
	}
	s.entries = append(s.entries, entry{id, at.offset, at.length, 1})
}

// next is the least number of a tile that may be put.
func (s *spool) next() uint64 {
	if len(s.entries) == 0 {
		return 0
	}
	last := s.entries[len(s.entries)-1]
	return last.id + uint64(last.run)
}

// zooms gives the first and the last zoom with a tile; there is one at least.
func (s *spool) zooms() (low, top uint8) {
	first, _ := Numbered(s.entries[0].id)
	last, _ := Numbered(s.next() - 1)
	return first.Z, last.Z
}

// all calls yield with every tile and the span of its content.
func (s *spool) all(yield func(tiles.ID, span) error) error {
	for _, e := range s.entries {
		for n := range uint64(e.run) {
			id, _ := Numbered(e.id + n)
			if err := yield(id, span{e.offset, e.length}); err != nil {
				return err
			}
		}
	}
	return nil
}

// read gives a content, which is flushed.
func (s *spool) read(at span) ([]byte, error) {
	b := make([]byte, at.length)
	if _, err := s.file.ReadAt(b, reserve+int64(at.offset)); err != nil {
		return nil, geo.Wrap(geo.Unavailable, err, "cannot read back what was drawn")
	}
	return b, nil
}

// close lets go of the files, which stay.
func (s *spool) close() error {
	err := s.file.Close()
	if s.journal != nil {
		err = errors.Join(err, s.journal.file.Close())
	}
	return err
}
