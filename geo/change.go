package geo

import (
	"context"
	"errors"
)

// Cursor is a position in a store's feed. It is opaque outside the store that
// made it; "" is before everything.
type Cursor string

// Op says what an Edit does.
type Op uint8

// The edits a batch may hold.
const (
	Create     Op = iota + 1 // Feature; ID 0 draws one, another ID only brings that same feature back
	Replace                  // Feature by ID, whole; Version is the one expected, 0 takes any
	Delete                   // Feature by ID; Version as for Replace
	PutReport                // Report by (Layer, Feature, Date), whole; Version as for Replace, or Absent
	DropReport               // Report by (Layer, Feature, Date)
	Declare                  // Layer: create its tables, or add fields to them; fields are never dropped
	SetDate                  // Date of one district
)

// Absent as the Version of a report that is put says that none is expected to be
// there: of two who enter one at the same time, the second hears of the first.
const Absent uint64 = 1<<64 - 1

// Edit is one step of a batch. Only the member its Op names is read.
type Edit struct {
	Op      Op
	Feature Feature
	Report  Report
	Layer   Layer
	Date    DistrictDate
	// Of, when not 0, makes the report or feature of this edit belong to the
	// feature drawn by the Create edit at index Of-1 of the same batch.
	Of int
}

// Batch is a list of edits that lands whole or not at all.
type Batch struct {
	Actor string // who; must not be empty
	Key   string // idempotency key; the same key again answers the first Result and changes nothing
	// Digest stands for what was asked of the one who made the edits. A key that
	// comes again with another digest is refused, see CheckDigest; "" = not compared.
	Digest string
	Note   string // why, kept in history; may be empty
	Edits  []Edit
}

// Check says what is wrong with a batch besides its edits: who writes, why and the
// key are kept as texts.
func (b *Batch) Check() error {
	if b.Actor == "" {
		return &Error{Code: Invalid, Field: "actor", Message: "the batch names no actor", ZH: "没有说明由谁写入", Mend: "say who makes the change"}
	}
	for _, text := range []struct{ field, value string }{{"actor", b.Actor}, {"key", b.Key}, {"note", b.Note}} {
		if !IsText(text.value) {
			return &Error{Code: Invalid, Field: text.field, Message: "it is no text: it holds a zero character, or is not UTF-8", ZH: "含有空字符（U+0000）或不是 UTF-8 文字"}
		}
	}
	return nil
}

// ErrKeyReused is the cause of a Conflict of a key that was used for something
// else: unlike other conflicts it stays, however often the batch is sent.
var ErrKeyReused = errors.New("a key stands for one request")

// CheckDigest refuses a batch whose key landed before with another digest.
func (b *Batch) CheckDigest(landed string) error {
	if b.Digest == "" || landed == "" || b.Digest == landed {
		return nil
	}
	e := Wrap(Conflict, ErrKeyReused, "the idempotency key “%s” was used before for something else", b.Key)
	e.Field, e.Mend = "key", "send the first request as it was, or draw a new key"
	e.ZH = "幂等键“" + b.Key + "”已用于另一请求；请原样重发该请求，或换用新键"
	return e
}

// Result answers a batch that landed.
type Result struct {
	Cursor   Cursor   // the batch is visible at this cursor
	IDs      []ID     // per edit: the feature it touched, 0 for Declare and SetDate
	Versions []uint64 // per edit: version after the edit, 0 where the thing is gone
	Replayed bool     // the key was known: nothing was done now
}

// Record is a feature with all its reports in order of date, as stored.
type Record struct {
	Layer   LayerID
	ID      ID
	Feature *Feature // nil: it is gone
	Reports []Report
}

// Changes is what happened between two cursors, folded: per feature only its
// state at Cursor. Nothing in it may be modified by the receiver.
type Changes struct {
	Cursor  Cursor
	Layers  []Layer        // declarations new or changed
	Dropped []LayerID      // layers that are gone
	Reset   []LayerID      // forget all features of these first; Records then holds all of them
	Records []Record       // features whose row or reports changed
	Areas   []Area         // where layers served from the database changed; of them Reset comes without records
	Dates   []DistrictDate // evaluation dates changed
	Faults  []Fault        // what stands against following the store truly (all of them, each time)
}

// Empty reports that nothing changed.
func (c *Changes) Empty() bool {
	return len(c.Layers)+len(c.Dropped)+len(c.Reset)+len(c.Records)+len(c.Areas)+len(c.Dates) == 0
}

// Fault is a standing fault of the store that the wall must show: a layer table
// replaced without our triggers, a missing extension, durability switched off.
type Fault struct {
	Layer   LayerID `json:"layer,omitempty"`
	Message string  `json:"message"`
	Mend    string  `json:"mend,omitempty"`
}

// Head is what Load gives before the first record.
type Head struct {
	Cursor Cursor
	Layers []Layer
	Dates  []DistrictDate
	Faults []Fault
}

// Ref is a feature found by its code.
type Ref struct {
	ID      ID
	Version uint64
}

// Loader reads everything, as one consistent picture at one cursor. head is
// called once, then record for every feature, grouped by layer; a Record and all
// it points to belong to the receiver. The first error of a callback ends it.
type Loader interface {
	Load(ctx context.Context, head func(Head) error, record func(Record) error) error
	// Lookup finds features of a layer by code; codes that do not exist are
	// absent. With nil codes it gives the whole layer.
	Lookup(ctx context.Context, layer LayerID, codes []string) (map[string]Ref, error)
	// Layers gives all declarations, ordered by ID.
	Layers(ctx context.Context) ([]Layer, error)
}

// Feeder tells what changed. A lost wake-up never loses a change.
type Feeder interface {
	// Since gives everything visible now and not at the cursor, once. It fails
	// with code Reload when the cursor is too old, from another store, or from
	// before a failover or restore.
	Since(ctx context.Context, after Cursor) (Changes, error)
	// Wait returns nil when Since may have news, or after the store's slow poll
	// interval; only ctx ending or an unreachable store is an error.
	Wait(ctx context.Context, after Cursor) error
	// Covers reports whether all that is visible at b is visible at a.
	Covers(a, b Cursor) bool
}

// Writer applies batches.
type Writer interface {
	// Apply lands the whole batch or nothing. Codes: Invalid, NotFound,
	// Conflict, Unavailable; Error.Row is the 1-based index of the edit at fault.
	Apply(ctx context.Context, b Batch) (Result, error)
}

// Store is a home for layers. Implementations: geo/postgis, geo/gpkg; the
// contract as tests: geo/storetest.
type Store interface {
	Loader
	Feeder
	Writer
	Historian
	TokenKeeper
	Accounts
	// Check lists what is wrong with the store, for doctor; nil is healthy.
	Check(ctx context.Context) ([]Fault, error)
	// Renew draws a new epoch after a restore: every older cursor answers Reload.
	Renew(ctx context.Context) error
	Close() error
}
