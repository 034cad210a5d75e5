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

func districtOf(d snapshot.District) districtBody {
	return districtBody{Code: d.Code, Name: d.Name, Bounds: edges(d.Bound), Date: d.Date, Live: d.Live}
}

func edges(b orb.Bound) [4]float64 {
	return [4]float64{b.Min[0], b.Min[1], b.Max[0], b.Max[1]}
}

// districts lists the districts with the lights of their projects.
func districts(q *query) (any, error) {
	type row struct {
		districtBody
		Counts counts `json:"counts"`
	}
	rows := []row{}
	projects, ok := q.snap.Layer(projectLayer)
	for _, d := range q.snap.Districts() {
		r := row{districtBody: districtOf(d)}
		if ok {
			r.Counts = countsOf(projects.Counts(d.Code))
		}
		rows = append(rows, r)
	}
	return struct {
		Cursor    geo.Cursor `json:"cursor"`
		At        geo.Date   `json:"at"`
		Districts []row      `json:"districts"`
	}{q.snap.Cursor(), q.day(snapshot.District{}), rows}, nil
}
