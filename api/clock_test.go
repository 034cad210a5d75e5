package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
)

// lit is what lights answers.
type lit struct {
	Cursor, At string
	Layers     map[string][][2]any
}

func (l lit) of(layer string, id geo.ID) string {
	for _, pair := range l.Layers[layer] {
		if pair[0] == float64(id) {
			return pair[1].(string)
		}
	}
	return "none"
}

// A day in the past is judged by what was reported so far; a month stands for its
// last day; every answer says the day.
func TestAnotherDay(t *testing.T) {
	s := start(t, openStore(t), setting{})
	p3 := lookup(t, s.store, city.Project, "P3")
	now, before := decode[lit](t, s.get("/api/lights")), decode[lit](t, s.get("/api/lights?at=2022-11-30"))
	if now.At != "" || before.At != "2022-11-30" || now.of("project", p3) != "yellow" || before.of("project", p3) != "green" {
		t.Errorf("now %q %s, before %q %s", now.At, now.of("project", p3), before.At, before.of("project", p3))
	}
	type detail struct {
		At         string
		Yiping     struct{ Light string }
		Reports    []struct{ Date string }
		Milestones []map[string]any
		Rulings    []map[string]any
	}
	d := decode[detail](t, s.get(s.named("/api/features/project/{P3}?at=2022-11")))
	if d.At != "2022-11-30" || d.Yiping.Light != "green" || len(d.Reports) != 1 || d.Reports[0].Date != "2022-11-30" {
		t.Errorf("the project in November: %+v", d)
	}
	d = decode[detail](t, s.get(s.named("/api/features/project/{P3}?at=2022-03-05")))
	if len(d.Milestones) != 2 || d.Milestones[0]["actual"] != nil || d.Milestones[0]["planned"] != "2022-03-01" {
		t.Errorf("a milestone reached later: %+v", d.Milestones)
	}
	for _, path := range []string{"/api/overview?district=310105", "/api/features/project?district=310105", "/api/alerts?level=区属", "/api/warnings?district=310105",
		"/api/problems?district=310107", "/api/history?district=310105", "/api/map.svg?district=310105", "/api/districts?",
		"/api/nearby?lon=121.41&lat=31.22&layers=project", "/api/tasks?district=310105", "/api/indicators?district=310105"} {
		month, day, today := s.get(path+"&at=2022-06"), s.get(path+"&at=2022年6月30日"), s.get(path)
		if month.status != http.StatusOK || string(month.body) != string(day.body) {
			t.Errorf("%s: a month (%d) answers otherwise than its last day (%d)", path, month.status, day.status)
		}
		if !strings.Contains(path, "tasks") && string(month.body) == string(today.body) {
			t.Errorf("%s: June reads like today", path)
		}
		if month.header.Get("Yiping-Cursor") != today.header.Get("Yiping-Cursor") || month.header.Get("ETag") == "" {
			t.Errorf("%s: another cursor, or no tag: %v", path, month.header)
		}
	}
	// What is entered shows at other days too, at once.
	r := apply(t, s.store, geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: p3, Date: geo.NewDate(2022, 10, 31),
		Properties: geo.Properties{"planned_progress": 50.0, "actual_progress": 20.0}}})
	s.reach(r.Cursor)
	if l := decode[lit](t, s.get("/api/lights?at=2022-10")); l.of("project", p3) != "red" {
		t.Errorf("October after its report came: %s", l.of("project", p3))
	}
}

// Before anything was recorded the answer says so, and since when there is
// something: at that moment there is.
func TestATimeBeforeAllRecords(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		s := start(t, open(t), setting{})
		p := decode[problem](t, s.get("/api/overview?district=310105&known=2001-02-03T04:05:06Z"))
		first, found := strings.CutPrefix(p.Detail, "截至 2001-02-03T12:05:06+08:00 尚无任何记录；最早的记录始于 ")
		if p.Status != http.StatusBadRequest || p.Parameter != "known" || !found {
			t.Fatalf("%+v", p)
		}
		at, err := time.Parse(time.RFC3339, first)
		if err != nil || time.Since(at) > time.Hour {
			t.Fatalf("begun at %q, %v", first, err)
		}
		until(t, func() bool { return time.Now().After(at) })
		if g := s.get("/api/lights?known=" + url.QueryEscape(first)); g.status != http.StatusOK {
			t.Errorf("known when it began: %d %s", g.status, g.body)
		}
		if begun, err := s.store.Begun(t.Context()); err != nil || begun.After(at) || at.Sub(begun) >= time.Second {
			t.Errorf("begun at %v, told %v; %v", begun, at, err)
		}
	})
}

