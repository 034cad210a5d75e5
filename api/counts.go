package api

import (
	"yiping/geo"
	"yiping/geo/snapshot"
)

// counts are how many features have each light.
type counts struct {
	Red    int `json:"red"`
	Yellow int `json:"yellow"`
	Green  int `json:"green"`
	None   int `json:"none"`
}

func countsOf(c snapshot.LightCounts) counts {
	return counts{Red: c[geo.Red], Yellow: c[geo.Yellow], Green: c[geo.Green], None: c[geo.None]}
}

func (c *counts) add(l geo.Light) {
	switch l {
	case geo.Red:
		c.Red++
	case geo.Yellow:
		c.Yellow++
	case geo.Green:
		c.Green++
	default:
		c.None++
	}
}

func (c counts) total() int { return c.Red + c.Yellow + c.Green + c.None }

// scope is what part of a layer a question is about; "" is any.
type scope struct{ district, town, level, category, unit string }

// holds does not look at the unit, which each layer keeps in a field of its own.
func (s scope) holds(i snapshot.Item) bool {
	return (s.district == "" || i.District() == s.district) &&
		(s.town == "" || i.Town() == s.town) &&
		(s.level == "" || i.Text(levelField) == s.level) &&
		(s.category == "" || i.Text(categoryField) == s.category)
}

// Fields of the project layer that the answers group by.
const (
	levelField    = "level"
	categoryField = "category"
	townField     = "town"
	unitField     = "unit" // where the layer's rule does not name another
)

// scope reads district= and level=. A level must be one the project layer
// declares, where it declares any.
func (q *query) scope() (scope, snapshot.District, error) {
	d, _, err := q.district()
	if err != nil {
		return scope{}, d, err
	}
	s := scope{district: d.Code, level: q.text(levelField)}
	if s.level == "" {
		return s, d, nil
	}
	l, ok := q.snap.Layer(projectLayer)
	if !ok {
		return s, d, nil
	}
	if f, ok := l.Decl().Field(levelField); ok && len(f.Enum) > 0 {
		_, err = q.choice(levelField, f.Enum...)
	}
	return s, d, err
}
