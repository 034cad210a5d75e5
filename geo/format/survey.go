package format

import (
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// Column is a column with the narrowest type that holds all its values.
type Column struct {
	Name   string
	Type   geo.FieldType
	Filled int // records with a value
}

// Survey is what one reading of a whole file found. The zero Survey is ready.
type Survey struct {
	Info   Info
	Rows   int // records
	Shapes int // records with a geometry
	// Projected counts geometries whose coordinates are so large that they can
	// only be metres of a projected coordinate system.
	Projected int
	kinds     map[geo.GeometryKind]int
	guesses   map[string]*guess
}

// Scan reads the rest of r. each, which may be nil, sees every record; its error,
// or one that ends the file, ends the scan.
func (s *Survey) Scan(r Reader, each func(Row) error) error {
	typed := r.Info().Typed
	for {
		row, err := r.Next()
		if err == io.EOF {
			s.Info = r.Info()
			return nil
		}
		if err != nil {
			s.Info = r.Info()
			return err
		}
		s.observe(row, typed)
		if each == nil {
			continue
		}
		if err := each(row); err != nil {
			return err
		}
	}
}

func (s *Survey) observe(row Row, typed bool) {
	if s.guesses == nil {
		s.guesses = make(map[string]*guess)
		s.kinds = make(map[geo.GeometryKind]int)
	}
	s.Rows++
	if row.Geometry != nil {
		s.Shapes++
		s.kinds[kindOf(row.Geometry)]++
		if projected(row.Geometry) {
			s.Projected++
		}
	}
	for name, v := range row.Values {
		g := s.guesses[name]
		if g == nil {
			g = &guess{}
			s.guesses[name] = g
		}
		g.see(v, typed)
	}
}

// Columns gives the columns in the order of the file.
func (s *Survey) Columns() []Column {
	out := make([]Column, 0, len(s.Info.Columns))
	for _, name := range s.Info.Columns {
		c := Column{Name: name, Type: geo.TextField}
		if g := s.guesses[name]; g != nil {
			c.Type, c.Filled = g.decide(), g.filled
		}
		out = append(out, c)
	}
	return out
}

// Kind gives the kind of layer that holds the geometries of the file.
func (s *Survey) Kind() geo.GeometryKind {
	switch len(s.kinds) {
	case 0:
		return geo.NoGeometry
	case 1:
		for k := range s.kinds {
			return k
		}
	}
	return geo.AnyGeometry
}

func kindOf(g orb.Geometry) geo.GeometryKind {
	switch g.(type) {
	case orb.Point, orb.MultiPoint:
		return geo.Points
	case orb.LineString, orb.MultiLineString:
		return geo.Lines
	case orb.Polygon, orb.MultiPolygon:
		return geo.Polygons
	}
	return geo.AnyGeometry
}

// projectedFrom is far beyond any degree and far below any metre of a Chinese
// or Mercator grid.
const projectedFrom = 1000

func projected(g orb.Geometry) bool {
	found := false
	_ = geo.EachPoint(g, func(p orb.Point) error {
		found = math.Abs(p[0]) >= projectedFrom && math.Abs(p[1]) >= projectedFrom
		return io.EOF // the first vertex is enough
	})
	return found
}

// guess narrows the type of one column.
type guess struct {
	filled                               int
	notInt, notFloat, notBool, notMoment bool
	day, timeOfDay                       bool // seen
}

func (g *guess) see(v any, typed bool) {
	if v == nil || v == "" {
		return
	}
	g.filled++
	switch v := v.(type) {
	case int64:
		g.notBool, g.notMoment = true, true
	case float64:
		g.notInt, g.notBool, g.notMoment = true, true, true
	case bool:
		g.notInt, g.notFloat, g.notMoment = true, true, true
	case string:
		// A text that looks like a number is text where the file could have
		// written a number: codes and telephone numbers stay whole.
		if typed {
			g.notInt, g.notFloat, g.notBool = true, true, true
		} else {
			v = strings.TrimSpace(v)
			g.notInt = g.notInt || !looksInt(v)
			g.notFloat = g.notFloat || !looksFloat(v)
			g.notBool = g.notBool || !looksBool(v)
		}
		g.seeMoment(v)
	}
}

func (g *guess) seeMoment(s string) {
	if g.notMoment {
		return
	}
	s = strings.TrimSpace(s)
	if len(s) >= 8 && len(s) <= 10 { // a year and month alone is not a day
		if _, err := geo.ParseDate(s); err == nil {
			g.day = true
			return
		}
	}
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02 15:04:05", "2006-01-02T15:04:05"} {
		if _, err := time.Parse(layout, s); err == nil {
			g.timeOfDay = true
			return
		}
	}
	g.notMoment = true
}

// decide gives text for a column without values: any later one fits.
func (g *guess) decide() geo.FieldType {
	switch {
	case g.filled == 0:
		return geo.TextField
	case !g.notInt:
		return geo.IntField
	case !g.notFloat:
		return geo.FloatField
	case !g.notBool:
		return geo.BoolField
	case g.notMoment || g.day == g.timeOfDay:
		return geo.TextField
	case g.day:
		return geo.DateField
	case g.timeOfDay:
		return geo.TimeField
	}
	return geo.TextField
}

// looksInt refuses what an integer would not give back as it was written: a
// leading zero or plus sign, or more digits than a JavaScript number holds.
func looksInt(s string) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n > -1<<53 && n < 1<<53 && strconv.FormatInt(n, 10) == s
}

func looksFloat(s string) bool {
	digits := strings.TrimPrefix(s, "-")
	if len(digits) > 1 && digits[0] == '0' && digits[1] != '.' {
		return false
	}
	if digits == "" || (digits[0] < '0' || digits[0] > '9') && digits[0] != '.' {
		return false // inf, nan, +1
	}
	if strings.ContainsAny(digits, "xX_") || !strings.Contains(digits, ".") && len(digits) > 15 {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func looksBool(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "是", "否":
		return true
	}
	return false
}
