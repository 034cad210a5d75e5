// Package tileset serves map tiles of the current snapshot from a cache that is
// never older than what has been published.
//
// Publish swaps the snapshot and then deletes exactly the cached tiles that a
// change touches; only then may the change be announced. A tile computed from
// the old snapshot while that went on is not kept (see package cache).
package tileset

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/cache"
	"yiping/tiles/render"
)

// Options of a tileset; the zero value is useful.
type Options struct {
	CacheBytes int64 // bound of the tile cache; 0 means cache.DefaultBytes, less than 0 keeps nothing
	Renderers  int   // tiles drawn at a time; 0 means one per processor
}

// level is the gzip level: on tiles 2 is both smaller and faster than 1, and
// half the time of 4.
const level = 2

// maxLayers bounds the layers of one tile.
const maxLayers = 64

// Tile is a drawn tile. Its bytes are shared: read only.
type Tile struct {
	Gzip    []byte // gzip coded; nil when Empty
	Size    int    // of the tile without coding, in bytes
	ETag    string // strong, of the gzip coding, in quotes: "…-gz"
	RawETag string // strong, of the identity coding, in quotes
	// Empty: no feature. Answer 204 No Content, with RawETag: browsers, GDAL and
	// QGIS take it for an empty tile, and it says so without a body to decode.
	Empty bool
	// Revision and Cursor are of a published snapshot the tile is exact for. It
	// may have been drawn earlier, and nothing touched it since.
	Revision uint64
	Cursor   geo.Cursor
}

// Identity gives the bytes without coding; none for an empty tile.
func (t Tile) Identity() ([]byte, error) {
	if t.Empty {
		return nil, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(t.Gzip))
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "cached tile cannot be read")
	}
	raw := bytes.NewBuffer(make([]byte, 0, t.Size))
	if _, err := io.Copy(raw, z); err != nil {
		return nil, geo.Wrap(geo.Internal, err, "cached tile cannot be read")
	}
	return raw.Bytes(), nil
}

// key of a cached tile: the layers sorted and joined by commas.
type key struct {
	layers string
	id     tiles.ID
}

// Tileset is safe for concurrent use. It serves nothing before the first Publish.
type Tileset struct {
	cache   *cache.Cache[key, Tile]
	tools   chan *tool
	current atomic.Pointer[snapshot.Snapshot] // what is drawn
	exact   atomic.Pointer[snapshot.Snapshot] // what every kept tile is exact for: current, or the one before while Publish runs
	publish sync.Mutex                        // one Publish at a time

	zooms atomic.Uint32                        // bit z: a tile of zoom z may be kept
	sets  atomic.Pointer[map[string]*layerSet] // by their layers joined: combinations of which tiles may be kept; copied to add one
	add   sync.Mutex                           // to sets
}

// layerSet is a combination of layers, in order, each once.
type layerSet struct {
	joined string // by commas
	layers []geo.LayerID
}

// tool is what drawing one tile takes.
type tool struct {
	renderer render.Renderer
	zip      *gzip.Writer
	out      bytes.Buffer
}

// New makes a tileset without a snapshot.
func New(o Options) *Tileset {
	if o.Renderers <= 0 {
		o.Renderers = runtime.GOMAXPROCS(0)
	}
	t := &Tileset{
		cache: cache.New[key](cache.Options[Tile]{Bytes: o.CacheBytes, Size: func(t Tile) int { return len(t.Gzip) + 2*len(t.ETag) }}),
		tools: make(chan *tool, o.Renderers),
	}
	t.sets.Store(&map[string]*layerSet{})
	for range o.Renderers {
		t.tools <- &tool{}
	}
	return t
}

// Current gives the snapshot being drawn; nil before the first Publish.
func (t *Tileset) Current() *snapshot.Snapshot { return t.current.Load() }

// Stats gives the counters of the cache.
func (t *Tileset) Stats() cache.Stats { return t.cache.Stats() }

