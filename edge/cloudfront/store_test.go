package cloudfront_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/edge/local/sigv4"
)

// store is S3 with one object, for CloudFront and the function, without a
// network: in tests, time passes by sleeping.
type store struct {
	server  *bucket.Server
	file    string
	control string // the object's Cache-Control, unless ""

	mu      sync.Mutex
	body    []byte
	down    error // the error of CloudFront's requests
	failing edge.Reason
}

const (
	storedKey    = "a.jpg"
	storedBucket = "pics"
	storedRegion = "us-east-1"
)

var storeKey = aws.Credentials{AccessKeyID: "AKIASTORE", SecretAccessKey: "store"}

func newStore(t *testing.T) *store {
	t.Helper()
	folder := t.TempDir()
	root, err := os.OpenRoot(folder)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	return &store{
		server: &bucket.Server{Folder: root, Name: storedBucket, Region: storedRegion, Credentials: storeKey, HideMissing: true},
		file:   filepath.Join(folder, storedKey),
	}
}

// put replaces the object. S3's times are whole seconds.
func (s *store) put(t *testing.T, body []byte) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := errors.Join(os.WriteFile(s.file, body, 0o600), os.Chtimes(s.file, time.Time{}, time.Now())); err != nil {
		t.Fatal(err)
	}
	s.body = body
}

// fail makes CloudFront's requests fail with down, unless it is nil, and the
// function's for reason, unless it is "".
func (s *store) fail(down error, reason edge.Reason) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down, s.failing = down, reason
}

// errUnavailable is S3's 503; any other error is one of the network.
var errUnavailable = errors.New("503 Slow Down")

// RoundTrip implements [http.RoundTripper] for CloudFront.
func (s *store) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w := httptest.NewRecorder()
	switch {
	case s.down == errUnavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
		return w.Result(), nil
	case s.down != nil:
		return nil, s.down
	}
	signed := r.Clone(r.Context())
	signed.Header.Set("X-Amz-Content-Sha256", sigv4.EmptyPayload)
	if err := sigv4.NewSigner("s3").SignHTTP(r.Context(), storeKey, signed, sigv4.EmptyPayload, "s3", storedRegion, time.Now()); err != nil {
		return nil, err
	}
	signed.Host, signed.RequestURI = signed.URL.Host, signed.URL.RequestURI()
	s.server.ServeHTTP(w, signed)
	got := w.Result()
	if got.StatusCode < 400 && s.control != "" {
		got.Header.Set("Cache-Control", s.control)
	}
	return got, nil
}

// Open implements [edge.Source].
func (s *store) Open(_ context.Context, l edge.Location, _ int64) (edge.Body, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	etag := fmt.Sprintf(`"%x"`, md5.Sum(s.body))
	switch {
	case s.failing != "":
		return nil, edge.Because(s.failing, nil)
	case l.Bucket != storedBucket || l.Key != storedKey:
		return nil, edge.Because(edge.S3NotFound, nil)
	case l.ETag != "" && l.ETag != etag:
		return nil, edge.Because(edge.S3Changed, nil)
	}
	return edge.Whole(s.body, etag), nil
}

// photos returns originals of several kB that have no pixels in common.
var photos = sync.OnceValue(func() [][]byte {
	all := make([][]byte, 12)
	for i := range all {
		r := rand.New(rand.NewPCG(uint64(i), 7))
		img := image.NewGray(image.Rect(0, 0, 96, 72))
		for j := range img.Pix {
			img.Pix[j] = byte(r.Uint32())
		}
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
			panic(err)
		}
		all[i] = b.Bytes()
	}
	return all
})

func (s *store) isDown() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down != nil
}

func (s *store) inTrouble() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down != nil || s.failing != ""
}
