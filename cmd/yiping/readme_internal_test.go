package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Every flag that the README names is one of some command, and serve has none that
// it does not name.
func TestTheREADMENamesTheFlagsThereAre(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	there, serves := map[string]bool{"help": true}, []string(nil)
	for _, c := range commands() {
		fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
		c.setup(&program{}, fs)
		fs.VisitAll(func(f *flag.Flag) {
			there[f.Name] = true
			if c.name == "serve" {
				serves = append(serves, f.Name)
			}
		})
	}
	named := map[string]bool{}
	for _, m := range regexp.MustCompile("[ `(|]--([a-z][a-z0-9-]*)").FindAllSubmatch(text, -1) {
		name := string(m[1])
		if named[name] = true; !there[name] {
			t.Errorf("the README names --%s, which no command has", name)
		}
	}
	for _, name := range serves {
		if !named[name] {
			t.Errorf("the README does not name --%s of serve", name)
		}
	}
	if len(named) < 40 {
		t.Errorf("only %d flags were found", len(named))
	}
}
