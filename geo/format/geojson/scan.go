package geojson

import (
	"encoding/json"
	"strconv"
)

// cursor walks JSON text that encoding/json has already found well formed, so
// that nothing here needs to check grammar.
type cursor struct {
	b []byte
	i int
}

func (c *cursor) peek() byte {
	for c.i < len(c.b) {
		switch c.b[c.i] {
		case ' ', '\t', '\n', '\r', ',', ':':
			c.i++
		default:
			return c.b[c.i]
		}
	}
	return 0
}

// enter steps over an opening bracket; leave over a closing one if it is next.
func (c *cursor) enter() { c.peek(); c.i++ }

func (c *cursor) leave() bool {
	if b := c.peek(); b == ']' || b == '}' || b == 0 {
		c.i++
		return true
	}
	return false
}

// value gives the text of the next value and steps over it.
func (c *cursor) value() []byte {
	first := c.peek()
	start := c.i
	switch first {
	case '"':
		c.skipString()
	case '{', '[':
		c.skipNested()
	default:
		for c.i < len(c.b) && !ends(c.b[c.i]) {
			c.i++
		}
	}
	return c.b[start:c.i]
}

func ends(b byte) bool {
	switch b {
	case ' ', '\t', '\n', '\r', ',', ':', ']', '}':
		return true
	}
	return false
}

func (c *cursor) skipString() {
	for c.i++; c.i < len(c.b) && c.b[c.i] != '"'; c.i++ {
		if c.b[c.i] == '\\' {
			c.i++
		}
	}
	c.i = min(c.i+1, len(c.b))
}

func (c *cursor) skipNested() {
	depth := 0
	for c.i < len(c.b) {
		switch c.b[c.i] {
		case '"':
			c.skipString()
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		c.i++
		if depth == 0 {
			return
		}
	}
}

// eachMember calls fn for every member of the object b; the first error ends it.
func eachMember(b []byte, fn func(key string, value []byte) error) error {
	c := cursor{b: b}
	if c.peek() != '{' {
		return nil
	}
	c.enter()
	for !c.leave() {
		key := text(c.value())
		if err := fn(key, c.value()); err != nil {
			return err
		}
	}
	return nil
}

// text decodes a JSON string.
func text(b []byte) string {
	if len(b) < 2 || b[0] != '"' {
		return string(b)
	}
	for _, ch := range b {
		if ch == '\\' {
			var s string
			if err := json.Unmarshal(b, &s); err == nil {
				return s
			}
			break
		}
	}
	return string(b[1 : len(b)-1])
}

// scalar gives the Go value of JSON text: string, int64, float64, bool, or nil;
// an object or array stays JSON text.
func scalar(b []byte) any {
	switch b[0] {
	case '"':
		return text(b)
	case 't':
		return true
	case 'f':
		return false
	case 'n':
		return nil
	case '{', '[':
		return string(b)
	}
	if n, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		return n
	}
	// A number beyond float64 stays text rather than becoming infinite.
	x, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		return string(b)
	}
	return x
}
