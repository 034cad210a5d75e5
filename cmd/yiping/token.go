package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"yiping/geo"
)

// tokenFlags say what a new token is for.
type tokenFlags struct {
	actor, rights, expires *string
	display                *bool
}

// addTokenFlags declares them; --district and --unit are those of users too.
func addTokenFlags(fs *flag.FlagSet) tokenFlags {
	return tokenFlags{
		actor:   fs.String("actor", "", "`NAME` of the person or system that has the token, written into history with each change"),
		rights:  fs.String("rights", "", "`LIST` of what the token allows: "+rightsList(geo.Rights, ", ")),
		display: fs.Bool("display", false, "a token for a wall: it reads and does nothing else, and may be opened as /?token=SECRET"),
		expires: fs.String("expires", "", "last `DAY` the token is good for, such as 2027-01-01, in Shanghai; for ever if left out"),
	}
}

// tokenCommand is what follows “user token”.
func (p *program) tokenCommand(ctx context.Context, f userFlags, args []string) error {
	if len(args) == 0 {
		return usage("say token add NAME, token list or token revoke NAME")
	}
	verb, rest := args[0], args[1:]
	switch {
	case verb == "list" && len(rest) == 0:
		return withExisting(ctx, *f.store, func(s geo.Store) error { return p.listTokens(ctx, s) })
	case verb == "list":
		return usage("unexpected “%s”", rest[0])
	case verb != "add" && verb != "revoke":
		return usage("unknown “token %s”; there are add, list and revoke", verb)
	case len(rest) != 1:
		return usage("token %s takes one NAME", verb)
	case verb == "revoke":
		return withExisting(ctx, *f.store, func(s geo.Store) error {
			return errors.Join(s.RevokeToken(ctx, rest[0]), note(ctx, s, "revoke token", rest[0], ""))
		})
	}
	t, err := f.token(rest[0], time.Now())
	if err != nil {
		return err
	}
	return withExisting(ctx, *f.store, func(s geo.Store) error { return p.addToken(ctx, s, t) })
}

// token reads the flags.
func (f *userFlags) token(name string, now time.Time) (geo.Token, error) {
	t := geo.Token{ID: name, Actor: *f.actor, District: *f.district, Unit: *f.unit, Display: *f.display, Created: now}
	if t.Display {
		if *f.rights != "" || t.District+t.Unit != "" {
			return t, usage("--display goes without --rights, --district and --unit: a wall only reads")
		}
		t.Rights, t.Actor = []geo.Right{geo.MayRead}, cmp.Or(t.Actor, name)
	}
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
		if err := districtsKnown(ctx, s, []string{t.District}); err != nil {
			return err
		}
	}
	secret := geo.NewSecret()
	t.Hash = geo.HashSecret(secret)
	if err := s.AddToken(ctx, t); err != nil {
		return err
	}
	if err := note(ctx, s, "add token", t.ID, rightsList(t.Rights, ",")); err != nil {
		return err
	}
	fmt.Fprintln(p.out, secret)
	if t.Display {
		fmt.Fprintf(p.err, "yiping: token %s is kept; its secret above is not and cannot be shown again. Open the wall once as /?token=SECRET\n", t.ID)
		return nil
	}
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
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Actor, tokenUse(&t),
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

// tokenUse names what a token allows.
func tokenUse(t *geo.Token) string {
	if t.Display {
		return "display"
	}
	return rightsList(t.Rights, ",")
}
