package edge

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"
)

// fakeBody is an original that takes one second to open and one to arrive.
// Unless broken is 0, only its first broken bytes arrive.
type fakeBody struct {
	data    []byte
	broken  int // 0: all bytes arrive
	arrived bool
	closed  bool
}

func (b *fakeBody) Open(context.Context, Location, int64) (Body, error) {
	time.Sleep(time.Second)
	return b, nil
}

func (b *fakeBody) Len() int { return len(b.data) }

func (b *fakeBody) Expect(int) {}

func (b *fakeBody) First(_ context.Context, n int) ([]byte, error) {
	if !b.arrived {
		time.Sleep(time.Second)
		b.arrived = true
	}
	switch {
	case b.closed:
		return nil, errors.New("read after it was closed")
	case b.data == nil:
		panic("odd")
	case b.broken > 0 && n > b.broken:
		return nil, Because(S3Changed, nil)
	case b.broken > 0:
		return b.data[:b.broken:b.broken], nil
	}
	return b.data, nil
}

func (b *fakeBody) ETag() string { return "" }

func (b *fakeBody) Focus() string { return "" }

func (b *fakeBody) Close() { b.closed = true }

// The fetch has ended when the answer goes out, however the resize ends, and
// the time spent waiting for S3 does not count as decoding.
func TestHandlerEndsTheFetch(t *testing.T) {
	whole := photo(t, 64, 48)
	progressive, err := os.ReadFile("../testdata/originals/jpeg-progressive-420.jpg")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		body   *fakeBody
		query  string
		reason Reason
	}{
		{"resized", &fakeBody{data: whole}, "width=20&height=10", ""},
		{"larger", &fakeBody{data: whole}, "width=65&height=48", LargerThan},
		{"no picture", &fakeBody{data: []byte("<html>")}, "width=20&height=10", Unsupported},
		{"breaks off in the header", &fakeBody{data: whole, broken: 30}, "width=20&height=10", S3Changed},
		{"breaks off in the pixels", &fakeBody{data: whole, broken: len(whole) - 200}, "width=20&height=10", S3Changed},
		{"breaks off behind what is needed", &fakeBody{data: progressive, broken: len(progressive) / 4}, "width=20&height=10", ""},
		{"panics", &fakeBody{}, "width=20&height=10", Panicked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, out, err := New(DefaultConfig(), tt.body, 0, quiet()).Handle(t.Context(), event(tt.query, "200"))
				if err != nil || out.Reason != tt.reason {
					t.Errorf("got %v: %v, %v; want %q", out, out.Err, err, tt.reason)
				}
				if !tt.body.closed {
					t.Error("the body is open")
				}
				// Only the source takes time in this bubble.
				if out.Stages.Fetch != 2*time.Second || out.Stages.Fetch != out.Stages.Total || out.Stages.Decode != 0 {
					t.Errorf("got %+v", out.Stages)
				}
			})
		})
	}
}

// hangingBody is an original whose bytes never arrive.
type hangingBody struct{ opened context.Context }

func (b *hangingBody) Open(ctx context.Context, _ Location, _ int64) (Body, error) {
	b.opened = ctx
	return b, nil
}

func (b *hangingBody) Len() int { return 1000 }

func (b *hangingBody) Expect(int) {}

func (b *hangingBody) First(ctx context.Context, _ int) ([]byte, error) {
	select {
	case <-b.opened.Done():
		return nil, Because(S3Timeout, b.opened.Err())
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (b *hangingBody) ETag() string { return "" }

func (b *hangingBody) Focus() string { return "" }

func (b *hangingBody) Close() {}

// Waiting for the body must leave time to answer, too.
func TestHandlerLeavesTimeBehindTheBody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		_, out, _ := New(DefaultConfig(), &hangingBody{}, 0, quiet()).Handle(t.Context(), event("width=5&height=5", "200"))
		if took := time.Since(start); out.Reason != S3Timeout || took > 7*time.Second {
			t.Errorf("got %v after %v", out, took)
		}
	})
}
