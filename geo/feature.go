package geo

import (
	"maps"

	"github.com/paulmach/orb"
)

// ID identifies a feature within its layer: 1 … 2^53-1, drawn by the store,
// never used again. It is the integer feature id in tiles.
type ID uint64

// MaxID is the largest ID: what a JavaScript number holds exactly.
const MaxID ID = 1<<53 - 1

// Properties are the values of a feature or report by field name. Values have
// the Go type of their field (see FieldType); an absent value is absent or nil.
type Properties map[string]any

// Clone gives a copy that shares no map.
func (p Properties) Clone() Properties { return maps.Clone(p) }

// Text, Float and Date give a value of that type, zero if absent.
func (p Properties) Text(name string) string { v, _ := p[name].(string); return v }

// Float gives a number and whether there is one; integers count.
func (p Properties) Float(name string) (float64, bool) {
	switch v := p[name].(type) {
	case float64:
		return v, true
	case int64:
		return float64(v), true
	}
	return 0, false
}

// Date gives a date, zero if absent.
func (p Properties) Date(name string) Date { v, _ := p[name].(Date); return v }

// Feature is one thing on the map: counted once, drawn at each of its sites.
type Feature struct {
	Layer      LayerID
	ID         ID
	Code       string // business key, unique in its layer
	Version    uint64 // 1 when created, one more with every change of the row
	Geometry   orb.Geometry
	Z          []float64 // one height in metres per vertex in order; nil for a flat geometry
	Properties Properties
}

// Report is a dated record attached to a feature: a monthly report, a water
// sample. One feature has at most one report per date.
type Report struct {
	Layer      LayerID
	Feature    ID
	Date       Date // the day it speaks of; a monthly report has the last day of its month
	Version    uint64
	Properties Properties
}

// DistrictDate is the day a district's lights are judged at. Live districts
// advance at midnight Asia/Shanghai; seeded ones only by an explicit act.
type DistrictDate struct {
	District string `json:"district"` // code of the feature in layer district
	Date     Date   `json:"date"`
	Live     bool   `json:"live"`
}
