package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"time"

	"yiping/geo"
	"yiping/web"
)

func doctorCommand(p *program, fs *flag.FlagSet) action {
	url := storeFlag(fs)
	listen := fs.String("listen", ":8080", "`ADDR` that serve is to listen on")
	restored := fs.Bool("after-restore", false, "the store was restored from a backup: followers must read it anew")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		d := &doctor{p: p}
		d.port(ctx, *listen)
		d.fonts(ctx)
		d.pages()
		if err := d.store(ctx, *url, *restored); err != nil {
			return err
		}
		if d.faults > 0 {
			return errTold
		}
		return nil
	}
}

// doctor prints a finding a line: ok, note (it works without) or fault.
type doctor struct {
	p      *program
	faults int
}

func (d *doctor) ok(format string, args ...any)      { d.line("ok   ", "", format, args...) }
func (d *doctor) note(mend, format string, a ...any) { d.line("note ", mend, format, a...) }
func (d *doctor) fault(mend, format string, a ...any) {
	d.faults++
	d.line("FAULT", mend, format, a...)
}

func (d *doctor) line(kind, mend, format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if mend != "" {
		s += " → " + mend
	}
	fmt.Fprintln(d.p.out, kind, oneLine(s))
}

func (d *doctor) port(ctx context.Context, addr string) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err == nil {
		err = l.Close()
	}
	if err != nil {
		d.note("if that is not yiping itself, choose another with --listen", "port: %s is in use or not ours: %v", addr, err)
		return
	}
	d.ok("port: %s is free", addr)
}

// fonts looks for a font with Chinese characters, which only browsers on this
// machine would use.
func (d *doctor) fonts(ctx context.Context) {
	out, err := exec.CommandContext(ctx, "fc-list", ":lang=zh", "family").Output()
	switch {
	case err != nil:
		d.note("needed only by a browser on this machine", "fonts: cannot be listed: %v", err)
	case len(strings.TrimSpace(string(out))) == 0:
		d.note("for a browser on this machine install a Chinese font such as fonts-noto-cjk", "fonts: none has Chinese characters")
	default:
		d.ok("fonts: %d with Chinese characters", strings.Count(string(out), "\n"))
	}
}

func (d *doctor) pages() {
	if web.Built() {
		d.ok("pages: built in")
		return
	}
	d.fault("build with make, which builds the pages first", "pages: not built into this program")
}

func (d *doctor) store(ctx context.Context, url string, restored bool) error {
	return withExisting(ctx, url, func(store geo.Store) error { return d.examine(ctx, store, restored) })
}

func (d *doctor) examine(ctx context.Context, store geo.Store, restored bool) error {
	if restored {
		if err := store.Renew(ctx); err != nil {
			return err
		}
		d.ok("store: new epoch drawn; every node reads everything anew")
	}
	faults, err := store.Check(ctx)
	if err != nil {
		return err
	}
	for _, f := range faults {
		at := "store"
		if f.Layer != "" {
			at += ": layer " + string(f.Layer)
		}
		d.fault(f.Mend, "%s: %s", at, f.Message)
	}
	layers, err := store.Layers(ctx)
	if err != nil {
		return err
	}
	if len(faults) == 0 {
		d.ok("store: %d layers, schema, triggers and durability in order", len(layers))
	}
	return nil
}

func healthCommand(p *program, fs *flag.FlagSet) action {
	listen := fs.String("listen", ":8080", "`ADDR` that the service listens on")
	base := fs.String("base-path", "", "`PATH` the service lives under")
	cert := fs.String("tls-cert", "", "`FILE` with the certificate of a service on HTTPS")
	return func(ctx context.Context, args []string) error {
		if err := none(args); err != nil {
			return err
		}
		host, port, err := net.SplitHostPort(*listen)
		if err != nil {
			return usage("--listen: %v", err)
		}
		if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
			host = "127.0.0.1"
		}
		client, scheme := http.DefaultClient, "http://"
		if *cert != "" {
			scheme = "https://"
			if client, err = pinned(*cert); err != nil {
				return err
			}
		}
		return p.askReady(ctx, client, scheme+net.JoinHostPort(host, port)+strings.TrimSuffix(*base, "/")+"/readyz")
	}
}

func (p *program) askReady(ctx context.Context, client *http.Client, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	res, err := client.Do(req)
	if err != nil {
		return geo.Wrap(geo.Unavailable, err, "no answer")
	}
	if err := res.Body.Close(); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return geo.Errorf(geo.Unavailable, "not ready: %s", res.Status)
	}
	fmt.Fprintln(p.out, "ready")
	return nil
}
