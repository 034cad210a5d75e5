// Package mvttest reads vector tiles strictly, for tests: what the
// specification forbids is an error, and what it gives can be written as JSON
// that a person can compare.
package mvttest

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// Layer is one layer of a tile.
type Layer struct {
	Name     string    `json:"name"`
	Features []Feature `json:"features"`

	version, extent uint64
	keys            []string
	values          []any
	usedKeys        []bool
	usedValues      []bool
}

// Feature is one feature of a layer. Paths holds its points (one path), its
// lines (one path each) or its rings (one path each, not closed).
type Feature struct {
	ID    uint64         `json:"id"`
	Type  string         `json:"type"`
	Tags  map[string]any `json:"tags,omitempty"`
	Paths [][][2]int32   `json:"paths"`
}

// Decode reads a tile and checks it against the specification, sections 4.2 to
// 4.4: version 2, extent 4096, names and keys unique, tables used, commands well
// formed, no segment without length, rings with area, each polygon begun by a
// ring of positive area.
func Decode(tile []byte) ([]Layer, error) {
	var layers []Layer
	err := fields(tile, func(n int, v uint64, b []byte) error {
		if n != 3 || b == nil {
			return fmt.Errorf("tile field %d", n)
		}
		l, err := layer(b)
		if err != nil {
			return fmt.Errorf("layer %q: %w", l.Name, err)
		}
		if slices.ContainsFunc(layers, func(o Layer) bool { return o.Name == l.Name }) {
			return fmt.Errorf("layer %q twice", l.Name)
		}
		layers = append(layers, l)
		return nil
	})
	return layers, err
}

// fields calls fn with every field of a message: v for varints and doubles, b
// for what has a length.
func fields(m []byte, fn func(n int, v uint64, b []byte) error) error {
	for len(m) > 0 {
		key, k := binary.Uvarint(m)
		if k <= 0 {
			return fmt.Errorf("bad field key")
		}
		m = m[k:]
		var v uint64
		var b []byte
		switch key & 7 {
		case 0:
			if v, k = binary.Uvarint(m); k <= 0 {
				return fmt.Errorf("bad varint")
			}
			m = m[k:]
		case 1:
			if len(m) < 8 {
				return fmt.Errorf("short double")
			}
			v, m = binary.LittleEndian.Uint64(m), m[8:]
		case 2:
			n, k := binary.Uvarint(m)
			if k <= 0 || n > uint64(len(m)-k) {
				return fmt.Errorf("bad length")
			}
			b, m = m[k:k+int(n):k+int(n)], m[k+int(n):]
		default:
			return fmt.Errorf("wire type %d", key&7)
		}
		if err := fn(int(key>>3), v, b); err != nil {
			return err
		}
	}
	return nil
}

func layer(m []byte) (Layer, error) {
	var l Layer
	var raw [][]byte
	err := fields(m, func(n int, v uint64, b []byte) error {
		switch n {
		case 1:
			l.Name = string(b)
		case 2:
			raw = append(raw, b)
		case 3:
			if slices.Contains(l.keys, string(b)) {
				return fmt.Errorf("key %q twice", b)
			}
			l.keys = append(l.keys, string(b))
		case 4:
			x, err := value(b)
			if err != nil {
				return err
			}
			if slices.Contains(l.values, x) {
				return fmt.Errorf("value %v twice", x)
			}
			l.values = append(l.values, x)
		case 5:
			l.extent = v
		case 15:
			l.version = v
		default:
			return fmt.Errorf("layer field %d", n)
		}
		return nil
	})
	if err != nil {
		return l, err
	}
	if l.Name == "" || l.version != 2 || l.extent != 4096 || len(raw) == 0 {
		return l, fmt.Errorf("name %q, version %d, extent %d, %d features", l.Name, l.version, l.extent, len(raw))
	}
	l.usedKeys, l.usedValues = make([]bool, len(l.keys)), make([]bool, len(l.values))
	for i, b := range raw {
		f, err := l.feature(b)
		if err != nil {
			return l, fmt.Errorf("feature %d (id %d): %w", i, f.ID, err)
		}
		l.Features = append(l.Features, f)
	}
	if slices.Contains(l.usedKeys, false) || slices.Contains(l.usedValues, false) {
		return l, fmt.Errorf("keys or values that no feature has")
	}
	return l, nil
}

func value(m []byte) (any, error) {
	var x any
	count := 0
	err := fields(m, func(n int, v uint64, b []byte) error {
		count++
		switch n {
		case 1:
			x = string(b)
		case 3:
			x = math.Float64frombits(v)
		case 4:
			x = int64(v)
		case 7:
			x = v != 0
		default:
			return fmt.Errorf("value field %d", n)
		}
		return nil
	})
	if err == nil && count != 1 {
		err = fmt.Errorf("value with %d members", count)
	}
	return x, err
}

