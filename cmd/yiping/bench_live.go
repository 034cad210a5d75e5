package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
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
	writer, err := connect(ctx, o.store)
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
	s, err := startService(ctx, o.store)
	if err != nil {
		return err
	}
	return errors.Join(p.timeEvents(ctx, writer, s, o.requests), s.stop())
}

// timeEvents makes n edits and waits for the event of each.
func (p *program) timeEvents(ctx context.Context, writer geo.Store, s *running, n int) error {
	listening, stop := context.WithCancel(ctx)
	defer stop()
	heard := &arrivals{at: map[string]time.Time{}, more: make(chan struct{}, 1)}
	if err := heard.listen(listening, s.url); err != nil {
		return err
	}
	committed := make(map[string]time.Time, n)
	started := time.Now()
	pace := time.NewTicker(benchPace)
	defer pace.Stop()
	for i := range n {
		code := fmt.Sprintf("L%07d", i)
		if _, err := writer.Apply(ctx, geo.Batch{Actor: "system:bench", Edits: []geo.Edit{{Op: geo.Create,
			Feature: geo.Feature{Layer: benchLayer, Code: code, Geometry: orb.Point{121.4, 31.2}}}}}); err != nil {
			return err
		}
		committed[code] = time.Now()
		select {
		case <-pace.C:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	took := time.Since(started)
	if err := heard.wait(ctx, n); err != nil {
		return err
	}
	m := &measurement{took: took, sizes: []int{0}}
	for code, at := range committed {
		m.times = append(m.times, max(0, heard.at[code].Sub(at)))
	}
	m.sort()
	fmt.Fprintf(p.out, "live    %8.0f edits/s  commit to event p50 %.2f ms  p95 %.2f ms  p99 %.2f ms\n", m.rate(), m.at(0.5), m.at(0.95), m.at(0.99))
	return emptyBench(ctx, writer)
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

// arrivals notes when the event of each code came.
type arrivals struct {
	mu   sync.Mutex
	at   map[string]time.Time
	more chan struct{}
	err  error
}

// listen opens the live stream and returns when it has greeted.
func (a *arrivals) listen(ctx context.Context, base string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/api/live", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
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
		if f.Layer == string(benchLayer) && a.at[f.Code].IsZero() {
			a.at[f.Code] = now
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
