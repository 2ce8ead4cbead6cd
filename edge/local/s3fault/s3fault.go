// Package s3fault makes an S3 fail on demand, in the ways that S3 and the network in
// front of it are known to fail. A [Fault] answers one request in place of S3; the caller
// decides which requests meet which fault. [All] is the table of faults.
//
// The faults need a server of net/http with HTTP/1, whose connections can be hijacked.
package s3fault

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

// Fault is something that may happen to a request to S3.
type Fault struct {
	Name string
	// Serve answers r. next serves S3's own answer, for faults that pass on a part of it.
	Serve func(next http.Handler, w http.ResponseWriter, r *http.Request)
}

// Faults of the network, and incomplete answers.
var (
	// Reset resets the connection.
	Reset = Fault{"reset", func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		withConnection(w, func(conn net.Conn) {
			if tcp, ok := conn.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // a reset, not an end
			}
		})
	}}
	// Closed closes the connection.
	Closed = Fault{"closed", func(http.Handler, http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }}
	// Hang sends nothing until the client gives up.
	Hang = Fault{"hang", func(_ http.Handler, _ http.ResponseWriter, r *http.Request) { waitForClient(r) }}
	// HangInBody sends half of the body, and then nothing until the client gives up.
	HangInBody = Fault{"hang within the body", func(next http.Handler, w http.ResponseWriter, r *http.Request) {
		serveHalf(next, w, r, 1)
		waitForClient(r)
	}}
	// Trickle sends the answer a byte at a time, each 50 ms after the last.
	Trickle = Fault{"trickle", trickle}
	// ShortBody closes the connection after half of the body.
	ShortBody = Fault{"short body", func(next http.Handler, w http.ResponseWriter, r *http.Request) { serveHalf(next, w, r, 1) }}
	// Halved announces half of the body, and sends that.
	Halved = Fault{"halved", func(next http.Handler, w http.ResponseWriter, r *http.Request) { serveHalf(next, w, r, 2) }}
	// WrongLength announces 1000 bytes, sends 9 and closes the connection.
	WrongLength = Length("1000")
)

// Error answers: S3's own, and one that is malformed.
var (
	Denied         = Refuse("403", AccessDenied)
	Missing        = Refuse("404", NoSuchKey)
	Changed        = Refuse("412", PreconditionFailed)
	Unsatisfiable  = Refuse("416", InvalidRange)
	Failing        = Refuse("500", InternalError)
	Throttled      = Refuse("503", SlowDown)
	Expired        = Refuse("expired token", ExpiredToken)
	AnotherRegion  = Fault{"another region", redirect}
	MalformedError = Fault{"no XML", malformedError}
)

// All is the table of faults. Their names differ.
var All = []Fault{
	Reset, Closed, Hang, HangInBody, Trickle, ShortBody, Halved, WrongLength,
	Denied, Missing, Changed, Unsatisfiable, Failing, Throttled, Expired, AnotherRegion, MalformedError,
}

// Refuse returns a fault called name that answers with e.
func Refuse(name string, e *Error) Fault {
	return Fault{name, func(_ http.Handler, w http.ResponseWriter, r *http.Request) { e.Write(w, r) }}
}

// Length returns a fault that announces a Content-Length, sends 9 bytes and closes the
// connection. announced need not be a number.
func Length(announced string) Fault {
	return Fault{"wrong length", func(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
		withConnection(w, func(conn net.Conn) {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: "+announced+"\r\n\r\nfew bytes") // the client may be gone
		})
	}}
}

// redirect sends the client to ap-south-1, as if the bucket were there.
func redirect(_ http.Handler, w http.ResponseWriter, r *http.Request) {
	w.Header().Set("X-Amz-Bucket-Region", "ap-south-1")
	PermanentRedirect.Write(w, r)
}

// malformedError answers with an error whose body is not XML.
func malformedError(_ http.Handler, w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(http.StatusBadGateway)
	_, _ = io.WriteString(w, "<Error><Code>\x00\xff</Codd>") // the client may be gone
}

// waitForClient waits until the client has given up, and aborts the answer.
func waitForClient(r *http.Request) {
	<-r.Context().Done()
	panic(http.ErrAbortHandler)
}

// serveHalf serves the first half of next's body. The Content-Length that it announces is
// the whole length divided by divisor.
func serveHalf(next http.Handler, w http.ResponseWriter, r *http.Request, divisor int) {
	body := record(next, w, r, divisor)
	_, _ = w.Write(body[:len(body)/2]) // the client may be gone
	_ = http.NewResponseController(w).Flush()
}

// trickle serves next's answer a byte at a time.
func trickle(next http.Handler, w http.ResponseWriter, r *http.Request) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for _, b := range record(next, w, r, 1) {
		if _, err := w.Write([]byte{b}); err != nil {
			return
		}
		_ = http.NewResponseController(w).Flush()
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		}
	}
}

// record returns the body of next's answer. It writes the answer's status and header to
// w, with the Content-Length divided by divisor.
func record(next http.Handler, w http.ResponseWriter, r *http.Request, divisor int) []byte {
	whole := httptest.NewRecorder()
	next.ServeHTTP(whole, r)
	for name, values := range whole.Header() {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(whole.Body.Len()/divisor))
	w.WriteHeader(whole.Code)
	return whole.Body.Bytes()
}

// withConnection takes the connection from the server, calls do with it and closes it.
func withConnection(w http.ResponseWriter, do func(net.Conn)) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // closes it at least
	}
	defer conn.Close()
	do(conn)
}
