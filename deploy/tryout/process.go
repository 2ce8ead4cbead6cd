package tryout

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Children are the processes that a process has started. It needs Linux.
func Children(pid int) ([]int, error) {
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		return nil, err
	}
	var children []int
	for _, thread := range threads {
		content, err := os.ReadFile(thread)
		if err != nil {
			continue // the thread has ended
		}
		for field := range strings.FieldsSeq(string(content)) {
			child, err := strconv.Atoi(field)
			if err != nil {
				return nil, err
			}
			children = append(children, child)
		}
	}
	return children, nil
}

// Resident is the resident memory of a process, and Peak the most it has been,
// in bytes. They need Linux.
func Resident(pid int) (int64, error) { return statusBytes(pid, "VmRSS:") }

// Peak is explained at [Resident].
func Peak(pid int) (int64, error) { return statusBytes(pid, "VmHWM:") }

// statusBytes is a field of proc_pid_status(5) that counts kB.
func statusBytes(pid int, field string) (int64, error) {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, after, ok := strings.Cut(string(status), field)
	values := strings.Fields(after)
	if !ok || len(values) == 0 {
		return 0, fmt.Errorf("process %d has no %s", pid, field)
	}
	kB, err := strconv.ParseInt(values[0], 10, 64)
	return kB << 10, err
}
