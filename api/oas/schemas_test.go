package oas_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"yiping/api/oas"
	"yiping/geo"
)

type inner struct {
	Shared string   `json:"shared"`
	Deep   *float64 `json:"deep"`
}

type outer struct {
	inner
	Shared   int             `json:"shared"` // hides that of inner
	Left     *int            `json:"left,omitempty"`
	Light    *geo.Light      `json:"light"`
	When     *time.Time      `json:"when"`
	Day      geo.Date        `json:"day"`
	Pair     [2]uint8        `json:"pair"`
	By       map[string]bool `json:"by"`
	Self     []outer         `json:"self"`
	Raw      json.RawMessage `json:"raw" schema:"Elsewhere"`
	Hidden   string          `json:"-"`
	internal int
}

// What encoding/json writes of a value fits the schema of its type; what it never
// writes does not.
func TestSchemasAreOfWhatIsWritten(t *testing.T) {
	s := oas.New(map[reflect.Type]string{reflect.TypeFor[inner](): "Inside"}, nil)
	ref := s.Of(outer{})
	s.Add("Elsewhere", oas.Object{"type": "string"})
	s.Tidy()
	raw, err := json.Marshal(oas.Object{"openapi": "3.0.3", "info": oas.Object{"title": "t", "version": "1"}, "paths": oas.Object{}, "components": oas.Object{"schemas": s.All()}})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(raw)
	if err == nil {
		err = doc.Validate(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	if ref["$ref"] != "#/components/schemas/Outer" {
		t.Errorf("called %v", ref)
	}
	three, now, red := 3, time.Now(), geo.Red
	whole := outer{Left: &three, Light: &red, When: &now, Day: geo.NewDate(2022, 12, 31), Raw: json.RawMessage(`"x"`), By: map[string]bool{"a": true},
		Self: []outer{{Raw: json.RawMessage(`""`), By: map[string]bool{}, Self: []outer{}}}, internal: 1}
	written, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	fits := func(edit func(map[string]any)) error {
		var v map[string]any
		if err := json.Unmarshal(written, &v); err != nil {
			t.Fatal(err)
		}
		edit(v)
		return doc.Components.Schemas["Outer"].Value.VisitJSON(v, openapi3.VisitAsResponse(), openapi3.EnableFormatValidation())
	}
	if err := fits(func(map[string]any) {}); err != nil {
		t.Errorf("%s: %v", written, err)
	}
	for name, edit := range map[string]func(map[string]any){
		"an undescribed member": func(v map[string]any) { v["more"] = 1 },
		"one left out":          func(v map[string]any) { delete(v, "pair") },
		"null for a text":       func(v map[string]any) { v["raw"] = nil },
		"null where omitted":    func(v map[string]any) { v["left"] = nil },
		"no light":              func(v map[string]any) { v["light"] = "blue" },
		"no day":                func(v map[string]any) { v["day"] = "soon" },
		"three of a pair":       func(v map[string]any) { v["pair"] = []any{1.0, 2.0, 3.0} },
		"the hidden text":       func(v map[string]any) { v["shared"] = "x" },
		"a fault within":        func(v map[string]any) { v["self"] = []any{map[string]any{}} },
	} {
		if fits(edit) == nil {
			t.Errorf("%s fits", name)
		}
	}
}
