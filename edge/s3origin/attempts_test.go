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

// picture is what a healthy bucket holds.
var picture = []byte("\xff\xd8 a picture \xff\xd9")

// answer is what S3 does with one request.
type answer func(*http.Request) (*http.Response, error)

// script is a transport that answers each request in turn and refuses more.
type script struct {
	t       *testing.T
	answers []answer
	seen    []*http.Request
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(s.seen) >= len(s.answers) {
		s.t.Errorf("request %d was not expected: %s", len(s.seen)+1, r.URL)
		return nil, errors.New("unexpected request")
	}
	s.seen = append(s.seen, r)
	return s.answers[len(s.seen)-1](r)
}

func respond(status int, length int64, body io.Reader, header http.Header) answer {
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

func ok(body []byte) answer {
	return func(r *http.Request) (*http.Response, error) {
		return respond(200, int64(len(body)), bytes.NewReader(body), nil)(r)
	}
}

// refuse is an error answer as in Amazon S3 API Reference, "Error responses".
func refuse(status int, code string) answer { return refuseFrom(status, code, "") }

// refuseFrom names the bucket's region too.
func refuseFrom(status int, code, region string) answer {
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

func fails(err error) answer {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hang answers nothing until the client gives up.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// hangInBody sends headers and some bytes, then nothing.
func hangInBody(r *http.Request) (*http.Response, error) {
	body := io.MultiReader(bytes.NewReader(picture[:3]), readerFunc(func([]byte) (int, error) {
		<-r.Context().Done()
		return 0, r.Context().Err()
	}))
	return respond(200, int64(len(picture)), body, nil)(r)
}

// cutOff promises more bytes than come.
func cutOff(r *http.Request) (*http.Response, error) {
	return respond(200, int64(len(picture)), bytes.NewReader(picture[:5]), nil)(r)
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
		answers []answer
		reason  edge.Reason // "" where the picture comes
	}{
		{"at once", []answer{ok(picture)}, ""},

		{"500 once", []answer{refuse(500, "InternalError"), ok(picture)}, ""},
		{"502 without a body once", []answer{respond(502, 0, http.NoBody, nil), ok(picture)}, ""},
		{"SlowDown once", []answer{slowDown, ok(picture)}, ""},
		{"429 once", []answer{refuse(429, "TooManyRequests"), ok(picture)}, ""},
		{"RequestTimeout once", []answer{refuse(400, "RequestTimeout"), ok(picture)}, ""},
		{"reset once", []answer{reset, ok(picture)}, ""},
		{"cut off once", []answer{cutOff, ok(picture)}, ""},
		{"hang once", []answer{hang, ok(picture)}, ""},
		{"hang in the body once", []answer{hangInBody, ok(picture)}, ""},

		{"500 twice", []answer{refuse(500, "InternalError"), refuse(500, "InternalError")}, edge.S3Failed},
		{"SlowDown twice", []answer{slowDown, slowDown}, edge.S3Failed},
		{"reset twice", []answer{reset, reset}, edge.S3Failed},
		{"cut off twice", []answer{cutOff, cutOff}, edge.S3Failed},
		{"hang twice", []answer{hang, hang}, edge.S3Timeout},
		{"hang in the body twice", []answer{hangInBody, hangInBody}, edge.S3Timeout},
		{"500, then 404", []answer{refuse(500, "InternalError"), refuse(404, "NoSuchKey")}, edge.S3NotFound},
		{"500, then a hang", []answer{refuse(500, "InternalError"), hang}, edge.S3Timeout},

		{"403", []answer{refuse(403, "AccessDenied")}, edge.S3Denied},
		{"401", []answer{refuse(401, "Unauthorized")}, edge.S3Denied},
		{"expired token", []answer{refuse(400, "ExpiredToken")}, edge.S3Denied},
		{"invalid token", []answer{refuse(400, "InvalidToken")}, edge.S3Denied},
		{"no such key", []answer{refuse(404, "NoSuchKey")}, edge.S3NotFound},
		{"no such bucket", []answer{refuse(404, "NoSuchBucket")}, edge.S3NotFound},
		{"412", []answer{refuse(412, "PreconditionFailed")}, edge.S3Changed},
		{"416", []answer{refuse(416, "InvalidRange")}, edge.S3Failed},
		{"400", []answer{refuse(400, "InvalidArgument")}, edge.S3Failed},
		{"304", []answer{respond(304, -1, http.NoBody, nil)}, edge.S3Failed},
		{"302", []answer{respond(302, 0, http.NoBody, http.Header{"Location": {"https://elsewhere.example/"}})}, edge.S3Failed},
		{"301 that names no region", []answer{refuse(301, "PermanentRedirect")}, edge.S3Failed},

		{"301 to the region", []answer{refuseFrom(301, "PermanentRedirect", "us-west-2"), ok(picture)}, ""},
		{"307 to the region", []answer{refuseFrom(307, "TemporaryRedirect", "us-west-2"), ok(picture)}, ""},
		{"400 that names the region", []answer{refuseFrom(400, "AuthorizationHeaderMalformed", "us-west-2"), ok(picture)}, ""},
		{"301, a failure there", []answer{
			refuseFrom(301, "PermanentRedirect", "us-west-2"), slowDown,
			refuseFrom(301, "PermanentRedirect", "us-west-2"), ok(picture)}, ""},
		{"301 in a circle", []answer{
			refuseFrom(301, "PermanentRedirect", "us-west-2"),
			refuseFrom(301, "PermanentRedirect", "eu-west-1")}, edge.S3Failed},
		{"301 to where it came from", []answer{refuseFrom(301, "PermanentRedirect", "eu-west-1")}, edge.S3Failed},
		{"301 to another host", []answer{refuseFrom(301, "PermanentRedirect", "evil.example/")}, edge.S3Failed},

		{"empty", []answer{ok(nil)}, edge.EmptyOriginal},
		{"empty, of unknown length", []answer{respond(200, -1, http.NoBody, nil)}, edge.EmptyOriginal},
		{"of unknown length", []answer{respond(200, -1, bytes.NewReader(picture), nil)}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{t: t, answers: tt.answers}
				o := newOrigin(Options{Credentials: testCredentials}, s)
				ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				data, err := o.Original(ctx, photo, 1000)
				if len(s.seen) != len(tt.answers) {
					t.Errorf("%d requests, want %d", len(s.seen), len(tt.answers))
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

// The first attempt gives up half way, the second at the deadline.
func TestTimeIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var gaveUp []time.Duration
		hangs := func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			gaveUp = append(gaveUp, time.Since(start))
			return nil, r.Context().Err()
		}
		s := &script{t: t, answers: []answer{hangs, hangs}}
		ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
		defer cancel()
		_, err := newOrigin(Options{Credentials: testCredentials}, s).Original(ctx, photo, 1000)
		checkOutcome(t, nil, err, edge.S3Timeout)
		if want := []time.Duration{2 * time.Second, 4 * time.Second}; fmt.Sprint(gaveUp) != fmt.Sprint(want) {
			t.Errorf("attempts gave up after %v, want %v", gaveUp, want)
		}
	})
}

// A caller that gives up is not kept waiting, and S3 is not asked again.
func TestCancelEndsAttempts(t *testing.T) {
	for name, first := range map[string]answer{"before headers": hang, "in the body": hangInBody} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				time.AfterFunc(time.Second, cancel)
				start := time.Now()
				s := &script{t: t, answers: []answer{first}}
				_, err := newOrigin(Options{Credentials: testCredentials}, s).Original(ctx, photo, 1000)
				checkOutcome(t, nil, err, edge.S3Timeout)
				if took := time.Since(start); took != time.Second {
					t.Errorf("returned after %v, want 1s", took)
				}
			})
		})
	}
}

