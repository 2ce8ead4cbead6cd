// Package runtimeapi is a Lambda Runtime API server, which a function's process
// talks to. With it the process runs outside Lambda.
//
// It follows the AWS Lambda Developer Guide, "Using the Lambda runtime API for
// custom runtimes", and refuses what Lambda refuses: answers to an invocation
// other than the current one, second answers, calls out of order and payloads
// that are too large. It does not serve streamed responses; CloudFront accepts
// none.
//
// A [Server] serves one process. When a process has ended, cancel the context
// of the current invocation and create another Server.
package runtimeapi

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

const (
	// MaxPayload is the size of the largest response or error in bytes: 6 MB,
	// and the 100 bytes more that the Lambda Runtime Interface Emulator allows.
	MaxPayload = 6<<20 + 100
	// FunctionARN is the ARN of the function in every invocation.
	FunctionARN = "arn:aws:lambda:us-east-1:123456789012:function:edgeresize:1"
	// DefaultTimeout is the time limit of an invocation whose context has no
	// deadline: CloudFront's limit for origin events.
	DefaultTimeout = 30 * time.Second
)

// Server is a Runtime API. It is an [http.Handler], to be served at the address
// in the process's AWS_LAMBDA_RUNTIME_API.
type Server struct {
	mux *http.ServeMux
	// waiting hands an invocation to the process when it asks for the next one.
	waiting chan *invocation
	ready   chan struct{} // closed at the first call of next
	failed  chan struct{} // closed at an init error

	mu        sync.Mutex
	initError *FunctionError
	polling   bool // the process waits for an invocation
	// current is the invocation that the process works on; nil if none.
	current *invocation
	// last is the ID of the last invocation that was answered.
	last string
}

// invocation is one event on its way through the process.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	answer   chan invocationResult // has room for one
}

type invocationResult struct {
	response []byte
	err      *FunctionError
}

// FunctionError is the error that a process reported instead of a response.
type FunctionError struct {
	Type    string          `json:"errorType"`
	Message string          `json:"errorMessage"`
	Stack   json.RawMessage `json:"stackTrace,omitempty"` // as the process gave it
}

func (e *FunctionError) Error() string { return e.Type + ": " + e.Message }

// New returns a Server for a process that has not called it yet.
func New() *Server {
	s := &Server{
		mux:     http.NewServeMux(),
		waiting: make(chan *invocation),
		ready:   make(chan struct{}),
		failed:  make(chan struct{}),
	}
	s.mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", s.next)
	s.mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", s.response)
	s.mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", s.error)
	s.mux.HandleFunc("POST /2018-06-01/runtime/init/error", s.initFailure)
	return s
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.mux.ServeHTTP(w, r) }

// Ready waits until the process asks for its first invocation. It returns a
// *FunctionError if the process reported that it could not start, or the cause
// of ctx's end.
func (s *Server) Ready(ctx context.Context) error {
	select {
	case <-s.ready:
		return nil
	case <-s.failed:
		return s.initError
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Invoke waits until the process asks for an invocation, hands it the payload
// and returns its response. ctx's deadline is the function's. The error is a
// *FunctionError if the process reported one for this invocation or at its
// start, or the cause of ctx's end.
func (s *Server) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	deadline, ok := ctx.Deadline()
	if !ok {
		deadline = time.Now().Add(DefaultTimeout)
	}
	inv := &invocation{id: newID(), payload: payload, deadline: deadline, answer: make(chan invocationResult, 1)}
	select {
	case s.waiting <- inv:
	case <-s.failed:
		return nil, s.initError
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	select {
	case a := <-inv.answer:
		if a.err != nil {
			return nil, a.err
		}
		return a.response, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// newID returns a random UUID.
func newID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// newTrace returns an X-Ray tracing header. AWS X-Ray Developer Guide, "Tracing
// header".
func newTrace() string {
	var b [20]byte
	rand.Read(b[:])
	return fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=0", time.Now().Unix(), b[:12], b[12:])
}
