package archive

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"

	"yiping/geo"
)

const (
	headerSize = 127
	maxRoot    = 16<<10 - headerSize - 1 // bytes; header and root stay under 16 KiB
	leafSize   = 1024                    // entries of a leaf directory; more if the root cannot name so many leaves
)

// Values of the header.
const (
	specVersion = 3
	gzipCoding  = 2
	vectorTiles = 1
	isClustered = 1
	magic       = "PMTiles"
	runOfALeaf  = 0
)

// entry is a run of tiles with the same content, or a leaf directory.
type entry struct {
	id, offset  uint64
	length, run uint32
}

// span is where a content lies.
type span struct {
	offset uint64
	length uint32
}

// pmtiles writes an archive. The tile data comes last in it, after directories
// that are known last, so it is kept in a file of its own until then.
type pmtiles struct {
	path    string
	data    *os.File
	out     *bufio.Writer
	size    uint64 // of the data
	tiles   uint64
	entries []entry
	known   map[digest]span
}

func newPMTiles(path string) (*pmtiles, error) {
	f, err := os.Create(path + ".data")
	if err != nil {
		return nil, geo.Wrap(geo.Invalid, err, "cannot write %s", path)
	}
	return &pmtiles{path: path, data: f, out: bufio.NewWriterSize(f, 1<<20), known: map[digest]span{}}, nil
}

func (p *pmtiles) contents() uint64 { return uint64(len(p.known)) }

func (p *pmtiles) close() error { return errors.Join(p.data.Close(), os.Remove(p.data.Name())) }

func (p *pmtiles) put(t *tile) error {
	at, ok := p.known[t.digest]
	if !ok {
		if _, err := p.out.Write(t.gzip); err != nil {
			return geo.Wrap(geo.Unavailable, err, "cannot write tile %s", t.id)
		}
		at = span{p.size, uint32(len(t.gzip))}
		p.size += uint64(at.length)
		p.known[t.digest] = at
	}
	p.tiles++
	id := Number(t.id)
	if n := len(p.entries); n > 0 {
		if last := &p.entries[n-1]; last.id+uint64(last.run) == id && last.offset == at.offset {
			last.run++
			return nil
		}
	}
	p.entries = append(p.entries, entry{id, at.offset, at.length, 1})
	return nil
}

func (p *pmtiles) finish(a about) error {
	doc, err := metadata{a.name, "overlay", "yiping", a.vectorLayers}.json()
	if err != nil {
		return err
	}
	z := &zipper{level: gzip.BestCompression}
	doc, err = z.compress(doc)
	if err != nil {
		return err
	}
	root, leaves, err := z.directories(p.entries, leafSize)
	if err != nil {
		return err
	}
	head := p.header(a, len(root), len(doc), len(leaves))
	if err := p.assemble(head, root, doc, leaves); err != nil {
		return geo.Wrap(geo.Unavailable, err, "cannot write the archive")
	}
	return nil
}

// header lays the sections out in the order the specification recommends.
func (p *pmtiles) header(a about, root, doc, leaves int) []byte {
	b := append(make([]byte, 0, headerSize), magic...)
	b = append(b, specVersion)
	at := uint64(headerSize)
	for _, length := range []uint64{uint64(root), uint64(doc), uint64(leaves), p.size} {
		b = binary.LittleEndian.AppendUint64(b, at)
		b = binary.LittleEndian.AppendUint64(b, length)
		at += length
	}
	for _, count := range []uint64{p.tiles, uint64(len(p.entries)), p.contents()} {
		b = binary.LittleEndian.AppendUint64(b, count)
	}
	b = append(b, isClustered, gzipCoding, gzipCoding, vectorTiles, a.MinZoom, a.MaxZoom)
	for _, deg := range a.bound {
		b = binary.LittleEndian.AppendUint32(b, uint32(deg))
	}
	b = append(b, a.centreZoom)
	for _, deg := range a.centre {
		b = binary.LittleEndian.AppendUint32(b, uint32(deg))
	}
	return b
}

func (p *pmtiles) assemble(parts ...[]byte) error {
	if err := p.out.Flush(); err != nil {
		return err
	}
	if _, err := p.data.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f, err := os.OpenFile(p.path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(bytes.Join(parts, nil))
	if err == nil {
		_, err = io.Copy(f, p.data)
	}
	return errors.Join(err, f.Close())
}

// directories gives a root that fits its place, and the leaves it names if it
// cannot name all entries itself. Leaves have size entries, or twice as many as
// often as it takes.
func (z *zipper) directories(entries []entry, size int) (root, leaves []byte, err error) {
	if len(entries) <= maxRoot {
		root, err = z.directory(entries)
		if err != nil || len(root) <= maxRoot {
			return root, nil, err
		}
	}
	for ; ; size *= 2 { // one leaf at last
		root, leaves, err = z.twoLevels(entries, size)
		if err != nil || len(root) <= maxRoot {
			return root, leaves, err
		}
	}
}

func (z *zipper) twoLevels(entries []entry, size int) (root, leaves []byte, err error) {
	var top []entry
	for len(entries) > 0 {
		n := min(size, len(entries))
		leaf, err := z.directory(entries[:n])
		if err != nil {
			return nil, nil, err
		}
		top = append(top, entry{entries[0].id, uint64(len(leaves)), uint32(len(leaf)), runOfALeaf})
		leaves = append(leaves, leaf...)
		entries = entries[n:]
	}
	root, err = z.directory(top)
	return root, leaves, err
}

// directory writes entries column by column: the steps of the numbers, runs,
// lengths, and offsets, where 0 says: right behind the one before.
func (z *zipper) directory(entries []entry) ([]byte, error) {
	b := binary.AppendUvarint(nil, uint64(len(entries)))
	last := uint64(0)
	for _, e := range entries {
		b = binary.AppendUvarint(b, e.id-last)
		last = e.id
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.run))
	}
	for _, e := range entries {
		b = binary.AppendUvarint(b, uint64(e.length))
	}
	for i, e := range entries {
		if i > 0 && e.offset == entries[i-1].offset+uint64(entries[i-1].length) {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, e.offset+1)
	}
	return z.compress(b)
}
