package probe

import (
	"context"
	"net"
	"sync"
)

// dialer makes connections.
type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// pinned returns a dialer that keeps to the IP address that dial first reached a host at.
// CloudFront's names have addresses of several locations, whose caches differ.
func pinned(dial dialer) dialer {
	var mu sync.Mutex // of first
	first := map[string]string{}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		mu.Lock()
		known := first[address]
		mu.Unlock()
		if known != "" {
			if conn, err := dial(ctx, network, known); err == nil {
				return conn, nil
			}
		}
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		mu.Lock()
		defer mu.Unlock()
		first[address] = conn.RemoteAddr().String()
		return conn, nil
	}
}
