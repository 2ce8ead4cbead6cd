package fakeaws

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
)

// Error is a refusal by AWS.
type Error struct {
	Status        int
	Code, Message string
}

func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Call is a call that was made.
type Call struct {
	N                  int // counts from 0
	Service, Operation string
	ARN                string // of what the call is about
	Writes             bool
	Code               string // of the error that was answered; "" for none
}

// Fault says what goes wrong with a call. The zero Fault lets it pass.
type Fault struct {
	// Error, where set, is answered instead of carrying the call out.
	Error *Error
	// Lost breaks the connection, either before the call is carried out or after that,
	// before the answer.
	Lost Lost
}

// Lost says when a connection breaks.
type Lost int

// The values of Lost.
const (
	Never Lost = iota
	BeforeEffect
	AfterEffect
)

// call records a call and carries it out by do, with the fault that s.Fault chooses.
func (s *Server) call(c Call, do func() (*Response, error)) (*Response, *Error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.N = len(s.calls)
	s.calls = append(s.calls, c)
	var fault Fault
	if s.Fault != nil {
		fault = s.Fault(c)
	}
	if fault.Lost == BeforeEffect {
		panic(http.ErrAbortHandler)
	}
	if fault.Error != nil {
		s.calls[c.N].Code = fault.Error.Code
		return nil, fault.Error
	}
	response, err := do()
	if fault.Lost == AfterEffect {
		panic(http.ErrAbortHandler)
	}
	if err == nil {
		return response, nil
	}
	refusal := (*Error)(nil)
	if !errors.As(err, &refusal) {
		refusal = &Error{http.StatusInternalServerError, "InternalFailure", fmt.Sprint("fakeaws: ", err)}
	}
	s.calls[c.N].Code = refusal.Code
	return nil, refusal
}

// Calls returns the calls made so far.
func (s *Server) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Writes returns the calls made so far that may have changed something.
func (s *Server) Writes() []Call {
	return slices.DeleteFunc(s.Calls(), func(c Call) bool { return !c.Writes || c.Code != "" })
}
