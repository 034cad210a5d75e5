package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"yiping/geo"
	"yiping/geo/format/geojson"
)

func exportCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	list := fs.String("layer", "", "`ID[,ID]` of the layers")
	kind := fs.String("format", "geojson", "`geojson`: format of the file")
	file := fs.String("o", "-", "`FILE` to write, - is stdout")
	filter := fs.String("filter", "", "`CQL2`; not in this build")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		layers, err := layerIDs(*list)
		if err != nil {
			return err
		}
		if *kind != "geojson" {
			return &geo.Error{Code: geo.Unsupported, Field: "format", Message: "“" + *kind + "” is not written by this build", Mend: "use geojson"}
		}
		if *filter != "" {
			return &geo.Error{Code: geo.Unsupported, Field: "filter", Message: "filters are not in this build", Mend: "export the layer and filter the file"}
		}
		return withExisting(ctx, *url, func(store geo.Store) error {
			n := 0
			err := p.writeTo(*file, func(w io.Writer) error {
				var err error
				n, err = export(ctx, store, layers, w)
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
	n := 0
	err := store.Load(ctx, func(h geo.Head) error {
		for _, id := range layers {
			i := slices.IndexFunc(h.Layers, func(l geo.Layer) bool { return l.ID == id })
			if i < 0 {
				return &geo.Error{Code: geo.NotFound, Layer: id, Message: "there is no such layer"}
			}
			fields[id] = h.Layers[i].Fields
		}
		return nil
	}, func(r geo.Record) error {
		if fs, ok := fields[r.Layer]; ok && r.Feature != nil {
			n++
			return out.Write(*r.Feature, fs, len(layers) > 1)
		}
		return nil
	})
	if err != nil {
		return n, err
	}
	return n, out.Close()
}
