//go:build unix

// Package cputime measures the processor time of a benchmark.
package cputime

import (
	"syscall"
	"time"
)

// Self returns the processor time that this process has used so far, user and system; 0
// if the system does not report it.
func Self() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
