package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// signingConfig writes a config that wants signed URLs and returns the file.
func signingConfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(file, []byte(`{"parameters": ["preset", "signature", "fit"], "presets": {"card": "width=500&height=300&fit=fill"}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// TestSignCommand wants URLs that the viewer-request function accepts until they
// expire, in the spelling that was given.
func TestSignCommand(t *testing.T) {
	config, file := signingConfig(t), filepath.Join(t.TempDir(), "keys")
	if status, stdout, stderr := deploy(t, "signing-keys", "-file", file); status != 0 || stdout != "key file "+file+": make it\n" {
		t.Fatalf("got %d, %q, %q", status, stdout, stderr)
	}
	keys, err := viewerrequest.ReadKeys(file)
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := edge.ParseConfig(text)
	if err != nil {
		t.Fatal(err)
	}
	settings := viewerrequest.SettingsOf(cfg)
	settings.Keys = keys
	for url, canonical := range map[string]string{
		"https://img.example.com/photo.jpg?width=500&height=300":  "/photo.jpg?width=500&height=300",
		"http://localhost:8080/a/b.jpg?height=0300&width=500&x=1": "/a/b.jpg?width=500&height=300",
		"/사진.jpg?width=5&height=6#top":                            "/%EC%82%AC%EC%A7%84.jpg?width=5&height=6",
		"/a.jpg?preset=card&format=webp":                          "/a.jpg?width=500&height=300&fit=fill&format=webp",
		"/a.jpg?width=5&height=6&expires=5&signature=x":           "/a.jpg?width=5&height=6",
		"/a.jpg?width=5&height=6&fit=cover":                       "/a.jpg?width=5&height=6",
		"//img.example.com/a.jpg?width=5&height=6":                "/a.jpg?width=5&height=6",
		"/a.jpg?width=5&height=6&from=https://b.example/c.jpg":    "/a.jpg?width=5&height=6",
		"/a://b/c.jpg?width=5&height=6":                           "/a://b/c.jpg?width=5&height=6",
		"https://u:p@bücher.example:8443/a.jpg?height=6&width=5#": "/a.jpg?width=5&height=6",
	} {
		status, stdout, stderr := deploy(t, "sign", "-config", config, "-keys", file, "-expires", "90m", url)
		signed := strings.TrimSuffix(stdout, "\n")
		m := regexp.MustCompile(`^(.*)[?&]expires=(\d+)&signature=[\w-]{43}$`).FindStringSubmatch(signed)
		if status != 0 || m == nil {
			t.Errorf("%s: got %d, %q, %q", url, status, stdout, stderr)
			continue
		}
		// A browser sends what comes after the host.
		signed = regexp.MustCompile(`^(https?:)?//[^/]*`).ReplaceAllString(signed, "")
		path, query, _ := strings.Cut(signed, "?")
		for at, want := range map[time.Time]edge.Reason{time.Now().Add(89 * time.Minute): "", time.Now().Add(91 * time.Minute): edge.Expired} {
			settings.Now = func() time.Time { return at }
			got, why, err := settings.Canonical(viewerrequest.Request{Method: http.MethodGet, Path: path, Query: query})
			if err != nil || why != want || why == "" && got.Path+"?"+got.Query != canonical {
				t.Errorf("%s: got %s?%s because %q, %v; want %q", signed, got.Path, got.Query, why, err, want)
			}
		}
	}
	for _, url := range []string{"https://img.example.com/photo.jpg?width=500&height=300", "/a.jpg?preset=card"} {
		if _, stdout, _ := deploy(t, "sign", "-config", config, "-keys", file, url); !strings.HasPrefix(stdout, url+"&expires=") {
			t.Errorf("got %s", stdout)
		}
	}
}

