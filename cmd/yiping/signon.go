package main

import (
	"flag"
	"net/netip"
	"slices"
	"strings"

	"yiping/api"
	"yiping/geo"
)

// signOnOptions say who gets in.
type signOnOptions struct{ reading, proxies, header, role string }

func (o *signOnOptions) declare(fs *flag.FlagSet) {
	fs.StringVar(&o.reading, "reading", "public", "`public|closed`: whether who reads must sign in")
	fs.StringVar(&o.proxies, "trusted-proxies", "", "`NETWORKS` of the gateways whose X-Forwarded-For and -Proto count, like 10.1.0.0/16,::1")
	fs.StringVar(&o.header, "auth-header", "", "`HEADER`, like X-Forwarded-User, in which a trusted gateway says which user asks")
	fs.StringVar(&o.role, "auth-role", "", "`ROLE` of those that gateway vouches for who are no user here yet; they are refused if not given")
}

// into puts what the options say into the configuration of the service.
func (o *signOnOptions) into(c *api.Config) error {
	switch o.reading {
	case "public", "closed":
		c.Closed = o.reading == "closed"
	default:
		return usage("--reading must be public or closed")
	}
	var err error
	if c.TrustedProxies, err = networks(o.proxies); err != nil {
		return err
	}
	if o.role != "" && !slices.Contains(geo.Roles, geo.Role(o.role)) {
		return usage("--auth-role must be one of %s", rolesList())
	}
	if o.header != "" {
		c.Gateway = &api.Gateway{Header: o.header, Role: geo.Role(o.role)}
	}
	return nil
}

// networks reads a list of networks and addresses.
func networks(list string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		p, err := netip.ParsePrefix(text)
		if err != nil {
			a, e := netip.ParseAddr(text)
			if e != nil {
				return nil, usage("--trusted-proxies: “%s” is neither a network like 10.1.0.0/16 nor an address", text)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}
