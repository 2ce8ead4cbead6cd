package awsapi

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// doFunc is a client that answers by a function.
type doFunc func(*http.Request) (*http.Response, error)

// Do implements [aws.HTTPClient].
func (f doFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

// body is a response's body that breaks once the request's body is closed.
type body struct {
	io.Reader
	lost   *bool
	closed bool
}

// Read reads, unless the connection is lost.
func (b *body) Read(p []byte) (int, error) {
	if *b.lost {
		return 0, errors.New("use of closed network connection")
	}
	return b.Reader.Read(p)
}

// Close implements [io.Closer].
func (b *body) Close() error {
	b.closed = true
	return nil
}

// TestWholeAnswers checks that a response is there although the connection is lost after
// its header, and that the connection is returned.
func TestWholeAnswers(t *testing.T) {
	lost := false
	sent := &body{Reader: iotest.OneByteReader(strings.NewReader("the answer")), lost: &lost}
	client := WholeAnswers(doFunc(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: sent}, nil
	}))
	response, err := client.Do(nil)
	if err != nil {
		t.Fatal(err)
	}
	lost = true
	if text, err := io.ReadAll(response.Body); err != nil || string(text) != "the answer" || response.StatusCode != http.StatusOK || !sent.closed {
		t.Errorf("got %q, %v, status %d, closed %v", text, err, response.StatusCode, sent.closed)
	}
}

// TestCutAnswer checks that an answer that ends early is an error, which the SDK tries again.
func TestCutAnswer(t *testing.T) {
	want := errors.New("reset")
	for name, do := range map[string]doFunc{
		"no answer": func(*http.Request) (*http.Response, error) { return nil, want },
		"cut": func(*http.Request) (*http.Response, error) {
			return &http.Response{Body: io.NopCloser(io.MultiReader(strings.NewReader("the"), iotest.ErrReader(want)))}, nil
		},
	} {
		if response, err := WholeAnswers(do).Do(nil); response != nil || !errors.Is(err, want) {
			t.Errorf("%s: got %v, %v", name, response, err)
		}
	}
}
