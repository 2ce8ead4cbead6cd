package main

import (
	"image"
	_ "image/gif"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest"
)

const testOriginals = "../../testdata/originals"

// site is CloudFront on this machine, served over a real connection.
type site struct {
	*cloudfront.Distribution
	url string
	log *buffer
	// ahead is how far the cache's clock is ahead.
	ahead atomic.Int64
}

// startSite serves the origin of from until the test ends.
func startSite(t *testing.T, config edge.Config, from originFlags) *site {
	t.Helper()
	return start(t, config, from, false, viewerrequest.Keys{})
}

// startRaw does what startSite does, with -raw.
func startRaw(t *testing.T, config edge.Config, from originFlags) *site {
	t.Helper()
	return start(t, config, from, true, viewerrequest.Keys{})
}

func start(t *testing.T, config edge.Config, from originFlags, raw bool, keys viewerrequest.Keys) *site {
	t.Helper()
	origin, err := from.open(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(origin.close)
	s := &site{log: &buffer{}}
	sandboxes := newSandboxes(config, origin.source, functionFlags{}.log(nil))
	sandboxes.keys = keys
	s.Distribution = newDistribution(origin, sandboxes, raw)
	s.Now = func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	server := httptest.NewServer(newSite(s.Distribution, origin, sandboxes, s.log))
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

// folder returns the flags of an origin that serves dir.
func folder(dir string) originFlags { return originFlags{folder: dir, region: "us-east-1"} }

// remote returns the flags of an origin with -bucket and -s3-endpoint: a server
// that stands for S3 and serves dir, wrapped by wrap unless that is nil.
func remote(t *testing.T, dir string, wrap func(http.Handler) http.Handler) originFlags {
	t.Helper()
	root, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	isolate(t)
	credentials := aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "secret", SessionToken: "token"}
	t.Setenv("AWS_ACCESS_KEY_ID", credentials.AccessKeyID)
	t.Setenv("AWS_SECRET_ACCESS_KEY", credentials.SecretAccessKey)
	t.Setenv("AWS_SESSION_TOKEN", credentials.SessionToken)
	s3 := &bucket.Server{Folder: root, Name: "my.pics", Region: "eu-west-1", Credentials: credentials}
	var wrapped http.Handler = s3
	if wrap != nil {
		wrapped = wrap(s3)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("list-type") { // from neither CloudFront nor the function
			s3.ServeHTTP(w, r)
			return
		}
		wrapped.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return originFlags{bucket: "my.pics", region: "eu-west-1", endpoint: server.URL + "/"}
}

// isolate hides the user's settings of the aws command line from the test.
func isolate(t *testing.T) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "") // restores it when the test ends
			os.Unsetenv(name)
		}
	}
	none := filepath.Join(t.TempDir(), "none")
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "HOME"} {
		t.Setenv(name, none)
	}
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// fromFunction reports whether a request to S3 comes from the function, not
// from CloudFront.
func fromFunction(r *http.Request) bool { return r.UserAgent() != "Amazon CloudFront" }

// answered is an answer to a viewer.
type answered struct {
	status int
	header http.Header
	body   []byte
}

func (a answered) outcome() string { return a.header.Get(outcomeHeader) }
func (a answered) xCache() string  { return a.header.Get("X-Cache") }

// ask sends a viewer's request unchanged.
func ask(t *testing.T, method, url string, header http.Header) answered {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if header != nil {
		r.Header = header
	}
	r.Header.Set("Accept-Encoding", "identity")
	got, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answered{got.StatusCode, got.Header, body}
}

func get(t *testing.T, url string) answered {
	t.Helper()
	return ask(t, http.MethodGet, url, nil)
}

// checkPicture fails the test unless an answer is a picture of the given format
// and size.
func checkPicture(t *testing.T, a answered, format string, width, height int) {
	t.Helper()
	got, size := format, image.Point{}
	var err error
	if format == "avif" {
		var file pictest.AVIF
		file, err = pictest.ParseAVIF(a.body)
		size = image.Pt(file.Width, file.Height)
	} else {
		var img image.Image
		if img, got, err = pictest.DecodeFirst(t, a.body); err == nil {
			size = img.Bounds().Size()
		}
	}
	if err != nil {
		t.Errorf("%d, %v: %v", a.status, a.header, err)
		return
	}
	if a.status != http.StatusOK || got != format || size.X != width || size.Y != height ||
		a.header.Get("Content-Type") != "image/"+format {
		t.Errorf("got %d, a %s of %v, %v; want a %s of %dx%d", a.status, got, size, a.header, format, width, height)
	}
}

// original returns a file of testdata/originals.
func original(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testOriginals, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// newFolder returns the path of a folder with these files.
func newFolder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		name = filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// buffer is a strings.Builder for several writers.
type buffer struct {
	mu   sync.Mutex
	text strings.Builder
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
