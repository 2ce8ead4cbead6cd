package s3origin

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// budget is the time that the default config leaves S3: two thirds of ten
// seconds.
const budget = 10 * time.Second * 2 / 3

// large is an object that largePlan splits into many parts.
var (
	large     = bytes.Repeat([]byte("0123456789abcdef"), 10<<10)
	largePlan = plan{first: 32 << 10, rest: 32 << 10, parallel: 4, ahead: 8 << 10}
)

// network is S3 and the way there, in memory. Its connections die like those
// that a NAT has forgotten: what is sent is lost, nothing arrives, and no error
// occurs.
type network struct {
	origin *Origin

	mu      sync.Mutex
	wires   []*wire
	waiting time.Duration // before each answer begins
	pause   time.Duration // before each pacedBytes of an answer
	asked   int           // number of requests that have arrived
}

// pacedBytes is how many bytes are sent at a time.
const pacedBytes = 4 << 10

// newNetwork returns a network that serves large. Call it in a bubble: the
// bubble's end checks that nothing is left of it.
func newNetwork(t *testing.T) *network { return networkBehind(t, nil) }

// networkBehind returns such a network, behind s's TLS unless s is nil.
func networkBehind(t *testing.T, s *httptest.Server) *network {
	n := &network{}
	listener := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	server := &http.Server{Handler: http.HandlerFunc(n.serve), ErrorLog: log.New(io.Discard, "", 0)}
	transport, endpoint := newTransport(), "http://s3.test"
	if s == nil {
		go server.Serve(listener)
	} else {
		server.TLSConfig = &tls.Config{Certificates: s.TLS.Certificates}
		go server.ServeTLS(listener, "", "")
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		transport.TLSClientConfig.RootCAs.AddCert(s.Certificate())
		endpoint = "https://example.com"
	}
	transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		listener.conns <- theirs
		n.mu.Lock()
		defer n.mu.Unlock()
		w := &wire{Conn: ours, theirs: theirs, closed: make(chan struct{}), lives: -1}
		n.wires = append(n.wires, w)
		return w, nil
	}
	n.origin = newOrigin(Options{Endpoint: endpoint, Credentials: testCredentials}, transport)
	n.origin.plan = largePlan
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		synctest.Wait()
		if open := n.open(); open > 0 {
			t.Errorf("%d connections are left", open)
		}
		server.Close()
	})
	return n
}

func (n *network) serve(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	waiting, pause := n.waiting, n.pause
	n.asked++
	n.mu.Unlock()
	sleep(r.Context(), waiting)
	w.Header().Set("ETag", photo.ETag)
	http.ServeContent(&pacedWriter{w, r.Context(), pause}, r, "", time.Time{}, bytes.NewReader(large))
}

// sleep returns after d, or when ctx ends.
func sleep(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

// pacedWriter pauses before each pacedBytes.
type pacedWriter struct {
	http.ResponseWriter
	ctx   context.Context
	pause time.Duration
}

func (w *pacedWriter) Write(p []byte) (n int, err error) {
	for piece := range slices.Chunk(p, pacedBytes) {
		sleep(w.ctx, w.pause)
		if _, err := w.ResponseWriter.Write(piece); err != nil {
			return n, err
		}
		n += len(piece)
		w.ResponseWriter.(http.Flusher).Flush()
	}
	return n, nil
}

// invoke fetches all of large within the budget, and returns how long it took.
func (n *network) invoke(t *testing.T) (time.Duration, error) {
	t.Helper()
	start := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), budget)
	defer cancel()
	data, err := fetch(ctx, n.origin, photo, 1<<20)
	took := time.Since(start)
	if err == nil && !bytes.Equal(data, large) {
		t.Errorf("got %d other bytes", len(data))
	}
	synctest.Wait() // until the connections are idle again
	return took, err
}

// warm fetches once, and returns the connections that stay open.
func (n *network) warm(t *testing.T) []*wire {
	t.Helper()
	n.pace(time.Millisecond, 0)
	if _, err := n.invoke(t); err != nil {
		t.Fatal(err)
	}
	idle := n.alive()
	if len(idle) != largePlan.parallel {
		t.Fatalf("%d connections are kept, want %d", len(idle), largePlan.parallel)
	}
	return idle
}

// alive returns the connections that are open.
func (n *network) alive() []*wire {
	n.mu.Lock()
	defer n.mu.Unlock()
	var open []*wire
	for _, w := range n.wires {
		select {
		case <-w.closed:
		default:
			open = append(open, w)
		}
	}
	return open
}

func (n *network) open() int { return len(n.alive()) }

// pace makes S3 answer after waiting, and pause before each pacedBytes.
func (n *network) pace(waiting, pause time.Duration) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waiting, n.pause = waiting, pause
}

// requests returns how many requests have arrived since the last call.
func (n *network) requests() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	defer func() { n.asked = 0 }()
	return n.asked
}

// wire is the client's end of a connection.
type wire struct {
	net.Conn
	theirs net.Conn // the server's end
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex
	lives int // bytes that still arrive; negative for no limit
}

// die breaks the connection once after more bytes have arrived.
func (w *wire) die(after int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lives = after
}

func (w *wire) dead() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lives == 0
}

// Write implements net.Conn. Like the kernel, a dead connection accepts bytes
// that nobody will receive.
func (w *wire) Write(p []byte) (int, error) {
	if w.dead() {
		return len(p), nil
	}
	return w.Conn.Write(p)
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.mu.Lock()
	if w.lives >= 0 {
		n = min(n, w.lives)
		w.lives -= n
	}
	w.mu.Unlock()
	if n == 0 && w.dead() && len(p) > 0 {
		<-w.closed
		return 0, net.ErrClosed
	}
	return n, err
}

// Close implements net.Conn.
func (w *wire) Close() error {
	w.once.Do(func() { close(w.closed) })
	return w.Conn.Close()
}
