package geo

import "time"

// filter judges by CQL2 expressions: the first that is true decides.
func (j *judge) filter(at Date) finding {
	if j.f.Holds != nil {
		for _, e := range [...]struct {
			light Light
			expr  string
		}{{Red, j.r.RedWhen}, {Yellow, j.r.YellowWhen}, {Green, j.r.GreenWhen}} {
			if e.expr != "" && j.f.Holds(e.expr, at) {
				return finding{light: e.light, cause: meets, expr: e.expr}
			}
		}
	}
	return finding{cause: meetsNone}
}

// expressionDays adds the days on which an expression may turn: a comparison of
// “today” with a date turns on that day or the next. Dates stand in the feature's
// fields, which Facts.Properties therefore holds all of, and in the expressions.
func (j *judge) expressionDays(add func(Date, bool)) {
	both := func(d Date) {
		if d != 0 {
			add(d, true)
			add(d+1, true)
		}
	}
	for _, v := range j.f.Properties {
		switch v := v.(type) {
		case Date:
			both(v)
		case time.Time:
			both(Today(v)) // as “today” is compared with it
		}
	}
	for _, expr := range [...]string{j.r.RedWhen, j.r.YellowWhen, j.r.GreenWhen} {
		for i := 0; i+10 <= len(expr); i++ {
			if d, ok := isoDate(expr[i : i+10]); ok {
				both(d)
			}
		}
	}
}

// isoDate reads 2022-12-31. It allocates nothing where there is no date.
func isoDate(s string) (Date, bool) {
	n := [3]int{}
	part := 0
	for i := range len(s) {
		switch c := s[i]; {
		case i == 4 || i == 7:
			if c != '-' {
				return 0, false
			}
			part++
		case c < '0' || c > '9':
			return 0, false
		default:
			n[part] = 10*n[part] + int(c-'0')
		}
	}
	return NewDate(n[0], time.Month(n[1]), n[2]), len(s) == 10
}
