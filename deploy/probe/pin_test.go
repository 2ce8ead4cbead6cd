package probe

import (
	"context"
	"errors"
	"net"
	"slices"
	"testing"
)

// conn is a connection to an address.
type conn struct {
	net.Conn
	to *net.TCPAddr
}

// RemoteAddr returns the address.
func (c conn) RemoteAddr() net.Addr { return c.to }

// TestPinned checks that a host is reached at its first address, and at another one once that
// does not answer.
func TestPinned(t *testing.T) {
	var dialed []string
	n, down := byte(0), ""
	dial := pinned(func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = append(dialed, address)
		if address == down {
			return nil, errors.New("down")
		}
		n++
		return conn{to: &net.TCPAddr{IP: net.IPv4(192, 0, 2, n), Port: 443}}, nil
	})
	reach := func() {
		t.Helper()
		if _, err := dial(t.Context(), "tcp", "e1.cloudfront.net:443"); err != nil {
			t.Error(err)
		}
	}
	reach()
	reach()
	down = "192.0.2.1:443"
	reach()
	reach()
	want := []string{"e1.cloudfront.net:443", "192.0.2.1:443", "192.0.2.1:443", "e1.cloudfront.net:443", "192.0.2.3:443"}
	if !slices.Equal(dialed, want) {
		t.Errorf("got %q, want %q", dialed, want)
	}
	down = "e1.cloudfront.net:443"
	if _, err := dial(t.Context(), "tcp", "e2.cloudfront.net:443"); err != nil {
		t.Error(err)
	}
}
