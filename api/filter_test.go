package api_test

import (
	"net/url"
	"slices"
	"testing"
)

type listed struct {
	NumberMatched int
	Next          string
	Features      []struct {
		ID         int
		Properties struct{ Code string }
	}
}

func (l listed) codes() (codes []string) {
	for _, f := range l.Features {
		codes = append(codes, f.Properties.Code)
	}
	return codes
}

func (s *service) filtered(t *testing.T, rest, filter string) listed {
	t.Helper()
	g := s.get("/api/features/project?filter=" + url.QueryEscape(filter) + rest)
	if g.status != 200 {
		t.Fatalf("%s: status %d: %s", filter, g.status, g.body)
	}
	l := decode[listed](t, g)
	ids := make([]int, 0, len(l.Features))
	for _, f := range l.Features {
		ids = append(ids, f.ID)
	}
	if !slices.IsSorted(ids) {
		t.Errorf("%s: out of order: %v", filter, ids)
	}
	return l
}

func TestFilter(t *testing.T) {
	s := start(t, openStore(t), setting{})
	all := s.filtered(t, "", "TRUE")
	if all.NumberMatched < 4 {
		t.Fatalf("%d projects are too few to tell", all.NumberMatched)
	}
	for _, c := range []struct{ name, filter, lang, same string }{
		{"light", "light = 'red'", "", "&light=red"},
		{"district", "district = '310105'", "", "&district=310105"},
		{"lights and level", "light IN ('red', 'yellow') AND level = '区属'", "", "&light=red,yellow&level=区属"},
		{"JSON", `{"op":"=","args":[{"property":"light"},"red"]}`, "&filter-lang=cql2-json", "&light=red"},
		{"box", "S_INTERSECTS(geom, BBOX(121.3, 31.1, 121.5, 31.3))", "", "&bbox=121.3,31.1,121.5,31.3"},
		{"box and filter", "light = 'red' AND S_INTERSECTS(geom, BBOX(121.3, 31.1, 121.5, 31.3))", "", "&light=red&bbox=121.3,31.1,121.5,31.3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, want := s.filtered(t, c.lang, c.filter), s.filtered(t, c.same, "TRUE")
			if !slices.Equal(got.codes(), want.codes()) || got.NumberMatched != want.NumberMatched {
				t.Errorf("gives %v, %s gives %v", got.codes(), c.same, want.codes())
			}
			if n := got.NumberMatched; n == 0 || n == all.NumberMatched {
				t.Errorf("%d of %d projects tell nothing", n, all.NumberMatched)
			}
			both := s.filtered(t, c.lang+c.same, c.filter)
			if !slices.Equal(both.codes(), want.codes()) {
				t.Errorf("with %s gives %v", c.same, both.codes())
			}
		})
	}
	if got := s.filtered(t, "", "code IN ('P3', 'P1', 'none')").codes(); !slices.Equal(got, []string{"P1", "P3"}) {
		t.Errorf("by code: %v", got)
	}
	if next := s.filtered(t, "&limit=1", "light IS NOT NULL").Next; next == "" {
		t.Error("no next page")
	} else if got := decode[listed](t, s.get(next)); got.NumberMatched != all.NumberMatched || got.Features[0].ID == all.Features[0].ID {
		t.Errorf("the next page %s has %v of %d", next, got.codes(), got.NumberMatched)
	}
}
