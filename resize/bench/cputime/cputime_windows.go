package cputime

import (
	"syscall"
	"time"
)

// Self returns the processor time that this process has used so far, user and system; 0
// if the system does not report it.
func Self() time.Duration {
	process, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0
	}
	var created, ended, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(process, &created, &ended, &kernel, &user); err != nil {
		return 0
	}
	return duration(kernel) + duration(user)
}

// duration converts a Filetime, in units of 100 ns.
func duration(t syscall.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}
