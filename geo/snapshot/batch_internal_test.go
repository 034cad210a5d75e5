package snapshot

import (
	"testing"
	"testing/synctest"

	"github.com/paulmach/orb"

	"yiping/geo"
)

// Rows that no longer fit are told of, be it by a later row or at the end, and nothing
// goes on.
func TestLayerTooLargeIsToldWhileItIsLent(t *testing.T) {
	for _, rows := range []int{1, batchRows - 1, batchRows, 20 * batchRows} {
		synctest.Test(t, func(t *testing.T) {
			l := &Layer{table: newTable(geo.Layer{ID: "full", Geometry: geo.Points})}
			for range maxChunks {
				l.geoms.chunks.append(nil)
			}
			o := &open{Layer: l, lent: newLent(l.decl)}
			var s shaper
			var err error
			taking := beginTaking(o, &edit{})
			for n := 0; n < rows && err == nil; n++ {
				err = taking.add(&s, &geo.Row{Layer: "full", ID: geo.ID(n + 1), Geometry: orb.Point{121, 31}})
			}
			if end := taking.end(); geo.CodeOf(end) != geo.Unsupported || err != nil && err != end {
				t.Errorf("%d rows: %v, at the end %v", rows, err, end)
			}
		})
	}
}
