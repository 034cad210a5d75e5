package cql_test

import (
	"errors"
	"strings"
	"testing"

	"yiping/geo"
	"yiping/geo/cql"
)

func pipes(rule geo.LightRule) *geo.Layer {
	rule.Kind = geo.FilterRule
	return &geo.Layer{ID: "pipe", Light: rule, Fields: []geo.Field{
		{Name: "state", Type: geo.TextField}, {Name: "depth", Type: geo.FloatField}, {Name: "due", Type: geo.DateField}}}
}

func TestARuleHolds(t *testing.T) {
	const late, near = "state <> '已修复' AND due < today", "due - 0 < 1"
	l := pipes(geo.LightRule{RedWhen: late, YellowWhen: "T_AFTER(due, today) AND depth > 3", GreenWhen: "state = '已修复'"})
	r, err := cql.CompileRule(l)
	if err != nil {
		t.Fatal(err)
	}
	due := geo.NewDate(2022, 6, 30)
	row := record{values: geo.Properties{"state": "待修复", "depth": 4.0, "due": due}}
	for _, c := range []struct {
		name, expr string
		row        record
		day        geo.Date
		want       bool
	}{
		{"before the day it is not late", late, row, due, false},
		{"the day after it is", late, row, due + 1, true},
		{"yellow while time is left", l.Light.YellowWhen, row, due - 1, true},
		{"an absent value is not true", late, record{values: geo.Properties{"due": due}}, due + 1, false},
		{"another part of the rule", l.Light.GreenWhen, record{values: geo.Properties{"state": "已修复"}}, due, true},
		{"an expression that is none of the rule's", near, row, due, false},
	} {
		if got := r.Holds(c.expr, c.row, c.day); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if (*cql.Rule)(nil).Holds(late, row, due+1) {
		t.Error("a rule that did not compile holds")
	}
}

func TestWrongRulesAreRefused(t *testing.T) {
	for _, c := range []struct {
		name string
		rule geo.LightRule
		want string // in the message
		at   string // member of the rule
	}{
		{"no CQL2", geo.LightRule{RedWhen: "depth >"}, "character", "redWhen"},
		{"a field that is not there", geo.LightRule{RedWhen: "depth > 1", YellowWhen: "width > 1"}, "width", "yellowWhen"},
		{"a type that does not fit", geo.LightRule{GreenWhen: "depth = 'tief'"}, "compared", "greenWhen"},
		{"the light itself", geo.LightRule{RedWhen: "depth > 1 AND NOT (light = 'red')"}, "comes of its light", "redWhen"},
		{"overdue", geo.LightRule{RedWhen: "overdue"}, "comes of its light", "redWhen"},
		{"the warning", geo.LightRule{YellowWhen: "warning > 1"}, "comes of its light", "yellowWhen"},
		{"no condition", geo.LightRule{RedWhen: "depth"}, "condition", "redWhen"},
		{"a function that is not offered", geo.LightRule{RedWhen: "sin(depth) > 0"}, "sin", "redWhen"},
		{"nothing", geo.LightRule{}, "no expression", "light"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := pipes(c.rule)
			err := cql.CheckRule(l)
			var e *geo.Error
			if !errors.As(err, &e) || e.Layer != l.ID || e.Field != c.at || !strings.Contains(e.Message, c.want) {
				t.Fatalf("got %+v, want %q at %s", err, c.want, c.at)
			}
			inChinese(t, e)
		})
	}
	var e *geo.Error
	if err := cql.CheckRule(pipes(geo.LightRule{RedWhen: "width > 1"})); !errors.As(err, &e) || e.Mend != "it has id, code, district, town, geom, state, depth, due, today" {
		t.Errorf("what may be asked for instead: %+v", err)
	}
	if err := cql.CheckRule(&geo.Layer{ID: "plain"}); err != nil {
		t.Errorf("a layer without a rule: %v", err)
	}
}
