package gpkg

import (
	"database/sql/driver"
	"strings"
	"time"

	"yiping/geo"
)

// stored gives the value of a field as the file holds it. v is of the field's Go
// type, or nil.
func stored(v any) any {
	switch v := v.(type) {
	case geo.Date:
		return v.String()
	case time.Time:
		if v.Nanosecond()%int(time.Millisecond) == 0 {
			return v.UTC().Format("2006-01-02T15:04:05.000Z")
		}
		return v.UTC().Format("2006-01-02T15:04:05.000000Z")
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	}
	return v
}

// value brings what the file holds to the Go type of the field; what other
// programs left that is no such value is absent.
func value(f geo.Field, v driver.Value) any {
	switch v := v.(type) {
	case nil:
		return nil
	case string:
		switch f.Type {
		case geo.TextField:
			if v == "" {
				return nil
			}
			return v
		case geo.DateField:
			if d, ok := plainDate(v); ok {
				return d
			}
		case geo.TimeField:
			if t, err := time.Parse("2006-01-02T15:04:05.999999999Z07:00", v); err == nil {
				return t.UTC()
			}
		}
	case int64:
		switch f.Type {
		case geo.IntField:
			return v
		case geo.FloatField:
			return float64(v)
		case geo.BoolField:
			return v != 0
		}
	case float64:
		if f.Type == geo.FloatField {
			return v
		}
	case []byte:
		return nil
	}
	out, err := f.Value(v)
	if err != nil {
		return nil
	}
	return out
}

// plainDate reads 2022-12-31, quickly.
func plainDate(s string) (geo.Date, bool) {
	if len(s) != 10 || s[4] != '-' || s[7] != '-' {
		return 0, false
	}
	n := 0
	for i := range 10 {
		if i == 4 || i == 7 {
			continue
		}
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	y, m, d := n/10000, n/100%100, n%100
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, false
	}
	day := geo.NewDate(y, time.Month(m), d)
	return day, d <= 28 || day.Time().Day() == d // 31 February would be 3 March
}

// selectList names the fields in a query; the plus hides a column's type from
// the driver, which would make times of dates.
func selectList(fields []geo.Field) string {
	var b strings.Builder
	for _, f := range fields {
		b.WriteString(", +" + quote(f.Name))
	}
	return b.String()
}

func properties(fields []geo.Field, vals []driver.Value) geo.Properties {
	n := 0
	for _, v := range vals {
		if v != nil {
			n++
		}
	}
	p := make(geo.Properties, n)
	for i, f := range fields {
		if v := value(f, vals[i]); v != nil {
			p[f.Name] = v
		}
	}
	return p
}
