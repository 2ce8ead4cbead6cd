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

// Server is a Valkey, or a Redis where only that is installed, or else the stand-in. At
// first its only user may do anything, through the socket.
//
// The stand-in is miniredis with what the ledger's tests need besides: see
// deploy/fakeaws/fakeelasticache/standin. VALKEY=required in the environment insists on a
// real server, VALKEY=standin on the stand-in.
type Server struct {
	// StandIn says that nothing enforces access strings, nor that the keys of a command
	// are in one slot.
	StandIn bool

	socket string
	cmd    *exec.Cmd
	output bytes.Buffer

	mu    sync.Mutex // guards admin
	admin net.Conn
}

// Start starts a server with its files in dir. If node is a host and port, the server is a
// cluster whose only node says that it is there. The caller stops it with Stop.
func Start(dir, node string) (*Server, error) {
	s := &Server{socket: filepath.Join(dir, "s")}
	if err := s.choose(dir, node); err != nil {
		return nil, err
	}
	ready, err := s.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	s.cmd.Stderr = s.cmd.Stdout
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
			if s.admin, err = s.dial(); err == nil && node != "" && !s.StandIn {
				err = s.formCluster()
			}
			if err == nil {
				return s, nil
			}
			break
		}
	}
	s.Stop()
	return nil, fmt.Errorf("%s did not start: %v\n%s", s.cmd.Path, err, &s.output)
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