// Tile gives a tile of the layers, drawn or from the cache. Order and repetition
// of the layers do not matter. Errors: geo.NotFound for an unknown layer,
// geo.Invalid for none or too many, geo.Unavailable before the first Publish,
// and that of ctx.
func (t *Tileset) Tile(ctx context.Context, layers []geo.LayerID, id tiles.ID) (Tile, error) {
	exact := t.exact.Load()
	if exact == nil {
		return Tile{}, geo.Errorf(geo.Unavailable, "the data is still being loaded")
	}
	set, err := t.set(layers)
	if err != nil {
		return Tile{}, err
	}
	if bit := uint32(1) << id.Z; t.zooms.Load()&bit == 0 {
		t.zooms.Or(bit)
	}
	k := key{set.joined, id}
	tile, ok := t.cache.Peek(k)
	if !ok {
		tile, err = t.cache.Get(ctx, k, func(ctx context.Context) (Tile, error) { return t.draw(ctx, set.layers, id) })
		if err != nil {
			return Tile{}, err
		}
	}
	// Loaded before the look-up: nothing published up to it can be missing.
	tile.Revision, tile.Cursor = exact.Revision(), exact.Cursor()
	return tile, nil
}

// set checks the layers and gives their combination, known from before or new.
func (t *Tileset) set(layers []geo.LayerID) (*layerSet, error) {
	if len(layers) == 0 || len(layers) > maxLayers {
		return nil, &geo.Error{Code: geo.Invalid, Field: "layers", Message: "a tile has from 1 to 64 layers"}
	}
	s := t.current.Load()
	var buffer [256]byte
	joined := buffer[:0]
	inOrder := true
	for i, l := range layers {
		if _, ok := s.Layer(l); !ok {
			return nil, &geo.Error{Code: geo.NotFound, Layer: l, Field: "layers", Message: "there is no such layer"}
		}
		if i > 0 {
			inOrder = inOrder && layers[i-1] < l
			joined = append(joined, ',')
		}
		joined = append(joined, l...)
	}
	if !inOrder {
		return t.set(slices.Compact(slices.Sorted(slices.Values(layers))))
	}
	if set, known := (*t.sets.Load())[string(joined)]; known {
		return set, nil
	}
	return t.addSet(&layerSet{string(joined), slices.Clone(layers)}), nil
}

// addSet remembers a combination before its first tile is drawn, so that Publish
// knows of it; beyond maxSets no more are.
func (t *Tileset) addSet(set *layerSet) *layerSet {
	t.add.Lock()
	defer t.add.Unlock()
	sets := *t.sets.Load()
	if known, ok := sets[set.joined]; ok {
		return known
	}
	if len(sets) > maxSets {
		return set
	}
	sets = maps.Clone(sets)
	sets[set.joined] = set
	t.sets.Store(&sets)
	return set
}

// draw renders a tile of the snapshot that is current once a renderer is free.
func (t *Tileset) draw(ctx context.Context, layers []geo.LayerID, id tiles.ID) (Tile, error) {
	var with *tool
	select {
	case with = <-t.tools:
		defer func() { t.tools <- with }()
	case <-ctx.Done():
		return Tile{}, ctx.Err()
	}
	s := t.current.Load()
	raw, err := with.renderer.Tile(s, render.Query{Layers: layers}, id)
	if err != nil {
		return Tile{}, err
	}
	tag := etag(s, layers, raw)
	tile := Tile{Size: len(raw), ETag: `"` + tag + `-gz"`, RawETag: `"` + tag + `"`, Empty: len(raw) == 0}
	if tile.Empty {
		return tile, nil
	}
	tile.Gzip, err = with.compress(raw)
	return tile, err
}

func (w *tool) compress(raw []byte) ([]byte, error) {
	w.out.Reset()
	if w.zip == nil {
		z, err := gzip.NewWriterLevel(&w.out, level)
		if err != nil {
			return nil, geo.Wrap(geo.Internal, err, "tile cannot be compressed")
		}
		w.zip = z
	}
	w.zip.Reset(&w.out)
	_, err := w.zip.Write(raw)
	if err == nil {
		err = w.zip.Close()
	}
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "tile cannot be compressed")
	}
	return bytes.Clone(w.out.Bytes()), nil
}

// etag hashes the bytes and the versions of the layers' declarations: equal on
// every node that serves the same data.
func etag(s *snapshot.Snapshot, layers []geo.LayerID, raw []byte) string {
	h := sha256.New()
	var version [8]byte
	for _, name := range layers {
		if l, ok := s.Layer(name); ok {
			binary.LittleEndian.PutUint64(version[:], l.Decl().Version)
			h.Write(version[:])
		}
	}
	h.Write(raw)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}
