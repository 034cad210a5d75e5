package reporting_test

import (
	"context"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/reporting"
	"yiping/geo/snapshot"
	"yiping/geo/snapshot/snaptest"
)

var large *snapshot.Snapshot

// largeDesk is the desk of a city of 100,000 projects with 24 reports each.
func largeDesk(b *testing.B) *reporting.Desk {
	b.Helper()
	if large == nil {
		s, err := snapshot.Load(context.Background(), snaptest.Large{Projects: 100_000})
		if err != nil {
			b.Fatal(err)
		}
		large = s
	}
	return reporting.New(large, time.Now())
}

// BenchmarkFindings looks through all reports of a city; the baseline reads them
// and does nothing with them.
func BenchmarkFindings(b *testing.B) {
	d := largeDesk(b)
	b.Run("baseline", func(b *testing.B) {
		l, _ := large.Layer(city.Project)
		for b.Loop() {
			n := 0
			for i := range l.All {
				n += len(i.Reports())
			}
		}
	})
	b.Run("city", func(b *testing.B) {
		for b.Loop() {
			d.Findings(reporting.Filter{})
		}
	})
	b.Run("month of a district", func(b *testing.B) {
		for b.Loop() {
			d.Findings(reporting.Filter{District: "310101", Month: geo.NewDate(2023, 12, 31)})
		}
	})
	b.Run("periods of a month", func(b *testing.B) {
		for b.Loop() {
			d.Periods(reporting.Filter{Month: geo.NewDate(2023, 12, 31)})
		}
	})
}
