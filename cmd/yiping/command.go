package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"regexp"
	"strings"

	"yiping/geo"
)

// Exit statuses.
const (
	exitOK    = 0
	exitFault = 1 // one line on stderr says what
	exitUsage = 2
)

// action does a command's work with the arguments that are not flags.
type action func(ctx context.Context, args []string) error

// command is one line of the table of commands. setup declares its flags.
type command struct {
	name  string
	args  string // besides flags
	about string
	setup func(*program, *flag.FlagSet) action
}

func commands() []command {
	return []command{
		{"serve", "", "serve the screens, tiles and API", serveCommand},
		{"seed", "[LIST]", "load the districts that come with the program: changning,putuo,chongming,cangshan | all", seedCommand},
		{"import", "FILE --layer ID", "bring a GeoJSON or CSV file onto a layer", importCommand},
		{"export", "--layer ID[,ID]", "write layers to a file", exportCommand},
		{"layer", "list | serve ID memory|database | close ID | open ID", "list the layers, say where one is served from or who may read it", layerCommand},
		{"user", "add | list | passwd | role | disable | enable | log | token …", "manage users, and the tokens by which systems write and walls read", userCommand},
		{"carryover", "--district CODE --to YEAR", "bring a district's unfinished projects into the next year's register", carryoverCommand},
		{"bulletin", "--district DISTRICT --month MONTH", "write the bulletin (通报) of a month, to print or as .docx", bulletinCommand},
		{"synth", "", "fill a store with a deterministic synthetic city", synthCommand},
		{"bench", "tiles | nearby | load | live", "measure tiles, searches, loading, or the way from a commit to a live event, on a store or at a URL", benchCommand},
		{"doctor", "", "check store, durability, fonts and port, and say the mend", doctorCommand},
		{"health", "", "ask a running service whether it is ready", healthCommand},
		{"version", "", "print the version", versionCommand},
	}
}

// usageError is a command line that cannot be understood.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

func usage(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// run does what the command line says and gives the exit status.
func (p *program) run(ctx context.Context, args []string) int {
	if len(args) == 0 {
		p.help(p.err)
		return exitUsage
	}
	if name := args[0]; name == "help" || name == "-h" || name == "--help" {
		p.help(p.out)
		return exitOK
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return p.exec(ctx, c, args[1:])
		}
	}
	p.complain("unknown command “%s”; yiping help lists them", args[0])
	return exitUsage
}

func (p *program) exec(ctx context.Context, c command, args []string) int {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	act := c.setup(p, fs)
	rest, err := p.parse(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		c.help(p.out, fs)
		return exitOK
	}
	if err == nil {
		err = act(ctx, rest)
	}
	var wrong usageError
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &wrong):
		p.complain("%s: %s; yiping %s --help tells more", c.name, wrong.text, c.name)
		return exitUsage
	case errors.Is(err, errTold):
		return exitFault
	}
	p.complain("%s: %s", c.name, err)
	return exitFault
}

// errTold ends a command whose faults have been printed already.
var errTold = errors.New("told")

// parse reads flags wherever they stand, then fills those not given from the
// environment.
func (p *program) parse(fs *flag.FlagSet, args []string) ([]string, error) {
	var rest []string
	for len(args) > 0 {
		if err := fs.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, usageError{err.Error()}
		}
		if args = fs.Args(); len(args) > 0 {
			rest, args = append(rest, args[0]), args[1:]
		}
	}
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var err error
	fs.VisitAll(func(f *flag.Flag) {
		name := variable(f.Name)
		v := p.env(name)
		if given[f.Name] || v == "" || err != nil {
			return
		}
		if e := fs.Set(f.Name, v); e != nil {
			err = usage("%s=%s: %v", name, v, e)
		}
	})
	return rest, err
}

// variable is the environment variable of a flag.
func variable(flagName string) string {
	return "YIPING_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// complain writes one line on stderr, whatever the text has in it.
func (p *program) complain(format string, args ...any) {
	fmt.Fprintln(p.err, "yiping:", oneLine(fmt.Sprintf(format, args...)))
}

var secretIn = regexp.MustCompile(`(\b[a-z]+://[^\s:/@]*):[^\s/]*@|(?i:\bpassword=)('[^']*'|\S+)`)

// oneLine joins lines and hides passwords in URLs and key words.
func oneLine(s string) string {
	s = secretIn.ReplaceAllStringFunc(s, func(m string) string {
		if strings.Contains(m, "://") {
			return m[:strings.Index(m, "://")+3] + strings.SplitN(m[strings.Index(m, "://")+3:], ":", 2)[0] + ":***@"
		}
		return "password=***"
	})
	return strings.Join(strings.Fields(s), " ")
}

func (p *program) help(w io.Writer) {
	fmt.Fprintln(w, "yiping turns a city's construction register into a live map.\n\nUsage: yiping COMMAND [FLAGS]")
	fmt.Fprintln(w)
	for _, c := range commands() {
		fmt.Fprintf(w, "  %-9s %s\n", c.name, c.about)
	}
	fmt.Fprintln(w, "\nyiping COMMAND --help lists the flags. Each flag --some-name may be set by the\nenvironment variable YIPING_SOME_NAME. The password of a database is best kept\nin PGPASSWORD or PGPASSFILE.")
}

func (c command) help(w io.Writer, fs *flag.FlagSet) {
	fmt.Fprintf(w, "Usage: yiping %s %s [FLAGS]\n\n%s.\n\n", c.name, c.args, c.about)
	fs.VisitAll(func(f *flag.Flag) {
		kind, text := flag.UnquoteUsage(f)
		def := ""
		if f.DefValue != "" && f.DefValue != "false" {
			def = " (default " + f.DefValue + ")"
		}
		fmt.Fprintf(w, "  --%s %s\n        %s%s; %s\n", f.Name, kind, text, def, variable(f.Name))
	})
}

func versionCommand(p *program, _ *flag.FlagSet) action {
	return func(context.Context, []string) error {
		fmt.Fprintln(p.out, "yiping", version)
		return nil
	}
}

// none refuses arguments where a command takes none.
func none(args []string) error {
	if len(args) > 0 {
		return usage("unexpected “%s”", args[0])
	}
	return nil
}

func layerIDs(list string) ([]geo.LayerID, error) {
	var out []geo.LayerID
	for s := range strings.SplitSeq(list, ",") {
		if s = strings.TrimSpace(s); s != "" {
			out = append(out, geo.LayerID(s))
		}
	}
	if len(out) == 0 {
		return nil, usage("--layer is missing")
	}
	return out, nil
}
