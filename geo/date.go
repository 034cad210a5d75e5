package geo

import (
	"strings"
	"time"
)

// Date is a civil day. The zero Date means "no date"; 1 is 0001-01-01.
type Date int32

const unixDay = 719163 // the Date of 1970-01-01

// DateOf gives the civil day of t in t's own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return NewDate(y, m, d)
}

// China is the civil time of every city of ours: their days begin by it, wherever
// the service runs. It has kept no summer time since 1991,
// so that the fixed offset needs no zone database.
var China = time.FixedZone("Asia/Shanghai", 8*60*60)

// Today gives the civil day that a moment lies in, in China.
func Today(now time.Time) Date { return DateOf(now.In(China)) }

// NewDate gives the day y-m-d, normalised as time.Date does.
func NewDate(y int, m time.Month, d int) Date {
	sec := time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()
	return Date(floorDiv(sec, 86400) + unixDay)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// ParseDate reads 2022-12-31, 2022/12/31, 2022年12月31日 and the months 2022-12,
// 2022年12月, which stand for their last day.
func ParseDate(s string) (Date, error) {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006-1-2", "2006/1/2", "2006年1月2日"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			return DateOf(t), nil
		}
	}
	for _, layout := range []string{"2006-1", "2006年1月"} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			return DateOf(t).MonthEnd(), nil
		}
	}
	return 0, &Error{Code: Invalid, Message: quote(s) + " is not a date like 2022-12-31", ZH: "“" + s + "”不是日期，应如 2022-12-31"}
}

// Time gives midnight UTC of the day.
func (d Date) Time() time.Time {
	return time.Unix((int64(d)-unixDay)*86400, 0).UTC()
}

// String writes 2022-12-31; the zero Date is "".
func (d Date) String() string {
	if d == 0 {
		return ""
	}
	return d.Time().Format("2006-01-02")
}

// civil gives year, month and day of the month in the Gregorian calendar. Lights
// of millions of features ask for it, so it counts for itself: years begin in
// March, with the leap day last, and 400 of them have 146 097 days.
func (d Date) civil() (year, month, day int) {
	n := int(d) + 305 // days since 0000-03-01
	era := int(floorDiv(int64(n), 146097))
	doe := n - era*146097
	yoe := (doe - doe/1460 + doe/36524 - doe/146096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	m := (5*doy + 2) / 153
	year, month, day = era*400+yoe, m+3, doy-(153*m+2)/5+1
	if month > 12 {
		return year + 1, month - 12, day
	}
	return year, month, day
}

// yearStart is the first of January.
func yearStart(year int) Date {
	n := int64(year) - 1
	return Date(365*n + floorDiv(n, 4) - floorDiv(n, 100) + floorDiv(n, 400) + 1)
}

// SameMonth reports whether both days lie in one calendar month.
func (d Date) SameMonth(o Date) bool { return d.monthIndex() == o.monthIndex() }

// MonthsSince counts calendar months from o to d: 2022-12 since 2022-10 is 2.
func (d Date) MonthsSince(o Date) int { return d.monthIndex() - o.monthIndex() }

// MonthEnd is the last day of the day's month.
func (d Date) MonthEnd() Date {
	year, month, day := d.civil()
	return d - Date(day) + Date(monthDays(year, month))
}

func monthDays(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

// AddMonths gives the same day n calendar months on, or the last day of that
// month where it is shorter: 2022-12-31 and two months is 2023-02-28.
func (d Date) AddMonths(n int) Date {
	year, month, day := d.civil()
	n = max(-maxMonths, min(n, maxMonths))
	first := NewDate(year, time.Month(month+n), 1)
	return first - 1 + min(Date(day), first.MonthEnd()-first+1)
}

// maxMonths bounds AddMonths, so that no limit however large leaves the calendar.
const maxMonths = 100 * 12

// Year is the calendar year.
func (d Date) Year() int {
	year, _, _ := d.civil()
	return year
}

// weekday counts from Monday, 0, to Sunday, 6.
func (d Date) weekday() int { return (int(d)%7 + 6) % 7 }

func (d Date) monthIndex() int {
	year, month, _ := d.civil()
	return year*12 + month
}

// MarshalText and UnmarshalText make a Date a JSON string.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(b))
	*d = v
	return err
}
