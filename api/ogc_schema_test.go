package api_test

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"yiping/geo"
)

// featureSchema gives the schema that a collection is described by, compiled, and
// its text.
func (s *service) featureSchema(id string) (*jsonschema.Schema, []byte) {
	s.t.Helper()
	at := ""
	for _, l := range decode[struct {
		Links []struct{ Rel, Href, Type string }
	}](s.t, s.get("/ogc/collections/"+id)).Links {
		if l.Rel == "describedby" && l.Type == "application/schema+json" {
			at = strings.TrimPrefix(l.Href, s.base)
		}
	}
	g := s.get(at)
	if g.status != http.StatusOK || g.header.Get("Content-Type") != "application/schema+json" {
		s.t.Fatalf("%s is described by %q: %d", id, at, g.status)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(g.body))
	if err != nil {
		s.t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("schema.json", doc); err != nil {
		s.t.Fatal(err)
	}
	compiled, err := c.Compile("schema.json")
	if err != nil {
		s.t.Fatalf("%s: %v", id, err)
	}
	return compiled, g.body
}

// Every feature fulfils the schema that its collection is described by, whatever it
// lacks, and a wrong one does not.
func TestOGCFeaturesAreAsDescribed(t *testing.T) {
	s := start(t, openStore(t), setting{})
	for _, c := range decode[struct{ Collections []struct{ ID string } }](t, s.get("/ogc/collections")).Collections {
		schema, _ := s.featureSchema(c.ID)
		for _, query := range []string{"?limit=1000", "?limit=3&properties=code", "?limit=3&crs=http://www.opengis.net/def/crs/EPSG/0/4490"} {
			doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(s.get("/ogc/collections/" + c.ID + "/items" + query).body))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range doc.(map[string]any)["features"].([]any) {
				if err := schema.Validate(f); err != nil {
					t.Errorf("%s: %v", c.ID, err)
				}
				properties := f.(map[string]any)["properties"].(map[string]any)
				properties["code"] = 7
				if schema.Validate(f) == nil {
					t.Errorf("%s: a number passes for a code", c.ID)
				}
				properties["code"], properties["no such"] = "A", nil
				if schema.Validate(f) == nil {
					t.Errorf("%s: a property that there is not passes", c.ID)
				}
			}
		}
	}
}

// Columns stand in the order of the declaration, and whole numbers are not called
// so where one of them takes more than 32 bits, which is as far as GDAL goes.
func TestOGCSchemaOfAFeature(t *testing.T) {
	store := openPostGIS(t)
	low, high := 0.0, 100.0
	fields := []geo.Field{{Name: "z", Type: geo.TextField}, {Name: "a", Type: geo.DateField}, {Name: "phone", Type: geo.IntField}, {Name: "floors", Type: geo.IntField}, {Name: "share", Type: geo.IntField, Min: &low, Max: &high}}
	memory := geo.Layer{ID: "shop_m", Title: geo.Text{ZH: "店"}, Geometry: geo.Points, Fields: fields}
	database := memory
	database.ID, database.Serve = "shop_d", geo.FromDatabase
	apply(t, store, geo.Edit{Op: geo.Declare, Layer: memory}, geo.Edit{Op: geo.Declare, Layer: database})
	s := start(t, store, setting{})
	refs := func(id, want string) {
		t.Helper()
		_, raw := s.featureSchema(id)
		text := string(raw)
		var got []string
		for _, f := range append([]geo.Field{{Name: "code"}}, fields...) {
			_, rest, ok := strings.Cut(text, `"`+f.Name+`":{`)
			if !ok {
				t.Fatalf("%s lacks %s, or has it too early: %s", id, f.Name, raw)
			}
			text = rest
			member, _, _ := strings.Cut(rest, "}")
			_, ref, _ := strings.Cut(member, "#/definitions/")
			name, _, _ := strings.Cut(ref, `"`)
			got = append(got, name)
		}
		if strings.Join(got[1:], " ") != want || !slices.Contains(got, "date") {
			t.Errorf("%s: %v, want %s", id, got, want)
		}
	}
	refs("shop_m", "string date integer integer integer")
	refs("shop_d", "string date number number integer") // only what is declared is known
	r := apply(t, store, create("shop_m", "A", orb.Point{121.4, 31.2}, geo.Properties{"phone": int64(13812345678), "floors": int64(1 << 31)}),
		create("shop_m", "B", orb.Point{121.4, 31.2}, geo.Properties{"phone": int64(1), "floors": int64(-1 << 31)}))
	s.reach(r.Cursor)
	refs("shop_m", "string date number number integer")
	r = apply(t, store, geo.Edit{Op: geo.Delete, Feature: geo.Feature{Layer: "shop_m", ID: lookup(t, store, "shop_m", "A")}})
	s.reach(r.Cursor)
	refs("shop_m", "string date integer integer integer")
}
