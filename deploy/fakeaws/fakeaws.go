// Package fakeaws stands in for AWS in tests and on a laptop. It is one HTTP server,
// which the SDK's clients and the aws command line reach through AWS_ENDPOINT_URL. It
// is strict: it checks signatures and refuses what AWS refuses.
//
// Each service is a package below this one, such as fakelambda. It gets a [Service]
// from [Server.Service] and adds its operations. Nothing in here waits: what takes time
// at AWS takes a number of calls.
package fakeaws

import (
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Account is the ID of the account that owns everything.
const Account = "123456789012"

// maxBody is the maximum size of a request's body, in bytes. Lambda takes a zip of 50
// MB, which base64 makes a third larger.
const maxBody = 80 << 20

// Server is a fake AWS. Its fields are set before the first request.
type Server struct {
	// Credentials must sign the requests.
	Credentials aws.Credentials
	// Fault, where set, is asked before each call what goes wrong with it.
	Fault func(Call) Fault

	mu       sync.Mutex // held while an operation is carried out
	services map[string]*Service
	calls    []Call
}

// New returns an AWS without services.
func New() *Server {
	return &Server{
		Credentials: aws.Credentials{AccessKeyID: "AKIAFAKEAWSFAKEAWS00", SecretAccessKey: "fake/aws/secret"},
		services:    map[string]*Service{},
	}
}

// Lock keeps operations from running until Unlock, so that the caller can read or
// change the state of services.
func (s *Server) Lock() { s.mu.Lock() }

// Unlock lets operations run again.
func (s *Server) Unlock() { s.mu.Unlock() }

// Service is a service of AWS.
type Service struct {
	// ARN returns the ARN that a request is about, as IAM's policies name it.
	ARN func(*Request) string

	server *Server
	name   string
	refuse Refuser
	mux    *http.ServeMux
	// global says that requests are signed for all regions at once.
	global bool
}

// Refuser writes an error in a service's protocol.
type Refuser func(w http.ResponseWriter, e *Error, requestID string)

// Service adds the service whose requests are signed for name. Its ARN returns "*"
// until it is set.
func (s *Server) Service(name string, refuse Refuser) *Service {
	service := &Service{ARN: func(*Request) string { return "*" }, server: s, name: name, refuse: refuse, mux: http.NewServeMux()}
	s.services[name] = service
	return service
}

// GlobalService adds a service whose requests are signed for all regions at once.
func (s *Server) GlobalService(name string, refuse Refuser) *Service {
	service := s.Service(name, refuse)
	service.global = true
	return service
}

// Request is a call as an operation sees it.
type Request struct {
	*http.Request
	Body   []byte
	Region string // the region that it was signed for
}

// Response is the response of an operation.
type Response struct {
	Status int // 0 stands for 200
	Header http.Header
	Body   []byte
}

// Operation is an operation of a service.
type Operation struct {
	Name   string
	Writes bool // whether it may change something
	// Do carries the operation out. Its error is an [*Error].
	Do func(*Request) (*Response, error)
}

// Handle adds an operation of a REST protocol at a pattern of [http.ServeMux].
func (s *Service) Handle(pattern string, op Operation) {
	s.handle(pattern, func(*http.Request, []byte) (Operation, *Error) { return op, nil })
}

// HandleSubresources adds operations at one pattern. A request means the operation
// whose name is a parameter of its query string, or the operation "" if it has no such
// parameter.
func (s *Service) HandleSubresources(pattern string, operations map[string]Operation) {
	s.handle(pattern, func(r *http.Request, _ []byte) (Operation, *Error) {
		for name := range r.URL.Query() {
			if op, ok := operations[name]; ok {
				return op, nil
			}
		}
		if op, ok := operations[""]; ok {
			return op, nil
		}
		return Operation{}, &Error{http.StatusNotImplemented, "NotImplemented",
			"A header you provided implies functionality that is not implemented."}
	})
}

// HandleValues adds operations at one pattern. A request means the operation named by a
// parameter of its query string.
func (s *Service) HandleValues(pattern, parameter string, operations map[string]Operation) {
	s.handle(pattern, func(r *http.Request, _ []byte) (Operation, *Error) {
		if op, ok := operations[r.URL.Query().Get(parameter)]; ok {
			return op, nil
		}
		return Operation{}, &Error{http.StatusBadRequest, "InvalidArgument", "The parameter " + parameter + " is not valid."}
	})
}

// HandleTargets adds the operations of a JSON protocol. A request means the operation
// that X-Amz-Target names after prefix.
func (s *Service) HandleTargets(prefix string, operations ...Operation) {
	s.handle("POST /{$}", func(r *http.Request, _ []byte) (Operation, *Error) {
		target := r.Header.Get("X-Amz-Target")
		for _, op := range operations {
			if target == prefix+op.Name {
				return op, nil
			}
		}
		return Operation{}, &Error{http.StatusBadRequest, "UnknownOperationException", target}
	})
}

// handle adds the operations that find returns for the requests of a pattern.
func (s *Service) handle(pattern string, find finder) {
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { s.carryOut(w, r, find) })
}

