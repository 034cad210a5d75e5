package crs

import (
	"fmt"

	"github.com/paulmach/orb"
)

// Error says why a text does not name a coordinate system. Mend, which may be
// empty, is what the person can do about it. Unknown tells a system this package
// does not have from a text that is wrong.
type Error struct {
	Text    string // what was given, cut short
	Message string
	Mend    string
	Unknown bool
}

// Error joins text, message and mend into one line.
func (e *Error) Error() string {
	s := "coordinate system “" + e.Text + "”: " + e.Message
	if e.Mend != "" {
		s += " (" + e.Mend + ")"
	}
	return s
}

func invalid(text, format string, args ...any) *Error {
	return &Error{Text: shorten(text), Message: fmt.Sprintf(format, args...)}
}

func unknown(text, message, mend string) *Error {
	return &Error{Text: shorten(text), Message: message, Mend: mend, Unknown: true}
}

// shorten keeps a foreign text from flooding a message.
func shorten(s string) string {
	const limit = 80
	n := 0
	for i := range s {
		if n == limit {
			return s[:i] + "…"
		}
		n++
	}
	return s
}

// OutsideError says that a position cannot be one of a coordinate system, or
// cannot be expressed in it. Mend may be empty.
type OutsideError struct {
	CRS     string    // its name
	Point   orb.Point // as given, x before y
	Message string
	Mend    string
}

// Error joins position, message and mend into one line.
func (e *OutsideError) Error() string {
	s := fmt.Sprintf("position %.10g, %.10g is outside %s: %s", e.Point[0], e.Point[1], e.CRS, e.Message)
	if e.Mend != "" {
		s += " (" + e.Mend + ")"
	}
	return s
}
