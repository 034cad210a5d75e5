package reporting

import (
	"fmt"
	"slices"
	"strings"

	"yiping/geo"
	"yiping/geo/snapshot"
)

// Ledger collects reports to be entered, merged into those that are there, and
// holds them against one another before any lands. Row numbers are those of
// whoever enters: a line of a file, a place in a list. It is for one goroutine.
type Ledger struct {
	desk  *Desk
	pages map[pageKey]*page
	order []*line
	// Correction is the reason given for every value of the ledger that needs one.
	Correction string
	Unchanged  int // entries that say what is there already
}

type pageKey struct {
	layer geo.LayerID
	id    geo.ID
}

// page is a feature with its reports as they will be.
type page struct {
	item    snapshot.Item
	decl    *geo.Layer
	reports []geo.Report
	lines   map[geo.Date]*line
}

// line is one report that changes.
type line struct {
	page  *page
	date  geo.Date
	row   int            // that entered it first
	given map[string]int // row that gave each field
	was   geo.Properties // the report as the snapshot has it; nil = it has none
}

// Fault is what keeps a row of a ledger from being entered.
type Fault struct {
	Row     int
	Finding Finding
}

// Ledger opens an empty one.
func (d *Desk) Ledger() *Ledger { return &Ledger{desk: d, pages: map[pageKey]*page{}} }

func (l *Ledger) page(i snapshot.Item) *page {
	k := pageKey{i.Layer(), i.ID()}
	if l.pages[k] == nil {
		l.pages[k] = &page{item: i, decl: l.desk.decl(i), reports: i.Reports(), lines: map[geo.Date]*line{}}
	}
	return l.pages[k]
}

// Enter merges values into the feature's report of a date: those given take the
// place of those there, nil clears one, the others stay. It fails where a value
// is none of its field's, or the period is closed.
func (l *Ledger) Enter(row int, i snapshot.Item, date geo.Date, values geo.Properties) error {
	p := l.page(i)
	r := geo.Report{Layer: i.Layer(), Feature: i.ID(), Date: date, Version: geo.Absent}
	old, there := p.find(date)
	if there {
		r = p.reports[old]
	}
	before := r.Properties
	r.Properties = before.Clone()
	if r.Properties == nil {
		r.Properties = geo.Properties{}
	}
	for name, v := range values {
		r.Properties[name] = v
	}
	r, err := p.decl.NormalizeReport(r)
	if err != nil {
		return err
	}
	if there && same(before, r.Properties) {
		l.Unchanged++
		return nil
	}
	if err := l.desk.Closed(i, date); err != nil {
		return err
	}
	l.stamp(p, before, r.Properties, values)
	if err := l.note(p, row, date, values); err != nil {
		return err
	}
	p.reports, _ = With(p.reports, r)
	return nil
}

// note remembers which row gave which field; no two may give one field.
func (l *Ledger) note(p *page, row int, date geo.Date, values geo.Properties) error {
	n := p.lines[date]
	if n == nil {
		n = &line{page: p, date: date, row: row, given: map[string]int{}}
		if at, there := p.find(date); there {
			n.was = p.reports[at].Properties
		}
		p.lines[date], l.order = n, append(l.order, n)
	}
	for name := range values {
		if first, twice := n.given[name]; twice {
			e := refusal(geo.Conflict, name, textf("“%[1]s”%[2]s 的该项已在第 %[3]d 行给出", "“%[1]s” has this of %[2]s in row %[3]d already", p.item.Code(), date, first),
				textf("同一日期每项只给一次", "give each value of a day once"))
			e.Layer = p.decl.ID
			return e
		}
		n.given[name] = row
	}
	return nil
}

// stamp marks what an office enters over a made-up report as reported, and notes
// the day on which the first figures of what was done came in.
func (l *Ledger) stamp(p *page, before, now, values geo.Properties) {
	made := before.Text(basis) == madeUp
	if made && values[basis] == nil {
		now[basis] = reported
	}
	_, stamped := p.decl.ReportField(ReportedOn)
	if by := now.Text(basis); stamped && now[ReportedOn] == nil && (by == "" || by == reported) && Told(p.decl, now) && (made || !Told(p.decl, before)) {
		now[ReportedOn] = l.desk.Day(p.item)
	}
}

