package fakeaws

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// newEcho returns an AWS with one service, which answers a call with its body.
func newEcho(t *testing.T) (*Server, *httptest.Server) {
	t.Helper()
	s := New()
	service := s.Service("echo", func(w http.ResponseWriter, e *Error, id string) {
		http.Error(w, e.Code+" "+id, e.Status)
	})
	service.Handle("POST /echo/{name}", Operation{Name: "Echo", Writes: true, Do: func(r *Request) (*Response, error) {
		if r.PathValue("name") == "refuse" {
			return nil, &Error{http.StatusTeapot, "Teapot", "no"}
		}
		return &Response{Status: http.StatusCreated, Body: append([]byte(r.Region+" "+r.PathValue("name")+" "), r.Body...)}, nil
	}})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server
}

// send signs the body signed with key at a time, and sends the body sent in its place.
// It returns the response's status and body, or 0 and an error's text.
func send(ctx context.Context, t *testing.T, url string, key aws.Credentials, at time.Time, signed, sent string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(signed))
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256([]byte(signed))
	if err := v4.NewSigner().SignHTTP(ctx, key, r, hex.EncodeToString(sum[:]), "echo", "eu-west-1", at); err != nil {
		t.Fatal(err)
	}
	r.Body = io.NopCloser(strings.NewReader(sent))
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body)
}

// TestSignature checks that only a correct and recent signature by the right key
// passes.
func TestSignature(t *testing.T) {
	s, server := newEcho(t)
	wrongSecret, wrongKey := s.Credentials, s.Credentials
	wrongSecret.SecretAccessKey += "x"
	wrongKey.AccessKeyID += "X"
	now := time.Now()
	for _, tt := range []struct {
		name         string
		key          aws.Credentials
		at           time.Time
		signed, sent string
		status       int
		want         string
	}{
		{"right", s.Credentials, now, "body", "body", 201, "eu-west-1 a:b body"},
		{"a body that was changed", s.Credentials, now, "body", "bode", 403, "SignatureDoesNotMatch"},
		{"another secret", wrongSecret, now, "body", "body", 403, "SignatureDoesNotMatch"},
		{"another key", wrongKey, now, "body", "body", 403, "InvalidClientTokenId"},
		{"a clock that is slow", s.Credentials, now.Add(-time.Hour), "body", "body", 403, "SignatureDoesNotMatch"},
	} {
		status, body := send(t.Context(), t, server.URL+"/echo/a%3Ab", tt.key, tt.at, tt.signed, tt.sent)
		if status != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s: got %d %q", tt.name, status, body)
		}
	}
	if calls := s.Calls(); len(calls) != 1 {
		t.Errorf("got %v", calls)
	}
	response, err := http.Post(server.URL+"/echo/a", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusForbidden {
		t.Errorf("not signed: got %d", response.StatusCode)
	}
}

// TestFaults checks each kind of fault and what the calls record of it.
func TestFaults(t *testing.T) {
	s, server := newEcho(t)
	faults := []Fault{
		{}, {Error: &Error{http.StatusTooManyRequests, "Slow", "down"}}, {Lost: BeforeEffect}, {Lost: AfterEffect}, {},
	}
	s.Fault = func(c Call) Fault { return faults[c.N] }
	for n, want := range []string{"201", "429 Slow", "0 ", "0 ", "418 Teapot"} {
		path := "/echo/a"
		if n == 4 {
			path = "/echo/refuse"
		}
		status, body := send(t.Context(), t, server.URL+path, s.Credentials, time.Now(), "", "")
		if got := fmt.Sprint(status, " ", body); !strings.HasPrefix(got, want) {
			t.Errorf("call %d: got %q, want %q", n, got, want)
		}
	}
	var codes []string
	for _, c := range s.Calls() {
		codes = append(codes, c.Code)
	}
	if got := strings.Join(codes, ","); got != ",Slow,,,Teapot" {
		t.Errorf("got %q", got)
	}
	if got := len(s.Writes()); got != 3 {
		t.Errorf("%d writes", got)
	}
}

// TestVerbatim checks that a key of S3 reaches the service as it was sent.
func TestVerbatim(t *testing.T) {
	mux, got := http.NewServeMux(), ""
	mux.HandleFunc("/{bucket}/{key...}", func(_ http.ResponseWriter, r *http.Request) { got = r.PathValue("key") })
	for path, want := range map[string]string{
		"a": "a", "a%2Fb": "a/b", "/a": "/a", "a//b": "a//b", "a///b": "a///b", "a////": "a////", "a//./b": "a//./b",
		"a/./b": "a/./b", "a/././b": "a/././b", "a/../b": "a/../b", "../a": "../a", "a/.": "a/.", "a/..": "a/..", "a/.b/c.": "a/.b/c.",
	} {
		got = ""
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, verbatim(httptest.NewRequest(http.MethodGet, "/bucket/"+path, nil)))
		if w.Code != http.StatusOK || got != want {
			t.Errorf("%s: got %d, %q, want %q", path, w.Code, got, want)
		}
	}
}
