package geo_test

import (
	"testing"

	"yiping/geo"
)

func TestFaultsAloneAreNoChange(t *testing.T) {
	quiet := geo.Changes{Cursor: "9", Faults: []geo.Fault{{Message: "durability is switched off"}}}
	if !quiet.Empty() {
		t.Error("a standing fault counts as a change")
	}
	for _, c := range []geo.Changes{
		{Layers: make([]geo.Layer, 1)}, {Dropped: []geo.LayerID{"a"}}, {Reset: []geo.LayerID{"a"}},
		{Records: make([]geo.Record, 1)}, {Dates: make([]geo.DistrictDate, 1)},
	} {
		if c.Empty() {
			t.Errorf("%+v counts as nothing", c)
		}
	}
}
