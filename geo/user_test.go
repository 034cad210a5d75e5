package geo_test

import (
	"testing"
	"time"

	"yiping/geo"
)

// Nobody is kept out for long by what others guess, and none guesses on at one
// address.
func TestAttemptsWaitWhereTheyAreMade(t *testing.T) {
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for name, c := range map[string]struct {
		key   string
		count int
		want  time.Duration // 0 = none
	}{
		"five on an account from an address":  {geo.AttemptsOnFrom("admin", "192.0.2.1"), 5, time.Second},
		"four":                                {geo.AttemptsOnFrom("admin", "192.0.2.1"), 4, 0},
		"many":                                {geo.AttemptsOnFrom("admin", "192.0.2.1"), 1000, 15 * time.Minute},
		"five on an account from anywhere":    {geo.AttemptsOn("admin"), 5, 0},
		"fifty":                               {geo.AttemptsOn("admin"), 50, time.Second},
		"many on an account from anywhere":    {geo.AttemptsOn("admin"), 1000, time.Minute},
		"fifty from an address":               {geo.AttemptsFrom("192.0.2.1"), 50, time.Second},
		"many from an address":                {geo.AttemptsFrom("192.0.2.1"), 1000, 15 * time.Minute},
		"a name that looks like another kind": {geo.AttemptsOnFrom("address ", "account "), 5, time.Second},
	} {
		got := geo.Attempts{Count: c.count, Last: now}.Until(c.key)
		if c.want == 0 && !got.IsZero() || c.want != 0 && got != now.Add(c.want) {
			t.Errorf("%s: until %v, want %v later", name, got, c.want)
		}
	}
	if geo.AttemptsOnFrom("a", "192.0.2.1") == geo.AttemptsOnFrom("a", "192.0.2.2") || geo.AttemptsOnFrom("a", "x") == geo.AttemptsOnFrom("b", "x") {
		t.Error("two share a key")
	}
}

func TestNamesCanBeSeenWhole(t *testing.T) {
	for name, good := range map[string]bool{"zhangsan": true, "张三": true, "a.b@c.example": true, "é": true, "བསོད་ནམས": true,
		"ａｄｍｉｎ": false, "ⓐdmin": false, "e\u0301": false, "𝐚dmin": false, "ﬁeld": false, "㈱": false, "\uf900": false,
		"": false, "a b": false, "a\u3000b": false, "a\u00a0b": false, "admin\u200b": false, "\ufeffadmin": false, "\u202enimda": false, "a\u0085": false, "a\x7f": false} {
		u := geo.User{Name: name, Role: geo.RoleViewer}
		if err := u.Check(); (err == nil) != good {
			t.Errorf("name %q: %v", name, err)
		}
	}
	if u := (geo.User{Name: "a", Title: "\u202e三张", Role: geo.RoleViewer}); u.Check() == nil {
		t.Error("a title that is read backwards")
	}
}
