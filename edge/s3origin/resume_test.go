package s3origin

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/edgeresize/edgeresize/edge"
)

// with replies as r does, with other headers.
func with(r reply, header http.Header) reply {
	return func(request *http.Request) (*http.Response, error) {
		response, err := r(request)
		for name, values := range header {
			response.Header[name] = values
		}
		return response, err
	}
}

// A body that breaks off continues with exactly the missing bytes of the same
// object, or not at all.
func TestResume(t *testing.T) {
	const last = 14 // last byte of the picture; cutOff sends 5 bytes
	rest := bytes.NewReader(picture[5:])
	weak, none := http.Header{"Etag": {`W/"e1"`}}, http.Header{"Etag": nil}
	for _, tt := range []struct {
		name   string
		etag   string // in the event
		first  reply
		second reply
		ranged string // by the second request
		reason edge.Reason
	}{
		{"the rest", `"e1"`, cutOff, ok(picture), "bytes=5-14", ""},
		{"the rest, no ETag in the event", "", cutOff, ok(picture), "bytes=5-14", ""},
		{"the rest, no ETag in the answer", `"e1"`, with(cutOff, none), ok(picture), "bytes=5-14", ""},
		{"the rest, no ETag in the second answer", `"e1"`, cutOff, with(ok(picture), none), "bytes=5-14", ""},
		{"all again, no ETag", "", with(cutOff, none), ok(picture), "bytes=0-14", ""},
		{"all again, weak ETag", "", with(cutOff, weak), ok(picture), "bytes=0-14", ""},
		{"all again, as a whole", "", with(cutOff, none), respond(200, last+1, bytes.NewReader(picture), nil), "bytes=0-14", ""},
		{"all again, of another length", "", with(cutOff, none), ok(picture[1:]), "bytes=0-14", edge.S3Changed},

		{"replaced", "", cutOff, refuse(412, "PreconditionFailed"), "bytes=5-14", edge.S3Changed},
		{"deleted", "", cutOff, refuse(404, "NoSuchKey"), "bytes=5-14", edge.S3NotFound},
		{"denied", "", cutOff, refuse(403, "AccessDenied"), "bytes=5-14", edge.S3Denied},
		{"cut short", "", cutOff, ok(picture[:5]), "bytes=5-14", edge.S3Failed},
		{"another length", "", cutOff, ok(append(bytes.Clone(picture), '!')), "bytes=5-14", edge.S3Changed},
		{"another ETag", "", cutOff, with(ok(picture), http.Header{"Etag": {`"e2"`}}), "bytes=5-14", edge.S3Changed},

		{"other bytes", "", cutOff, partial(4, last, last+1, rest), "bytes=5-14", edge.S3Failed},
		{"fewer bytes", "", cutOff, partial(5, last-1, last+1, rest), "bytes=5-14", edge.S3Failed},
		{"all bytes", "", cutOff, respond(200, last+1, rest, nil), "bytes=5-14", edge.S3Failed},
		{"no bytes", "", cutOff, respond(204, 0, http.NoBody, nil), "bytes=5-14", edge.S3Failed},
		{"no Content-Range", "", cutOff, respond(206, 10, rest, nil), "bytes=5-14", edge.S3Failed},
		{"odd Content-Range", "", cutOff, respond(206, 10, rest, http.Header{"Content-Range": {"bytes 5-14/*"}}), "bytes=5-14", edge.S3Failed},
		{"impossible Content-Range", "", cutOff, respond(206, 10, rest, http.Header{"Content-Range": {"bytes 5-14/14"}}), "bytes=5-14", edge.S3Failed},
		{"Content-Length of more", "", cutOff, with(partial(5, last, last+1, rest), http.Header{"Content-Length": {"11"}}), "bytes=5-14", edge.S3Failed},
		{"breaks off too", "", cutOff, partial(5, last, last+1, bytes.NewReader(picture[5:9])), "bytes=5-14", edge.S3Failed},
		{"panics", "", cutOff, func(*http.Request) (*http.Response, error) { panic("odd") }, "bytes=5-14", edge.Panicked},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rest.Seek(0, io.SeekStart)
			s := &script{t: t, replies: []reply{tt.first, tt.second}}
			l := photo
			l.ETag = tt.etag
			data, err := fetch(t.Context(), newOrigin(Options{Credentials: testCredentials}, s), l, 1000)
			checkOutcome(t, data, err, tt.reason)
			if got := s.seen[1].Header.Get("Range"); got != tt.ranged {
				t.Errorf("the second request is for %q, want %q", got, tt.ranged)
			}
			if got := s.seen[1].Header.Get("If-Match"); (got == `"e1"`) == (tt.ranged == "bytes=0-14") {
				t.Errorf("the second request has If-Match %q", got)
			}
		})
	}
}

