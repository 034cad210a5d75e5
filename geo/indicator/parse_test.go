package indicator_test

import (
	"errors"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/indicator"
)

func TestWhatDoesNotParseNamesThePlace(t *testing.T) {
	deep := strings.Repeat(`{"add":[`, 25) + `{"const":1}` + strings.Repeat(`]}`, 25)
	for formula, want := range map[string]string{
		``:                                     "an object is wanted",
		`7`:                                    "an object is wanted",
		`{}`:                                   "one operator is wanted, there are 0",
		`{"count":{"layer":"a"},"const":1}`:    "one operator is wanted, there are 2",
		`{"const":1,"const":2}`:                "“const” stands twice",
		`{"const":1} {"const":2}`:              "something follows the formula",
		`{"median":{"layer":"a"}}`:             "at median: there is no such operator",
		`{"const":"7"}`:                        "at const: a number is wanted",
		`{"const":null}`:                       "at const: a number is wanted",
		`{"reading":7}`:                        "at reading: the code of an indicator is wanted",
		`{"count":{}}`:                         "at count: the layer is missing",
		`{"count":{"layer":"A b"}}`:            "at count.layer: “A b” cannot be a layer",
		`{"count":{"layer":"a","field":"x"}}`:  "at count.field: count does not take this",
		`{"count":{"layer":"a","colour":"x"}}`: "at count.colour: count does not take this",
		`{"count":{"layer":7}}`:                "at count.layer: a text is wanted",
		`{"sum":{"layer":"a"}}`:                "at sum: one of field and report is wanted",
		`{"sum":{"layer":"a","field":"x","report":"y"}}`: "at sum: one of field and report is wanted",
		`{"months":{"layer":"a","from":"x"}}`:            "at months: one of to is wanted",
		`{"percent":[{"const":1}]}`:                      "at percent: 1 values are given, 2 are wanted",
		`{"add":[]}`:                                     "at add: 0 values are given, one or more are wanted",
		`{"add":{"const":1}}`:                            "at add: a list of values is wanted",
		`{"percent":[{"const":1},{"count":{"layer":"a","filter":"b = "}}]}`:            "at percent[1].count.filter: at character 5",
		`{"sub":[{"const":1},{"mul":[{"const":2},{"sum":{"layer":"a","field":""}}]}]}`: "at sub[1].mul[1].sum.field: a text is wanted",
		`{"count":{"layer":"a"`: "the JSON is broken",
		deep:                    "nested deeper than 20",
		`{"reading":"` + strings.Repeat("x", 70<<10) + `"}`: "longer than 65536 bytes",
	} {
		_, err := indicator.Parse(formula)
		var e *geo.Error
		if !errors.As(err, &e) || e.Code != geo.Invalid || e.Field != "formula" || !strings.Contains(e.Message, want) {
			t.Errorf("%.80s: %v, want %q", formula, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, formula := range formulas {
		f.Add(formula)
	}
	f.Add(`{"percent":[{"count":{"layer":"a","filter":"x = 1"}},{"reading":"b"}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		formula, err := indicator.Parse(text)
		if err != nil {
			if geo.CodeOf(err) != geo.Invalid {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		for _, s := range formula.Source() {
			if !geo.ValidLayerID(s.Layer) {
				t.Fatalf("%q: layer %q", text, s.Layer)
			}
		}
	})
}
