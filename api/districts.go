package api

import (
	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

const projectLayer = city.Project

type districtBody struct {
	Code   string     `json:"code"`
	Name   string     `json:"name"`
	Bounds [4]float64 `json:"bounds"` // west, south, east, north in degrees
	Date   geo.Date   `json:"date"`   // the day its lights are judged at
	Live   bool       `json:"live"`   // whether that day advances by itself
}

func districtOf(s *snapshot.Snapshot, d snapshot.District) districtBody {
	return districtBody{Code: d.Code, Name: d.Name, Bounds: edges(extent(s, d)), Date: d.Date, Live: d.Live}
}

// extent is where a district lies: of one without an outline where all lie, and
// the world where none has an outline.
func extent(s *snapshot.Snapshot, d snapshot.District) orb.Bound {
	if !d.Bound.IsEmpty() {
		return d.Bound
	}
	if all := extentOfAll(s); !all.IsEmpty() {
		return all
	}
	return world
}

var world = orb.Bound{Min: orb.Point{-180, -90}, Max: orb.Point{180, 90}}

// emptyBound holds nothing.
var emptyBound = orb.Bound{Min: orb.Point{1, 1}, Max: orb.Point{-1, -1}}

// extentOfAll is where the districts lie, empty where none has an outline.
func extentOfAll(s *snapshot.Snapshot) orb.Bound {
	all := emptyBound
	for _, d := range s.Districts() {
		switch {
		case d.Bound.IsEmpty():
		case all.IsEmpty():
			all = d.Bound
		default:
			all = all.Union(d.Bound)
		}
	}
	return all
}

func edges(b orb.Bound) [4]float64 {
	return [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

type districtRow struct {
	districtBody
	Counts counts `json:"counts"`
}

type districtsBody struct {
	Cursor    geo.Cursor    `json:"cursor"`
	At        geo.Date      `json:"at"`
	Districts []districtRow `json:"districts"`
}

// districts lists the districts with the lights of their projects.
func districts(q *query) (any, error) {
	rows := []districtRow{}
	projects, ok := q.snap.Layer(projectLayer)
	for _, d := range q.snap.Districts() {
		r := districtRow{districtBody: districtOf(q.snap, d)}
		if ok {
			r.Counts = countsOf(projects.Counts(d.Code))
		}
		rows = append(rows, r)
	}
	return districtsBody{q.snap.Cursor(), q.day(snapshot.District{}), rows}, nil
}
