package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

// deploy runs the command.
func deploy(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	return deployOn(t, io.Discard, args...)
}

// deployOn runs the command, and writes it on terminal as a user types it, followed by what
// it prints.
func deployOn(t *testing.T, terminal io.Writer, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	fmt.Fprintf(terminal, "\n$ go run ./deploy %s\n", strings.Join(args, " "))
	var out, errs bytes.Buffer
	status = run(t.Context(), args, io.MultiWriter(&out, terminal), io.MultiWriter(&errs, terminal))
	return status, out.String(), errs.String()
}

func TestCommandLine(t *testing.T) {
	bad := filepath.Join(t.TempDir(), "bad.json")
	if err := os.WriteFile(bad, []byte(`{"quality": 0}`), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "a.zip")
	for _, tt := range []struct {
		args   []string
		status int
		want   string
	}{
		{nil, 2, "usage"},
		{[]string{"-h"}, 0, "package"},
		{[]string{"publsh"}, 2, `no command "publsh"`},
		{[]string{"package", "-h"}, 0, "-config"},
		{[]string{"package", "-colour"}, 2, "not defined"},
		{[]string{"package", "extra"}, 2, `unexpected argument "extra"`},
		{[]string{"package", "-out", out, "-verify", out}, 2, "-out or -verify, not both"},
		{[]string{"package", "-out", out, "-config", "/none.json"}, 1, "/none.json"},
		{[]string{"package", "-out", out, "-function", "edge"}, 1, `unknown function "edge": want one of [invoker purge]`},
		{[]string{"package", "-out", out, "-function", "purge", "-arch", "amd64"}, 1, `unknown processor "amd64": want one of [arm64 x86_64]`},
		{[]string{"parameters", "-config", "/none.json"}, 1, "/none.json"},
		{[]string{"parameters", "-config", bad}, 1, "bad.json"},
		{[]string{"viewer-request", "-url-prefix", "/a", "-key-prefix", "/it's"}, 1, `the key prefix is "/it's": want`},
		{[]string{"viewer-request", "-url-prefix", "/a/"}, 1, `the URL prefix is "/a/": want`},
		{[]string{"viewer-request", "-host", "IMG.example.com"}, 1, `the host is "IMG.example.com": want`},
		{[]string{"viewer-request", "-key-prefix", "media"}, 2, "-key-prefix needs -url-prefix"},
		{[]string{"prepare", "-h"}, 0, "-sizes SIZES"},
		{[]string{"prepare"}, 2, "no -distribution"},
		{[]string{"prepare", "-distribution", "E1", "-config", bad}, 1, "bad.json"},
		{[]string{"publish", "-h"}, 0, "-role"},
		{[]string{"publish", "-memory", "64"}, 2, "-memory is 64: want 128 to 10240"},
		{[]string{"publish", "-timeout", "31"}, 2, "-timeout is 31: want 1 to 30"},
		{[]string{"publish", "-config", "/none.json"}, 1, "/none.json"},
		{[]string{"attach", "-h"}, 0, "-behavior PATTERN"},
		{[]string{"attach", "-h"}, 0, "usage: go run ./deploy attach [flags]\nattach a version to a behaviour"},
		{[]string{"attach", "-url", "/a.jpg"}, 2, "no -distribution"},
		{[]string{"attach", "-distribution", "E1"}, 2, "-canary=false"},
		{[]string{"attach", "-distribution", "E1", "-url", "/a.jpg", "-version", "live"}, 2, `the version is "live": want a number`},
		{[]string{"detach", "-distribution", "E1", "-paths", "/a/*,img/*"}, 2, `-paths: `},
		{[]string{"detach", "-distribution", "E1", "-paths", "/*/a.jpg"}, 2, `-paths: `},
		{[]string{"detach", "-distribution", "E1", "-paths", "/a/*", "-keep-cache"}, 2, "not both"},
		{[]string{"invalidate"}, 2, "no -distribution"},
		{[]string{"invalidate", "-distribution", "E1", "-paths", ""}, 2, `-paths: `},
		{[]string{"canary"}, 2, "no -url"},
		{[]string{"probe", "-h"}, 0, "-cleanup"},
		{[]string{"probe"}, 2, "no -distribution"},
		{[]string{"probe", "-distribution", "E1", "-cleanup", "-dry-run"}, 2, "not both"},
		{[]string{"canary", "-url", "photo.jpg"}, 1, "want a URL such as"},
		{[]string{"rollback", "-distribution", "E1", "-to", "0"}, 2, `the version is "0"`},
		{[]string{"detach"}, 2, "no -distribution"},
		{[]string{"teardown", "now"}, 2, `unexpected argument "now"`},
		{[]string{"package", "-out", out, "-config", bad}, 1, "quality is 0: want 1 to 100"},
		{[]string{"package", "-out", out, "-launcher", "fork"}, 1, `unknown launcher "fork": want one of [bridge exec]`},
	} {
		status, _, stderr := deploy(t, tt.args...)
		if status != tt.status || !strings.Contains(stderr, tt.want) {
			t.Errorf("%q: got %d and %q, want %d and %q", tt.args, status, stderr, tt.status, tt.want)
		}
		if tt.status == 1 && strings.Count(stderr, "\n") != 1 {
			t.Errorf("%q: more than a line: %q", tt.args, stderr)
		}
	}
	if _, err := os.Stat(out); err == nil {
		t.Error("a file was written all the same")
	}
}

