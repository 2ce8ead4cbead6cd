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

// Server is a Valkey, or a Redis where that is what is installed, without a
// user but one who may do anything over the socket.
type Server struct {
	socket string
	cmd    *exec.Cmd
	output bytes.Buffer

	mu    sync.Mutex // of admin
	admin net.Conn
}

// Start starts a server with its files in dir, and further settings. It is
// ended by Stop.
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
				for lines.Scan() { // so that it is never held up by its log
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

// Stop ends the server at once.
func (s *Server) Stop() {
	if s.admin != nil {
		s.admin.Close()
	}
	_ = s.cmd.Process.Kill() // it may have ended
	_ = s.cmd.Wait()
}

// Do carries out a command whose answer has one line, and returns that.
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

// AddUser adds a user who may do what an access string says. ElastiCache User
// Guide, "Role-Based Access Control (RBAC)".
func (s *Server) AddUser(name, access string) error {
	_, err := s.Do(append([]string{"ACL", "SETUSER", name, "reset"}, strings.Fields(access)...)...)
	return err
}

// SetPassword makes a password the only one that a user has.
func (s *Server) SetPassword(user, password string) error {
	_, err := s.Do("ACL", "SETUSER", user, "resetpass", ">"+password)
	return err
}

// AddPassword gives a user one more password.
func (s *Server) AddPassword(user, password string) error {
	_, err := s.Do("ACL", "SETUSER", user, ">"+password)
	return err
}

// Kill ends all connections of a user.
func (s *Server) Kill(user string) error {
	_, err := s.Do("CLIENT", "KILL", "USER", user)
	return err
}
