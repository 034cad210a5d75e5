package snapshot_test

import (
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// threadTime is the processor time of the thread so far, processTime that of the
// process: what work costs, however busy the machine is with other.
func threadTime() time.Duration {
	var t unix.Timespec
	if unix.ClockGettime(unix.CLOCK_THREAD_CPUTIME_ID, &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}

func processTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// interruptions is how often the thread lost its processor so far. The time of the
// processor of what was interrupted holds the refilling of caches, too: on a busy
// machine most of the slowest of many measurements.
func interruptions() int64 {
	var u syscall.Rusage
	if syscall.Getrusage(unix.RUSAGE_THREAD, &u) != nil {
		return 0
	}
	return u.Nvcsw + u.Nivcsw
}
