package api

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"yiping/geo"
)

func TestOneGoesOnToAPageOfOurs(t *testing.T) {
	for next, want := range map[string]string{"": "", "?a=1": "?a=1", "field": "field", "?district=1#at=2022": "?district=1#at=2022", "/x": "", "//evil.example": "", "https://evil.example": "",
		"\\evil": "", "../x": "", "a\r\nb": "", "javascript:alert(1)": ""} {
		if got := local(next); got != want {
			t.Errorf("%q: %q, want %q", next, got, want)
		}
	}
}

// A provider that does not answer keeps only those who wait for it, and those only
// while they like; once it answers it is asked no more.
func TestAProviderThatHangsKeepsNobodyElse(t *testing.T) {
	asked, answer := make(chan struct{}, 10), make(chan struct{})
	var at string
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-answer
		_, _ = w.Write([]byte(`{"issuer":"` + at + `","authorization_endpoint":"` + at + `/a","token_endpoint":"` + at + `/t","jwks_uri":"` + at + `/k"}`))
	}))
	defer s.Close()
	at = s.URL
	var p provider
	ctx, leave := context.WithCancel(t.Context())
	var waiting sync.WaitGroup
	for range 3 {
		waiting.Go(func() {
			if _, err := p.find(ctx, at); !errors.Is(err, context.Canceled) {
				t.Errorf("who left was told %v", err)
			}
		})
	}
	<-asked
	leave()
	waiting.Wait() // none has to wait for the provider
	close(answer)
	for range 2 {
		if found, err := p.find(t.Context(), at); err != nil || found == nil {
			t.Fatal(found, err)
		}
	}
	if n := len(asked); n > 0 {
		t.Errorf("it was asked %d times more", n)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := "http://" + l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var away provider
	if _, err := away.find(t.Context(), gone); geo.CodeOf(err) != geo.Unavailable {
		t.Errorf("a provider that is away: %v", err)
	}
}
