package main

import (
	"context"
	"errors"
	"flag"
	"os/user"
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

// createFlag is for commands that make a store only when told to: made of a path
// mistyped, it would be an empty city beside the one that is meant.
func createFlag(fs *flag.FlagSet) *bool {
	return fs.Bool("create", false, "make the store if there is none")
}

// openStore opens the store that url names, makes it where there is none if create
// says so, and declares what every store has.
func openStore(ctx context.Context, url string, create bool) (geo.Store, error) {
	store, err := connect(ctx, url, create)
	if err != nil {
		return nil, err
	}
	if err := declare(ctx, store, city.Layers()); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	return store, nil
}

// withExisting opens a store for the time of fn.
func withExisting(ctx context.Context, url string, fn func(geo.Store) error) error {
	return withStore(ctx, url, false, fn)
}

// withStore does too, and makes it where there is none if create says so.
func withStore(ctx context.Context, url string, create bool, fn func(geo.Store) error) error {
	store, err := openStore(ctx, url, create)
	if err != nil {
		return err
	}
	return errors.Join(fn(store), store.Close())
}

func connect(ctx context.Context, url string, create bool) (geo.Store, error) {
	path, isFile := strings.CutPrefix(url, "gpkg:")
	switch {
	case isFile && path != "":
		s, err := gpkg.Open(ctx, path, gpkg.Options{MustExist: !create})
		if err != nil {
			return nil, noStore(err)
		}
		return s, nil
	case strings.HasPrefix(url, "postgres://"), strings.HasPrefix(url, "postgresql://"):
		s, err := postgis.Open(ctx, url, postgis.Options{MustExist: !create})
		if err != nil {
			return nil, noStore(err)
		}
		return s, nil
	}
	return nil, &geo.Error{Code: geo.Invalid, Field: "store", Message: "“" + url + "” names no store", Mend: "use gpkg:PATH or postgres://…"}
}

// noStore says what makes a store, of one that is not there.
func noStore(err error) error {
	var e *geo.Error
	if !errors.As(err, &e) || e.Code != geo.NotFound {
		return err
	}
	c := *e
	c.Mend = "look at --store; yiping serve --create and import --create make a new one, and so do seed and synth"
	return &c
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
