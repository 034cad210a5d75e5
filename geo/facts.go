package geo

import (
	"math"
	"time"
)

// Facts are all that a feature is judged by. A snapshot gathers them; the rules
// only read.
type Facts struct {
	Layer      LayerID
	ID         ID
	Code       string
	District   string // code of the district it lies in
	Properties Properties
	Unit       string   // who reports on it, as periods name units; "" = as its own row does
	Reports    []Report // in order of date
	// Figures are those of the reports, one each, read already; nil = read them
	// from the reports. With them the progress rule needs of a report its day alone.
	Figures []Figures

	// What belongs to the feature in other layers, each in order of date.
	Years      []Year // its entries in the registers of other years
	Milestones []Milestone
	Halts      []Span   // 停工: works stood still
	Rulings    []Ruling // 核定
	Steps      []Step   // what people did about its warnings

	Book *Rulebook // limits, calendar and periods of the city; nil = the defaults
	// Holds evaluates a CQL2 expression of the layer's rule on the feature, with
	// the day as the property “today”; nil where the rule has none.
	Holds func(expr string, at Date) bool
}

// Figures are what a report says of progress and investment, in per cent and
// 亿元: PlannedProgress, ActualProgress, PlannedInvestment, ActualInvestment. NaN =
// not reported.
type Figures [4]float64

// FigureFields are the report fields of Figures, in their order.
var FigureFields = [4]string{PlannedProgress, ActualProgress, PlannedInvestment, ActualInvestment}

// figures gives those of a report.
func (f *Facts) figures(report int) Figures {
	if f.Figures != nil {
		return f.Figures[report]
	}
	var out Figures
	for k, field := range FigureFields {
		x, ok := number(f.Reports[report].Properties, field)
		if out[k] = x; !ok {
			out[k] = math.NaN()
		}
	}
	return out
}

// Year is a feature's entry in the yearly register 年度清单.
type Year struct {
	Year    int
	Issued  Date   // 计划下达: before it there is no light; 0 = from the year's first day, or see Goal
	Goal    string // 年度目标; carried over with neither goal nor outcome it waits for its plan
	Outcome string // of the year's goal, as LightRule.State; "" while open
	Decided Date   // since when Outcome counts; 0 = the whole year
	Removed Date   // 调出: no light from this day on; 0 = not removed
	Reason  string
}

// Milestone is a dated step 节点, planned and reached.
type Milestone struct {
	Name    string
	Planned Date
	Actual  Date // 0 = not reached
}

// Span is a run of days, both ends included; To 0 = still going on.
type Span struct {
	From, To Date
	Reason   string
}

// Ruling is a person's decision 核定 over a computed light. It stands beside the
// computed light, never in its place.
type Ruling struct {
	Light  Light  `json:"light"`
	Reason string `json:"reason"`
	From   Date   `json:"from"`
	Until  Date   `json:"until"` // last day it holds
	Actor  string `json:"actor"`
	Unit   string `json:"unit,omitempty"`
}

// Action is what a person does about a warning.
type Action string

// The actions.
const (
	Acknowledge Action = "受理"
	Assign      Action = "指派" // Unit is to whom
	Comment     Action = "批注"
	Confirm     Action = "确认督办" // makes a proposed 督办 take effect
	Decline     Action = "不予督办" // answers the proposal with no
	Close       Action = "销项"
	Reopen      Action = "重开"
)

// Step is one dated step in the life of a warning, by a person or, where
// Computed, by the rules.
type Step struct {
	Warning  string    `json:"warning"` // Warning.Key
	Action   Action    `json:"action"`
	Date     Date      `json:"date"`
	At       time.Time `json:"at,omitzero"`
	Actor    string    `json:"actor"`
	Unit     string    `json:"unit,omitempty"`
	Text     string    `json:"text,omitempty"`
	Computed bool      `json:"computed,omitempty"`
}

// The steps that the rules take.
const (
	Raise    Action = "提醒" // level 1
	Escalate Action = "协调" // level 2
	Propose  Action = "拟督办"
	Cease    Action = "原因消除" // the cause is gone: the light is green again
	Recur    Action = "重新触发" // the cause came back after a close
)

// ByRules is the actor of the steps that the rules take.
const ByRules = "规则"

// Warning 预警 is what a light that is not green raises, and what became of it;
// see LightRule.Warnings.
type Warning struct {
	Key      string `json:"key"`      // rule and since; unique in its feature
	Rule     Rule   `json:"rule"`     // that of the layer, or OverdueRule
	Light    Light  `json:"light"`    // at the day; the last one of the run once it ended
	Level    int    `json:"level"`    // 1 提醒, 2 协调, 3 督办: the highest that took effect
	Proposed bool   `json:"proposed"` // 督办 is proposed and waits for a person
	State    string `json:"state"`    // one of the states below
	Since    Date   `json:"since"`    // first day of the unbroken run of lights that are not green; 0 = not known
	Raised   Date   `json:"raised"`   // day of level 1, or of level 2 where it came first; 0 = not known
	Closed   Date   `json:"closed"`   // 0 = open
	Assigned string `json:"assigned"` // unit that has it; "" = the responsible unit
	Reopened int    `json:"reopened"` // how often the cause came back: after a close, or in an earlier warning of the rule
	Steps    []Step `json:"steps"`    // in order of date
}

// States of a warning.
const (
	WarningOpen         = "待受理"
	WarningAcknowledged = "处置中"
	WarningClosed       = "已销项"
)

// Standing is what a snapshot keeps of a judged feature: enough to count, sort
// and sum by without judging again.
type Standing struct {
	Light    Light
	Overdue  bool
	Proposed bool  // as Warning.Proposed
	Closed   bool  // the warning was closed by a person while its cause stands
	Ruled    Light // light of the ruling in force; None = no ruling
	Before   Light // the light at the end of the month before
	Level    uint8 // as Warning.Level; 0 = there is no warning
	Status   Status

	Since  Date // first day of this light; 0 = not known
	Bad    Date // first day of the run that is not green; 0 = green, none or not known
	Raised Date // as Warning.Raised

	// Of the last report up to the day; NaN where not reported. Per cent, 亿元.
	PlannedProgress, ActualProgress     float64
	PlannedInvestment, ActualInvestment float64
}

// Warned is the level of a warning that is open: 0 where there is none, or a
// person closed it.
func (s *Standing) Warned() int {
	if s.Closed {
		return 0
	}
	return int(s.Level)
}
