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
type signOnOptions struct {
	reading, proxies, header, role string
	issuer, client, claim, roles   string
}

func (o *signOnOptions) declare(fs *flag.FlagSet) {
	fs.StringVar(&o.reading, "reading", "public", "`public|closed`: whether who reads must sign in")
	fs.StringVar(&o.proxies, "trusted-proxies", "", "`NETWORKS` of the gateways whose X-Forwarded-For and -Proto count, like 10.1.0.0/16,::1")
	fs.StringVar(&o.header, "auth-header", "", "`HEADER`, like X-Forwarded-User, in which a trusted gateway says which user asks")
	fs.StringVar(&o.role, "auth-role", "", "`ROLE` of those that the gateway or --oidc-issuer vouches for who are no user here yet; they are refused if not given")
	fs.StringVar(&o.issuer, "oidc-issuer", "", "`URL` of an OpenID Connect provider to sign on at; its client's secret goes into YIPING_OIDC_SECRET")
	fs.StringVar(&o.client, "oidc-client", "yiping", "`ID` of this service at the provider; its redirect URI there is …/api/session/oidc/callback")
	fs.StringVar(&o.claim, "oidc-claim", "groups", "`CLAIM` of the ID token with the groups that --oidc-roles knows")
	fs.StringVar(&o.roles, "oidc-roles", "", "`GROUP=ROLE,…`: roles by group, followed at each sign-on")
}

// into puts what the options say into the configuration of the service.
func (o *signOnOptions) into(c *api.Config, secret func(string) string) error {
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
	if o.issuer == "" {
		return nil
	}
	c.OIDC = &api.OIDC{Issuer: o.issuer, ClientID: o.client, Secret: secret("YIPING_OIDC_SECRET"), Claim: o.claim, Role: geo.Role(o.role)}
	c.OIDC.Roles, err = rolesByGroup(o.roles)
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

// rolesByGroup reads GROUP=ROLE,….
func rolesByGroup(list string) (map[string]geo.Role, error) {
	out := map[string]geo.Role{}
	for text := range strings.SplitSeq(list, ",") {
		if text = strings.TrimSpace(text); text == "" {
			continue
		}
		group, role, ok := strings.Cut(text, "=")
		if !ok || !slices.Contains(geo.Roles, geo.Role(role)) {
			return nil, usage("--oidc-roles: “%s” is not GROUP=ROLE with one of %s", text, rolesList())
		}
		out[group] = geo.Role(role)
	}
	return out, nil
}
