package seeds_test

import (
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/cql"
	"yiping/geo/indicator"
	geomeasure "yiping/geo/measure"
	"yiping/geo/snapshot"
)

func table(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, line := range lines[1:] {
		r := map[string]string{}
		for i, col := range lines[0] {
			r[col] = line[i]
		}
		out = append(out, r)
	}
	return out
}

func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

// Every figure of the documents is an indicator under its own id in a seeded
// store. What is computed comes out with the value the document gives; what is a
// target is the target of an indicator; what is reported is a reading; what only
// the draft gives stands as its other reading. No row is open.
func TestEveryFigureIsTraced(t *testing.T) {
	snap := seeded(t)
	board := indicator.New(snap)
	trace := map[string]map[string]string{}
	for _, row := range table(t, "tables/trace.csv") {
		trace[row["figure"]] = row
	}
	figures := table(t, "documents/figures.csv")
	if len(figures) != 328 || len(trace) != len(figures) {
		t.Fatalf("%d figures, %d traced, want 328", len(figures), len(trace))
	}
	held, computed := map[string]int{}, 0
	for _, f := range figures {
		t.Run(f["id"], func(t *testing.T) {
			e, ok := board.Of(f["id"])
			if !ok {
				t.Fatal("no indicator")
			}
			held[trace[f["id"]]["status"]]++
			if e.Formula != "" {
				computed++
			}
			if e.Fault != "" {
				t.Errorf("%s: %s", e.Formula, e.Fault)
			}
			if e.StatedText != f["value"] || e.Section != f["section"] || e.Document == "" {
				t.Errorf("states %q of %q, %q", e.StatedText, e.Document, e.Section)
			}
			checkHeld(t, trace[f["id"]]["status"], f["value"], e, snap)
		})
	}
	t.Logf("%v; %d by a formula over layers", held, computed)
}

func checkHeld(t *testing.T, status, want string, e indicator.Entry, snap *snapshot.Snapshot) {
	t.Helper()
	switch status {
	case "computed", "attribute":
		if !e.Value.Known || e.Formula == "" || !agrees(e.Value, want) {
			t.Errorf("%s: %s gives %+v, the document %q", e.Name, e.Formula, e.Value, want)
		}
	case "target":
		lo, hi, isRange := strings.Cut(want, "-")
		if e.Target == nil || shown(*e.Target) != lo || isRange && (e.TargetMax == nil || shown(*e.TargetMax) != hi) {
			t.Errorf("target %v, the document %q", e.Target, want)
		}
	case "due":
		if e.Due.String() != want || e.Target == nil || !e.Value.Known {
			t.Errorf("due %s, the document %q", e.Due, want)
		}
	case "reported":
		l, _ := snap.Layer(city.Indicator)
		i, _ := l.ByCode(e.Code)
		if n := len(i.Reports()); n != 1 || e.Stated == nil || shown(i.Reports()[0].Properties["value"]) != shown(*e.Stated) {
			t.Errorf("%d readings of %q", n, want)
		}
	case "withdrawn":
		if want != "" || e.Other == nil || e.OtherReason == "" {
			t.Errorf("the draft's value is not told")
		}
	default:
		t.Errorf("unknown status %q", status)
	}
}

// agrees compares a value with what the document writes: numbers to the
// document's precision, days within its period, months of a span.
func agrees(v indicator.Value, want string) bool {
	if w, err := strconv.ParseFloat(want, 64); err == nil && v.Text == "" {
		_, decimals, _ := strings.Cut(want, ".")
		scale := math.Pow10(len(decimals))
		return math.Round(v.Number*scale) == math.Round(w*scale)
	}
	if from, to, ok := strings.Cut(want, "/"); ok {
		a, _ := geo.ParseDate(from)
		b, _ := geo.ParseDate(to)
		return v.Number == float64(b.MonthsSince(a)+1)
	}
	day, err := geo.ParseDate(v.Text)
	if err != nil {
		return false
	}
	if year, quarter, ok := strings.Cut(want, "-Q"); ok {
		q := (int(day.Time().Month()) + 2) / 3
		return day.Time().Format("2006") == year && strconv.Itoa(q) == quarter
	}
	return strings.HasPrefix(v.Text, want)
}

// Taking one contributing feature away moves a figure by exactly its share: no
// figure is a constant.
func TestEachComputedFigureFollowsItsFeatures(t *testing.T) {
	snap := seeded(t)
	board := indicator.New(snap)
	moved := 0
	for _, row := range table(t, "tables/trace.csv") {
		if row["layer"] == "" {
			continue
		}
		t.Run(row["figure"], func(t *testing.T) {
			e, ok := board.Of(row["figure"])
			if !ok || e.Fault != "" {
				t.Fatalf("no value: %s", e.Fault)
			}
			behind := contributing(t, snap, e.Sources[0])
			if len(behind) == 0 {
				if row["status"] != "target" && row["status"] != "due" {
					t.Fatal("no feature stands behind it")
				}
				return // nothing has been reached yet
			}
			moved++
			gone := behind[len(behind)/2]
			_, delta, err := snap.Apply(geo.Changes{Cursor: "gone", Records: []geo.Record{{Layer: e.Sources[0].Layer, ID: gone.ID()}}})
			if err != nil {
				t.Fatal(err)
			}
			got, _ := board.Next(delta).Of(row["figure"])
			checkMoved(t, row, e.Value, got.Value, gone)
		})
	}
	t.Logf("%d figures moved", moved)
}

