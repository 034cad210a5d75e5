package geo

import (
	"context"
	"time"
)

// Version is one entry of a store's history: how a feature or report stood
// after a change.
type Version struct {
	What       string     `json:"what"` // feature or report
	Op         string     `json:"op"`   // insert, update, delete
	Date       Date       `json:"date,omitempty"`
	Code       string     `json:"code,omitempty"`
	Version    uint64     `json:"version"`
	Actor      string     `json:"actor"`
	Note       string     `json:"note,omitempty"`
	Recorded   time.Time  `json:"recorded"`
	Properties Properties `json:"properties"` // for delete those it had last
}

// Historian reads what a store has recorded. History is never pruned.
type Historian interface {
	// LoadKnown reads everything as it stood recorded at a moment, in the way of
	// Load: declarations, features, reports and evaluation dates. The cursor of
	// the head is "": a picture of the past cannot be followed.
	LoadKnown(ctx context.Context, known time.Time, head func(Head) error, record func(Record) error) error
	// Trace gives the versions of a feature and of its reports, the latest
	// first, at most limit.
	Trace(ctx context.Context, layer LayerID, id ID, limit int) ([]Version, error)
}
