package api

import (
	"net/http"
	"net/netip"
	"strings"
)

// peer is the address that a connection comes from; the zero address where it has
// none.
func peer(r *http.Request) netip.Addr {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

// trusts reports whether an address is that of a proxy of ours.
func (c *Config) trusts(a netip.Addr) bool {
	for _, p := range c.TrustedProxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// client is the address of who asks: that of the connection, or where a proxy of
// ours passes it on the last one in X-Forwarded-For that is not such a proxy.
// What stands before it anybody may have written.
func (c *Config) client(r *http.Request) netip.Addr {
	at := peer(r)
	if !c.trusts(at) {
		return at
	}
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for n := len(hops) - 1; n >= 0; n-- {
		a, ok := hop(strings.TrimSpace(hops[n]))
		if !ok {
			return at
		}
		if at = a; !c.trusts(at) {
			return at
		}
	}
	return at
}

// hop reads one entry of X-Forwarded-For: an address, to which some gateways add
// the port, and brackets to one of IPv6.
func hop(text string) (netip.Addr, bool) {
	if at, err := netip.ParseAddrPort(text); err == nil {
		return at.Addr().Unmap().WithZone(""), true
	}
	if strings.HasPrefix(text, "[") && strings.HasSuffix(text, "]") {
		text = text[1 : len(text)-1]
	}
	a, err := netip.ParseAddr(text)
	return a.Unmap().WithZone(""), err == nil
}

// clientKey names who asks for limits: an IPv6 client has a whole /64.
func (c *Config) clientKey(r *http.Request) string {
	a := c.client(r)
	if a.Is6() {
		if p, err := a.Prefix(64); err == nil {
			return p.String()
		}
	}
	return a.String()
}

// secure reports whether the client came by TLS. Without trusted proxies named any
// may say so: who pretends to it spoils only their own cookie.
func (c *Config) secure(r *http.Request) bool {
	if r.TLS != nil || strings.HasPrefix(c.PublicURL, "https://") {
		return true
	}
	return strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") && (len(c.TrustedProxies) == 0 || c.trusts(peer(r)))
}

// originOf gives scheme and host as the client sees them. That TLS ended before
// the service only a proxy of ours is believed: who else says so would have
// others' caches keep addresses that lead nowhere.
func (c *Config) originOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || c.trusts(peer(r)) && strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	return scheme + "://" + r.Host
}
