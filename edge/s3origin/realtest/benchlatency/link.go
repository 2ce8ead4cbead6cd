package main

import (
	"net"
	"time"
)

// link is a connection's way between two hosts.
type link struct {
	roundTrip time.Duration
	rate      float64 // bytes per second of one connection towards the client
	slowStart bool    // begin slowly as TCP does; otherwise at full rate
}

// join carries data between client and server over the link. The client has
// just opened its connection. join returns when both are closed.
func (l link) join(client, server net.Conn) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		// The client's system reports the connection as open at once. On a link
		// that takes a round trip, so nothing may leave before that.
		l.carry(server, client, &pace{free: time.Now().Add(l.roundTrip)})
	}()
	l.carry(client, server, newPace(l))
	<-ended
}

// packet is data on its way.
type packet struct {
	data    []byte
	arrives time.Time
}

// carry copies src to dst at the rate of p, half a round trip later.
func (l link) carry(dst, src net.Conn, p *pace) {
	way := make(chan packet, 1<<10) // more than a link of 20 MB/s and 200 ms holds
	go func() {
		defer close(way)
		for {
			data := make([]byte, 16<<10)
			n, err := src.Read(data)
			leaves := p.leave(time.Now(), n)
			time.Sleep(time.Until(leaves))
			way <- packet{data[:n], leaves.Add(l.roundTrip / 2)}
			if err != nil {
				return
			}
		}
	}()
	for packet := range way {
		time.Sleep(time.Until(packet.arrives))
		if _, err := dst.Write(packet.data); err != nil {
			src.Close() // ends the other side too
		}
	}
	dst.Close()
}

// slack is how much delay a sender that this machine woke late may catch up.
const slack = 5 * time.Millisecond

// initialWindow is how many bytes a connection sends before it hears from the
// other end: ten segments (RFC 6928).
const initialWindow = 10 * 1460

// pace says when bytes leave a sender. Its zero value lets them leave at once.
type pace struct {
	free time.Time // when the last byte has left
	rate float64   // bytes per second; 0 for no limit

	// With slow start, each round trip sends one window of bytes, and each
	// window is twice the one before, until there is no pause between two. A
	// window does not change while a connection is idle.
	window    float64 // bytes; 0 once it no longer limits the rate
	left      float64 // bytes left of the window
	round     time.Time
	roundTrip time.Duration
}

func newPace(l link) *pace {
	p := &pace{rate: l.rate, roundTrip: l.roundTrip}
	if l.slowStart {
		p.window = initialWindow
	}
	return p
}

// leave returns when the last of n bytes leaves, if they are ready to be sent
// at now.
func (p *pace) leave(now time.Time, n int) time.Time {
	if now.Sub(p.free) > slack {
		p.free = now
	}
	if p.rate == 0 {
		return p.free
	}
	if p.window > 0 {
		p.start(float64(n))
	}
	p.free = p.free.Add(time.Duration(float64(n) / p.rate * float64(time.Second)))
	return p.free
}

// start delays n bytes until there is a window for them.
func (p *pace) start(n float64) {
	if p.left <= 0 {
		// The first window opens with its first byte, each later one a round
		// trip after the one before.
		if next := p.round.Add(p.roundTrip); !p.round.IsZero() && next.After(p.free) {
			p.free = next
		}
		if !p.round.IsZero() {
			p.window *= 2
		}
		p.round, p.left = p.free, p.window
	}
	p.left -= n
	if p.window >= p.rate*p.roundTrip.Seconds() {
		p.window = 0
	}
}

// relay passes connections on over the link until the listener is closed.
func (l link) relay(listener net.Listener, to string) {
	for {
		client, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			server, err := net.Dial("tcp", to)
			if err != nil {
				client.Close()
				return
			}
			l.join(client, server)
		}()
	}
}
