package api

import (
	"strings"

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

// holds does not look at the unit, which answers does.
func (s scope) holds(i snapshot.Item) bool {
	return (s.district == "" || i.District() == s.district) &&
		(s.town == "" || i.InTown(s.town)) &&
		(s.level == "" || i.Text(levelField) == s.level) &&
		(s.category == "" || i.Text(categoryField) == s.category)
}

// answers reports whether the unit of the scope answers for a feature.
func (s scope) answers(i snapshot.Item) bool { return s.unit == "" || i.Unit() == s.unit }

// unitAsked reads unit=, by any name of the unit, and gives the one it goes by in
// the district on its day. Of all districts, where one name may be of several
// units, it is the name itself if a unit goes by it anywhere. A name that neither
// the register nor any feature knows is refused.
func (q *query) unitAsked(district string) (string, error) {
	name := strings.TrimSpace(q.text(unitField))
	if name == "" || district == "" && q.goesBy("", name) {
		return name, nil
	}
	day := q.snap.Date(district)
	now := q.snap.UnitName(district, name, day)
	if _, known := q.snap.Unit(district, name, day); !known && !q.goesBy(district, now) {
		return "", unknownUnit(name)
	}
	return now, nil
}

// goesBy reports whether the unit of any feature of a district, "" for all, goes by
// a name on its day: of those judged, and of the layer asked for.
func (q *query) goesBy(district, name string) bool {
	for _, l := range q.snap.Layers() {
		if _, named := l.FieldIndex(l.UnitField()); !named || l.Decl().Light.Kind == geo.NoRule && string(l.Decl().ID) != q.vars["layer"] {
			continue
		}
		for i := range l.All {
			if (district == "" || i.District() == district) && i.Unit() == name {
				return true
			}
		}
	}
	return false
}

// Fields of the project layer that the answers group by.
const (
	levelField    = "level"
	categoryField = "category"
	townField     = "town"
	unitField     = "unit"
)

// place reads district=, town= and unit=.
func (q *query) place() (sc scope, d snapshot.District, err error) {
	if d, _, err = q.district(); err != nil {
		return sc, d, err
	}
	sc.district = d.Code
	if sc.town, err = q.town(); err != nil {
		return sc, d, err
	}
	sc.unit, err = q.unitAsked(d.Code)
	return sc, d, err
}

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
