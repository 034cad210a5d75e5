package jsontext_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/jsontext"
)

func same(t *testing.T, value any) {
	t.Helper()
	want, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	if got := jsontext.AppendValue([]byte("before "), value); string(got) != "before "+string(want) {
		t.Errorf("%#v is written as %q, want %q", value, got, want)
	}
}

func TestTextsAreWrittenAsJSONWritesThem(t *testing.T) {
	for name, s := range map[string]string{
		"empty": "", "Chinese": "普陀区", "quotes": `a"b\c`, "markup": "<a>&", "control": "a\n\x00b\x7f", "class": "劣Ⅴ类",
		"line separator": "a\u2028b", "paragraph separator": "\u2029", "begin of one": "\xe2\x80", "broken UTF-8": "\xffA", "half a character": "普"[:2],
		"surrogate": "\xed\xa0\x80", "in disguise": "\xe2\x80\xa8"[:2] + "A", "mathematics": "𝒳",
	} {
		t.Run(name, func(t *testing.T) { same(t, s) })
	}
}

func TestValuesAreWrittenAsJSONWritesThem(t *testing.T) {
	for _, x := range []float64{0, math.Copysign(0, -1), 1, -1.5, 1e-6, 9.99e-7, 1e-7, -1e-9, 1.25e-10, 1e-12, 5e-324, 1e20, 1e21, -1e21, 1.5e300, math.MaxFloat64, 121.4737021, 0.1 + 0.2} {
		same(t, x)
	}
	for _, v := range []any{nil, int64(math.MinInt64), int64(1 << 60), true, false, geo.Date(0), geo.NewDate(2022, 12, 31), geo.NewDate(1, 1, 1),
		time.Date(2022, 12, 31, 23, 59, 59, 1000, time.UTC), time.Date(2022, 12, 31, 0, 0, 0, 0, time.UTC),
		geo.Text{}, geo.Text{ZH: "正常", EN: "On plan"}, geo.Text{EN: "<b>"}, geo.Red, []string{"a", "<"}, map[string]any{"b": 1.0, "a": "&"}} {
		same(t, v)
	}
	for _, v := range []any{math.NaN(), math.Inf(-1), func() {}} {
		if got := jsontext.AppendValue(nil, v); string(got) != "null" {
			t.Errorf("%T is written as %s", v, got)
		}
	}
}

// Numbers are those of strconv, to the digit.
func TestNumbersHaveTheFewestDigits(t *testing.T) {
	check := func(x float64) {
		t.Helper()
		if got, want := string(jsontext.AppendPlain(nil, x)), strconv.FormatFloat(x, 'f', -1, 64); got != want {
			t.Errorf("%v is written as %s, want %s", x, got, want)
		}
	}
	const seed = 7
	r := rand.New(rand.NewPCG(seed, 0))
	for n := range 200_000 {
		x := (r.Float64() - 0.5) * math.Pow10(n%14)
		check(x)
		check(math.Round(x*math.Pow10(n%11)) / math.Pow10(n%11)) // so many decimals, or nearly
		check(math.Nextafter(math.Round(x*1e7)/1e7, 1000))
		if t.Failed() {
			t.Fatalf("seed %d, number %d", seed, n)
		}
	}
	for n := range 100_000 {
		decimals := n % 10
		whole := r.Int64N(jsontext.Exact*2-1) - (jsontext.Exact - 1)
		whole /= int64(math.Pow10(r.IntN(16)))
		x := float64(whole) / math.Pow10(decimals)
		if got, want := string(jsontext.AppendDecimal(nil, whole, decimals)), strconv.FormatFloat(x, 'f', -1, 64); got != want {
			t.Fatalf("seed %d: %d with %d decimals is written as %s, want %s", seed, whole, decimals, got, want)
		}
	}
	for _, x := range []float64{0, math.Copysign(0, -1), 1e-9, -1e-9, 1.5e-9, 999999.999999999, 1e6, 1000000.000000001, 121.473702100, 1e15, 0.1, 0.3, 100, -180, 90.5} {
		check(x)
	}
}

// FuzzAppend holds texts and numbers to what encoding/json makes of them.
func FuzzAppend(f *testing.F) {
	f.Add("普\u2028\x01<", 1e-7)
	f.Fuzz(func(t *testing.T, s string, x float64) {
		same(t, s)
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			same(t, x)
			if got, want := string(jsontext.AppendPlain(nil, x)), strconv.FormatFloat(x, 'f', -1, 64); got != want {
				t.Errorf("%v is written as %s, want %s", x, got, want)
			}
		}
	})
}

func TestTextsAndNumbersTakeNoMemory(t *testing.T) {
	room := make([]byte, 0, 1024)
	day, at := geo.NewDate(2022, 12, 31), time.Now()
	if n := testing.AllocsPerRun(100, func() {
		b := jsontext.AppendString(room, "普陀区劣Ⅴ类")
		b = jsontext.AppendFloat(b, 121.4737021)
		b = jsontext.AppendDate(b, day)
		b = jsontext.AppendTime(b, at)
		jsontext.AppendText(b, geo.Text{ZH: "正常", EN: "On plan"})
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
