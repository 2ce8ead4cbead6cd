package fakeelasticache

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// errNoServer says that neither Valkey nor Redis is installed.
var errNoServer = errors.New("neither valkey-server nor redis-server is installed: apt-get install redis-server, or the like")

// Server is a Valkey or, where only that is installed, a Redis. At first its only user
// may do anything, through the socket.
type Server struct {
	socket string
	cmd    *exec.Cmd
	output bytes.Buffer

	mu    sync.Mutex // guards admin
	admin net.Conn
}

// Start starts a server with its files in dir and with further settings. The caller
// stops it with Stop.
func Start(dir string, settings ...string) (*Server, error) {
	program, err := exec.LookPath("valkey-server")
	if err != nil {
		if program, err = exec.LookPath("redis-server"); err != nil {
			return nil, errNoServer
		}
	}
	s := &Server{socket: filepath.Join(dir, "s")}
	s.cmd = exec.Command(program, append([]string{
		"--port", "0", "--unixsocket", s.socket, "--dir", dir, "--save", "", "--appendonly", "no", "--daemonize", "no",
	}, settings...)...)
	ready, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(ready)
	for lines.Scan() {
		s.output.Write(append(lines.Bytes(), '\n'))
		if strings.Contains(lines.Text(), "eady to accept connections") {
			go func() {
				for lines.Scan() { // drain the log, so that it never blocks the server
				}
			}()
			if s.admin, err = s.dial(); err == nil {
				return s, nil
			}
			break
		}
	}
	s.Stop()
	return nil, fmt.Errorf("%s did not start: %v\n%s", program, err, &s.output)
}

func (s *Server) dial() (net.Conn, error) { return net.Dial("unix", s.socket) }

// Stop stops the server at once.
func (s *Server) Stop() {
	if s.admin != nil {
		s.admin.Close()
	}
	_ = s.cmd.Process.Kill() // it may have ended
	_ = s.cmd.Wait()
}

// Do runs a command whose response has one line, and returns that line.
func (s *Server) Do(words ...string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.admin.Write(command(words)); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(s.admin).ReadString('\n')
	if err == nil && line[0] == '-' {
		err = errors.New(strings.TrimSpace(line[1:]))
	}
	return strings.TrimSpace(line), err
}

// AddUser adds a user whose access string is access. ElastiCache User Guide,
// "Role-Based Access Control (RBAC)".
func (s *Server) AddUser(name, access string) error {
	_, err := s.Do(append([]string{"ACL", "SETUSER", name, "reset"}, strings.Fields(access)...)...)
	return err
}

// SetPassword replaces all passwords of a user by one.
func (s *Server) SetPassword(user, password string) error {
	_, err := s.Do("ACL", "SETUSER", user, "resetpass", ">"+password)
	return err
}

// AddPassword adds a password to a user.
func (s *Server) AddPassword(user, password string) error {
	_, err := s.Do("ACL", "SETUSER", user, ">"+password)
	return err
}

// Kill closes all connections of a user.
func (s *Server) Kill(user string) error {
	_, err := s.Do("CLIENT", "KILL", "USER", user)
	return err
}
