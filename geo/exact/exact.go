// Package exact adds numbers so that the sum is the same in whatever order they
// come and go: what was added and taken away again leaves no trace.
package exact

import (
	"cmp"
	"math"
	"math/bits"
)

// Scale is how many parts a unit is cut into: a Sum counts millionths.
const Scale = 1e6

// Most is the magnitude from which a number is too large to be added.
const Most = 1e24

// Sum is a sum of numbers, each brought to the nearest integer of 10⁻⁶ of its
// unit: 128 bits, of which no sum of fewer than 10⁸ numbers below Most runs
// over. The zero Sum is 0. Equal sums are ==.
type Sum struct {
	hi int64
	lo uint64
}

// Of brings a number to millionths; false for one that is not finite or not
// below Most in magnitude.
func Of(x float64) (Sum, bool) {
	if math.IsNaN(x) || math.Abs(x) >= Most {
		return Sum{}, false
	}
	// Above 2⁵³ a float64 is an integer, and its parts below are exact.
	y := math.Round(math.Abs(x) * Scale)
	hi := math.Floor(y / (1 << 64))
	s := Sum{int64(hi), uint64(y - hi*(1<<64))}
	if x < 0 {
		return Sum{}.Minus(s), true
	}
	return s, true
}

// Int gives a whole number.
func Int(n int64) Sum {
	hi, lo := bits.Mul64(uint64(max(n, -n)), Scale)
	s := Sum{int64(hi), lo}
	if n < 0 {
		return Sum{}.Minus(s)
	}
	return s
}

// Plus adds.
func (s Sum) Plus(o Sum) Sum {
	lo, carry := bits.Add64(s.lo, o.lo, 0)
	return Sum{s.hi + o.hi + int64(carry), lo}
}

// Minus takes away.
func (s Sum) Minus(o Sum) Sum {
	lo, borrow := bits.Sub64(s.lo, o.lo, 0)
	return Sum{s.hi - o.hi - int64(borrow), lo}
}

// Float gives the number nearest to the sum, but for two roundings where it has
// more than 15 digits.
func (s Sum) Float() float64 {
	if s.hi < 0 {
		return -Sum{}.Minus(s).Float()
	}
	return (float64(s.hi)*(1<<64) + float64(s.lo)) / Scale
}

// Sign is -1, 0 or 1.
func (s Sum) Sign() int { return s.Compare(Sum{}) }

// Compare orders by size.
func (s Sum) Compare(o Sum) int { return cmp.Or(cmp.Compare(s.hi, o.hi), cmp.Compare(s.lo, o.lo)) }

// Share gives s ÷ of, and whether there is one: of is more than 0.
func (s Sum) Share(of Sum) (float64, bool) {
	if of.Sign() <= 0 {
		return 0, false
	}
	return s.Float() / of.Float(), true
}
