package archive

import (
	"bytes"
	"encoding/binary"

	"github.com/klauspost/compress/gzip"

	"yiping/geo"
)

const (
	headerSize = 127
	maxRoot    = reserve - headerSize - 1 // bytes; header and root stay under 16 KiB
	leafSize   = 1024                     // entries of a leaf directory; more if the root cannot name so many leaves
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

// pmtiles makes the spool's file a PMTiles archive: header and root directory go
// before the tile data, metadata and leaf directories behind it.
func (s *spool) pmtiles(a about) error {
	doc, err := metadata{a.name, "overlay", "yiping", a.vectorLayers}.json()
	if err != nil {
		return err
	}
	z := &zipper{}
	doc, err = z.compress(doc)
	if err != nil {
		return err
	}
	root, leaves, err := z.directories(s.entries, leafSize)
	if err != nil {
		return err
	}
	front := make([]byte, reserve)
	copy(front[copy(front, s.header(a, len(root), len(doc), len(leaves))):], root)
	if _, err = s.file.WriteAt(front, 0); err == nil {
		_, err = s.file.WriteAt(append(doc, leaves...), reserve+int64(s.size))
	}
	if err != nil {
		return geo.Wrap(geo.Unavailable, err, "cannot write the archive")
	}
	return nil
}

// header tells where the sections lie, and how many there are of what.
func (s *spool) header(a about, root, doc, leaves int) []byte {
	b := append(make([]byte, 0, headerSize), magic...)
	b = append(b, specVersion)
	for _, section := range [][2]uint64{
		{headerSize, uint64(root)},
		{reserve + s.size, uint64(doc)},
		{reserve + s.size + uint64(doc), uint64(leaves)},
		{reserve, s.size},
	} {
		b = binary.LittleEndian.AppendUint64(b, section[0])
		b = binary.LittleEndian.AppendUint64(b, section[1])
	}
	for _, count := range []uint64{s.tiles, uint64(len(s.entries)), uint64(len(s.known))} {
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

// zipper compresses one directory after another.
type zipper struct {
	zip *gzip.Writer
	out bytes.Buffer
}

func (z *zipper) compress(raw []byte) ([]byte, error) {
	z.out.Reset()
	var err error
	if z.zip == nil {
		z.zip, err = gzip.NewWriterLevel(&z.out, gzip.BestCompression)
	} else {
		z.zip.Reset(&z.out)
	}
	if err == nil {
		_, err = z.zip.Write(raw)
	}
	if err == nil {
		err = z.zip.Close()
	}
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "cannot compress")
	}
	return bytes.Clone(z.out.Bytes()), nil
}
