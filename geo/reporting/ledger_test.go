package reporting_test

import (
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/reporting"
)

// What an office enters over a report that was made up is reported, from that
// day on.
func TestEnteringOverWhatWasMadeUp(t *testing.T) {
	d := newDesk(t)
	d.project("P1", nil, map[string]geo.Properties{"2023-01": with(work(8, 7), "basis", "示意数据"), "2023-02": with(work(9, 8), "basis", "示意数据")})
	desk, s := d.open()
	ledger := desk.Ledger()
	if err := ledger.Enter(1, item(t, s, city.Project, "P1"), geo.NewDate(2023, 2, 28), geo.Properties{"actual_progress": 7.5}); err != nil {
		t.Fatal(err)
	}
	if err := ledger.Enter(2, item(t, s, city.Project, "P1"), geo.NewDate(2023, 1, 31), geo.Properties{"actual_progress": 7.0, "basis": "示意数据"}); err != nil {
		t.Fatal(err)
	}
	if faults := ledger.Check(); len(faults) > 0 {
		t.Fatalf("faults %+v", faults)
	}
	edits, rows := ledger.Edits()
	if len(edits) != 1 || rows[0] != 1 || ledger.Unchanged != 1 {
		t.Fatalf("edits %+v of rows %v, %d unchanged", edits, rows, ledger.Unchanged)
	}
	if p := edits[0].Report.Properties; p["basis"] != "填报" || p["reported_on"] != day || p["planned_progress"] != 9.0 || edits[0].Report.Version != 1 {
		t.Errorf("the report is %+v", edits[0].Report)
	}
}

// Rows of one ledger are held against one another, whatever their order.
func TestALedgerIsCheckedAsAWhole(t *testing.T) {
	d := newDesk(t)
	d.project("P1", nil, nil)
	desk, s := d.open()
	i := item(t, s, city.Project, "P1")
	enter := func(ledger *reporting.Ledger, row int, month geo.Date, actual float64) error {
		return ledger.Enter(row, i, month, geo.Properties{"actual_progress": actual})
	}
	january := geo.NewDate(2023, 1, 31)
	ledger := desk.Ledger()
	for row, c := range []struct {
		month  geo.Date
		actual float64
	}{{february, 10}, {january, 12}} {
		if err := enter(ledger, row+1, c.month, c.actual); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, f := range ledger.Check() {
		got = append(got, brief([]reporting.Finding{f.Finding}))
		if f.Error().Row != f.Row || f.Error().ZH == "" {
			t.Errorf("as an error: %+v", f.Error())
		}
	}
	if want := "decreasing actual_progress 2023-02-28 correctable; decreasing actual_progress 2023-01-31 correctable"; strings.Join(got, "; ") != want {
		t.Errorf("found %v", got)
	}
	if err := enter(ledger, 3, january, 5); geo.CodeOf(err) != geo.Conflict {
		t.Errorf("a value given twice: %v", err)
	}
	ledger.Correction = "复核"
	if faults := ledger.Check(); len(faults) > 0 {
		t.Errorf("with a correction: %+v", faults)
	}
	if err := ledger.Enter(4, i, january, geo.Properties{"progress": 1}); geo.CodeOf(err) != geo.Invalid {
		t.Errorf("no such field: %v", err)
	}
	if err := ledger.Drop(5, i, geo.NewDate(2023, 3, 31)); geo.CodeOf(err) != geo.NotFound {
		t.Errorf("dropping what is not there: %v", err)
	}
}
