package api

import (
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"yiping/geo"
	"yiping/tiles"
	"yiping/tiles/render"
	"yiping/tiles/tileset"
)

// maxTileLayers bounds the layers one tile may carry.
const maxTileLayers = 1024

// Header values that every tile shares.
var (
	mvtType    = []string{typeMVT}
	revalidate = []string{"no-cache"}
	varyCoding = []string{"Accept-Encoding"}
	varyCursor = []string{"Accept-Encoding, Yiping-Min-Cursor"}
	varyPerson = []string{"Accept-Encoding, Cookie, Authorization"}
	gzipCoding = []string{"gzip"}
)

// tileAge is what shared caches are told of tiles. Unless the service is set up
// to have them kept they are revalidated each time, which costs a 304. Where
// they are kept, one that names the cursor it must not be older than, as the
// screens' do, is not: it is kept apart from the others, by Vary, and
// revalidated.
type tileAge struct{ kept, vary []string }

func newTileAge(age time.Duration) tileAge {
	if age < time.Second {
		return tileAge{revalidate, varyCoding}
	}
	seconds := strconv.Itoa(int(age / time.Second))
	return tileAge{[]string{"public, max-age=" + seconds + ", stale-while-revalidate=" + seconds}, varyCursor}
}

// of gives the value of Cache-Control for a request.
func (a *tileAge) of(r *http.Request) []string {
	if r.Header.Get("Yiping-Min-Cursor") != "" || strings.Contains(r.URL.RawQuery, minCursor) {
		return revalidate
	}
	return a.kept
}

// fastTile answers GET and HEAD of a tile. It does without router, recorder and
// log of the other routes, since nine requests in ten come here; path is what
// follows /tiles/. varied tells that at this address others may be given another.
func (s *server) fastTile(w http.ResponseWriter, r *http.Request, path string, varied bool) {
	begun, answering := time.Now(), false
	defer func() {
		if v := recover(); v != nil {
			s.tilePanic(w, r, v, answering)
		}
	}()
	t, personal, err := s.tileOf(r, path)
	status, sent := 0, 0
	if err == nil {
		answering = true
		status, sent, err = s.writeTile(w, r, &t, personal || varied)
	}
	if err != nil {
		s.guard(w.Header(), r)
		status = s.fail(w, r, err)
	}
	s.metrics.tile(status, sent, time.Since(begun))
	if s.Logger.Enabled(r.Context(), slog.LevelDebug) {
		s.access(r, "tile", &recorder{status: status, bytes: int64(sent)}, time.Since(begun))
	}
}

// tilePanic logs a panic and answers with its problem, or tears the connection
// when an answer may have begun.
func (s *server) tilePanic(w http.ResponseWriter, r *http.Request, v any, answering bool) {
	s.Logger.Error("panic in a tile", "path", r.URL.Path, "panic", v, "stack", string(debug.Stack()))
	s.metrics.tile(http.StatusInternalServerError, 0, 0)
	if answering {
		panic(http.ErrAbortHandler)
	}
	s.guard(w.Header(), r)
	writeProblem(w, r, internalProblem())
}

// tile stands in the table of routes, which says what methods a path takes.
// ServeHTTP has answered before it comes to that.
func (s *server) tile(w http.ResponseWriter, r *http.Request) {
	s.fastTile(w, r, strings.TrimPrefix(r.URL.Path, s.BasePath+"/tiles/"), false)
}

// tileOf finds the tile of a path layers/z/x/y.mvt. What is before z and after ?
// is read once: the tileset finds it again by its spelling.
func (s *server) tileOf(r *http.Request, path string) (tileset.Tile, bool, error) {
	layers, id, err := parseTile(path)
	if err != nil {
		return tileset.Tile{}, false, err
	}
	// In a spelling this tells the layers from what is asked of them; within a name it
	// would be found under the name of no layer, which nobody hides.
	if strings.Contains(layers, "?") {
		return tileset.Tile{}, false, unknownLayer(layers).in("layers")
	}
	personal, err := s.maySee(r, layers)
	if err != nil {
		return tileset.Tile{}, false, err
	}
	spelling := layers
	if r.URL.RawQuery != "" {
		spelling += "?" + r.URL.RawQuery
	}
	sel := s.Tiles.Spelled(spelling)
	if sel == nil {
		if sel, err = s.selection(r, layers); err != nil {
			return tileset.Tile{}, false, err
		}
		if !strings.Contains(spelling, minCursor) {
			s.Tiles.Spell(spelling, sel)
		}
	}
	t, err := s.Tiles.Tile(r.Context(), sel, id)
	return t, personal, tileProblem(err)
}

// maySee finds out who asks for a tile and refuses layers hidden from them, in the
// words for a layer that there is not. The tiles of layers are the same for all who
// see them: they are kept by their layers. personal tells that not all do.
func (s *server) maySee(r *http.Request, layers string) (personal bool, err error) {
	k, err := s.look(r)
	if err != nil || !k.personal {
		return false, err
	}
	open := s.sightsOf(k.whole).sight(nobody)
	personal = s.Closed
	for name := range strings.SplitSeq(layers, ",") {
		if k.Layers[geo.LayerID(name)] {
			return true, unknownLayer(name).in("layers")
		}
		personal = personal || open.Layers[geo.LayerID(name)]
	}
	return personal, nil
}

// tileParameters are those of a tile and of its TileJSON.
var tileParameters = []string{"fields", "filter", "filter-lang"}

