// Command yiping serves the project map of a city, and brings data in and out
// of its store. This is the only package that names a store or a file format
// and that reads configuration.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "dev"

func main() {
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
