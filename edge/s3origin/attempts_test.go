package s3origin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
)

var testCredentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIDTEST", SecretAccessKey: "test-secret", SessionToken: "test-token"}, nil
})

var photo = edge.Location{Bucket: "pics", Region: "eu-west-1", Key: "a.jpg", ETag: `"e1"`}

// picture is the object in a healthy bucket.
var picture = []byte("\xff\xd8 a picture \xff\xd9")

// reply is S3's reaction to one request.
type reply func(*http.Request) (*http.Response, error)

// script is a transport that replies to each request in turn and fails the test
// at further ones.
type script struct {
	t       *testing.T
	replies []reply
	seen    []*http.Request
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(s.seen) >= len(s.replies) {
		s.t.Errorf("request %d was not expected: %s", len(s.seen)+1, r.URL)
		return nil, errors.New("unexpected request")
	}
	s.seen = append(s.seen, r)
	return s.replies[len(s.seen)-1](r)
}

func respond(status int, length int64, body io.Reader, header http.Header) reply {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"X-Amz-Request-Id": {"REQ1"}, "Etag": {`"e1"`}}
		for name, values := range header {
			h[name] = values
		}
		if length >= 0 {
			h.Set("Content-Length", fmt.Sprint(length))
		}
		return &http.Response{
			StatusCode: status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: h, ContentLength: length, Body: io.NopCloser(body), Request: r,
		}, nil
	}
}

// ok replies with the object as S3 does, ranges and conditions included. Amazon
// S3 API Reference, "GetObject".
func ok(object []byte) reply {
	return func(r *http.Request) (*http.Response, error) {
		if match := r.Header.Get("If-Match"); match != "" && match != `"e1"` {
			return refuse(412, "PreconditionFailed")(r)
		}
		asked := r.Header.Get("Range")
		if asked == "" {
			return respond(200, int64(len(object)), bytes.NewReader(object), nil)(r)
		}
		var first, last int
		if _, err := fmt.Sscanf(asked, "bytes=%d-%d", &first, &last); err != nil || last < first {
			return nil, fmt.Errorf("asked for %q", asked)
		}
		if first >= len(object) {
			return refuse(416, "InvalidRange")(r)
		}
		last = min(last, len(object)-1)
		return partial(first, last, len(object), bytes.NewReader(object[first:last+1]))(r)
	}
}

// partial replies with a partial answer: the bytes from first to last.
func partial(first, last, total int, body io.Reader) reply {
	header := http.Header{"Content-Range": {fmt.Sprintf("bytes %d-%d/%d", first, last, total)}}
	return respond(206, int64(last-first+1), body, header)
}

// refuse replies with an error as in Amazon S3 API Reference, "Error
// responses".
func refuse(status int, code string) reply { return refuseFrom(status, code, "") }

