package storetest

import (
	"context"
	"crypto/sha256"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yiping/geo"
)

func tokenCases() []testCase {
	return []testCase{
		{"a token comes back as it was kept, through every handle", tokenComesBack},
		{"a name or secret taken is a conflict", tokenConflict},
		{"one of several with a name is kept", tokenRace},
		{"a revoked token stays, revoked for good", tokenRevoked},
		{"a token that is not sound is invalid", tokenUnsound},
		{"tokens are no part of layers, feed or history", tokenIsNoLayer},
	}
}

func token(id string) geo.Token {
	return geo.Token{ID: id, Actor: "张三", Hash: sha256.Sum256([]byte("secret of " + id)), Rights: []geo.Right{geo.MayReport, geo.MayHandle},
		District: "310107", Unit: "区建管委", Created: time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC), Expires: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)}
}

func mustAdd(t testing.TB, s geo.Store, tokens ...geo.Token) {
	t.Helper()
	for _, k := range tokens {
		if err := s.AddToken(context.Background(), k); err != nil {
			t.Fatal(err)
		}
	}
}

func tokens(t testing.TB, s geo.Store) []geo.Token {
	t.Helper()
	out, err := s.Tokens(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func tokenComesBack(t *testing.T, h Harness) {
	if got := tokens(t, h.Store); len(got) != 0 {
		t.Errorf("a new store has tokens %+v", got)
	}
	plain := geo.Token{ID: "a 'plain' 令牌", Actor: "12345 热线", Hash: sha256.Sum256([]byte("plain")), Rights: geo.Rights, Created: time.Unix(1, 0).UTC()}
	wall := geo.Token{ID: "d 大屏", Actor: "大屏", Hash: sha256.Sum256([]byte("wall")), Rights: []geo.Right{geo.MayRead}, Display: true, Created: time.Unix(2, 0).UTC()}
	want := []geo.Token{plain, token("b"), token("c"), wall}
	mustAdd(t, h.Store, want[2], want[0], want[3], want[1])
	for _, s := range []geo.Store{h.Store, h.Reopen(t)} {
		if got := tokens(t, s); !reflect.DeepEqual(got, want) {
			t.Errorf("listed\n%+v, want\n%+v", got, want)
		}
		for _, k := range want {
			if got, err := s.FindToken(context.Background(), k.Hash); err != nil || !reflect.DeepEqual(got, k) {
				t.Errorf("found %+v, %v, want %+v", got, err, k)
			}
		}
		_, err := s.FindToken(context.Background(), sha256.Sum256([]byte("guess")))
		mustBe(t, err, geo.NotFound)
	}
	before := time.Now().Add(-time.Second)
	fresh := token("e")
	fresh.Created = time.Time{}
	mustAdd(t, h.Store, fresh)
	if got := tokens(t, h.Store)[4].Created; got.Before(before) || got.After(time.Now()) {
		t.Errorf("made at %v", got)
	}
}

func tokenConflict(t *testing.T, h Harness) {
	mustAdd(t, h.Store, token("a"))
	same, other := token("a"), token("b")
	same.Hash, other.Hash = other.Hash, same.Hash
	mustBe(t, h.Store.AddToken(context.Background(), same), geo.Conflict)
	mustBe(t, h.Store.AddToken(context.Background(), other), geo.Conflict)
	if err := h.Store.RevokeToken(context.Background(), "a"); err != nil {
		t.Fatal(err)
	}
	mustBe(t, h.Reopen(t).AddToken(context.Background(), same), geo.Conflict)
	if got := tokens(t, h.Store); len(got) != 1 || got[0].Hash != token("a").Hash {
		t.Errorf("kept %+v", got)
	}
}

func tokenRace(t *testing.T, h Harness) {
	stores := []geo.Store{h.Store, h.Reopen(t)}
	var wg sync.WaitGroup
	var added atomic.Int32
	for i := range 8 {
		wg.Go(func() {
			k := token("a")
			k.Hash[0] = byte(i)
			switch err := stores[i%2].AddToken(context.Background(), k); geo.CodeOf(err) {
			case "":
				added.Add(1)
			case geo.Conflict:
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := added.Load(); n != 1 || len(tokens(t, h.Store)) != 1 {
		t.Errorf("added %d times: %+v", n, tokens(t, h.Store))
	}
}

func tokenRevoked(t *testing.T, h Harness) {
	ctx := context.Background()
	mustAdd(t, h.Store, token("a"))
	mustBe(t, h.Store.RevokeToken(ctx, "b"), geo.NotFound)
	before := time.Now().Add(-time.Second)
	if err := h.Store.RevokeToken(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	other := h.Reopen(t)
	k, err := other.FindToken(ctx, token("a").Hash)
	if err != nil || k.Revoked.Before(before) || k.Revoked.After(time.Now()) || k.Allows(geo.MayReport, token("a").Created) {
		t.Errorf("%+v, %v", k, err)
	}
	_ = moment()
	if err := other.RevokeToken(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	if again := tokens(t, h.Store); len(again) != 1 || !again[0].Revoked.Equal(k.Revoked) {
		t.Errorf("revoked at %v, again %+v", k.Revoked, again)
	}
}

func tokenUnsound(t *testing.T, h Harness) {
	for field, spoil := range map[string]func(*geo.Token){
		"id":      func(k *geo.Token) { k.ID = "" },
		"actor":   func(k *geo.Token) { k.Actor = " " },
		"hash":    func(k *geo.Token) { k.Hash = [32]byte{} },
		"rights":  func(k *geo.Token) { k.Rights = []geo.Right{geo.MayReport, "fly"} },
		"rights ": func(k *geo.Token) { k.Display = true },
		"unit":    func(k *geo.Token) { k.Unit = "a\x00b" },
	} {
		k := token("a")
		spoil(&k)
		if e := mustBe(t, h.Store.AddToken(context.Background(), k), geo.Invalid); e.Field != strings.TrimSpace(field) {
			t.Errorf("field %q, want %q: %v", e.Field, field, e)
		}
	}
	if got := tokens(t, h.Store); len(got) > 0 {
		t.Errorf("kept %+v", got)
	}
}

func tokenIsNoLayer(t *testing.T, h Harness) {
	m := load(t, h.Store)
	mustAdd(t, h.Store, token("a"))
	if err := h.Store.RevokeToken(context.Background(), "a"); err != nil {
		t.Fatal(err)
	}
	at := moment()
	if c := followed(t, h, m); !c.Empty() {
		t.Errorf("told %+v", c)
	}
	mustEqual(t, "known after", loadKnown(t, h.Store, at), m)
}
