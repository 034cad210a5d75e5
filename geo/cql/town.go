package cql

import "slices"

// A feature may lie in several towns. What is said of town holds if it holds of
// one of them; town <> 'x' is NOT (town = 'x'): it lies in other towns alone.

// inTown is a row of which one other than its first town is looked at.
type inTown struct {
	Row
	town string
}

func (r inTown) Town() string { return r.town }

// inAnyTown tests a row with each of its towns.
func inAnyTown(op string, of test) test {
	decides := yes
	if op == "<>" {
		decides = no
	}
	return func(r Row) truth {
		got := of(r)
		if got == decides {
			return got
		}
		for _, town := range r.OtherTowns() {
			switch of(inTown{r, town}) {
			case decides:
				return decides
			case unknown:
				got = unknown
			}
		}
		return got
	}
}

// namesTown reports whether a predicate speaks of the feature's town. What is
// said within another predicate is decided there.
func namesTown(e Call) bool {
	return slices.ContainsFunc(e.Args, isTown)
}

func isTown(e Expr) bool {
	switch e := e.(type) {
	case Property:
		return e.Name == "town"
	case Call:
		return (e.Op == "casei" || e.Op == "accenti") && namesTown(e)
	case List:
		return slices.ContainsFunc(e.Items, isTown)
	}
	return false
}

func logical(op string) bool { return op == "and" || op == "or" || op == "not" }
