package main

import (
	"io"
	"net"
	"testing"
	"testing/synctest"
	"time"
)

// A request on a new connection takes two round trips and the time of its
// bytes; the next request takes one round trip less.
func TestLinkTakesItsTime(t *testing.T) {
	const size = 1 << 20
	sending := time.Duration(size * float64(time.Second) / 20e6)
	for name, tt := range map[string]struct {
		link       link
		cold, warm time.Duration
	}{
		"short": {link{20 * time.Millisecond, 20e6, false}, 40*time.Millisecond + sending, 20*time.Millisecond + sending},
		"long":  {link{200 * time.Millisecond, 20e6, false}, 400*time.Millisecond + sending, 200*time.Millisecond + sending},
		// With windows of 14600, 29200, ... bytes, the seventh holds the last
		// byte of a megabyte and is wide enough for the next one.
		"slow start": {link{100 * time.Millisecond, 20e6, true}, 810 * time.Millisecond, 100*time.Millisecond + sending},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, near := net.Pipe()
				far, server := net.Pipe()
				go serve(server, make([]byte, size))
				joined := make(chan struct{})
				go func() {
					defer close(joined)
					tt.link.join(near, far)
				}()
				for i, want := range []time.Duration{tt.cold, tt.warm} {
					start := time.Now()
					client.Write([]byte("?"))
					if _, err := io.ReadFull(client, make([]byte, size)); err != nil {
						t.Fatal(err)
					}
					if took := time.Since(start); took < want*98/100 || took > want*102/100 {
						t.Errorf("request %d took %v, want %v", i+1, took, want)
					}
					time.Sleep(time.Second)
				}
				client.Close()
				<-joined
			})
		})
	}
}

// serve answers each byte with data.
func serve(conn net.Conn, data []byte) {
	defer conn.Close()
	for {
		if _, err := conn.Read(make([]byte, 1)); err != nil {
			return
		}
		conn.Write(data)
	}
}
