package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// Every number leads to exactly the features that it counts, in every seeded
// district and in all, today and on another day.
func TestEveryNumberLeadsToTheFeaturesBehindIt(t *testing.T) {
	n := serve(t, "--store", "gpkg:"+filepath.Join(t.TempDir(), "city.gpkg"), "--seed", "all", "--log-level", "warn")
	var known struct{ Districts []struct{ Code string } }
	decodeJSON(t, n.get(t, "/api/districts", "", http.StatusOK), &known)
	if len(known.Districts) != 4 {
		t.Fatalf("districts %v", known.Districts)
	}
	questions := []string{"", "at=2022-09"}
	for _, d := range known.Districts {
		questions = append(questions, "district="+d.Code, "district="+d.Code+"&at=2022-10")
	}
	behind := map[string]int{} // an address is asked for once
	for _, r := range []struct {
		path   string
		more   []string // questions of its own
		claims int      // at least so many in a district
	}{
		{"/api/overview", []string{"district=310107&level=" + url.QueryEscape("区属"), "district=310107&town=" + url.QueryEscape("长征镇")}, 100},
		{"/api/warnings", []string{"district=310107&layer=project"}, 3},
		{"/api/problems", nil, 3},
		{"/api/tasks", nil, 4},
	} {
		for _, q := range slices.Concat(questions, r.more) {
			t.Run(r.path+"?"+q, func(t *testing.T) {
				var body map[string]any
				decodeJSON(t, n.get(t, r.path+"?"+q, "", http.StatusOK), &body)
				c := claims{}
				c.walk("", body)
				if len(c) < r.claims && !strings.Contains(q, "at=") {
					t.Errorf("only %d numbers have an address", len(c))
				}
				for _, claim := range c {
					found, ok := behind[claim.href]
					if !ok {
						found = n.count(t, claim.href)
						behind[claim.href] = found
					}
					if found != claim.n {
						t.Errorf("%s says %d, behind it are %d: %s", claim.place, claim.n, found, claim.href)
					}
				}
			})
		}
	}
	t.Run("indicators", func(t *testing.T) {
		if total, plain := n.checkIndicators(t); total < 328 || plain < 50 {
			t.Errorf("%d indicators, %d of them plain counts", total, plain)
		}
	})
}

// counts are formulas that add up counts.
var counts = regexp.MustCompile(`^\{"add":\[(\{"count":\{[^{}]*\}\},?)+\]\}$`)

// checkIndicators follows the addresses of every indicator: of a plain count to
// so many features, of any other to a list.
func (n *node) checkIndicators(t *testing.T) (total, plain int) {
	t.Helper()
	var all struct {
		Total int
		Items []struct {
			Code, Formula, Fault string
			Value                *float64
			Href                 []string
		}
	}
	decodeJSON(t, n.get(t, "/api/indicators", "", http.StatusOK), &all)
	for _, i := range all.Items {
		if i.Fault != "" || i.Formula != "" && len(i.Href) == 0 {
			t.Errorf("%s: addresses %v, fault %q", i.Code, i.Href, i.Fault)
			continue
		}
		sum := 0
		for _, href := range i.Href {
			found := n.count(t, href)
			sum += found
			if strings.HasPrefix(strings.ReplaceAll(i.Formula, " ", ""), `{"count":`) {
				plain++
				if float64(found) != *i.Value {
					t.Errorf("%s is %g, behind it are %d: %s", i.Code, *i.Value, found, href)
				}
			}
		}
		if counts.MatchString(i.Formula) && float64(sum) != *i.Value {
			t.Errorf("%s is %g, behind it are %d: %v", i.Code, *i.Value, sum, i.Href)
		}
	}
	return all.Total, plain
}

func decodeJSON(t *testing.T, body []byte, to any) {
	t.Helper()
	if err := json.Unmarshal(body, to); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
}

// count asks how many features an address leads to.
func (n *node) count(t *testing.T, href string) int {
	t.Helper()
	var found struct{ NumberMatched, Matched *int }
	if strings.HasPrefix(href, "/api/features/") { // any other list is short
		href += "&limit=1"
	}
	decodeJSON(t, n.get(t, href, "", http.StatusOK), &found)
	switch {
	case found.NumberMatched != nil:
		return *found.NumberMatched
	case found.Matched != nil:
		return *found.Matched
	}
	t.Fatalf("%s is no list", href)
	return 0
}

// claim is a number with the address of the features it counts.
type claim struct {
	place, href string
	n           int
}

type claims []claim

func (c *claims) add(place string, href, n any) {
	address, ok := href.(string)
	number, isNumber := n.(float64)
	if ok && isNumber {
		*c = append(*c, claim{place, address, int(number)})
	}
}

// walk gathers what a body claims: total or n beside href, done and of beside
// theirs, lights in counts beside href, and numbers named as their addresses in
// hrefs are.
func (c *claims) walk(place string, v any) {
	switch v := v.(type) {
	case []any:
		for k, each := range v {
			c.walk(fmt.Sprint(place, "[", k, "]"), each)
		}
	case map[string]any:
		for _, name := range []string{"total", "n"} {
			if _, money := v["planned"]; !money {
				c.add(place+"."+name, v["href"], v[name])
			}
		}
		c.add(place+".done", v["doneHref"], v["done"])
		c.add(place+".of", v["ofHref"], v["of"])
		counts, _ := v["counts"].(map[string]any)
		for light, n := range counts {
			if href, ok := v["href"].(string); ok {
				c.add(place+"."+light, href+"&light="+light, n)
			}
		}
		for name, numbers := range map[string]map[string]any{"hrefs": v, "lifecycleHref": nil} {
			addresses, _ := v[name].(map[string]any)
			for key, href := range addresses {
				switch {
				case name == "lifecycleHref":
					numbers, _ = v["lifecycle"].(map[string]any)
				case counts != nil:
					numbers = counts
				}
				if _, ok := numbers[key]; !ok {
					*c = append(*c, claim{place + "." + key + " has an address and no number", "", -1})
				}
				c.add(place+"."+key, href, numbers[key])
			}
		}
		for name, each := range v {
			if name != "figures" && name != "worst" {
				c.walk(place+"."+name, each)
			}
		}
	}
}
