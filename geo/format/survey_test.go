package format_test

import (
	"io"
	"testing"

	"github.com/paulmach/orb"

	"yiping/geo"
	"yiping/geo/format"
)

type rows struct {
	typed bool
	rows  []format.Row
}

func (r *rows) Info() format.Info {
	return format.Info{Columns: []string{"v"}, Typed: r.typed, Geometry: true}
}

func (r *rows) Next() (format.Row, error) {
	if len(r.rows) == 0 {
		return format.Row{}, io.EOF
	}
	row := r.rows[0]
	r.rows = r.rows[1:]
	return row, nil
}

func TestSurveyFindsTheNarrowestType(t *testing.T) {
	for name, c := range map[string]struct {
		typed  bool
		values []any
		want   geo.FieldType
	}{
		"whole numbers as text":      {false, []any{"1", " 22", "", "-3"}, geo.IntField},
		"fractions as text":          {false, []any{"1", "2.5", ".5", "1e3"}, geo.FloatField},
		"leading zero":               {false, []any{"021", "22"}, geo.TextField},
		"eighteen digits":            {false, []any{"310105195001011234"}, geo.TextField},
		"words for numbers":          {false, []any{"inf", "NaN"}, geo.TextField},
		"days":                       {false, []any{"2022-12-31", "2022/1/5"}, geo.DateField},
		"months are not days":        {false, []any{"2022-12"}, geo.TextField},
		"moments":                    {true, []any{"2022-12-31T08:00:00Z"}, geo.TimeField},
		"days and moments":           {true, []any{"2022-12-31T08:00:00Z", "2022-12-31"}, geo.TextField},
		"yes and no":                 {false, []any{"是", "否"}, geo.BoolField},
		"digits in quotes":           {true, []any{"8756689"}, geo.TextField},
		"whole numbers":              {true, []any{int64(3), nil}, geo.IntField},
		"whole numbers and fraction": {true, []any{int64(3), 2.5}, geo.FloatField},
		"number and text":            {true, []any{int64(3), "a"}, geo.TextField},
		"booleans":                   {true, []any{true}, geo.BoolField},
		"nothing":                    {true, []any{nil}, geo.TextField},
	} {
		t.Run(name, func(t *testing.T) {
			in := &rows{typed: c.typed}
			for _, v := range c.values {
				in.rows = append(in.rows, format.Row{Values: map[string]any{"v": v}})
			}
			var s format.Survey
			if err := s.Scan(in, nil); err != nil {
				t.Fatal(err)
			}
			got := s.Columns()[0]
			if got.Type != c.want {
				t.Errorf("type %s, want %s", got.Type, c.want)
			}
			// What was inferred must take every value it was inferred from.
			f := geo.Field{Name: "v", Type: got.Type}
			for _, v := range c.values {
				if _, err := f.Value(v); err != nil {
					t.Errorf("%v does not fit: %v", v, err)
				}
			}
		})
	}
}

func TestSurveyFindsTheKindOfShapes(t *testing.T) {
	for name, c := range map[string]struct {
		shapes []orb.Geometry
		want   geo.GeometryKind
	}{
		"none":       {[]orb.Geometry{nil}, geo.NoGeometry},
		"points":     {[]orb.Geometry{orb.Point{1, 2}, nil, orb.MultiPoint{{1, 2}}}, geo.Points},
		"lines":      {[]orb.Geometry{orb.LineString{{1, 2}, {3, 4}}}, geo.Lines},
		"mixed":      {[]orb.Geometry{orb.Point{1, 2}, orb.LineString{{1, 2}, {3, 4}}}, geo.AnyGeometry},
		"collection": {[]orb.Geometry{orb.Collection{orb.Point{1, 2}}}, geo.AnyGeometry},
	} {
		t.Run(name, func(t *testing.T) {
			in := &rows{}
			for _, g := range c.shapes {
				in.rows = append(in.rows, format.Row{Geometry: g})
			}
			var s format.Survey
			if err := s.Scan(in, nil); err != nil {
				t.Fatal(err)
			}
			if got := s.Kind(); got != c.want {
				t.Errorf("kind %s, want %s", got, c.want)
			}
		})
	}
}
