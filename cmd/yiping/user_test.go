package main_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/password"
)

// yipingFed runs a command that reads a text from standard input.
func yipingFed(t *testing.T, input string, args ...string) (stdout, stderr string, status int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var out, errs bytes.Buffer
	cmd := command(ctx, t, args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(input), &out, &errs
	if err := cmd.Run(); err != nil && cmd.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), errs.String(), cmd.ProcessState.ExitCode()
}

func TestUsersAreAddedListedAndChanged(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		must(t, "seed", "--store", url, "putuo")
		const first, second = "河滨泵站二号 2022", "另一个足够长的新口令"
		if out, errs, status := yipingFed(t, first+"\n", "user", "add", "zhangsan", "--store", url, "--title", "张三", "--role", "editor",
			"--district", "310107", "--unit", "区建管委"); status != 0 || out != "" || errs != "" {
			t.Fatalf("status %d, stdout %q, stderr %q", status, out, errs)
		}
		find := func(name string) geo.User {
			t.Helper()
			u, err := opened(t, url).FindUser(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			return u
		}
		has := func(u geo.User, secret string) bool {
			right, _, err := password.Verify(t.Context(), u.Password, secret)
			return right && err == nil
		}
		u := find("zhangsan")
		if u.Title != "张三" || u.Role != geo.RoleEditor || len(u.Districts) != 1 || u.Unit != "区建管委" || u.MustChange || !has(u, first) {
			t.Errorf("kept %+v", u)
		}
		drawn := strings.TrimSpace(must(t, "user", "add", "lisi", "--store", url, "--draw"))
		if u := find("lisi"); !u.MustChange || u.Role != geo.RoleViewer || !has(u, drawn) {
			t.Errorf("kept %+v, drawn %q", u, drawn)
		}
		must(t, "user", "passwd", "lisi", "--store", url, "--password-file", write(t, "secret", second+"\r\n"))
		must(t, "user", "role", "lisi", "auditor", "--store", url)
		must(t, "user", "disable", "zhangsan", "--store", url)
		if u := find("lisi"); u.MustChange || u.Role != geo.RoleAuditor || !has(u, second) {
			t.Errorf("kept %+v", u)
		}
		list := must(t, "user", "list", "--store", url)
		if strings.Count(list, "\n") != 3 || !regexp.MustCompile(`zhangsan .*disabled\n`).MatchString(list) || strings.Contains(list, "argon2") {
			t.Errorf("list:\n%s", list)
		}
		must(t, "user", "enable", "zhangsan", "--store", url)
		if find("zhangsan").Disabled {
			t.Error("still disabled")
		}
		log := must(t, "user", "log", "--store", url)
		for _, want := range []string{"add user .*zhangsan .*editor", "password .*lisi", "role .*lisi .*auditor", "disable .*zhangsan", "enable .*zhangsan"} {
			if !regexp.MustCompile(want).MatchString(log) {
				t.Errorf("the log lacks %s:\n%s", want, log)
			}
		}
		if path, ok := strings.CutPrefix(url, "gpkg:"); ok {
			for _, name := range []string{path, path + "-wal"} {
				if file, err := os.ReadFile(name); err == nil && (bytes.Contains(file, []byte(first)) || bytes.Contains(file, []byte(drawn))) {
					t.Errorf("%s holds a password", name)
				}
			}
		}
	})
}

func TestFaultsOfUsersAreOneLineAndAnExitStatus(t *testing.T) {
	store := "gpkg:" + filepath.Join(t.TempDir(), "city.gpkg")
	must(t, "synth", "--store", store, "--features", "10")
	must(t, "user", "add", "taken", "--store", store, "--draw")
	for name, c := range map[string]struct {
		args   []string
		input  string
		status int
		says   string
	}{
		"no name":          {[]string{"add"}, "", 2, "add takes 1 names"},
		"no password":      {[]string{"add", "x"}, "", 1, "at least 10 characters"},
		"a short one":      {[]string{"add", "x"}, "123456789\n", 1, "at least 10 characters"},
		"the name in it":   {[]string{"add", "zhangsan"}, "xx zhangSan xx", 1, "must not hold the user's name"},
		"no such file":     {[]string{"add", "x", "--password-file", "nowhere"}, "", 1, "nowhere"},
		"unknown role":     {[]string{"add", "x", "--role", "king"}, "1234567890", 1, "no role “king”"},
		"unknown district": {[]string{"add", "x", "--district", "1,2"}, "1234567890", 1, "no district “1”"},
		"taken":            {[]string{"add", "taken", "--draw"}, "", 1, "“taken” is there already"},
		"a blank":          {[]string{"add", "a b", "--draw"}, "", 1, "without blanks"},
		"nobody":           {[]string{"disable", "x"}, "", 1, "no user “x”"},
		"no role":          {[]string{"role", "taken"}, "", 2, "role takes 2 names"},
		"list of":          {[]string{"list", "x"}, "", 2, "list takes 0 names"},
	} {
		t.Run(name, func(t *testing.T) {
			out, errs, status := yipingFed(t, c.input, append([]string{"user", "--store", store}, c.args...)...)
			if status != c.status || !strings.Contains(errs, c.says) || out != "" || strings.Count(errs, "\n") != 1 {
				t.Errorf("status %d, stdout %q, stderr %q", status, out, errs)
			}
		})
	}
}

func TestTheFirstStartMakesAnAdmin(t *testing.T) {
	stores(t, func(t *testing.T, url string, _ func(string)) {
		said := regexp.MustCompile(`first user is admin, the password (\S+):`)
		n := serve(t, "--store", url, "--seed", "none")
		n.stop(t, os.Interrupt) // its log is whole
		m := said.FindStringSubmatch(n.log.String())
		if m == nil {
			t.Fatalf("no password in\n%s", n.log)
		}
		u, err := opened(t, url).FindUser(t.Context(), "admin")
		if right, _, e := password.Verify(t.Context(), u.Password, m[1]); err != nil || e != nil || !right || !u.MustChange || u.Role != geo.RoleAdmin {
			t.Errorf("%+v, %v, %v", u, err, e)
		}
		again := serve(t, "--store", url, "--seed", "none")
		again.stop(t, os.Interrupt)
		if said.MatchString(again.log.String()) {
			t.Error("a second start makes another")
		}
	})
}
