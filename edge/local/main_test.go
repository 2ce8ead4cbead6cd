package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/local/page"
	"github.com/edgeresize/edgeresize/resize"
)

// command runs the command and returns what it wrote.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, errs buffer
	status = run(t.Context(), args, &out, &errs)
	return status, out.String(), errs.String()
}

// succeed runs the command and returns its output. It fails the test if the
// command fails or complains.
func succeed(t *testing.T, args ...string) string {
	t.Helper()
	status, stdout, stderr := command(t, args...)
	if status != 0 || stderr != "" {
		t.Fatalf("%q: got status %d, %s", args, status, stderr)
	}
	return stdout
}

// fail runs the command and returns its complaint. It fails the test unless the
// command exits with status.
func fail(t *testing.T, status int, args ...string) string {
	t.Helper()
	got, _, stderr := command(t, args...)
	if got != status {
		t.Fatalf("%q: got status %d, %s; want %d", args, got, stderr, status)
	}
	return stderr
}

func sprintPicture(label, format string, width, height, size int) string {
	return fmt.Sprintf("%s %s, %dx%d, %d bytes\n", label, resize.Format(format).Name(), width, height, size)
}

// Every error is one line that says what is wrong and what to do.
func TestErrors(t *testing.T) {
	isolate(t)
	dir := newFolder(t, map[string][]byte{
		"range.json": []byte(`{"quality": 101}`), "unknown.json": []byte(`{"qualty": 80}`), "type.json": []byte(`{"fit": 1}`),
		"text.json": []byte("quality"), "signed.json": []byte(`{"parameters": ["signature"]}`), "empty.json": nil, "list.json": []byte("[]"), "other.json": []byte(`{"Records":[{"s3":{}}]}`),
		"two.json": []byte(`{"Records":[{},{}]}`), "shape.json": []byte(`{"Records":[{"cf":{"response":7}}]}`),
	})
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(in("focused"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(in("focused/.metadata.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	event := testEvents + "/resize-jpeg.json"
	for _, tt := range []struct {
		name string
		args []string
		want []string
	}{
		{"no folder", []string{"-originals", in("none")}, []string{"no such file", in("none"), "-originals"}},
		{"a file for a folder", []string{"-originals", in("text.json")}, []string{"not a directory", "-originals"}},
		{"metadata that is no JSON", []string{"-originals", in("focused")}, []string{".metadata.json", "unexpected end of JSON"}},
		{"keys without a config that uses them", []string{"-signing-keys", in("keys.txt")}, []string{"-signing-keys", "parameters", `"signature"`}},
		{"no keys", []string{"-signing-keys", in("none"), "-config", in("signed.json")}, []string{"no such file", in("none"), "-signing-keys"}},
		{"keys that are none", []string{"-signing-keys", in("text.json"), "-config", in("signed.json")}, []string{in("text.json"), "32 to 256 printable ASCII characters"}},
		{"no config", []string{"-config", in("none")}, []string{"no such file", in("none"), "-config"}},
		{"config out of range", []string{"-config", in("range.json")}, []string{"range.json", "quality is 101", "1 to 100"}},
		{"config with an unknown field", []string{"-config", in("unknown.json")}, []string{"unknown.json", "qualty is unknown", "quality"}},
		{"config of a wrong type", []string{"-config", in("type.json")}, []string{"type.json", "fit is 1", "a string"}},
		{"config that is no JSON", []string{"-config", in("text.json")}, []string{"text.json", "JSON object"}},
		{"empty config", []string{"-config", in("empty.json")}, []string{"empty.json", "JSON object"}},
		{"port in use", []string{"-originals", testOriginals, "-addr", busy.Addr().String()}, []string{"address already in use", busy.Addr().String(), "-addr"}},
		{"no port", []string{"-originals", testOriginals, "-addr", "127.0.0.1"}, []string{"missing port", "-addr"}},
		{"endpoint without bucket", []string{"-s3-endpoint", "http://127.0.0.1:9000"}, []string{"-s3-endpoint needs -bucket"}},
		{"bucket without credentials", []string{"-bucket", "pics"}, []string{"-bucket needs credentials", "aws sso login", "AWS_ACCESS_KEY_ID"}},
		{"bucket of no profile", []string{"-bucket", "pics", "-profile", "none"}, []string{`there is no profile "none"`}},
		{"profile without bucket", []string{"-profile", "none"}, []string{"-profile needs -bucket"}},
		{"event for a bucket without credentials", []string{"invoke", event, "-bucket", "pics"}, []string{"-bucket needs credentials"}},
		{"bucket that cannot be one", []string{"-bucket", "My Pictures"}, []string{"-bucket", `"My Pictures"`, "lower-case"}},
		{"region that is none", []string{"-region", "Frankfurt"}, []string{"-region", `"Frankfurt"`, "eu-west-1"}},
		{"a status that no missing key has", []string{"-missing-key", "410"}, []string{"-missing-key", `"410"`, "403 or 404"}},
		{"a bucket's missing keys", []string{"-bucket", "pics", "-missing-key", "404"}, []string{"-missing-key", "folder only"}},
		{"a page for what is not said to be missing", []string{"-not-found-page", "404.html"}, []string{"-not-found-page needs -missing-key 404"}},
		{"a page that is no key", []string{"-missing-key", "404", "-not-found-page", "/404.html"}, []string{"-not-found-page", "/404.html", "without a slash"}},
		{"no event", []string{"invoke", in("none")}, []string{"no such file", in("none"), "testdata/events"}},
		{"event that is no JSON", []string{"invoke", in("text.json")}, []string{"text.json", "origin-response event", "testdata/events"}},
		{"empty event", []string{"invoke", in("empty.json")}, []string{"empty.json", "testdata/events"}},
		{"event that is a list", []string{"invoke", in("list.json")}, []string{"list.json", "testdata/events"}},
		{"event of S3's", []string{"invoke", in("other.json")}, []string{"other.json", "response.status", "testdata/events"}},
		{"event of two records", []string{"invoke", in("two.json")}, []string{"two.json", "testdata/events"}},
		{"event of another shape", []string{"invoke", in("shape.json")}, []string{"shape.json", "testdata/events"}},
		{"no folder for an event", []string{"invoke", event, "-originals", in("none")}, []string{"no such file", "-originals"}},
		{"no place for the picture", []string{"invoke", event, "-originals", testOriginals, "-out", in("none/a.jpg")}, []string{"-out", in("none/a.jpg")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := fail(t, 1, tt.args...)
			if !strings.HasPrefix(got, "local: ") || strings.Count(got, "\n") != 1 || !strings.HasSuffix(got, "\n") {
				t.Errorf("got %q, want one line", got)
			}
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("got %q, want %q in it", got, want)
				}
			}
		})
	}
}

func TestEndpointThatIsNoURL(t *testing.T) {
	isolate(t)
	for _, endpoint := range []string{"127.0.0.1:9000", "localhost:9000", "minio", "ftp://127.0.0.1", "http://"} {
		got := fail(t, 1, "-bucket", "pics", "-s3-endpoint", endpoint)
		if !strings.Contains(got, "-s3-endpoint is") || strings.Count(got, "\n") != 1 {
			t.Errorf("%s: got %q", endpoint, got)
		}
	}
}

// A wrong command line is reported, with the usage.
func TestUsage(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"-nope"}, 2, "not defined: -nope"},
		{[]string{"-addr"}, 2, "needs an argument: -addr"},
		{[]string{"folder"}, 2, `local: unexpected argument "folder"`},
		{[]string{"-region", "eu-west-1", "folder", "other"}, 2, `local: unexpected argument "folder"`},
		{[]string{"-h"}, 0, "-originals DIR"},
		{[]string{"--help"}, 0, "-originals DIR"},
		{[]string{"invoke"}, 2, "local: EVENT.json is missing"},
		{[]string{"invoke", "-v"}, 2, "local: EVENT.json is missing"},
		{[]string{"invoke", "a.json", "b.json"}, 2, `local: unexpected argument "b.json"`},
		{[]string{"invoke", "a.json", "-nope"}, 2, "not defined: -nope"},
		{[]string{"invoke", "-h"}, 0, "-out FILE"},
	} {
		status, stdout, stderr := command(t, tt.args...)
		if status != tt.status || stdout != "" || !strings.Contains(stderr, tt.want) || !strings.Contains(stderr, "usage: go run ./edge/local") {
			t.Errorf("%q: got %d, %q, %q; want %d, %q", tt.args, status, stdout, stderr, tt.status, tt.want)
		}
	}
}

