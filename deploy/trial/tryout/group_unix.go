//go:build unix

package tryout

import (
	"os"
	"os/exec"
	"syscall"
)

// group makes a command the first of a process group.
func group(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup ends all processes of the group of its first.
func endGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // they may be gone