// A server that asks for relief gets it, as long as there is time.
func TestPauseBeforeSecondAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		s := &script{t: t, answers: []answer{slowDown, ok(picture)}}
		data, err := newOrigin(Options{Credentials: testCredentials}, s).Original(t.Context(), photo, 1000)
		checkOutcome(t, data, err, "")
		if took := time.Since(start); took < 25*time.Millisecond || took >= 75*time.Millisecond {
			t.Errorf("paused for %v, want 25ms to 75ms", took)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		s := &script{t: t, answers: []answer{slowDown}}
		_, err := newOrigin(Options{Credentials: testCredentials}, s).Original(ctx, photo, 1000)
		checkOutcome(t, nil, err, edge.S3Failed)
	})
}

func TestByteLimit(t *testing.T) {
	limit := int64(len(picture))
	more := append(bytes.Clone(picture), '!')
	for _, tt := range []struct {
		name   string
		answer answer
		reason edge.Reason
	}{
		{"at the limit", ok(picture), ""},
		{"announced above", respond(200, limit+1, unreadable{t}, nil), edge.TooManyBytes},
		{"unknown, at the limit", respond(200, -1, bytes.NewReader(picture), nil), ""},
		{"unknown, above", respond(200, -1, bytes.NewReader(more), nil), edge.TooManyBytes},
		{"unknown, endless", respond(200, -1, readerFunc(func(p []byte) (int, error) { return len(p), nil }), nil), edge.TooManyBytes},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &script{t: t, answers: []answer{tt.answer}}
			data, err := newOrigin(Options{Credentials: testCredentials}, s).Original(t.Context(), photo, limit)
			checkOutcome(t, data, err, tt.reason)
		})
	}
}

// unreadable is a body that is not to be read.
type unreadable struct{ t *testing.T }

func (u unreadable) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}