// selection reads what tiles are asked for: their layers, fields= and filter=.
func (s *server) selection(r *http.Request, layers string) (*tileset.Selection, error) {
	values, err := parameters(r, tileParameters)
	if err != nil {
		return nil, err
	}
	q, err := tileQuery(&query{values: values}, layers)
	if err != nil {
		return nil, err
	}
	sel, err := s.Tiles.Select(q)
	return sel, tileProblem(err)
}

// tileQuery reads what tiles are asked for. An empty parameter is as none.
func tileQuery(q *query, layers string) (render.Query, error) {
	ids, err := parseLayers(layers)
	if err != nil {
		return render.Query{}, err
	}
	out := render.Query{Layers: ids}
	if text := q.text("fields"); text != "" {
		out.Fields = strings.Split(text, ",")
	}
	if e, err := q.condition(); err != nil {
		return out, err
	} else if e != nil {
		out.Filter = &render.Filter{Expr: e}
	}
	return out, nil
}

// tileProblem translates what a tile query is refused for.
func tileProblem(err error) error {
	var e *geo.Error
	if !errors.As(err, &e) {
		return err
	}
	switch {
	case e.Code == geo.NotFound && e.Field == "layers":
		return unknownLayer(string(e.Layer)).in("layers")
	case e.Field == "filter":
		return badFilter(err)
	case e.Field == "fields":
		return badParameter("fields", geo.Text{ZH: e.ZH, EN: e.Message + "; " + e.Mend})
	}
	return err
}

// parseTile parts a path into its layers, as written, and its address.
func parseTile(path string) (layers string, id tiles.ID, err error) {
	var part [4]string
	rest := strings.TrimSuffix(path, ".mvt")
	for n := range part {
		next, after, more := strings.Cut(rest, "/")
		if part[n], rest = next, after; more == (n == len(part)-1) {
			return "", tiles.ID{}, unknownRoute("/tiles/" + path)
		}
	}
	if id, err = tiles.ParseID(part[1], part[2], part[3]); err != nil {
		return "", id, err
	}
	return part[0], id, nil
}

// parseLayers reads layer ids parted by commas.
func parseLayers(list string) ([]geo.LayerID, error) {
	n := strings.Count(list, ",") + 1
	if n > maxTileLayers {
		return nil, badParameter("layers", detailf("一个瓦片最多 %d 个图层", "a tile carries at most %d layers", maxTileLayers))
	}
	layers := make([]geo.LayerID, 0, n)
	for name := range strings.SplitSeq(list, ",") {
		if !geo.ValidLayerID(geo.LayerID(name)) {
			return nil, unknownLayer(name).in("layers")
		}
		layers = append(layers, geo.LayerID(name))
	}
	return layers, nil
}

// writeTile answers with the tile in the coding the client takes, with 204 for
// an empty one, or with 304. It gives the status and the bytes of the body.
//
// With at most eight headers an http.Header is one small piece of memory; the
// ninth makes it a table, and that, copying and sorting it, as net/http does, would
// take a tenth of the time of the whole answer. So an open tile has no headers that
// tell it nothing: Referrer-Policy, since nothing is followed from it;
// X-Content-Type-Options, since it may be read by any page anyhow, and is no
// script, whatever it is taken for: its first byte is none that one may begin with;
// Yiping-Revision, beside the cursor; and Access-Control-Expose-Headers only for
// those who say that they are a page of another site. Should a cache give such a
// page what it kept for others, the page reads the tile all the same, and misses
// what the headers named there say.
func (s *server) writeTile(w http.ResponseWriter, r *http.Request, t *tileset.Tile, personal bool) (status, sent int, err error) {
	body, etag, length, zipped := t.Gzip, t.ETag, t.Length, true
	if t.Empty {
		etag = t.RawETag
	} else if !acceptsGzip(r.Header.Get("Accept-Encoding")) {
		if body, err = t.Identity(); err != nil {
			return 0, 0, err
		}
		etag, length, zipped = t.RawETag, strconv.Itoa(len(body)), false
	}
	values := &[3]string{string(t.Cursor), etag, length} // one allocation for all
	h := w.Header()
	h["Yiping-Cursor"], h["Etag"] = values[0:1:1], values[1:2:2]
	h["Cache-Control"], h["Vary"] = s.tileAge.of(r), s.tileAge.vary
	if personal {
		h["Cache-Control"], h["Vary"] = privately, varyPerson
		h["X-Content-Type-Options"] = noSniff
	} else {
		h["Access-Control-Allow-Origin"] = anyOrigin
		if r.Header["Origin"] != nil {
			h["Access-Control-Expose-Headers"] = exposed
		}
	}
	if t.Thinned != "" {
		h.Set("Yiping-Thinned", t.Thinned)
	}
	switch {
	case matches(r.Header.Get("If-None-Match"), etag):
		status = http.StatusNotModified
	case t.Empty:
		status = http.StatusNoContent
	default:
		status = http.StatusOK
		h["Content-Type"], h["Content-Length"] = mvtType, values[2:3:3]
		if zipped {
			h["Content-Encoding"] = gzipCoding
		}
	}
	if status != http.StatusOK || r.Method == http.MethodHead {
		w.WriteHeader(status)
		return status, 0, nil
	}
	_ = writeWhole(w, r, body) // a client that has gone needs no answer
	return status, len(body), nil
}