// started is a running server command.
type started struct {
	lines <-chan string // standard output
	// stop stops it as Ctrl-C does, and returns its status and standard error.
	stop func() (int, string)
}

func startCommand(t *testing.T, args ...string) started {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	out, in := io.Pipe()
	var stderr buffer
	status := make(chan int, 1)
	go func() {
		status <- run(ctx, append(args, "-addr", "127.0.0.1:0"), in, &stderr)
		in.Close()
	}()
	lines := make(chan string, 100)
	go func() {
		defer close(lines)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			lines <- scanner.Text()
		}
	}()
	return started{lines, func() (int, string) {
		cancel()
		return <-status, stderr.String()
	}}
}

func (s started) line(t *testing.T) string {
	t.Helper()
	line, ok := <-s.lines
	if !ok {
		status, stderr := s.stop()
		t.Fatalf("it ended with status %d: %s", status, stderr)
	}
	return line
}

var (
	greeting = regexp.MustCompile(`^CloudFront on this machine: (http://127\.0\.0\.1:\d+/)$`)
	example  = regexp.MustCompile(`^try: curl -o small\.jpg '(http://127\.0\.0\.1:\d+/[^']+\?width=500&height=300)'$`)
)

// find returns the first group of pattern in line, or fails the test.
func find(t *testing.T, pattern *regexp.Regexp, line string) string {
	t.Helper()
	m := pattern.FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("got %q, want %s", line, pattern)
	}
	return m[1]
}

