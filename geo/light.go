package geo

import "slices"

// Light is the red/yellow/green light 灯 of a feature.
type Light uint8

// The lights, in order of concern.
const (
	None   Light = iota // 未填报: nothing to judge by
	Green               // 正常
	Yellow              // 滞后
	Red                 // 严重滞后, 无法完成, 终止
)

var lightNames = [...]string{"none", "green", "yellow", "red"}

// String gives the name on the wire and in tiles: none, green, yellow, red.
func (l Light) String() string {
	if int(l) < len(lightNames) {
		return lightNames[l]
	}
	return "none"
}

// ParseLight reads what String writes.
func ParseLight(s string) (Light, bool) {
	for i, n := range lightNames {
		if n == s {
			return Light(i), true
		}
	}
	return None, false
}

// MarshalText makes a Light a JSON string.
func (l Light) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a Light from JSON.
func (l *Light) UnmarshalText(b []byte) error {
	v, ok := ParseLight(string(b))
	if !ok {
		return &Error{Code: Invalid, Message: quote(string(b)) + " is not a light", Mend: "use red, yellow, green or none", ZH: "“" + string(b) + "”不是灯色；可用 red、yellow、green、none"}
	}
	*l = v
	return nil
}

// Verdict is a light with why and since when. It is always computed.
type Verdict struct {
	Light   Light    `json:"light"`
	Status  Text     `json:"status"`           // a word: 正常, 已完成, 滞后, 无法完成 …
	Reason  Text     `json:"reason"`           // a sentence
	Since   Date     `json:"since"`            // first day of the unbroken run of this light; 0 = not known, or no light
	Rule    Rule     `json:"rule"`             // the rule that decided
	By      Measure  `json:"by,omitempty"`     // what it decided by
	Overdue bool     `json:"overdue"`          // 逾期未报: the light is the last known one
	Plan    *float64 `json:"plan,omitempty"`   // percent, where progress decided
	Actual  *float64 `json:"actual,omitempty"` // percent
	Limits  *Limits  `json:"limits,omitempty"` // in force on the day, where limits decide
	Ruling  *Ruling  `json:"ruling,omitempty"` // in force on the day: stands beside the light, never in its place
}

// Measure is what a verdict was reached by.
type Measure string

// The measures.
const (
	ByRegister   Measure = "register"   // the yearly register: not listed, not issued, removed
	ByGoal       Measure = "goal"       // what was decided about the goal
	ByProgress   Measure = "progress"   // percentages
	ByInvestment Measure = "investment" // 亿元
	ByMilestone  Measure = "milestone"  // dated steps
	ByFactor     Measure = "factor"     // the worst factors of a water sample
	ByClass      Measure = "class"      // a water class that was reported as such
	ByDeadline   Measure = "deadline"   // open and closed
	ByExpression Measure = "expression" // CQL2
	ByNothing    Measure = ""           // nothing was reported
)

// Rule names the kind of a light rule.
type Rule string

// The rules.
const (
	NoRule       Rule = ""
	ProgressRule Rule = "progress" // plan against report, year goal, stop
	WaterRule    Rule = "water"    // class of the sample against the target class
	DeadlineRule Rule = "deadline" // open, overdue, closed
	FilterRule   Rule = "filter"   // CQL2 expressions

	// OverdueRule raises warnings where a report is overdue; it is no layer's own.
	OverdueRule Rule = "overdue"
)

