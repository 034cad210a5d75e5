package api

import (
	"context"
	"encoding/binary"
	"testing"
	"time"

	"yiping/geo"
)

// What the store said is believed for a second, and while it is away for ten
// minutes, unless it said that there is no such thing; guesses push nothing out.
func TestWhoOneIsIsRememberedForAWhile(t *testing.T) {
	var m remembered[string]
	begun := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	away := geo.Errorf(geo.Unavailable, "the store is away")
	asked := 0
	find := func(key byte, after time.Duration, value string, err error) (string, error) {
		return m.find(t.Context(), [32]byte{key}, begun.Add(after), func(context.Context) (string, error) { asked++; return value, err })
	}
	type answer struct {
		value string
		code  geo.Code
		asked int
	}
	check := func(what string, value string, err error, want answer) {
		t.Helper()
		if value != want.value || geo.CodeOf(err) != want.code || asked != want.asked {
			t.Errorf("%s: %q, %v, asked %d times; want %+v", what, value, err, asked, want)
		}
	}
	v, err := find(1, 0, "good", nil)
	check("at first", v, err, answer{"good", "", 1})
	v, err = find(1, 999*time.Millisecond, "revoked", nil)
	check("within the second", v, err, answer{"good", "", 1})
	v, err = find(1, time.Second, "revoked", nil)
	check("after it", v, err, answer{"revoked", "", 2})
	v, err = find(1, 10*time.Minute, "", away)
	check("ten minutes after the store went", v, err, answer{"revoked", "", 3})
	v, err = find(1, 10*time.Minute+time.Second, "", away)
	check("later", v, err, answer{"", geo.Unavailable, 4})
	_, err = find(2, 0, "", geo.NoSession())
	check("nothing", "", err, answer{"", geo.NotFound, 5})
	_, err = find(2, 2*time.Second, "", away)
	check("nothing, and the store away", "", err, answer{"", geo.Unavailable, 6})
	for k := range uint32(2 * identitiesMost) {
		var hash [32]byte
		binary.LittleEndian.PutUint32(hash[8:], k+1)
		_, _ = m.find(t.Context(), hash, begun.Add(2*time.Second), func(context.Context) (string, error) { return "", geo.NoSession() })
	}
	if len(m.known) > identitiesMost {
		t.Errorf("%d are remembered", len(m.known))
	}
	v, err = find(1, 3*time.Second, "", away)
	check("after many guesses", v, err, answer{"revoked", "", 7})
}
