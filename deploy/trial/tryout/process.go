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

// Resident returns the memory that a process has, in bytes: what is resident but for pages
// that it has given back, of which the system takes some only once it needs them
// (madvise(2), MADV_FREE). It needs Linux.
func Resident(pid int) (int64, error) {
	resident, err := countedBytes(pid, "smaps_rollup", "Rss:", "LazyFree:")
	if err != nil {
		return 0, err
	}
	return resident[0] - resident[1], nil
}

// Peak returns the most memory of a process that has been resident, in bytes, given back or
// not. It needs Linux.
func Peak(pid int) (int64, error) {
	peak, err := countedBytes(pid, "status", "VmHWM:")
	if err != nil {
		return 0, err
	}
	return peak[0], nil
}

// countedBytes returns fields that count kB in a file of proc_pid(5), in bytes. None may
// be on its first line.
func countedBytes(pid int, file string, fields ...string) ([]int64, error) {
	file = fmt.Sprintf("/proc/%d/%s", pid, file)
	content, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	counts := make([]int64, len(fields))
	for i, field := range fields {
		_, after, ok := strings.Cut(string(content), "\n"+field)
		values := strings.Fields(after)
		if !ok || len(values) == 0 {
			return nil, fmt.Errorf("%s has no %s", file, field)
		}
		kB, err := strconv.ParseInt(values[0], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, field, err)
		}
		counts[i] = kB << 10
	}
	return counts, nil
}
