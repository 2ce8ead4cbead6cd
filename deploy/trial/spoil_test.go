package trial

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
)

// remove removes a file of the package.
func (s *launched) remove(name string) {
	s.t.Helper()
	if err := os.Remove(filepath.Join(s.dir, name)); err != nil {
		s.t.Fatal(err)
	}
}

// truncate cuts a file of the package off at size bytes.
func (s *launched) truncate(name string, size int64) {
	s.t.Helper()
	if err := os.Truncate(filepath.Join(s.dir, name), size); err != nil {
		s.t.Fatal(err)
	}
}

// replaceBinary replaces the binary of the package by another one.
func (s *launched) replaceBinary(binary string) {
	s.t.Helper()
	content, err := os.ReadFile(binary)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := ReplaceBinary(s.dir, s.launcher, content); err != nil {
		s.t.Fatal(err)
	}
}

// spoiled lists packages that cannot start, and what the init error must say.
var spoiled = []struct {
	name  string
	spoil func(s *launched)
	wants []string
}{
	{"missing", func(s *launched) { s.remove("bootstrap") }, []string{"No such file", "bootstrap"}},
	{"truncated", func(s *launched) { s.truncate("bootstrap", 1<<20) }, []string{"1048576 bytes", "damaged", "bootstrap"}},
	{"wrong architecture", func(s *launched) { s.replaceBinary(buildFor(s.t, "arm64")) }, []string{"Exec format error", "bootstrap"}},
	{"no room for a copy", func(s *launched) {
		s.dropExecuteBit()
		s.wrapper = []string{"sh", "-c", `ulimit -f 1000 && exec "$@"`, "sh"}
	}, []string{"File too large", "bootstrap"}},
}

// copyPath is the file to which a launcher copies a binary that it may not execute.
const copyPath = "/tmp/edgeresize-bootstrap"

// dropExecuteBit makes the binary one that may not be executed, as careless tools do.
func (s *launched) dropExecuteBit() {
	s.t.Helper()
	if err := os.Chmod(filepath.Join(s.dir, "bootstrap"), 0o644); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		for _, name := range []string{copyPath, copyPath + ".partial"} {
			_ = os.Remove(name) // there may be none
		}
	})
}

// buildFor builds the binary for the processor that GOARCH calls arch, and returns its path.
func buildFor(t *testing.T, arch string) string {
	t.Helper()
	return goBuild(t, []string{"GOARCH=" + arch})
}

// The events that [misbehaving] misbehaves on.
var (
	panicEvent   = []byte(`{"panic, please": true}`)
	overrunEvent = []byte(`{"overrun, please": true}`)
)

// misbehaving is a file for edge/bootstrap. Its handler panics on panicEvent, in a goroutine
// of its own and so out of recover's reach, and never answers overrunEvent.
const misbehaving = `package main

import (
	"bytes"
	"context"

	"github.com/edgeresize/edgeresize/edge"
)

type misbehaving struct{ *edge.Handler }

func (m misbehaving) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	switch {
	case bytes.Contains(event, []byte("panic, please")):
		go panic("out of reach")
		select {}
	case bytes.Contains(event, []byte("overrun, please")):
		select {}
	}
	return m.Handler.Invoke(ctx, event)
}
`

// buildMisbehaving builds the binary with the handler of [misbehaving], and returns its path.
func buildMisbehaving(t *testing.T) string {
	t.Helper()
	folder, err := filepath.Abs("../../edge/bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(folder, "main.go"))
	if err != nil {
		t.Fatal(err)
	}
	main := strings.Replace(string(source), "lambda.Start(edge.New(", "lambda.Start(misbehaving{edge.New(", 1)
	main = strings.Replace(main, "log))\n", "log)})\n", 1)
	dir := t.TempDir()
	replace := map[string]string{}
	for name, content := range map[string]string{"main.go": main, "misbehaving.go": misbehaving} {
		replace[filepath.Join(folder, name)] = filepath.Join(dir, name)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	overlay, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), overlay, 0o644); err != nil {
		t.Fatal(err)
	}
	return goBuild(t, nil, "-overlay", filepath.Join(dir, "overlay.json"))
}

// goBuild builds the binary with further variables and flags, and returns its path.
func goBuild(t *testing.T, env []string, flags ...string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bootstrap")
	args := append([]string{"build", "-tags", "lambda.norpc", "-o", binary}, flags...)
	cmd := exec.Command("go", append(args, "../../edge/bootstrap")...)
	cmd.Env = append(append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux"), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// crash makes the binary crash within an invocation, which must fail.
func (s *launched) crash(sandbox *Sandbox, cause string) {
	s.t.Helper()
	event := panicEvent
	if cause == "killed" {
		event = recorded(s.t, "resize-jpeg")
		worker := s.checkProcesses(sandbox, filepath.Join(s.dir, "bootstrap"))
		s.s3.hang.Store(true)
		defer s.s3.hang.Store(false)
		go func() {
			<-s.s3.arrived
			kill(worker) // the invocation tells if it fails
		}()
	}
	response, err := sandbox.Invoke(withTime(s.t, 30*time.Second), event)
	if err == nil {
		s.t.Fatalf("got %s from a crash", response)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		s.t.Fatalf("the crash was not noticed: %v", err)
	}
}

// checkProcesses returns the binary's process id. It wants the binary to be the file exe,
// and no Python to be left unless the launcher is the bridge.
func (s *launched) checkProcesses(sandbox *Sandbox, exe string) int {
	s.t.Helper()
	worker := sandbox.Process.Pid
	children := childrenOf(s.t, worker)
	if s.launcher == launcher.Bridge {
		if len(children) != 1 {
			s.t.Fatalf("children %v of the bridge, want one", children)
		}
		worker = children[0]
	} else if len(children) != 0 {
		s.t.Errorf("children %v of the binary, want none", children)
	}
	got, err := os.Readlink("/proc/" + strconv.Itoa(worker) + "/exe")
	if err != nil || got != exe {
		s.t.Errorf("process %d runs %q, %v; want %q", worker, got, err, exe)
	}
	return worker
}

// childrenOf returns the ids of the processes that pid has started.
func childrenOf(t *testing.T, pid int) []int {
	t.Helper()
	children, err := Children(pid)
	if err != nil {
		t.Fatal(err)
	}
	return children
}

// kill kills a process.
func kill(pid int) {
	if p, err := os.FindProcess(pid); err == nil {
		_ = p.Kill()
	}
}
