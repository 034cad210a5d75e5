// Package seeds holds the data a fresh store opens with: four districts read
// out of five public documents, as ordinary import files.
//
// Everything under data/ is written by gen from documents/ (what the documents
// say, as tables), geometry/ (outlines, streets, rivers and blocks drawn for
// this project, 示意) and tables/ (which projects and problems those make).
// Positions are 示意, monthly plans, reports and river samples that no document
// gives are 示意数据, and what no document tells is left empty.
package seeds

import (
	"embed"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/city"
)

//go:generate go run ./gen -dir .

//go:embed data
var data embed.FS

// Ids of the layers that the seeds add to the core ones.
const (
	Water    geo.LayerID = "water"    // broad waters as backdrop, never counted
	Zone     geo.LayerID = "zone"     // 片区
	Pipe     geo.LayerID = "pipe"     // 管线
	Building geo.LayerID = "building" // 建筑
	Facility geo.LayerID = "facility" // 设施点
)

// Common is the folder of what every district shares, such as the calendar of
// workdays: it is seeded first, whichever districts are.
const Common = "common"

// CRS is the coordinate system of every position: WGS 84, longitude first.
const CRS = "EPSG:4326"

// District is one of the seeded districts.
type District struct {
	ID   string   // as the command line names it: putuo
	Code string   // national code: 310107
	Name geo.Text // 普陀区
}

// Districts gives the seeded districts, in the order they are seeded.
func Districts() []District {
	return []District{
		{"changning", "310105", geo.Text{ZH: "长宁区", EN: "Changning"}},
		{"putuo", "310107", geo.Text{ZH: "普陀区", EN: "Putuo"}},
		{"chongming", "310151", geo.Text{ZH: "崇明区", EN: "Chongming"}},
		{"cangshan", "350104", geo.Text{ZH: "仓山区", EN: "Cangshan"}},
	}
}

// Dates gives the day each district's lights are judged at: where its document
// ends. 普陀 and 长宁 report to the end of their year; the report of 仓山 was
// written before November 2023; the plan of 崇明 runs 2024–2026 and tells no
// result, so it opens at the end of its first year. Without ids: all.
func Dates(ids ...string) []geo.DistrictDate {
	all := map[string]geo.Date{
		"changning": geo.NewDate(2023, 12, 31),
		"putuo":     geo.NewDate(2022, 12, 31),
		"chongming": geo.NewDate(2024, 12, 31),
		"cangshan":  geo.NewDate(2023, 10, 31),
	}
	var out []geo.DistrictDate
	for _, d := range Districts() {
		if len(ids) == 0 || slices.Contains(ids, d.ID) {
			out = append(out, geo.DistrictDate{District: d.Code, Date: all[d.ID]})
		}
	}
	return out
}

// Job is one file to import.
type Job struct {
	District string // District.ID, or Common
	Layer    geo.LayerID
	Reports  bool   // the file holds reports of the layer, each naming its feature in column code
	Format   string // geojson or csv
	Name     string // file name, for messages
	Data     []byte
}

// Jobs gives the files of the named districts in the order to import them: what
// they share, then each district, whatever places other features first, features
// before their reports. Without ids: of all districts. The error has code NotFound for an unknown district.
func Jobs(ids ...string) ([]Job, error) {
	if len(ids) == 0 {
		for _, d := range Districts() {
			ids = append(ids, d.ID)
		}
	}
	out, err := jobsIn(Common)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(Districts(), func(d District) bool { return d.ID == id }) {
			return nil, &geo.Error{Code: geo.NotFound, Message: "no seeds for district “" + id + "”", Mend: "use one of " + names()}
		}
		jobs, err := jobsIn(id)
		if err != nil {
			return nil, err
		}
		out = append(out, jobs...)
	}
	return out, nil
}

// jobsIn gives the files of one folder under data.
func jobsIn(id string) ([]Job, error) {
	var out []Job
	for _, layer := range Order() {
		jobs, err := jobsOf(id, layer)
		if err != nil {
			return nil, err
		}
		out = append(out, jobs...)
	}
	return out, nil
}

func names() string {
	var all []string
	for _, d := range Districts() {
		all = append(all, d.ID)
	}
	return strings.Join(all, ", ")
}

// Order gives the seeded layers in the order to import them.
func Order() []geo.LayerID {
	return []geo.LayerID{city.District, city.Town, Water, city.Unit, city.Workday, city.Threshold, Zone, Pipe, Building, Facility,
		city.Block, city.RiverSection, city.Street, city.Problem, city.Project, city.Device, city.Task,
		city.ProjectYear, city.Milestone, city.Record, city.Relation, city.Ruling, city.WarningStep, city.Period, city.Indicator}
}

func jobsOf(id string, layer geo.LayerID) ([]Job, error) {
	var out []Job
	for _, j := range []Job{
		{Format: "geojson", Name: id + "/" + string(layer) + ".geojson"},
		{Format: "csv", Name: id + "/" + string(layer) + "_report.csv", Reports: true},
	} {
		b, err := data.ReadFile("data/" + j.Name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, geo.Wrap(geo.Internal, err, "seed file %s", j.Name)
		}
		j.District, j.Layer, j.Data = id, layer, b
		out = append(out, j)
	}
	return out, nil
}
