package main

import (
	"strings"

	"github.com/alicebob/miniredis/v2/server"
)

// user is a user other than the default one, who needs no password.
type user struct {
	on        bool
	passwords map[string]bool
}

// login makes name the connection's user, or writes the error that servers give and
// returns false.
func (s *session) login(c *server.Peer, name, password string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if u := s.users[name]; u == nil || !u.on || !u.passwords[password] {
		c.WriteError("WRONGPASS invalid username-password pair or user is disabled.")
		return false
	}
	if _, again := s.sessions[s]; !again {
		c.OnDisconnect(s.logout)
	}
	s.sessions[s] = name
	return true
}

// logout forgets the connection's user.
func (s *session) logout() {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, s)
}

// whoami returns the name of the connection's user.
func (s *session) whoami() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name, ok := s.sessions[s]; ok {
		return name
	}
	return "default"
}

// setUser changes a user, whom it adds if need be, by rules of ACL SETUSER. It passes over
// those that say which commands, keys and channels the user may use.
func (s *standIn) setUser(c *server.Peer, name string, rules []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.users[name]
	if u == nil {
		u = &user{passwords: map[string]bool{}}
		s.users[name] = u
	}
	for _, rule := range rules {
		switch {
		case rule == "on":
			u.on = true
		case rule == "reset":
			u.on = false
			clear(u.passwords)
		case rule == "resetpass":
			clear(u.passwords)
		case strings.HasPrefix(rule, ">"):
			u.passwords[rule[1:]] = true
		case rule != "resetchannels" && !strings.ContainsAny(rule[:min(1, len(rule))], "~+-"):
			c.WriteError("ERR the stand-in knows no rule " + rule)
			return
		}
	}
	c.WriteOK()
}

// kill closes the connections of a user and returns their number.
func (s *standIn) kill(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	killed := 0
	for session, user := range s.sessions {
		if user == name {
			session.conn.Close()
			killed++
		}
	}
	return killed
}
