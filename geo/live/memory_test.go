package live_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"yiping/geo"
)

// memory is the least geo.Store that a follower can follow: the follower's own
// tests need a store that goes away, forgets and hangs when told to.
type memory struct {
	geo.Accounts // none: a follower asks for no users

	mu      sync.Mutex
	epoch   int
	seq     uint64
	layers  map[geo.LayerID]geo.Layer
	records map[memoryKey]*geo.Record
	touched map[memoryKey]uint64
	decl    map[geo.LayerID]uint64
	dates   map[string]geo.DistrictDate
	dated   map[string]uint64
	keys    map[string]geo.Result
	oldest  uint64 // cursors below it answer Reload
	down    error
	bell    chan struct{}
	faults  []geo.Fault
	applied int           // batches that did something
	reads   int           // calls of Since
	recalls int           // calls of LoadKnown
	hold    chan struct{} // calls of LoadKnown wait for its closing
}

type memoryKey struct {
	layer geo.LayerID
	id    geo.ID
}

func newMemory(layers ...geo.Layer) *memory {
	m := &memory{layers: map[geo.LayerID]geo.Layer{}, records: map[memoryKey]*geo.Record{}, touched: map[memoryKey]uint64{},
		decl: map[geo.LayerID]uint64{}, dates: map[string]geo.DistrictDate{}, dated: map[string]uint64{},
		keys: map[string]geo.Result{}, bell: make(chan struct{}), hold: make(chan struct{})}
	close(m.hold)
	for _, l := range layers {
		m.layers[l.ID] = l
	}
	return m
}

func (m *memory) cursorLocked() geo.Cursor { return geo.Cursor(fmt.Sprintf("%d:%d", m.epoch, m.seq)) }

func parseMemory(c geo.Cursor) (epoch int, seq uint64, ok bool) {
	e, s, found := strings.Cut(string(c), ":")
	epoch, err := strconv.Atoi(e)
	seq, err2 := strconv.ParseUint(s, 10, 64)
	return epoch, seq, found && err == nil && err2 == nil
}

func (m *memory) ringLocked() {
	close(m.bell)
	m.bell = make(chan struct{})
}

// setDown makes every call fail with err; nil brings the store back.
func (m *memory) setDown(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.down = err
	m.ringLocked()
}

// prune forgets the feed: every cursor handed out so far answers Reload.
func (m *memory) prune() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.seq++
	m.oldest = m.seq
	m.ringLocked()
}

func (m *memory) setFaults(f ...geo.Fault) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults = f
	m.ringLocked()
}

// calls gives how many batches did something and how often the feed was read.
func (m *memory) calls() (applied, reads int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.applied, m.reads
}

