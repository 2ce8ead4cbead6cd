package tryout

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	_ "image/gif"
	_ "image/jpeg"
	"image/png"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// python is the interpreter of a virtual environment that has awslambdaric,
// which make try-package makes. Without it there is nothing to try with.
var python = os.Getenv("TRYOUT_PYTHON")

func needPython(t *testing.T) {
	t.Helper()
	if python == "" {
		t.Skip("needs the Python runtime client: run make try-package")
	}
}

const testdata = "../../../testdata"

// bigSide is the size of a variant of noise whose answer is just below 1 MiB.
const bigSide = 508

// stage is what a try needs: S3, a package unpacked, and the environment.
type stage struct {
	t   *testing.T
	dir string
	env []string
	s3  *s3
	// wrapper, where set, is a command that runs the command it is given.
	wrapper []string
}

// packages are built once for each launcher.
var packages = map[string]func() (*pack.Package, error){}

func init() {
	for _, name := range launcher.Names() {
		packages[name] = sync.OnceValues(func() (*pack.Package, error) {
			return pack.Make(context.Background(), pack.Options{Dir: ".", Config: []byte("{}"), Launcher: name})
		})
	}
}

// newStage unpacks the package of a launcher into an empty folder.
func newStage(t *testing.T, name string) *stage {
	t.Helper()
	needPython(t)
	p, err := packages[name]()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, dir: t.TempDir()}
	if err := Unpack(p.Zip, s.dir); err != nil {
		t.Fatal(err)
	}
	var endpoint string
	s.s3, endpoint = startS3(t)
	s.env = []string{
		"AWS_ENDPOINT_URL_S3=" + endpoint, "AWS_ACCESS_KEY_ID=AKIATRYOUT", "AWS_SECRET_ACCESS_KEY=secret",
	}
	return s
}

// s3 is S3 as the tests want it: a bucket that can be made to hang.
type s3 struct {
	*bucket.Server
	hang    atomic.Bool
	arrived chan struct{} // a request has come that hangs
}

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
	s = &s3{
		Server:  &bucket.Server{Folder: folder, Credentials: aws.Credentials{AccessKeyID: "AKIATRYOUT", SecretAccessKey: "secret"}},
		arrived: make(chan struct{}, 1),
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return s, server.URL
}

// noise is a PNG that does not compress.
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

// command runs the launcher under the real runtime client.
func (s *stage) command() []string {
	return append(slices.Clone(s.wrapper), python, "-m", "awslambdaric", launcher.Handler)
}

// start runs the launcher under the real runtime client.
func (s *stage) start() *Sandbox {
	s.t.Helper()
	sandbox, err := Start(s.dir, s.env, s.command()...)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() {
		sandbox.Close()
		if s.t.Failed() {
			s.t.Logf("the process printed:\n%s", sandbox.Output())
		}
	})
	return sandbox
}

