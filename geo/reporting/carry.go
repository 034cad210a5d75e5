package reporting

import (
	"fmt"
	"slices"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// Carried is the value of field carried of a project that came over from the
// year before.
const Carried = "结转"

// entry are the fields of a project that hold its register's entry of the year;
// a project_year row has them under the same names.
var entry = []string{"level", "plan_kind", "carried", "listed", "plan_issued", "goal", "goal_outcome", "outcome_date", "reason", "year_investment", "removed_date"}

// kept are those of entry that stay with the project in the next year. The kind
// of plan is not: whether a project is 正式 or 预备 in a year its plan tells, and
// by it those in the plan are told from those that wait for one.
var kept = []string{"level"}

// CarriedOver tells what a carrying over did, or would do.
type CarriedOver struct {
	Year    int      `json:"year"`
	Carried []string `json:"carried"` // codes of the projects that came over
	Already int      `json:"already"` // stood in the year's register before
	Left    int      `json:"left"`    // finished, ended or removed: not carried over
}

// CarryOver 结转 makes the edits that bring a district's unfinished projects of
// one year's register into the next: the old entry goes to project_year, the new
// one has no goal and no plan, 计划待下达, until one is issued.
func (d *Desk) CarryOver(district string, year int) ([]geo.Edit, CarriedOver, error) {
	out := CarriedOver{Year: year, Carried: []string{}}
	l, ok := d.snap.Layer(city.Project)
	if _, known := d.snap.District(district); !known || !ok {
		return nil, out, refusal(geo.Invalid, "district", textf("没有行政区“%[1]s”", "There is no district “%[1]s”", district), textf("见 /api/districts", "see /api/districts"))
	}
	if here := d.DistrictDay(district).Time().Year(); year < 1950 || year > here+1 {
		return nil, out, refusal(geo.Invalid, "year", textf("不能结转到 %[1]d 年：数据截至 %[2]d 年", "Projects cannot be carried over to %[1]d: the data is of %[2]d", year, here),
			textf("给出当年或次年", "give that year or the next"))
	}
	var edits []geo.Edit
	for i := range l.All {
		if i.District() != district {
			continue
		}
		of, _ := i.Value("year").(int64)
		switch {
		case int(of) == year:
			out.Already++
		case int(of) != year-1 || d.over(i):
			out.Left++
		default:
			out.Carried = append(out.Carried, i.Code())
			edits = append(append(edits, oldEntry(i, year-1)), newEntry(i, year)...)
		}
	}
	return edits, out, nil
}

// over reports whether a project has no next year.
func (d *Desk) over(i snapshot.Item) bool {
	rule := &d.decl(i).Light
	return slices.Contains(rule.Finished, i.Text(rule.Lifecycle)) || dateOf(i, rule.Removed) != 0
}

// entryOf finds the row of a year among a project's entries of other years.
func entryOf(i snapshot.Item, year int) (geo.Feature, bool) {
	for _, row := range i.Attached(city.ProjectYear) {
		if of, _ := row.Value("year").(int64); int(of) == year {
			return row.Feature(), true
		}
	}
	return geo.Feature{}, false
}

// oldEntry writes the entry of the year that ends into project_year, over one
// that is there already.
func oldEntry(i snapshot.Item, year int) geo.Edit {
	e := geo.Edit{Op: geo.Replace}
	var there bool
	if e.Feature, there = entryOf(i, year); !there {
		e = geo.Edit{Op: geo.Create, Feature: geo.Feature{Layer: city.ProjectYear, Code: fmt.Sprintf("%s-%d", i.Code(), year), Properties: geo.Properties{}}}
	}
	p := e.Feature.Properties
	p["project"], p["year"], p["district"] = i.Code(), int64(year), i.District()
	for _, name := range entry {
		if v := i.Value(name); v != nil {
			p[name] = v
		} else {
			delete(p, name) // of a row that was there before: the project's own entry is the one that holds
		}
	}
	return e
}

// newEntry puts the entry of the new year into the project's own row: one that
// project_year has of it already, which leaves there, else an empty one.
func newEntry(i snapshot.Item, year int) []geo.Edit {
	f := i.Feature()
	for _, name := range entry {
		if !slices.Contains(kept, name) {
			delete(f.Properties, name)
		}
	}
	edits := []geo.Edit{{Op: geo.Replace, Feature: f}}
	if row, there := entryOf(i, year); there {
		for _, name := range entry {
			if v := row.Properties[name]; v != nil {
				f.Properties[name] = v
			}
		}
		edits = append(edits, geo.Edit{Op: geo.Delete, Feature: row})
	}
	f.Properties["year"], f.Properties["carried"] = int64(year), Carried
	if f.Properties["listed"] == nil {
		f.Properties["listed"] = "年初"
	}
	return edits
}
