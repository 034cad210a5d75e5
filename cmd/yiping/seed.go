package main

import (
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"strings"

	"yiping/geo"
	"yiping/geo/ingest"
	"yiping/seeds"
)

func seedCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	return func(ctx context.Context, args []string) error {
		list := "all"
		if len(args) > 1 {
			return usage("give one LIST, such as changning,putuo or all")
		}
		if len(args) == 1 {
			list = args[0]
		}
		return withStore(ctx, *url, true, func(store geo.Store) error {
			return seed(ctx, store, seeding{list: list, actor: actor(), progress: p.err})
		})
	}
}

// seeding says what to seed. With once set a batch that landed before, perhaps
// by another node starting at the same time, is not applied again.
type seeding struct {
	list     string // district ids separated by commas, or all
	actor    string
	once     bool
	progress io.Writer
}

// districtIDs reads a list as the command line gives it; nil is all.
func districtIDs(list string) []string {
	if list == "all" {
		return nil
	}
	var out []string
	for d := range strings.SplitSeq(list, ",") {
		out = append(out, strings.TrimSpace(d))
	}
	return out
}

// seed loads districts through the same import as any other file.
func seed(ctx context.Context, store geo.Store, s seeding) error {
	districts := districtIDs(s.list)
	jobs, err := seeds.Jobs(districts...)
	if err != nil {
		return err
	}
	if err := declare(ctx, store, seeds.Layers()); err != nil {
		return err
	}
	for _, j := range jobs {
		if err := seedJob(ctx, store, j, s); err != nil {
			return err
		}
	}
	b := geo.Batch{Actor: s.actor, Note: "evaluation dates of the seeds"}
	for _, d := range seeds.Dates(districts...) {
		b.Edits = append(b.Edits, geo.Edit{Op: geo.SetDate, Date: d})
	}
	_, err = store.Apply(ctx, b)
	return err
}

func seedJob(ctx context.Context, store geo.Store, j seeds.Job, s seeding) error {
	o := ingest.Options{Layer: j.Layer, Reports: j.Reports, Mode: ingest.Upsert, CRS: seeds.CRS, Actor: s.actor, Note: "seed " + j.District}
	if s.once {
		o.IdempotencyKey = fmt.Sprintf("seed:%s:%s:%x", j.District, j.Name, sha256.Sum256(j.Data))
	}
	res, err := ingest.Import(ctx, store, bytesSource(j.Name, j.Format, j.Data), o)
	if err != nil {
		return fmt.Errorf("seed %s: %s: %w", j.District, j.Name, err)
	}
	fmt.Fprintf(s.progress, "yiping: seed %s: %s\n", j.District, summary(res))
	for _, n := range res.Notices {
		fmt.Fprintf(s.progress, "yiping: seed %s: note: %s: %s\n", j.District, res.File, n)
	}
	return nil
}
