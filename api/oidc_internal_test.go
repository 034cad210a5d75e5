package api

import "testing"

func TestOneGoesOnToAPageOfOurs(t *testing.T) {
	for next, want := range map[string]string{"": "", "?a=1": "?a=1", "field": "field", "?district=1#at=2022": "?district=1#at=2022", "/x": "", "//evil.example": "", "https://evil.example": "",
		"\\evil": "", "../x": "", "a\r\nb": "", "javascript:alert(1)": ""} {
		if got := local(next); got != want {
			t.Errorf("%q: %q, want %q", next, got, want)
		}
	}
}
