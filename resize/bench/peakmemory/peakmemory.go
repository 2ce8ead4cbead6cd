// Package peakmemory reads the most memory that a process has had resident. It needs
// Linux.
package peakmemory

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Of returns the most memory that a process has had resident, in bytes, whether it has
// given it back or not (VmHWM of proc_pid_status(5)).
func Of(pid int) (int64, error) {
	name := fmt.Sprintf("/proc/%d/status", pid)
	status, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	_, after, _ := strings.Cut(string(status), "\nVmHWM:")
	value, _, ok := strings.Cut(after, " kB")
	if !ok {
		return 0, fmt.Errorf("%s has no VmHWM", name)
	}
	kB, err := strconv.ParseInt(strings.TrimSpace(value), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: VmHWM: %w", name, err)
	}
	return kB << 10, nil
}
