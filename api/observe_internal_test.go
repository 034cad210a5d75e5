package api

import (
	"net/url"
	"testing"
)

// However the name of a secret parameter is written, its value is in no log.
func TestSecretsAreNotLogged(t *testing.T) {
	for address, want := range map[string]string{
		"/":                                 "/",
		"/?bbox=1%2C2,3,4&limit=1":          "/?bbox=1%2C2,3,4&limit=1",
		"/?token=s":                         "/?token=%E2%80%A6",
		"/?a=token&token=s":                 "/?a=token&token=%E2%80%A6",
		"/?t%6Fken=s&b=1":                   "/?b=1&token=%E2%80%A6",
		"/?%74oken=s":                       "/?token=%E2%80%A6",
		"/?tokens=s&a%2Cb=1":                "/?tokens=s&a%2Cb=1",
		"/?code=s&state=s":                  "/?code=s&state=s",
		"/x" + oidcBackPath + "?code=s":     "/x" + oidcBackPath + "?code=%E2%80%A6",
		"/x" + oidcBackPath + "?st%61te=s&": "/x" + oidcBackPath + "?state=%E2%80%A6",
	} {
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		if got := loggable(u); got != want {
			t.Errorf("%s is logged as %s, want %s", address, got, want)
		}
	}
}
