// Command standin runs miniredis on a unix socket, for the tests of the ledger where
// neither Valkey nor Redis is installed. It prints "Ready to accept connections" once it
// serves.
//
// It adds what those tests need and miniredis lacks: users with passwords, ACL WHOAMI,
// CLIENT KILL USER, INFO server, and CLUSTER SHARDS of a cluster with one node. It reads
// access rules without enforcing them and does not check that the keys of a command are
// in one slot: only a real server does.
package main

import (
	"flag"
	"fmt"
	"net"
	"os"

	"github.com/alicebob/miniredis/v2"
)

func main() {
	socket := flag.String("socket", "", "`path` of the socket to listen on")
	node := flag.String("cluster", "", "be a cluster whose one node is at `host:port`")
	flag.Parse()
	if err := run(*socket, *node); err != nil {
		fmt.Fprintln(os.Stderr, "standin:", err)
		os.Exit(1)
	}
}

// run serves connections until the listener fails.
func run(socket, node string) error {
	redis := miniredis.NewMiniRedis()
	redis.ClockTTL(true)
	first, err := redis.Dial() // starts it without a TCP port
	if err != nil {
		return err
	}
	first.Close()
	s := &standIn{redis: redis.Server(), users: map[string]*user{}, sessions: map[*session]string{}}
	if node != "" {
		if s.host, s.port, err = splitHostPort(node); err != nil {
			return err
		}
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	defer listener.Close()
	fmt.Println("Ready to accept connections")
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		s.serve(conn)
	}
}
