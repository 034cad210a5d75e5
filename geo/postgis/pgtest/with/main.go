// Command with runs another program beside a private PostGIS cluster, whose URL
// it finds in YIPING_TEST_POSTGRES, and ends with that program's exit status:
//
//	go run ./geo/postgis/pgtest/with npm test
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"

	"yiping/geo/postgis/pgtest"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "with: name the program to run")
		os.Exit(2)
	}
	err := pgtest.Around(func(url string) error {
		cmd := exec.Command(os.Args[1], os.Args[2:]...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		cmd.Env = append(os.Environ(), pgtest.EnvURL+"="+url)
		return cmd.Run()
	})
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(max(exit.ExitCode(), 1))
	case err != nil:
		fmt.Fprintln(os.Stderr, "with:", err)
		os.Exit(1)
	}
}
