//go:build unix

package trial

import (
	"os"
	"os/exec"
	"syscall"
)

// setProcessGroup gives the process of cmd, once started, a process group of its own.
func setProcessGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killProcessGroup kills p and all other processes of its group.
func killProcessGroup(p *os.Process) { _ = syscall.Kill(-p.Pid, syscall.SIGKILL) } // they may be gone
