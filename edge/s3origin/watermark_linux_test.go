package s3origin

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strconv"
	"syscall"
	"testing"
)

// lowWater returns how many bytes make a connection readable.
func lowWater(t *testing.T, conn net.Conn) (n int) {
	t.Helper()
	if over, ok := conn.(*tls.Conn); ok {
		conn = over.NetConn()
	}
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err == nil {
		_ = raw.Control(func(fd uintptr) { n, err = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVLOWAT) })
	}
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestWaterMark reads bodies of many lengths over one connection, with and
// without TLS. It checks that the mark rises while many bytes are to come, and
// is at its lowest once the body was read or closed, so that the reader does
// not wait for the next answer in vain.
func TestWaterMark(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		w.Header().Set("Content-Length", strconv.Itoa(n))
		for piece := bytes.Repeat([]byte{1}, 1000); n > 0; n -= len(piece) {
			piece = piece[:min(n, len(piece))]
			if _, err := w.Write(piece); err != nil {
				return // the client has closed the connection
			}
		}
	})
	for name, start := range map[string]func(http.Handler) *httptest.Server{
		"plain": httptest.NewServer, "TLS": httptest.NewTLSServer,
	} {
		t.Run(name, func(t *testing.T) {
			server := start(handler)
			defer server.Close()
			transport := newTransport()
			defer transport.CloseIdleConnections()
			if server.TLS != nil {
				transport.TLSClientConfig.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
			}
			hedged := &hedge{base: transport}
			var conn net.Conn
			get := func(n int) *http.Response {
				trace := &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) { conn = info.Conn }}
				r, err := http.NewRequestWithContext(httptrace.WithClientTrace(t.Context(), trace), http.MethodGet, server.URL+"?n="+strconv.Itoa(n), nil)
				if err != nil {
					t.Fatal(err)
				}
				response, err := hedged.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				return response
			}
			var first net.Conn
			for _, n := range []int{3 << 20, 1, 100_000, unread + 1, 2*firstBatch + unread, 0, 5 << 20, 7} {
				response := get(n)
				if first == nil {
					first = conn
				}
				if conn != first {
					t.Errorf("%d bytes came over another connection", n)
				}
				read, highest := 0, 0
				for room, err := make([]byte, 1<<20), error(nil); err == nil; {
					var got int
					got, err = response.Body.Read(room)
					mark := lowWater(t, conn) // of that read
					if mark > 1 && mark > n-read {
						t.Fatalf("%d bytes of %d were left, and a mark of %d", n-read, n, mark)
					}
					read += got
					if highest = max(highest, mark); err != nil && err != io.EOF {
						t.Fatal(err)
					}
				}
				if mark := lowWater(t, conn); read != n || mark != 1 || n > 1<<20 && highest == 1 {
					t.Errorf("%d bytes of %d, a mark of %d, before of %d at most", read, n, mark, highest)
				}
				response.Body.Close()
			}
			response := get(8 << 20)
			for lowWater(t, conn) == 1 {
				if _, err := response.Body.Read(make([]byte, 1<<20)); err != nil {
					t.Fatal(err)
				}
			}
			marked := response.Body.(*sentBody).ReadCloser.(*batched).water
			response.Body.Close()
			if marked.at != 1 {
				t.Errorf("a mark of %d once the body is closed", marked.at)
			}
			get(7).Body.Close()
		})
	}
}
