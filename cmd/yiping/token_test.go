package main_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/gpkg"
	"yiping/geo/postgis"
)

// opened opens a store as another program would.
func opened(t *testing.T, url string) geo.Store {
	t.Helper()
	var s geo.Store
	var err error
	if path, ok := strings.CutPrefix(url, "gpkg:"); ok {
		s, err = gpkg.Open(t.Context(), path, gpkg.Options{})
	} else {
		s, err = postgis.Open(t.Context(), url, postgis.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestTokensAreMadeListedAndRevoked(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		must(t, "seed", "--store", url, "putuo")
		out, errs, status := yiping(t, "user", "token", "add", "扬尘平台", "--store", url, "--actor", "扬尘监测平台", "--rights", "push, report",
			"--district", "310107", "--unit", "区建管委", "--expires", "2099-01-01")
		secret := strings.TrimSuffix(out, "\n")
		if status != 0 || !strings.HasPrefix(secret, "yiping_") || strings.Contains(errs, secret) || strings.ContainsAny(secret, " \n") {
			t.Fatalf("status %d, stdout %q, stderr %q", status, out, errs)
		}
		if second := must(t, "user", "token", "add", "b", "--store", url, "--actor", "张三", "--rights", "rule"); second == out {
			t.Error("two tokens have one secret")
		}
		k, err := opened(t, url).FindToken(t.Context(), geo.HashSecret(secret))
		if err != nil || k.ID != "扬尘平台" || k.Actor != "扬尘监测平台" || len(k.Rights) != 2 || k.Rights[0] != geo.MayPush || k.District != "310107" ||
			k.Unit != "区建管委" || k.Expires.Format("2006-01-02T15Z07:00") != "2099-01-01T16Z" || !k.Revoked.IsZero() {
			t.Errorf("kept %+v, error %v", k, err)
		}
		list := must(t, "user", "token", "list", "--store", url)
		if strings.Contains(list, secret[8:]) || strings.Count(list, "good") != 2 || !strings.Contains(list, "push,report") || strings.Count(list, "\n") != 3 {
			t.Errorf("list:\n%s", list)
		}
		must(t, "user", "token", "revoke", "扬尘平台", "--store", url)
		if k, err := opened(t, url).FindToken(t.Context(), geo.HashSecret(secret)); err != nil || k.Revoked.IsZero() {
			t.Errorf("after revoking: %+v, error %v", k, err)
		}
		if list := must(t, "user", "token", "list", "--store", url); strings.Count(list, "good") != 1 || strings.Count(list, "revoked 20") != 1 {
			t.Errorf("list after revoking:\n%s", list)
		}
		if path, ok := strings.CutPrefix(url, "gpkg:"); ok {
			if file, err := os.ReadFile(path); err != nil || strings.Contains(string(file), secret) {
				t.Errorf("the file holds the secret, or cannot be read: %v", err)
			}
		}
	})
}

func TestFaultsOfTokensAreOneLineAndAnExitStatus(t *testing.T) {
	store := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	must(t, "synth", "--store", store, "--features", "10")
	must(t, "user", "token", "add", "taken", "--store", store, "--actor", "a", "--rights", "push")
	add := func(args ...string) []string { return append([]string{"token", "add", "--store", store}, args...) }
	for name, c := range map[string]struct {
		args   []string
		status int
		says   string
	}{
		"nothing said":       {nil, 2, "say add NAME"},
		"no verb":            {[]string{"token"}, 2, "say token add NAME"},
		"unknown verb":       {[]string{"token", "lend"}, 2, "add, list and revoke"},
		"unknown":            {[]string{"lend", "x"}, 2, "unknown “lend”"},
		"a display writes":   {add("x", "--display", "--rights", "push"), 2, "a wall only reads"},
		"no name":            {add("--actor", "a", "--rights", "push"), 2, "takes one NAME"},
		"two names":          {add("x", "y", "--actor", "a", "--rights", "push"), 2, "takes one NAME"},
		"list of something":  {[]string{"token", "list", "x", "--store", store}, 2, "unexpected “x”"},
		"no actor":           {add("x", "--rights", "push"), 2, "--actor is missing"},
		"no rights":          {add("x", "--actor", "a"), 2, "--rights is missing"},
		"unknown right":      {add("x", "--actor", "a", "--rights", "push,fly"), 1, "there is no right “fly”"},
		"no day":             {add("x", "--actor", "a", "--rights", "push", "--expires", "soon"), 2, "“soon” is no day"},
		"a day gone by":      {add("x", "--actor", "a", "--rights", "push", "--expires", "2020-01-01"), 2, "has passed"},
		"no such district":   {add("x", "--actor", "a", "--rights", "push", "--district", "999"), 1, "no district “999”"},
		"name taken":         {add("taken", "--actor", "a", "--rights", "push"), 1, "“taken” is there already"},
		"name with a blank":  {add(" x", "--actor", "a", "--rights", "push"), 1, "without surrounding blanks"},
		"nothing to revoke":  {[]string{"token", "revoke", "x", "--store", store}, 1, "there is no token “x”"},
		"no store":           {[]string{"token", "list", "--store", "gpkg:nowhere/a.gpkg"}, 1, "there is no file"},
		"no store to add to": {[]string{"token", "add", "x", "--actor", "a", "--rights", "push", "--store", "gpkg:nowhere/a.gpkg"}, 1, "there is no file"},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, status := yiping(t, append([]string{"user"}, c.args...)...)
			if status != c.status || !strings.Contains(errs, c.says) || out != "" || strings.Count(errs, "\n") != 1 {
				t.Errorf("status %d, stdout %q, stderr %q", status, out, errs)
			}
		})
	}
	if list := must(t, "user", "token", "list", "--store", store); strings.Count(list, "\n") != 2 {
		t.Errorf("list:\n%s", list)
	}
}
