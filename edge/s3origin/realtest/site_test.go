package realtest

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/backend"
	"github.com/edgeresize/edgeresize/edge/local/s3fault"
	"github.com/edgeresize/edgeresize/edge/s3origin"
)

// site is CloudFront with its cache in front of the gateway. Faults occur only
// between the function and the gateway.
type site struct {
	url     string
	outcome atomic.Value // an edge.Outcome, of the last invocation
	elapsed atomic.Int64 // on the cache's clock, in ns
}

// newSite returns a site. Its function has timeout, and fetches originals at
// endpoint with the credentials that keys gives.
func newSite(t *testing.T, endpoint string, keys aws.CredentialsProvider, timeout time.Duration) *site {
	t.Helper()
	clean, err := url.Parse(newProxy(t).url)
	if err != nil {
		t.Fatal(err)
	}
	config := edge.DefaultConfig()
	config.TimeoutMS = int(timeout.Milliseconds())
	handler := edge.New(config, s3origin.New(s3origin.Options{Endpoint: endpoint, Credentials: keys}), 0, slog.New(slog.DiscardHandler))
	s := &site{}
	b := backend.Bucket{Name: bucketName, Region: region, Endpoint: clean, Credentials: credentials}
	distribution := b.Distribution(func(ctx context.Context, event []byte) ([]byte, string, error) {
		response, outcome, err := handler.Handle(ctx, event)
		s.outcome.Store(outcome)
		return response, "", err
	}, config, 16<<20)
	start := time.Now()
	distribution.Now = func() time.Time { return start.Add(time.Duration(s.elapsed.Load())) }
	server := httptest.NewServer(distribution)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// get makes a viewer's request.
func (s *site) get(t *testing.T, path string) (header http.Header, body []byte) {
	t.Helper()
	response, err := http.Get(s.url + path)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if body, err = io.ReadAll(response.Body); err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %.200s", response.StatusCode, body)
	}
	return response.Header, body
}

// passes checks that the site serves the original for a while because of
// reason, and the variant once that time is over and end has ended the fault.
func (s *site) passes(t *testing.T, key string, reason edge.Reason, end func()) {
	t.Helper()
	path, data := "/"+key+"?width=50&height=30", original(t, key)
	header, body := s.get(t, path)
	outcome := s.outcome.Load().(edge.Outcome)
	if outcome.Reason != reason || !bytes.Equal(body, data) {
		t.Fatalf("%v (%v) with %d bytes; want the original because of %s", outcome, outcome.Err, len(body), reason)
	}
	config := edge.DefaultConfig()
	seconds := config.TransientMaxAgeS
	if reason.Lifetime() == edge.Lasting {
		seconds = config.LastingMaxAgeS
	}
	if header.Get("Cache-Control") != fmt.Sprintf("max-age=%d", seconds) || header.Get("ETag") != "" || header.Get("Last-Modified") != "" {
		t.Errorf("to be cached by %v", header)
	}
	end()
	s.elapsed.Add(int64(time.Duration(seconds-1) * time.Second))
	if header, _ := s.get(t, path); header.Get("X-Cache") != "Hit from cloudfront" {
		t.Errorf("after %d s: %s", seconds-1, header.Get("X-Cache"))
	}
	s.elapsed.Add(int64(2 * time.Second))
	_, body = s.get(t, path)
	if picture, _, err := image.DecodeConfig(bytes.NewReader(body)); err != nil || picture.Width != 50 || picture.Height != 30 {
		t.Errorf("after %d s: %dx%d, %v, %v; want 50x30", seconds+1, picture.Width, picture.Height, err, s.outcome.Load())
	}
}

