package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"golang.org/x/term"

	"yiping/geo"
	"yiping/geo/city"
	"yiping/geo/password"
)

// userFlags say what a new user or token is for.
type userFlags struct {
	tokenFlags
	store, district, unit, role, title, subject, from *string
	draw                                              *bool
}

const userVerbs = "add NAME, list, passwd NAME, role NAME ROLE, disable NAME, enable NAME, log, or token add NAME, token list, token revoke NAME"

// userCommand manages who may sign in, and tokens for systems, scripts and walls.
func userCommand(p *program, fs *flag.FlagSet) action {
	f := userFlags{
		tokenFlags: addTokenFlags(fs), store: storeFlag(fs),
		district: fs.String("district", "", "`CODE` of the one district it is good for, of a user a list; all if left out"),
		unit:     fs.String("unit", "", "`NAME` of the one responsible unit it is good for; all if left out"),
		role:     fs.String("role", string(geo.RoleViewer), "`ROLE` of a new user: "+rolesList()),
		title:    fs.String("title", "", "`NAME` of the user as people say it"),
		subject:  fs.String("subject", "", "`ISSUER|SUBJECT` by which a sign-in elsewhere knows the user, who then needs no password"),
		from:     fs.String("password-file", "", "`FILE` whose first line is the password; without, it is asked for, or read from standard input"),
		draw:     fs.Bool("draw", false, "draw the password, print it once, and have the user change it"),
	}
	return func(ctx context.Context, args []string) error {
		if len(args) == 0 {
			return usage("say %s", userVerbs)
		}
		verb, rest := args[0], args[1:]
		if verb == "token" {
			return p.tokenCommand(ctx, f, rest)
		}
		do, ok := map[string]struct {
			names int
			run   func(context.Context, geo.Store, userFlags, []string) error
		}{
			"add": {1, p.addUser}, "list": {0, p.listUsers}, "passwd": {1, p.setPassword}, "role": {2, p.setRole},
			"disable": {1, p.disableUser}, "enable": {1, p.enableUser}, "log": {0, p.listJournal},
		}[verb]
		switch {
		case !ok:
			return usage("unknown “%s”; say %s", verb, userVerbs)
		case len(rest) != do.names:
			return usage("%s takes %d names, not %d", verb, do.names, len(rest))
		}
		return withExisting(ctx, *f.store, func(s geo.Store) error { return do.run(ctx, s, f, rest) })
	}
}

func rolesList() string {
	names := make([]string, len(geo.Roles))
	for i, r := range geo.Roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// addUser keeps a new user.
func (p *program) addUser(ctx context.Context, s geo.Store, f userFlags, args []string) error {
	u := geo.User{Name: args[0], Title: *f.title, Role: geo.Role(*f.role), Unit: *f.unit, Subject: *f.subject}
	for d := range strings.SplitSeq(*f.district, ",") {
		if d = strings.TrimSpace(d); d != "" {
			u.Districts = append(u.Districts, d)
		}
	}
	if err := u.Check(); err != nil {
		return err
	}
	if err := districtsKnown(ctx, s, u.Districts); err != nil {
		return err
	}
	drawn := ""
	if u.Subject == "" {
		var err error
		if drawn, err = p.takePassword(ctx, f, &u); err != nil {
			return err
		}
	}
	if err := s.AddUser(ctx, u); err != nil {
		return err
	}
	if err := note(ctx, s, "add user", u.Name, string(u.Role)); err != nil {
		return err
	}
	p.tellDrawn(drawn)
	return nil
}

// takePassword gives a user the password drawn, in the file, or entered.
func (p *program) takePassword(ctx context.Context, f userFlags, u *geo.User) (drawn string, err error) {
	secret := ""
	if *f.draw {
		drawn = password.Draw()
		secret = drawn
	} else if secret, err = p.readPassword(*f.from); err != nil {
		return "", err
	}
	if err := geo.CheckPassword(u.Name, secret); err != nil {
		return "", err
	}
	u.MustChange = *f.draw
	u.Password, err = password.Hash(ctx, secret)
	return drawn, err
}

func (p *program) tellDrawn(secret string) {
	if secret != "" {
		fmt.Fprintln(p.out, secret)
		fmt.Fprintln(p.err, "yiping: the password above is not kept and cannot be shown again; it must be changed at the first sign-in")
	}
}

// readPassword reads a line of the file or of standard input, or asks twice at a
// terminal.
func (p *program) readPassword(file string) (string, error) {
	if file != "" {
		f, err := os.Open(file)
		if err != nil {
			return "", &geo.Error{Code: geo.NotFound, Field: "password-file", Message: err.Error()}
		}
		line, err := firstLine(f)
		return line, errors.Join(err, f.Close())
	}
	if f, ok := p.in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		first, err := p.ask(f, "Password: ")
		if err != nil {
			return "", err
		}
		second, err := p.ask(f, "Again: ")
		if err == nil && first != second {
			err = &geo.Error{Code: geo.Invalid, Field: "password", Message: "the two passwords differ"}
		}
		return first, err
	}
	return firstLine(p.in)
}

