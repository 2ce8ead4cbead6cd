package runtimeapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// refusal is an error answer to the process. The statuses are from the Lambda
// Developer Guide, "Using the Lambda runtime API for custom runtimes"; the
// types are those of the Runtime Interface Emulator.
type refusal struct {
	status  int
	kind    string
	message string
}

func (r *refusal) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(r.status)
	json.NewEncoder(w).Encode(FunctionError{Type: r.kind, Message: r.message})
}

func outOfOrder(format string, args ...any) *refusal {
	return &refusal{http.StatusForbidden, "InvalidStateTransition", fmt.Sprintf(format, args...)}
}

// accept answers a valid call.
func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	io.WriteString(w, `{"status":"OK"}`+"\n")
}

// next waits for an invocation and hands it over.
func (s *Server) next(w http.ResponseWriter, r *http.Request) {
	if refused := s.begin(); refused != nil {
		refused.write(w)
		return
	}
	var inv *invocation
	select {
	case inv = <-s.waiting:
	case <-r.Context().Done():
	}
	s.mu.Lock()
	s.polling, s.current = false, inv
	s.mu.Unlock()
	if inv == nil {
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
	h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.deadline.UnixMilli(), 10))
	h.Set("Lambda-Runtime-Invoked-Function-Arn", FunctionARN)
	h.Set("Lambda-Runtime-Trace-Id", newTrace())
	w.Write(inv.payload)
}

// begin records that the process is ready for work.
func (s *Server) begin() *refusal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.initError != nil {
		return outOfOrder("the process reported that it could not start")
	}
	if s.current != nil {
		return outOfOrder("invocation %s has not been answered yet", s.current.id)
	}
	if s.polling {
		return outOfOrder("the process is already waiting for an invocation")
	}
	s.polling = true
	select {
	case <-s.ready:
	default:
		close(s.ready)
	}
	return nil
}

func (s *Server) response(w http.ResponseWriter, r *http.Request) {
	s.finish(w, r, func(body []byte) (invocationResult, *refusal) {
		return invocationResult{response: body}, nil
	})
}

func (s *Server) error(w http.ResponseWriter, r *http.Request) {
	s.finish(w, r, func(body []byte) (invocationResult, *refusal) {
		failure, refused := parseError(r, body)
		return invocationResult{err: failure}, refused
	})
}

// finish ends the current invocation with what parse returns for the body.
func (s *Server) finish(w http.ResponseWriter, r *http.Request, parse func([]byte) (invocationResult, *refusal)) {
	body, refused := readBody(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	id := r.PathValue("id")
	if s.current == nil || s.current.id != id {
		s.unexpected(id).write(w)
		return
	}
	var a invocationResult
	if refused == nil {
		a, refused = parse(body)
	}
	switch {
	case refused == nil:
		accept(w)
	case refused.status == http.StatusRequestEntityTooLarge:
		// Lambda reports this to the caller too, and counts the invocation as
		// answered.
		refused.write(w)
		a = invocationResult{err: &FunctionError{Type: "Function.ResponseSizeTooLarge", Message: refused.message}}
	default:
		refused.write(w)
		return
	}
	s.current.answer <- a
	s.current, s.last = nil, id
}

// unexpected returns the refusal of an answer to an invocation that is not the
// current one.
func (s *Server) unexpected(id string) *refusal {
	if id == s.last {
		return outOfOrder("invocation %s has already been answered", id)
	}
	return &refusal{http.StatusBadRequest, "InvalidRequestID", fmt.Sprintf("invocation %q is not running", id)}
}

func (s *Server) initFailure(w http.ResponseWriter, r *http.Request) {
	body, refused := readBody(r)
	var failure *FunctionError
	if refused == nil {
		failure, refused = parseError(r, body)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.ready:
		refused = outOfOrder("the process has started already")
	default:
	}
	if s.initError != nil {
		refused = outOfOrder("an init error has already been reported")
	}
	if refused != nil {
		refused.write(w)
		return
	}
	s.initError = failure
	close(s.failed)
	accept(w)
}

// readBody reads a payload to its end, even one that is too large, so that the
// process reads the refusal.
func readBody(r *http.Request) ([]byte, *refusal) {
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxPayload+1))
	if err == nil && len(body) > MaxPayload {
		if _, err = io.Copy(io.Discard, r.Body); err == nil {
			return nil, &refusal{http.StatusRequestEntityTooLarge, "RequestEntityTooLarge",
				fmt.Sprintf("the payload has more than %d bytes", MaxPayload)}
		}
	}
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, "InvalidPayload", err.Error()}
	}
	return body, nil
}

// parseError reads an error report. A header may also give its type; the body
// may then be empty.
func parseError(r *http.Request, body []byte) (*FunctionError, *refusal) {
	failure := &FunctionError{Type: r.Header.Get("Lambda-Runtime-Function-Error-Type")}
	var err error
	if len(body) > 0 {
		err = json.Unmarshal(body, failure)
	}
	if err == nil && failure.Type == "" {
		err = errors.New("no errorType")
	}
	if err != nil {
		return nil, &refusal{http.StatusBadRequest, "InvalidErrorShape", err.Error()}
	}
	return failure, nil
}
