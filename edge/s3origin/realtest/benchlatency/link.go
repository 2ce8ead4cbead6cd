package main

import (
	"net"
	"time"
)

// link is a way between two hosts, as long and as wide as wanted.
type link struct {
	roundTrip time.Duration
	rate      float64 // of one connection towards the client, bytes a second
	slowStart bool    // as TCP has it; else a connection has its rate at once
}

// join carries what two connections have to say to each other, of which the
// client has just opened its one. It returns when both are closed.
func (l link) join(client, server net.Conn) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		// The client's own system told it that the connection is open: on a link
		// that takes a round trip, so nothing that it sends leaves earlier.
		l.carry(server, client, &pace{free: time.Now().Add(l.roundTrip)})
	}()
	l.carry(client, server, newPace(l))
	<-ended
}

// packet is bytes on their way.
type packet struct {
	data    []byte
	arrives time.Time
}

// carry takes what src says to dst: as fast as its pace, half a round trip
// later.
func (l link) carry(dst, src net.Conn, p *pace) {
	way := make(chan packet, 1<<10) // more than fits a link of 20 MB/s and 200 ms
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
			src.Close() // which ends the other side
		}
	}
	dst.Close()
}

// slack is by how much a sender that this machine woke too late may catch up.
const slack = 5 * time.Millisecond

// initialWindow is what a connection sends before it hears of the other end:
// ten segments (RFC 6928).
const initialWindow = 10 * 1460

// pace says when bytes leave a sender. Its zero value lets them go at once.
type pace struct {
	free time.Time // when the last one has left
	rate float64   // bytes a second; 0 is no limit

	// With slow start each round trip takes a window of bytes, and the next one
	// twice as many, until there is no time between two windows. A window stays
	// as it is while a connection is idle.
	window    float64 // bytes; 0 once it does not matter any more
	left      float64 // of the window
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

// leave is when the last of n bytes leaves that are there to be sent now.
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

// start holds n bytes back until there is a window for them.
func (p *pace) start(n float64) {
	if p.left <= 0 {
		// The first window opens with its first byte, a later one a round trip
		// after the one before.
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

// relay passes connections on over a link until the listener is closed.
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
