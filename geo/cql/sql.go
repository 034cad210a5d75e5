package cql

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"yiping/geo"
)

// SQL is a filter as a condition for PostGIS. Values of the filter stand in Args
// only; Where holds operators, placeholders and the columns it was given.
type SQL struct {
	Where string
	// Args are float64, int64, string, bool, time.Time, slices of the first three,
	// and orb.Geometry in EPSG:4326, in order of the placeholders.
	Args []any
}

// Translate gives a filter as SQL that is true of the same features as the filter
// compiled, three-valued logic included. column gives the quoted column of a
// field, first is the number of the first placeholder. What only a layer in
// memory can answer is refused by name: arrays, ^ and %, and all that comes of being
// placed and judged. The other errors are those of Compile.
func Translate(e Expr, l *geo.Layer, column func(field string) string, first int) (SQL, error) {
	c := &compiler{layer: l}
	f, err := c.compile(e)
	if err != nil {
		return SQL{}, err
	}
	t := &translator{compiler: c, column: column, first: first}
	where, err := t.condition(e)
	if err != nil {
		return SQL{}, c.outward(err)
	}
	// Keys are sought by their index, whatever else is asked of them.
	if ids, ok := f.IDs(); ok {
		where = "(" + where + " AND id = ANY (" + t.bind(signed(ids)) + "::bigint[]))"
	}
	if codes, ok := f.Codes(); ok {
		where = "(" + where + " AND code = ANY (" + t.bind(codes) + "::text[]))"
	}
	if len(t.args) > maxArgs {
		return SQL{}, c.outward(faultAt(0, "过滤条件超过 %d 个值", "the filter has more than %d values", maxArgs))
	}
	return SQL{where, t.args}, nil
}

// maxArgs is a little less than PostgreSQL takes.
const maxArgs = 60_000

func signed(ids []geo.ID) []int64 {
	out := make([]int64, len(ids))
	for i, id := range ids {
		out[i] = int64(id)
	}
	return out
}

type translator struct {
	*compiler
	column func(string) string
	first  int
	args   []any
	places map[string]string // of what is bound once
}

func (t *translator) bind(v any) string {
	t.args = append(t.args, v)
	return fmt.Sprintf("$%d", t.first+len(t.args)-1)
}

// expression is a node in SQL: of kind bool, number, text or geometry one text;
// an instant from its first to its last microsecond, and as a day where it is one;
// an interval the instants of its ends.
type expression struct {
	kind     kinds
	sql      string
	moment   moment
	from, to moment // of an interval
}

// moment is an instant. One of the filter binds its values where they are used: a
// placeholder that stands nowhere would be an error.
type moment struct {
	column, last string // of the feature: timestamptz of its first and last microsecond
	date         string // the same as date; "" = not a day
	fixed        *span  // of the filter
	t            *translator
}

func (m moment) first() string {
	if m.fixed == nil {
		return m.column
	}
	return m.t.timestamp(m.fixed.from)
}

func (m moment) end() string {
	if m.fixed == nil {
		return m.last
	}
	return m.t.timestamp(m.fixed.to)
}

func (m moment) isDay() bool {
	return m.date != "" || m.fixed != nil && m.fixed.to == m.fixed.from+microPerDay-1
}

func (m moment) day() string {
	if m.fixed == nil {
		return m.date
	}
	return m.t.bind(time.UnixMicro(m.fixed.from+china).UTC().Format(time.DateOnly)) + "::text::date"
}

func (t *translator) timestamp(micro int64) string {
	switch micro {
	case ever.from:
		return "'-infinity'::timestamptz"
	case never.from:
		return "'infinity'::timestamptz"
	}
	return t.bind(time.UnixMicro(micro).UTC()) + "::timestamptz"
}

func (t *translator) condition(e Expr) (string, error) {
	x, err := t.expression(e)
	return x.sql, err
}

// isFixed reports that nothing of the feature is in a node.
func isFixed(e Expr) bool {
	if _, ok := e.(Property); ok {
		return false
	}
	return !slices.ContainsFunc(parts(e), func(p Expr) bool { return p != nil && !isFixed(p) })
}

