package s3origin

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// outcome says how a sending ends, and how long after it began.
type outcome struct {
	after  time.Duration
	status int // 0 if there is no answer
	panics bool
}

// sendings is a transport whose first request uses the connection that first
// describes, and the second one a new connection.
type sendings struct {
	outcomes []outcome
	first    httptrace.GotConnInfo

	mu      sync.Mutex
	begun   int
	unread  int // bodies that are not closed
	dropped int // how often idle connections were closed
}

func (s *sendings) CloseIdleConnections() { s.dropped++ }

func (s *sendings) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	i := s.begun
	s.begun++
	s.mu.Unlock()
	conn := s.first
	if i > 0 {
		conn = httptrace.GotConnInfo{}
	}
	httptrace.ContextClientTrace(r.Context()).GotConn(conn)
	o := s.outcomes[i]
	select {
	case <-time.After(o.after):
	case <-r.Context().Done():
		return nil, context.Cause(r.Context())
	}
	switch {
	case o.panics:
		panic("odd")
	case o.status == 0:
		return nil, fmt.Errorf("sending %d failed", i+1)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unread++
	body := &closer{strings.NewReader(fmt.Sprint("sending ", i+1)), sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.unread--
	})}
	return &http.Response{StatusCode: o.status, Body: body, Request: r}, nil
}

// The sending that is answered first wins, in every order, and nothing of the
// other one remains.
func TestHedge(t *testing.T) {
	const (
		left   = 8 * time.Second
		silent = left / 8 // until the second sending
		never  = time.Hour
	)
	reused, idle := httptrace.GotConnInfo{Reused: true, WasIdle: true}, httptrace.GotConnInfo{WasIdle: true}
	for _, tt := range []struct {
		name          string
		conn          httptrace.GotConnInfo
		first, second outcome
		sendings      int
		want          string // the body or the error
		took          time.Duration
	}{
		{"answered at once", reused, outcome{after: 0, status: 200}, outcome{}, 1, "sending 1", 0},
		{"answered soon", reused, outcome{after: silent - 1, status: 200}, outcome{}, 1, "sending 1", silent - 1},
		{"failed soon", reused, outcome{after: silent - 1}, outcome{}, 1, "sending 1 failed", silent - 1},
		{"panics", reused, outcome{after: 10, panics: true}, outcome{}, 1, "the code panicked: odd", 10},
		{"dead, then panics", reused, outcome{after: silent + 5, panics: true}, outcome{after: 10, status: 200}, 2, "sending 2", silent + 10},
		{"new and silent", httptrace.GotConnInfo{}, outcome{after: never}, outcome{}, 1, "context deadline exceeded", left},
		{"dead", reused, outcome{after: never}, outcome{after: 10, status: 200}, 2, "sending 2", silent + 10},
		{"dead, opened ahead", idle, outcome{after: never}, outcome{after: 10, status: 200}, 2, "sending 2", silent + 10},
		{"slow", reused, outcome{after: silent + 5, status: 200}, outcome{after: 10, status: 200}, 2, "sending 1", silent + 5},
		{"slow, and the second fails", reused, outcome{after: silent + 50, status: 200}, outcome{after: 10}, 2, "sending 1", silent + 50},
		{"slow, and the second panics", reused, outcome{after: silent + 50, status: 200}, outcome{after: 10, panics: true}, 2, "sending 1", silent + 50},
		{"slow, and the second hangs", reused, outcome{after: silent + 50, status: 200}, outcome{after: never}, 2, "sending 1", silent + 50},
		{"both at once", reused, outcome{after: silent + 10, status: 200}, outcome{after: 10, status: 200}, 2, "sending", silent + 10},
		{"refused by the first", reused, outcome{after: silent + 5, status: 503}, outcome{after: 10, status: 200}, 2, "sending 1", silent + 5},
		{"reset late", reused, outcome{after: silent + 5}, outcome{after: 10, status: 200}, 2, "sending 2", silent + 10},
		{"both fail", reused, outcome{after: silent + 5}, outcome{after: 10}, 2, "sending 2 failed", silent + 10},
		{"both fail, the second sooner", reused, outcome{after: silent + 50}, outcome{after: 10}, 2, "sending 2 failed", silent + 50},
		{"both hang", reused, outcome{after: never}, outcome{after: never}, 2, "context deadline exceeded", left},
		{"dead, and the second panics", reused, outcome{after: silent + 50}, outcome{after: 10, panics: true}, 2, "the code panicked: odd", silent + 50},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &sendings{outcomes: []outcome{tt.first, tt.second}, first: tt.conn}
				ctx, cancel := context.WithTimeout(t.Context(), left)
				defer cancel()
				r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://s3.test/a.jpg", nil)
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				response, err := (&hedge{base: s}).RoundTrip(r)
				if took := time.Since(start); took != tt.took {
					t.Errorf("took %v, want %v", took, tt.took)
				}
				got := fmt.Sprint(err)
				if err == nil {
					body, _ := io.ReadAll(response.Body)
					got = string(body)
					response.Body.Close()
				}
				if !strings.HasPrefix(got, tt.want) {
					t.Errorf("got %q, want %q", got, tt.want)
				}
				if s.begun != tt.sendings || s.dropped != tt.sendings-1 || s.unread != 0 {
					t.Errorf("%d sendings, want %d; idle connections closed %d times; %d bodies left", s.begun, tt.sendings, s.dropped, s.unread)
				}
			})
		})
	}
}

// Patience depends on S3's recent answers and on the time that is left.
func TestPatience(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		took []time.Duration
		left time.Duration
		want time.Duration
	}{
		{nil, 8000 * ms, 1000 * ms},
		{[]time.Duration{20 * ms}, 8000 * ms, 1000 * ms},
		{[]time.Duration{500 * ms}, 8000 * ms, 2000 * ms},
		{[]time.Duration{20 * ms, 500 * ms}, 8000 * ms, 2000 * ms},
		{[]time.Duration{500 * ms, 100 * ms}, 8000 * ms, 1800 * ms},
		{[]time.Duration{3000 * ms}, 8000 * ms, 4000 * ms},
		{[]time.Duration{100 * ms}, 400 * ms, 200 * ms},
		{[]time.Duration{20 * ms}, 400 * ms, 80 * ms},
	} {
		synctest.Test(t, func(t *testing.T) {
			var p patience
			for _, took := range tt.took {
				p.learn(took)
			}
			ctx, cancel := context.WithTimeout(t.Context(), tt.left)
			defer cancel()
			if got, ok := p.within(ctx); !ok || got != tt.want {
				t.Errorf("after answers in %v, %v left: %v, %v; want %v", tt.took, tt.left, got, ok, tt.want)
			}
		})
	}
	if got, ok := new(patience).within(t.Context()); ok {
		t.Errorf("without a deadline: %v", got)
	}
}

// The error of a body that fell silent is a timeout like others.
func TestSilenceIsATimeout(t *testing.T) {
	for err, want := range map[error]bool{
		errSilent: true, context.DeadlineExceeded: true, &bodyError{errSilent}: true,
		context.Canceled: false, io.ErrUnexpectedEOF: false, errors.Join(context.DeadlineExceeded, context.Canceled): false,
	} {
		if got := isSilence(err); got != want {
			t.Errorf("%v: %v, want %v", err, got, want)
		}
	}
}