// TestSignRefuses wants one line that names the reason, and no URL.
func TestSignRefuses(t *testing.T) {
	config, file := signingConfig(t), filepath.Join(t.TempDir(), "keys")
	if status, _, stderr := deploy(t, "signing-keys", "-file", file); status != 0 {
		t.Fatal(stderr)
	}
	short := filepath.Join(t.TempDir(), "short")
	if err := os.WriteFile(short, []byte("hunter2"), 0o600); err != nil {
		t.Fatal(err)
	}
	with := func(args ...string) []string {
		return append([]string{"sign", "-config", config, "-keys", file}, args...)
	}
	for want, args := range map[string][]string{
		"gets the original, because width and height are missing":       with("https://img.example.com/a.jpg"),
		"because width or height is larger than the configured maximum": with("/a.jpg?width=99999&height=1"),
		"because a parameter has a value that is not allowed":           with("/a.jpg?preset=none"),
		"the request is refused with 400 Bad Request":                   with("/a/../b.jpg?width=5&height=6"),
		"want a URL such as https://":                                   with("a.jpg?width=5&height=6"),
		"width=5: want a URL such as https://":                          with("https://img.example.com?height=/6&width=5"),
		"img.example.com#/a.jpg?width=5&height=6: want a URL":           with("https://img.example.com#/a.jpg?width=5&height=6"),
		"https://img.example.com: it gets the original":                 with("https://img.example.com"),
		`the sizes are "500*300"`:                                       with("-sizes", "500*300", "/a.jpg?width=5&height=6"),
		"/b.jpg: it gets the original":                                  with("/a.jpg?width=5&height=6", "/b.jpg"),
		`do not include "signature"`:                                    {"sign", "-config", "template/stages/live.json", "-keys", file, "/a.jpg?width=5&height=6"},
		"no such file":                                                  {"sign", "-config", config, "-keys", file + "0", "/a.jpg?width=5&height=6"},
		"want one or two signing keys":                                  {"sign", "-config", config, "-keys", short, "/a.jpg?width=5&height=6"},
	} {
		if runtime.GOOS == "windows" && want == "no such file" {
			want = "cannot find"
		}
		status, stdout, stderr := deploy(t, args...)
		if status != 1 || stdout != "" || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, want) || strings.Contains(stderr, "hunter2") {
			t.Errorf("%q: got %d, %q, %q, want %q", args, status, stdout, stderr, want)
		}
	}
	for want, args := range map[string][]string{
		"no URL": {"sign", "-keys", file}, "no -keys": {"sign", "/a.jpg"}, "want a time from now on": {"sign", "-keys", file, "-expires", "-1h", "/a.jpg"},
		"no -file": {"signing-keys"}, "-behavior needs -distribution": {"signing-keys", "-file", file, "-behavior", "/img/*"}, "not both": {"signing-keys", "-file", file, "-store", "arn", "-distribution", "E1"},
	} {
		if status, _, stderr := deploy(t, args...); status != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%q: got %d, %q", args, status, stderr)
		}
	}
}

// TestSigningKeysCommand makes, rotates and publishes keys. No secret is ever printed.
func TestSigningKeysCommand(t *testing.T) {
	c := newCloud(t)
	store := c.distributions.AddKeyValueStore("edgeresize-keys", nil)
	file := filepath.Join(t.TempDir(), "keys")
	var all []string
	run := func(status int, args ...string) string {
		t.Helper()
		got, stdout, stderr := deploy(t, append([]string{"signing-keys", "-file", file}, args...)...)
		if got != status {
			t.Fatalf("%q: got %d, %q, %q", args, got, stdout, stderr)
		}
		if text, err := os.ReadFile(file); err == nil {
			all = append(all, strings.Fields(string(text))...)
		}
		for _, secret := range all {
			if strings.Contains(stdout+stderr, secret) {
				t.Errorf("%q: a secret is in %q, %q", args, stdout, stderr)
			}
		}
		return stdout + stderr
	}
	content := func() string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSuffix(string(text), "\n")
	}
	if run(0, "-store", store, "-dry-run"); c.distributions.Entry("edgeresize-keys", "keys") != "" {
		t.Error("the dry run put keys")
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("the dry run made a file")
	}
	run(1, "-rotate") // there is nothing to rotate
	run(0, "-store", store)
	first := content()
	if info, err := os.Stat(file); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 || len(first) != 43 {
		t.Errorf("got %v, %v and %d characters", info.Mode(), err, len(first))
	}
	if got := c.distributions.Entry("edgeresize-keys", "keys"); got != first {
		t.Errorf("the store has %q", got)
	}
	if out := run(0); !strings.Contains(out, "nothing to do") || content() != first {
		t.Errorf("got %q", out)
	}
	c.Fault = func(call fakeaws.Call) fakeaws.Fault {
		if call.Operation != "PutKey" {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: 403, Code: "AccessDeniedException", Message: "no"}}
	}
	if out := run(1, "-rotate", "-store", store); !strings.Contains(out, "run the same command again, without -rotate") {
		t.Errorf("got %q", out)
	}
	c.Fault = nil
	second, _, _ := strings.Cut(content(), " ")
	if content() != second+" "+first || second == first {
		t.Errorf("rotated: got %q", content())
	}
	run(0, "-store", store)
	if got := c.distributions.Entry("edgeresize-keys", "keys"); got != second+" "+first {
		t.Errorf("the store has %q", got)
	}
	run(0, "-rotate", "-store", store)
	if got := strings.Fields(content()); len(got) != 2 || got[1] != second {
		t.Errorf("rotated again: got %q", got)
	}
	run(1, "-store", store+"0")
}

