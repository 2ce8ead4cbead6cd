package main

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // the format of the variant
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// readmeCommands returns the arguments of the README's commands for a distribution that
// exists. ownWords are pairs of a word there and what a user writes in its place.
func readmeCommands(t *testing.T, ownWords ...string) [][]string {
	t.Helper()
	lines := readme.Lines(t, "attach")
	if len(lines) > 10 {
		t.Errorf("%d lines", len(lines))
	}
	own := strings.NewReplacer(ownWords...)
	var commands [][]string
	for _, line := range lines {
		line, _, _ = strings.Cut(line, " #")
		words, ok := strings.CutPrefix(strings.TrimSpace(line), "go run ./deploy ")
		if ok {
			commands = append(commands, strings.Fields(own.Replace(words)))
		} else if words != "" {
			t.Errorf("%q is none of ours", words)
		}
	}
	return commands
}

// photo is the path of the picture that a site is tried with.
const photo = "/PHOTO.jpg"

// newSite serves viewers through the function whose ARN live returns.
func newSite(t *testing.T, live func() string) (url string) {
	t.Helper()
	site, err := fakesite.New("../testdata/originals", live)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	viewers := httptest.NewServer(site)
	t.Cleanup(viewers.Close)
	return viewers.URL
}

// sizeOf returns the size of the picture at a URL, in pixels.
func sizeOf(t *testing.T, url string) image.Point {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	config, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		t.Fatalf("%s: %s: %v", url, response.Status, err)
	}
	return image.Pt(config.Width, config.Height)
}

// runReadme runs README's commands one after the other on a terminal. After each it checks
// the site, and calls look with the command's name.
func runReadme(t *testing.T, terminal io.Writer, commands [][]string, site string, look func(command string)) {
	t.Helper()
	t.Chdir("..")
	attached := false
	for i, args := range commands {
		status, stdout, stderr := deployOn(t, terminal, args...)
		if status != 0 {
			t.Fatalf("%q: got %d, %s and %s", args, status, stdout, stderr)
		}
		dry := args[len(args)-1] == "-dry-run"
		switch args[0] {
		case "publish":
			if !strings.HasPrefix(stdout, "arn:aws:lambda:us-east-1:") || !strings.HasSuffix(stdout, ":function:edgeresize:1\n") {
				t.Errorf("publish prints %q", stdout)
			}
		case "attach":
			attached = !dry
			if dry != strings.Contains(stdout, "\n+distribution ") {
				t.Errorf("%q prints %q", args, stdout)
			}
		case "doctor":
			if want := "through an origin access control"; !strings.Contains(stdout, want) || strings.Contains(stdout, "problem") {
				t.Errorf("doctor does not print %q: %q", want, stdout)
			}
		case "status":
			if want := ", default behaviour\n"; !strings.Contains(stdout, want) {
				t.Errorf("status does not print %q: %q", want, stdout)
			}
		case "rollback", "detach":
			attached = false
		}
		// Another size each time, as the cache keeps the others.
		want := image.Pt(300+i, 200)
		size := sizeOf(t, fmt.Sprintf("%s%s?width=%d&height=%d", site, photo, want.X, want.Y))
		if (size == want) != attached {
			t.Errorf("after %q a picture asked for at %v has %v", args, want, size)
		}
		look(args[0])
	}
}

func TestReadme(t *testing.T) {
	c := newCloud(t)
	site := newSite(t, func() string { return c.distributions.Live(distribution, "", "origin-response") })
	c.addBareDistribution(t)
	commands := readmeCommands(t, "https://www.example.com/photo.jpg", site+photo)
	if len(commands) < 6 {
		t.Fatalf("got %q", commands)
	}
	before := c.distributions.Config(distribution)
	runReadme(t, io.Discard, commands, site, func(command string) {
		if left := c.functions.String(); (left == "") != (command == "teardown" || command == "prepare") {
			t.Errorf("after %s there is %q", command, left)
		}
	})
	if got := c.distributions.Config(distribution); !bytes.Equal(got, before) {
		t.Errorf("the distribution is left as\n%s", got)
	}
}

// README's examples of Sizes work as they stand: variants of all of their sizes can be had,
// and attach and canary find nothing wrong.
func TestReadmeSizes(t *testing.T) {
	_, row, _ := strings.Cut(strings.Join(readme.Lines(t, "site-parameters"), "\n"), "\n| `Sizes` |")
	row, _, _ = strings.Cut(row, "\n")
	config, tried := "../edge/config.json", 0
	for _, code := range readme.Code(row) {
		if file, ok := strings.CutPrefix(code, "CONFIG="); ok {
			config = "../" + file
		}
		if first := code[0]; first < '0' || first > '9' {
			continue
		}
		tried++
		t.Run(code, func(t *testing.T) { trySizes(t, config, code) })
	}
	if tried != 2 || !strings.HasSuffix(config, "dev.json") {
		t.Errorf("%d examples, the last for %s", tried, config)
	}
}

// trySizes attaches a version with a config to a site that allows some sizes.
func trySizes(t *testing.T, config, sizes string) {
	t.Helper()
	status, code, stderr := deploy(t, "viewer-request", "-config", config, "-sizes", sizes)
	if status != 0 {
		t.Fatal(stderr)
	}
	told, ok := viewerfunction.Parse(code)
	if !ok {
		t.Fatalf("got %.300s", code)
	}
	content, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := edge.ParseConfig(content)
	if err != nil {
		t.Fatal(err)
	}
	c := newCloud(t)
	c.addDistribution(t)
	c.distributions.AddFunction("edgeresize-images", code)
	site, err := fakesite.New("../testdata/originals", func() string { return c.distributions.Live(distribution, "", "origin-response") })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	site.Bare()
	canonical.Front(site.Distribution, told)
	site.Function = func(string) cloudfront.Function { return site.Handler(cfg) }
	viewers := httptest.NewServer(site)
	t.Cleanup(viewers.Close)
	publish(t, release.PublishOptions{Zip: zipOf(t, "one"), Role: role, Description: release.Describe(cfg, "exec")})
	for _, args := range [][]string{{"attach"}, {"canary"}} {
		if status, _, stderr := deploy(t, append(args, "-distribution", distribution, "-url", viewers.URL+photo)...); status != 0 {
			t.Errorf("%q: got %d and %s", args, status, stderr)
		}
	}
	for size := range strings.SplitSeq(sizes, ",") {
		width, height, _ := strings.Cut(size, "x")
		query, want := "?width="+width, image.Pt(number(t, width), number(t, width)*3/4)
		if height != "" {
			query, want = query+"&height="+height, image.Pt(number(t, width), number(t, height))
		}
		if got := sizeOf(t, viewers.URL+photo+query); got != want {
			t.Errorf("%s gives %v", query, got)
		}
	}
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
