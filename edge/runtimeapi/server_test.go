package runtimeapi

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"
)

const api = "/2018-06-01/runtime/"

// call makes one call and returns the response and its body.
func call(t *testing.T, method, url string, body io.Reader) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(text)
}

func start(t *testing.T) (*Server, string) {
	s := New()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL + api
}

type result struct {
	response []byte
	err      error
}

func invoke(ctx context.Context, s *Server, payload string) <-chan result {
	done := make(chan result, 1)
	go func() {
		response, err := s.Invoke(ctx, []byte(payload))
		done <- result{response, err}
	}()
	return done
}

func TestInvocation(t *testing.T) {
	s, url := start(t)
	deadline := time.Now().Add(time.Minute).Truncate(time.Millisecond)
	ctx, cancel := context.WithDeadline(t.Context(), deadline)
	defer cancel()
	done := invoke(ctx, s, `{"n":1}`)
	resp, body := call(t, "GET", url+"invocation/next", nil)
	if resp.StatusCode != 200 || body != `{"n":1}` {
		t.Fatalf("next: %d %q", resp.StatusCode, body)
	}
	if err := s.Ready(ctx); err != nil {
		t.Errorf("Ready: %v", err)
	}
	if got := resp.Header.Get("Lambda-Runtime-Deadline-Ms"); got != strconv.FormatInt(deadline.UnixMilli(), 10) {
		t.Errorf("deadline %s, want %d", got, deadline.UnixMilli())
	}
	if got := resp.Header.Get("Lambda-Runtime-Invoked-Function-Arn"); got != FunctionARN {
		t.Errorf("function ARN %q", got)
	}
	if got := resp.Header.Get("Lambda-Runtime-Trace-Id"); !strings.HasPrefix(got, "Root=1-") {
		t.Errorf("trace id %q", got)
	}
	id := resp.Header.Get("Lambda-Runtime-Aws-Request-Id")
	resp, body = call(t, "POST", url+"invocation/"+id+"/response", strings.NewReader(`{"ok":true}`))
	if resp.StatusCode != 202 {
		t.Errorf("response: %d %s", resp.StatusCode, body)
	}
	if r := <-done; r.err != nil || string(r.response) != `{"ok":true}` {
		t.Errorf("Invoke: %q, %v", r.response, r.err)
	}
}

// IDs differ, and each call out of order gets Lambda's error.
func TestRefusals(t *testing.T) {
	s, url := start(t)
	refused := func(method, path, body string, status int, kind string) {
		t.Helper()
		resp, text := call(t, method, url+path, strings.NewReader(body))
		if resp.StatusCode != status || !strings.Contains(text, kind) {
			t.Errorf("%s %s: %d %s, want %d %s", method, path, resp.StatusCode, text, status, kind)
		}
	}
	next := func(payload string) (string, <-chan result) {
		t.Helper()
		done := invoke(t.Context(), s, payload)
		resp, body := call(t, "GET", url+"invocation/next", nil)
		if resp.StatusCode != 200 || body != payload {
			t.Fatalf("next: %d %q, want %q", resp.StatusCode, body, payload)
		}
		return resp.Header.Get("Lambda-Runtime-Aws-Request-Id"), done
	}
	refused("POST", "invocation/unknown/response", "1", 400, "InvalidRequestID")
	refused("POST", "invocation/unknown/error", `{"errorType":"T"}`, 400, "InvalidRequestID")

	first, done := next("1")
	refused("GET", "invocation/next", "", 403, "InvalidStateTransition")
	refused("POST", "invocation/unknown/response", "1", 400, "InvalidRequestID")
	refused("POST", "invocation/"+first+"/error", "{", 400, "InvalidErrorShape")
	refused("POST", "invocation/"+first+"/error", "{}", 400, "InvalidErrorShape")
	refused("POST", "init/error", `{"errorType":"T"}`, 403, "InvalidStateTransition")
	call(t, "POST", url+"invocation/"+first+"/response", strings.NewReader("one"))
	if r := <-done; string(r.response) != "one" {
		t.Errorf("first: %q, %v", r.response, r.err)
	}
	refused("POST", "invocation/"+first+"/response", "again", 403, "InvalidStateTransition")
	refused("POST", "invocation/"+first+"/error", `{"errorType":"T"}`, 403, "InvalidStateTransition")

	second, done := next("2")
	if second == first {
		t.Errorf("two invocations have the id %s", first)
	}
	refused("POST", "invocation/"+first+"/response", "late", 403, "InvalidStateTransition")
	call(t, "POST", url+"invocation/"+second+"/error", strings.NewReader(`{"errorType":"T","errorMessage":"m","stackTrace":["s"]}`))
	var failure *FunctionError
	if r := <-done; !errors.As(r.err, &failure) || failure.Type != "T" || failure.Message != "m" || string(failure.Stack) != `["s"]` {
		t.Errorf("second: %q, %v", r.response, r.err)
	}
	refused("GET", "invocation/other", "", 404, "")
	refused("DELETE", "invocation/next", "", 405, "")
}

