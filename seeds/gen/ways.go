package main

import (
	"bytes"
	"fmt"
	"strings"
)

// waysPage is ways.md: tables/ways.csv as a page to read.
func waysPage(ways []row) []byte {
	var b bytes.Buffer
	b.WriteString(`# The ways of working, and what carries each

The five documents describe 70 systems and ways of working. For each, this page names what carries it in the register, a field of a layer or a field of its reports, and a seeded instance. It is written from ` + "`tables/ways.csv`" + ` by ` + "`go generate ./seeds`" + `; a test follows every row to its declaration and to its instance.

| # | way of working | document, section | how | carried by → instance |
| --- | --- | --- | --- | --- |
`)
	for i := 0; i < len(ways); {
		r := ways[i]
		var carriers []string
		for ; i < len(ways) && ways[i]["way"] == r["way"]; i++ {
			carriers = append(carriers, carrier(ways[i]))
		}
		fmt.Fprintf(&b, "| %s | %s | %s %s | %s | %s |\n", r["way"], r["name"], titleOf(r["document"]), r["section"], r["how"], strings.Join(carriers, "<br>"))
	}
	return b.Bytes()
}

func carrier(r row) string {
	field, report := strings.CutPrefix(r["carrier"], "report:")
	name := r["layer"] + "." + field
	if report {
		name = "report of " + name
	}
	out := "`" + name + "` → " + r["instance"]
	if r["value"] != "" {
		out += " = " + r["value"]
	}
	return out
}
