package cql

import (
	"slices"
	"strings"
)

// reserved are the words that never name a property unless in double quotes.
const reserved = " and or not like between in is null true false div "

// constructors are the words that begin a literal where a bracket follows.
const constructors = " date timestamp interval bbox point linestring polygon multipoint multilinestring multipolygon geometrycollection "

func isOneOf(words, word string) bool {
	return strings.Contains(words, " "+strings.ToLower(word)+" ")
}

// functions are the operators that are written like functions in text.
func functions() []string {
	return slices.Concat([]string{"casei", "accenti"}, spatialNames[:], temporalNames[:], arrayNames[:])
}

// operatorNamed finds an operator written like a function, in any case.
func operatorNamed(name string) (string, bool) {
	if !strings.Contains(name, "_") && len(name) > len("accenti") {
		return "", false
	}
	for _, f := range functions() {
		if strings.EqualFold(f, name) {
			return f, true
		}
	}
	return "", false
}

// isOperator reports whether a name is an operator's in whatever case, so that no
// function may have it.
func isOperator(name string) bool {
	_, known := operatorNamed(name)
	return known || isOneOf(" and or not like between in isnull div ", name) || isSign(name)
}

func isSign(name string) bool { return strings.Contains(" = <> < > <= >= + - * / % ^ ", " "+name+" ") }

// The names are in the order of the constants of their kind, from 1.
var (
	spatialNames  = [...]string{"s_intersects", "s_disjoint", "s_equals", "s_touches", "s_crosses", "s_within", "s_contains", "s_overlaps"}
	temporalNames = [...]string{"t_after", "t_before", "t_disjoint", "t_equals", "t_intersects", "t_contains", "t_during", "t_finishedBy", "t_finishes",
		"t_meets", "t_metBy", "t_overlappedBy", "t_overlaps", "t_startedBy", "t_starts"}
	arrayNames = [...]string{"a_equals", "a_contains", "a_containedBy", "a_overlaps"}
)

type (
	spatialOp  int
	temporalOp int
	arrayOp    int
)

const (
	sIntersects spatialOp = iota + 1
	sDisjoint
	sEquals
	sTouches
	sCrosses
	sWithin
	sContains
	sOverlaps
)

const (
	tAfter temporalOp = iota + 1
	tBefore
	tDisjoint
	tEquals
	tIntersects
	tContains // from here on for intervals only
	tDuring
	tFinishedBy
	tFinishes
	tMeets
	tMetBy
	tOverlappedBy
	tOverlaps
	tStartedBy
	tStarts
)

const (
	aEquals arrayOp = iota + 1
	aContains
	aContainedBy
	aOverlaps
)

func spatial(op string) spatialOp   { return spatialOp(slices.Index(spatialNames[:], op) + 1) }
func temporal(op string) temporalOp { return temporalOp(slices.Index(temporalNames[:], op) + 1) }
func array(op string) arrayOp       { return arrayOp(slices.Index(arrayNames[:], op) + 1) }
