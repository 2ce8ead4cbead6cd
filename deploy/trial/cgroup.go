package trial

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
)

// ErrNoGroups says that this machine lets no control groups be made.
var ErrNoGroups = errors.New("cannot create control groups: this needs Linux and root")

// groupRoot is the folder in which the kernel shows control groups.
const groupRoot = "/sys/fs/cgroup"

// period is the time for which a group gets its share of processor time at once. It is
// short, so that even an invocation of some milliseconds has to wait for its share.
const period = 20 * time.Millisecond

// Limits are what the processes of a [Group] may use. A field that is 0 is no limit.
type Limits struct {
	Memory int64   // bytes; a process that takes more is killed
	CPUs   float64 // processors: 0.25 for a quarter of one's time
}

// LambdaLimits returns the memory and the processor time that Lambda gives a function of
// memoryMB.
func LambdaLimits(memoryMB int) Limits {
	return Limits{Memory: int64(memoryMB) << 20, CPUs: Share(memoryMB)}
}

// Share returns the processor time that Lambda gives a function of memoryMB, in processors:
// 0.25 for a quarter of one's time.
func Share(memoryMB int) float64 { return float64(memoryMB) / edgelimits.WholeProcessorMB }

// Group is a control group: processes under common limits. The kernel's documentation of
// its files is "Control Group v2" and "Control Groups version 1" (memory, CFS bandwidth
// control, cpuacct). Making one needs Linux and the right to do so, which root has outside
// of a container, or within one that may.
type Group struct {
	dirs   []string
	layout layout
}

// layout describes the files of one version of control groups.
type layout struct {
	settings          func(Limits) []setting
	controllers       []string // folders below groupRoot, in each of which a group has a folder
	peak, events, cpu string
	cpuField          string // of the file cpu; empty if that is a number alone
	cpuUnit           time.Duration
}

// setting is a value to write into a file.
type setting struct {
	file, value string
	optional    bool // not every kernel has the file
}

var version1 = layout{
	controllers: []string{"memory", "cpu", "cpuacct"},
	settings: func(l Limits) (s []setting) {
		if l.Memory > 0 {
			memory := strconv.FormatInt(l.Memory, 10)
			s = append(s, setting{"memory/memory.limit_in_bytes", memory, false},
				setting{"memory/memory.memsw.limit_in_bytes", memory, true})
		}
		if l.CPUs > 0 {
			s = append(s, setting{"cpu/cpu.cfs_period_us", micros(period), false},
				setting{"cpu/cpu.cfs_quota_us", quota(l.CPUs), false})
		}
		return s
	},
	peak: "memory/memory.max_usage_in_bytes", events: "memory/memory.oom_control",
	cpu: "cpuacct/cpuacct.usage", cpuUnit: time.Nanosecond,
}

var version2 = layout{
	controllers: []string{""},
	settings: func(l Limits) (s []setting) {
		if l.Memory > 0 {
			s = append(s, setting{"memory.max", strconv.FormatInt(l.Memory, 10), false},
				setting{"memory.swap.max", "0", true})
		}
		if l.CPUs > 0 {
			s = append(s, setting{"cpu.max", quota(l.CPUs) + " " + micros(period), false})
		}
		return s
	},
	peak: "memory.peak", events: "memory.events",
	cpu: "cpu.stat", cpuField: "usage_usec", cpuUnit: time.Microsecond,
}

// micros formats d in microseconds.
func micros(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }

// quota formats the processor time of cpus in a period, in microseconds.
func quota(cpus float64) string {
	return micros(time.Duration(cpus * float64(period)))
}

// CheckGroups returns ErrNoGroups, wrapped, if control groups cannot be made.
func CheckGroups() error {
	g, err := NewGroup(Limits{Memory: 1 << 30, CPUs: 1})
	if err != nil {
		return err
	}
	return g.Close()
}

// NewGroup makes an empty group. Its error wraps ErrNoGroups.
func NewGroup(l Limits) (*Group, error) {
	g := &Group{layout: version1}
	if _, err := os.Stat(filepath.Join(groupRoot, "cgroup.controllers")); err == nil {
		g.layout = version2
	}
	name := fmt.Sprintf("edgeresize-%d-%d", os.Getpid(), time.Now().UnixNano())
	for _, controller := range g.layout.controllers {
		dir := filepath.Join(groupRoot, controller, name)
		if err := os.Mkdir(dir, 0o755); err != nil {
			return nil, errors.Join(fmt.Errorf("%w: %w", ErrNoGroups, err), g.Close())
		}
		g.dirs = append(g.dirs, dir)
	}
	for _, s := range g.layout.settings(l) {
		err := os.WriteFile(g.file(s.file), []byte(s.value), 0)
		if err != nil && !s.optional {
			return nil, errors.Join(fmt.Errorf("%w: %w", ErrNoGroups, err), g.Close())
		}
	}
	return g, nil
}

// file returns the path of a file that layout names by controller and file, or by file
// alone.
func (g *Group) file(name string) string {
	controller, base, ok := strings.Cut(name, "/")
	if !ok {
		return filepath.Join(g.dirs[0], name)
	}
	for i, c := range g.layout.controllers {
		if c == controller {
			return filepath.Join(g.dirs[i], base)
		}
	}
	return ""
}

// Command returns a command line that joins the group and then becomes command, with the
// same process id.
func (g *Group) Command(command ...string) []string {
	var join strings.Builder
	for _, dir := range g.dirs {
		fmt.Fprintf(&join, "echo $$ > %s/cgroup.procs && ", dir)
	}
	return append([]string{"sh", "-c", join.String() + `exec "$@"`, "sh"}, command...)
}

// Peak returns the most memory that the group has used, in bytes, file cache included.
func (g *Group) Peak() (int64, error) { return g.number(g.layout.peak, "") }

// Killed returns how many processes were killed because they went beyond the limit of
// memory.
func (g *Group) Killed() (int64, error) { return g.number(g.layout.events, "oom_kill") }

// CPU returns the processor time that the group has used.
func (g *Group) CPU() (time.Duration, error) {
	n, err := g.number(g.layout.cpu, g.layout.cpuField)
	return time.Duration(n) * g.layout.cpuUnit, err
}

// number reads the number in the file that layout calls name, or the number of its field
// unless field is "".
func (g *Group) number(name, field string) (int64, error) {
	content, err := os.ReadFile(g.file(name))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(content)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), " ")
		if !ok {
			key, value = "", key
		}
		if key == field {
			return strconv.ParseInt(value, 10, 64)
		}
	}
	return 0, fmt.Errorf("%s has no line %q", name, field)
}

// Close removes the group, whose processes must have ended.
func (g *Group) Close() error {
	var errs []error
	for _, dir := range g.dirs {
		errs = append(errs, os.Remove(dir))
	}
	return errors.Join(errs...)
}
