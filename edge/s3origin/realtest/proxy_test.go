package realtest

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"sync"
	"testing"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// proxy passes requests on to the gateway, except those that a fault answers.
type proxy struct {
	url     string
	forward *httputil.ReverseProxy

	mu     sync.Mutex
	faults []s3fault.Fault // one for each of the next requests
	served int             // number of requests
}

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

// fail makes each of the next requests meet one of faults, and restarts the count of
// requests.
func (p *proxy) fail(faults ...s3fault.Fault) {
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
	if len(p.faults) == 0 {
		p.mu.Unlock()
		p.forward.ServeHTTP(w, r)
		return
	}
	f := p.faults[0]
	p.faults = p.faults[1:]
	p.mu.Unlock()
	f.Serve(p.forward, w, r)
}