// A district that was recorded later is not unknown, but not known by then.
func TestADistrictRecordedLater(t *testing.T) {
	s := start(t, openStore(t), setting{})
	then := time.Now()
	until(t, func() bool { return time.Since(then) > 5*time.Millisecond })
	s.reach(apply(t, s.store, create(city.District, "310199", nil, geo.Properties{"name": "新区"})).Cursor)
	known := "&known=" + url.QueryEscape(then.UTC().Format(time.RFC3339Nano))
	for _, path := range []string{"/api/districts", "/style.json?district=310199", "/tiles/project.json", "/api/map.svg?district=310199"} {
		if g := s.get(path); g.status != http.StatusOK { // though it has no outline
			t.Errorf("%s: %d %s", path, g.status, g.body)
		}
	}
	for _, path := range []string{"/api/overview", "/api/warnings", "/api/problems", "/api/features/project"} {
		if g := s.get(path + "?district=310199"); g.status != http.StatusOK {
			t.Errorf("%s now: %d %s", path, g.status, g.body)
		}
		p := decode[problem](t, s.get(path+"?district=310199"+known))
		if p.Status != http.StatusBadRequest || p.Parameter != "known" || !strings.HasSuffix(p.Detail, "尚无行政区“310199”的记录") {
			t.Errorf("%s then: %+v", path, p)
		}
		if p := decode[problem](t, s.get(path+"?district=nowhere"+known)); p.Type != "urn:yiping:problem:unknown-district" {
			t.Errorf("%s of no district: %+v", path, p)
		}
	}
	if p := decode[problem](t, s.get("/api/overview?district=310199"+known, "Accept-Language", "en")); !strings.HasPrefix(p.Detail, "Nothing of district “310199” was recorded by ") {
		t.Errorf("in English: %+v", p)
	}
}

// With known= all reads as it was recorded by then, whatever came since.
func TestAnotherTimeOfKnowing(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		s := start(t, open(t), setting{})
		p3 := lookup(t, s.store, city.Project, "P3")
		then := time.Now()
		until(t, func() bool { return time.Since(then) > 5*time.Millisecond })
		r := apply(t, s.store, geo.Edit{Op: geo.PutReport, Report: geo.Report{Layer: city.Project, Feature: p3, Date: lastOf2022,
			Properties: geo.Properties{"planned_progress": 100.0, "actual_progress": 100.0}}})
		s.reach(r.Cursor)
		known := "known=" + url.QueryEscape(then.UTC().Format(time.RFC3339Nano))
		old, now := s.get("/api/lights?"+known), s.get("/api/lights")
		was, is := decode[lit](t, old), decode[lit](t, now)
		if was.of("project", p3) != "yellow" || is.of("project", p3) != "green" {
			t.Errorf("known then %s, now %s", was.of("project", p3), is.of("project", p3))
		}
		if was.Cursor != "" || old.header.Get("Yiping-Cursor") != "" || is.Cursor != string(r.Cursor) {
			t.Errorf("cursor of the past %q %q, of now %q", was.Cursor, old.header.Get("Yiping-Cursor"), is.Cursor)
		}
		if tag := old.header.Get("ETag"); s.get("/api/lights?"+known, "If-None-Match", tag).status != http.StatusNotModified {
			t.Errorf("the past cannot be revalidated by %s", tag)
		}
		for _, path := range []string{"/api/overview?", "/api/features/project?", "/api/alerts?", "/api/warnings?", "/api/problems?", "/api/history?",
			"/api/map.svg?", "/api/districts?", "/api/nearby?lon=121.41&lat=31.22&", "/api/tasks?", "/api/indicators?", s.named("/api/features/project/{P3}?")} {
			if g := s.get(path + known + "&at=2022-11"); g.status != http.StatusOK {
				t.Errorf("%s by both clocks: %d %s", path, g.status, g.body)
			}
		}
	})
}
