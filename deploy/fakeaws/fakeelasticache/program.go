package fakeelasticache

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// errNoServer says that neither Valkey nor Redis is installed.
var errNoServer = errors.New("neither valkey-server nor redis-server is installed: apt-get install redis-server, or the like")

// choose sets the command that runs the server.
func (s *Server) choose(dir, node string) error {
	wanted := os.Getenv("VALKEY")
	if wanted != "standin" {
		for _, name := range []string{"valkey-server", "redis-server"} {
			if program, err := exec.LookPath(name); err == nil {
				s.cmd, err = s.realServer(program, dir, node)
				return err
			}
		}
	}
	if wanted == "required" {
		return errNoServer
	}
	program, err := standIn()
	s.StandIn = true
	s.cmd = exec.Command(program, "-socket", s.socket, "-cluster", node)
	return err
}

// realServer returns the command that runs program, which is Valkey or Redis.
func (s *Server) realServer(program, dir, node string) (*exec.Cmd, error) {
	cmd := exec.Command(program, "--unixsocket", s.socket, "--dir", dir, "--save", "", "--appendonly", "no", "--daemonize", "no")
	if node == "" {
		cmd.Args = append(cmd.Args, "--port", "0")
		return cmd, nil
	}
	host, port, err := net.SplitHostPort(node)
	if err != nil {
		return nil, err
	}
	ports, err := freePorts()
	cmd.Args = append(cmd.Args,
		"--cluster-enabled", "yes", "--bind", "127.0.0.1", "--port", ports[0], "--cluster-port", ports[1],
		"--cluster-announce-ip", host, "--cluster-announce-port", port)
	return cmd, err
}

// freePorts returns two ports that nobody listens on.
func freePorts() (ports [2]string, err error) {
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return ports, err
		}
		defer listener.Close()
		ports[i] = strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}

// formCluster gives the server all slots, and waits until it serves them.
func (s *Server) formCluster() error {
	_, err := s.Do("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
	if err != nil {
		return err
	}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 500 {
		if _, err = s.Do("GET", "x"); err == nil {
			return nil
		}
		<-tick.C
	}
	return err
}

// standIn builds the stand-in and returns its path in Go's build cache. The stand-in is a
// module of its own, so that the project does not require miniredis.
var standIn = sync.OnceValues(func() (string, error) {
	folder, err := runGo("", "list", "-f", "{{.Dir}}", "github.com/edgeresize/edgeresize/deploy/fakeaws/fakeelasticache")
	if err != nil {
		return "", err
	}
	return runGo(filepath.Join(folder, "standin"), "tool", "-n", "standin")
})

// runGo runs go in a folder and returns its output.
func runGo(folder string, args ...string) (string, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = folder
	out, err := cmd.Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w\n%s", err, failed.Stderr)
		}
		return "", fmt.Errorf("the stand-in for Valkey: go %s: %w", strings.Join(args, " "), err)
	}
	return strings.TrimSpace(string(out)), nil
}
