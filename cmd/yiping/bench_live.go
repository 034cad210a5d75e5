package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// benchLayer is where benchLive writes; its features are deleted afterwards.
const benchLayer geo.LayerID = "bench_live"

// benchPace is the time between two edits: a hundred a second.
const benchPace = 10 * time.Millisecond

// benchLive times the way from a commit, made on another connection than the
// follower's, to the event at a listener over HTTP.
func (p *program) benchLive(ctx context.Context, o benchOptions) error {
	if o.url != "" {
		return p.benchLiveAt(ctx, o)
	}
	writer, err := connect(ctx, o.store, false)
	if err != nil {
		return err
	}
	return errors.Join(p.timeStore(ctx, writer, o), writer.Close())
}

func (p *program) timeStore(ctx context.Context, writer geo.Store, o benchOptions) error {
	if err := refuseRegister(ctx, writer); err != nil {
		return err
	}
	// Before the service starts: a new layer would be announced as a reload.
	if err := declare(ctx, writer, []geo.Layer{{ID: benchLayer, Title: geo.Text{ZH: "测量"}, Geometry: geo.Points}}); err != nil {
		return err
	}
	if err := emptyBench(ctx, writer); err != nil {
		return err
	}
	t, err := startChild(ctx, "serve", "--store", o.store, "--listen", "127.0.0.1:0", "--seed", "none", "--log-level", "error")
	if err != nil {
		return err
	}
	defer t.stop()
	times, took, err := timeEvents(ctx, writer, t, o.requests)
	if err != nil {
		return err
	}
	return errors.Join(p.printLive(o, t, "live", times, took), emptyBench(ctx, writer))
}

// printLive tells how long the events took.
func (p *program) printLive(o benchOptions, t *target, name string, times []time.Duration, took time.Duration) error {
	slices.Sort(times)
	m := &measurement{times: times, took: took, cpu: -1}
	r := report{Measurement: "live", Target: t.name(), Machine: thisMachine(), Requests: len(times), Clients: 1, Rounds: 1,
		Rows: []benchRow{rowOf(name, []*measurement{m})}, Notes: []string{"from the commit of an edit to its event at a listener"}}
	if name == "edit" {
		r.Notes = []string{"from sending an edit over HTTP to its event at a listener, one edit after the other"}
	}
	return r.print(p.out, o.json)
}

// timeEvents makes n edits, a hundred a second, and waits for the event of each.
func timeEvents(ctx context.Context, writer geo.Store, t *target, n int) ([]time.Duration, time.Duration, error) {
	listening, stop := context.WithCancel(ctx)
	defer stop()
	heard := &arrivals{at: map[string]time.Time{}, more: make(chan struct{}, 1)}
	if err := heard.listen(listening, t); err != nil {
		return nil, 0, err
	}
	committed := make(map[string]time.Time, n)
	started := time.Now()
	pace := time.NewTicker(benchPace)
	defer pace.Stop()
	for i := range n {
		code := fmt.Sprintf("L%07d", i)
		if _, err := writer.Apply(ctx, geo.Batch{Actor: "system:bench", Edits: []geo.Edit{{Op: geo.Create,
			Feature: geo.Feature{Layer: benchLayer, Code: code, Geometry: orb.Point{121.4, 31.2}}}}}); err != nil {
			return nil, 0, err
		}
		committed[code] = time.Now()
		select {
		case <-pace.C:
		case <-ctx.Done():
			return nil, 0, ctx.Err()
		}
	}
	took := time.Since(started)
	if err := heard.wait(ctx, n); err != nil {
		return nil, 0, err
	}
	var times []time.Duration
	for code, at := range committed {
		times = append(times, max(0, heard.at[code].Sub(at)))
	}
	return times, took, nil
}

func emptyBench(ctx context.Context, store geo.Store) error {
	refs, err := store.Lookup(ctx, benchLayer, nil)
	if err != nil || len(refs) == 0 {
		return err
	}
	b := geo.Batch{Actor: "system:bench"}
	for _, r := range refs {
		b.Edits = append(b.Edits, geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: benchLayer, ID: r.ID}})
	}
	_, err = store.Apply(ctx, b)
	return err
}

// arrivals notes when the event of each code came, or each event of one feature.
type arrivals struct {
	of   string // LAYER/CODE; "" = all of the bench's layer
	mu   sync.Mutex
	at   map[string]time.Time
	more chan struct{}
	err  error
}

// listen opens the live stream and returns when it has greeted.
func (a *arrivals) listen(ctx context.Context, t *target) error {
	req, err := t.request(ctx, http.MethodGet, "/api/live", nil)
	if err != nil {
		return err
	}
	res, err := t.newClient(1).Do(req)
	if err != nil {
		return t.unreachable(err)
	}
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() && lines.Text() != "event: hello" {
	}
	if err := lines.Err(); err != nil || res.StatusCode != http.StatusOK {
		return errors.Join(geo.Errorf(geo.Unavailable, "live stream: %s", res.Status), err, res.Body.Close())
	}
	go func() {
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				a.note(time.Now(), []byte(data))
			}
		}
		a.end(errors.Join(geo.Errorf(geo.Unavailable, "the live stream ended"), res.Body.Close()))
	}()
	return nil
}

func (a *arrivals) note(now time.Time, data []byte) {
	var e struct {
		Features []struct{ Layer, Code string }
	}
	if json.Unmarshal(data, &e) != nil {
		return // another kind of event
	}
	a.mu.Lock()
	for _, f := range e.Features {
		switch {
		case f.Layer == string(benchLayer) && a.at[f.Code].IsZero():
			a.at[f.Code] = now
		case a.of != "" && f.Layer+"/"+f.Code == a.of:
			a.at[fmt.Sprint(len(a.at))] = now
		}
	}
	a.mu.Unlock()
	a.ring()
}

func (a *arrivals) end(err error) {
	a.mu.Lock()
	a.err = err
	a.mu.Unlock()
	a.ring()
}

func (a *arrivals) ring() {
	select {
	case a.more <- struct{}{}:
	default:
	}
}

// wait returns when n codes have come.
func (a *arrivals) wait(ctx context.Context, n int) error {
	timeout := time.After(30 * time.Second)
	for {
		a.mu.Lock()
		have, err := len(a.at), a.err
		a.mu.Unlock()
		if have >= n || err != nil {
			return err
		}
		select {
		case <-a.more:
		case <-ctx.Done():
			return ctx.Err()
		case <-timeout:
			return geo.Errorf(geo.Internal, "%d of %d events came", have, n)
		}
	}
}