func (p *program) ask(f *os.File, prompt string) (string, error) {
	fmt.Fprint(p.err, prompt)
	b, err := term.ReadPassword(int(f.Fd()))
	fmt.Fprintln(p.err)
	return string(b), err
}

func firstLine(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", geo.Wrap(geo.Invalid, err, "the password cannot be read")
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// districtsKnown refuses codes of districts that the store does not have.
func districtsKnown(ctx context.Context, s geo.Store, codes []string) error {
	if len(codes) == 0 {
		return nil
	}
	found, err := s.Lookup(ctx, city.District, codes)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if _, ok := found[code]; !ok {
			return &geo.Error{Code: geo.NotFound, Field: "district", Message: "there is no district “" + code + "” in the store", Mend: "give the code of one, such as 310107"}
		}
	}
	return nil
}

// note writes into the journal what was done from the command line.
func note(ctx context.Context, s geo.Store, what, to, more string) error {
	return s.Note(ctx, geo.JournalEntry{What: what, User: to, Actor: actor(), Note: more})
}

func (p *program) setPassword(ctx context.Context, s geo.Store, f userFlags, args []string) error {
	u, err := s.FindUser(ctx, args[0])
	if err != nil {
		return err
	}
	drawn, err := p.takePassword(ctx, f, &u)
	if err != nil {
		return err
	}
	if err := s.ChangeUser(ctx, u.Name, [32]byte{}, func(now *geo.User) error {
		now.Password, now.MustChange = u.Password, u.MustChange
		return nil
	}); err != nil {
		return err
	}
	if err := errors.Join(s.Forgive(ctx, geo.AttemptsOn(u.Name)), note(ctx, s, "password", u.Name, "")); err != nil {
		return err
	}
	p.tellDrawn(drawn)
	return nil
}

func (p *program) setRole(ctx context.Context, s geo.Store, _ userFlags, args []string) error {
	err := s.ChangeUser(ctx, args[0], [32]byte{}, func(u *geo.User) error { u.Role = geo.Role(args[1]); return nil })
	if err != nil {
		return err
	}
	return note(ctx, s, "role", args[0], args[1])
}

func (p *program) disableUser(ctx context.Context, s geo.Store, _ userFlags, args []string) error {
	if err := s.ChangeUser(ctx, args[0], [32]byte{}, func(u *geo.User) error { u.Disabled = true; return nil }); err != nil {
		return err
	}
	return note(ctx, s, "disable", args[0], "")
}

// enableUser lets a user in again and ends the wait for the account everywhere; that
// of the address the mistakes came from runs out by itself.
func (p *program) enableUser(ctx context.Context, s geo.Store, _ userFlags, args []string) error {
	if err := s.ChangeUser(ctx, args[0], [32]byte{}, func(u *geo.User) error { u.Disabled = false; return nil }); err != nil {
		return err
	}
	return errors.Join(s.Forgive(ctx, geo.AttemptsOn(args[0])), note(ctx, s, "enable", args[0], ""))
}

func (p *program) listUsers(ctx context.Context, s geo.Store, _ userFlags, _ []string) error {
	users, err := s.Users(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tTITLE\tROLE\tDISTRICTS\tUNIT\tCREATED\tSTATE")
	for _, u := range users {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", u.Name, orDash(u.Title), u.Role, orDash(strings.Join(u.Districts, ",")), orDash(u.Unit), moment(u.Created), userState(&u))
	}
	return w.Flush()
}

func userState(u *geo.User) string {
	switch {
	case u.Disabled:
		return "disabled"
	case u.MustChange:
		return "must change the password"
	case u.Password == "":
		return "signs in elsewhere"
	}
	return "good"
}

const journalLines = 200

// listJournal prints the last entries, the latest last.
func (p *program) listJournal(ctx context.Context, s geo.Store, _ userFlags, _ []string) error {
	entries, err := s.Journal(ctx, journalLines)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(p.out, 0, 8, 2, ' ', 0)
	fmt.Fprintln(w, "AT\tWHAT\tUSER\tBY\tFROM\tNOTE")
	for n := len(entries) - 1; n >= 0; n-- {
		e := entries[n]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", moment(e.At), e.What, e.User, orDash(e.Actor), orDash(e.Address), orDash(oneLine(e.Note)))
	}
	return w.Flush()
}

// firstAdmin makes the user admin where there is no user yet, and prints the
// password drawn for it, once. Of several nodes that start at once one does.
func (p *program) firstAdmin(ctx context.Context, s geo.Store) error {
	users, err := s.Users(ctx)
	if err != nil || len(users) > 0 {
		return err
	}
	secret := password.Draw()
	hash, err := password.Hash(ctx, secret)
	if err != nil {
		return err
	}
	u := geo.User{Name: "admin", Title: "管理员", Role: geo.RoleAdmin, Password: hash, MustChange: true}
	added, err := s.AddFirstUser(ctx, u)
	if err != nil || !added {
		return err
	}
	fmt.Fprintf(p.err, "yiping: the first user is admin, the password %s: shown this once, to be changed at the first sign-in\n", secret)
	return note(ctx, s, "add user", u.Name, "first start")
}
