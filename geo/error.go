package geo

import (
	"errors"
	"fmt"
)

// Code says what kind of failure an Error is. Adapters translate a code once,
// at their own edge: api into an HTTP status, cmd into an exit status.
type Code string

// The codes. A failure without a code is internal: its text is for the log only.
const (
	Invalid     Code = "invalid"     // the caller's input is wrong; Field or Row says where
	NotFound    Code = "not_found"   // no such layer, feature, report, district
	Conflict    Code = "conflict"    // stale version, duplicate code, id not acceptable
	Reload      Code = "reload"      // the cursor cannot be followed; load again
	Unavailable Code = "unavailable" // the store cannot be reached just now
	Unsupported Code = "unsupported" // understood, but not something this build does
	Internal    Code = "internal"    // everything else
)

// Error is the one error type of the domain.
type Error struct {
	Code    Code
	Message string  // one sentence for a person, ending without a full stop
	Mend    string  // what the person can do about it; may be empty
	ZH      string  // message and mend in Chinese, for screens; may be empty
	Layer   LayerID // where, as far as known
	Field   string  // field, column or parameter
	Row     int     // 1-based row or feature number in a file or batch; 0 = unknown
	Err     error   // cause, may be nil
}

// Error joins place, message and mend into one line.
func (e *Error) Error() string {
	s := ""
	if e.Layer != "" {
		s += "layer " + string(e.Layer) + ": "
	}
	if e.Row > 0 {
		s += fmt.Sprintf("row %d: ", e.Row)
	}
	if e.Field != "" {
		s += "field " + e.Field + ": "
	}
	s += e.Message
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	if e.Mend != "" {
		s += " (" + e.Mend + ")"
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of the given code.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Wrap makes an Error of the given code around a cause.
func Wrap(code Code, err error, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Err: err}
}

// CodeOf finds the code of an error; "" for nil, Internal where none is set.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	var e *Error
	if errors.As(err, &e) && e.Code != "" {
		return e.Code
	}
	return Internal
}