// TestOtherKeysInTheStore keeps a key that signs URLs until -replace is given: the file
// may be another one, or an older one.
func TestOtherKeysInTheStore(t *testing.T) {
	c := newCloud(t)
	const newer, older, other = "bmV3ZXItc2VjcmV0LW9mLTMyLWJ5dGVzLW9yLW1vcmU", "b2xkZXItc2VjcmV0LW9mLTMyLWJ5dGVzLW9yLW1vcmU", "b3RoZXItc2VjcmV0LW9mLTMyLWJ5dGVzLW9yLW1vcmU"
	for _, tt := range []struct {
		store, file string
		args        []string
		refused     bool
	}{
		{newer + " " + older, "", nil, true}, // the file is missing
		{newer + " " + older, other, nil, true},
		{newer + " " + older, older + " " + other, nil, true},
		{newer + " " + older, other, []string{"-replace"}, false},
		{newer + " " + older, newer, nil, false},
		{newer + " " + older, newer + " " + older, []string{"-rotate"}, false},
		{older, newer + " " + older, nil, false},
		{older, newer + " " + older, []string{"-rotate"}, true}, // the rotation before was not put there
		{"", other, nil, false},
		{"changeme", other, nil, false},
	} {
		arn := c.distributions.AddKeyValueStore("edgeresize-keys", map[string]string{"keys": tt.store})
		file := filepath.Join(t.TempDir(), "keys")
		if tt.file != "" {
			if err := os.WriteFile(file, []byte(tt.file), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for _, dryRun := range []string{"-dry-run", "-dry-run=false"} {
			status, stdout, stderr := deploy(t, append(append([]string{"signing-keys", "-file", file, "-store", arn}, tt.args...), dryRun)...)
			if refused := status == 1 && stdout == "" && strings.Contains(stderr, "-replace"); refused != tt.refused || !refused && status != 0 {
				t.Errorf("%+v: got %d, %q, %q", tt, status, stdout, stderr)
			}
			text, _ := os.ReadFile(file)
			if kept := string(text) == tt.file && c.distributions.Entry("edgeresize-keys", "keys") == tt.store; !kept && (tt.refused || dryRun == "-dry-run") {
				t.Errorf("%+v: the file or the store was changed", tt)
			}
		}
	}
}

// TestSigningKeysOfADistribution finds the store by the function that uses it.
func TestSigningKeysOfADistribution(t *testing.T) {
	c := newCloud(t)
	store := c.distributions.AddKeyValueStore("my-keys", nil)
	c.distributions.AddSigningFunction("filter", "a function", store)
	plain := c.distributions.AddFunction("plain", "a function")
	c.buckets.Bucket("bucket", "us-east-1", "")
	with := func(id, arn string) {
		config := strings.NewReplacer("<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>",
			"<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>"+arn+"</FunctionARN><EventType>viewer-request</EventType>"+
				"</FunctionAssociation></Items></FunctionAssociations>").Replace(string(fakecloudfront.Example))
		if err := c.distributions.Add(id, fmt.Sprintf("d%s.cloudfront.net", strings.ToLower(id)), []byte(config)); err != nil {
			t.Fatal(err)
		}
	}
	with("E1SIGNED", strings.Replace(plain, "plain", "filter", 1))
	with("E1PLAIN", plain)
	file := filepath.Join(t.TempDir(), "keys")
	status, stdout, stderr := deploy(t, "signing-keys", "-file", file, "-distribution", "E1SIGNED")
	if status != 0 || !strings.Contains(stdout, "key value store "+store+": put the keys into it") || c.distributions.Entry("my-keys", "keys") == "" {
		t.Errorf("got %d, %q, %q", status, stdout, stderr)
	}
	for _, id := range []string{"E1PLAIN", "E1NONE"} {
		if status, _, stderr := deploy(t, "signing-keys", "-file", file, "-distribution", id); status != 1 || strings.Count(stderr, "\n") != 1 {
			t.Errorf("%s: got %d, %q", id, status, stderr)
		}
	}
}

// TestReadmeSigns runs README's lines. Git must ignore the key file that they make.
func TestReadmeSigns(t *testing.T) {
	c := newCloud(t)
	config, file := signingConfig(t), filepath.Join(t.TempDir(), "keys.txt")
	arn := c.distributions.AddSigningFunction("edgeresize-images", "a function", c.distributions.AddKeyValueStore("edgeresize-keys", nil))
	document := strings.Replace(string(fakecloudfront.Example), "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>",
		"<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>"+arn+"</FunctionARN><EventType>viewer-request</EventType>"+
			"</FunctionAssociation></Items></FunctionAssociations>", 1)
	if err := c.distributions.Add(distribution, "d111111abcdef8.cloudfront.net", []byte(document)); err != nil {
		t.Fatal(err)
	}
	lines := readme.Lines(t, "sign")
	if len(lines) != 2 {
		t.Fatalf("got %q", lines)
	}
	if ignored, err := os.ReadFile("../.gitignore"); err != nil || !strings.Contains(string(ignored), "\n/keys.txt\n") {
		t.Errorf("a commit may have the keys: %v", err)
	}
	replaced := strings.NewReplacer("keys.txt", file, "config.json", config, "'", "")
	for _, line := range lines {
		command, ok := strings.CutPrefix(line, "go run ./deploy ")
		status, stdout, stderr := deploy(t, strings.Fields(replaced.Replace(command))...)
		if !ok || status != 0 || stdout == "" {
			t.Errorf("%s: got %d, %q, %q", line, status, stdout, stderr)
		}
	}
	if c.distributions.Entry("edgeresize-keys", "keys") == "" {
		t.Error("the store has no keys")
	}
}