func (t *translator) expression(e Expr) (expression, error) {
	if _, list := e.(List); !list && isFixed(e) {
		v, err := t.value(e)
		if err != nil {
			return expression{}, err
		}
		return t.fixed(v), nil
	}
	switch e := e.(type) {
	case Property:
		return t.name(e)
	case Interval:
		return t.span(e)
	case Call:
		return t.operator(e)
	}
	return expression{}, refused(e, isList)
}

// refused says that the database cannot answer a part of a filter.
func refused(e Expr, what any) *fault {
	return invalid(e, "由数据库直接服务的图层不能用%s", "%s cannot be asked of a layer served from the database", what).mend("请改由内存服务该图层，或换一种条件", "serve the layer from memory, or ask otherwise")
}

// fixed binds a value that is the same for every feature.
func (t *translator) fixed(v value) expression {
	out := expression{kind: v.kind}
	switch v.kind {
	case isBool:
		out.sql = [...]string{no: "FALSE", yes: "TRUE", unknown: "NULL::boolean"}[v.test(nil)]
	case isNumber:
		out.sql = bound(t, v.number, "double precision")
	case isText:
		out.sql = bound(t, v.text, "text") + ` COLLATE "C"`
	case isInstant:
		s, _ := v.instant(nil)
		out.moment = t.moment(s)
	case isInterval:
		i, _ := v.interval(nil)
		out.from, out.to = t.moment(i.from), t.moment(i.to)
	case isGeometry:
		s, _ := v.shape(nil)
		out.sql = t.bind(s.flat) + "::geometry"
	}
	return out
}

func bound[T any](t *translator, get func(Row) (T, bool), typ string) string {
	x, ok := get(nil)
	if !ok {
		return "NULL::" + typ
	}
	return t.bind(x) + "::" + typ
}

func (t *translator) moment(s span) moment { return moment{fixed: &s, t: t} }

// name gives the column of a property.
func (t *translator) name(p Property) (expression, error) {
	field, declared := t.layer.Field(p.Name)
	switch {
	case p.Name == "id":
		return expression{kind: isNumber, sql: "id::double precision"}, nil
	case p.Name == "code":
		return expression{kind: isText, sql: `code COLLATE "C"`}, nil
	case declared:
		return t.field(field), nil
	case p.Name == "geom" || p.Name == "geometry":
		return expression{kind: isGeometry, sql: "geom"}, nil
	}
	return expression{}, refused(p, "“"+p.Name+"”")
}

// field reads a column as the store reads it: an empty text is absent.
func (t *translator) field(f geo.Field) expression {
	col := t.column(f.Name)
	switch f.Type {
	case geo.IntField, geo.FloatField:
		return expression{kind: isNumber, sql: col + "::double precision"}
	case geo.BoolField:
		return expression{kind: isBool, sql: col}
	case geo.DateField:
		first := "((" + col + "::timestamp - interval '8 hours') AT TIME ZONE 'UTC')"
		return expression{kind: isInstant, moment: moment{column: first, last: "(" + first + " + interval '1 day' - interval '1 microsecond')", date: col}}
	case geo.TimeField:
		return expression{kind: isInstant, moment: moment{column: col, last: col}}
	}
	return expression{kind: isText, sql: "nullif(normalize(" + col + `::text), '') COLLATE "C"`}
}

func (t *translator) span(e Interval) (expression, error) {
	out := expression{kind: isInterval, from: t.moment(ever), to: t.moment(never)}
	for _, end := range []struct {
		of Expr
		to *moment
	}{{e.From, &out.from}, {e.To, &out.to}} {
		if end.of == nil {
			continue
		}
		x, err := t.expression(end.of)
		if err != nil {
			return out, err
		}
		*end.to = x.moment
	}
	return out, nil
}

