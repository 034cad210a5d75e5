package api_test

import (
	"bytes"
	"math"
	"net/http"
	"strings"
	"testing"

	"yiping/geo/city"
)

type tileSetDoc struct {
	CRS, DataType, TileMatrixSetURI string
	TileMatrixSetLimits             []struct {
		TileMatrix                                     string
		MinTileRow, MaxTileRow, MinTileCol, MaxTileCol int
	}
	Links []struct {
		Href, Rel, Type string
		Templated       bool
	}
}

func tileChecks(s *service) map[string]func(*testing.T) {
	const tiles1 = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
	const project = "/ogc/collections/project/tiles"
	return map[string]func(*testing.T){
		// The row comes before the column, and the bytes are those of /tiles.
		tiles1 + "core": func(t *testing.T) {
			a, b := s.get("/tiles/project/11/1714/836.mvt"), s.get(project+"/WebMercatorQuad/11/836/1714")
			if a.status != http.StatusOK || !bytes.Equal(a.body, b.body) || a.header.Get("ETag") != b.header.Get("ETag") || a.header.Get("Cache-Control") != b.header.Get("Cache-Control") {
				t.Errorf("%d %s, %d %s", a.status, a.header, b.status, b.header)
			}
			if g := s.get(project+"/WebMercatorQuad/11/836/1714", "If-None-Match", b.header.Get("ETag")); g.status != http.StatusNotModified {
				t.Errorf("the same again: %d", g.status)
			}
			for path, want := range map[string]int{project + "/WebMercatorQuad/11/9999/1714": 400, project + "/Elsewhere/11/836/1714": 404, "/ogc/collections/figure/tiles": 404, "/ogc/collections/figure/tiles/WebMercatorQuad/1/1/1": 404} {
				if g := s.get(path); g.status != want || g.header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("%s: %d, want %d", path, g.status, want)
				}
			}
		},
		tiles1 + "tileset": func(t *testing.T) {
			d := decode[tileSetDoc](t, s.get(project+"/WebMercatorQuad"))
			template := ""
			for _, l := range d.Links {
				if l.Rel == "item" && l.Templated && l.Type == "application/vnd.mapbox-vector-tile" {
					template = l.Href
				}
			}
			for _, m := range d.TileMatrixSetLimits {
				if m.TileMatrix == "11" && (m.MinTileRow > 836 || m.MaxTileRow < 836 || m.MinTileCol > 1714 || m.MaxTileCol < 1714 || m.MaxTileCol-m.MinTileCol > 4) {
					t.Errorf("limits %+v", m)
				}
			}
			at := strings.NewReplacer("{tileMatrix}", "11", "{tileRow}", "836", "{tileCol}", "1714").Replace(strings.TrimPrefix(template, s.base))
			if g := s.get(at); g.status != http.StatusOK || d.DataType != "vector" || len(d.TileMatrixSetLimits) != 17 {
				t.Errorf("%s: %d, %+v", at, g.status, d)
			}
		},
		tiles1 + "tilesets-list": func(t *testing.T) {
			d := decode[struct{ Tilesets []tileSetDoc }](t, s.get(project)).Tilesets
			if len(d) != 1 || len(d[0].TileMatrixSetLimits) != 17 || s.get(strings.TrimPrefix(d[0].Links[0].Href, s.base)).status != http.StatusOK {
				t.Errorf("%+v", d)
			}
			m := decode[struct {
				TileMatrices []struct {
					ID               string
					ScaleDenominator float64
					MatrixWidth      int
				}
			}](t, s.get("/ogc/tileMatrixSets/WebMercatorQuad")).TileMatrices
			if len(m) != 25 || m[0].MatrixWidth != 1 || m[10].MatrixWidth != 1024 || math.Abs(m[0].ScaleDenominator-559082264.028717) > 1e-3 { // annex D.1
				t.Errorf("%+v", m)
			}
		},
		tiles1 + "dataset-tilesets": func(t *testing.T) {
			var ids []string
			for _, l := range s.follower.Current().Layers() {
				if l.Decl().Geometry != "none" {
					ids = append(ids, string(l.Decl().ID))
				}
			}
			a, b := s.get("/tiles/"+strings.Join(ids, ",")+"/11/1714/836.mvt"), s.get("/ogc/tiles/WebMercatorQuad/11/836/1714")
			if a.status != http.StatusOK || !bytes.Equal(a.body, b.body) || s.get("/ogc/tiles").status != http.StatusOK || s.get("/ogc/tiles/WebMercatorQuad").status != http.StatusOK {
				t.Errorf("%d, %d", a.status, b.status)
			}
		},
		tiles1 + "geodata-tilesets": func(t *testing.T) {
			if l := decode[listing](t, s.get("/ogc/collections/"+string(city.Project))).link("http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector"); l != s.base+project {
				t.Errorf("link %q", l)
			}
		},
		// Each operation is named as table 11 of 20-057 has it, and answers.
		tiles1 + "oas30": func(t *testing.T) {
			doc := decode[struct {
				Paths map[string]struct {
					Get struct{ OperationID string }
				}
			}](t, s.get("/ogc/api"))
			for at, kind := range map[string]string{"/tiles": ".dataset.vector.", "/collections/project/tiles": "project.collection.vector."} {
				for path, name := range map[string]string{"": "getTileSetsList", "/WebMercatorQuad": "getTileSet", "/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}": "getTile"} {
					if got := doc.Paths[at+path].Get.OperationID; got != kind+name {
						t.Errorf("%s is %q", at+path, got)
					}
					address := strings.NewReplacer("{tileMatrix}", "11", "{tileRow}", "836", "{tileCol}", "1714").Replace(at + path)
					if g := s.get("/ogc" + address); g.status != http.StatusOK {
						t.Errorf("%s: %d", address, g.status)
					}
				}
			}
			if _, there := doc.Paths["/collections/unit/tiles"]; there {
				t.Error("there are tiles of a table")
			}
		},
		tiles1 + "mvt": func(t *testing.T) {
			checkMedia(t, s, project+"/WebMercatorQuad/11/836/1714", "application/vnd.mapbox-vector-tile")
		},
	}
}
