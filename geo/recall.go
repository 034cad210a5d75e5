package geo

import (
	"bytes"
	"encoding/json"
	"errors"
)

// Recaller reads rows that history kept as JSON objects. It is for one pass over
// many of them, in one goroutine.
type Recaller struct {
	fields []Field
	byName map[string]int
	common []map[string]any // texts of each field seen often enough to share
}

// maxCommon bounds a field's dictionary: codes and notes do not repeat.
const maxCommon = 4096

// NewRecaller reads the values of these fields and passes over others.
func NewRecaller(fields []Field) *Recaller {
	r := &Recaller{fields: fields, byName: make(map[string]int, len(fields)), common: make([]map[string]any, len(fields))}
	for i, f := range fields {
		r.byName[f.Name] = i
		r.common[i] = map[string]any{}
	}
	return r
}

// Recall gives the values of a row. As when tables are read, what is no value of
// its field is absent.
func (r *Recaller) Recall(row []byte) (Properties, error) {
	p := make(Properties, len(r.fields))
	err := eachMember(row, func(key, value []byte) error {
		i, ok := r.byName[string(key)]
		if !ok {
			return nil
		}
		v, err := r.value(i, value)
		if v != nil {
			p[r.fields[i].Name] = v
		}
		return err
	})
	if err != nil {
		return nil, &Error{Code: Internal, Message: "a row of history cannot be read", Err: err}
	}
	return p, nil
}

// value reads one value of field i, nil for none.
func (r *Recaller) value(i int, raw []byte) (any, error) {
	f := r.fields[i]
	switch c := raw[0]; {
	case c == 'n', c == '{', c == '[':
		return nil, nil // null, or of a type that no field has
	case c == 't' || c == 'f':
		return f.kept(c == 't'), nil
	case c != '"':
		return f.kept(string(raw)), nil // a number: all types of numbers are read from text
	}
	if f.Type == TextField {
		if v, ok := r.common[i][string(raw)]; ok {
			return v, nil
		}
	}
	s, err := unquote(raw)
	if err != nil || s == "" {
		return nil, err
	}
	v := f.kept(s)
	if f.Type == TextField && len(r.common[i]) < maxCommon {
		r.common[i][string(raw)] = v
	}
	return v, nil
}

// kept is Value without the ranges, which may have changed since; nil for what is
// no value of the field.
func (f Field) kept(v any) any {
	if out, ok := f.convert(v); ok {
		return out
	}
	return nil
}

var errMalformed = errors.New("malformed JSON object")

// eachMember calls fn with the members of a JSON object: the key as text, the
// value as it is written. encoding/json would make a map of it first, which is
// most of the cost of reading a past.
func eachMember(b []byte, fn func(key, value []byte) error) error {
	i := space(b, 0)
	if i >= len(b) || b[i] != '{' {
		return errMalformed
	}
	for i = space(b, i+1); i < len(b) && b[i] != '}'; {
		end := valueEnd(b, i)
		if end < 0 || b[i] != '"' {
			return errMalformed
		}
		key := b[i+1 : end-1]
		if bytes.IndexByte(key, '\\') >= 0 {
			s, err := unquote(b[i:end])
			if err != nil {
				return err
			}
			key = []byte(s)
		}
		if i = space(b, end); i >= len(b) || b[i] != ':' {
			return errMalformed
		}
		i = space(b, i+1)
		if end = valueEnd(b, i); end < 0 {
			return errMalformed
		}
		if err := fn(key, b[i:end]); err != nil {
			return err
		}
		if i = space(b, end); i < len(b) && b[i] == ',' {
			i = space(b, i+1)
		} else if i < len(b) && b[i] != '}' {
			return errMalformed
		}
	}
	if i >= len(b) {
		return errMalformed
	}
	return nil
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// valueEnd gives where the value that begins at i ends, -1 where it does not.
func valueEnd(b []byte, i int) int {
	if i >= len(b) {
		return -1
	}
	switch b[i] {
	case '"':
		for j := i + 1; j < len(b); j++ {
			switch b[j] {
			case '\\':
				j++
			case '"':
				return j + 1
			}
		}
		return -1
	case '{', '[':
		return nestedEnd(b, i)
	}
	j := i
	for j < len(b) && b[j] != ',' && b[j] != '}' && b[j] != ']' && space(b, j) == j {
		j++
	}
	if j == i {
		return -1
	}
	return j
}

// nestedEnd finds the bracket that closes the one at i.
func nestedEnd(b []byte, i int) int {
	for depth := 0; i < len(b); i++ {
		switch b[i] {
		case '"':
			end := valueEnd(b, i)
			if end < 0 {
				return -1
			}
			i = end - 1
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return -1
}

// unquote reads a JSON string with its quotes.
func unquote(raw []byte) (string, error) {
	for _, c := range raw {
		if c == '\\' || c < ' ' {
			var s string
			err := json.Unmarshal(raw, &s)
			return s, err
		}
	}
	return string(raw[1 : len(raw)-1]), nil
}
