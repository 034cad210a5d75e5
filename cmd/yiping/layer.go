package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"text/tabwriter"

	"yiping/geo"
)

// layerCommand lists the layers and says where one is served from.
func layerCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	minZoom := fs.Int("minzoom", -1, "first `ZOOM` at which tiles carry the layer; as it is if not given")
	return func(ctx context.Context, args []string) error {
		switch {
		case len(args) == 1 && args[0] == "list":
			return withExisting(ctx, *url, func(s geo.Store) error { return p.listLayers(ctx, s) })
		case len(args) != 3 || args[0] != "serve":
			return usage("say layer list or layer serve ID memory|database")
		case *minZoom > 22:
			return usage("--minzoom %d is not a zoom from 0 to 22", *minZoom)
		}
		where, err := parseServe(args[2])
		if err != nil {
			return usage("%v", err)
		}
		return withExisting(ctx, *url, func(s geo.Store) error { return serveFrom(ctx, s, geo.LayerID(args[1]), where, *minZoom) })
	}
}

func parseServe(s string) (geo.Serve, error) {
	switch s {
	case "memory":
		return geo.FromMemory, nil
	case "database":
		return geo.FromDatabase, nil
	}
	return "", fmt.Errorf("“%s” is neither memory nor database", s)
}

// serveFrom declares where a layer is served from. Services that run follow.
func serveFrom(ctx context.Context, s geo.Store, id geo.LayerID, where geo.Serve, minZoom int) error {
	layers, err := s.Layers(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(layers, func(l geo.Layer) bool { return l.ID == id })
	if i < 0 {
		return &geo.Error{Code: geo.NotFound, Message: "there is no layer “" + string(id) + "”", Mend: "yiping layer list tells them"}
	}
	l := layers[i]
	l.Serve = where
	if minZoom >= 0 {
		l.MinZoom = uint8(minZoom)
	}
	_, err = s.Apply(ctx, geo.Batch{Actor: actor(), Note: "serve from elsewhere", Edits: []geo.Edit{{Op: geo.Declare, Layer: l}}})
	return err
}

func (p *program) listLayers(ctx context.Context, s geo.Store) error {
	layers, err := s.Layers(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "LAYER\tTITLE\tGEOMETRY\tSERVED FROM\tMINZOOM")
	for _, l := range layers {
		where := "memory"
		if l.InDatabase() {
			where = string(l.Serve)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", l.ID, l.Title.ZH, l.Geometry, where, strconv.Itoa(int(l.MinZoom)))
	}
	return w.Flush()
}
