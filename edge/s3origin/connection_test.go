package s3origin

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// serve returns the address of a server that runs until the test ends.
func serve(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// serveObject serves the picture, ranges included.
func serveObject(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", photo.ETag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(picture))
}

// hangUp closes the connection of a request, with a reset or regularly.
func hangUp(w http.ResponseWriter, withReset bool) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	if withReset {
		conn.(*net.TCPConn).SetLinger(0)
	}
	conn.Close()
}

// Broken connections, as net/http reports them, get a second attempt.
func TestBrokenConnections(t *testing.T) {
	for name, fault := range map[string]http.HandlerFunc{
		"reset":  func(w http.ResponseWriter, _ *http.Request) { hangUp(w, true) },
		"closed": func(w http.ResponseWriter, _ *http.Request) { hangUp(w, false) },
		"cut off": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(picture)))
			w.Write(picture[:4])
		},
		"cut off in a chunk": func(w http.ResponseWriter, _ *http.Request) {
			w.Write(picture[:4])
			w.(http.Flusher).Flush()
			hangUp(w, false)
		},
	} {
		t.Run(name, func(t *testing.T) {
			for faults, want := range map[int32]edge.Reason{1: "", 2: edge.S3Failed} {
				var requests atomic.Int32
				endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if requests.Add(1) <= faults {
						fault(w, r)
						return
					}
					serveObject(w, r)
				})
				o := New(Options{Endpoint: endpoint, Credentials: testCredentials})
				data, err := fetch(t.Context(), o, photo, 1000)
				checkOutcome(t, data, err, want)
				if got := requests.Load(); got != 2 {
					t.Errorf("%d faults: %d requests, want 2", faults, got)
				}
			}
		})
	}
}

// Invocations share a connection. One that the server closed while the sandbox
// was frozen costs no attempt: two later failures still count as the first and
// the second.
func TestConnectionsAreReused(t *testing.T) {
	for _, withReset := range []bool{true, false} {
		t.Run(fmt.Sprintf("reset %v", withReset), func(t *testing.T) {
			var requests atomic.Int32
			endpoint := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				switch requests.Add(1) {
				case 1, 2, 5:
					w.Write(picture)
				case 3: // closed as if during a freeze
					hangUp(w, withReset)
				case 4:
					w.WriteHeader(500)
				}
			})
			o := New(Options{Endpoint: endpoint, Credentials: testCredentials})
			var reused []bool
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{
				GotConn: func(info httptrace.GotConnInfo) { reused = append(reused, info.Reused) },
			})
			for range 3 {
				data, err := fetch(ctx, o, photo, 1000)
				checkOutcome(t, data, err, "")
			}
			if want := "[false true true false"; !strings.HasPrefix(fmt.Sprint(reused), want) {
				t.Errorf("connections reused: %v, want %s ...", reused, want)
			}
		})
	}
}

// A connection that was idle for long is not used: it may have died while the
// sandbox was frozen.
func TestIdleConnectionsExpire(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
		server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write(picture) })}
		go server.Serve(listener)
		defer server.Close()
		transport := newTransport()
		defer transport.CloseIdleConnections()
		dials := 0
		transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
			dials++
			ours, theirs := net.Pipe()
			listener.conns <- theirs
			return ours, nil
		}
		o := newOrigin(Options{Endpoint: "http://s3.test", Credentials: testCredentials}, transport)
		for i, step := range []struct {
			idle  time.Duration
			dials int
		}{{0, 1}, {19 * time.Second, 1}, {21 * time.Second, 2}, {time.Hour, 3}} {
			time.Sleep(step.idle)
			data, err := fetch(t.Context(), o, photo, 1000)
			checkOutcome(t, data, err, "")
			synctest.Wait() // until the connection is idle again
			if dials != step.dials {
				t.Errorf("request %d, after %v: %d connections, want %d", i+1, step.idle, dials, step.dials)
			}
		}
	})
}

// pipeListener accepts connections in memory.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	close(l.done)
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{} }

// A hang ends when the caller gives up, and the server notices.
func TestCancelReachesTheServer(t *testing.T) {
	started, ended := make(chan struct{}), make(chan struct{})
	endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "100")
		w.Write(picture)
		w.(http.Flusher).Flush()
		close(started)
		<-r.Context().Done()
		close(ended)
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	go func() {
		<-started
		cancel()
	}()
	_, err := fetch(ctx, New(Options{Endpoint: endpoint, Credentials: testCredentials}), photo, 1000)
	checkOutcome(t, nil, err, edge.S3Timeout)
	<-ended
}

// checkSignature compares a request's signature with the one computed from what
// arrived. AWS IAM User Guide, "Create a signed AWS API request"; for S3 the
// canonical path is the one on the wire, neither normalised nor encoded again.
func checkSignature(t *testing.T, r *http.Request, secret string) {
	t.Helper()
	fields := map[string]string{}
	for field := range strings.SplitSeq(strings.TrimPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 "), ", ") {
		name, value, _ := strings.Cut(field, "=")
		fields[name] = value
	}
	path, query, _ := strings.Cut(r.RequestURI, "?")
	canonical := []string{r.Method, path, query}
	for name := range strings.SplitSeq(fields["SignedHeaders"], ";") {
		value := r.Header.Get(name)
		if name == "host" {
			value = r.Host
		}
		canonical = append(canonical, name+":"+value)
	}
	canonical = append(canonical, "", fields["SignedHeaders"], r.Header.Get("X-Amz-Content-Sha256"))

	_, scope, _ := strings.Cut(fields["Credential"], "/")
	hash := sha256.Sum256([]byte(strings.Join(canonical, "\n")))
	toSign := strings.Join([]string{"AWS4-HMAC-SHA256", r.Header.Get("X-Amz-Date"), scope, hex.EncodeToString(hash[:])}, "\n")
	key := []byte("AWS4" + secret)
	for part := range strings.SplitSeq(scope, "/") {
		key = sign(key, part)
	}
	if want := hex.EncodeToString(sign(key, toSign)); fields["Signature"] != want {
		t.Errorf("%s: signature %s, want %s of\n%s", r.RequestURI, fields["Signature"], want, strings.Join(canonical, "\n"))
	}
}

func sign(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}