func TestPayloadLimit(t *testing.T) {
	for size, status := range map[int]int{MaxPayload: 202, MaxPayload + 1: 413} {
		s, url := start(t)
		done := invoke(t.Context(), s, "{}")
		resp, _ := call(t, "GET", url+"invocation/next", nil)
		id := resp.Header.Get("Lambda-Runtime-Aws-Request-Id")
		resp, body := call(t, "POST", url+"invocation/"+id+"/response", bytes.NewReader(make([]byte, size)))
		if resp.StatusCode != status {
			t.Errorf("%d bytes: %d %s, want %d", size, resp.StatusCode, body, status)
		}
		r := <-done
		var failure *FunctionError
		tooLarge := errors.As(r.err, &failure) && failure.Type == "Function.ResponseSizeTooLarge"
		if tooLarge != (status == 413) || !tooLarge && len(r.response) != size {
			t.Errorf("%d bytes: Invoke: %d bytes, %v", size, len(r.response), r.err)
		}
	}
}

func TestInitError(t *testing.T) {
	for name, report := range map[string]string{
		"in the body":   `{"errorType":"Runtime.ImportModuleError","errorMessage":"no bootstrap"}`,
		"in the header": "",
	} {
		s, url := start(t)
		done := invoke(t.Context(), s, "{}")
		req, err := http.NewRequest("POST", url+"init/error", strings.NewReader(report))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Lambda-Runtime-Function-Error-Type", "Runtime.ImportModuleError")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 202 {
			t.Errorf("%s: status %d", name, resp.StatusCode)
		}
		var failure *FunctionError
		if err := s.Ready(t.Context()); !errors.As(err, &failure) || failure.Type != "Runtime.ImportModuleError" {
			t.Errorf("%s: Ready: %v", name, err)
		}
		if r := <-done; !errors.As(r.err, &failure) || failure.Type != "Runtime.ImportModuleError" {
			t.Errorf("%s: Invoke: %v", name, r.err)
		}
		if resp, body := call(t, "POST", url+"init/error", strings.NewReader(`{"errorType":"T"}`)); resp.StatusCode != 403 {
			t.Errorf("%s: a second report: %d %s", name, resp.StatusCode, body)
		}
		if resp, body := call(t, "GET", url+"invocation/next", nil); resp.StatusCode != 403 {
			t.Errorf("%s: next afterwards: %d %s", name, resp.StatusCode, body)
		}
	}
}

// Invoke returns when ctx ends, even if the process has died.
func TestContextEnds(t *testing.T) {
	s, url := start(t)
	died := errors.New("the process died")
	ctx, cancel := context.WithCancelCause(t.Context())
	done := invoke(ctx, s, "{}")
	call(t, "GET", url+"invocation/next", nil)
	cancel(died)
	if r := <-done; r.err != died {
		t.Errorf("Invoke at work: %v", r.err)
	}
	if _, err := s.Invoke(ctx, nil); err != died {
		t.Errorf("Invoke: %v", err)
	}
	if err := New().Ready(ctx); err != died {
		t.Errorf("Ready: %v", err)
	}
}
