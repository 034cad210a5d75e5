// Package tileset serves map tiles of the current snapshot from a cache that is
// never older than what has been published.
//
// Publish swaps the snapshot and then deletes exactly the cached tiles that a
// change touches; only then may the change be announced. A tile computed from
// the old snapshot while that went on is not kept (see package cache).
//
// Tiles of attributes or a filter asked for (see Selection) are kept too, in a
// quarter of the room and apart, so that no variety of them drives out those of
// whole layers; a filter may let a feature in or out by a field that no tile
// carries, and is asked of both sides of every change.
//
// # What was tried and left
//
// Layers compressed one by one and joined, so that a change draws one layer anew
// and any subset comes without compressing (100,000 features, four layers): a
// tile is as large (0.97 to 1.03 at zooms 14 to 16), and to draw one layer anew
// takes 1.4 ms in place of 3.8 at zoom 14, 0.4 in place of 0.75 at zoom 16. But
// up to zoom 13 layers share the bound on a tile's size, and each drawn alone is
// thinned less: the parts together are 1.7 to 4.8 times the tile. And to join at
// each request takes 2 to 20 µs where a whole answer takes 16, so that the joined
// tile would have to be kept beside its parts. A change touches some 15 tiles, of
// which those on a screen are drawn again; that is not worth twice the memory.
//
// Compressing kept tiles again at gzip level 6 when there is time: 6 to 15 %
// smaller, at 2.5 times the time. A strong tag promises the same bytes on every
// node, and a node that has come to it would answer others' tags with whole tiles.
package tileset

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"io"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/gzip"

	"yiping/geo"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/cache"
	"yiping/tiles/mvt"
	"yiping/tiles/render"
)

// Options of a tileset; the zero value is useful.
type Options struct {
	CacheBytes int64 // bound of the tile cache; 0 means cache.DefaultBytes, less than 0 keeps nothing
	Renderers  int   // tiles drawn at a time; 0 means one per processor
	// Server reads the layers that stay in the database; nil where the store has none.
	Server geo.LayerServer
	// Most is how many features of such a layer a tile to zoom 13 shows before it
	// is thinned; deeper ones show eight times as many. 0 is 8192.
	Most int
	// Limits say when a tile is thinned; zero means render.DefaultLimits.
	Limits render.Limits
}

// maxLayers bounds the layers of one tile.
const maxLayers = 1024

// Tile is a tile as it stood at a published state of the data.
type Tile struct {
	*Content
	*State
}

// Content is a drawn tile. It is shared: read only.
type Content struct {
	Gzip    []byte // gzip coded; nil when Empty
	Length  string // of Gzip, in decimal
	Size    int    // of the tile without coding, in bytes
	ETag    string // strong, of the gzip coding, in quotes: "…-gz"
	RawETag string // strong, of the identity coding, in quotes
	// Empty: no feature. Answer 204 No Content, with RawETag: browsers, GDAL and
	// QGIS take it for an empty tile, and it says so without a body to decode.
	Empty bool
	// Thinned names the layers too crowded to be shown whole: layer=shown/of.
	Thinned string
}

// State is of a published snapshot that a tile is exact for. The tile may have
// been drawn earlier, and nothing touched it since. It is shared: read only.
type State struct {
	Revision uint64
	Cursor   geo.Cursor
}

