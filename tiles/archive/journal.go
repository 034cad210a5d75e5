package archive

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"hash/crc32"
	"io"
	"os"
	"time"

	"yiping/geo"
)

// A journal tells what of a spool is safely on the disk, so that a writing that
// was broken off can be taken up. It begins with whose it is, then come blocks:
// the number of records, the records, a checksum. A block is written after the
// tile data that it speaks of.
const (
	journalMagic = "yiping tiles 1\n"
	journalHead  = len(journalMagic) + sha256.Size + 8
	recordSize   = 8 + 8 + 4 + len(digest{})
	blockRecords = 1 << 16 // at most
)

// blockEvery is how much drawing may be lost. Tests change it.
var blockEvery = time.Second

// identity tells what is drawn apart from everything that would look otherwise.
type identity [sha256.Size]byte

// record is a tile in a spool.
type record struct {
	id     uint64
	digest digest
	at     span
}

type journal struct {
	file    *os.File
	pending []byte
	written time.Time
}

// begin makes the journal empty but for its head.
func (j *journal) begin(who identity) error {
	head := append([]byte(journalMagic), who[:]...)
	head = binary.LittleEndian.AppendUint64(head, uint64(os.Getpid()))
	err := j.file.Truncate(0)
	if err == nil {
		_, err = j.file.WriteAt(head, 0)
	}
	if err == nil {
		_, err = j.file.Seek(int64(len(head)), io.SeekStart)
	}
	return err
}

// note adds a tile just put, and writes a block once in a while.
func (j *journal) note(s *spool, r record) error {
	b := binary.LittleEndian.AppendUint64(j.pending, r.id)
	b = binary.LittleEndian.AppendUint64(b, r.at.offset)
	b = binary.LittleEndian.AppendUint32(b, r.at.length)
	j.pending = append(b, r.digest[:]...)
	if time.Since(j.written) < blockEvery && len(j.pending) < blockRecords*recordSize {
		return nil
	}
	if err := j.flush(s); err != nil {
		return geo.Wrap(geo.Unavailable, err, "cannot write down how far the archive is")
	}
	return nil
}

// flush brings what was put to the disk: tile data first.
func (j *journal) flush(s *spool) error {
	if err := s.out.Flush(); err != nil {
		return err
	}
	if err := s.file.Sync(); err != nil {
		return err
	}
	block := binary.LittleEndian.AppendUint32(nil, uint32(len(j.pending)/recordSize))
	block = append(block, j.pending...)
	block = binary.LittleEndian.AppendUint32(block, crc32.ChecksumIEEE(block))
	if _, err := j.file.Write(block); err != nil {
		return err
	}
	j.pending, j.written = j.pending[:0], time.Now()
	return j.file.Sync()
}

// owner reads what the journal is of and which process writes it, 0 for none;
// false when it is no journal.
func (j *journal) owner() (who identity, pid int, ok bool) {
	head := make([]byte, journalHead)
	if _, err := j.file.ReadAt(head, 0); err != nil || !bytes.HasPrefix(head, []byte(journalMagic)) {
		return who, 0, false
	}
	rest := head[len(journalMagic):]
	copy(who[:], rest)
	return who, int(binary.LittleEndian.Uint64(rest[sha256.Size:])), true
}

// restore enters into an empty spool what the whole blocks of the journal tell,
// as far as the tile data goes, and cuts off what follows in both files.
func (j *journal) restore(s *spool) error {
	raw, err := io.ReadAll(io.NewSectionReader(j.file, int64(journalHead), 1<<62))
	if err != nil {
		return err
	}
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	have, kept := uint64(max(info.Size()-reserve, 0)), raw
	for {
		block, rest, ok := cutBlock(kept)
		if !ok || !s.addAll(block, have) {
			break
		}
		kept = rest
	}
	end := int64(journalHead + len(raw) - len(kept))
	if err := j.file.Truncate(end); err != nil {
		return err
	}
	if _, err := j.file.Seek(end, io.SeekStart); err != nil {
		return err
	}
	if err := s.file.Truncate(reserve + int64(s.size)); err != nil {
		return err
	}
	s.out.Reset(io.NewOffsetWriter(s.file, reserve+int64(s.size)))
	return j.own(os.Getpid())
}

// own writes down which process writes; 0 = none.
func (j *journal) own(pid int) error {
	b := binary.LittleEndian.AppendUint64(nil, uint64(pid))
	_, err := j.file.WriteAt(b, int64(journalHead-len(b)))
	return err
}

// cutBlock gives the records of the first block, if it is whole.
func cutBlock(b []byte) (records, rest []byte, ok bool) {
	const frame = 4
	if len(b) < frame {
		return nil, b, false
	}
	n := uint64(binary.LittleEndian.Uint32(b))*uint64(recordSize) + frame
	if uint64(len(b)) < n+frame || binary.LittleEndian.Uint32(b[n:]) != crc32.ChecksumIEEE(b[:n]) {
		return nil, b, false
	}
	return b[frame:n], b[n+frame:], true
}

// addAll enters the records of a block, all or none: none where the tile data
// ends before them.
func (s *spool) addAll(block []byte, have uint64) bool {
	var all []record
	for ; len(block) > 0; block = block[recordSize:] {
		r := record{id: binary.LittleEndian.Uint64(block), digest: digest(block[20:recordSize]),
			at: span{binary.LittleEndian.Uint64(block[8:]), binary.LittleEndian.Uint32(block[16:])}}
		if r.at.offset+uint64(r.at.length) > have {
			return false
		}
		all = append(all, r)
	}
	for _, r := range all {
		s.add(r.id, r.digest, r.at)
	}
	return true
}
