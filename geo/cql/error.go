package cql

import (
	"fmt"

	"yiping/geo"
)

// fault is an error on its way out; it becomes a *geo.Error at the package's
// edge, so that the text names the place once.
type fault struct {
	at      int
	message string
	remedy  string
}

func (f *fault) Error() string { return f.message }

func (f *fault) mend(remedy string) *fault {
	f.remedy = remedy
	return f
}

func invalid(e Expr, format string, args ...any) *fault { return faultAt(e.Pos(), format, args...) }

func faultAt(pos int, format string, args ...any) *fault {
	return &fault{at: pos, message: fmt.Sprintf(format, args...)}
}

// filterError gives what callers see: Invalid, Field "filter".
func filterError(err error) error {
	if err == nil {
		return nil
	}
	out := &geo.Error{Code: geo.Invalid, Field: "filter", Message: err.Error()}
	if f, ok := err.(*fault); ok {
		out.Mend = f.remedy
		if f.at > 0 {
			out.Message = fmt.Sprintf("at character %d: %s", f.at, f.message)
		}
	}
	return out
}

// Limits of a filter. They bound the work of reading one and the stack that
// reading and evaluating it takes.
const (
	MaxBytes    = 256 << 10 // of text or JSON
	MaxDepth    = 100       // of the tree
	MaxVertices = 20_000    // of one literal geometry
)

// maxNesting bounds the recursion of the parsers: brackets in text can be needed
// twice per level of the tree.
const maxNesting = 3 * MaxDepth

// checkDepth bounds the tree.
func checkDepth(e Expr, left int) error {
	if left == 0 {
		return invalid(e, "the filter is nested deeper than %d", MaxDepth)
	}
	for _, part := range parts(e) {
		if part == nil {
			continue
		}
		if err := checkDepth(part, left-1); err != nil {
			return err
		}
	}
	return nil
}

// parts lists the nodes right below a node; an open end of an interval is nil.
func parts(e Expr) []Expr {
	switch e := e.(type) {
	case Call:
		return e.Args
	case List:
		return e.Items
	case Interval:
		return []Expr{e.From, e.To}
	}
	return nil
}
