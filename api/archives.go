package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gorilla/mux"
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
	"yiping/tiles"
	"yiping/tiles/archive"
)

const (
	archivesPath  = "/archives"
	archiveSuffix = ".pmtiles"
	typePMTiles   = "application/vnd.pmtiles"

	// wholeCity names the archive of all districts.
	wholeCity = "city"
)

// Zooms of a district's archive: from the whole city on a phone to a house.
const (
	archiveLow = 6
	archiveTop = 15
)

// archiveLayers are those that one needs out of doors without a network.
var archiveLayers = []geo.LayerID{city.District, city.Town, city.Project, city.RiverSection, city.Street, city.Block, city.Problem}

// subject is what an archive is of.
type subject struct {
	name, alias, title string
	bound              orb.Bound
}

// subjects are the districts and the city.
func (s *server) subjects(q *query) []subject {
	bound := extentOfAll(q.snap)
	if bound.IsEmpty() {
		bound = extentOfFeatures(q.snap, layersOfArchives(q.snap))
	}
	out := []subject{{name: wholeCity, title: "全市", bound: bound}}
	for _, d := range q.snap.Districts() {
		out = append(out, subject{d.Code, s.Names[d.Code], d.Name, extent(q.snap, d)})
	}
	return out
}

// extentOfFeatures is where the features of layers lie, the world where there are
// none. It looks at each.
func extentOfFeatures(s *snapshot.Snapshot, layers []geo.LayerID) orb.Bound {
	box := tiles.EmptyBox
	for _, id := range layers {
		if l, ok := s.Layer(id); ok {
			l.All(func(it snapshot.Item) bool { box = box.Union(it.Box()); return true })
		}
	}
	if box.Empty() {
		return world
	}
	north, south := box.Min.Point(), box.Max.Point() // rows count from the north
	return orb.Bound{Min: orb.Point{north[0], south[1]}, Max: orb.Point{south[0], north[1]}}
}

// day is the day that the lights of a subject are judged at; 0 = no one day.
func (a subject) day(districts []snapshot.District) geo.Date {
	for _, d := range districts {
		if d.Code == a.name {
			return d.Date
		}
	}
	return commonDay(districts)
}

type archiveBody struct {
	Name   string        `json:"name"`
	Alias  string        `json:"alias,omitempty"`
	URL    string        `json:"url"`
	Title  string        `json:"title"`
	Bytes  *int64        `json:"bytes"` // null: not made yet
	ETag   *string       `json:"etag"`  // as the header has it
	Cursor *geo.Cursor   `json:"cursor"`
	At     geo.Date      `json:"at"` // the day its lights are judged at; empty: each district has its own
	Built  *time.Time    `json:"built"`
	Zooms  [2]uint8      `json:"zooms"`  // first and last, of what there is
	Bounds [4]float64    `json:"bounds"` // west, south, east, north in degrees
	Layers []geo.LayerID `json:"layers"`
}

type archivesBody struct {
	Cursor   geo.Cursor    `json:"cursor"`
	Archives []archiveBody `json:"archives"`
}

// archives lists what can be fetched whole, for use without a network. What an
// archive weighs and shows is known once it was asked for.
func (s *server) archives(q *query) (any, error) {
	rows := []archiveBody{}
	layers := layersOfArchives(q.snap)
	for _, a := range s.subjects(q) {
		r := archiveBody{Name: a.name, Alias: a.alias, URL: q.base + archivesPath + "/" + a.name + archiveSuffix, Title: a.title, At: a.day(q.snap.Districts()),
			Zooms: [2]uint8{archiveLow, archiveTop}, Bounds: edges(a.bound), Layers: layers}
		if k, ok := s.kept(archiveKey(a.name, layers)); ok {
			r.Bytes, r.ETag, r.Cursor, r.Built = &k.Bytes, &k.Tag, &k.Cursor, &k.Built
			r.At = a.day(k.Districts)
			r.Zooms, r.Bounds = [2]uint8{k.MinZoom, k.MaxZoom}, edges(k.Bound)
		}
		rows = append(rows, r)
	}
	return archivesBody{q.snap.Cursor(), rows}, nil
}

func (s *server) kept(name string) (archive.Kept, bool) {
	if s.Archives == nil {
		return archive.Kept{}, false
	}
	return s.Archives.Kept(name)
}

// archiveKey is what an archive is kept under: who may see other layers gets
// another, and one made before a layer was closed is given to nobody.
func archiveKey(name string, layers []geo.LayerID) string {
	return name + " " + strings.Join(names(layers), ",")
}

