package s3origin

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
)

// Answers that S3 never gives: none is taken for the object, or takes more
// memory or time than allowed.
func TestHostileAnswers(t *testing.T) {
	const more = "5368709121" // bytes, over 5 GiB
	status200 := func(length int64, header http.Header) reply {
		return respond(200, length, bytes.NewReader(picture), header)
	}
	for _, tt := range []struct {
		name    string
		replies []reply
		reason  edge.Reason
	}{
		{"200 to a range", []reply{status200(15, nil)}, ""},
		{"200 of another ETag", []reply{status200(15, http.Header{"Etag": {`"e2"`}})}, edge.S3Changed},
		{"206 of another ETag", []reply{with(ok(picture), http.Header{"Etag": {`"e2"`}})}, edge.S3Changed},
		{"200 of unknown length and another ETag", []reply{status200(-1, http.Header{"Etag": {`"e2"`}})}, edge.S3Changed},
		{"206 of 5 GB", []reply{partial(0, 4<<20-1, 5368709121, unreadable{t})}, edge.TooManyBytes},
		{"200 of 5 GB", []reply{respond(200, 5368709121, unreadable{t}, nil)}, edge.TooManyBytes},
		{"206 of 2^63 bytes", []reply{with(ok(picture), http.Header{"Content-Range": {"bytes 0-14/9223372036854775808"}})}, edge.S3Failed},
		{"206 from 5 GB on", []reply{with(ok(picture), http.Header{"Content-Range": {"bytes " + more + "-5368709135/5368709136"}})}, edge.S3Failed},
		{"206 of several ranges", []reply{respond(206, 15, bytes.NewReader(picture), http.Header{"Content-Type": {"multipart/byteranges; boundary=b"}})}, edge.S3Failed},
		{"206 of nothing", []reply{respond(206, 0, http.NoBody, http.Header{"Content-Range": {"bytes */15"}})}, edge.S3Failed},
		{"206 that ends before it begins", []reply{with(ok(picture), http.Header{"Content-Range": {"bytes 9-3/15"}})}, edge.S3Failed},
		{"204", []reply{respond(204, 0, http.NoBody, nil)}, edge.S3Failed},
		{"an endless refusal", []reply{respond(403, -1, endless{}, nil)}, edge.S3Denied},
		{"an endless failure once", []reply{respond(500, -1, endless{}, nil), ok(picture)}, ""},
		{"a refusal that breaks off", []reply{respond(403, 100, strings.NewReader("<Error><Code>Acc"), nil)}, edge.S3Denied},
		{"a refusal that is no XML", []reply{respond(403, -1, strings.NewReader("<html>\x00\xff"), nil)}, edge.S3Denied},
		{"a failure that is no XML", []reply{respond(502, -1, strings.NewReader("\xff\xfe"), nil), ok(picture)}, ""},
		{"metadata of the owner's", []reply{with(ok(picture), http.Header{
			"Expires": {"tomorrow"}, "Content-Type": {"\x01"}, "X-Amz-Meta-A": {"=?UTF-8?B?\xff?="}, "Cache-Control": {strings.Repeat("x", 2000)},
		})}, ""},
		{"a clock that is off", []reply{skewed, ok(picture)}, ""},
		{"a clock that stays off", []reply{skewed, skewed}, edge.S3Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &script{t: t, replies: tt.replies}
				ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
				defer cancel()
				data, err := fetch(ctx, newOrigin(Options{Credentials: testCredentials}, s), photo, 1000)
				if len(s.seen) != len(tt.replies) {
					t.Errorf("%d requests, want %d", len(s.seen), len(tt.replies))
				}
				checkOutcome(t, data, err, tt.reason)
			})
		})
	}
}

// endless is a body without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) { return copy(p, "<Error>"), nil }

func skewed(r *http.Request) (*http.Response, error) {
	return refuse(403, "RequestTimeTooSkewed")(r)
}

// The client corrects its clock by S3's answer.
func TestClockIsCorrected(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const off = 40 * time.Minute
		s := &script{t: t, replies: []reply{with(skewed, http.Header{"Date": {time.Now().Add(off).UTC().Format(http.TimeFormat)}}), ok(picture)}}
		data, err := fetch(t.Context(), newOrigin(Options{Credentials: testCredentials}, s), photo, 1000)
		checkOutcome(t, data, err, "")
		at, err := time.Parse("20060102T150405Z", s.seen[1].Header.Get("X-Amz-Date"))
		if err != nil || at.Sub(time.Now().Add(off)).Abs() > time.Second {
			t.Errorf("the second request is of %v, %v; want %v", at, err, time.Now().Add(off))
		}
	})
}

