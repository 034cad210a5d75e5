package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"yiping/geo"
	"yiping/geo/format"
	"yiping/geo/format/csv"
	"yiping/geo/format/geojson"
	"yiping/geo/ingest"
)

func importCommand(p *program, fs *flag.FlagSet) action {
	url, create := storeFlag(fs), createFlag(fs)
	o := ingest.Options{Actor: actor()}
	fs.Func("layer", "`ID` of the layer, declared if new", func(s string) error { o.Layer = geo.LayerID(s); return nil })
	fs.StringVar(&o.Title.ZH, "title", "", "`TEXT`: title of a new layer")
	fs.StringVar(&o.Light.Red, "red", "", "`CQL2`: when a feature of an imported layer is red, such as \"tilt > 10\"; today is the day it is judged at")
	fs.StringVar(&o.Light.Yellow, "yellow", "", "`CQL2`: when it is yellow, if not red")
	fs.StringVar(&o.Light.Green, "green", "", "`CQL2`: when it is green, if neither")
	fs.Func("serve", "`memory|database`: where the layer is served from; database is for layers too large for memory, on PostGIS. As it is if not given", func(s string) (err error) {
		where, err := parseServe(s)
		o.Serve = &where
		return err
	})
	mode := fs.String("mode", "append", "`append|upsert|replace`: what becomes of features that are there")
	fs.StringVar(&o.Key, "key", "", "`COLUMN` that holds the code; found by its name if not given")
	fs.StringVar(&o.CRS, "crs", "", "`CRS` of the coordinates: EPSG:4549, CGCS2000, GCJ-02, BD-09, tmerc:lon_0=121.5,x_0=0,…; if not given as the file says, else WGS 84")
	fs.BoolVar(&o.Reports, "reports", false, "the file holds dated reports of the layer's features")
	fs.StringVar(&o.Correction, "correction", "", "`TEXT`: why reports are lower than those before, or otherwise unlikely; kept with them")
	fs.BoolVar(&o.DryRun, "dry-run", false, "check everything, change nothing")
	fs.IntVar(&o.MaxFaults, "max-faults", 20, "stop looking after `N` faults")
	fs.StringVar(&o.IdempotencyKey, "idempotency-key", "", "`KEY`: the same file again under the same key changes nothing, another is refused")
	fs.StringVar(&o.Note, "note", "", "`TEXT` kept in history")
	var f fileOptions
	f.flags(fs)
	asJSON := fs.Bool("json", false, "print the result as JSON")
	return func(ctx context.Context, args []string) error {
		if len(args) != 1 {
			return usage("give one FILE")
		}
		if o.Layer == "" {
			return usage("--layer is missing")
		}
		if o.Reports && o.Light != (ingest.Light{}) {
			return usage("--red, --yellow and --green go with features, not with --reports")
		}
		if o.Reports && o.Serve != nil {
			return usage("--serve goes with features, not with --reports")
		}
		src, err := f.source(args[0])
		if err != nil {
			return err
		}
		o.Mode = ingest.Mode(*mode)
		if o.IdempotencyKey != "" {
			if o.Digest, err = digestOf(args[0], &o, f); err != nil {
				return err
			}
		}
		o.Progress = func(checked, rows int) { p.complain("import: %d of %d rows checked", checked, rows) }
		return withStore(ctx, *url, *create, func(store geo.Store) error {
			res, err := ingest.Import(ctx, store, src, o)
			return p.tell(res, err, *asJSON)
		})
	}
}

// digestOf tells one import from another, by the file and by what is to be made of it.
func digestOf(path string, o *ingest.Options, f fileOptions) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	h := sha256.New()
	serve := geo.Serve("")
	if o.Serve != nil {
		serve = *o.Serve
	}
	fmt.Fprintf(h, "%q\n", []any{o.Layer, o.Title, o.Light, serve, o.Mode, o.Key, o.CRS, o.Reports, o.Correction, f})
	if _, err := io.Copy(h, file); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// tell prints the result of an import: JSON or one line on stdout, notices and
// faults one per line on stderr.
func (p *program) tell(res ingest.Result, err error, asJSON bool) error {
	if asJSON {
		b, marshalErr := json.Marshal(res)
		if marshalErr != nil {
			return marshalErr
		}
		fmt.Fprintf(p.out, "%s\n", b)
	}
	for _, f := range res.Faults {
		p.complain("import: %s", f)
	}
	if len(res.Faults) > 0 {
		return errTold
	}
	if err != nil {
		return err
	}
	for _, n := range res.Notices {
		p.complain("note: %s: %s", res.File, n)
	}
	if !asJSON {
		fmt.Fprintln(p.out, summary(res))
	}
	return nil
}