func (t *translator) operator(e Call) (expression, error) {
	switch {
	case e.Op == "^", e.Op == "%", array(e.Op) != 0:
		return expression{}, refused(e, shownOp(e.Op))
	case e.Op == "casei", e.Op == "accenti":
		return t.folding(e)
	case e.Op == "in":
		return t.in(e)
	case e.Op == "like":
		return t.like(e)
	}
	args, err := t.operands(e.Args)
	if err != nil {
		return expression{}, err
	}
	out := expression{kind: isBool}
	switch {
	case e.Op == "and" || e.Op == "or":
		all := make([]string, len(args))
		for i, a := range args {
			all[i] = a.sql
		}
		out.sql = "(" + strings.Join(all, " "+strings.ToUpper(e.Op)+" ") + ")"
	case e.Op == "not":
		out.sql = "(NOT " + args[0].sql + ")"
	case e.Op == "isNull":
		out.sql = args[0].isNull()
	case e.Op == "between":
		out.sql = "(" + comparison(">=", args[0], args[1]) + " AND " + comparison("<=", args[0], args[2]) + ")"
	case spatial(e.Op) != 0:
		out.sql = relationSQL(spatial(e.Op), args[0].sql, args[1].sql)
	case temporal(e.Op) != 0:
		out.sql = temporalSQL(temporal(e.Op), args[0], args[1])
	case isArithmetic(e.Op):
		out = expression{kind: isNumber, sql: arithmeticSQL(e.Op, args[0].sql, args[1].sql)}
	default:
		out.sql = comparison(e.Op, args[0], args[1])
	}
	return out, nil
}

// operands translates what is compared; texts beside dates are read as such.
func (t *translator) operands(es []Expr) ([]expression, error) {
	args, dated := make([]expression, len(es)), false
	for i, e := range es {
		if _, text := e.(Text); text {
			continue
		}
		var err error
		if args[i], err = t.expression(e); err != nil {
			return nil, err
		}
		dated = dated || args[i].kind == isInstant
	}
	for i, e := range es {
		text, ok := e.(Text)
		if !ok {
			continue
		}
		if at, ok := readInstant(text.Value); ok && dated {
			args[i] = expression{kind: isInstant, moment: t.moment(spanOf(at))}
			continue
		}
		var err error
		if args[i], err = t.expression(e); err != nil {
			return nil, err
		}
	}
	return args, nil
}

func (x *expression) isNull() string {
	switch x.kind {
	case isInstant:
		return "(" + x.moment.first() + " IS NULL)"
	case isInterval:
		return "(" + x.from.first() + " IS NULL OR " + x.to.first() + " IS NULL)"
	}
	return "((" + x.sql + ") IS NULL)"
}

func comparison(op string, a, b expression) string {
	if a.kind == isInstant {
		return a.moment.compare(op, b.moment)
	}
	return "(" + a.sql + " " + op + " " + b.sql + ")"
}

// compare orders moments; those that share one are equal.
func (m moment) compare(op string, o moment) string {
	if m.isDay() && o.isDay() {
		return "(" + m.day() + " " + op + " " + o.day() + ")"
	}
	switch op {
	case "=":
		return "(" + m.end() + " >= " + o.first() + " AND " + m.first() + " <= " + o.end() + ")"
	case "<>":
		return "(" + m.end() + " < " + o.first() + " OR " + m.first() + " > " + o.end() + ")"
	case "<":
		return "(" + m.end() + " < " + o.first() + ")"
	case "<=":
		return "(" + m.first() + " <= " + o.end() + ")"
	case ">":
		return "(" + m.first() + " > " + o.end() + ")"
	}
	return "(" + m.end() + " >= " + o.first() + ")"
}

// in compares with each; fixed texts and numbers go as one array.
func (t *translator) in(e Call) (expression, error) {
	items := e.Args[1].(List).Items
	if texts, ok := literals(items, func(x Text) (string, bool) { return normal(x.Value), true }); ok {
		x, err := t.expression(e.Args[0])
		if err != nil || x.kind == isText {
			return expression{kind: isBool, sql: "(" + x.sql + " = ANY (" + t.bind(texts) + "::text[]))"}, err
		}
	}
	if numbers, ok := literals(items, func(x Number) (float64, bool) { return x.Value, true }); ok {
		x, err := t.expression(e.Args[0])
		return expression{kind: isBool, sql: "(" + x.sql + " = ANY (" + t.bind(numbers) + "::double precision[]))"}, err
	}
	args, err := t.operands(append([]Expr{e.Args[0]}, items...))
	if err != nil {
		return expression{}, err
	}
	any := make([]string, len(items))
	for i, item := range args[1:] {
		any[i] = comparison("=", args[0], item)
	}
	return expression{kind: isBool, sql: "(" + strings.Join(any, " OR ") + ")"}, nil
}