// contributing gives the features that a source counts.
func contributing(t *testing.T, s *snapshot.Snapshot, src indicator.Source) []snapshot.Item {
	t.Helper()
	l, ok := s.Layer(src.Layer)
	if !ok {
		t.Fatalf("no layer %s", src.Layer)
	}
	keep := func(snapshot.Item) bool { return true }
	if src.Filter != "" {
		e, err := cql.Parse(src.Filter)
		if err != nil {
			t.Fatal(err)
		}
		f, err := cql.Compile(e, l.Decl())
		if err != nil {
			t.Fatal(err)
		}
		keep = func(i snapshot.Item) bool { return f.Match(i) }
	}
	var out []snapshot.Item
	for i := range l.All {
		if keep(i) {
			out = append(out, i)
		}
	}
	return out
}

// checkMoved holds how a value moved against what the feature that went brought.
func checkMoved(t *testing.T, row map[string]string, before, after indicator.Value, gone snapshot.Item) {
	t.Helper()
	what, share, ok := measured(row, gone)
	switch {
	case what == "percent":
		if len(before.Parts) != 2 || len(after.Parts) == 2 && math.Abs(before.Parts[0]-share-after.Parts[0]) > 1e-6 {
			t.Errorf("from %v to %v, want a numerator %v less", before.Parts, after.Parts, share)
		}
	case ok:
		if math.Abs(before.Number-share-after.Number) > 1e-6*max(1, math.Abs(share)) {
			t.Errorf("from %v to %v, want %v less", before.Number, after.Number, share)
		}
	case what == "value":
		if after.Known {
			t.Errorf("still %+v", after)
		}
	case what == "coverage":
		if after.Number >= before.Number {
			t.Errorf("from %v to %v", before.Number, after.Number)
		}
	}
}

// measured gives the share of one feature in a measure of trace.csv, where it
// is a sum.
func measured(row map[string]string, i snapshot.Item) (what string, share float64, ok bool) {
	measure, scale := row["measure"], 1.0
	if at := strings.LastIndexAny(measure, "*/"); at > 0 && measure[at+1] >= '0' && measure[at+1] <= '9' {
		x, _ := strconv.ParseFloat(measure[at+1:], 64)
		scale = x
		if measure[at] == '/' {
			scale = 1 / x
		}
		measure = measure[:at]
	}
	inner, percent := strings.CutPrefix(measure, "percent ")
	op, field, _ := strings.Cut(inner, ":")
	field, _, _ = strings.Cut(field, "/")
	what = op
	if percent {
		what = "percent"
	}
	switch op {
	case "count":
		return what, scale, true
	case "sum":
		if name, ok := strings.CutPrefix(field, geo.EntryPrefix); ok {
			field = name
			if i, ok = i.EntryRow(field); !ok {
				return what, 0, true
			}
		}
		x, _ := strconv.ParseFloat(cmp.Or(i.Text(field), "0"), 64)
		return what, x * scale, true
	case "report":
		x, _ := i.LastReported(field)
		return what, x * scale, true
	case "length":
		return what, geomeasure.Length(i.Geometry()) * scale, true
	case "area":
		return what, geomeasure.Area(i.Geometry()) * scale, true
	}
	return what, 0, false
}

// Where a document's own arithmetic does not close both readings are kept, with
// the reason.
func TestBothReadingsAreShown(t *testing.T) {
	board := indicator.New(seeded(t))
	for _, row := range table(t, "tables/other.csv") {
		e, ok := board.Of(row["figure"])
		if !ok || e.Other == nil || shown(*e.Other) != row["other"] || e.OtherReason != row["reason"] {
			t.Errorf("%s: other reading %v, %q", row["figure"], e.Other, e.OtherReason)
		}
	}
	if e, _ := board.Of("CS2023-012"); math.Round(e.Value.Number*100) != 7222 || *e.Other != 8.23 {
		t.Errorf("72.22 ％ of the year's plan: %+v, %v", e.Value, *e.Other)
	}
}

// seeded gives the snapshot of a real store with all districts, read once.
func seeded(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	onceSeeded.Do(func() { seededAll, errSeeded = snapshot.Load(context.Background(), seededStore(t)) })
	if errSeeded != nil || seededAll == nil {
		t.Fatal(errSeeded)
	}
	return seededAll
}

var (
	onceSeeded sync.Once
	seededAll  *snapshot.Snapshot
	errSeeded  error
)
