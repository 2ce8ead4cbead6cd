package realtest

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strconv"
	"sync"
	"testing"
)

// proxy passes requests on to the gateway, except those that a fault answers.
type proxy struct {
	url     string
	forward *httputil.ReverseProxy

	mu     sync.Mutex
	faults []fault // one for each of the next requests
	served int     // number of requests
}

// fault answers a request instead of the gateway.
type fault func(p *proxy, w http.ResponseWriter, r *http.Request)

func newProxy(t *testing.T) *proxy {
	p := &proxy{forward: &httputil.ReverseProxy{
		Transport: s3.Transport,
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = "http", "gateway"
			// The signature covers these.
			r.Out.Host = r.In.Host
			r.Out.Header["X-Forwarded-For"] = r.In.Header["X-Forwarded-For"]
		},
	}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// fail makes the next requests fail, each with one of faults, and restarts the
// count of requests.
func (p *proxy) fail(faults ...fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults, p.served = faults, 0
}

func (p *proxy) requests() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.served
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.served++
	var f fault
	if len(p.faults) > 0 {
		f, p.faults = p.faults[0], p.faults[1:]
	}
	p.mu.Unlock()
	if f == nil {
		p.forward.ServeHTTP(w, r)
		return
	}
	f(p, w, r)
}

// status answers with an error. Amazon S3 API Reference, "Error responses".
func status(code int, name string) fault {
	return func(_ *proxy, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		w.WriteHeader(code)
		fmt.Fprintf(w, `<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>%s</Code><Message>As the test wants it.</Message><RequestId>R</RequestId><HostId>H</HostId></Error>`, name)
	}
}

// hang sends nothing until the client gives up.
func hang(_ *proxy, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }

// hangInBody sends half of the object, then nothing until the client gives up.
func hangInBody(p *proxy, w http.ResponseWriter, r *http.Request) {
	p.half(w, r, 1)
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}

// cutOff closes the connection after half of the object.
func cutOff(p *proxy, w http.ResponseWriter, r *http.Request) { p.half(w, r, 1) }

// halved announces and sends half of the object.
func halved(p *proxy, w http.ResponseWriter, r *http.Request) { p.half(w, r, 2) }

// half writes the gateway's answer with the first half of the object. It
// announces the whole length, divided by divisor.
func (p *proxy) half(w http.ResponseWriter, r *http.Request, divisor int) {
	whole := httptest.NewRecorder()
	p.forward.ServeHTTP(whole, r)
	body := whole.Body.Bytes()
	for name, values := range whole.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)/divisor))
	w.WriteHeader(whole.Code)
	w.Write(body[:len(body)/2])
}

// reset drops the connection without an answer.
func reset(_ *proxy, w http.ResponseWriter, _ *http.Request) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		panic(err)
	}
	conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// length announces the given length, sends a few bytes and closes the
// connection.
func length(announced string) fault {
	return func(_ *proxy, w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: "+announced+"\r\n\r\nfew bytes")
		conn.Close()
	}
}
