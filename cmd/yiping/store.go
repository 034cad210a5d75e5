package main

import (
	"context"
	"errors"
	"flag"
	"os"
	"os/user"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/geo/gpkg"
	"yiping/geo/postgis"
)

const defaultStore = "gpkg:data/yiping.gpkg"

func storeFlag(fs *flag.FlagSet) *string {
	return fs.String("store", defaultStore, "`URL` of the store: gpkg:PATH or postgres://…")
}

// openStore opens or makes the store that url names and declares what every
// store has.
func openStore(ctx context.Context, url string) (geo.Store, error) {
	store, err := connect(ctx, url)
	if err != nil {
		return nil, err
	}
	if err := declare(ctx, store, city.Layers()); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// withExisting is withStore for commands that only read: they make no store.
func withExisting(ctx context.Context, url string, fn func(geo.Store) error) error {
	if path, ok := strings.CutPrefix(url, "gpkg:"); ok {
		if _, err := os.Stat(path); err != nil {
			return &geo.Error{Code: geo.NotFound, Field: "store", Message: "there is no store " + url, Mend: "yiping serve, seed, import and synth make one"}
		}
	}
	return withStore(ctx, url, fn)
}

// withStore opens a store for the time of fn.
func withStore(ctx context.Context, url string, fn func(geo.Store) error) error {
	store, err := openStore(ctx, url)
	if err != nil {
		return err
	}
	return errors.Join(fn(store), store.Close())
}

func connect(ctx context.Context, url string) (geo.Store, error) {
	path, isFile := strings.CutPrefix(url, "gpkg:")
	switch {
	case isFile && path != "":
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, geo.Wrap(geo.Unavailable, err, "cannot make the folder of store %s", url)
		}
		s, err := gpkg.Open(ctx, path, gpkg.Options{})
		if err != nil {
			return nil, err
		}
		return s, nil
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		s, err := postgis.Open(ctx, url, postgis.Options{})
		if err != nil {
			return nil, err
		}
		return s, nil
	}
	return nil, &geo.Error{Code: geo.Invalid, Field: "store", Message: "“" + url + "” names no store", Mend: "use gpkg:PATH or postgres://…"}
}

// declare adds the layers that are missing, and to those there the fields that
// are missing; whatever else a store's own declaration says stays.
func declare(ctx context.Context, store geo.Store, layers []geo.Layer) error {
	have, err := store.Layers(ctx)
	if err != nil {
		return err
	}
	b := geo.Batch{Actor: "system", Note: "declare layers"}
	for _, l := range layers {
		if err := cql.CheckRule(&l); err != nil {
			return err
		}
		i := slices.IndexFunc(have, func(h geo.Layer) bool { return h.ID == l.ID })
		if i < 0 {
			b.Edits = append(b.Edits, geo.Edit{Op: geo.Declare, Layer: l})
			continue
		}
		merged := have[i]
		var more, moreReports bool
		merged.Fields, more = union(merged.Fields, l.Fields)
		merged.Reports, moreReports = union(merged.Reports, l.Reports)
		if more || moreReports {
			merged.Light = grown(have[i], l)
			b.Edits = append(b.Edits, geo.Edit{Op: geo.Declare, Layer: merged})
		}
	}
	if len(b.Edits) == 0 {
		return nil
	}
	_, err = store.Apply(ctx, b)
	return err
}

// grown gives the rule of a layer that a newer program declares: where the
// program's rule reads a field that the store has not had, the store's rule takes
// over what it says nothing of. Without, a store made before there was a yearly
// register would judge by half of it.
func grown(have, want geo.Layer) geo.LightRule {
	rule := have.Light
	known := func(name string) bool { _, ok := have.Field(name); return ok }
	if rule.Kind != want.Light.Kind || !slices.ContainsFunc(want.Light.Reads(), func(name string) bool { return !known(name) }) {
		return rule
	}
	to, from := reflect.ValueOf(&rule).Elem(), reflect.ValueOf(want.Light)
	for i := range to.NumField() {
		if to.Field(i).IsZero() {
			to.Field(i).Set(from.Field(i))
		}
	}
	return rule
}

func union(have, want []geo.Field) ([]geo.Field, bool) {
	n := len(have)
	have = slices.Clone(have)
	for _, f := range want {
		if !slices.ContainsFunc(have, func(h geo.Field) bool { return strings.EqualFold(h.Name, f.Name) }) {
			have = append(have, f)
		}
	}
	return have, len(have) > n
}

// glance reads the head of a store and whether it holds any feature at all.
func glance(ctx context.Context, store geo.Loader) (head geo.Head, empty bool, err error) {
	found := errors.New("found")
	err = store.Load(ctx, func(h geo.Head) error { head = h; return nil }, func(geo.Record) error { return found })
	if errors.Is(err, found) {
		return head, false, nil
	}
	return head, true, err
}

// actor says who acts from this command line.
func actor() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return "cli:" + u.Username
	}
	return "cli"
}
