package trial

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	"image/png"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// tools is the folder that .ci/tools tryout has filled. Tests that need it are skipped
// without.
var tools = os.Getenv("TRYOUT")

// needTools skips a test if there are no tools.
func needTools(t *testing.T) {
	t.Helper()
	if tools == "" {
		t.Skip("needs the Python runtime client: run make try-package")
	}
}

// pythons returns the paths of the interpreters that have awslambdaric, by what they call
// themselves: those of interpreters.txt and the machine's own.
func pythons(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(tools, "pythons/*/bin/python3"))
	if err != nil {
		t.Fatal(err)
	}
	byVersion := map[string]string{}
	for _, path := range append(paths, filepath.Join(tools, "venv/bin/python")) {
		version, err := exec.Command(path, "--version").Output()
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		byVersion[strings.TrimSpace(string(version))] = path
	}
	return byVersion
}

const testdata = "../../testdata"

// bigSide is the width and the height, in pixels, of a variant of noise whose response is
// just below 1 MiB.
const bigSide = 508

// way is a way to start a package: an interpreter, and the name of a launcher.
type way struct{ python, launcher string }

// launched is an unpacked package that a test starts, with the S3 that it reads from.
type launched struct {
	t *testing.T
	way
	dir string
	env []string
	s3  *s3
	// wrapper, if set, is a command that runs the command behind it.
	wrapper []string
}

// unpack unpacks the package with the launcher of w, and serves S3 for it.
func unpack(t *testing.T, w way) *launched {
	t.Helper()
	p, err := Pack(t.Context(), w.launcher)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	l := &launched{t: t, way: w, dir: p.Dir}
	var endpoint string
	l.s3, endpoint = startS3(t)
	l.env = BucketEnv(endpoint)
	return l
}

// s3 is a bucket that can be made to hang.
type s3 struct {
	*bucket.Server
	hang    atomic.Bool
	arrived chan struct{} // receives when a request hangs
}

// ServeHTTP implements [http.Handler].
func (s *s3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !s.hang.Load() {
		s.Server.ServeHTTP(w, r)
		return
	}
	select {
	case s.arrived <- struct{}{}:
	default:
	}
	<-r.Context().Done()
}

// startS3 serves testdata/originals and a picture of noise.
func startS3(t *testing.T) (s *s3, url string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(filepath.Join(testdata, "originals"))); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "noise.png"), noise(t), 0o644); err != nil {
		t.Fatal(err)
	}
	folder, err := os.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { folder.Close() })
	s = &s3{Server: NewBucket(folder), arrived: make(chan struct{}, 1)}
	s.Name = "" // recorded events name others
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// noise returns a PNG that does not compress.
func noise(t *testing.T) []byte {
	t.Helper()
	random := rand.NewChaCha8([32]byte{1})
	img := image.NewNRGBA(image.Rect(0, 0, bigSide+4, bigSide+4))
	_, _ = random.Read(img.Pix) // never fails
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// command returns the command that runs the launcher under the real runtime client.
func (s *launched) command() []string {
	return append(slices.Clone(s.wrapper), s.python, "-m", "awslambdaric", launcher.Handler)
}

// start starts the launcher under the real runtime client.
func (s *launched) start() *Sandbox {
	s.t.Helper()
	sandbox, err := Start(Options{Dir: s.dir, Env: s.env, Command: s.command()})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		if err := sandbox.Close(); err != nil {
			s.t.Error(err)
		}
		if s.t.Failed() {
			s.t.Logf("the process printed:\n%s", sandbox.Output())
		}
	})
	return sandbox
}

// invoke hands a sandbox an event and returns the response, or fails the test.
func (s *launched) invoke(sandbox *Sandbox, event []byte) edge.Response {
	s.t.Helper()
	response, err := sandbox.Invoke(withTime(s.t, 30*time.Second), event)
	if err != nil {
		s.t.Fatalf("invocation: %v", err)
	}
	var r edge.Response
	if err := json.Unmarshal(response, &r); err != nil {
		s.t.Fatal(err)
	}
	return r
}

// withTime returns a context that ends after d.
func withTime(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// recorded returns the recorded event of that name.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	event, err := os.ReadFile(filepath.Join(testdata, "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// bigEvent returns an event for a variant whose response is just below 1 MiB.
func bigEvent(t *testing.T) []byte {
	t.Helper()
	var event edge.Event
	if err := json.Unmarshal(recorded(t, "resize-png"), &event); err != nil {
		t.Fatal(err)
	}
	cf := &event.Records[0].CF
	cf.Request.URI = "/noise.png"
	cf.Request.QueryString = fmt.Sprintf("width=%d&height=%d", bigSide, bigSide)
	cf.Response.Headers.Set("ETag", fmt.Sprintf(`"%x"`, md5.Sum(noise(t))))
	big, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return big
}

// checkPicture wants a picture of that format and of width by height pixels in r.
func checkPicture(t *testing.T, r edge.Response, format string, width, height int) {
	t.Helper()
	body, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	picture, got, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%d bytes: %v", len(body), err)
	}
	if size := picture.Bounds().Size(); got != format || size != image.Pt(width, height) {
		t.Errorf("got %s of %v, want %s of %dx%d", got, size, format, width, height)
	}
}

// forEach runs a test with each interpreter and launcher.
func forEach(t *testing.T, test func(t *testing.T, w way)) {
	needTools(t)
	for version, python := range pythons(t) {
		t.Run(version, func(t *testing.T) {
			for _, name := range launcher.Names() {
				t.Run(name, func(t *testing.T) { test(t, way{python, name}) })
			}
		})
	}
}

// checkTransient wants r to be an original that is cached for a short time only.
func checkTransient(t *testing.T, r edge.Response) {
	t.Helper()
	if r.Body != "" || r.Headers.Get("Cache-Control") != "max-age=10" || r.Headers.Get("ETag") != "" {
		t.Errorf("got %+v", r)
	}
}
