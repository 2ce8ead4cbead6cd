package cloudfront

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

type ctx = context.Context

func contextOf(r *http.Request) (*http.Request, context.CancelFunc) {
	leaving, leave := context.WithCancel(r.Context())
	return r.WithContext(leaving), leave
}

// If a function fails, the viewer gets an error of CloudFront's, in words, and
// it is not cached.
func TestFunctionFails(t *testing.T) {
	for name, tt := range map[string]struct {
		function Function
		status   int
		words    string
	}{
		"error": {func(ctx, []byte) ([]byte, string, error) { return nil, "why", errors.New("it broke") },
			503, "The Lambda function associated with the CloudFront distribution failed: it broke"},
		"panic": {func(ctx, []byte) ([]byte, string, error) { panic("at the disco") }, 503, "at the disco"},
		"no JSON": {func(ctx, []byte) ([]byte, string, error) { return []byte("hello"), "why", nil },
			502, "The JSON output is not parsable."},
		"forbidden header": {func(ctx, []byte) ([]byte, string, error) {
			return []byte(`{"status":"200","headers":{"x-edge-a":[{"value":"1"}]}}`), "why", nil
		}, 502, "The function tried to add a blacklisted header."},
		"too large": {func(ctx, []byte) ([]byte, string, error) {
			return []byte(`{"status":"200","body":"` + strings.Repeat("a", MaxResponseBytes+1) + `"}`), "why", nil
		}, 502, "1048577 bytes which exceeded the CloudFront limit of 1048576 bytes"},
	} {
		t.Run(name, func(t *testing.T) {
			b := &bucket{body: "photo"}
			d := newDistribution(b, tt.function)
			for range 2 {
				got := ask(d, "GET", "/a.jpg")
				body, err := io.ReadAll(got.Body)
				if err != nil {
					t.Fatal(err)
				}
				if got.StatusCode != tt.status || got.Header.Get("X-Cache") != failed || !strings.Contains(string(body), tt.words) {
					t.Errorf("got %d, %s, %q", got.StatusCode, got.Header.Get("X-Cache"), body)
				}
			}
			wantRequests(t, b, 2)
			d.Function = handsBack
			want(t, ask(d, "GET", "/a.jpg"), 200, miss, "photo")
		})
	}
}

// All who wait for a function share its failure, which has no age.
func TestFunctionFailsForAll(t *testing.T) {
	timed(t, func(t *testing.T) {
		b := &bucket{body: "photo"}
		d := newDistribution(b, func(ctx, []byte) ([]byte, string, error) {
			time.Sleep(time.Second)
			return nil, "", errors.New("it broke")
		})
		var group sync.WaitGroup
		for range 3 {
			group.Go(func() {
				got := ask(d, "GET", "/a.jpg")
				if got.StatusCode != 503 || got.Header.Get("X-Cache") != failed || got.Header.Get("Age") != "" {
					t.Errorf("got %d, %v", got.StatusCode, got.Header)
				}
			})
		}
		group.Wait()
		wantRequests(t, b, 1)
	})
}

// A function gets Lambda's time limit, and is cut off even if it ignores that.
func TestFunctionTimesOut(t *testing.T) {
	timed(t, func(t *testing.T) {
		start := time.Now()
		d := newDistribution(&bucket{body: "photo"}, func(ctx ctx, _ []byte) ([]byte, string, error) {
			if deadline, ok := ctx.Deadline(); !ok || deadline != start.Add(FunctionTimeout) {
				t.Errorf("its deadline is %v", deadline)
			}
			time.Sleep(time.Hour)
			return nil, "", nil
		})
		got := ask(d, "GET", "/a.jpg")
		if got.StatusCode != 503 || time.Since(start) != FunctionTimeout {
			t.Errorf("got %d after %v", got.StatusCode, time.Since(start))
		}
		time.Sleep(time.Hour) // so that the function's goroutine ends in the test
	})
}

// A response without a body keeps the origin's; one with an empty body does
// not.
func TestBodies(t *testing.T) {
	for response, body := range map[string]string{
		`{"status":"200"}`:                                         "photo",
		`{"status":"200","bodyEncoding":"base64"}`:                 "photo",
		`{"status":"200","body":""}`:                               "",
		`{"status":"200","body":"text"}`:                           "text",
		`{"status":"200","body":"AAH/","bodyEncoding":"base64"}`:   "\x00\x01\xff",
		`{"status":"200","body":"","bodyEncoding":"base64"}`:       "",
		`{"status":"200","body":"photo2","bodyEncoding":"text"}`:   "photo2",
		`{"status":"200","statusDescription":"Fine","headers":{}}`: "photo",
	} {
		d := newDistribution(&bucket{body: "photo"}, func(ctx, []byte) ([]byte, string, error) { return []byte(response), "", nil })
		got := want(t, ask(d, "GET", "/a.jpg"), 200, miss, body)
		if guessed := got.Header.Get("Content-Type"); guessed != "" {
			t.Errorf("%s: guessed %s", response, guessed)
		}
	}
}

// A function may change the status, also that of an error.
func TestStatusOfFunction(t *testing.T) {
	b := &bucket{status: 404}
	d := newDistribution(b, func(ctx, []byte) ([]byte, string, error) {
		return []byte(`{"status":"302","headers":{"location":[{"key":"Location","value":"/b.jpg"}]},"body":""}`), "", nil
	})
	for _, xCache := range []string{miss, hit} {
		if got := want(t, ask(d, "GET", "/a.jpg"), 302, xCache, ""); got.Header.Get("Location") != "/b.jpg" {
			t.Errorf("got %v", got.Header)
		}
	}
	wantRequests(t, b, 1)
}