// The command, started as by make run, prints where it is and what to try, and
// ends cleanly.
func TestServe(t *testing.T) {
	s := startCommand(t, "-originals", testOriginals, "-v")
	base := find(t, greeting, s.line(t))
	try := find(t, example, s.line(t))
	if !strings.HasPrefix(try, base+"PHOTO.jpg?") {
		t.Errorf("got %s to try", try)
	}
	checkPicture(t, get(t, try), "jpeg", 500, 300)
	if line := s.line(t); !strings.HasPrefix(line, "GET /PHOTO.jpg?width=500&height=300 200 Miss from cloudfront; resized; ") {
		t.Errorf("got %q", line)
	}
	status, stderr := s.stop()
	if status != 0 {
		t.Errorf("got status %d", status)
	}
	var logged struct{ URI, Outcome string }
	if err := json.Unmarshal([]byte(stderr), &logged); err != nil || logged.URI != "/PHOTO.jpg" || logged.Outcome != "resized" {
		t.Errorf("got %q, %v", stderr, err)
	}
}

// -raw serves every spelling separately.
func TestServeRaw(t *testing.T) {
	s := startCommand(t, "-originals", testOriginals, "-raw")
	base := find(t, greeting, s.line(t))
	find(t, example, s.line(t))
	for _, query := range []string{"width=50&height=30", "height=30&width=50"} {
		if got := get(t, base+"PHOTO.jpg?"+query); got.xCache() != "Miss from cloudfront" || got.header.Get(requestHeader) != "" {
			t.Errorf("%s: got %v", query, got.header)
		}
	}
	if status, stderr := s.stop(); status != 0 || stderr != "" {
		t.Errorf("got status %d, %s", status, stderr)
	}
}

