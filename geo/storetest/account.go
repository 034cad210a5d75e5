package storetest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"yiping/geo"
)

func accountCases() []testCase {
	return []testCase{
		{"a user comes back as kept, through every handle", userComesBack},
		{"a name or subject taken is a conflict", userConflict},
		{"of several first users one is kept", firstUserRace},
		{"changes of a user follow one another", userChanges},
		{"a user that is not sound is invalid", userUnsound},
		{"a session is known through every handle until it ends", sessionLives},
		{"another password and disabling end sessions", sessionsEnd},
		{"attempts are counted together, and wait", attemptsWait},
		{"attempts made at once count each", attemptsRace},
		{"the journal gives the last entries", journalKept},
		{"accounts are no part of layers, feed or history", accountIsNoLayer},
	}
}

var accountDay = time.Date(2026, 3, 1, 8, 0, 0, 123000, time.UTC)

func user(name string) geo.User {
	return geo.User{Name: name, Title: "张三", Role: geo.RoleEditor, Districts: []string{"310105", "310107"}, Unit: "区建管委", Password: "$argon2id$…",
		Subject: "https://id.example|" + name, MustChange: true, Created: accountDay}
}

func mustUsers(t testing.TB, s geo.Store, users ...geo.User) {
	t.Helper()
	for _, u := range users {
		if err := s.AddUser(context.Background(), u); err != nil {
			t.Fatal(err)
		}
	}
}

func userComesBack(t *testing.T, h Harness) {
	ctx := context.Background()
	plain := geo.User{Name: "admin", Role: geo.RoleAdmin, Disabled: true, Created: accountDay}
	second := geo.User{Name: "李's", Role: geo.RoleViewer, Created: accountDay}
	mustUsers(t, h.Store, user("b"), second, plain)
	want := []geo.User{plain, user("b"), second}
	for _, s := range []geo.Store{h.Store, h.Reopen(t)} {
		if got, err := s.Users(ctx); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("listed\n%+v, %v, want\n%+v", got, err, want)
		}
		for _, u := range want {
			if got, err := s.FindUser(ctx, u.Name); err != nil || !reflect.DeepEqual(got, u) {
				t.Errorf("found %+v, %v, want %+v", got, err, u)
			}
		}
		if got, err := s.FindSubject(ctx, user("b").Subject); err != nil || got.Name != "b" {
			t.Errorf("by subject %+v, %v", got, err)
		}
		_, err := s.FindUser(ctx, "B")
		mustBe(t, err, geo.NotFound)
		_, err = s.FindSubject(ctx, "")
		mustBe(t, err, geo.NotFound)
	}
}

func userConflict(t *testing.T, h Harness) {
	mustUsers(t, h.Store, user("a"))
	again, same := user("a"), user("b")
	again.Subject, same.Subject = "", user("a").Subject
	mustBe(t, h.Store.AddUser(context.Background(), again), geo.Conflict)
	mustBe(t, h.Reopen(t).AddUser(context.Background(), same), geo.Conflict)
	if added, err := h.Store.AddFirstUser(context.Background(), user("first")); added || err != nil {
		t.Errorf("a first user after another: %v, %v", added, err)
	}
}

func firstUserRace(t *testing.T, h Harness) {
	stores := []geo.Store{h.Store, h.Reopen(t)}
	var wg sync.WaitGroup
	var added atomic.Int32
	for i := range 8 {
		wg.Go(func() {
			ok, err := stores[i%2].AddFirstUser(context.Background(), user(fmt.Sprint("u", i)))
			if err != nil {
				t.Error(err)
			}
			if ok {
				added.Add(1)
			}
		})
	}
	wg.Wait()
	if got, err := h.Store.Users(context.Background()); added.Load() != 1 || err != nil || len(got) != 1 {
		t.Errorf("added %d times: %+v, %v", added.Load(), got, err)
	}
}

func userChanges(t *testing.T, h Harness) {
	ctx := context.Background()
	mustUsers(t, h.Store, user("a"))
	stores := []geo.Store{h.Store, h.Reopen(t)}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if err := stores[i%2].ChangeUser(ctx, "a", [32]byte{}, func(u *geo.User) error { u.Title += "x"; return nil }); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	want := user("a")
	want.Title += strings.Repeat("x", 8)
	if got, err := h.Store.FindUser(ctx, "a"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	refused := errors.New("no")
	if err := h.Store.ChangeUser(ctx, "a", [32]byte{}, func(u *geo.User) error { u.Title = ""; return refused }); !errors.Is(err, refused) {
		t.Error(err)
	}
	mustBe(t, h.Store.ChangeUser(ctx, "a", [32]byte{}, func(u *geo.User) error { u.Role = "king"; return nil }), geo.Invalid)
	mustBe(t, h.Store.ChangeUser(ctx, "b", [32]byte{}, func(*geo.User) error { return nil }), geo.NotFound)
	if got, err := h.Store.FindUser(ctx, "a"); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("after what was refused %+v, %v", got, err)
	}
}

