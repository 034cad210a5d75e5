package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/geojson"

	"yiping/geo"
	"yiping/seeds"
)

// row is one line of a table, by column name.
type row map[string]string

func (r row) list(col string) []string {
	if r[col] == "" {
		return nil
	}
	return strings.Split(r[col], ";")
}

// float gives a number; an empty or unreadable cell is 0, false.
func (r row) float(col string) (float64, bool) {
	x, err := strconv.ParseFloat(r[col], 64)
	return x, err == nil
}

// source is all that gen reads.
type source struct {
	figures, tasks                   []row
	places                           map[string]row
	projects, problems, works, panel []row
	trace, others, live, ways        []row
	counted, shares, spreads         []row
	readings                         []row // of devices
	rows                             map[geo.LayerID][]row
	drawn                            map[string]*geojson.FeatureCollection // by district/layer
}

func readSource(root fs.FS) (*source, error) {
	s := &source{places: map[string]row{}, drawn: map[string]*geojson.FeatureCollection{}, rows: map[geo.LayerID][]row{}}
	var places []row
	for name, into := range map[string]*[]row{
		"documents/figures.csv": &s.figures, "documents/tasks.csv": &s.tasks, "documents/places.csv": &places,
		"tables/project.csv": &s.projects, "tables/problem.csv": &s.problems,
		"tables/street.csv": &s.works, "tables/panel.csv": &s.panel, "tables/trace.csv": &s.trace,
		"tables/other.csv": &s.others, "tables/live.csv": &s.live, "tables/ways.csv": &s.ways, "tables/counted.csv": &s.counted, "tables/share.csv": &s.shares,
		"tables/spread.csv": &s.spreads, "tables/rows/device_report.csv": &s.readings,
	} {
		rows, err := readTable(root, name)
		if err != nil {
			return nil, err
		}
		*into = rows
	}
	for _, layer := range handRows {
		rows, err := readTable(root, "tables/rows/"+string(layer)+".csv")
		if err != nil {
			return nil, err
		}
		s.rows[layer] = rows
	}
	for _, p := range places {
		s.places[p["id"]] = p
	}
	for _, d := range seeds.Districts() {
		for _, layer := range seeds.Order() {
			if err := s.readDrawn(root, d.ID+"/"+string(layer)); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

func readTable(root fs.FS, name string) ([]row, error) {
	f, err := root.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	var out []row
	for _, line := range lines[1:] {
		r := row{}
		for i, col := range lines[0] {
			r[col] = line[i]
		}
		out = append(out, r)
	}
	return out, nil
}

func (s *source) readDrawn(root fs.FS, name string) error {
	b, err := fs.ReadFile(root, "geometry/"+name+".geojson")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	fc, err := geojson.UnmarshalFeatureCollection(b)
	if err != nil {
		return fmt.Errorf("geometry/%s: %w", name, err)
	}
	s.drawn[name] = fc
	return nil
}

// in gives the drawn features of a layer; none where nothing was drawn.
func (s *source) in(d seeds.District, layer string) []*geojson.Feature {
	if fc := s.drawn[d.ID+"/"+layer]; fc != nil {
		return fc.Features
	}
	return nil
}

// course finds the drawn line of a street or river by code.
func (s *source) course(d seeds.District, code string) (orb.LineString, bool) {
	for _, layer := range []string{"street", "river_section"} {
		for _, f := range s.in(d, layer) {
			if line, ok := f.Geometry.(orb.LineString); ok && len(line) > 0 && textOf(f, "code") == code {
				return line, true
			}
		}
	}
	return nil, false
}

// titles are the short titles of the documents by file name.
var titles = []struct{ file, title string }{
	{"putuo-2022-work-summary.txt", "普桃推办〔2023〕1号"},
	{"changning-2023-work-summary.txt", "长宁区建管委2023年工作总结"},
	{"changning-2024-2026-action-plan.txt", "长宁区城市管理精细化三年行动计划（2024—2026年）"},
	{"xx-district-2023-work-report.txt", "XX区XX局2023年以来工作总结报告"},
	{"chongming-2024-2026-action-plan.txt", "崇明区城市管理精细化三年行动计划（2024—2026年）"},
}

// cite splits a reference “… file section” into document title and section.
func cite(ref string) (title, section string) {
	for _, t := range titles {
		if _, after, ok := strings.Cut(ref, t.file); ok {
			return t.title, strings.TrimSpace(after)
		}
	}
	return "", ""
}

// districtOf gives the district a document speaks of, by the prefix of its ids.
func districtOf(prefix string) string {
	switch prefix {
	case "PT2022":
		return "putuo"
	case "CN2023", "CN2426":
		return "changning"
	case "CS2023":
		return "cangshan"
	case "CM2426":
		return "chongming"
	}
	return ""
}

// mainDocument is the document that tells of a district's projects and problems.
func mainDocument(district string) (prefix, title string) {
	switch district {
	case "putuo":
		return "PT2022", titles[0].title
	case "changning":
		return "CN2023", titles[1].title
	case "cangshan":
		return "CS2023", titles[3].title
	}
	return "CM2426", titles[4].title
}
