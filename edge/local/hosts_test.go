package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// listeningOn is the address of a listener.
type listeningOn string

func (listeningOn) Network() string  { return "tcp" }
func (l listeningOn) String() string { return string(l) }

func TestHosts(t *testing.T) {
	for _, tt := range []struct {
		addr, listening  string
		allowed, refused []string
	}{
		{
			"127.0.0.1:8080", "127.0.0.1:8080",
			[]string{"127.0.0.1:8080", "localhost:8080", "LocalHost:8080", "localhost.:8080", "[::1]:8080", "[0:0::1]:8080", "[::ffff:127.0.0.1]:8080", "127.0.0.1:08080"},
			[]string{
				"", ":8080", "evil.example:8080", "localhost.evil.example:8080", "evil.localhost:8080", "127.0.0.1.evil.example:8080",
				"127.0.0.2:8080", "0.0.0.0:8080", "[::]:8080", "192.168.1.5:8080", "0x7f000001:8080", "2130706433:8080", "127.1:8080",
				"localhost", "127.0.0.1", "[::1]", "::1", "localhost:80", "localhost:8081", "localhost:", "localhost:http-alt", "localhost:8080:8080",
				"localhost:+8080", "localhost:73616", "localhost..:8080", "localhost :8080", "localhost,evil.example:8080", "a@localhost:8080",
				"[localhost:8080", "[::1:8080", "[::1]8080", "[[::1]]:8080", "localhost]:8080", "localhost]", "[]", "localhost:8080\x00",
			},
		},
		{
			"127.0.0.1:80", "127.0.0.1:80",
			[]string{"localhost", "127.0.0.1", "LOCALHOST.", "[::1]", "localhost:80"},
			[]string{"evil.example", "localhost:8080", "::1", "", "localhost:"},
		},
		{
			"127.0.0.1:0", "127.0.0.1:43210",
			[]string{"127.0.0.1:43210", "localhost:43210"},
			[]string{"127.0.0.1:0", "127.0.0.1", "evil.example:43210"},
		},
		{
			"MyLaptop.Local:8080", "192.168.1.5:8080",
			[]string{"mylaptop.local:8080", "MYLAPTOP.local.:8080", "192.168.1.5:8080", "localhost:8080"},
			[]string{"mylaptop:8080", "local:8080", "192.168.1.6:8080"},
		},
		{
			"192.168.1.5:8080", "192.168.1.5:8080",
			[]string{"192.168.1.5:8080"},
			[]string{"192.168.1.6:8080", "evil.example:8080", "192.168.1.5"},
		},
		{
			"[fe80::1%eth0]:8080", "[fe80::1%eth0]:8080",
			[]string{"[fe80::1]:8080", "[FE80::1%eth0]:8080", "[fe80::1%25eth0]:8080", "[fe80:0::1]:8080"},
			[]string{"[fe80::2]:8080", "fe80::1:8080", "evil.example:8080"},
		},
		{
			"0.0.0.0:8080", "[::]:8080",
			[]string{"0.0.0.0:8080", "127.0.0.1:8080", "192.168.1.5:8080", "[fe80::1]:8080", "localhost:8080", "[::]:8080"},
			[]string{"evil.example:8080", "0x7f000001:8080", "192.168.1.5", "192.168.1.5:80", "2130706433:8080"},
		},
		{
			":8080", "[::]:8080",
			[]string{"192.168.1.5:8080", "[2001:db8::1]:8080", "localhost:8080"},
			[]string{"evil.example:8080", "", ":8080"},
		},
	} {
		h := newHosts(tt.addr, listeningOn(tt.listening))
		for _, host := range tt.allowed {
			if !h.allow(host) {
				t.Errorf("-addr %s: %q is refused", tt.addr, host)
			}
		}
		for _, host := range tt.refused {
			if h.allow(host) {
				t.Errorf("-addr %s: %q is allowed", tt.addr, host)
			}
		}
	}
}

// raw sends a request unchanged and returns the answer's status and body.
func raw(t *testing.T, base, request string) (int, string) {
	t.Helper()
	connection, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(base, "http://"), "/"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if _, err := io.WriteString(connection, request); err != nil {
		t.Fatal(err)
	}
	method, _, _ := strings.Cut(request, " ")
	got, err := http.ReadResponse(bufio.NewReader(connection), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return got.StatusCode, string(body)
}

// Every request by another name than the server's is refused: for the page, its
// data, its forms, pictures.
func TestRebound(t *testing.T) {
	s := startCommand(t, "-originals", testOriginals)
	base := find(t, greeting, s.line(t))
	own := strings.TrimSuffix(strings.TrimPrefix(base, "http://"), "/")
	for _, request := range []string{
		"GET / HTTP/1.1\r\nHost: %s\r\n\r\n",
		"GET /?invocation=x HTTP/1.1\r\nHost: %s\r\n\r\n",
		"GET /PHOTO.jpg?width=50&height=30 HTTP/1.1\r\nHost: %s\r\n\r\n",
		"HEAD /PHOTO.jpg HTTP/1.1\r\nHost: %s\r\n\r\n",
		"GET http://%s/PHOTO.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n",
		"POST / HTTP/1.1\r\nHost: %[1]s\r\nOrigin: http://%[1]s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 15\r\n\r\ninvalidate=%%2F*",
	} {
		_, port, _ := net.SplitHostPort(own)
		for host, want := range map[string]bool{own: true, "localhost:" + port: true, "evil.example:" + port: false, "evil.example": false} {
			status, body := raw(t, base, fmt.Sprintf(request, host))
			if (status != http.StatusMisdirectedRequest) != want {
				t.Errorf("%q by %s: got %d %s", request, host, status, body)
			}
			if !want && !strings.HasPrefix(request, "HEAD") && (strings.Count(body, "\n") != 1 || !strings.Contains(body, "-addr") || !strings.Contains(body, port)) {
				t.Errorf("%q by %s: got %q, want one line that says what to do", request, host, body)
			}
		}
	}
	if status, _ := raw(t, base, "GET / HTTP/1.0\r\n\r\n"); status != http.StatusMisdirectedRequest {
		t.Errorf("no Host: got %d", status)
	}
}