// Without a picture there is no example. The config may pin production's
// originals; they do not replace those here.
func TestServeByPinnedConfig(t *testing.T) {
	dir := newFolder(t, map[string][]byte{"p.png": original(t, "png-rgb-8.png"), "html": []byte("<p>")})
	config := filepath.Join(t.TempDir(), "config.json")
	err := os.WriteFile(config, []byte(`{"bucket": "production", "region": "eu-west-1", "key_prefix": "photos/"}`), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	s := startCommand(t, "-originals", dir, "-config", config)
	base := find(t, greeting, s.line(t))
	checkPicture(t, get(t, base+"p.png?width=30&height=20"), "png", 30, 20)
	if line := s.line(t); !strings.Contains(line, "; resized; ") {
		t.Errorf("got %q", line)
	}
	if status, stderr := s.stop(); status != 0 || stderr != "" {
		t.Errorf("got status %d, %s", status, stderr)
	}
}

// TestServeSigned wants a signed example that works. Without keys it wants to be told
// why no size will.
func TestServeSigned(t *testing.T) {
	dir := newFolder(t, map[string][]byte{"config.json": []byte(`{"parameters": ["signature"]}`), "keys": []byte(strings.Repeat("k", 43) + "\n")})
	config, keys := filepath.Join(dir, "config.json"), filepath.Join(dir, "keys")
	s := startCommand(t, "-originals", testOriginals, "-config", config, "-signing-keys", keys)
	base := find(t, greeting, s.line(t))
	try := find(t, regexp.MustCompile(`^try: curl -o small\.jpg '(.*width=500&height=300&expires=\d+&signature=[\w-]{43})'$`), s.line(t))
	checkPicture(t, get(t, try), "jpeg", 500, 300)
	if got := get(t, base+"PHOTO.jpg?width=500&height=300"); got.outcome() != "original unsigned" {
		t.Errorf("got %q", got.outcome())
	}
	if status, stderr := s.stop(); status != 0 || stderr != "" {
		t.Errorf("got status %d, %s", status, stderr)
	}
	s = startCommand(t, "-originals", testOriginals, "-config", config)
	find(t, greeting, s.line(t))
	if line := s.line(t); !strings.Contains(line, "no keys: every size gets the original") || !strings.Contains(line, "-signing-keys") {
		t.Errorf("got %q", line)
	}
	if status, stderr := s.stop(); status != 0 || stderr != "" {
		t.Errorf("got status %d, %s", status, stderr)
	}
}

// A server of S3's protocol, with credentials from the environment.
func TestServeABucket(t *testing.T) {
	from := remote(t, testOriginals, nil)
	s := startCommand(t, "-bucket", from.bucket, "-s3-endpoint", from.endpoint)
	base := find(t, greeting, s.line(t))
	if line := s.line(t); !strings.HasPrefix(line, "S3: the bucket my.pics in eu-west-1, at http://127.0.0.1:") {
		t.Errorf("got %q", line)
	}
	checkPicture(t, get(t, base+"PHOTO.jpg?width=50&height=30"), "jpeg", 50, 30)
	if line := s.line(t); !strings.Contains(line, "; resized; ") {
		t.Errorf("got %q", line)
	}
	if status, stderr := s.stop(); status != 0 || stderr != "" {
		t.Errorf("got status %d, %s", status, stderr)
	}
}

// The address that stands for all of the machine's cannot be opened, so the
// greeting names another.
func TestGreetingForAllAddresses(t *testing.T) {
	var out strings.Builder
	origin, err := folder(t.TempDir()).open(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	defer origin.close()
	greet(&out, &net.TCPAddr{IP: net.IPv6unspecified, Port: 8080}, origin, page.Signer{})
	if got := out.String(); got != "CloudFront on this machine: http://127.0.0.1:8080/\n" {
		t.Errorf("got %q", got)
	}
}
