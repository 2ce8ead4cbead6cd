package trial

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/resize/bench/peakmemory"
)

// Children returns the ids of the processes that a process has started. It needs Linux.
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

// Resident returns the memory that a process has resident, in bytes, without the pages
// that it has given back: the system takes some of those only once it needs them
// (madvise(2), MADV_FREE). It needs Linux.
func Resident(pid int) (int64, error) {
	resident, err := countedBytes(pid, "smaps_rollup", "Rss:", "LazyFree:")
	if err != nil {
		return 0, err
	}
	return resident[0] - resident[1], nil
}

// Peak returns the most memory that a process has had resident, in bytes, given back or
// not. It needs Linux.
func Peak(pid int) (int64, error) { return peakmemory.Of(pid) }

// countedBytes returns, in bytes, fields of a file of proc_pid(5) that count kB. The first
// line of the file is not searched.
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
