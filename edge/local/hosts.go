package main

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
)

// hosts says by which addresses a server may be called. A page of somebody
// else's whose name was made to lead to this machine (DNS rebinding) calls it
// by that name, and is refused.
type hosts struct {
	port  string // that the server listens on
	names map[string]bool
	// anyIP has every IP address pass, because the server listens on all of the
	// machine's. Names can be made to lead here, IP addresses cannot.
	anyIP bool
}

// newHosts allows localhost, the loopback addresses, the address that is
// listened on, and the host that addr (HOST:PORT) names.
func newHosts(addr string, listening net.Addr) hosts {
	h := hosts{names: map[string]bool{"localhost": true, "127.0.0.1": true, "::1": true}}
	for _, a := range []string{addr, listening.String()} {
		host, port, err := net.SplitHostPort(a)
		if err != nil {
			continue
		}
		h.port = port // the last one is a number, and not 0
		name := hostName(host)
		if ip, err := netip.ParseAddr(name); name == "" || err == nil && ip.IsUnspecified() {
			h.anyIP = true
			continue
		}
		h.names[name] = true
	}
	return h
}

// allow reports whether a Host header names the server. Without a port it
// means 80 (RFC 9110, section 4.2.1).
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

// hostName is a host as names are compared: in lower case, without the dot that
// ends a whole name, an IP address in its one spelling, without the zone, which
// clients leave out (RFC 6874, section 4), and IPv4 as such.
func hostName(host string) string {
	name := strings.TrimSuffix(strings.ToLower(host), ".")
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.WithZone("").Unmap().String()
	}
	return name
}

// guard refuses requests by other addresses, before anything else sees them.
func (h hosts) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !h.allow(r.Host) {
			http.Error(w, fmt.Sprintf("%.100q is not an address of this server: open http://localhost:%s/, or name yours with -addr", r.Host, h.port),
				http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}
