package trial

import (
	"os"
	"os/exec"
)

// setProcessGroup does nothing: Windows has no process groups that could be killed at once.
func setProcessGroup(*exec.Cmd) {}

// killProcessGroup kills p alone.
func killProcessGroup(p *os.Process) { _ = p.Kill() } // it may be gone
