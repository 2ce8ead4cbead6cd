//go:build linux

package main

import (
	"net"
	"syscall"
	"time"
)

// link is a listener whose connections send rate bytes a second, in pieces as network cards
// do. With a rate of 0 they send as they can.
type link struct {
	net.Listener
	rate float64
}

// piece is the number of bytes that arrive at once.
const piece = 8 << 10

// Accept implements [net.Listener].
func (l link) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil || l.rate == 0 {
		return conn, err
	}
	return &paced{Conn: conn, rate: l.rate}, nil
}

// paced is a connection that sends rate bytes a second.
type paced struct {
	net.Conn
	rate float64
	free time.Time // when the last byte has left
}

// slack is the longest delay of a piece that the following pieces make up for.
const slack = 2 * time.Millisecond

// Write implements [net.Conn].
func (p *paced) Write(data []byte) (int, error) {
	for n := 0; n < len(data); {
		now := time.Now()
		if now.Sub(p.free) > slack {
			p.free = now
		}
		part := data[n:min(n+piece, len(data))]
		p.free = p.free.Add(time.Duration(float64(len(part)) / p.rate * float64(time.Second)))
		if wait := p.free.Sub(now); wait > 0 {
			rest := syscall.NsecToTimespec(int64(wait))
			_ = syscall.Nanosleep(&rest, nil) // finer than time.Sleep
		}
		written, err := p.Conn.Write(part)
		if n += written; err != nil {
			return n, err
		}
	}
	return len(data), nil
}
