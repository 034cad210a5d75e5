//go:build !linux && !darwin

package pgtest

import (
	"errors"
	"os/exec"
)

type owner struct{}

func ownerForServer() (*owner, error) {
	return nil, errors.New("private clusters need Linux or macOS; set " + EnvURL)
}

func (o *owner) take(string) error    { return nil }
func (o *owner) become(cmd *exec.Cmd) {}

func roomyMemory(string) bool { return false }