// invoke sends an event to a sandbox that must answer it.
func (s *stage) invoke(sandbox *Sandbox, event []byte) edge.Response {
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

func withTime(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

// recorded is a recorded event.
func recorded(t *testing.T, name string) []byte {
	t.Helper()
	event, err := os.ReadFile(filepath.Join(testdata, "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// bigEvent asks for a variant whose answer is just below 1 MiB.
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

// checkPicture wants a picture of that format and size in a response.
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

// forEach runs a test with each launcher.
func forEach(t *testing.T, test func(t *testing.T, name string)) {
	for _, name := range launcher.Names() {
		t.Run(name, func(t *testing.T) { test(t, name) })
	}
}

func TestRecordedEvents(t *testing.T) {
	forEach(t, func(t *testing.T, name string) {
		s := newStage(t, name)
		sandbox := s.start()
		for _, tt := range []struct {
			event, format string
			width, height int
		}{
			{"resize-jpeg", "jpeg", 500, 300},
			{"resize-png", "png", 90, 120},
			{"resize-gif", "gif", 120, 90},
			{"resize-webp", "jpeg", 150, 100},
			{"resize-unicode-key", "jpeg", 200, 150},
			{"resize-unknown-fields", "jpeg", 500, 300},
		} {
			checkPicture(t, s.invoke(sandbox, recorded(t, tt.event)), tt.format, tt.width, tt.height)
		}
		for _, event := range []string{"query-asdf", "status-304", "body-svg"} {
			var sent edge.Event
			if err := json.Unmarshal(recorded(t, event), &sent); err != nil {
				t.Fatal(err)
			}
			want, err := json.Marshal(sent.Records[0].CF.Response)
			if err != nil {
				t.Fatal(err)
			}
			got, err := json.Marshal(s.invoke(sandbox, recorded(t, event)))
			if err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: got %s, %v; want it untouched: %s", event, got, err, want)
			}
		}
	})
}

// An answer of 1 MiB, 300 times, by one process.
func TestManyInvocations(t *testing.T) {
	forEach(t, func(t *testing.T, name string) {
		s := newStage(t, name)
		sandbox := s.start()
		event := bigEvent(t)
		var worker int
		for i := range 300 {
			r := s.invoke(sandbox, event)
			if len(r.Body) < 1_000_000 || len(r.Body) > 1<<20 {
				t.Fatalf("a body of %d characters", len(r.Body))
			}
			if i == 0 {
				checkPicture(t, r, "png", bigSide, bigSide)
				worker = checkProcesses(t, sandbox, name, filepath.Join(s.dir, "bootstrap"))
			}
		}
		if again := checkProcesses(t, sandbox, name, filepath.Join(s.dir, "bootstrap")); again != worker {
			t.Errorf("process %d has become %d", worker, again)
		}
	})
}

// After a crash in the middle of an invocation that one fails, and the next
// process answers.
func TestCrash(t *testing.T) {
	forEach(t, func(t *testing.T, name string) {
		for _, cause := range []string{"killed", "panic"} {
			t.Run(cause, func(t *testing.T) {
				s := newStage(t, name)
				if cause == "panic" {
					s.replaceBinary(name, buildMisbehaving(t))
				}
				sandbox := s.start()
				checkPicture(t, s.invoke(sandbox, recorded(t, "resize-jpeg")), "jpeg", 500, 300)
				s.crash(sandbox, name, cause)
				if name == launcher.Exec {
					sandbox = s.start() // as Lambda does
				}
				checkPicture(t, s.invoke(sandbox, recorded(t, "resize-jpeg")), "jpeg", 500, 300)
			})
		}
	})
}

// A binary without its execute bit is run from a copy.
func TestLostExecuteBit(t *testing.T) {
	forEach(t, func(t *testing.T, name string) {
		s := newStage(t, name)
		s.dropExecuteBit()
		sandbox := s.start()
		checkPicture(t, s.invoke(sandbox, recorded(t, "resize-jpeg")), "jpeg", 500, 300)
		checkProcesses(t, sandbox, name, copyPath)
	})
}

// What cannot start says why while it is initialised.
func TestInitErrors(t *testing.T) {
	for _, tt := range spoiled {
		t.Run(tt.name, func(t *testing.T) {
			forEach(t, func(t *testing.T, name string) {
				s := newStage(t, name)
				tt.spoil(s, name)
				err := s.start().Ready(withTime(t, 30*time.Second))
				if err == nil || errors.Is(err, ErrExited) {
					t.Fatalf("got %v, want an init error", err)
				}
				for _, want := range tt.wants {
					if !strings.Contains(err.Error(), want) {
						t.Errorf("got %q, want it to say %q", err, want)
					}
				}
			})
		})
	}
}

// A handler that has too little time serves the original before the deadline.
func TestDeadline(t *testing.T) {
	forEach(t, func(t *testing.T, name string) {
		s := newStage(t, name)
		sandbox := s.start()
		s.s3.hang.Store(true)
		if err := sandbox.Ready(withTime(t, 30*time.Second)); err != nil {
			t.Fatal(err)
		}
		response, err := sandbox.Invoke(withTime(t, 2*time.Second), recorded(t, "resize-jpeg"))
		if err != nil {
			t.Fatalf("got %v, want the original before the deadline", err)
		}
		var r edge.Response
		if err := json.Unmarshal(response, &r); err != nil {
			t.Fatal(err)
		}
		checkBriefly(t, r)
	})
}

// checkBriefly wants the original, to be cached for a short time only.
func checkBriefly(t *testing.T, r edge.Response) {
	t.Helper()
	if r.Body != "" || r.Headers.Get("Cache-Control") != "max-age=10" || r.Headers.Get("ETag") != "" {
		t.Errorf("got %+v", r)
	}
}

// A handler that does not answer at all is cut off by the deadline, and the
// next process answers.
func TestOverrun(t *testing.T) {
	forEach(t, func(t *testing.T, name string) {
		s := newStage(t, name)
		s.replaceBinary(name, buildMisbehaving(t))
		sandbox := s.start()
		checkPicture(t, s.invoke(sandbox, recorded(t, "resize-jpeg")), "jpeg", 500, 300)
		response, err := sandbox.Invoke(withTime(t, time.Second), overrunEvent)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %s, %v; want %v", response, err, context.DeadlineExceeded)
		}
		sandbox.Close() // as Lambda does
		checkPicture(t, s.invoke(s.start(), recorded(t, "resize-jpeg")), "jpeg", 500, 300)
	})
}
