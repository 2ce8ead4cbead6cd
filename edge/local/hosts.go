package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// hosts says by which addresses a server may be called. A foreign page whose
// name resolves to this machine (DNS rebinding) calls it by that name, and is
// refused.
type hosts struct {
	port  string // on which the server listens
	names map[string]bool
	// anyIP allows every IP address, because the server listens on all of the
	// machine's. DNS rebinding needs a name, so IP addresses are safe.
	anyIP bool
}

// newHosts allows localhost, the loopback addresses, the address listened on,
// and the host in addr (HOST:PORT).
func newHosts(addr string, listening net.Addr) hosts {
	h := hosts{names: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}}
	for _, a := range []string{addr, listening.String()} {
		host, port, err := net.SplitHostPort(a)
		if err != nil {
			continue
		}
		h.port = port // the last one is a number other than 0
		name := hostName(host)
		if ip, err := netip.ParseAddr(name); name == "" || err == nil && ip.IsUnspecified() {
			h.anyIP = true
			continue
		}
		h.names[name] = true
	}
	return h
}

// allow reports whether a Host header names the server. Without a port it means
// port 80 (RFC 9110, section 4.2.1).
func (h hosts) allow(header string) bool {
	host, port := header, "80"
	if !strings.HasSuffix(header, "]") && strings.Contains(header, ":") {
		var err error
		if host, port, err = net.SplitHostPort(header); err != nil {
			return false
		}
	} else if inner, ok := strings.CutPrefix(header, "["); ok {
		host = strings.TrimSuffix(inner, "]")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != h.port {
		return false
	}
	name := hostName(host)
	if h.names[name] {
		return true
	}
	_, err := netip.ParseAddr(name)
	return err == nil && h.anyIP
}

// hostName returns a host in the form in which names are compared: in lower
// case and without the final dot. IP addresses are in their canonical spelling,
// without the zone, which clients leave out (RFC 6874, section 4), and
// IPv4-mapped ones as IPv4.
func hostName(host string) string {
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.WithZone("").Unmap().String()
	}
	return name
}

// guard refuses requests to other addresses, before next sees them.
func (h hosts) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.allow(r.Host) {
			http.Error(w, fmt.Sprintf("this server does not answer to %.100q: open http://localhost:%s/, or start it with your host name in -addr", r.Host, h.port),
				http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
