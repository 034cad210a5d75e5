package exact_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"time"

	"yiping/geo/exact"
)

func TestNumbersKeepTheirSixDecimals(t *testing.T) {
	for _, x := range []float64{0, 1, -1, 0.1, 32.85, 61.55, -0.000001, 1103.38, 1e15, -1e18, 123456789.123456, 9.007199254740993e15} {
		s, ok := exact.Of(x)
		if got := s.Float(); !ok || math.Abs(got-x) > 1e-15*math.Abs(x) {
			t.Errorf("%v became %v", x, got)
		}
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1), exact.Most, -exact.Most} {
		if _, ok := exact.Of(x); ok {
			t.Errorf("%v was taken", x)
		}
	}
	if s, _ := exact.Of(0.0000004); s != (exact.Sum{}) {
		t.Errorf("less than half a millionth is %v", s)
	}
	for _, n := range []int64{0, 7, -7, math.MaxInt64, math.MinInt64 + 1} {
		if got := exact.Int(n).Float(); got != float64(n) {
			t.Errorf("%d became %v", n, got)
		}
	}
}

// Sums agree with arithmetic of any length, in any order, and go back to where
// they were.
func TestSumsAreThoseOfBigIntegers(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	for range 200 {
		var xs []float64
		for range 1 + r.IntN(50) {
			xs = append(xs, r.NormFloat64()*math.Pow(10, float64(r.IntN(24)-4)))
		}
		want, sum := new(big.Int), exact.Sum{}
		for _, x := range xs {
			s, ok := exact.Of(x)
			if !ok {
				t.Fatalf("%v refused", x)
			}
			sum = sum.Plus(s)
			i, _ := new(big.Float).SetFloat64(math.Round(x * exact.Scale)).Int(nil)
			want.Add(want, i)
		}
		f, _ := new(big.Float).SetInt(want).Float64()
		if got := sum.Float() * exact.Scale; math.Abs(got-f) > 1e-12*math.Abs(f) {
			t.Fatalf("sum %v, want %v of %v", got, f, xs)
		}
		back := sum
		r.Shuffle(len(xs), func(i, j int) { xs[i], xs[j] = xs[j], xs[i] })
		again := exact.Sum{}
		for _, x := range xs {
			s, _ := exact.Of(x)
			again, back = again.Plus(s), back.Minus(s)
		}
		if again != sum || back != (exact.Sum{}) || sum.Compare(again) != 0 {
			t.Fatalf("another order gives %v and %v", again, back)
		}
	}
}

func TestOrderAndShare(t *testing.T) {
	a, _ := exact.Of(-2.5)
	b, _ := exact.Of(0.5)
	c := exact.Int(2)
	if a.Compare(b) >= 0 || b.Compare(c) >= 0 || a.Sign() != -1 || c.Sign() != 1 {
		t.Error("out of order")
	}
	if x, ok := b.Share(c); !ok || x != 0.25 {
		t.Errorf("share %v", x)
	}
	if _, ok := b.Share(exact.Sum{}); ok {
		t.Error("a share of nothing")
	}
}
