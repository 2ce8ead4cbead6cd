package main

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/runtimeapi"
)

const testdata = "../../testdata"

func TestFunctionMemory(t *testing.T) {
	for mb, want := range map[string]int64{
		"1769": 1769 << 20,
		"128":  128 << 20,
		"":     0,
		"-1":   0,
		"lots": 0,
	} {
		if got := functionMemory(mb); got != want {
			t.Errorf("%q MB: %d bytes, want %d", mb, got, want)
		}
	}
}

// bucket is an S3 server whose buckets, under any name, hold the originals of
// testdata. It counts requests and refuses those that S3 would refuse.
type bucket struct {
	t        *testing.T
	requests atomic.Int32
	status   atomic.Int32 // of every answer, unless 0
}

func (b *bucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.requests.Add(1)
	if !strings.Contains(r.Header.Get("Authorization"), "Credential=AKIDTEST/") ||
		r.Header.Get("X-Amz-Security-Token") != "test-token" {
		b.t.Errorf("%s: not signed with the credentials of the environment", r.URL)
	}
	if status := int(b.status.Load()); status != 0 {
		w.WriteHeader(status)
		return
	}
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	data, err := os.ReadFile(filepath.Join(testdata, "originals", filepath.Base(key)))
	if err != nil {
		w.WriteHeader(404)
		return
	}
	etag := fmt.Sprintf(`"%x"`, md5.Sum(data))
	if match := r.Header.Get("If-Match"); match != "" && match != etag {
		w.WriteHeader(412)
		return
	}
	w.Header().Set("ETag", etag)
	w.Write(data)
}

// function is the running binary, started once as Lambda does.
type function struct {
	t   *testing.T
	api *runtimeapi.Server
	log *bytes.Buffer // standard output and error: CloudWatch gets both
	cmd *exec.Cmd
}

// build returns the path of the binary, built as the packager does. config,
// unless empty, replaces the built-in one.
func build(t *testing.T, config string) string {
	t.Helper()
	dir := t.TempDir()
	binary := filepath.Join(dir, "bootstrap")
	args := []string{"build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", binary}
	if config != "" {
		args = append(args, "-overlay", overlay(t, dir, config))
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// overlay writes a file that makes go build use another config, and returns its
// path.
func overlay(t *testing.T, dir, config string) string {
	t.Helper()
	baked, err := filepath.Abs("../config.json")
	if err != nil {
		t.Fatal(err)
	}
	given, file := filepath.Join(dir, "config.json"), filepath.Join(dir, "overlay.json")
	replace, err := json.Marshal(map[string]map[string]string{"Replace": {baked: given}})
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{given: []byte(config), file: replace} {
		if err := os.WriteFile(name, content, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return file
}

func start(t *testing.T, s3 *bucket) *function {
	t.Helper()
	f := &function{t: t, api: runtimeapi.New(), log: &bytes.Buffer{}, cmd: exec.Command(build(t, ""))}
	origin := httptest.NewServer(s3)
	t.Cleanup(origin.Close)
	runtime := httptest.NewServer(f.api)
	t.Cleanup(runtime.Close)
	f.cmd.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + strings.TrimPrefix(runtime.URL, "http://"),
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE=512",
		"AWS_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=AKIDTEST", "AWS_SECRET_ACCESS_KEY=test-secret", "AWS_SESSION_TOKEN=test-token",
		"AWS_ENDPOINT_URL_S3=" + origin.URL,
	}
	f.cmd.Stdout, f.cmd.Stderr = f.log, f.log
	if err := f.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.stop)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := f.api.Ready(ctx); err != nil {
		t.Fatalf("the process did not get ready: %v", err)
	}
	return f
}

// stop ends the process and completes its log.
func (f *function) stop() {
	f.cmd.Process.Kill()
	f.cmd.Wait()
}

// invoke sends a recorded event and returns the response object.
func (f *function) invoke(event []byte) []byte {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), time.Minute)
	defer cancel()
	response, err := f.api.Invoke(ctx, event)
	if err != nil {
		f.t.Fatalf("invocation failed: %v", err)
	}
	return response
}

