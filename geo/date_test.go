package geo_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"yiping/geo"
)

func day(s string) geo.Date {
	d, err := geo.ParseDate(s)
	if err != nil {
		panic(err) // a mistake in the test itself
	}
	return d
}

func TestDatesAreReadAsPeopleWriteThem(t *testing.T) {
	for in, want := range map[string]string{
		"2022-12-31": "2022-12-31", "2022/12/31": "2022-12-31", "2022/1/5": "2022-01-05", "2022-1-5": "2022-01-05",
		" 2022-12-31 ": "2022-12-31", "2022年12月31日": "2022-12-31", "2022年1月5日": "2022-01-05",
		"2022-12": "2022-12-31", "2024-02": "2024-02-29", "2023年2月": "2023-02-28", "0001-01-01": "0001-01-01",
	} {
		d, err := geo.ParseDate(in)
		if err != nil || d.String() != want {
			t.Errorf("%q: %s, %v; want %s", in, d, err, want)
		}
	}
}

func TestWhatIsNoDateIsInvalid(t *testing.T) {
	for _, in := range []string{"", "2022", "2022-13-01", "2022-02-30", "31.12.2022", "2022-Q4", "0000-12-31", "2022-12-31T00:00:00Z", "年底"} {
		if d, err := geo.ParseDate(in); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("%q: %s, %v", in, d, err)
		}
	}
}

func TestDatesCountDaysFromYearOne(t *testing.T) {
	if d := geo.NewDate(1, 1, 1); d != 1 {
		t.Errorf("0001-01-01 is %d", d)
	}
	if got := day("2024-03-01") - day("2024-02-28"); got != 2 {
		t.Errorf("from 28 February to 1 March 2024 are %d days", got)
	}
	if geo.Date(0).String() != "" {
		t.Error("the zero date is a day")
	}
	const seed = 7
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 2000 {
		at := time.Date(1+r.IntN(9999), 1, 1+r.IntN(365), r.IntN(24), 0, 0, 0, time.UTC)
		d := geo.DateOf(at)
		if back := day(d.String()); back != d || d.Time().Format(time.DateOnly) != at.Format(time.DateOnly) {
			t.Fatalf("%s became %s", at, d)
		}
	}
}

func TestDayIsTakenInItsOwnPlace(t *testing.T) {
	late := time.Date(2022, 12, 31, 23, 0, 0, 0, time.UTC)
	if d := geo.DateOf(late); d.String() != "2022-12-31" {
		t.Errorf("got %s", d)
	}
	if d := geo.Today(late); d.String() != "2023-01-01" {
		t.Errorf("in China it is %s", d)
	}
}

func TestMonthsAreCountedByTheCalendar(t *testing.T) {
	for _, c := range []struct {
		a, b   string
		months int
	}{
		{"2022-12-31", "2022-12-01", 0}, {"2022-12-01", "2022-11-30", 1}, {"2023-01-01", "2022-10-31", 3}, {"2022-01-01", "2022-03-01", -2},
	} {
		a, b := day(c.a), day(c.b)
		if a.MonthsSince(b) != c.months || a.SameMonth(b) != (c.months == 0) {
			t.Errorf("%s since %s: %d months", c.a, c.b, a.MonthsSince(b))
		}
	}
	for in, want := range map[string]string{"2024-02-01": "2024-02-29", "2022-12-31": "2022-12-31", "2023-02-28": "2023-02-28"} {
		if got := day(in).MonthEnd().String(); got != want {
			t.Errorf("month of %s ends %s, want %s", in, got, want)
		}
	}
}

func TestDateIsTextInJSON(t *testing.T) {
	type box struct{ D, Zero geo.Date }
	b, err := json.Marshal(box{D: day("2022-12-31")})
	if err != nil || string(b) != `{"D":"2022-12-31","Zero":""}` {
		t.Fatalf("%s, %v", b, err)
	}
	var back box
	if err := json.Unmarshal(b, &back); err != nil || back.D != day("2022-12-31") || back.Zero != 0 {
		t.Errorf("%+v, %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"D":"soon"}`), &back); err == nil {
		t.Error("soon is a date")
	}
}

// The calendar of the lights counts for itself; the library's is its measure.
func TestCalendarAgreesWithTheLibrary(t *testing.T) {
	for d := geo.NewDate(-3, 1, 1); d < geo.NewDate(2801, 1, 1); d++ {
		at := d.Time()
		if d.Year() != at.Year() {
			t.Fatalf("%s is in %d", at, d.Year())
		}
		if got, want := d.MonthEnd(), geo.NewDate(at.Year(), at.Month()+1, 0); got != want {
			t.Fatalf("the month of %s ends on %s, want %s", at, got, want)
		}
		var none *geo.Rulebook
		if got, want := none.Workday(d), at.Weekday() != 0 && at.Weekday() != 6; got != want {
			t.Fatalf("%s: worked %v", at, got)
		}
	}
}