// Identity gives the bytes without coding; none for an empty tile.
func (t *Content) Identity() ([]byte, error) {
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

// key of a kept tile.
type key struct {
	of *Selection
	id tiles.ID
}

// variantShare of the bytes goes to tiles with attributes or a filter asked for:
// of these there may be any number, and they must not drive out the others.
const variantShare = 4

// Tileset is safe for concurrent use. It serves nothing before the first Publish.
type Tileset struct {
	plain, variants *cache.Cache[key, *Content]
	selections      *selections
	tools           chan *tool
	server          geo.LayerServer
	most            int
	limits          render.Limits
	current         atomic.Pointer[render.Prepared] // what is drawn
	exact           atomic.Pointer[State]           // what every kept tile is exact for: current, or the one before while Publish runs
	crowding        atomic.Pointer[crowding]        // of the last Publish
	publish         sync.Mutex                      // one Publish at a time
	zooms           atomic.Uint32                   // bit z: a tile of zoom z may be kept
}

// tool is what drawing one tile takes.
type tool struct {
	renderer render.Renderer
	zipper   mvt.Zipper
}

// New makes a tileset without a snapshot.
func New(o Options) *Tileset {
	if o.Renderers <= 0 {
		o.Renderers = runtime.GOMAXPROCS(0)
	}
	if o.CacheBytes == 0 {
		o.CacheBytes = cache.DefaultBytes
	}
	variants := o.CacheBytes / variantShare
	if o.CacheBytes < 0 {
		variants = o.CacheBytes
	}
	keep := func(bytes int64) *cache.Cache[key, *Content] {
		return cache.New[key](cache.Options[*Content]{Bytes: bytes, Size: (*Content).bytes})
	}
	t := &Tileset{
		plain: keep(o.CacheBytes - o.CacheBytes/variantShare), variants: keep(variants),
		selections: newSelections(), tools: make(chan *tool, o.Renderers), server: o.Server, most: cmp.Or(o.Most, lowMost), limits: o.Limits,
	}
	for range o.Renderers {
		t.tools <- &tool{}
	}
	return t
}

// Current gives the snapshot being drawn; nil before the first Publish.
func (t *Tileset) Current() *snapshot.Snapshot {
	if p := t.current.Load(); p != nil {
		return p.Snapshot()
	}
	return nil
}

// Stats gives the counters of what is kept, all of it taken together.
func (t *Tileset) Stats() cache.Stats { return t.plain.Stats().Plus(t.variants.Stats()) }

// bytes is what a kept tile takes besides what cache counts for each.
func (c *Content) bytes() int { return len(c.Gzip) + 2*len(c.ETag) + 112 }

func (t *Tileset) cacheOf(s *Selection) *cache.Cache[key, *Content] {
	if s.plain() {
		return t.plain
	}
	return t.variants
}

func notLoaded() error {
	return &geo.Error{Code: geo.Unavailable, Message: "the data is still being loaded", ZH: "数据尚未载入，请稍候再试"}
}

// Draw is Tile of a query.
func (t *Tileset) Draw(ctx context.Context, q render.Query, id tiles.ID) (Tile, error) {
	s, err := t.Select(q)
	if err != nil {
		return Tile{}, err
	}
	return t.Tile(ctx, s, id)
}

// Tile gives a tile of a selection, drawn or kept. Errors are those of Select,
// since a layer may have gone or be declared anew, and that of ctx.
func (t *Tileset) Tile(ctx context.Context, s *Selection, id tiles.ID) (Tile, error) {
	// Loaded before the look-up: nothing published up to it can be missing.
	exact := t.exact.Load()
	if s.gone.Load() {
		s = t.selections.add(&Selection{query: s.query, name: s.name, dated: s.dated})
	}
	if bit := uint32(1) << id.Z; s.zooms.Load()&bit == 0 {
		s.zooms.Or(bit)
		t.zooms.Or(bit)
	}
	kept, k := t.cacheOf(s), key{s, id}
	if c, ok := kept.Peek(k); ok {
		return Tile{c, exact}, nil
	}
	c, err := kept.Get(ctx, k, func(ctx context.Context) (*Content, error) { return t.draw(ctx, &s.query, id) })
	return Tile{c, exact}, err
}

// draw renders a tile of the current snapshot, and of what layers in the database
// hold now, once a renderer is free.
func (t *Tileset) draw(ctx context.Context, q *render.Query, id tiles.ID) (*Content, error) {
	p := t.current.Load()
	sc, err := t.read(ctx, p, q, id)
	if err != nil {
		return nil, err
	}
	var with *tool
	select {
	case with = <-t.tools:
		defer func() { t.tools <- with }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	raw, err := sc.draw(&with.renderer, *q)
	if err != nil {
		return nil, err
	}
	c := &Content{Size: len(raw), Empty: len(raw) == 0, Thinned: sc.thinning()}
	if !c.Empty {
		if c.Gzip, err = with.compress(raw); err != nil {
			return nil, err
		}
		c.Length = strconv.Itoa(len(c.Gzip))
	}
	tag := etag(p.Snapshot(), q.Layers, c.Gzip)
	c.ETag, c.RawETag = `"`+tag+`-gz"`, `"`+tag+`"`
	return c, nil
}

func (w *tool) compress(raw []byte) ([]byte, error) {
	coded, err := w.zipper.Gzip(raw)
	if err != nil {
		return nil, geo.Wrap(geo.Internal, err, "tile cannot be compressed")
	}
	return bytes.Clone(coded), nil
}

// etag hashes the coded bytes, which are half as many and tell the others, and the
// versions of the layers' declarations: equal on every node that serves the same
// data.
func etag(s *snapshot.Snapshot, layers []geo.LayerID, coded []byte) string {
	h := sha256.New()
	var version [8]byte
	for _, name := range layers {
		if l, ok := s.Layer(name); ok {
			binary.LittleEndian.PutUint64(version[:], l.Decl().Version)
			h.Write(version[:])
		}
	}
	h.Write(coded)
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:15])
}
