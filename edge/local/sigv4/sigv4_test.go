package sigv4

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

var key = aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "secret", SessionToken: "session"}

// signed returns a request for a service that was signed at a time, as a server
// receives it.
func signed(t *testing.T, service string, at time.Time) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://host/a%20b%3Ac?b=2&a=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Meta-A", "b")
	if err := NewSigner(service).SignHTTP(t.Context(), key, r, EmptyPayload, service, "eu-west-1", at); err != nil {
		t.Fatal(err)
	}
	return r
}

// verify parses and verifies r.
func verify(t *testing.T, v Verifier, r *http.Request) error {
	t.Helper()
	a, ok := Parse(r.Header.Get("Authorization"))
	if !ok {
		t.Fatalf("%q is not parsed", r.Header.Get("Authorization"))
	}
	if err := v.VerifyScope(r, a); err != nil {
		return err
	}
	return v.VerifySignature(r, a, EmptyPayload)
}

func TestVerify(t *testing.T) {
	for _, service := range []string{"s3", "lambda"} {
		for _, tt := range []struct {
			name   string
			change func(r *http.Request, v *Verifier)
			want   error
		}{
			{"right", func(*http.Request, *Verifier) {}, nil},
			{"spaces left out", func(r *http.Request, _ *Verifier) {
				r.Header.Set("Authorization", strings.ReplaceAll(r.Header.Get("Authorization"), ", ", ","))
			}, nil},
			{"a header that need not be signed", func(r *http.Request, _ *Verifier) { r.Header.Set("Accept", "*/*") }, nil},
			{"another key", func(_ *http.Request, v *Verifier) { v.Credentials.AccessKeyID = "AKIAOTHER" }, ErrAccessKey},
			{"another secret", func(_ *http.Request, v *Verifier) { v.Credentials.SecretAccessKey = "other" }, ErrMismatch},
			{"another token", func(_ *http.Request, v *Verifier) { v.Credentials.SessionToken = "other" }, ErrToken},
			{"another region", func(_ *http.Request, v *Verifier) { v.Region = "us-east-1" }, ErrRegion},
			{"no date", func(r *http.Request, _ *Verifier) { r.Header.Del("X-Amz-Date") }, ErrDate},
			{"another day", func(r *http.Request, _ *Verifier) {
				r.Header.Set("X-Amz-Date", time.Now().Add(25*time.Hour).UTC().Format("20060102T150405Z"))
			}, ErrDate},
			{"too little skew", func(_ *http.Request, v *Verifier) { v.MaxSkew = 0 }, ErrSkew},
			{"an Amazon header added", func(r *http.Request, _ *Verifier) { r.Header.Set("X-Amz-Meta-C", "d") }, ErrUnsigned},
			{"an Amazon header changed", func(r *http.Request, _ *Verifier) { r.Header.Set("X-Amz-Meta-A", "c") }, ErrMismatch},
			{"a signed header removed", func(r *http.Request, _ *Verifier) { r.Header.Del("X-Amz-Meta-A") }, ErrMismatch},
			{"host not signed", func(r *http.Request, _ *Verifier) {
				r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "host;", "", 1))
			}, ErrUnsigned},
			{"another method", func(r *http.Request, _ *Verifier) { r.Method = http.MethodHead }, ErrMismatch},
			{"another path", func(r *http.Request, _ *Verifier) { r.URL.Path, r.URL.RawPath = "/a", "" }, ErrMismatch},
			{"another query", func(r *http.Request, _ *Verifier) { r.URL.RawQuery = "a=1" }, ErrMismatch},
			{"another host", func(r *http.Request, _ *Verifier) { r.Host = "other" }, ErrMismatch},
		} {
			t.Run(service+" "+tt.name, func(t *testing.T) {
				r, v := signed(t, service, time.Now()), Verifier{Credentials: key, Region: "eu-west-1", MaxSkew: time.Minute}
				tt.change(r, &v)
				if err := verify(t, v, r); !errors.Is(err, tt.want) {
					t.Errorf("got %v, want %v", err, tt.want)
				}
			})
		}
	}
}

// The signature covers the path as its service escapes it.
func TestServicesEscapeDifferently(t *testing.T) {
	r := signed(t, "s3", time.Now())
	if err := NewSigner("lambda").SignHTTP(t.Context(), key, r, EmptyPayload, "s3", "eu-west-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	if err := verify(t, Verifier{Credentials: key, MaxSkew: time.Minute}, r); !errors.Is(err, ErrMismatch) {
		t.Errorf("got %v", err)
	}
}

func TestParse(t *testing.T) {
	right := signed(t, "s3", time.Now()).Header.Get("Authorization")
	for _, wrong := range []string{
		"", "AWS AKIATEST:c2ln", right[:len(right)-1], right + "0", strings.Replace(right, "SHA256", "SHA512", 1),
		strings.Replace(right, "aws4_request", "aws5_request", 1),
	} {
		if a, ok := Parse(wrong); ok {
			t.Errorf("%q is %+v", wrong, a)
		}
	}
}

func TestVerifyURL(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	r, err := http.NewRequest(http.MethodGet, "http://host/?a=1&X-Amz-Expires=900", nil)
	if err != nil {
		t.Fatal(err)
	}
	text, _, err := NewSigner("elasticache").PresignHTTP(t.Context(), key, r, EmptyPayload, "elasticache", "eu-west-1", at)
	if err != nil {
		t.Fatal(err)
	}
	for change, want := range map[[2]string]error{
		{}: nil, {"a=1", "a=2"}: ErrMismatch, {"=900", "=901"}: ErrMismatch, {"host/", "other/"}: ErrMismatch,
		{"X-Amz-Signature=", "X-Amz-Signature=0"}: ErrMismatch,
	} {
		u, err := url.Parse(strings.Replace(text, change[0], change[1], 1))
		if err != nil {
			t.Fatal(err)
		}
		if err := VerifyURL(context.Background(), u, key, "elasticache", "eu-west-1", at); !errors.Is(err, want) {
			t.Errorf("%q: got %v, want %v", change, err, want)
		}
	}
}
