package api

import (
	"encoding/json"
	"testing"
)

func TestTextsAreWrittenAsJSONWritesThem(t *testing.T) {
	for name, s := range map[string]string{
		"empty": "", "Chinese": "普陀区", "quotes": `a"b\c`, "markup": "<a>&", "control": "a\n\x00b",
		"line separator": "a\u2028b", "broken UTF-8": "\xffA", "half a character": "普"[:2], "surrogate": "\xed\xa0\x80",
	} {
		t.Run(name, func(t *testing.T) {
			want, err := json.Marshal(s)
			if err != nil {
				t.Fatal(err)
			}
			if got := appendText(nil, s); string(got) != string(want) {
				t.Errorf("%q is written as %q, want %q", s, got, want)
			}
		})
	}
}
