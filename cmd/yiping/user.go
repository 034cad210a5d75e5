package main

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"yiping/geo"
	"yiping/geo/city"
)

// tokenFlags say what a new token is for.
type tokenFlags struct{ actor, rights, district, unit, expires *string }

// userCommand manages who may write. People with passwords come with sign-in;
// tokens are for systems and scripts.
func userCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	f := tokenFlags{
		actor:    fs.String("actor", "", "`NAME` of the person or system, written into history with each change"),
		rights:   fs.String("rights", "", "`LIST` of what the token allows: "+rightsList(geo.Rights, ", ")),
		district: fs.String("district", "", "`CODE` of the one district it is good for; all if left out"),
		unit:     fs.String("unit", "", "`NAME` of the one responsible unit it is good for; all if left out"),
		expires:  fs.String("expires", "", "last `DAY` it is good for, such as 2027-01-01, in Shanghai; for ever if left out"),
	}
	return func(ctx context.Context, args []string) error {
		if len(args) < 2 || args[0] != "token" {
			return usage("say token add NAME, token list or token revoke NAME")
		}
		verb, rest := args[1], args[2:]
		switch {
		case verb == "list" && len(rest) == 0:
			return withExisting(ctx, *url, func(s geo.Store) error { return p.listTokens(ctx, s) })
		case verb == "list":
			return usage("unexpected “%s”", rest[0])
		case verb != "add" && verb != "revoke":
			return usage("unknown “token %s”; there are add, list and revoke", verb)
		case len(rest) != 1:
			return usage("token %s takes one NAME", verb)
		case verb == "revoke":
			return withExisting(ctx, *url, func(s geo.Store) error { return s.RevokeToken(ctx, rest[0]) })
		}
		t, err := f.token(rest[0], time.Now())
		if err != nil {
			return err
		}
		return withExisting(ctx, *url, func(s geo.Store) error { return p.addToken(ctx, s, t) })
	}
}

// token reads the flags.
func (f *tokenFlags) token(name string, now time.Time) (geo.Token, error) {
	t := geo.Token{ID: name, Actor: *f.actor, District: *f.district, Unit: *f.unit, Created: now}
	for r := range strings.SplitSeq(*f.rights, ",") {
		if r = strings.TrimSpace(r); r != "" {
			t.Rights = append(t.Rights, geo.Right(r))
		}
	}
	switch {
	case t.Actor == "":
		return t, usage("--actor is missing: who writes with the token")
	case len(t.Rights) == 0:
		return t, usage("--rights is missing: some of %s", rightsList(geo.Rights, ","))
	case *f.expires == "":
		return t, nil
	}
	day, err := geo.ParseDate(*f.expires)
	if err != nil {
		return t, usage("--expires “%s” is no day such as 2027-01-01", *f.expires)
	}
	y, m, d := day.Time().Date()
	t.Expires = time.Date(y, m, d+1, 0, 0, 0, 0, geo.China)
	if !t.Expires.After(now) {
		return t, usage("--expires %s has passed", *f.expires)
	}
	return t, nil
}

func rightsList(rights []geo.Right, separator string) string {
	names := make([]string, len(rights))
	for i, r := range rights {
		names[i] = string(r)
	}
	return strings.Join(names, separator)
}

// addToken keeps a token and prints its secret, which nobody can read again.
func (p *program) addToken(ctx context.Context, s geo.Store, t geo.Token) error {
	if t.District != "" {
		found, err := s.Lookup(ctx, city.District, []string{t.District})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return &geo.Error{Code: geo.NotFound, Field: "district", Message: "there is no district “" + t.District + "” in the store", Mend: "give the code of one, such as 310107"}
		}
	}
	secret := geo.NewSecret()
	t.Hash = geo.HashSecret(secret)
	if err := s.AddToken(ctx, t); err != nil {
		return err
	}
	fmt.Fprintln(p.out, secret)
	fmt.Fprintf(p.err, "yiping: token %s is kept; its secret above is not and cannot be shown again. Send it as Authorization: Bearer SECRET\n", t.ID)
	return nil
}

func (p *program) listTokens(ctx context.Context, s geo.Store) error {
	tokens, err := s.Tokens(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tACTOR\tRIGHTS\tDISTRICT\tUNIT\tCREATED\tEXPIRES\tSTATE")
	for _, t := range tokens {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Actor, rightsList(t.Rights, ","),
			orDash(t.District), orDash(t.Unit), moment(t.Created), moment(t.Expires), tokenState(&t, time.Now()))
	}
	return w.Flush()
}

func tokenState(t *geo.Token, now time.Time) string {
	switch {
	case !t.Revoked.IsZero():
		return "revoked " + moment(t.Revoked)
	case !t.Expires.IsZero() && !now.Before(t.Expires):
		return "expired"
	}
	return "good"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format(time.RFC3339)
}