// TestFaultsPass checks that, whatever S3 does, a viewer gets the original in
// time, and the variant once the fault has passed.
func TestFaultsPass(t *testing.T) {
	const key = "jpeg-420.jpg"
	store(t, key, original(t, key))
	for _, tt := range []struct {
		name    string
		fault   s3fault.Fault
		reason  edge.Reason
		timeout time.Duration // 0 for 10 seconds
	}{
		{name: "reset", fault: s3fault.Reset, reason: edge.S3Failed},
		{name: "hang", fault: s3fault.Hang, reason: edge.S3Timeout, timeout: 2 * time.Second},
		{name: "hang in the body", fault: s3fault.HangInBody, reason: edge.S3Timeout, timeout: 2 * time.Second},
		{name: "trickle", fault: s3fault.Trickle, reason: edge.S3Timeout, timeout: 2 * time.Second},
		{name: "short body", fault: s3fault.ShortBody, reason: edge.S3Failed},
		{name: "403", fault: s3fault.Denied, reason: edge.S3Denied},
		{name: "404", fault: s3fault.Missing, reason: edge.S3NotFound},
		{name: "412", fault: s3fault.Changed, reason: edge.S3Changed},
		{name: "416", fault: s3fault.Unsatisfiable, reason: edge.S3Failed},
		{name: "500", fault: s3fault.Failing, reason: edge.S3Failed},
		{name: "503", fault: s3fault.Throttled, reason: edge.S3Failed},
		{name: "another region", fault: s3fault.AnotherRegion, reason: edge.S3Failed},
		{name: "wrong Content-Length", fault: s3fault.Length("100000"), reason: edge.S3Failed},
		{name: "Content-Length of half the body", fault: s3fault.Halved, reason: edge.S3Failed},
		{name: "no Content-Length", fault: s3fault.Length("none"), reason: edge.S3Failed},
		{name: "garbage XML", fault: s3fault.MalformedError, reason: edge.S3Failed},
		{name: "expired token", fault: s3fault.Expired, reason: edge.S3Failed},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.timeout == 0 {
				tt.timeout = 10 * time.Second
			}
			p := newProxy(t)
			s := newSite(t, p.url, credentials, tt.timeout)
			p.fail(tt.fault, tt.fault, tt.fault, tt.fault)
			s.passes(t, key, tt.reason, func() { p.fail() })
		})
	}
}

// TestRefusedPasses does what TestFaultsPass does, with an S3 that refuses
// connections.
func TestRefusedPasses(t *testing.T) {
	const key = "jpeg-420.jpg"
	store(t, key, original(t, key))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	s := newSite(t, "http://"+address, credentials, 10*time.Second)
	s.passes(t, key, edge.S3Failed, func() {
		if listener, err = net.Listen("tcp", address); err != nil {
			t.Fatal(err)
		}
		server := &http.Server{Handler: newProxy(t)}
		t.Cleanup(func() { server.Close() })
		go server.Serve(listener)
	})
}

// TestRotatedCredentials checks that credentials that S3 rejects are replaced as
// soon as there are new ones.
func TestRotatedCredentials(t *testing.T) {
	const key = "jpeg-420.jpg"
	store(t, key, original(t, key))
	var rotated atomic.Bool
	keys := aws.CredentialsProviderFunc(func(ctx context.Context) (aws.Credentials, error) {
		if !rotated.Load() {
			return aws.Credentials{AccessKeyID: "AKIDFORMER", SecretAccessKey: "former"}, nil
		}
		return credentials.Retrieve(ctx)
	})
	p := newProxy(t)
	s := newSite(t, p.url, keys, 10*time.Second)
	p.fail(s3fault.Fault{Name: "former key", Serve: func(_ http.Handler, w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get("Authorization"), "AKIDFORMER") {
			t.Errorf("signed by %s", r.Header.Get("Authorization"))
		}
		unknown := s3fault.Error{Status: http.StatusForbidden, Code: "InvalidAccessKeyId", Message: "There is no such key."}
		unknown.Write(w, r) // the gateway says 404, S3 does not
	}})
	s.passes(t, key, edge.S3Denied, func() { rotated.Store(true) })
}
