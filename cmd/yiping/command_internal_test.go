package main

import (
	"bytes"
	"context"
	"flag"
	"strings"
	"testing"

	"yiping/geo/city"
)

func TestOneLineHidesPasswords(t *testing.T) {
	for in, want := range map[string]string{
		"cannot reach postgres://yiping:sesame@db:5432/yiping?x=1": "cannot reach postgres://yiping:***@db:5432/yiping?x=1",
		"postgres://u:a@b@h/d":                       "postgres://u:***@h/d",
		"host=h password=sesame user=u":              "host=h password=*** user=u",
		"host=h password='open sesame' user=u":       "host=h password=*** user=u",
		"http://127.0.0.1:8080/ and mail a:b@c":      "http://127.0.0.1:8080/ and mail a:b@c",
		"one\n  two\tthree":                          "one two three",
		"postgres://u@h/d refused: see http://h:1/a": "postgres://u@h/d refused: see http://h:1/a",
	} {
		if got := oneLine(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestFlagsStandAnywhereAndComeFromTheEnvironment(t *testing.T) {
	p := &program{env: func(name string) string {
		return map[string]string{"YIPING_MAX_FAULTS": "7", "YIPING_KEY": "other"}[name]
	}}
	fs := flag.NewFlagSet("test", flag.ContinueOnError)
	key, faults := fs.String("key", "", ""), fs.Int("max-faults", 20, "")
	rest, err := p.parse(fs, []string{"a.csv", "--key", "code", "b.csv"})
	if err != nil || strings.Join(rest, " ") != "a.csv b.csv" || *key != "code" || *faults != 7 {
		t.Errorf("rest %q, key %q, faults %d, error %v", rest, *key, *faults, err)
	}
	p.env = func(string) string { return "many" }
	if _, err := p.parse(flag.NewFlagSet("none", flag.ContinueOnError), nil); err != nil {
		t.Errorf("a variable without a flag: %v", err)
	}
	fs = flag.NewFlagSet("test", flag.ContinueOnError)
	fs.Int("max-faults", 20, "")
	if _, err := p.parse(fs, nil); err == nil || !strings.Contains(err.Error(), "YIPING_MAX_FAULTS=many") {
		t.Errorf("a number that is none: %v", err)
	}
}

func TestEveryCommandHasHelp(t *testing.T) {
	var out, errs bytes.Buffer
	p := &program{env: func(string) string { return "" }, out: &out, err: &errs}
	if status := p.run(context.Background(), []string{"help"}); status != exitOK {
		t.Fatalf("status %d", status)
	}
	for _, c := range commands() {
		if !strings.Contains(out.String(), c.about) {
			t.Errorf("help lacks %s", c.name)
		}
		var own bytes.Buffer
		p.out = &own
		if status := p.run(context.Background(), []string{c.name, "--help"}); status != exitOK || !strings.Contains(own.String(), "Usage: yiping "+c.name) {
			t.Errorf("help of %s: status %d, %q", c.name, status, &own)
		}
	}
	if errs.Len() > 0 {
		t.Errorf("on stderr: %s", &errs)
	}
}

func TestSyntheticFeaturesAreValidAndStable(t *testing.T) {
	for i := range 340 {
		a, b := synthetic(7, i), synthetic(7, i)
		if len(a) != 2 || a[0].Feature.Code != b[0].Feature.Code || a[1].Report.Properties["planned_progress"] != b[1].Report.Properties["planned_progress"] {
			t.Fatalf("feature %d differs from itself", i)
		}
		for _, l := range city.Layers() {
			if l.ID != a[0].Feature.Layer {
				continue
			}
			if _, err := l.Normalize(a[0].Feature); err != nil {
				t.Errorf("feature %d: %v", i, err)
			}
			if _, err := l.NormalizeReport(a[1].Report); err != nil {
				t.Errorf("report %d: %v", i, err)
			}
		}
	}
}
