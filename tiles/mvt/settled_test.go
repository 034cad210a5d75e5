package mvt_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"yiping/tiles/mvt"
)

// TestSettledSizeDoesNotDependOnWhatIsFickle writes the same features in random
// orders, with random lights, some overdue and some not, in fields of the same
// texts too.
func TestSettledSizeDoesNotDependOnWhatIsFickle(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	lights := []string{"none", "green", "yellow", "red"}
	for _, n := range []int{1, 3, 120, 130, 2000, 17_000} {
		var e mvt.Encoder
		want, words := 0, 1+rnd.IntN(2*n)
		for round := range 6 {
			e.Reset()
			for _, layer := range []string{"a", "b"} {
				e.Begin(layer)
				for _, i := range rnd.Perm(n) {
					e.Feature(uint64(i * 37))
					switch i % 3 {
					case 0:
						e.Point(mvt.XY{X: int32(i % 4096), Y: 7})
					case 1:
						e.Line([]mvt.XY{{X: int32(i % 4096), Y: 9}, {X: 5, Y: 4000}, {X: 70, Y: 80}})
					case 2:
						e.Ring([]mvt.XY{{X: 0, Y: 0}, {X: int32(1 + i%4000), Y: 0}, {X: 0, Y: 90}}, false)
					}
					e.String(e.Key("light"), lights[rnd.IntN(len(lights))])
					if round > 0 && rnd.IntN(3) == 0 {
						e.Bool(e.Key("overdue"), true)
					}
					e.String(e.Key("name"), fmt.Sprint("名", i%words))
					e.Int(e.Key("rank"), int64(i%9))
					if i%5 == 0 {
						e.String(e.Key("colour"), "red")
						e.Bool(e.Key("open"), i%2 == 0)
					}
					e.Close()
				}
			}
			tile := e.Bytes()
			got := mvt.Settled(tile, lights, "overdue")
			if round == 0 {
				want = got
			}
			if got != want || got < len(tile) {
				t.Fatalf("%d features, round %d: settled at %d, before at %d; the tile has %d", n, round, got, want, len(tile))
			}
			if n >= 120 && got > len(tile)*5/4 {
				t.Errorf("%d features: settled at %d, the tile has %d", n, got, len(tile))
			}
		}
	}
	if mvt.Settled(nil, lights, "overdue") != 0 {
		t.Error("an empty tile has a size")
	}
}
