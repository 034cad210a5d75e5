package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/cql"
	"yiping/geo/format/geojson"
	"yiping/geo/snapshot"
	"yiping/tiles/archive"
)

func exportCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	list := fs.String("layer", "", "`ID[,ID]` of the layers")
	kind := fs.String("format", "geojson", "`geojson|pmtiles|mbtiles`: format of the file")
	file := fs.String("o", "-", "`FILE` to write, - is stdout")
	filter := fs.String("filter", "", "`CQL2` text or JSON: only features for which it is true")
	var span pyramidFlags
	span.declare(fs)
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		layers, err := layerIDs(*list)
		if err != nil {
			return err
		}
		wanted, err := readFilter(*filter)
		if err != nil {
			return err
		}
		switch kind := *kind; {
		case kind == string(archive.PMTiles) || kind == string(archive.MBTiles):
			if wanted != nil {
				return &geo.Error{Code: geo.Unsupported, Field: "filter", Message: "tiles are not filtered by this build", Mend: "leave out --filter"}
			}
			return p.exportTiles(ctx, *url, tileFile{*file, archive.Format(kind), layers, span})
		case kind != "geojson":
			return &geo.Error{Code: geo.Unsupported, Field: "format", Message: "“" + kind + "” is not written by this build", Mend: "use geojson, pmtiles or mbtiles"}
		case span.bbox != "":
			return &geo.Error{Code: geo.Unsupported, Field: "bbox", Message: "GeoJSON is not cut to bounds by this build", Mend: "leave out --bbox"}
		}
		return withExisting(ctx, *url, func(store geo.Store) error {
			n := 0
			err := p.writeTo(*file, func(w io.Writer) error {
				var err error
				if wanted == nil {
					n, err = export(ctx, store, layers, w)
				} else {
					n, err = exportFiltered(ctx, store, wanting{layers, wanted}, w)
				}
				return err
			})
			if err == nil {
				fmt.Fprintf(p.err, "yiping: export: %d features\n", n)
			}
			return err
		})
	}
}

// writeTo has fn write a file, which takes its name only when it is whole.
func (p *program) writeTo(name string, fn func(io.Writer) error) error {
	if name == "-" {
		return fn(p.out)
	}
	f, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+".*")
	if err != nil {
		return geo.Wrap(geo.Invalid, err, "cannot write %s", name)
	}
	err = errors.Join(fn(f), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// export streams layers as one collection and counts the features.
func export(ctx context.Context, store geo.Loader, layers []geo.LayerID, w io.Writer) (int, error) {
	out := geojson.NewWriter(w)
	fields := map[geo.LayerID][]geo.Field{}
	var served []geo.Layer
	n := 0
	err := store.Load(ctx, func(h geo.Head) error {
		for _, id := range layers {
			i := slices.IndexFunc(h.Layers, func(l geo.Layer) bool { return l.ID == id })
			if i < 0 {
				return &geo.Error{Code: geo.NotFound, Layer: id, Message: "there is no such layer"}
			}
			fields[id] = h.Layers[i].Fields
			if h.Layers[i].InDatabase() {
				served = append(served, h.Layers[i])
			}
		}
		return nil
	}, func(r geo.Record) error {
		if fs, ok := fields[r.Layer]; ok && r.Feature != nil {
			n++
			return out.Write(*r.Feature, fs, len(layers) > 1)
		}
		return nil
	})
	for i := range served {
		if err == nil {
			err = eachServed(ctx, store, geo.Selection{Layer: served[i].ID}, func(f *geo.Feature) error {
				n++
				return out.Write(*f, served[i].Fields, len(layers) > 1)
			})
		}
	}
	if err != nil {
		return n, err
	}
	return n, out.Close()
}

// eachServed reads a selection of a layer that stays in the database, by id.
func eachServed(ctx context.Context, store geo.Loader, s geo.Selection, take func(*geo.Feature) error) error {
	server, ok := store.(geo.LayerServer)
	if !ok {
		return geo.NotInMemory(s.Layer)
	}
	for p := (geo.Page{Limit: 2000}); ; {
		found, err := server.Find(ctx, s, p)
		for _, f := range found {
			if err := take(f); err != nil {
				return err
			}
			p.After = f.ID
		}
		if err != nil || len(found) < p.Limit {
			return err
		}
	}
}

// readFilter reads CQL2, JSON where it begins with a brace; nil for none.
func readFilter(text string) (cql.Expr, error) {
	switch {
	case strings.TrimSpace(text) == "":
		return nil, nil
	case strings.HasPrefix(strings.TrimSpace(text), "{"):
		return cql.ParseJSON([]byte(text))
	}
	return cql.Parse(text)
}

// wanting is what a filtered export is to hold.
type wanting struct {
	layers []geo.LayerID
	filter cql.Expr
}

// exportFiltered writes what a filter lets through, by layer and id. It reads the
// store into a snapshot, as lights, districts and towns are known there only.
func exportFiltered(ctx context.Context, store geo.Loader, want wanting, w io.Writer) (int, error) {
	s, err := snapshot.Load(ctx, store)
	if err != nil {
		return 0, err
	}
	out, n := geojson.NewWriter(w), 0
	for _, id := range want.layers {
		l, ok := s.Layer(id)
		if !ok {
			return 0, &geo.Error{Code: geo.NotFound, Layer: id, Message: "there is no such layer"}
		}
		f, err := cql.Compile(want.filter, l.Decl())
		if err != nil {
			return 0, err
		}
		write := func(f geo.Feature) error {
			n++
			return out.Write(f, l.Decl().Fields, len(want.layers) > 1)
		}
		if l.Decl().InDatabase() {
			sel := geo.Selection{Layer: id, Filter: cql.Format(want.filter)}
			if err := eachServed(ctx, store, sel, func(f *geo.Feature) error { return write(*f) }); err != nil {
				return n, err
			}
			continue
		}
		var found []snapshot.Item
		cql.Each(f, l, func(i snapshot.Item) bool {
			found = append(found, i)
			return true
		})
		slices.SortFunc(found, func(a, b snapshot.Item) int { return cmp.Compare(a.ID(), b.ID()) })
		for _, i := range found {
			if err := write(i.Feature()); err != nil {
				return n, err
			}
		}
	}
	return n, out.Close()
}
