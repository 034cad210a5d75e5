package main

import (
	"flag"
	"net/netip"
	"strings"

	"yiping/api"
)

// signOnOptions say who gets in.
type signOnOptions struct{ reading, proxies string }

func (o *signOnOptions) declare(fs *flag.FlagSet) {
	fs.StringVar(&o.reading, "reading", "public", "`public|closed`: whether who reads must sign in")
	fs.StringVar(&o.proxies, "trusted-proxies", "", "`NETWORKS` of the gateways whose X-Forwarded-For and -Proto count, like 10.1.0.0/16,::1")
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
	c.TrustedProxies, err = networks(o.proxies)
	return err
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
