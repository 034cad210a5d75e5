package geo

import (
	"context"
	"strconv"
	"time"
)

// Version is one entry of a store's history: how a feature or report stood
// after a change.
type Version struct {
	What    string `json:"what"` // feature or report
	Op      string `json:"op"`   // insert, update, delete
	Date    Date   `json:"date,omitempty"`
	Code    string `json:"code,omitempty"`
	Version uint64 `json:"version"`
	Actor   string `json:"actor"`
	Note    string `json:"note,omitempty"`
	// Recorded is the moment from which the change counts: a picture known by
	// then holds it.
	Recorded   time.Time  `json:"recorded"`
	Properties Properties `json:"properties"` // for delete those it had last
}

// Historian reads what a store has recorded. History is never pruned.
//
// What a batch or transaction changed counts as recorded from its end, all of it
// at one moment of the store's clock. A picture known by a moment therefore never
// holds half a batch and, once given, is the same for ever: a transaction open at
// the moment counts later, however early it began. PostGIS counts moments in
// microseconds, a GeoPackage in milliseconds. In a GeoPackage the statements of
// other programs count one by one, since SQLite tells nobody of their commit.
type Historian interface {
	// LoadKnown reads everything as it stood recorded at a moment, in the way of
	// Load: declarations, features, reports and evaluation dates. The cursor of
	// the head is "": a picture of the past cannot be followed. Before the store
	// existed there is nothing. A moment the store's clock has yet to reach is
	// Invalid; one ahead by less than MaxSkew is waited for, as clocks differ.
	LoadKnown(ctx context.Context, known time.Time, head func(Head) error, record func(Record) error) error
	// Begun gives the first moment that anything is known by; zero while nothing
	// was ever recorded.
	Begun(ctx context.Context) (time.Time, error)
	// Trace gives the versions of a feature and of its reports, the latest
	// first, at most limit; code NotFound where none is recorded.
	Trace(ctx context.Context, layer LayerID, id ID, limit int) ([]Version, error)
}

// MaxSkew is how far the clocks of a node and of its store may lie apart.
const MaxSkew = 2 * time.Second

// CheckKnown refuses a moment that lies ahead of the store's clock by more than
// clocks may differ.
func CheckKnown(ahead time.Duration) error {
	if ahead <= MaxSkew {
		return nil
	}
	return &Error{Code: Invalid, Field: "known", Message: "the moment has not come yet by the store's clock",
		Mend: "ask for a moment that has passed; if this is one, set the clocks of server and store",
		ZH:   "按存储的时钟，这一时刻尚未到来；请查已过的时刻，若确已过，请校准服务器与存储的时钟"}
}

// JoinFields adds to fields those of others that it does not name.
func JoinFields(fields, others []Field) []Field {
	for _, f := range others {
		if _, ok := find(fields, f.Name); !ok {
			fields = append(fields, f)
		}
	}
	return fields
}

// NoVersions is the error of Trace where nothing is recorded.
func NoVersions(layer LayerID, id ID) error {
	return &Error{Code: NotFound, Layer: layer, Field: "id", Message: "nothing is recorded of feature " + strconv.FormatUint(uint64(id), 10),
		ZH: "没有要素 " + strconv.FormatUint(uint64(id), 10) + " 的记录"}
}
