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