// layersOfArchives leaves out what stays in the database: it is not for a phone.
func layersOfArchives(snap *snapshot.Snapshot) []geo.LayerID {
	out := []geo.LayerID{}
	for _, id := range archiveLayers {
		if l, ok := snap.Layer(id); ok && !l.Decl().InDatabase() {
			out = append(out, id)
		}
	}
	return out
}

// archive answers with the tiles of a district in one file, whole or in ranges.
// A client that reads piece by piece sees by the ETag when another has taken its
// place.
func (s *server) archive(w http.ResponseWriter, r *http.Request) {
	k, err := s.look(r)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	k.private(w.Header())
	f, err := s.openArchive(r, k)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	defer f.Close()
	stamp(w.Header(), f.Cursor, f.Revision)
	h := w.Header()
	h.Set("Content-Type", typePMTiles)
	h.Set("ETag", f.Tag)
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	http.ServeContent(&ranger{ResponseWriter: w, request: r}, r, "", f.Built, f)
}

func (s *server) openArchive(r *http.Request, k look) (*archive.Reader, error) {
	values, err := parameters(r, nil)
	if err != nil {
		return nil, err
	}
	q, err := s.query(r, k, values)
	if err != nil {
		return nil, err
	}
	snap := q.snap
	name, all := mux.Vars(r)["name"], s.subjects(q)
	n := slices.IndexFunc(all, func(a subject) bool { return name == a.name || name == a.alias && name != "" })
	if n < 0 || s.Archives == nil {
		return nil, unknownArchive(name)
	}
	p := archive.Pyramid{Layers: layersOfArchives(snap), MinZoom: archiveLow, MaxZoom: archiveTop, Bound: all[n].bound, Workers: 1}
	if all[n].name == wholeCity {
		p.Bound = orb.Bound{} // also what lies outside the districts
	}
	ctx, cancel := context.WithTimeoutCause(r.Context(), s.Making, archiveInTheMaking())
	defer cancel()
	f, err := s.Archives.Open(ctx, archiveKey(all[n].name, p.Layers), snap, p)
	if errors.Is(err, context.DeadlineExceeded) && r.Context().Err() == nil {
		return nil, context.Cause(ctx)
	}
	return f, err
}

// ranger answers with a problem document where http.ServeContent would say in
// plain text that a range cannot be, and nothing of an archive that is another.
type ranger struct {
	http.ResponseWriter
	request *http.Request
	refused bool
}

func (w *ranger) WriteHeader(status int) {
	switch status {
	case http.StatusRequestedRangeNotSatisfiable:
		w.refused = true
		writeProblem(w.ResponseWriter, w.request, noSuchRange(w.request.Header.Get("Range")))
		return
	case http.StatusPreconditionFailed:
		w.refused = true
		writeProblem(w.ResponseWriter, w.request, anotherArchive(w.request))
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *ranger) Write(b []byte) (int, error) {
	if w.refused {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

func unknownArchive(name string) *problem {
	return &problem{status: http.StatusNotFound, kind: "unknown-archive", parameter: "name", title: geo.Text{ZH: "没有这个离线包", EN: "No such archive"},
		detail: detailf("没有离线包“%s”；%s 列出全部", "There is no archive “%s”; %s lists them", shorten(name), archivesPath)}
}

func archiveInTheMaking() *problem {
	return &problem{status: http.StatusServiceUnavailable, kind: "in-the-making", retry: 5, title: geo.Text{ZH: "离线包正在制作", EN: "The archive is being made"},
		detail: geo.Text{ZH: "离线包尚在制作，请稍候再试", EN: "The archive is still being made; try again shortly"}}
}

func anotherArchive(r *http.Request) *problem {
	by := "If-Match"
	if r.Header.Get(by) == "" {
		by = "If-Unmodified-Since"
	}
	return &problem{status: http.StatusPreconditionFailed, kind: "overtaken", parameter: by, title: geo.Text{ZH: "离线包已更新", EN: "The archive was made anew"},
		detail: detailf("离线包已不是 %s 所指的一份；请重新下载", "The archive is no longer the one of %s; fetch it anew", by)}
}

func noSuchRange(header string) *problem {
	return &problem{status: http.StatusRequestedRangeNotSatisfiable, kind: "no-such-range", parameter: "Range", title: geo.Text{ZH: "字节范围有误", EN: "No such range"},
		detail: detailf("“%s”不在文件之内；Content-Range 给出其长度", "“%s” is not within the file; Content-Range has its length", shorten(header))}
}