func recorded(t *testing.T, name string) []byte {
	t.Helper()
	event, err := os.ReadFile(filepath.Join(testdata, "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return event
}

// checkVariant checks that response holds a picture of the given format and
// size.
func checkVariant(t *testing.T, name string, response []byte, format string, width, height int) {
	t.Helper()
	var r edge.Response
	if err := json.Unmarshal(response, &r); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	body, err := base64.StdEncoding.DecodeString(r.Body)
	if err != nil {
		t.Fatalf("%s: body: %v", name, err)
	}
	picture, kind, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%s: body: %v", name, err)
	}
	if size := picture.Bounds().Size(); kind != format || size != image.Pt(width, height) {
		t.Errorf("%s: %s of %v, want %s of %dx%d", name, kind, size, format, width, height)
	}
	if got := r.Headers.Get("Content-Type"); got != "image/"+format || r.Status != "200" || r.BodyEncoding != "base64" {
		t.Errorf("%s: Content-Type %q, status %s, encoding %s", name, got, r.Status, r.BodyEncoding)
	}
}

// checkUntouched checks that response equals the event's response, member by
// member.
func checkUntouched(t *testing.T, name string, event, response []byte) {
	t.Helper()
	var sent struct {
		Records []struct{ CF struct{ Response any } }
	}
	var got any
	if err := json.Unmarshal(event, &sent); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(response, &got); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if !reflect.DeepEqual(got, sent.Records[0].CF.Response) {
		t.Errorf("%s: the response was touched:\n%s", name, response)
	}
}

// One process answers event after event, and logs a line for each.
func TestBootstrap(t *testing.T) {
	s3 := &bucket{t: t}
	f := start(t, s3)
	jpeg, png, asdf := recorded(t, "resize-jpeg"), recorded(t, "resize-png"), recorded(t, "query-asdf")
	var outcomes []string
	for range 6 {
		checkVariant(t, "resize-jpeg", f.invoke(jpeg), "jpeg", 500, 300)
		checkVariant(t, "resize-png", f.invoke(png), "png", 90, 120)
		checkUntouched(t, "query-asdf", asdf, f.invoke(asdf))
		outcomes = append(outcomes, "resized", "resized", "bad-size")
	}
	s3.status.Store(http.StatusForbidden)
	checkBriefly(t, f.invoke(jpeg))
	s3.status.Store(0)
	checkVariant(t, "resize-jpeg", f.invoke(jpeg), "jpeg", 500, 300)
	outcomes = append(outcomes, "s3-denied", "resized")
	if got := s3.requests.Load(); got != 14 {
		t.Errorf("%d requests to S3, want one for each of 14", got)
	}
	f.stop()
	checkLog(t, f.log, outcomes)
}

// An invalid config in the binary ends the process with one line.
func TestBadConfig(t *testing.T) {
	var stderr bytes.Buffer
	cmd := exec.Command(build(t, `{"quality": 101}`))
	cmd.Stderr = &stderr
	if err := cmd.Run(); cmd.ProcessState.ExitCode() != 1 {
		t.Errorf("ended with %v, want exit status 1", err)
	}
	if got := stderr.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "quality") {
		t.Errorf("said %q, want one line that names the field", got)
	}
}

// checkBriefly checks that response serves the original and that caches keep it
// only briefly.
func checkBriefly(t *testing.T, response []byte) {
	t.Helper()
	var r edge.Response
	if err := json.Unmarshal(response, &r); err != nil {
		t.Fatal(err)
	}
	if r.Body != "" || r.Headers.Get("ETag") != "" || !strings.HasPrefix(r.Headers.Get("Cache-Control"), "max-age=") {
		t.Errorf("not the original for a short time: %s", response)
	}
}
