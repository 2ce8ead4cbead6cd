package s3fault

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
)

const object = "0123456789"

var whole = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, object) })

// meet sends a request that meets f. It reads at most until bytes of the body, and returns
// the status, the bytes, or the code of S3's error, and "broken" after a read error.
func meet(t *testing.T, f Fault, method string, until int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { f.Serve(whole, w, r) }))
	defer server.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.Do(r)
	if err != nil {
		return "no answer"
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, int64(until)))
	if code, rest, ok := strings.Cut(string(body), "<Code>"); ok && strings.HasPrefix(code, "<?xml") {
		name, _, _ := strings.Cut(rest, "<")
		body = []byte(name)
	}
	if err != nil {
		return fmt.Sprintf("%d %s broken", response.StatusCode, body)
	}
	return fmt.Sprintf("%d %s", response.StatusCode, body)
}

func TestFaults(t *testing.T) {
	wants := map[string]string{
		"reset": "no answer", "closed": "no answer", "short body": "200 01234 broken", "halved": "200 01234",
		"wrong length": "200 few bytes broken", "403": "403 AccessDenied", "404": "404 NoSuchKey", "412": "412 PreconditionFailed",
		"416": "416 InvalidRange", "500": "500 InternalError", "503": "503 SlowDown", "expired token": "400 ExpiredToken",
		"another region": "301 PermanentRedirect", "no XML": "502 <Error><Code>\x00\xff</Codd>",
		"hang within the body": "200 01234", "trickle": "200 01",
	}
	until := map[string]int{"hang within the body": 5, "trickle": 2}
	names := map[string]bool{}
	for _, f := range All {
		if names[f.Name] {
			t.Errorf("two faults are called %s", f.Name)
		}
		names[f.Name] = true
		want, ok := wants[f.Name]
		if f.Name == "hang" {
			continue // see TestHang
		}
		most := 1000
		if n := until[f.Name]; n > 0 {
			most = n
		}
		if got := meet(t, f, http.MethodGet, most); !ok || got != want {
			t.Errorf("%s: got %q, want %q", f.Name, got, want)
		}
	}
	if got := meet(t, Denied, http.MethodHead, 1000); got != "403 " {
		t.Errorf("HEAD: got %q", got)
	}
	if got := meet(t, Length("many"), http.MethodGet, 1000); got != "no answer" {
		t.Errorf("no number as length: got %q", got)
	}
}

// Hang sends nothing, and ends no sooner than the client.
func TestHang(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		w, ended := httptest.NewRecorder(), make(chan any, 1)
		go func() {
			defer func() { ended <- recover() }()
			Hang.Serve(whole, w, httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil))
		}()
		synctest.Wait()
		select {
		case <-ended:
			t.Error("it ended before the client")
		default:
		}
		cancel()
		if got := <-ended; got != http.ErrAbortHandler || w.Body.Len() > 0 {
			t.Errorf("got %v, %q", got, w.Body)
		}
	})
}