func (l *Layer) feature(m []byte) (Feature, error) {
	var f Feature
	var kind uint64
	var tags, geometry []uint32
	err := fields(m, func(n int, v uint64, b []byte) (err error) {
		switch n {
		case 1:
			f.ID = v
		case 2:
			tags, err = packed(b)
		case 3:
			kind = v
		case 4:
			geometry, err = packed(b)
		default:
			err = fmt.Errorf("feature field %d", n)
		}
		return err
	})
	if err != nil {
		return f, err
	}
	if f.Tags, err = l.tags(tags); err != nil {
		return f, err
	}
	if kind < 1 || kind > 3 {
		return f, fmt.Errorf("type %d", kind)
	}
	f.Type = [...]string{"", "point", "line", "polygon"}[kind]
	f.Paths, err = paths(kind, geometry)
	return f, err
}

func packed(b []byte) ([]uint32, error) {
	var out []uint32
	for len(b) > 0 {
		v, k := binary.Uvarint(b)
		if k <= 0 || v > math.MaxUint32 {
			return nil, fmt.Errorf("bad packed number")
		}
		out, b = append(out, uint32(v)), b[k:]
	}
	return out, nil
}

func (l *Layer) tags(t []uint32) (map[string]any, error) {
	if len(t)%2 != 0 {
		return nil, fmt.Errorf("%d tags", len(t))
	}
	out := map[string]any{}
	for i := 0; i < len(t); i += 2 {
		k, v := t[i], t[i+1]
		if int(k) >= len(l.keys) || int(v) >= len(l.values) {
			return nil, fmt.Errorf("tag %d, %d is outside the tables", k, v)
		}
		if _, twice := out[l.keys[k]]; twice {
			return nil, fmt.Errorf("key %q twice in a feature", l.keys[k])
		}
		out[l.keys[k]] = l.values[v]
		l.usedKeys[k], l.usedValues[v] = true, true
	}
	return out, nil
}

// paths runs the commands of section 4.3.
func paths(kind uint64, g []uint32) ([][][2]int32, error) {
	var out [][][2]int32
	var at [2]int32
	positive := false
	take := func(n int) ([][2]int32, error) {
		if n == 0 || 2*n > len(g) {
			return nil, fmt.Errorf("%d positions announced, %d numbers left", n, len(g))
		}
		var run [][2]int32
		for range n {
			dx, dy := zigzag(g[0]), zigzag(g[1])
			if dx == 0 && dy == 0 && len(out)+len(run) > 0 && (kind == 1 || len(run) > 0) {
				return nil, fmt.Errorf("no step at %v", at)
			}
			at[0], at[1], g = at[0]+dx, at[1]+dy, g[2:]
			run = append(run, at)
		}
		return run, nil
	}
	command := func(id uint32) (int, error) {
		if len(g) == 0 || g[0]&7 != id {
			return 0, fmt.Errorf("command %d expected", id)
		}
		n := int(g[0] >> 3)
		g = g[1:]
		return n, nil
	}
	for len(g) > 0 {
		n, err := command(1)
		if err != nil {
			return nil, err
		}
		path, err := take(n)
		if err != nil {
			return nil, err
		}
		if kind == 1 {
			if len(g) > 0 {
				return nil, fmt.Errorf("points after points")
			}
			return [][][2]int32{path}, nil
		}
		if n != 1 {
			return nil, fmt.Errorf("move to %d positions", n)
		}
		if n, err = command(2); err != nil {
			return nil, err
		}
		rest, err := take(n)
		if err != nil {
			return nil, err
		}
		path = append(path, rest...)
		if kind == 3 {
			if n, err = command(7); err != nil || n != 1 {
				return nil, fmt.Errorf("ring is not closed: %v", err)
			}
			area := Area(path)
			if n := len(path); n < 3 || area == 0 || path[0] == path[n-1] || (area < 0 && !positive) {
				return nil, fmt.Errorf("ring %v of area %d", path, area)
			}
			positive = true
		}
		out = append(out, path)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("no geometry")
	}
	return out, nil
}

func zigzag(v uint32) int32 { return int32(v>>1) ^ -int32(v&1) }

// Area is twice the area of a ring by the surveyor's formula.
func Area(ring [][2]int32) int64 {
	var sum int64
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += int64(p[0])*int64(q[1]) - int64(q[0])*int64(p[1])
	}
	return sum
}

// Find gives the layer of that name, or an empty one.
func Find(layers []Layer, name string) Layer {
	for _, l := range layers {
		if l.Name == name {
			return l
		}
	}
	return Layer{}
}