// refuseFrom replies as refuse does, and names the bucket's region too.
func refuseFrom(status int, code, region string) reply {
	body := fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>%s</Code><Message>In words.</Message><RequestId>REQ1</RequestId><HostId>HOST1</HostId></Error>`, code)
	header := http.Header{"Content-Type": {"application/xml"}}
	if region != "" {
		header.Set("X-Amz-Bucket-Region", region)
	}
	return func(r *http.Request) (*http.Response, error) {
		return respond(status, int64(len(body)), strings.NewReader(body), header)(r)
	}
}

func fails(err error) reply {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hang does not answer until the client gives up.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// hangInBody sends headers and some bytes, then nothing.
func hangInBody(r *http.Request) (*http.Response, error) {
	return truncate(r, readerFunc(func([]byte) (int, error) {
		<-r.Context().Done()
		return 0, r.Context().Err()
	}))
}

// cutOff sends fewer bytes than it announces.
func cutOff(r *http.Request) (*http.Response, error) { return truncate(r, http.NoBody) }

// truncate returns the healthy answer, with rest in place of all but its first
// bytes.
func truncate(r *http.Request, rest io.Reader) (*http.Response, error) {
	response, err := ok(picture)(r)
	if err == nil {
		response.Body = io.NopCloser(io.MultiReader(io.LimitReader(response.Body, 5), rest))
	}
	return response, err
}

// fetch opens an object and waits for all of it, or for an error.
func fetch(ctx context.Context, o *Origin, l edge.Location, maxBytes int64) ([]byte, error) {
	body, err := o.Open(ctx, l, maxBytes)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return body.First(context.WithoutCancel(ctx), body.Len())
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

var (
	slowDown = refuse(503, "SlowDown")
	reset    = fails(syscall.ECONNRESET)
)

func TestAttempts(t *testing.T) {
	for _, tt := range []struct {
		name    string
		replies []reply
		reason  edge.Reason // "" if the picture comes
	}{
		{"at once", []reply{ok(picture)}, ""},

		{"500 once", []reply{refuse(500, "InternalError"), ok(picture)}, ""},
		{"502 without a body once", []reply{respond(502, 0, http.NoBody, nil), ok(picture)}, ""},
		{"SlowDown once", []reply{slowDown, ok(picture)}, ""},
		{"429 once", []reply{refuse(429, "TooManyRequests"), ok(picture)}, ""},
		{"RequestTimeout once", []reply{refuse(400, "RequestTimeout"), ok(picture)}, ""},
		{"reset once", []reply{reset, ok(picture)}, ""},
		{"cut off once", []reply{cutOff, ok(picture)}, ""},
		{"cut off at once", []reply{respond(200, int64(len(picture)), http.NoBody, nil), ok(picture)}, ""},
		{"hang once", []reply{hang, ok(picture)}, ""},
		{"hang in the body once", []reply{hangInBody, ok(picture)}, ""},

		{"500 twice", []reply{refuse(500, "InternalError"), refuse(500, "InternalError")}, edge.S3Failed},
		{"SlowDown twice", []reply{slowDown, slowDown}, edge.S3Failed},
		{"reset twice", []reply{reset, reset}, edge.S3Failed},
		{"cut off twice", []reply{cutOff, cutOff}, edge.S3Failed},
		{"hang twice", []reply{hang, hang}, edge.S3Timeout},
		{"hang in the body twice", []reply{hangInBody, hangInBody}, edge.S3Timeout},
		{"500, then 404", []reply{refuse(500, "InternalError"), refuse(404, "NoSuchKey")}, edge.S3NotFound},
		{"500, then a hang", []reply{refuse(500, "InternalError"), hang}, edge.S3Timeout},

		{"403", []reply{refuse(403, "AccessDenied")}, edge.S3Denied},
		{"401", []reply{refuse(401, "Unauthorized")}, edge.S3Denied},
		{"expired token", []reply{refuse(400, "ExpiredToken")}, edge.S3Failed},
		{"invalid token", []reply{refuse(400, "InvalidToken")}, edge.S3Denied},
		{"no such key", []reply{refuse(404, "NoSuchKey")}, edge.S3NotFound},
		{"no such bucket", []reply{refuse(404, "NoSuchBucket")}, edge.S3NotFound},
		{"412", []reply{refuse(412, "PreconditionFailed")}, edge.S3Changed},
		{"416", []reply{refuse(416, "InvalidRange"), refuse(416, "InvalidRange")}, edge.S3Failed},
		{"400", []reply{refuse(400, "InvalidArgument")}, edge.S3Failed},
		{"304", []reply{respond(304, -1, http.NoBody, nil)}, edge.S3Failed},
		{"302", []reply{respond(302, 0, http.NoBody, http.Header{"Location": {"https://elsewhere.example/"}})}, edge.S3Failed},
		{"301 that names no region", []reply{refuse(301, "PermanentRedirect")}, edge.S3Failed},

		{"301 to the region", []reply{refuseFrom(301, "PermanentRedirect", "us-west-2"), ok(picture)}, ""},
		{"307 to the region", []reply{refuseFrom(307, "TemporaryRedirect", "us-west-2"), ok(picture)}, ""},
		{"400 that names the region", []reply{refuseFrom(400, "AuthorizationHeaderMalformed", "us-west-2"), ok(picture)}, ""},
		{"301, a failure there", []reply{
			refuseFrom(301, "PermanentRedirect", "us-west-2"), slowDown,
			refuseFrom(301, "PermanentRedirect", "us-west-2"), ok(picture)}, ""},
		{"301 in a circle", []reply{
			refuseFrom(301, "PermanentRedirect", "us-west-2"),
			refuseFrom(301, "PermanentRedirect", "eu-west-1")}, edge.S3Failed},
		{"301 to where it came from", []reply{refuseFrom(301, "PermanentRedirect", "eu-west-1")}, edge.S3Failed},
		{"301 to another host", []reply{refuseFrom(301, "PermanentRedirect", "evil.example/")}, edge.S3Failed},

		{"empty", []reply{ok(nil), ok(nil)}, edge.EmptyOriginal},
		{"empty, of unknown length", []reply{respond(200, -1, http.NoBody, nil)}, edge.EmptyOriginal},
		{"of unknown length", []reply{respond(200, -1, bytes.NewReader(picture), nil)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{t: t, replies: tt.replies}
				o := newOrigin(Options{Credentials: testCredentials}, s)
				ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				data, err := fetch(ctx, o, photo, 1000)
				if len(s.seen) != len(tt.replies) {
					t.Errorf("%d requests, want %d", len(s.seen), len(tt.replies))
				}
				checkOutcome(t, data, err, tt.reason)
			})
		})
	}
}

func checkOutcome(t *testing.T, data []byte, err error, want edge.Reason) {
	t.Helper()
	if want == "" {
		if err != nil || !bytes.Equal(data, picture) {
			t.Errorf("got %d bytes, error %v; want the picture", len(data), err)
		}
		return
	}
	var because *edge.ReasonError
	if !errors.As(err, &because) || because.Reason != want || data != nil {
		t.Errorf("got %d bytes, error %v; want %s", len(data), err, want)
	}
}

// The first attempt ends after half of the time, the second at the deadline.
func TestTimeIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var gaveUp []time.Duration
		hangs := func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			gaveUp = append(gaveUp, time.Since(start))
			return nil, r.Context().Err()
		}
		s := &script{t: t, replies: []reply{hangs, hangs}}
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		_, err := fetch(ctx, newOrigin(Options{Credentials: testCredentials}, s), photo, 1000)
		checkOutcome(t, nil, err, edge.S3Timeout)
		if want := []time.Duration{2 * time.Second, 4 * time.Second}; fmt.Sprint(gaveUp) != fmt.Sprint(want) {
			t.Errorf("attempts gave up after %v, want %v", gaveUp, want)
		}
	})
}

// A caller that gives up does not wait, and S3 is not asked again.
func TestCancelEndsAttempts(t *testing.T) {
	for name, first := range map[string]reply{"before headers": hang, "in the body": hangInBody} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				time.AfterFunc(time.Second, cancel)
				start := time.Now()
				s := &script{t: t, replies: []reply{first}}
				_, err := fetch(ctx, newOrigin(Options{Credentials: testCredentials}, s), photo, 1000)
				checkOutcome(t, nil, err, edge.S3Timeout)
				if took := time.Since(start); took != time.Second {
					t.Errorf("returned after %v, want 1s", took)
				}
			})
		})
	}
}

// A server that asks for fewer requests gets a pause, if there is time.
func TestPauseBeforeSecondAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := &script{t: t, replies: []reply{slowDown, ok(picture)}}
		data, err := fetch(t.Context(), newOrigin(Options{Credentials: testCredentials}, s), photo, 1000)
		checkOutcome(t, data, err, "")
		if took := time.Since(start); took < 25*time.Millisecond || took >= 75*time.Millisecond {
			t.Errorf("paused for %v, want 25ms to 75ms", took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		s := &script{t: t, replies: []reply{slowDown}}
		_, err := fetch(ctx, newOrigin(Options{Credentials: testCredentials}, s), photo, 1000)
		checkOutcome(t, nil, err, edge.S3Failed)
	})
}

func TestByteLimit(t *testing.T) {
	limit := int64(len(picture))
	more := append(bytes.Clone(picture), '!')
	for _, tt := range []struct {
		name   string
		reply  reply
		reason edge.Reason
	}{
		{"at the limit", ok(picture), ""},
		{"announced above", respond(200, limit+1, unreadable{t}, nil), edge.TooManyBytes},
		{"unknown, at the limit", respond(200, -1, bytes.NewReader(picture), nil), ""},
		{"unknown, above", respond(200, -1, bytes.NewReader(more), nil), edge.TooManyBytes},
		{"unknown, endless", respond(200, -1, readerFunc(func(p []byte) (int, error) { return len(p), nil }), nil), edge.TooManyBytes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{t: t, replies: []reply{tt.reply}}
			data, err := fetch(t.Context(), newOrigin(Options{Credentials: testCredentials}, s), photo, limit)
			checkOutcome(t, data, err, tt.reason)
		})
	}
}

// unreadable is a body that must not be read.
type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}
