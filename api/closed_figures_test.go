package api_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"yiping/geo"
	"yiping/geo/city"
)

// Figures are worked out without what is closed to who reads them: a formula that
// asks for it has no value, a count is of the rest; so is a bulletin, also one that
// was issued. Who may read all is told all.
func TestFiguresGoWithoutWhatIsClosed(t *testing.T) {
	store := openStore(t)
	o := openClosed(t, store)
	o.reach(apply(t, store,
		create(city.Indicator, "OF-CLOSED", nil, geo.Properties{"name": "洞库数", "district": "310105", "kind": "由图层计算", "unit": "个", "formula": `{"count":{"layer":"bunker"}}`, "panel": int64(9)}),
		create(city.Indicator, "OF-BOTH", nil, geo.Properties{"name": "合计", "district": "310105", "kind": "由图层计算", "unit": "个", "formula": `{"add":[{"count":{"layer":"bunker"}},{"count":{"layer":"project"}}]}`}),
		create(city.Indicator, "OF-OPEN", nil, geo.Properties{"name": "项目数", "district": "310105", "kind": "由图层计算", "unit": "个", "formula": `{"count":{"layer":"project"}}`})).Cursor)
	addUser(t, store, geo.User{Name: "auditor", Role: geo.RoleAuditor})
	auditor := o.browser()
	auditor.signIn("auditor")
	ask := map[string]func(path string) got{"anonymous": func(path string) got { return o.get(path) }, "auditor": func(path string) got { return auditor.send("GET", path, nil) }}
	for who, known := range map[string]bool{"anonymous": false, "auditor": true} {
		body := decode[struct {
			Items []struct {
				Code  string
				Value *float64
			}
		}](t, ask[who]("/api/indicators?code=OF-CLOSED,OF-BOTH,OF-OPEN"))
		if len(body.Items) != 3 {
			t.Fatalf("%s: %+v", who, body)
		}
		for _, i := range body.Items {
			if want := known || i.Code == "OF-OPEN"; (i.Value != nil) != want {
				t.Errorf("%s: %s has the value %v", who, i.Code, i.Value)
			}
		}
	}
	// The problem points are closed, and counted in the bulletin.
	const sheet = "/api/bulletin?district=310105&month=2022-12"
	drafts := map[string][]byte{}
	for who := range ask {
		drafts[who] = ask[who](sheet).body
	}
	if g := auditor.send("POST", "/api/bulletins", map[string]string{"district": "310105", "month": "2022-12", "number": "1号"}); g.status != http.StatusOK {
		t.Fatalf("%d %s", g.status, g.body)
	}
	issued := ask["auditor"](sheet)
	o.dig("2")
	if again := ask["auditor"](sheet); !bytes.Equal(again.body, issued.body) || !bytes.Contains(issued.body, []byte("1号")) {
		t.Error("the issued bulletin is another for who issued it")
	}
	for _, text := range [][]byte{drafts["anonymous"], ask["anonymous"](sheet).body, ask["anonymous"](sheet + "&format=html").body} {
		if bytes.Contains(text, []byte(mark)) {
			t.Errorf("others are told: %s", text)
		}
	}
}

// What was known then is shown to who may read it now.
func TestThePastGoesByWhoMayReadNow(t *testing.T) {
	eachStore(t, func(t *testing.T, open func(testing.TB) geo.Store) {
		store := open(t)
		o := openOffice(t, store)
		then := "&known=" + escape(time.Now().UTC().Format(time.RFC3339Nano))
		status := func(path string) int { return o.get(path + then).status }
		paths := []string{"/api/features/project?limit=1", "/api/lights?layers=project", "/api/map.svg?layers=project"}
		closing := func(readers ...geo.Role) {
			t.Helper()
			layers, err := store.Layers(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range layers {
				if l.ID == city.Project {
					l.Readers = readers
					o.reach(apply(t, store, geo.Edit{Op: geo.Declare, Layer: l}).Cursor)
				}
			}
		}
		for _, path := range paths {
			if got := status(path); got != http.StatusOK {
				t.Fatalf("%s: %d", path, got)
			}
		}
		closing(geo.RoleAuditor)
		meanwhile := "&known=" + escape(time.Now().UTC().Format(time.RFC3339Nano))
		for _, path := range paths {
			if got := status(path); got == http.StatusOK {
				t.Errorf("closed since, %s is told all the same", path)
			}
		}
		if body := string(o.get("/api/overview?district=310105" + then).body); strings.Contains(body, "河滨泵站") || !strings.Contains(body, `"total":0`) {
			t.Errorf("closed since: %.600s", body)
		}
		closing()
		for _, path := range paths {
			if g := o.get(path + meanwhile); g.status != http.StatusOK {
				t.Errorf("open again, %s of while it was closed: %d", path, g.status)
			}
		}
	})
}

// A wall whose token is revoked hears no more, nor a user who is disabled.
func TestARevokedWallHearsNoMore(t *testing.T) {
	o := openClosed(t, openStore(t))
	e := o.listen("/api/live", "Authorization", "Bearer "+o.token(geo.Token{ID: "wall", Rights: []geo.Right{geo.MayRead}, Display: true}))
	want[any](e, "hello")
	if err := o.store.RevokeToken(t.Context(), "wall"); err != nil {
		t.Fatal(err)
	}
	revoked := time.Now()
	for open := true; open; {
		_, open = e.raw()
	}
	t.Logf("ended after %v", time.Since(revoked))
}
