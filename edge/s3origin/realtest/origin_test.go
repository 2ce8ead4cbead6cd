package realtest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/s3fault"
	"github.com/edgeresize/edgeresize/edge/s3origin"
)

const maxBytes = 1 << 20

func original(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata, "originals", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// store puts an original into the bucket and returns its location.
func store(t *testing.T, key string, data []byte) edge.Location {
	t.Helper()
	etag, err := s3.Put(t.Context(), key, data, nil)
	if err != nil {
		t.Fatalf("put %q: %v", key, err)
	}
	return edge.Location{Bucket: bucketName, Region: region, Key: key, ETag: etag}
}

// fetch opens an object and waits for all of it, or for an error.
func fetch(ctx context.Context, o *s3origin.Origin, l edge.Location, maxBytes int64) ([]byte, error) {
	body, err := o.Open(ctx, l, maxBytes)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	return body.First(context.WithoutCancel(ctx), body.Len())
}

// checkOutcome checks for the bytes want, or for reason and no bytes.
func checkOutcome(t *testing.T, got []byte, err error, want []byte, reason edge.Reason) {
	t.Helper()
	if reason == "" {
		if err != nil || !bytes.Equal(got, want) {
			t.Errorf("got %d bytes, error %v; want %d bytes", len(got), err, len(want))
		}
		return
	}
	var because *edge.ReasonError
	if !errors.As(err, &because) || because.Reason != reason || got != nil {
		t.Errorf("got %d bytes, error %v; want %s", len(got), err, reason)
	}
}

func TestFaults(t *testing.T) {
	data := original(t, "PHOTO.jpg")
	photo := store(t, "PHOTO.jpg", data)
	for _, tt := range []struct {
		name     string
		faults   []s3fault.Fault
		reason   edge.Reason
		requests int
		timeout  time.Duration // 0 for a minute
	}{
		{name: "none", requests: 1},
		{name: "403", faults: []s3fault.Fault{s3fault.Denied}, reason: edge.S3Denied, requests: 1},
		{name: "404", faults: []s3fault.Fault{s3fault.Missing}, reason: edge.S3NotFound, requests: 1},
		{name: "412", faults: []s3fault.Fault{s3fault.Changed}, reason: edge.S3Changed, requests: 1},
		{name: "500 once", faults: []s3fault.Fault{s3fault.Failing}, requests: 2},
		{name: "500 twice", faults: []s3fault.Fault{s3fault.Failing, s3fault.Failing}, reason: edge.S3Failed, requests: 2},
		{name: "SlowDown once", faults: []s3fault.Fault{s3fault.Throttled}, requests: 2},
		{name: "SlowDown twice", faults: []s3fault.Fault{s3fault.Throttled, s3fault.Throttled}, reason: edge.S3Failed, requests: 2},
		{name: "reset once", faults: []s3fault.Fault{s3fault.Reset}, requests: 2},
		{name: "reset twice", faults: []s3fault.Fault{s3fault.Reset, s3fault.Reset}, reason: edge.S3Failed, requests: 2},
		{name: "cut off once", faults: []s3fault.Fault{s3fault.ShortBody}, requests: 2},
		{name: "cut off twice", faults: []s3fault.Fault{s3fault.ShortBody, s3fault.ShortBody}, reason: edge.S3Failed, requests: 2},
		{name: "hang once", faults: []s3fault.Fault{s3fault.Hang}, requests: 2, timeout: 3 * time.Second},
		{name: "hang twice", faults: []s3fault.Fault{s3fault.Hang, s3fault.Hang}, reason: edge.S3Timeout, requests: 2, timeout: 2 * time.Second},
		{name: "hang in the body once", faults: []s3fault.Fault{s3fault.HangInBody}, requests: 2, timeout: 3 * time.Second},
		{name: "hang in the body twice", faults: []s3fault.Fault{s3fault.HangInBody, s3fault.HangInBody}, reason: edge.S3Timeout, requests: 2, timeout: 2 * time.Second},
		{name: "another length once", faults: []s3fault.Fault{s3fault.WrongLength}, reason: edge.S3Changed, requests: 2},
		{name: "no number as length once", faults: []s3fault.Fault{s3fault.Length("many")}, requests: 2},
		{name: "no number as length twice", faults: []s3fault.Fault{s3fault.Length("many"), s3fault.Length("many")}, reason: edge.S3Failed, requests: 2},
		{name: "length above the limit", faults: []s3fault.Fault{s3fault.Length("1048577")}, reason: edge.TooManyBytes, requests: 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := newProxy(t)
			o := s3origin.New(s3origin.Options{Endpoint: p.url, Credentials: credentials})
			if tt.timeout == 0 {
				tt.timeout = time.Minute
			}
			ctx, cancel := context.WithTimeout(t.Context(), tt.timeout)
			defer cancel()
			p.fail(tt.faults...)
			got, err := fetch(ctx, o, photo, maxBytes)
			checkOutcome(t, got, err, data, tt.reason)
			if n := p.requests(); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
			p.fail()
			got, err = fetch(t.Context(), o, photo, maxBytes)
			checkOutcome(t, got, err, data, "")
			if n := p.requests(); n != 1 {
				t.Errorf("after the fault: %d requests, want 1", n)
			}
		})
	}
}

