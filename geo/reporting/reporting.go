// Package reporting is the desk at which reports come in: which are expected by
// when, what is wrong with one that arrived, and how a period passes from entry
// to seal. It is pure on a snapshot: whoever writes, over HTTP, from a file or
// in SQL, is judged by the same checks.
package reporting

import (
	"slices"
	"strings"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// Report fields that the desk itself looks after.
const (
	ReportedOn = "reported_on" // the day a report came in
	Correction = "correction"  // why values were corrected, in words
	percentOf  = "percent_of"
	basis      = "basis"
)

// Values of report fields.
const (
	sinceStart = "开工以来" // percent_of: the percentages run on from year to year
	reported   = "填报"   // basis: an office did
	madeUp     = "示意数据" // basis: nobody did
)

// Desk judges reports against one snapshot. It is safe for concurrent use.
type Desk struct {
	snap  *snapshot.Snapshot
	book  *geo.Rulebook
	today geo.Date

	// Until is the last day whose reports are looked at, for a look back; 0 looks
	// at all there are.
	Until geo.Date
}

// New makes a desk. now counts where a feature lies in no district with a date.
func New(s *snapshot.Snapshot, now time.Time) *Desk {
	return &Desk{snap: s, book: s.Rulebook(), today: geo.Today(now)}
}

// Day is the day the feature's district is judged at: the desk's today. In a
// district that does not run live it lies in the past.
func (d *Desk) Day(i snapshot.Item) geo.Date { return d.DistrictDay(i.District()) }

// Reports gives a feature's reports, as far as they are looked at.
func (d *Desk) Reports(i snapshot.Item) []geo.Report {
	reports := i.Reports()
	for d.Until != 0 && len(reports) > 0 && reports[len(reports)-1].Date > d.Until {
		reports = reports[:len(reports)-1]
	}
	return reports
}

// DistrictDay is Day of a district by its code.
func (d *Desk) DistrictDay(code string) geo.Date {
	if district, ok := d.snap.District(code); ok && district.Date != 0 {
		return district.Date
	}
	return d.today
}

func (d *Desk) decl(i snapshot.Item) *geo.Layer {
	if l, ok := d.snap.Layer(i.Layer()); ok {
		return l.Decl()
	}
	return &geo.Layer{ID: i.Layer()} // an item of another snapshot
}

// Unit is the unit that answers for a feature, under its present name; "" where
// none is told.
func (d *Desk) Unit(i snapshot.Item) string {
	field := d.decl(i).Light.Unit
	switch {
	case field != "":
	case i.Layer() == city.Indicator || i.Layer() == city.Task:
		field = "lead_units"
	case i.Layer() == city.Device:
		field = "unit"
	default:
		return ""
	}
	first, _, _ := strings.Cut(d.UnitName(i.District(), i.Text(field)), "；")
	return strings.TrimSpace(first)
}

// cumulative are the report fields whose values add up over a year, each with
// the field of its plan or result.
var cumulative = []string{geo.PlannedProgress, geo.ActualProgress, geo.PlannedInvestment, geo.ActualInvestment}

func planned(field string) bool {
	return field == geo.PlannedProgress || field == geo.PlannedInvestment
}

func percentage(field string) bool {
	return field == geo.PlannedProgress || field == geo.ActualProgress
}

// monthly reports whether the features of a layer are reported month by month.
func monthly(l *geo.Layer) bool {
	return len(l.Reports) > 0 && (l.Light.Kind == geo.ProgressRule || l.Light.Kind == geo.WaterRule)
}

// Told reports whether a report tells of what was done, and not of the plan alone.
func Told(l *geo.Layer, p geo.Properties) bool {
	return slices.ContainsFunc(l.Reports, func(f geo.Field) bool { return tells(f.Name) && p[f.Name] != nil })
}

// tells reports whether a field tells of what was done.
func tells(field string) bool {
	return !planned(field) && !slices.Contains([]string{ReportedOn, Correction, percentOf, basis, "source", "note"}, field)
}