func userUnsound(t *testing.T, h Harness) {
	for field, spoil := range map[string]func(*geo.User){
		"name": func(u *geo.User) { u.Name = "a b" }, "title": func(u *geo.User) { u.Title = "a\x00" },
		"role": func(u *geo.User) { u.Role = "" }, "unit": func(u *geo.User) { u.Districts = []string{""} },
	} {
		u := user("a")
		spoil(&u)
		if e := mustBe(t, h.Store.AddUser(context.Background(), u), geo.Invalid); e.Field != field {
			t.Errorf("%s: %+v", field, e)
		}
	}
}

func session(of, secret string) geo.Session {
	return geo.Session{Hash: sha256.Sum256([]byte(secret)), User: of, Created: accountDay, Seen: accountDay}
}

func mustSession(t testing.TB, s geo.Store, sessions ...geo.Session) {
	t.Helper()
	for _, n := range sessions {
		if err := s.AddSession(context.Background(), n); err != nil {
			t.Fatal(err)
		}
	}
}

func sessionLives(t *testing.T, h Harness) {
	ctx := context.Background()
	mustUsers(t, h.Store, user("a"), user("b"))
	n := session("a", "1")
	mustSession(t, h.Store, n, session("b", "2"))
	other := h.Reopen(t)
	for _, s := range []geo.Store{h.Store, other} {
		if got, u, err := s.FindSession(ctx, n.Hash); err != nil || got != n || !reflect.DeepEqual(u, user("a")) {
			t.Errorf("found %+v of %+v, %v", got, u, err)
		}
	}
	later := accountDay.Add(time.Hour)
	for _, seen := range []time.Time{later, accountDay} { // the later stays
		if err := other.TouchSession(ctx, n.Hash, seen); err != nil {
			t.Fatal(err)
		}
	}
	if got, _, err := h.Store.FindSession(ctx, n.Hash); err != nil || !got.Seen.Equal(later) {
		t.Errorf("seen %v, %v", got.Seen, err)
	}
	for range 2 {
		if err := other.EndSession(ctx, n.Hash); err != nil {
			t.Fatal(err)
		}
	}
	_, _, err := h.Store.FindSession(ctx, n.Hash)
	mustBe(t, err, geo.NotFound)
	fresh := session("a", "3")
	fresh.Created = accountDay.Add(geo.SessionIdle + time.Second)
	fresh.Seen = fresh.Created
	mustSession(t, h.Store, fresh)
	_, _, err = h.Store.FindSession(ctx, session("b", "2").Hash)
	mustBe(t, err, geo.NotFound) // had ended by itself
}

