package cql_test

import (
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/tiles"
)

// record is a row of the tests.
type record struct {
	id             geo.ID
	code           string
	light          geo.Light
	overdue        bool
	district, town string
	others         []string
	values         geo.Properties
	shape          orb.Geometry
}

func (r record) ID() geo.ID             { return r.id }
func (r record) Code() string           { return r.code }
func (r record) Light() geo.Light       { return r.light }
func (r record) Overdue() bool          { return r.overdue }
func (r record) District() string       { return r.district }
func (r record) Town() string           { return r.town }
func (r record) OtherTowns() []string   { return r.others }
func (r record) Value(field string) any { return r.values[field] }
func (r record) Geometry() orb.Geometry { return r.shape }

func (r record) Box() tiles.Box {
	if r.shape == nil {
		return tiles.EmptyBox
	}
	return tiles.BoxOf(r.shape.Bound())
}
