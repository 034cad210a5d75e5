// Command yiping serves the project map of a city, and brings data in and out
// of its store. This is the only package that names a store or a file format
// and that reads configuration.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "dev"

// gcPercent bounds what is not yet collected to half of what is in use: nearly all
// is the snapshot, which stays, and the city should fit into twice its size even
// while it is read. Go's own 100 would save little on so few objects.
const gcPercent = 50

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	p := &program{env: os.Getenv, in: os.Stdin, out: os.Stdout, err: os.Stderr}
	code := p.run(ctx, os.Args[1:])
	stop()
	os.Exit(code)
}

// program is what a command may touch of the world around it.
type program struct {
	env func(string) string
	in  io.Reader
	out io.Writer // answers
	err io.Writer // errors, progress, log
}
