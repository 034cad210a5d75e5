package api

import (
	"net/http"
	"net/netip"
	"testing"
)

// The address of a client is what a proxy of ours saw, never what the client wrote.
func TestTheClientIsWhoAProxyOfOursSaw(t *testing.T) {
	trusting := Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}}
	for name, c := range map[string]struct {
		config     Config
		peer       string
		forwarded  []string
		want, told string
	}{
		"no proxy":               {Config{}, "192.0.2.1:99", []string{"203.0.113.9"}, "192.0.2.1", "192.0.2.1"},
		"not a proxy of ours":    {trusting, "192.0.2.1:99", []string{"203.0.113.9"}, "192.0.2.1", "192.0.2.1"},
		"one proxy":              {trusting, "10.0.0.1:99", []string{"203.0.113.9"}, "203.0.113.9", "203.0.113.9"},
		"two proxies":            {trusting, "10.0.0.1:99", []string{"203.0.113.9, 10.0.0.2"}, "203.0.113.9", "203.0.113.9"},
		"two headers":            {trusting, "[::1]:99", []string{"203.0.113.9", "10.0.0.2"}, "203.0.113.9", "203.0.113.9"},
		"the client lies":        {trusting, "10.0.0.1:99", []string{"198.51.100.7, 203.0.113.9"}, "203.0.113.9", "203.0.113.9"},
		"rubbish before":         {trusting, "10.0.0.1:99", []string{"x, 203.0.113.9"}, "203.0.113.9", "203.0.113.9"},
		"rubbish":                {trusting, "10.0.0.1:99", []string{"x"}, "10.0.0.1", "10.0.0.1"},
		"nothing":                {trusting, "10.0.0.1:99", nil, "10.0.0.1", "10.0.0.1"},
		"with a port":            {trusting, "10.0.0.1:99", []string{"198.51.100.7, 203.0.113.9:5678"}, "203.0.113.9", "203.0.113.9"},
		"IPv6 with a port":       {trusting, "10.0.0.1:99", []string{"[2001:db8:1:2::9]:5678 , 10.0.0.2:80"}, "2001:db8:1:2::9", "2001:db8:1:2::/64"},
		"IPv6 in brackets":       {trusting, "10.0.0.1:99", []string{"[2001:db8:1:2::9]"}, "2001:db8:1:2::9", "2001:db8:1:2::/64"},
		"only proxies":           {trusting, "10.0.0.1:99", []string{"10.0.0.3"}, "10.0.0.3", "10.0.0.3"},
		"IPv4 in IPv6":           {trusting, "[::ffff:10.0.0.1]:99", []string{"::ffff:203.0.113.9"}, "203.0.113.9", "203.0.113.9"},
		"IPv6 counts by network": {Config{}, "[2001:db8:1:2:3::4]:99", nil, "2001:db8:1:2:3::4", "2001:db8:1:2::/64"},
	} {
		r := &http.Request{RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-For": c.forwarded}}
		if got, told := c.config.client(r).String(), c.config.clientKey(r); got != c.want || told != c.told {
			t.Errorf("%s: %s, counted as %s; want %s, %s", name, got, told, c.want, c.told)
		}
	}
}

// Links name the scheme that a proxy of ours says, and no other's.
func TestLinksBelieveAProxyOfOursAlone(t *testing.T) {
	trusting := Config{TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}
	for name, c := range map[string]struct {
		config      Config
		peer, proto string
		want        string
	}{
		"no proxy named":      {Config{}, "10.0.0.1:99", "https", "http://map.example"},
		"not a proxy of ours": {trusting, "192.0.2.1:99", "https", "http://map.example"},
		"one of ours":         {trusting, "10.0.0.1:99", "https", "https://map.example"},
		"ours, without TLS":   {trusting, "10.0.0.1:99", "http", "http://map.example"},
		"ours, silent":        {trusting, "10.0.0.1:99", "", "http://map.example"},
	} {
		r := &http.Request{Host: "map.example", RemoteAddr: c.peer, Header: http.Header{"X-Forwarded-Proto": {c.proto}}}
		if got := c.config.originOf(r); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
