package s3origin

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"runtime/debug"
	"sync"
	"time"
)

// hedge is a transport that does not rely on connections that were idle. They
// may have died without being closed, while the sandbox was frozen or behind a
// NAT that dropped them. If such a connection stays silent for longer than
// patience allows, hedge sends the request again over a new one, and takes the
// answer that comes first. So it does not give up on a slow S3.
type hedge struct {
	base     http.RoundTripper
	patience patience
}

// CloseIdleConnections closes the connections that are not in use.
func (h *hedge) CloseIdleConnections() {
	if base, ok := h.base.(interface{ CloseIdleConnections() }); ok {
		base.CloseIdleConnections()
	}
}

// RoundTrip implements [http.RoundTripper].
func (h *hedge) RoundTrip(r *http.Request) (*http.Response, error) {
	x := &exchange{hedge: h, request: r, first: newSending(r)}
	h.send(x.first, x.gotConn)
	won, second := x.settle()
	switch {
	case second == nil:
		return x.first.result(func() {})
	case won:
		second.cancel()
		return x.first.result(func() { <-second.done })
	}
	if x.first.err == nil {
		x.first.response.Body.Close()
	}
	x.first.cancel()
	<-second.done
	return second.result(func() {})
}

// send makes the round trip of s. It calls gotConn with the connection, more
// than once if net/http replaces one that was closed.
func (h *hedge) send(s *sending, gotConn func(httptrace.GotConnInfo)) {
	defer func() {
		if recovered := recover(); recovered != nil {
			s.err = fmt.Errorf("%w: %v\n%s", errPanicked, recovered, debug.Stack())
		}
	}()
	var began time.Time
	ctx := httptrace.WithClientTrace(s.request.Context(), &httptrace.ClientTrace{
		GotConn: func(conn httptrace.GotConnInfo) {
			began = time.Now()
			s.conn = conn.Conn
			gotConn(conn)
		},
	})
	s.response, s.err = h.base.RoundTrip(s.request.WithContext(ctx))
	if s.err == nil && !began.IsZero() {
		h.patience.learn(time.Since(began))
	}
}

// sending is one of the at most two times that a request is sent.
type sending struct {
	request  *http.Request
	cancel   context.CancelFunc
	done     chan struct{} // closed when the second sending has ended
	conn     net.Conn      // the last one used, if any
	response *http.Response
	err      error
}

func newSending(r *http.Request) *sending {
	ctx, cancel := context.WithCancel(r.Context())
	return &sending{request: r.WithContext(ctx), cancel: cancel, done: make(chan struct{})}
}

// result returns the results of RoundTrip. Closing the response's body ends the
// sending and then calls end.
func (s *sending) result(end func()) (*http.Response, error) {
	if s.err != nil {
		s.cancel()
		end()
		return nil, s.err
	}
	s.response.Body = &sentBody{newBatched(s.response.Body, s.response.ContentLength, waterMarkOf(s.conn)), func() {
		s.cancel()
		end()
	}}
	return s.response, nil
}

// sentBody is the body of an answer; it calls end when it is closed.
type sentBody struct {
	io.ReadCloser
	end func()
}

// Close implements [io.Closer].
func (b *sentBody) Close() error {
	err := b.ReadCloser.Close()
	b.end()
	return err
}

// exchange is a request and its sendings.
type exchange struct {
	hedge   *hedge
	request *http.Request
	first   *sending

	mu      sync.Mutex
	silence *time.Timer // starts the second sending; nil if none is due
	ended   bool        // the first sending has ended
	decided bool        // a sending has won
	second  *sending    // nil if there is none
}

// gotConn starts to wait for the answer to the first sending.
func (x *exchange) gotConn(conn httptrace.GotConnInfo) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.silence != nil {
		x.silence.Stop()
	}
	if within, ok := x.hedge.patience.within(x.request.Context()); ok && (conn.Reused || conn.WasIdle) {
		x.silence = time.AfterFunc(within, x.sendAgain)
	}
}

// sendAgain sends the request a second time, unless the first sending has ended
// or there is a second one already.
func (x *exchange) sendAgain() {
	x.mu.Lock()
	if x.ended || x.second != nil {
		x.mu.Unlock()
		return
	}
	s := newSending(x.request)
	x.second = s
	x.mu.Unlock()
	defer close(s.done)
	// Other idle connections may be dead too. One that becomes idle later has
	// just shown that it is alive.
	x.hedge.CloseIdleConnections()
	x.hedge.send(s, func(httptrace.GotConnInfo) {})
	x.mu.Lock()
	defer x.mu.Unlock()
	switch {
	case s.err != nil:
	case x.decided:
		s.response.Body.Close()
	default:
		x.decided = true
		x.first.cancel()
	}
}

// settle records that the first sending has ended. It reports whether that one
// won, and returns the second one, or nil.
func (x *exchange) settle() (won bool, second *sending) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.ended = true
	if x.silence != nil {
		x.silence.Stop()
	}
	if x.first.err == nil {
		won = !x.decided
		x.decided = true
	}
	return won, x.second
}
