package trial

import (
	"os"
	"os/exec"
)

// group does nothing: Windows has no process groups to end at once.
func group(*exec.Cmd) {}

// endGroup ends the process.
func endGroup(p *os.Process) { _ = p.Kill() } // it may be gone
