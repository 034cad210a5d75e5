package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"yiping/geo"
	"yiping/geo/city"
)

// layerCommand lists the layers, and says where one is served from and who may
// read it.
func layerCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	minZoom := fs.Int("minzoom", -1, "first `ZOOM` at which tiles carry the layer; as it is if not given")
	readers := fs.String("readers", rolesList(), "`ROLES` that may read a layer that is closed; admins always may")
	return func(ctx context.Context, args []string) error {
		switch {
		case len(args) == 2 && (args[0] == "close" || args[0] == "open"):
			var roles []geo.Role
			if args[0] == "close" {
				if roles = parseRoles(*readers); len(roles) == 0 {
					return usage("--readers names no role, which would open the layer; give admin for admins alone")
				}
			}
			return withExisting(ctx, *url, func(s geo.Store) error { return letRead(ctx, s, geo.LayerID(args[1]), roles) })
		case len(args) == 1 && args[0] == "list":
			return withExisting(ctx, *url, func(s geo.Store) error { return p.listLayers(ctx, s) })
		case len(args) != 3 || args[0] != "serve":
			return usage("say layer list, layer serve ID memory|database, layer close ID or layer open ID")
		case *minZoom < -1 || *minZoom > 22:
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

// serveFrom declares where a layer is served from.
func serveFrom(ctx context.Context, s geo.Store, id geo.LayerID, where geo.Serve, minZoom int) error {
	return redeclare(ctx, s, id, "serve from elsewhere", func(l *geo.Layer) {
		l.Serve = where
		if minZoom >= 0 {
			l.MinZoom = uint8(minZoom)
		}
	})
}

// redeclare changes the declaration of a layer. Services that run follow.
func redeclare(ctx context.Context, s geo.Store, id geo.LayerID, note string, change func(*geo.Layer)) error {
	layers, err := s.Layers(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(layers, func(l geo.Layer) bool { return l.ID == id })
	if i < 0 {
		return &geo.Error{Code: geo.NotFound, Message: "there is no layer “" + string(id) + "”", Mend: "yiping layer list tells them"}
	}
	l := layers[i]
	change(&l)
	_, err = s.Apply(ctx, geo.Batch{Actor: actor(), Note: note, Edits: []geo.Edit{{Op: geo.Declare, Layer: l}}})
	return err
}

// letRead closes a layer to all but some roles, or opens it where none is given.
func letRead(ctx context.Context, s geo.Store, id geo.LayerID, roles []geo.Role) error {
	if len(roles) > 0 && (id == city.District || id == city.Town) {
		return &geo.Error{Code: geo.Invalid, Layer: id, Message: "all features are placed by this layer: their districts and towns would tell it",
			Mend: "close reading as a whole: yiping serve --reading closed"}
	}
	return redeclare(ctx, s, id, "who may read", func(l *geo.Layer) { l.Readers = roles })
}

func parseRoles(list string) []geo.Role {
	var out []geo.Role
	for r := range strings.SplitSeq(list, ",") {
		if r = strings.TrimSpace(r); r != "" {
			out = append(out, geo.Role(r))
		}
	}
	return out
}

// readersOf names who may read a layer.
func readersOf(l *geo.Layer) string {
	if !l.Closed() {
		return "all"
	}
	names := make([]string, len(l.Readers))
	for i, r := range l.Readers {
		names[i] = string(r)
	}
	return strings.Join(names, ",")
}

func (p *program) listLayers(ctx context.Context, s geo.Store) error {
	layers, err := s.Layers(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "LAYER\tTITLE\tGEOMETRY\tSERVED FROM\tMINZOOM\tREADERS")
	for _, l := range layers {
		where := "memory"
		if l.InDatabase() {
			where = string(l.Serve)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", l.ID, l.Title.ZH, l.Geometry, where, strconv.Itoa(int(l.MinZoom)), readersOf(&l))
	}
	return w.Flush()
}