func (p *page) find(date geo.Date) (int, bool) {
	return slices.BinarySearchFunc(p.reports, date, func(r geo.Report, d geo.Date) int { return int(r.Date) - int(d) })
}

func same(a, b geo.Properties) bool {
	for _, p := range [][2]geo.Properties{{a, b}, {b, a}} {
		for name, v := range p[0] {
			if v != nil && v != p[1][name] {
				return false
			}
		}
	}
	return true
}

// Check holds every report that changes against its feature and the others of
// it. Where the ledger has a correction it is written to those that need one.
func (l *Ledger) Check() []Fault {
	var faults []Fault
	for _, n := range l.order {
		for _, f := range l.check(n) {
			row, ok := n.given[f.Field]
			if !ok {
				row = n.row
			}
			faults = append(faults, Fault{row, f})
		}
	}
	return faults
}

func (l *Ledger) check(n *line) []Finding {
	at, there := n.page.find(n.date)
	if !there {
		return nil // dropped
	}
	l.outdate(n, at)
	found := l.desk.Enter(n.page.item, n.page.reports, at)
	correctable := slices.ContainsFunc(found, func(f Finding) bool { return f.Correctable })
	if reason := strings.TrimSpace(l.Correction); correctable && reason != "" {
		n.page.reports[at].Properties = n.page.reports[at].Properties.Clone()
		n.page.reports[at].Properties[Correction] = reason
		found = l.desk.Enter(n.page.item, n.page.reports, at)
	}
	return found
}

// outdate takes off a reason that was given for another value than the one that
// needs it now.
func (l *Ledger) outdate(n *line, at int) {
	if _, given := n.given[Correction]; given || n.was[Correction] == nil {
		return
	}
	bare := slices.Clone(n.page.reports)
	bare[at].Properties = bare[at].Properties.Clone()
	delete(bare[at].Properties, Correction)
	for _, f := range l.desk.Enter(n.page.item, bare, at) {
		if f.Correctable && bare[at].Properties[f.Field] != n.was[f.Field] {
			n.page.reports = bare
			return
		}
	}
}

// Drop takes a report away. It fails where there is none, or its period is closed.
func (l *Ledger) Drop(row int, i snapshot.Item, date geo.Date) error {
	p := l.page(i)
	at, there := p.find(date)
	if !there {
		return refusal(geo.NotFound, "date", textf("没有 %s 的报告", "There is no report of %s", date), textf("核对日期", "check the date"))
	}
	if err := l.desk.Closed(i, date); err != nil {
		return err
	}
	if err := l.note(p, row, date, nil); err != nil {
		return err
	}
	p.reports = slices.Delete(slices.Clone(p.reports), at, at+1)
	return nil
}

// Edits gives what is to be applied, in the order entered, each with its row.
func (l *Ledger) Edits() (edits []geo.Edit, rows []int) {
	for _, n := range l.order {
		e := geo.Edit{Op: geo.DropReport, Report: geo.Report{Layer: n.page.decl.ID, Feature: n.page.item.ID(), Date: n.date}}
		if at, there := n.page.find(n.date); there {
			e = geo.Edit{Op: geo.PutReport, Report: n.page.reports[at]}
		} else {
			e.Report.Version = versionOf(n.page.item, n.date)
		}
		edits, rows = append(edits, e), append(rows, n.row)
	}
	return edits, rows
}

// versionOf is the version at which a report stands in the snapshot.
func versionOf(i snapshot.Item, date geo.Date) uint64 {
	for _, r := range i.Reports() {
		if r.Date == date {
			return r.Version
		}
	}
	return 0
}

// Error makes a fault one of the domain.
func (f *Fault) Error() *geo.Error {
	e := f.Finding.Error()
	e.Row, e.Layer = f.Row, f.Finding.Layer
	if f.Finding.Code != "" {
		e.Message = fmt.Sprintf("“%s” of %s: %s", f.Finding.Code, f.Finding.Date, e.Message)
	}
	return e
}
