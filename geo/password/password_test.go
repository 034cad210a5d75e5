package password_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/password"
)

func TestAHashIsOfItsPasswordAlone(t *testing.T) {
	ctx := t.Context()
	hash, err := password.Hash(ctx, "正确的马电池订书钉")
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash, "马") {
		t.Fatal(hash, err)
	}
	if second, err := password.Hash(ctx, "正确的马电池订书钉"); err != nil || second == hash {
		t.Error("two hashes of one password are equal", err)
	}
	for try, want := range map[string]bool{"正确的马电池订书钉": true, "正确的马电池订书钉 ": false, "": false} {
		if right, again, err := password.Verify(ctx, hash, try); right != want || again || err != nil {
			t.Errorf("%q: %v, %v, %v", try, right, again, err)
		}
	}
}

// The hash was made by the reference implementation: argon2 -id -t 2 -k 256 -p 1.
func TestOtherHashesAreRead(t *testing.T) {
	const known = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	if right, again, err := password.Verify(t.Context(), known, "password"); !right || !again || err != nil {
		t.Errorf("right %v, again %v, %v", right, again, err)
	}
	for _, hash := range []string{"", "x", strings.Replace(known, "m=256", "m=4000000000", 1), strings.Replace(known, "t=2", "t=0", 1),
		strings.Replace(known, "p=1", "p=0", 1), strings.Replace(known, "v=19", "v=16", 1), known[:60], known + "$", strings.Replace(known, "c29tZXNhbHQ", "!", 1)} {
		if right, again, err := password.Verify(t.Context(), hash, "password"); right || again || err != nil {
			t.Errorf("%s: %v, %v, %v", hash, right, again, err)
		}
	}
}

func TestWhoHasGoneIsNotWaitedFor(t *testing.T) {
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // a free turn may be taken all the same
		if _, err := password.Hash(gone, "x"); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
}

func TestADrawnPasswordMayBeHad(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p := password.Draw()
		if err := geo.CheckPassword("admin", p); err != nil || seen[p] || len(p) != 23 {
			t.Fatalf("%q: %v", p, err)
		}
		seen[p] = true
	}
}
