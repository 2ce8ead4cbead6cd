package main

import (
	"net"
	"strconv"
	"strings"
	"sync"

	"github.com/alicebob/miniredis/v2/server"
)

// standIn is a miniredis with users.
type standIn struct {
	redis *server.Server
	host  string // of the cluster's node, or ""
	port  int

	mu       sync.Mutex
	users    map[string]*user
	sessions map[*session]string // the users of authenticated connections
}

// session is a connection of a client.
type session struct {
	*standIn
	conn net.Conn
}

// version is the version of Redis that miniredis claims in the reply to HELLO.
const version = "8.4.0"

// serve answers the commands of a connection in the background. The connection has a
// server of its own, because miniredis does not tell its hooks which one they are called
// for.
func (s *standIn) serve(conn net.Conn) {
	commands := server.NewServerConn()
	commands.SetPreHook((&session{s, conn}).handle)
	commands.ServeConn(conn)
}

// handle answers a command, by miniredis unless it is one of ours. It returns true: the
// connection's own server has no commands.
func (s *session) handle(c *server.Peer, command string, args ...string) bool {
	subcommand := ""
	if len(args) > 0 {
		subcommand = strings.ToUpper(args[0])
	}
	switch {
	case command == "AUTH" && len(args) == 2:
		if s.login(c, args[0], args[1]) {
			c.WriteOK()
		}
	case command == "HELLO" && len(args) >= 4 && strings.EqualFold(args[1], "AUTH"):
		if s.login(c, args[2], args[3]) {
			s.redis.Dispatch(c, append([]string{command, args[0]}, args[4:]...))
		}
	case command == "ACL" && subcommand == "WHOAMI":
		c.WriteBulk(s.whoami())
	case command == "ACL" && subcommand == "SETUSER" && len(args) >= 2:
		s.setUser(c, args[1], args[2:])
	case command == "CLIENT" && subcommand == "KILL" && len(args) == 3 && strings.EqualFold(args[1], "USER"):
		c.WriteInt(s.kill(args[2]))
	case command == "INFO" && subcommand == "SERVER":
		c.WriteBulk("# Server\r\nredis_version:" + version + "\r\n")
	case command == "CLUSTER" && s.host == "":
		c.WriteError("ERR This instance has cluster support disabled")
	case command == "CLUSTER" && subcommand == "SHARDS":
		c.Block(s.writeShards)
	case command == "CLUSTER":
		// Clients take an error that mentions clusters for that of a server without one.
		c.WriteError("ERR the stand-in has no such subcommand")
	default:
		s.redis.Dispatch(c, append([]string{command}, args...))
	}
	return true
}

// splitHostPort splits an address whose port is a number.
func splitHostPort(address string) (host string, port int, err error) {
	host, text, err := net.SplitHostPort(address)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(text)
	return host, port, err
}

// writeShards writes that one node holds all slots.
func (s *standIn) writeShards(w *server.Writer) {
	w.WriteLen(1)
	w.WriteMapLen(2)
	w.WriteBulk("slots")
	w.WriteLen(2)
	w.WriteInt(0)
	w.WriteInt(16383)
	w.WriteBulk("nodes")
	w.WriteLen(1)
	w.WriteMapLen(7)
	for _, field := range [][2]string{
		{"id", strings.Repeat("0", 40)}, {"ip", s.host}, {"endpoint", s.host}, {"role", "master"}, {"health", "online"},
	} {
		w.WriteBulk(field[0])
		w.WriteBulk(field[1])
	}
	w.WriteBulk("port")
	w.WriteInt(s.port)
	w.WriteBulk("replication-offset")
	w.WriteInt(0)
}
