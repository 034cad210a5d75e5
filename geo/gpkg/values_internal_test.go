package gpkg

import (
	"testing"
	"time"

	"yiping/geo"
)

func TestDaysThatOtherProgramsWrote(t *testing.T) {
	field := geo.Field{Name: "day", Type: geo.DateField}
	for text, want := range map[string]any{
		"2022-12-31": geo.NewDate(2022, time.December, 31),
		"2024-02-29": geo.NewDate(2024, time.February, 29),
		"2023-02-29": nil,
		"2022-02-31": nil,
		"2022-04-31": nil,
		"2022-13-01": nil,
		"soon":       nil,
	} {
		t.Run(text, func(t *testing.T) {
			if got := value(field, text); got != want {
				t.Errorf("read as %v, want %v", got, want)
			}
		})
	}
}