func (m *memory) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return m.down
	}
	h := geo.Head{Cursor: m.cursorLocked(), Faults: slices.Clone(m.faults)}
	for _, l := range m.layers {
		h.Layers = append(h.Layers, l)
	}
	slices.SortFunc(h.Layers, func(a, b geo.Layer) int { return strings.Compare(string(a.ID), string(b.ID)) })
	for _, d := range m.dates {
		h.Dates = append(h.Dates, d)
	}
	if err := head(h); err != nil {
		return err
	}
	for _, l := range h.Layers {
		for _, r := range m.sortedLocked(l.ID) {
			if err := record(copyRecord(r)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *memory) sortedLocked(layer geo.LayerID) []*geo.Record {
	var out []*geo.Record
	for k, r := range m.records {
		if k.layer == layer && r.Feature != nil {
			out = append(out, r)
		}
	}
	slices.SortFunc(out, func(a, b *geo.Record) int { return int(a.ID) - int(b.ID) })
	return out
}

func copyRecord(r *geo.Record) geo.Record {
	c := *r
	if r.Feature != nil {
		f := *r.Feature
		f.Properties = f.Properties.Clone()
		c.Feature = &f
	}
	c.Reports = slices.Clone(r.Reports)
	return c
}

func (m *memory) Lookup(context.Context, geo.LayerID, []string) (map[string]geo.Ref, error) {
	return nil, geo.Errorf(geo.Unsupported, "not in the tests")
}

func (m *memory) Layers(context.Context) ([]geo.Layer, error) {
	return nil, geo.Errorf(geo.Unsupported, "not in the tests")
}

func (m *memory) Since(_ context.Context, after geo.Cursor) (geo.Changes, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	if m.down != nil {
		return geo.Changes{}, m.down
	}
	epoch, seq, ok := parseMemory(after)
	if !ok || epoch != m.epoch || seq < m.oldest {
		return geo.Changes{}, geo.Errorf(geo.Reload, "cursor too old")
	}
	c := geo.Changes{Cursor: m.cursorLocked(), Faults: slices.Clone(m.faults)}
	for id, at := range m.decl {
		if at > seq {
			c.Layers = append(c.Layers, m.layers[id])
		}
	}
	for k, at := range m.touched {
		if at > seq {
			c.Records = append(c.Records, copyRecord(m.records[k]))
		}
	}
	for code, at := range m.dated {
		if at > seq {
			c.Dates = append(c.Dates, m.dates[code])
		}
	}
	return c, nil
}

func (m *memory) Wait(ctx context.Context, after geo.Cursor) error {
	m.mu.Lock()
	bell, down, now := m.bell, m.down, m.cursorLocked()
	m.mu.Unlock()
	if down != nil {
		return down
	}
	if now != after {
		return nil
	}
	poll := time.NewTimer(20 * time.Second)
	defer poll.Stop()
	select {
	case <-bell:
		return nil
	case <-poll.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *memory) Covers(a, b geo.Cursor) bool {
	if b == "" {
		return true
	}
	ea, sa, ok := parseMemory(a)
	eb, sb, ok2 := parseMemory(b)
	return ok && ok2 && ea == eb && sa >= sb
}

func (m *memory) Apply(_ context.Context, b geo.Batch) (geo.Result, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.down != nil {
		return geo.Result{}, m.down
	}
	if r, ok := m.keys[b.Key]; ok && b.Key != "" {
		r.Replayed = true
		return r, nil
	}
	m.seq++
	m.applied++
	var r geo.Result
	for _, e := range b.Edits {
		r.IDs = append(r.IDs, m.editLocked(e))
	}
	r.Cursor = m.cursorLocked()
	if b.Key != "" {
		m.keys[b.Key] = r
	}
	m.ringLocked()
	return r, nil
}

func (m *memory) editLocked(e geo.Edit) geo.ID {
	switch e.Op {
	case geo.Create, geo.Replace:
		f := e.Feature
		if f.ID == 0 {
			f.ID = geo.ID(len(m.records) + 1)
		}
		k := memoryKey{f.Layer, f.ID}
		m.records[k] = &geo.Record{Layer: f.Layer, ID: f.ID, Feature: &f}
		m.touched[k] = m.seq
		return f.ID
	case geo.Delete:
		k := memoryKey{e.Feature.Layer, e.Feature.ID}
		m.records[k] = &geo.Record{Layer: k.layer, ID: k.id}
		m.touched[k] = m.seq
		return k.id
	case geo.Declare:
		m.layers[e.Layer.ID] = e.Layer
		m.decl[e.Layer.ID] = m.seq
	case geo.SetDate:
		m.dates[e.Date.District] = e.Date
		m.dated[e.Date.District] = m.seq
	}
	return 0
}

// LoadKnown gives what is there now: the memory has no past. It hangs while
// asked to.
func (m *memory) LoadKnown(ctx context.Context, known time.Time, head func(geo.Head) error, record func(geo.Record) error) error {
	m.mu.Lock()
	m.recalls++
	hold := m.hold
	m.mu.Unlock()
	select {
	case <-hold:
	case <-ctx.Done():
		return ctx.Err()
	}
	return m.Load(ctx, func(h geo.Head) error { h.Cursor = ""; return head(h) }, record)
}

func (m *memory) Begun(context.Context) (time.Time, error) { return time.Time{}, nil }

func (m *memory) Trace(_ context.Context, layer geo.LayerID, id geo.ID, _ int) ([]geo.Version, error) {
	return nil, geo.NoVersions(layer, id)
}

func (m *memory) AddToken(context.Context, geo.Token) error {
	return geo.Errorf(geo.Unsupported, "not in the tests")
}

func (m *memory) FindToken(context.Context, [32]byte) (geo.Token, error) {
	return geo.Token{}, geo.Errorf(geo.NotFound, "the memory keeps no tokens")
}

func (m *memory) Tokens(context.Context) ([]geo.Token, error) { return nil, nil }

func (m *memory) RevokeToken(context.Context, string) error {
	return geo.Errorf(geo.NotFound, "the memory keeps no tokens")
}

func (m *memory) Check(context.Context) ([]geo.Fault, error) { return nil, nil }

func (m *memory) Renew(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.epoch++
	m.seq++
	m.ringLocked()
	return nil
}

func (m *memory) Close() error { return nil }

var _ geo.Store = (*memory)(nil)
