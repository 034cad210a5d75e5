package main

import (
	"fmt"
	"maps"
	"strings"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/seeds"
)

// unknown is the uncertainty in metres of a place no document gives.
const unknown = 5000

// item is one feature to be of a table row, on its way to a place.
type item struct {
	row    row
	out    feature
	plan   string
	points []orb.Point // as the tables give them
	radius float64     // metres within which it may be moved
}

// expand makes the features of a row: one named, or count numbered ones.
func expand(src *source, d seeds.District, r row, number map[string]int) ([]item, error) {
	prefix, title := mainDocument(d.ID)
	count := 1
	if n, ok := r.float("count"); ok {
		count = int(n)
	}
	var items []item
	for range count {
		it := item{row: r, plan: r["plan"], out: feature{prop: geo.Properties{"district": d.Code, "source": title, "section": r["section"]}}}
		it.out.prop["located"], it.out.prop["uncertainty_m"] = "示意", float64(unknown)
		if places := r.list("place"); len(places) > 0 {
			if err := it.locate(src, places); err != nil {
				return nil, err
			}
		} else {
			number[prefix]++
			number[r["name"]]++
			it.out.code = fmt.Sprintf("%s-N%03d", prefix, number[prefix])
			it.out.prop["name"] = fmt.Sprintf("%s%02d（文件未列名）", r["name"], number[r["name"]])
			if count == 1 && number[r["name"]] == 1 && !strings.HasSuffix(r["name"], "项目") {
				it.out.prop["name"] = r["name"]
			}
			it.out.prop["unnamed"] = true
		}
		items = append(items, it)
	}
	return items, nil
}

// locate takes name, section and positions from the named places.
func (it *item) locate(src *source, ids []string) error {
	it.out.code = ids[0]
	for _, id := range ids {
		p, ok := src.places[id]
		if !ok {
			return fmt.Errorf("no place %s", id)
		}
		lon, ok := p.float("lon")
		lat, ok2 := p.float("lat")
		if ok && ok2 {
			it.points = append(it.points, orb.Point{lon, lat})
		}
	}
	first := src.places[ids[0]]
	it.out.prop["name"] = first["name"]
	if it.row["name"] != "" {
		it.out.prop["name"] = it.row["name"]
	}
	if it.row["section"] == "" {
		it.out.prop["section"] = first["section"]
	}
	if u, ok := first.float("uncertainty_m"); ok {
		it.out.prop["uncertainty_m"], it.radius = u, u
	}
	if n, _ := it.row.float("sites"); int(n) != len(it.points) && len(it.points) > 1 {
		it.points = it.points[:1]
	}
	return nil
}

var projectColumns = []string{
	"level", "category", "year", "listed", "lifecycle", "goal_outcome", "reason", "next_step", "milestone",
	"milestone_date", "start_date", "start_plan", "finish_plan", "halted_from", "resumed", "investment", "length_km", "parking",
	"sites", "tags", "figures", "note",
}

func addProjects(src *source, d seeds.District, s *sheet) error {
	var items []item
	number := map[string]int{}
	for _, r := range src.projects {
		if r["district"] != d.ID {
			continue
		}
		more, err := expand(src, d, r, number)
		if err != nil {
			return err
		}
		batch, _ := r.float("batch")
		for i := range more {
			for _, col := range projectColumns {
				more[i].out.prop[col] = r[col]
			}
			maps.Copy(more[i].out.prop, r.props("props"))
			if i < int(batch) {
				more[i].out.prop["batch_start"], more[i].out.prop["start_date"] = "2022-01-10", "2022-01-10"
				more[i].out.prop["figures"] = r["figures"] + ";PT2022-006"
				more[i].out.prop["note"] = join(r["note"], "是否列入集中开工为示意")
			}
			if r["goal_outcome"] != "" {
				more[i].out.prop["outcome_date"] = seeds.Dates(d.ID)[0].Date
			}
		}
		items = append(items, more...)
	}
	if len(items) == 0 {
		return nil
	}
	if err := settle(src, d, items, gap); err != nil {
		return err
	}
	reports, err := monthly(d.ID, items)
	for i := range items {
		s.add(city.Project, items[i].out)
	}
	s.reports[city.Project] = reports
	return err
}