// The server's own refusals also get the right reason.
func TestRefusals(t *testing.T) {
	data := original(t, "jpeg-420.jpg")
	here := store(t, "refusals.jpg", data)
	changed, missing, noBucket := here, here, here
	changed.ETag = `"00000000000000000000000000000000"`
	missing.Key = "missing.jpg"
	noBucket.Bucket = "another-bucket"
	empty := store(t, "empty.jpg", nil)
	p := newProxy(t)
	for name, tt := range map[string]struct {
		location edge.Location
		limit    int64
		reason   edge.Reason
		requests int
	}{
		"there":          {here, int64(len(data)), "", 1},
		"too large":      {here, int64(len(data)) - 1, edge.TooManyBytes, 1},
		"another ETag":   {changed, maxBytes, edge.S3Changed, 1},
		"missing":        {missing, maxBytes, edge.S3NotFound, 1},
		"missing bucket": {noBucket, maxBytes, edge.S3NotFound, 1},
		"empty":          {empty, maxBytes, edge.EmptyOriginal, 2}, // no range of it can be satisfied
	} {
		t.Run(name, func(t *testing.T) {
			o := s3origin.New(s3origin.Options{Endpoint: p.url, Credentials: credentials})
			p.fail()
			got, err := fetch(t.Context(), o, tt.location, tt.limit)
			checkOutcome(t, got, err, data, tt.reason)
			if n := p.requests(); n != tt.requests {
				t.Errorf("%d requests, want %d", n, tt.requests)
			}
		})
	}
}

func TestWrongSecret(t *testing.T) {
	wrong := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: "wrong-secret"}, nil
	})
	l := store(t, "secret.jpg", []byte("bytes"))
	_, err := fetch(t.Context(), s3origin.New(s3origin.Options{Endpoint: newProxy(t).url, Credentials: wrong}), l, maxBytes)
	checkOutcome(t, nil, err, nil, edge.S3Denied)
	if err != nil && (strings.Contains(err.Error(), "wrong-secret") || strings.Contains(err.Error(), "Signature=")) {
		t.Errorf("the error holds a secret: %v", err)
	}
}

// Keys arrive unchanged, with a signature that the server accepts.
func TestKeys(t *testing.T) {
	o := s3origin.New(s3origin.Options{Endpoint: newProxy(t).url, Credentials: credentials})
	for _, key := range []string{
		"plain.jpg", "folder/deep/a.jpg", "a b.jpg", "a+b.jpg", "a%b.jpg", "a%20b.jpg", "a%2Fb.jpg",
		"été +1 %.jpg", "日本/写真.jpg", "e\u0301.jpg", "a&b=c;d.jpg", "a?b#c.jpg", "~!*'();:@$,[].jpg", `a"b\c.jpg`, "a//b.jpg", "/a.jpg", "a/../b.jpg", "./a.jpg",
	} {
		data := []byte("the bytes of " + key)
		l := store(t, key, data)
		got, err := fetch(t.Context(), o, l, maxBytes)
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%q: got %q, %v", key, got, err)
		}
	}
}
