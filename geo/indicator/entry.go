package indicator

import (
	"strconv"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/snapshot"
)

// computed is the kind of an indicator whose value comes from layers.
const computed = "由图层计算"

// Reading is a reported value.
type Reading struct {
	Date  geo.Date `json:"date"`
	Value float64  `json:"value"`
}

// Entry is an indicator with its value and light. Shared: read only.
type Entry struct {
	Code, Name, Short, District string
	Unit, Kind, Formula         string
	Value                       Value
	Date                        geo.Date // the day of the value: of the last reading, or the day judged at
	Readings                    []Reading

	Baseline, Target, TargetMax *float64
	BaselineDate, Start, Due    geo.Date
	Direction                   string
	Light                       geo.Light
	Status, Reason              geo.Text

	Sources []Source // the features behind
	Reads   []string // codes of the indicators it rests on
	Fault   string   // why the formula cannot be used; "" = it can

	// What the document says, and the other reading where its arithmetic does
	// not close.
	Stated      *float64
	StatedText  string
	Qualifier   string
	Other       *float64
	OtherReason string

	Document, Section, Note, Period string
	LeadUnits, Tasks                []string
	Decimals                        *int64
	Panel                           int64 // place on the wall; 0 = not shown there
}

func isComputed(i snapshot.Item) bool { return i.Text("kind") == computed }

// describe reads all of an entry that does not depend on other rows.
func describe(i snapshot.Item) Entry {
	e := Entry{Code: i.Code(), Name: i.Name(), Short: i.Text("short"), District: i.District(),
		Unit: i.Text("unit"), Kind: i.Text("kind"), Formula: i.Text("formula"), Date: i.Day(), Readings: readings(i),
		Baseline: number(i, "baseline"), Target: number(i, "target"), TargetMax: number(i, "target_max"),
		BaselineDate: date(i, "baseline_date"), Start: date(i, "start"), Due: date(i, "due"), Direction: i.Text("direction"),
		Stated: number(i, "stated"), StatedText: i.Text("stated_text"), Qualifier: i.Text("qualifier"),
		Other: number(i, "other"), OtherReason: i.Text("other_reason"),
		Document: i.Text("source"), Section: i.Text("section"), Note: i.Text("note"), Period: i.Text("period"),
		LeadUnits: city.Split(i.Text("lead_units")), Tasks: city.Split(i.Text("tasks"))}
	if n, ok := i.Value("decimals").(int64); ok {
		e.Decimals = &n
	}
	e.Panel, _ = i.Value("panel").(int64)
	if e.Name == "" {
		e.Name = i.Text("name")
	}
	return e
}

func number(i snapshot.Item, field string) *float64 {
	if x, ok := toNumber(i.Value(field)); ok {
		return &x
	}
	return nil
}

func date(i snapshot.Item, field string) geo.Date {
	d, _ := i.Value(field).(geo.Date)
	return d
}

// readings gives the values reported up to the day.
func readings(i snapshot.Item) []Reading {
	var out []Reading
	day := i.Day()
	for _, r := range i.Reports() {
		if x, ok := r.Properties.Float("value"); ok && r.Date <= day {
			out = append(out, Reading{r.Date, x})
		}
	}
	return out
}

func reportedValue(i snapshot.Item) Value {
	x, ok := i.LastReported("value")
	return Value{Number: x, Known: ok}
}

// settle gives the entry its value and light.
func (e *Entry) settle(v Value, limits geo.Limits, day geo.Date) {
	e.Value = v
	if e.Kind != computed {
		e.Date = 0
		if n := len(e.Readings); n > 0 {
			e.Date = e.Readings[n-1].Date
		}
	}
	if e.Fault != "" {
		e.Light, e.Status, e.Reason = geo.None, badFormula, geo.Text{ZH: e.Fault, EN: e.Fault}
		return
	}
	a := e.aim()
	got := a.judge(v, day, limits)
	e.Light, e.Status, e.Reason = got.light, got.status, got.reason
}

func (e *Entry) aim() aim {
	a := aim{baseline: e.Baseline, target: e.Target, most: e.TargetMax, direction: e.Direction, due: e.Due, unit: e.Unit, decimals: -1}
	a.start = start(e.Start, e.BaselineDate, e.Period)
	if e.Decimals != nil {
		a.decimals = int(min(max(*e.Decimals, 0), 9))
	}
	return a
}

// start is the day from which time counts: as said, else that of the baseline,
// else the first of the years that the period names, as in 2024-2026. Without
// any, judging takes the first day of the due year.
func start(said, baseline geo.Date, period string) geo.Date {
	if said != 0 {
		return said
	}
	if baseline != 0 {
		return baseline
	}
	if len(period) >= 4 {
		if y, err := strconv.Atoi(period[:4]); err == nil && y > 1900 {
			return geo.NewDate(y, 1, 1)
		}
	}
	return 0
}
