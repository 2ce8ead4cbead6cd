//go:build linux

package main

import (
	"net"
	"syscall"
	"time"
)

// link is what S3's answers go over: rate bytes a second, where that is not 0, in
// pieces as network cards hand them on.
type link struct {
	net.Listener
	rate float64
}

// piece is how many bytes arrive at once.
const piece = 8 << 10

// Accept implements [net.Listener].
func (l link) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil || l.rate == 0 {
		return conn, err
	}
	return &paced{Conn: conn, rate: l.rate}, nil
}

// paced is a connection whose bytes leave one after another.
type paced struct {
	net.Conn
	rate float64
	free time.Time // when the last one has left
}

// slack is by how much a piece that left late may be caught up with.
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
