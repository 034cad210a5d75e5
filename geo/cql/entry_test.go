package cql_test

import (
	"errors"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/cql"
)

// entered is a row whose entry of the register is elsewhere.
type entered struct {
	record
	entry geo.Properties
}

func (e entered) EntryValue(field string) any { return e.entry[field] }

func register() *geo.Layer {
	return &geo.Layer{ID: "works", Light: geo.LightRule{Kind: geo.ProgressRule, Year: "year"}, Fields: []geo.Field{
		{Name: "year", Type: geo.IntField}, {Name: "listed", Type: geo.TextField}, {Name: "issued", Type: geo.DateField},
		{Name: "open", Type: geo.BoolField}, {Name: "sum", Type: geo.FloatField}, {Name: "entry_note", Type: geo.TextField}}}
}

func TestFieldsOfTheEntryInForce(t *testing.T) {
	own := geo.Properties{"year": int64(2023), "listed": "年初", "sum": 9.0, "entry_note": "甲"}
	row := entered{record{values: own}, geo.Properties{"year": int64(2022), "listed": "年中", "issued": geo.NewDate(2022, 2, 1), "open": true, "sum": 2.5}}
	none := entered{record: record{values: own}}
	for _, c := range []struct {
		text      string
		row, none bool
	}{
		{"entry_year = 2022 AND year = 2023", true, false}, {"entry_listed = '年中'", true, false}, {"entry_issued < DATE('2022-03-01')", true, false},
		{"entry_issued = '2022-02-01'", true, false}, {"entry_open", true, false}, {"entry_sum * 2 = 5", true, false}, {"entry_sum < sum", true, false},
		{"entry_year IS NULL", false, true}, {"entry_listed <> '年初'", true, false}, {"entry_note = '甲'", true, true}, // a field of its own
	} {
		e, err := cql.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		f, err := cql.Compile(e, register())
		if err != nil {
			t.Fatalf("%s: %v", c.text, err)
		}
		if f.Match(row) != c.row || f.Match(none) != c.none || f.Match(record{values: own}) != c.none {
			t.Errorf("%s: %v and %v, want %v and %v", c.text, f.Match(row), f.Match(none), c.row, c.none)
		}
	}
}

func TestEntryFieldsAreOfLayersWithARegister(t *testing.T) {
	plain := register()
	plain.Light = geo.LightRule{}
	for text, l := range map[string]*geo.Layer{
		"entry_year = 2022": plain, "entry_colour = 'x'": register(), "entry_ = 'x'": register(), "entry_listed > 3": register(), "entry_entry_year = 1": register(),
	} {
		e, err := cql.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cql.Compile(e, l); geo.CodeOf(err) != geo.Invalid {
			t.Errorf("%s: %v", text, err)
		}
	}
	e, _ := cql.Parse("colour = 1")
	if _, err := cql.Compile(e, register()); !strings.Contains(mendOf(err), "entry_‹field›") {
		t.Errorf("%v does not tell of the entry's fields", err)
	}
}

func mendOf(err error) string {
	var e *geo.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Mend
}
