//go:build unix

package trial

import (
	"os"
	"os/exec"
	"syscall"
)

// group lets a command start a process group of its own.
func group(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// endGroup kills all processes of the group that p has started.
func endGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // they may be gone
