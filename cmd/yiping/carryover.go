package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/reporting"
	"yiping/geo/snapshot"
)

// carryover is what a carrying over is asked to do.
type carryover struct {
	district string
	to       int
	dryRun   bool
}

func carryoverCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	var o carryover
	fs.StringVar(&o.district, "district", "", "`CODE` of the district")
	fs.IntVar(&o.to, "to", 0, "`YEAR` into whose register the unfinished projects come")
	fs.BoolVar(&o.dryRun, "dry-run", false, "tell what would be done, change nothing")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		if o.district == "" || o.to == 0 {
			return usage("say --district CODE and --to YEAR")
		}
		return withExisting(ctx, *url, func(store geo.Store) error {
			done, err := o.carry(ctx, store)
			if err != nil {
				return err
			}
			fmt.Fprintln(p.out, o.summary(done))
			return nil
		})
	}
}

func (o carryover) carry(ctx context.Context, store geo.Store) (reporting.CarriedOver, error) {
	s, err := snapshot.Load(ctx, store)
	if err != nil {
		return reporting.CarriedOver{}, err
	}
	edits, done, err := reporting.New(s, time.Now()).CarryOver(o.district, o.to)
	if err != nil || o.dryRun || len(edits) == 0 {
		return done, err
	}
	_, err = store.Apply(ctx, geo.Batch{Actor: actor(), Note: fmt.Sprintf("结转至 %d 年", o.to), Edits: edits})
	return done, err
}

func (o carryover) summary(done reporting.CarriedOver) string {
	head := fmt.Sprintf("%s → %d: ", o.district, o.to)
	if o.dryRun {
		head += "dry run, "
	}
	head += fmt.Sprintf("%d carried over, %d there already, %d left", len(done.Carried), done.Already, done.Left)
	if len(done.Carried) > 0 {
		head += ": " + strings.Join(done.Carried, " ")
	}
	return head
}
