package snaptest

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
)

// Large is a city of n projects with 24 monthly reports each, to December 2023,
// in 16 districts of 14 towns: a Loader that makes them as they are asked for.
type Large struct {
	geo.Loader
	Projects int
	More     []geo.Record // rows of other layers
}

// Months of reports of each project.
const Months = 24

// Load gives the city.
func (l Large) Load(_ context.Context, head func(geo.Head) error, record func(geo.Record) error) error {
	h := geo.Head{Cursor: "large", Layers: city.Layers()}
	for d := range 16 {
		h.Dates = append(h.Dates, geo.DistrictDate{District: code(d), Date: geo.NewDate(2023, 12, 31)})
	}
	if err := head(h); err != nil {
		return err
	}
	c := &City{}
	for d := range 16 {
		p := geo.Properties{"name": code(d)}
		f := &geo.Feature{Layer: city.District, ID: geo.ID(d + 1), Code: code(d), Version: 1, Geometry: c.square(121+0.1*float64(d%4), 31+0.1*float64(d/4), 0.1), Properties: p}
		if err := record(geo.Record{Layer: city.District, ID: f.ID, Feature: f}); err != nil {
			return err
		}
	}
	for id := 1; id <= l.Projects; id++ {
		if err := record(l.Project(id, 0)); err != nil {
			return err
		}
	}
	for _, r := range l.More {
		if err := record(r); err != nil {
			return err
		}
	}
	return nil
}

func code(d int) string { return fmt.Sprintf("3101%02d", d) }

// Project gives a project; another edition of it reports other progress.
func (l Large) Project(id, edition int) geo.Record {
	r := rand.New(rand.NewPCG(uint64(id), 7))
	d := r.IntN(16)
	at := orb.Point{121 + 0.1*(float64(d%4)+r.Float64()), 31 + 0.1*(float64(d/4)+r.Float64())}
	year := math.Round(math.Exp(4*r.Float64())*100) / 100
	f := &geo.Feature{Layer: city.Project, ID: geo.ID(id), Code: fmt.Sprintf("P%07d", id), Version: uint64(edition + 1), Geometry: at, Properties: geo.Properties{
		"name": fmt.Sprintf("项目%d", id), "district": code(d), "town": fmt.Sprintf("镇%d-%d", d, r.IntN(14)), "category": fmt.Sprint("类别", r.IntN(10)),
		"level": []string{"市属", "区属"}[r.IntN(2)], "unit": fmt.Sprintf("单位%d", r.IntN(48)), "investment": 3 * year, "year": int64(2023),
		"year_investment": year, "lifecycle": city.Lifecycle[r.IntN(3)]}}
	rec := geo.Record{Layer: city.Project, ID: f.ID, Feature: f}
	behind := 10 * r.NormFloat64()
	if edition > 0 {
		behind = 10 * rand.New(rand.NewPCG(uint64(id), uint64(100+edition))).NormFloat64()
	}
	for m := range Months {
		plan := float64(m%12+1) * 100 / 12
		made := math.Round(max(0, min(100, plan-behind*float64(m%12)/11)))
		rec.Reports = append(rec.Reports, geo.Report{Layer: city.Project, Feature: f.ID, Date: geo.NewDate(2022, time.Month(m+2), 0), Version: uint64(edition + 1),
			Properties: geo.Properties{geo.PlannedProgress: math.Round(plan), geo.ActualProgress: made,
				geo.PlannedInvestment: math.Round(plan*year) / 100, geo.ActualInvestment: math.Round(made*year) / 100}})
	}
	return rec
}
