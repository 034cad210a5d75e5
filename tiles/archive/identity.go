package archive

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"
	"io"
	"os"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// identity is equal only where every tile is: it hashes the program that draws,
// the pyramid, and all that can be seen of the features, in whatever order they
// were loaded.
func (p *plan) identity() (identity, error) {
	h := sha256.New()
	if err := hashProgram(h); err != nil {
		return identity{}, geo.Wrap(geo.Internal, err, "cannot tell which program this is")
	}
	e := json.NewEncoder(h)
	if err := e.Encode([]any{p.Layers, p.MinZoom, p.MaxZoom, p.Bound}); err != nil {
		return identity{}, geo.Wrap(geo.Internal, err, "cannot tell what is drawn")
	}
	for _, l := range p.layers {
		if err := e.Encode(l.Decl()); err != nil {
			return identity{}, geo.Wrap(geo.Internal, err, "cannot tell what is drawn")
		}
		var sum [4]uint64 // of the hashes of the features: an order is not kept
		v := viewer{fields: len(l.Decl().Fields)}
		for it := range l.All {
			one := v.hash(it)
			for i := range sum {
				sum[i] += binary.LittleEndian.Uint64(one[8*i:])
			}
		}
		for _, s := range sum {
			h.Write(binary.LittleEndian.AppendUint64(nil, s))
		}
	}
	return identity(h.Sum(nil)), nil
}

func hashProgram(h hash.Hash) error {
	path, err := os.Executable()
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(h, f)
	return err
}

// viewer hashes features.
type viewer struct {
	fields int
	shape  snapshot.Shape
	b      []byte
}

func (v *viewer) hash(it snapshot.Item) [sha256.Size]byte {
	b := binary.LittleEndian.AppendUint64(v.b[:0], uint64(it.ID()))
	b = append(b, byte(it.Light()), 0)
	if it.Overdue() {
		b[len(b)-1] = 1
	}
	text := func(s string) { b = append(binary.AppendUvarint(b, uint64(len(s))), s...) }
	text(it.Code())
	text(it.District())
	text(it.Town())
	for i := range v.fields {
		at := len(b)
		b = it.AppendText(append(b, 0, 0, 0, 0), i)
		binary.LittleEndian.PutUint32(b[at:], uint32(len(b)-at-4))
	}
	v.shape = it.AppendShape(v.shape[:0])
	for _, part := range v.shape {
		b = append(binary.AppendUvarint(b, uint64(len(part.XY))), byte(part.Kind))
		for _, c := range part.XY {
			b = binary.LittleEndian.AppendUint32(b, uint32(c.X))
			b = binary.LittleEndian.AppendUint32(b, uint32(c.Y))
		}
	}
	v.b = b
	return sha256.Sum256(b)
}
