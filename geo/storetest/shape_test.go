package storetest_test

import (
	"math/rand/v2"
	"testing"

	"yiping/geo"
	"yiping/geo/storetest"
)

func TestShapesAreSound(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for i := range 5000 {
		g, z := storetest.Shape(r)
		if err := geo.CheckGeometry(g, z); err != nil {
			t.Fatalf("seed %d, shape %d: %v: %v", seed, i, err, g)
		}
	}
}
