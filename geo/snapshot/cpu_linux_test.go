package snapshot_test

import (
	"syscall"
	"time"
)

// threadTime is the processor time of the thread so far, processTime that of the
// process: what work costs, however busy the machine is with other.
func threadTime() time.Duration  { return spent(1) } // RUSAGE_THREAD
func processTime() time.Duration { return spent(syscall.RUSAGE_SELF) }

func spent(who int) time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(who, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