// LightRule is how a layer's light is judged, as data. Zero thresholds mean the
// defaults of DefaultYellow and DefaultRed.
type LightRule struct {
	Kind    Rule     `json:"kind"`
	Yellow  float64  `json:"yellow,omitempty"`  // progress: behind by more percentage points than this is yellow
	Red     float64  `json:"red,omitempty"`     // progress: behind by more than this is red
	State   string   `json:"state,omitempty"`   // feature field with the outcome or state
	StateAt string   `json:"stateAt,omitempty"` // feature date field from which State counts; unset = always
	Done    []string `json:"done,omitempty"`    // values of State that are green
	Behind  []string `json:"behind,omitempty"`  // … at least yellow
	Failed  []string `json:"failed,omitempty"`  // … red: cannot be met
	Stopped []string `json:"stopped,omitempty"` // … red: stopped
	Reason  string   `json:"reason,omitempty"`  // feature field with the reason in words
	Target  string   `json:"target,omitempty"`  // water: feature field with the target class
	Due     string   `json:"due,omitempty"`     // deadline: feature field with the deadline
	From    string   `json:"from,omitempty"`    // deadline: feature date field from which the problem stands open
	Unit    string   `json:"unit,omitempty"`    // feature field with the responsible unit

	// progress, where the feature stands in a yearly register: State is of the
	// year in the int field Year, whose plan was issued on the date in Issued and
	// says Goal; it left the register on the date in Removed. Values of Lifecycle
	// in Finished are not carried over to another year.
	Year      string   `json:"year,omitempty"`
	Issued    string   `json:"issued,omitempty"`
	Goal      string   `json:"goal,omitempty"`
	Removed   string   `json:"removed,omitempty"`
	Lifecycle string   `json:"lifecycle,omitempty"`
	Finished  []string `json:"finished,omitempty"`

	// progress: the work is measured by milestones, not by percentages, where
	// field Measure says MilestoneValue.
	Measure        string `json:"measure,omitempty"`
	MilestoneValue string `json:"milestoneValue,omitempty"`

	// water: the feature is a lake or reservoir where field Lake says LakeValue.
	Lake      string `json:"lake,omitempty"`
	LakeValue string `json:"lakeValue,omitempty"`

	// filter: CQL2 expressions over the layer's fields and “today”; the first of
	// red, yellow, green that is true decides.
	RedWhen    string `json:"redWhen,omitempty"`
	YellowWhen string `json:"yellowWhen,omitempty"`
	GreenWhen  string `json:"greenWhen,omitempty"`
}

// Default thresholds of the progress rule in percentage points. The documents
// name three colours and no limits; these are ours and a district may change them.
const (
	DefaultYellow = 5.0
	DefaultRed    = 15.0
)

func (r *LightRule) check(l *Layer) error {
	if r.Kind == NoRule {
		return nil
	}
	for _, name := range r.Reads() {
		if _, ok := l.Field(name); !ok {
			return &Error{Code: Invalid, Layer: l.ID, Field: name, Message: "light rule names a field that is not declared"}
		}
	}
	switch r.Kind {
	case ProgressRule, WaterRule, DeadlineRule, FilterRule:
	default:
		return &Error{Code: Invalid, Layer: l.ID, Field: "light", Message: "unknown light rule " + quote(string(r.Kind))}
	}
	if r.Kind == FilterRule && r.RedWhen == "" && r.YellowWhen == "" && r.GreenWhen == "" {
		return &Error{Code: Invalid, Layer: l.ID, Field: "light", Message: "a light rule by filter needs an expression",
			Mend: "give at least one of redWhen, yellowWhen, greenWhen"}
	}
	if r.Yellow < 0 || r.Red < 0 || r.red() < r.yellow() {
		return &Error{Code: Invalid, Layer: l.ID, Field: "light", Message: "thresholds must be 0 ≤ yellow ≤ red"}
	}
	return nil
}

func (r *LightRule) yellow() float64 {
	if r.Yellow == 0 {
		return DefaultYellow
	}
	return r.Yellow
}

func (r *LightRule) red() float64 {
	if r.Red == 0 {
		return DefaultRed
	}
	return r.Red
}

// Reads lists the feature fields that the rule names.
func (r *LightRule) Reads() []string {
	names := []string{r.State, r.StateAt, r.Reason, r.Target, r.Due, r.From, r.Unit,
		r.Year, r.Issued, r.Goal, r.Removed, r.Lifecycle, r.Measure, r.Lake}
	return slices.DeleteFunc(names, func(name string) bool { return name == "" })
}

// ReadsField reports whether the rule looks at a feature field: one that it
// names, or, where expressions compare dates with “today”, any date.
func (r *LightRule) ReadsField(f Field) bool {
	if r.Kind == FilterRule && (f.Type == DateField || f.Type == TimeField) {
		return true
	}
	return slices.Contains(r.Reads(), f.Name)
}
