package geo_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"yiping/geo"
)

func TestTokenAllowsItsRightsWhileItIsGood(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	good := geo.Token{Rights: []geo.Right{geo.MayReport}}
	for name, c := range map[string]struct {
		change func(*geo.Token)
		right  geo.Right
		want   bool
	}{
		"its right":                {func(*geo.Token) {}, geo.MayReport, true},
		"another":                  {func(*geo.Token) {}, geo.MayRule, false},
		"before it expires":        {func(k *geo.Token) { k.Expires = now.Add(1) }, geo.MayReport, true},
		"at the moment it expires": {func(k *geo.Token) { k.Expires = now }, geo.MayReport, false},
		"revoked":                  {func(k *geo.Token) { k.Revoked = now.Add(time.Hour) }, geo.MayReport, false},
	} {
		k := good
		c.change(&k)
		if got := k.Allows(c.right, now); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSecretsAreRandomAndHashed(t *testing.T) {
	a, b := geo.NewSecret(), geo.NewSecret()
	if a == b || geo.HashSecret(a) == geo.HashSecret(b) || geo.HashSecret(a) != geo.HashSecret(strings.Clone(a)) {
		t.Errorf("secrets %s and %s", a, b)
	}
	text, ok := strings.CutPrefix(a, "yiping_")
	if raw, err := base64.RawURLEncoding.DecodeString(text); !ok || err != nil || len(raw) != 32 {
		t.Errorf("secret %s: %d bytes, %v", a, len(raw), err)
	}
}