// open opens the picture, whose bytes come as replies say.
func open(ctx context.Context, t *testing.T, replies ...reply) edge.Body {
	t.Helper()
	s := &script{t: t, replies: replies}
	body, err := newOrigin(Options{Credentials: testCredentials}, s).Open(ctx, edge.Location{Bucket: "pics", Region: "eu-west-1", Key: "a.jpg"}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// Bytes that were handed out stay, so bytes of another version are never joined
// to them.
func TestResumeAfterBytesWereHandedOut(t *testing.T) {
	for name, tt := range map[string]struct {
		header http.Header
		second []reply
		reason edge.Reason
	}{
		"strong ETag": {nil, []reply{ok(picture)}, ""},
		"weak ETag":   {http.Header{"Etag": {`W/"e1"`}}, nil, edge.S3Failed},
		"no ETag":     {http.Header{"Etag": nil}, nil, edge.S3Failed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				body := open(ctx, t, append([]reply{with(hangInBody, tt.header)}, tt.second...)...)
				defer body.Close()
				first, err := body.First(ctx, 4)
				if err != nil || !bytes.Equal(first, picture[:5]) {
					t.Fatalf("got %q, %v; want the 5 bytes that arrived", first, err)
				}
				data, err := body.First(ctx, body.Len())
				checkOutcome(t, data, err, tt.reason)
				if data != nil && &data[0] != &first[0] {
					t.Error("the bytes moved")
				}
				again, err := body.First(ctx, 5)
				if err != nil || !bytes.HasPrefix(again, first) {
					t.Errorf("what had arrived is %q, %v; want it to stay", again, err)
				}
			})
		})
	}
}

// Close ends a fetch at once in any state, and leaves no goroutine: the bubble
// checks that.
func TestCloseEndsTheFetch(t *testing.T) {
	for name, replies := range map[string][]reply{
		"arrived":                {ok(picture)},
		"in the body":            {hangInBody},
		"in the second attempt":  {cutOff, hang},
		"in the second body":     {cutOff, hangInBody},
		"while it pauses":        {cutOff, slowDown},
		"after it failed":        {cutOff, refuse(404, "NoSuchKey")},
		"in a body that is slow": {slowBody},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				body := open(t.Context(), t, replies...)
				synctest.Wait()
				start := time.Now()
				body.Close()
				if took := time.Since(start); took != 0 {
					t.Errorf("took %v", took)
				}
				body.Close() // twice is harmless
			})
		})
	}
}

// slowBody replies with a body that delivers one byte per second.
func slowBody(r *http.Request) (*http.Response, error) {
	response, err := ok(picture)(r)
	if err != nil {
		return nil, err
	}
	all := response.Body
	response.Body = io.NopCloser(readerFunc(func(p []byte) (int, error) {
		select {
		case <-time.After(time.Second):
			return all.Read(p[:1])
		case <-r.Context().Done():
			return 0, r.Context().Err()
		}
	}))
	return response, err
}

// Bytes are handed out as soon as they have arrived, and not before.
func TestFirstWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := open(t.Context(), t, slowBody)
		defer body.Close()
		start := time.Now()
		for n := range len(picture) + 5 {
			data, err := body.First(t.Context(), n)
			want := min(n, len(picture))
			if took := time.Since(start); err != nil || !bytes.Equal(data, picture[:want]) || took != time.Duration(want)*time.Second {
				t.Errorf("got %q, %v after %v; want %d bytes after as many seconds", data, err, took, want)
			}
		}
	})
}

// A reader gives up when its own context ends; the bytes continue to arrive.
func TestFirstGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		body := open(t.Context(), t, slowBody)
		defer body.Close()
		impatient, cancel := context.WithTimeout(t.Context(), 3*time.Second+1)
		defer cancel()
		if data, err := body.First(impatient, 5); data != nil || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %q, %v; want %v", data, err, context.DeadlineExceeded)
		}
		if data, err := body.First(impatient, 3); err != nil || len(data) != 3 {
			t.Errorf("got %q, %v; want what has arrived", data, err)
		}
		data, err := body.First(t.Context(), body.Len())
		checkOutcome(t, data, err, "")
	})
}
