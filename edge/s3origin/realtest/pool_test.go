package realtest

import (
	"bytes"
	"image"
	"image/png"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// relay passes connections on to a server until it loses them.
type relay struct {
	to string

	mu    sync.Mutex
	pipes []*pipe
}

// pipe is a connection seen from both sides.
type pipe struct {
	lost chan struct{}
	once sync.Once
}

// newRelay returns a relay to a server. It runs until the test ends.
func newRelay(t *testing.T, to string) (r *relay, url string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	r = &relay{to: strings.TrimPrefix(to, "http://")}
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			server, err := net.Dial("tcp", r.to)
			if err != nil {
				client.Close()
				continue
			}
			r.join(client, server)
		}
	}()
	return r, "http://" + listener.Addr().String()
}

func (r *relay) join(client, server net.Conn) {
	p := &pipe{lost: make(chan struct{})}
	r.mu.Lock()
	r.pipes = append(r.pipes, p)
	r.mu.Unlock()
	carry := func(to, from net.Conn) {
		defer to.Close()
		buffer := make([]byte, 64<<10)
		for {
			n, err := from.Read(buffer)
			select {
			case <-p.lost: // and neither end notices
				io.Copy(io.Discard, from)
				return
			default:
			}
			if _, writeErr := to.Write(buffer[:n]); writeErr != nil || err != nil {
				return
			}
		}
	}
	go carry(server, client)
	go carry(client, server)
}

// lose makes all current connections lose whatever is sent on them, and returns
// how many there are.
func (r *relay) lose() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.pipes {
		p.once.Do(func() { close(p.lost) })
	}
	lost := len(r.pipes)
	r.pipes = nil
	return lost
}

// noise returns a PNG that is fetched in several parts.
func noise(t *testing.T) []byte {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 1800, 1500))
	random := rand.NewChaCha8([32]byte{1})
	random.Read(img.Pix)
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.NoCompression}).Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestLostConnections checks that an invocation resizes although all of its
// warm connections are dead.
func TestLostConnections(t *testing.T) {
	const key = "noise.png"
	data := noise(t)
	store(t, key, data)
	r, endpoint := newRelay(t, newProxy(t).url)
	s := newSite(t, endpoint, credentials, 10*time.Second)
	for i, query := range []string{"width=50&height=30", "width=60&height=30", "width=70&height=30"} {
		_, body := s.get(t, "/"+key+"?"+query)
		outcome := s.outcome.Load().(edge.Outcome)
		if outcome.Reason != "" || len(body) == len(data) {
			t.Errorf("invocation %d: %v, %v", i+1, outcome, outcome.Err)
		}
		if r.lose() == 0 { // at least one; the several parts may share the first connection
			t.Errorf("after invocation %d: no connection", i+1)
		}
	}
}