// like writes the pattern anew: PostgreSQL takes \ before any character.
func (t *translator) like(e Call) (expression, error) {
	x, err := t.expression(e.Args[0])
	if err != nil {
		return x, err
	}
	v, err := t.value(e.Args[1])
	if err != nil {
		return x, err
	}
	text, _ := v.text(nil)
	parts, _ := cutPattern(text)
	var b strings.Builder
	for i, part := range parts {
		if i > 0 {
			b.WriteByte('%')
		}
		for _, r := range part {
			switch {
			case r == anyRune:
				b.WriteByte('_')
				continue
			case strings.ContainsRune(`%_\`, r):
				b.WriteByte('\\')
			}
			b.WriteRune(r)
		}
	}
	return expression{kind: isBool, sql: "(" + x.sql + " LIKE " + t.bind(b.String()) + "::text)"}, nil
}

// arithmeticSQL leaves a quotient by 0 absent.
func arithmeticSQL(op, a, b string) string {
	switch op {
	case "/":
		return "(" + a + " / nullif(" + b + ", 0))"
	case "div":
		return "trunc(" + a + " / nullif(" + b + ", 0))"
	}
	return "(" + a + " " + op + " " + b + ")"
}

var spatialSQL = map[spatialOp]string{sIntersects: "ST_Intersects", sEquals: "ST_Equals", sTouches: "ST_Touches",
	sCrosses: "ST_Crosses", sWithin: "ST_Within", sContains: "ST_Contains", sOverlaps: "ST_Overlaps"}

func relationSQL(op spatialOp, a, b string) string {
	if op == sDisjoint {
		return "(NOT ST_Intersects(" + a + ", " + b + "))"
	}
	return spatialSQL[op] + "(" + a + ", " + b + ")"
}

// temporalSQL relates instants and intervals; of one with an absent end nothing
// is known.
func temporalSQL(op temporalOp, a, b expression) string {
	af, at := a.ends()
	bf, bt := b.ends()
	holds := relationInTimeSQL(op, af, at, bf, bt)
	var absent []string
	for _, m := range []moment{af, at, bf, bt} {
		if m.fixed != nil {
			continue
		}
		if test := m.column + " IS NULL"; !slices.Contains(absent, test) {
			absent = append(absent, test)
		}
	}
	if len(absent) == 0 || a.kind != isInterval && b.kind != isInterval {
		return holds
	}
	return "(CASE WHEN " + strings.Join(absent, " OR ") + " THEN NULL ELSE " + holds + " END)"
}

func (x *expression) ends() (from, to moment) {
	if x.kind == isInterval {
		return x.from, x.to
	}
	return x.moment, x.moment
}

func relationInTimeSQL(op temporalOp, af, at, bf, bt moment) string {
	all := func(tests ...string) string { return "(" + strings.Join(tests, " AND ") + ")" }
	switch op {
	case tBefore:
		return at.compare("<", bf)
	case tDisjoint:
		return "(" + at.compare("<", bf) + " OR " + bt.compare("<", af) + ")"
	case tIntersects:
		return all(at.compare(">=", bf), bt.compare(">=", af))
	case tEquals:
		return all(af.compare("=", bf), at.compare("=", bt))
	case tContains:
		return all(af.compare("<", bf), bt.compare("<", at))
	case tFinishes:
		return all(bf.compare("<", af), at.compare("=", bt))
	case tMeets:
		return at.compare("=", bf)
	case tOverlaps:
		return all(af.compare("<", bf), bf.compare("<", at), at.compare("<", bt))
	case tStarts:
		return all(af.compare("=", bf), at.compare("<", bt))
	}
	return relationInTimeSQL(inverseOf(op), bf, bt, af, at)
}
