package trial

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Usage is what a process has used so far.
type Usage struct {
	// CPU is the processor time, user and system, of the threads that are alive.
	CPU time.Duration
	// Faults counts the pages that the system had to provide. Switches counts how often
	// a thread that is alive has begun to wait.
	Faults, Switches int64
}

// Used returns what a process has used (proc_pid_stat(5), proc_pid_status(5), and
// the Linux kernel's documentation, "Scheduler Statistics"). It needs Linux.
func Used(pid int) (Usage, error) {
	var u Usage
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return u, err
	}
	// Behind the name, which may hold anything, the first field is the third one.
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	if len(fields) < 8 {
		return u, fmt.Errorf("/proc/%d/stat: %q", pid, stat)
	}
	if u.Faults, err = strconv.ParseInt(fields[7], 10, 64); err != nil {
		return u, err
	}
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*", pid))
	if err != nil {
		return u, err
	}
	for _, thread := range threads {
		schedule, err := os.ReadFile(filepath.Join(thread, "schedstat"))
		status, statusErr := os.ReadFile(filepath.Join(thread, "status"))
		if err != nil || statusErr != nil {
			continue // the thread has ended
		}
		var ns int64
		if _, err := fmt.Sscan(string(schedule), &ns); err != nil {
			return u, fmt.Errorf("%s: %w", thread, err)
		}
		u.CPU += time.Duration(ns)
		_, waits, _ := strings.Cut(string(status), "\nvoluntary_ctxt_switches:")
		var n int64
		if _, err := fmt.Sscan(waits, &n); err != nil {
			return u, fmt.Errorf("%s: %w", thread, err)
		}
		u.Switches += n
	}
	return u, nil
}