func TestExitStatuses(t *testing.T) {
	for want, err := range []error{nil, errors.New("no"), errUsage, fmt.Errorf("canary: %w", &release.UncertainError{})} {
		if got := statusOf(err); got != want {
			t.Errorf("%v: got %d, want %d", err, got, want)
		}
	}
}

// TestSummaries checks that the list of commands fits terminals of 120 columns.
func TestSummaries(t *testing.T) {
	_, _, list := deploy(t, "-h")
	for line := range strings.Lines(list) {
		if n := len(line) - len("\n"); n > 120 {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

func TestPackageCommand(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a.zip")
	status, stdout, stderr := deploy(t, "package", "-config", "template/stages/live.json", "-out", out, "-launcher", "bridge")
	if status != 0 || stderr != "" {
		t.Fatalf("got %d and %q", status, stderr)
	}
	for _, want := range []string{`"max_width": 2560`, `"fit": "cover"`, "sha256 ", "launcher bridge", out} {
		if !strings.Contains(stdout, want) {
			t.Errorf("got %q, want %q in it", stdout, want)
		}
	}
	if info, err := os.Stat(out); err != nil || info.Size() < 1<<20 {
		t.Errorf("got %v, %v", info, err)
	}
	if bill, err := os.ReadFile(strings.TrimSuffix(out, "zip") + "cdx.json"); err != nil || !json.Valid(bill) {
		t.Errorf("the SBOM is %.100s, %v", bill, err)
	}

	status, stdout, stderr = deploy(t, "package", "-config", "template/stages/live.json", "-launcher", "bridge", "-verify", out)
	if status != 0 || !strings.Contains(stdout, "a.zip: the same bytes as this checkout gives\nsha256 ") {
		t.Errorf("got %d, %q and %q", status, stdout, stderr)
	}
	status, stdout, stderr = deploy(t, "package", "-config", "template/stages/dev.json", "-launcher", "bridge", "-verify", out)
	if status != 1 || !strings.Contains(stdout, "bootstrap: ") || !strings.Contains(stderr, "a.zip is not what this checkout gives: differences: ") {
		t.Errorf("got %d, %q and %q", status, stdout, stderr)
	}
}

func TestStages(t *testing.T) {
	files, err := filepath.Glob("template/stages/*.json")
	if err != nil || len(files) < 2 {
		t.Fatalf("got %v, %v", files, err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := edge.ParseConfig(data); err != nil || !json.Valid(data) {
			t.Errorf("%s: %v", file, err)
		}
	}
}

// What is not given is the checkout's, in whichever folder of it the command runs.
func TestPackageCommandElsewhere(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a.zip")
	t.Chdir("pack/launcher")
	status, stdout, stderr := deploy(t, "package", "-out", out)
	if status != 0 || stderr != "" || !strings.Contains(stdout, filepath.Join("edge", "config.json")) {
		t.Errorf("in a folder of the checkout: got %d, %q and %q", status, stdout, stderr)
	}
	t.Chdir(t.TempDir())
	status, _, stderr = deploy(t, "package", "-out", out)
	if status != 1 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "checkout") {
		t.Errorf("outside of a checkout: got %d and %q", status, stderr)
	}
}

func TestParameters(t *testing.T) {
	for config, want := range map[string]string{
		"../edge/config.json":       "Formats=avif,webp\nMissing=original\nMaxWidth=4096\nMaxHeight=4096\nRequestParameters=none\nRequestSettings={}\nSignedUrls=false\n",
		"template/stages/live.json": "Formats=avif,webp\nMissing=original\nMaxWidth=2560\nMaxHeight=2560\nRequestParameters=none\nRequestSettings={}\nSignedUrls=false\n",
		"template/stages/dev.json":  "Formats=avif,webp\nMissing=keep-ratio\nMaxWidth=4096\nMaxHeight=4096\nRequestParameters=none\nRequestSettings={}\nSignedUrls=false\n",
	} {
		if status, stdout, stderr := deploy(t, "parameters", "-config", config); status != 0 || stdout != want {
			t.Errorf("%s: got %d, %q and %q", config, status, stdout, stderr)
		}
	}
}

func TestViewerRequestCommand(t *testing.T) {
	for _, folder := range []string{"media", "/media", "media/"} { // as the template's and the config's
		status, stdout, stderr := deploy(t, "viewer-request", "-config", "template/stages/dev.json",
			"-host", "img.example.com", "-url-prefix", "/wp", "-key-prefix", folder, "-sizes", "5x5")
		got, ok := viewerfunction.Parse(stdout)
		want := viewerrequest.Settings{Host: "img.example.com", URLPrefix: "/wp", KeyPrefix: "/media", Sizes: "5x5", Formats: []resize.Format{resize.AVIF, resize.WebP},
			Missing: "keep-ratio", MaxWidth: 4096, MaxHeight: 4096}
		if status != 0 || !ok || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: got %d, %+v, %q", folder, status, got, stderr)
		}
	}
}