// finder returns the operation that a request means.
type finder func(r *http.Request, body []byte) (Operation, *Error)

// ServeHTTP answers a call to the service that its signature names.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	signed, ok := parseSignature(r.Header.Get("Authorization"))
	service := s.services[signed.Service]
	if !ok || service == nil || service.global != (signed.Region == allRegions) {
		http.Error(w, fmt.Sprintf("fakeaws: no service %q: is the request signed?", signed.Service), http.StatusForbidden)
		return
	}
	service.mux.ServeHTTP(w, verbatim(r))
}

// verbatim returns a request for which [http.ServeMux] does not redirect to a clean path:
// keys of S3 may have empty segments and those of dots.
func verbatim(r *http.Request) *http.Request {
	segments := strings.Split(r.URL.EscapedPath(), "/")
	for i, segment := range segments {
		if segment == "." || segment == ".." {
			segments[i] = strings.ReplaceAll(segment, ".", "%2E")
		}
	}
	escaped := strings.ReplaceAll(strings.Join(segments, "/"), "//", "/%2F")
	if escaped == r.URL.EscapedPath() {
		return r
	}
	clone := r.WithContext(r.Context())
	at := *r.URL
	at.RawPath, clone.URL = escaped, &at
	return clone
}

// asSent returns a request with the URL that was sent, which a signature covers.
func asSent(r *http.Request) *http.Request {
	at, err := url.ParseRequestURI(r.RequestURI)
	if err != nil {
		return r
	}
	clone := r.WithContext(r.Context())
	clone.URL = at
	return clone
}

// carryOut checks a request's signature and carries out the operation that find
// returns.
func (s *Service) carryOut(w http.ResponseWriter, r *http.Request, find finder) {
	id := requestID()
	w.Header().Set("X-Amzn-RequestId", id)
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		s.refuse(w, &Error{http.StatusRequestEntityTooLarge, "RequestEntityTooLargeException", err.Error()}, id)
		return
	}
	signed, _ := parseSignature(r.Header.Get("Authorization"))
	if err := s.server.verify(asSent(r), signed, body); err != nil {
		s.refuse(w, err, id)
		return
	}
	op, wrong := find(r, body)
	if wrong != nil {
		s.refuse(w, wrong, id)
		return
	}
	request := &Request{Request: r, Body: body, Region: signed.Region}
	c := Call{Service: s.name, Operation: op.Name, Writes: op.Writes, ARN: s.ARN(request)}
	response, refusal := s.server.call(c, func() (*Response, error) { return op.Do(request) })
	if refusal != nil {
		s.refuse(w, refusal, id)
		return
	}
	for name, values := range response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(max(response.Status, http.StatusOK))
	_, _ = w.Write(response.Body) // the client may be gone
}

func requestID() string { return UUID() }

// UUID returns a random UUID.
func UUID() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // crypto/rand never fails
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
