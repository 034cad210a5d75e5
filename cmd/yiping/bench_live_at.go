package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"yiping/geo"
)

// noteField is the text field of a report that benchLiveAt rewrites.
const noteField = "progress_note"

// rewritten is the report that is written over and over.
type rewritten struct {
	path   string // of its address
	before any    // what its field said
}

// benchLiveAt times the way from an edit sent over HTTP to its event. It rewrites
// one text of one report of the feature that the user names, and puts it back;
// history keeps every version.
func (p *program) benchLiveAt(ctx context.Context, o benchOptions) error {
	layer, code, ok := strings.Cut(o.feature, "/")
	if !ok || layer == "" || code == "" {
		return usage("live at --url takes --feature LAYER/CODE, such as project/TEST: the text “%s” of its last report is rewritten --n times, which history keeps", noteField)
	}
	if o.token == "" {
		return usage("live at --url writes: put a token with the right report into %s", tokenVariable)
	}
	return o.at(ctx, func(t *target) error {
		r, err := t.lastReport(ctx, layer, code)
		if err != nil {
			return err
		}
		listening, stop := context.WithCancel(ctx)
		defer stop()
		heard := &arrivals{of: o.feature, at: map[string]time.Time{}, more: make(chan struct{}, 1)}
		if err := heard.listen(listening, t); err != nil {
			return err
		}
		started := time.Now()
		times, err := t.rewrite(ctx, r, heard, o.requests)
		took := time.Since(started)
		if e := t.put(context.WithoutCancel(ctx), r.path, r.before); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
		return p.printLive(o, t, "edit", times, took)
	})
}

// rewrite writes n times and waits for each event.
func (t *target) rewrite(ctx context.Context, r rewritten, heard *arrivals, n int) ([]time.Duration, error) {
	var times []time.Duration
	for i := range n {
		begun := time.Now()
		if err := t.put(ctx, r.path, fmt.Sprintf("测量 %d", i+1)); err != nil {
			return nil, err
		}
		if err := heard.wait(ctx, i+1); err != nil {
			return nil, err
		}
		heard.mu.Lock()
		times = append(times, heard.at[fmt.Sprint(i)].Sub(begun))
		heard.mu.Unlock()
	}
	return times, nil
}

// lastReport finds the last report that takes changes.
func (t *target) lastReport(ctx context.Context, layer, code string) (rewritten, error) {
	path := "/api/reports/" + url.PathEscape(layer) + "/code:" + url.PathEscape(code)
	var list struct {
		Reports []struct {
			Date   geo.Date
			Open   bool
			Values geo.Properties
		}
	}
	if err := t.ask(ctx, path, &list); err != nil {
		return rewritten{}, err
	}
	var found rewritten
	var last geo.Date
	for _, r := range list.Reports {
		if r.Open && r.Date >= last {
			last, found = r.Date, rewritten{path + "/" + r.Date.String(), r.Values[noteField]}
		}
	}
	if found.path == "" {
		return found, &geo.Error{Code: geo.NotFound, Message: layer + "/" + code + " has no report that takes changes", Mend: "name another feature, or enter a report first"}
	}
	return found, nil
}

// put writes the text of a report.
func (t *target) put(ctx context.Context, path string, text any) error {
	body, err := json.Marshal(map[string]any{noteField: text})
	if err != nil {
		return geo.Wrap(geo.Internal, err, "cannot write the report")
	}
	req, err := t.request(ctx, http.MethodPut, path, bytes.NewReader(body))
	if err != nil {
		return geo.Wrap(geo.Internal, err, "cannot write the report")
	}
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return t.unreachable(err)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return geo.Wrap(geo.Unavailable, err, "%s broke off", t.base)
	}
	if res.StatusCode >= 300 {
		return t.refusal(res.Status, answer)
	}
	return nil
}
