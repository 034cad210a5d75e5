package api

import (
	"net/url"
	"strings"
	"sync"

	"yiping/geo"
	"yiping/geo/overview"
)

// address is where the features behind a number are listed. It ends in a filter,
// so that a condition, or with & a parameter, can be added: an overview has
// hundreds, most of which differ in their end alone.
type address string

// behind is the address of the features of a layer that are of a part, by the
// clock of the question.
func (q *query) behind(layer geo.LayerID, f overview.Filter) address {
	values := url.Values{}
	q.clock.carry(values)
	at := q.base + featuresPath + string(layer) + "?"
	if len(values) > 0 {
		at += values.Encode() + "&"
	}
	return address(at + filterEnd + url.QueryEscape(f.Where()))
}

const filterEnd = "filter="

// is adds the condition that a property has a text; "" stands for none.
func (a address) is(property, text string) address { return a.and(named.find(property, text)) }

// conditions remembers how conditions stand in an address: an overview has hundreds,
// and the next one the same. The zero value is ready.
type conditions struct {
	mu    sync.Mutex
	known map[[2]string]escaped
}

const mostConditions = 4096

var named conditions

func (c *conditions) find(property, text string) escaped {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [2]string{property, text}
	e, ok := c.known[key]
	if !ok {
		if c.known == nil || len(c.known) >= mostConditions {
			c.known = map[[2]string]escaped{}
		}
		e = escape(overview.Is(property, text))
		c.known[key] = e
	}
	return e
}

// where adds a condition in CQL2.
func (a address) where(condition string) address { return a.and(escape(condition)) }

// escaped is a condition as it stands in an address.
type escaped string

// The conditions that each group of an overview has.
var (
	registered  = escape(overview.Registered)
	goalReached = escape(overview.GoalReached)
	isWarned    = escape(overview.Warned)
	reminded    = escape(overview.AtLevel(1))
	coordinated = escape(overview.AtLevel(2))
	supervised  = escape(overview.AtLevel(3))
	isProposed  = escape(overview.Proposed)
)

func escape(condition string) escaped { return escaped(url.QueryEscape(condition)) }

func (a address) and(condition escaped) address {
	if strings.HasSuffix(string(a), filterEnd) {
		return a + address(condition)
	}
	return a + "+AND+" + address(condition)
}
