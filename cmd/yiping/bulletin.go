package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/bulletin"
	"yiping/geo/live"
	"yiping/geo/snapshot"
	"yiping/seeds"
	"yiping/tiles/raster"
)

type bulletinOptions struct {
	district, month, file, number, unit, known string
	issue                                      bool
}

func bulletinCommand(p *program, fs *flag.FlagSet) action {
	var o bulletinOptions
	url := storeFlag(fs)
	fs.StringVar(&o.district, "district", "", "`DISTRICT`, by code or by the name of its seeds: 310107 | putuo")
	fs.StringVar(&o.month, "month", "", "`MONTH`, like 2022-12")
	fs.StringVar(&o.file, "o", "", "`FILE` to write, .html or .docx; - is the page on stdout")
	fs.StringVar(&o.number, "number", "", "`NUMBER` of the bulletin as issued: 普推办〔2023〕1号")
	fs.StringVar(&o.unit, "unit", "", "`UNIT` that issues it")
	fs.StringVar(&o.known, "known", "", "`TIME` as of which the records are read, like 2023-01-05T18:00:00+08:00; now if not given. A draft tells its own")
	fs.BoolVar(&o.issue, "issue", false, "issue it: from then on the month's bulletin says what it says now")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		return withExisting(ctx, *url, func(store geo.Store) error { return p.bulletin(ctx, store, o) })
	}
}

// bulletin writes the bulletin of a month: as it was issued, else a draft of
// what is recorded now, which --issue makes the issued one.
func (p *program) bulletin(ctx context.Context, store geo.Store, o bulletinOptions) error {
	opts, write, err := o.read()
	if err != nil {
		return err
	}
	current, err := snapshot.Load(ctx, store)
	if err != nil {
		return err
	}
	if o.issue {
		if err := bulletin.Issuable(current, opts.District, opts.Month); err != nil {
			return err
		}
		opts.Issued = geo.Today(time.Now())
	} else if issued, ok := bulletin.Issued(current, opts.District, opts.Month); ok {
		opts = issued
	}
	known, err := live.LoadKnown(ctx, store, opts.Known)
	if err != nil {
		return err
	}
	doc, err := bulletin.Compose(known.At(opts.Month), opts)
	if err != nil {
		return err
	}
	if o.issue {
		b := geo.Batch{Actor: actor(), Note: "issue of a bulletin", Edits: []geo.Edit{bulletin.Issue(doc, opts, actor())}}
		if _, err := store.Apply(ctx, b); err != nil {
			return err
		}
	}
	return p.writeTo(o.file, func(w io.Writer) error { return write(p, doc, w) })
}

func (p *program) asPage(d *bulletin.Document, w io.Writer) error { return d.HTML(w) }

func (p *program) asWord(d *bulletin.Document, w io.Writer) error {
	font, err := raster.FindFont()
	if err != nil {
		fmt.Fprintln(p.err, "yiping: bulletin: the names are missing from the picture that programs without SVG show:", oneLine(err.Error()))
	}
	return d.DOCX(w, font)
}

// read checks the options before anything is read of the store.
func (o *bulletinOptions) read() (bulletin.Options, func(*program, *bulletin.Document, io.Writer) error, error) {
	opts := bulletin.Options{District: o.district, Number: o.number, Unit: o.unit, Known: bulletin.Moment(time.Now())}
	if o.district == "" || o.month == "" {
		return opts, nil, usage("--district and --month are needed")
	}
	if i := slices.IndexFunc(seeds.Districts(), func(d seeds.District) bool { return d.ID == o.district }); i >= 0 {
		opts.District = seeds.Districts()[i].Code
	}
	day, err := geo.ParseDate(o.month)
	if err != nil {
		return opts, nil, err
	}
	opts.Month = day.MonthEnd()
	if o.known != "" {
		if o.issue {
			return opts, nil, usage("--known cannot go with --issue: what is issued is what is recorded now")
		}
		if opts.Known, err = time.Parse(time.RFC3339, o.known); err != nil {
			return opts, nil, &geo.Error{Code: geo.Invalid, Field: "known", Message: "“" + o.known + "” is not a time", Mend: "write it like 2023-01-05T18:00:00+08:00"}
		}
	}
	o.file = cmp.Or(o.file, "bulletin-"+strings.ReplaceAll(bulletin.Code(opts.District, opts.Month), "/", "-")+".html")
	switch strings.ToLower(filepath.Ext(o.file)) {
	case ".docx":
		return opts, (*program).asWord, nil
	case ".html", ".htm", "":
		return opts, (*program).asPage, nil
	}
	return opts, nil, errors.New("the file must end in .html or .docx")
}