// An original is the stored bytes, whatever Content-Encoding says.
func TestContentEncodingIsNotUndone(t *testing.T) {
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(picture)
	z.Close()
	endpoint := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", photo.ETag)
		w.Header().Set("Content-Encoding", "gzip")
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(packed.Bytes()))
	})
	data, err := fetch(t.Context(), New(Options{Endpoint: endpoint, Credentials: testCredentials}), photo, 1000)
	if err != nil || !bytes.Equal(data, packed.Bytes()) {
		t.Errorf("got %q, %v", data, err)
	}
}

// With HTTP/2, the parts of an object would share a connection and lose it
// together.
func TestNoHTTP2(t *testing.T) {
	protocols := make(chan string, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		protocols <- r.Proto
		serveObject(w, r)
	}))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	transport := newTransport()
	transport.TLSClientConfig.RootCAs = server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	data, err := fetch(t.Context(), newOrigin(Options{Endpoint: server.URL, Credentials: testCredentials}, transport), photo, 1000)
	checkOutcome(t, data, err, "")
	if got := <-protocols; got != "HTTP/1.1" {
		t.Errorf("asked by %s", got)
	}
	transport.CloseIdleConnections()
}

// Headers have a limit too.
func TestEndlessHeaders(t *testing.T) {
	endpoint := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		defer conn.Close()
		io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		for err == nil {
			_, err = io.WriteString(conn, "X-Amz-Meta-A: "+strings.Repeat("a", 1000)+"\r\n")
		}
	})
	_, err := fetch(t.Context(), New(Options{Endpoint: endpoint, Credentials: testCredentials}), photo, 1000)
	checkOutcome(t, nil, err, edge.S3Failed)
}

// If credentials change between two parts, each request has a consistent set.
func TestCredentialsRotateBetweenParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked atomic.Int32
		rotating := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			n := asked.Add(1)
			return aws.Credentials{AccessKeyID: fmt.Sprint("AKID", n), SecretAccessKey: "s", SessionToken: fmt.Sprint("token", n)}, nil
		})
		s := &ranges{}
		signed := roundTripper(func(r *http.Request) (*http.Response, error) {
			_, rest, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=AKID")
			n, _, _ := strings.Cut(rest, "/")
			if token := r.Header.Get("X-Amz-Security-Token"); n == "" || token != "token"+n {
				t.Errorf("key %q with %q", n, token)
			}
			return s.RoundTrip(r)
		})
		o := newOrigin(Options{Credentials: rotating}, signed)
		o.plan = partedPlan
		data, err := fetch(t.Context(), o, photo, 1000)
		if err != nil || !bytes.Equal(data, parted) {
			t.Errorf("got %q, %v", data, err)
		}
		if got := asked.Load(); got != 5 {
			t.Errorf("asked for credentials %d times, want once for each of 5 parts", got)
		}
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// An object's ETag is the one that S3 gives, if it is strong.
func TestETag(t *testing.T) {
	for _, tt := range []struct {
		given    string // of the event
		answered http.Header
		length   int64 // as announced
		want     string
	}{
		{`"e1"`, nil, 15, `"e1"`},
		{"", nil, 15, `"e1"`},
		{"", nil, -1, `"e1"`},
		{`"e1"`, http.Header{"Etag": nil}, 15, `"e1"`}, // it matched If-Match
		{`"e1"`, http.Header{"Etag": nil}, -1, `"e1"`},
		{"", http.Header{"Etag": nil}, 15, ""},
		{"", http.Header{"Etag": nil}, -1, ""},
		{"", http.Header{"Etag": {`W/"e1"`}}, 15, ""},
		{"", http.Header{"Etag": {`W/"e1"`}}, -1, ""},
	} {
		s := &script{t: t, replies: []reply{respond(200, tt.length, bytes.NewReader(picture), tt.answered)}}
		l := photo
		l.ETag = tt.given
		body, err := newOrigin(Options{Credentials: testCredentials}, s).Open(t.Context(), l, 1000)
		if err != nil {
			t.Errorf("%+v: %v", tt, err)
			continue
		}
		if got := body.ETag(); got != tt.want {
			t.Errorf("%+v: got %s", tt, got)
		}
		body.Close()
	}
}