// settle gives every item its geometry: first those with a course or a known
// place, then those roughly known, last those of which nothing is known.
func settle(src *source, d seeds.District, items []item, gap float64) error {
	p, err := newPlacer(src, d, gap)
	if err != nil {
		return err
	}
	for pass := range 3 {
		for i := range items {
			it := &items[i]
			if it.out.geom.Geometry != nil {
				continue
			}
			if err := it.settle(src, d, p, pass); err != nil {
				return err
			}
		}
	}
	return nil
}

func (it *item) settle(src *source, d seeds.District, p *placer, pass int) error {
	clear := p.gap
	if o := it.row["goal_outcome"]; o == city.GoalFailed || o == city.GoalStopped {
		clear = wideGap
	}
	if lon, ok := it.row.float("lon"); ok {
		lat, _ := it.row.float("lat")
		it.out.geom.Geometry = p.near(orb.Point{lon, lat}, 0, clear)
		return nil
	}
	if code, at := strings.CutPrefix(it.row["course"], "@"); code != "" {
		line, ok := src.course(d, code)
		if !ok {
			return fmt.Errorf("no course %s", code)
		}
		mid := line[len(line)/2]
		if at { // a place on the course, not the course
			it.out.geom.Geometry = p.near(mid, 0, clear)
			it.out.prop["uncertainty_m"] = 3000.0
			return nil
		}
		p.take(mid, clear)
		it.out.geom.Geometry = line
		return nil
	}
	switch {
	case len(it.points) > 1:
		for i := range it.points {
			it.points[i] = p.near(it.points[i], 0, clear)
		}
		it.out.geom.Geometry = orb.MultiPoint(it.points)
	case len(it.points) == 1 && (it.radius <= 500 || pass == 1):
		move := it.radius
		if move <= 200 {
			move = 0
		}
		it.out.geom.Geometry = p.near(it.points[0], move, clear)
	case len(it.points) == 0 && pass == 2:
		it.out.geom.Geometry = p.anywhere()
	}
	return nil
}

// mixed tells of the i-th of the 248 雨污混接 points. The document says that 51
// are done, 51 ％ of those assigned for the year, and that there are ten batches,
// not which: all are spread evenly over the list.
func mixed(p geo.Properties, i int) {
	const listed, done, assigned, batches = 248, 51, 100, 10
	p["batch"] = fmt.Sprintf("第%s批", [...]string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十"}[i*batches/listed])
	p["note"] = "批次、下达年度、清单阶段、整改状态落在哪一处为示意"
	p["stage"], p["origin"] = "问题清单", "排查"
	before := i * done / listed // done of those before
	if (i+1)*done/listed > before {
		p["assigned_year"], p["stage"], p["state"] = 2023, "责任清单", "销项"
		p["figures"] = p.Text("figures") + ";CS2023-046;CS2023-047"
		return
	}
	const open, more = listed - done, assigned - done
	if n := i - before; (n+1)*more/open > n*more/open {
		p["assigned_year"], p["stage"], p["deadline"] = 2023, "整改清单", "2023-12-31"
		p["figures"] = p.Text("figures") + ";CS2023-047"
	}
}

// addProblems places problem points.
func addProblems(src *source, d seeds.District, s *sheet) error {
	var items []item
	number := map[string]int{}
	for _, r := range src.problems {
		if r["district"] != d.ID {
			continue
		}
		more, err := expand(src, d, r, number)
		if err != nil {
			return err
		}
		items = append(items, more...)
	}
	for i := range items {
		p := items[i].out.prop
		for _, col := range []string{"category", "state", "figures", "note"} {
			p[col] = items[i].row[col]
		}
		maps.Copy(p, items[i].row.props("props"))
		if strings.HasPrefix(p.Text("category"), "雨污混接") {
			mixed(p, i)
		}
	}
	if len(items) == 0 {
		return nil
	}
	if err := settle(src, d, items, gap/2); err != nil {
		return err
	}
	for i := range items {
		s.add(city.Problem, items[i].out)
	}
	return nil
}
