package geo

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"
	"time"
)

func TestRecallReadsWhatHistoryKeeps(t *testing.T) {
	r := NewRecaller([]Field{{Name: "text", Type: TextField}, {Name: "n", Type: IntField}, {Name: "x", Type: FloatField}, {Name: "yes", Type: BoolField},
		{Name: "day", Type: DateField}, {Name: "at", Type: TimeField}, {Name: `a"b`, Type: TextField}, {Name: "量", Type: FloatField}})
	for row, want := range map[string]Properties{
		`{}`:           {},
		` { } `:        {},
		`{"other": 1}`: {},
		`{"text": "路", "n": 9223372036854775807, "x": -0.1, "yes": true}`:              {"text": "路", "n": int64(math.MaxInt64), "x": -0.1, "yes": true},
		`{"text":"a\n\"\u4e00\\","yes":0,"n":"12","x":"1e-7"}`:                         {"text": "a\n\"一\\", "yes": false, "n": int64(12), "x": 1e-7},
		`{"text": "", "n": null, "x": [1, {"x": "]"}], "yes": {"n": 1}}`:               {},
		`{"day": "2022-12-31", "at": "2022-12-31T08:00:00.123456+08:00"}`:              {"day": NewDate(2022, 12, 31), "at": time.Date(2022, 12, 31, 0, 0, 0, 123456000, time.UTC)},
		`{"day": "2022-02-31", "at": "noon", "n": "many", "x": "NaN", "yes": "maybe"}`: {},
		`{"a\"b": "quoted", "量": 1e300, "text": 12}`:                                   {`a"b`: "quoted", "量": 1e300, "text": "12"},
		`{"x": 100000000000000000000000000000000, "n": 1.0, "text": true}`:             {"x": 1e32, "n": int64(1), "text": "true"},
		`{"text":" blanks stay "}`:                                                     {"text": " blanks stay "},
	} {
		for range 2 { // the second time texts come out of the dictionary
			got, err := r.Recall([]byte(row))
			if err != nil || !maps.Equal(got, want) {
				t.Errorf("%s\nread %v, %v\nwant %v", row, got, err, want)
			}
		}
	}
	for _, row := range []string{"", "4", "null", "[]", "{", `{"n"`, `{"n":`, `{"n":1`, `{"n" 1}`, `{"n":1 "x":2}`, `{n:1}`, `{"n":"1}`, `{"x":[1}`, `{,}`, `{"text":"\x"}`, `{"text`} {
		if p, err := r.Recall([]byte(row)); CodeOf(err) != Internal {
			t.Errorf("%s: read %v, %v", row, p, err)
		}
	}
}

// FuzzRecall holds the scanner against encoding/json: it takes every object that
// is one, with the same members, and never panics.
func FuzzRecall(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":1,"b":"x","c":[1,{"d":"}"}],"e":null}`, `{"a" : "\u4e00\\" , "a":true}`, `{"":-1.5e-7}`, `{"a":"\ud83d\ude00"}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, row []byte) {
		got := map[string]string{}
		err := eachMember(row, func(key, value []byte) error {
			got[string(key)] = string(value)
			return nil
		})
		want := map[string]json.RawMessage{}
		if json.Unmarshal(row, &want) != nil || want == nil {
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", row, err)
		}
		if a, b := slices.Sorted(maps.Keys(got)), slices.Sorted(maps.Keys(want)); fmt.Sprint(a) != fmt.Sprint(b) && json.Valid(row) && !oddKeys(want) {
			t.Fatalf("%s: members %q, want %q", row, a, b)
		}
		for k, v := range want {
			if g, ok := got[k]; ok && g != string(v) {
				t.Fatalf("%s: %q is %s, want %s", row, k, g, v)
			}
		}
	})
}

// oddKeys tells keys that are not UTF-8, which encoding/json replaces.
func oddKeys(m map[string]json.RawMessage) bool {
	for k := range m {
		if !IsText(k) || slices.Contains([]rune(k), '�') {
			return true
		}
	}
	return false
}
