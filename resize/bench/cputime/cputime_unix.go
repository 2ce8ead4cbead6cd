//go:build unix

// Package cputime tells what processor time a benchmark has used.
package cputime

import (
	"syscall"
	"time"
)

// Self returns the processor time that this process has used so far, its own and the
// system's for it; 0 where the system does not say.
func Self() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