func sessionsEnd(t *testing.T, h Harness) {
	ctx := context.Background()
	mustUsers(t, h.Store, user("a"), user("b"))
	mustSession(t, h.Store, session("a", "1"), session("a", "2"), session("b", "3"))
	there := func(secret string) bool {
		_, _, err := h.Store.FindSession(ctx, session("", secret).Hash)
		return err == nil
	}
	change := func(keep [32]byte, fn func(*geo.User)) {
		t.Helper()
		if err := h.Store.ChangeUser(ctx, "a", keep, func(u *geo.User) error { fn(u); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	change([32]byte{}, func(u *geo.User) { u.Title, u.Role = "李四", geo.RoleViewer })
	if !there("1") || !there("2") {
		t.Error("another title ends sessions")
	}
	change(session("", "2").Hash, func(u *geo.User) { u.Password = "another" })
	if there("1") || !there("2") || !there("3") {
		t.Error("another password does not end the other sessions, or ends more")
	}
	change([32]byte{}, func(u *geo.User) { u.Disabled = true })
	if there("2") || !there("3") {
		t.Error("disabling does not end the sessions, or ends more")
	}
}

func attemptsWait(t *testing.T, h Harness) {
	ctx := context.Background()
	stores := []geo.Store{h.Store, h.Reopen(t)}
	now := accountDay
	try := func(n int, keys ...string) time.Time {
		t.Helper()
		until, err := stores[n%2].Attempt(ctx, keys, now)
		if err != nil {
			t.Fatal(err)
		}
		return until
	}
	for n := range 5 {
		if u := try(n, "user a", "user at 1"); !u.IsZero() {
			t.Fatalf("attempt %d waits until %v", n, u)
		}
	}
	for n := range 3 {
		if u := try(n, "user a", "user at 2"); !u.Equal(now.Add(time.Second)) {
			t.Errorf("after five: until %v", u)
		}
	}
	if u := try(0, "user b", "user at 2"); !u.IsZero() {
		t.Error("what had to wait was counted to the address")
	}
	if u := try(0, "user b", "user at 1"); u.IsZero() {
		t.Error("the address does not wait")
	}
	now = now.Add(time.Second)
	if u := try(1, "user a", "user at 2"); !u.IsZero() {
		t.Errorf("after the wait: until %v", u)
	}
	if u := try(0, "user a"); !u.Equal(now.Add(2 * time.Second)) {
		t.Errorf("after six: until %v", u)
	}
	if err := h.Store.Forgive(ctx, "user a", "nobody"); err != nil {
		t.Fatal(err)
	}
	if u := try(1, "user a"); !u.IsZero() {
		t.Errorf("forgiven: until %v", u)
	}
	for n := range 60 { // an address has fifty, and what did not fail is taken back
		if u := try(n, "address 1"); u.IsZero() != (n < 55) {
			t.Errorf("attempt %d from an address: until %v", n, u)
		}
		if n%10 == 0 && n < 50 {
			if err := h.Store.Retract(ctx, "address 1"); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 40 { // the longest wait is a quarter of an hour
		for u := try(0, "user c"); !u.IsZero(); u = try(0, "user c") {
			if u.Sub(now) > 15*time.Minute {
				t.Fatalf("waits %v", u.Sub(now))
			}
			now = u
		}
	}
	now = now.Add(25 * time.Hour)
	for n := range 5 {
		if u := try(n, "user c"); !u.IsZero() {
			t.Error("a day later nothing is forgotten")
		}
	}
}

func attemptsRace(t *testing.T, h Harness) {
	stores := []geo.Store{h.Store, h.Reopen(t)}
	var wg sync.WaitGroup
	var let atomic.Int32
	for i := range 24 {
		wg.Go(func() {
			keys := []string{"user a", "user at 1"}
			if i%3 == 0 {
				keys = []string{"user at 1", "user a"}
			}
			until, err := stores[i%2].Attempt(context.Background(), keys, accountDay)
			if err != nil {
				t.Error(err)
			} else if until.IsZero() {
				let.Add(1)
			}
		})
	}
	wg.Wait()
	if n := let.Load(); n != 5 {
		t.Errorf("%d were let through at once, want 5", n)
	}
}

func journalKept(t *testing.T, h Harness) {
	ctx := context.Background()
	var want []geo.JournalEntry
	for n := range 3 {
		e := geo.JournalEntry{At: accountDay.Add(time.Duration(n) * time.Second), What: "sign-in", User: "张's", Actor: "a", Address: "192.0.2.1", Note: fmt.Sprint(n)}
		if err := h.Store.Note(ctx, e); err != nil {
			t.Fatal(err)
		}
		want = append([]geo.JournalEntry{e}, want...)
	}
	if got, err := h.Reopen(t).Journal(ctx, 2); err != nil || !reflect.DeepEqual(got, want[:2]) {
		t.Errorf("%+v, %v", got, err)
	}
}

func accountIsNoLayer(t *testing.T, h Harness) {
	ctx := context.Background()
	var head geo.Head
	load := func() geo.Cursor {
		if err := h.Store.Load(ctx, func(n geo.Head) error { head = n; return nil }, func(geo.Record) error { return nil }); err != nil {
			t.Fatal(err)
		}
		return head.Cursor
	}
	before := load()
	n := len(head.Layers)
	mustUsers(t, h.Store, user("a"))
	mustSession(t, h.Store, session("a", "1"))
	if _, err := h.Store.Attempt(ctx, []string{"k"}, accountDay); err != nil {
		t.Fatal(err)
	}
	if err := h.Store.Note(ctx, geo.JournalEntry{What: "x"}); err != nil {
		t.Fatal(err)
	}
	if c, err := h.Store.Since(ctx, before); err != nil || !c.Empty() {
		t.Errorf("the feed tells %+v, %v", c, err)
	}
	if load(); len(head.Layers) != n {
		t.Errorf("%d layers, want %d", len(head.Layers), n)
	}
}
