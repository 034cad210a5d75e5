//go:build !linux

package snapshot_test

import "time"

var began = time.Now()

// Where processor time is not told, the clock has to do.
func threadTime() time.Duration  { return time.Since(began) }
func processTime() time.Duration { return time.Since(began) }

func interruptions() int64 { return 0 }