func summary(r ingest.Result) string {
	var parts []string
	add := func(n int, what string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, what))
		}
	}
	add(r.Created, "created")
	add(r.Updated, "updated")
	add(r.Deleted, "deleted")
	add(r.Reports, "reports")
	add(r.Unchanged, "unchanged")
	if len(parts) == 0 {
		parts = append(parts, "nothing to do")
	}
	head := fmt.Sprintf("%s → %s: %d rows", r.File, r.Layer, r.Rows)
	switch {
	case r.DryRun:
		head += ", dry run"
	case r.Replayed:
		head += ", done before under the same key"
	case r.Declared:
		head += ", layer declared"
	}
	if r.Served && !r.Replayed {
		head += ", served from elsewhere now"
	}
	if r.Ruled && !r.Replayed {
		head += ", light rule set"
	}
	return head + ": " + strings.Join(parts, ", ")
}

// fileOptions are what a person may have to say of a file.
type fileOptions struct {
	format, encoding, delimiter, wkt, lon, lat string
}

func (f *fileOptions) flags(fs *flag.FlagSet) {
	fs.StringVar(&f.format, "format", "", "`geojson|csv`; by the file's name if not given")
	fs.StringVar(&f.encoding, "encoding", "", "`ENCODING` of the text: utf-8, gb18030, utf-16; found if not given")
	fs.StringVar(&f.delimiter, "delimiter", "", "`CHARACTER` between values of a table; found if not given")
	fs.StringVar(&f.wkt, "wkt", "", "`COLUMN` with the shape as well-known text")
	fs.StringVar(&f.lon, "lon", "", "`COLUMN` with the longitude")
	fs.StringVar(&f.lat, "lat", "", "`COLUMN` with the latitude")
}

// source makes a file readable as often as needed.
func (f *fileOptions) source(path string) (format.Source, error) {
	kind, err := f.kind(path)
	if err != nil {
		return format.Source{}, err
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return format.Source{}, &geo.Error{Code: geo.NotFound, Message: "cannot read " + path, Err: err, Mend: "name a file"}
	}
	return format.Source{Name: filepath.Base(path), Open: func() (format.ReadCloser, error) {
		file, err := os.Open(path)
		if err != nil {
			return nil, geo.Wrap(geo.NotFound, err, "cannot read %s", path)
		}
		r, err := f.reader(kind, file)
		if err != nil {
			_ = file.Close() // it was only read
			return nil, err
		}
		return format.WithCloser(r, file), nil
	}}, nil
}

// bytesSource makes a file in memory readable.
func bytesSource(name, kind string, data []byte) format.Source {
	return format.Source{Name: name, Open: func() (format.ReadCloser, error) {
		r, err := (&fileOptions{}).reader(kind, bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		return format.WithCloser(r, io.NopCloser(nil)), nil
	}}
}

func (f *fileOptions) kind(path string) (string, error) {
	if f.format != "" {
		path = "." + f.format
	}
	switch ext := strings.ToLower(filepath.Ext(path)); ext {
	case ".geojson", ".json", ".geojsonl", ".geojsons", ".ndjson", ".jsonl":
		return "geojson", nil
	case ".csv", ".tsv", ".txt":
		return "csv", nil
	default:
		return "", &geo.Error{Code: geo.Unsupported, Field: "format", Message: "files of type “" + strings.TrimPrefix(ext, ".") + "” are not read by this build",
			Mend: "give GeoJSON or CSV, or say which it is with --format"}
	}
}

func (f *fileOptions) reader(kind string, r io.ReadSeeker) (format.Reader, error) {
	switch kind {
	case "geojson":
		if f.encoding == "" {
			return geojson.NewReader(r), nil // UTF-8 by its standard
		}
		text, _, err := format.Decode(r, f.encoding)
		if err != nil {
			return nil, err
		}
		return geojson.NewReader(text), nil
	default:
		o := csv.Options{Encoding: f.encoding, WKT: f.wkt, Lon: f.lon, Lat: f.lat}
		switch d := []rune(f.delimiter); {
		case f.delimiter == "tab" || f.delimiter == `\t`:
			o.Delimiter = '\t'
		case len(d) == 1 && d[0] != '"' && d[0] != '\n' && d[0] != '\r':
			o.Delimiter = d[0]
		case len(d) > 0:
			return nil, usage("--delimiter must be one character or tab")
		}
		return csv.NewReader(r, o)
	}
}
