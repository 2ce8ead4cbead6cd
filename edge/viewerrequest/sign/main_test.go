package main

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

const (
	first  = "Zmlyc3Qtc2VjcmV0LW9mLTMyLWJ5dGVzLW9yLW1vcmU"
	second = "c2Vjb25kLXNlY3JldC1vZi0zMi1ieXRlcy1vci1tb3JlIQ=+/"
)

// TestSigned wants of all languages the same URL, which the viewer-request function
// accepts.
func TestSigned(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.Parameters, cfg.Missing = []string{"signature"}, edge.MissingKeepRatio
	settings := viewerrequest.SettingsOf(cfg)
	random := rand.New(rand.NewPCG(21, 5))
	for i := range 6 {
		text := []string{first + "\n", first + " " + second + "\n", "\r\n " + second + "\r\n" + first}[i%3]
		keys, err := viewerrequest.ParseKeys(text)
		if err != nil {
			t.Fatal(err)
		}
		settings.Keys = keys
		file := filepath.Join(t.TempDir(), "keys")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		url := randomURL(random)
		canonical, why, err := settings.Signable(requestFor(url))
		if why != "" || err != nil {
			t.Fatalf("%s: %s, %v", url, why, err)
		}
		expires := fmt.Sprint(time.Now().Unix() + random.Int64N(1e9))
		want := sign(strings.Fields(text)[0], canonical, expires)
		got, why, err := settings.Canonical(requestFor(want))
		if why != "" || err != nil || got.Path+"?"+got.Query != canonical {
			t.Errorf("%s: got %s?%s because %s, %v", want, got.Path, got.Query, why, err)
		}
		for _, program := range [][]string{{"NODE", "node", "nodejs", "sign.mjs"}, {"PYTHON", "python3", "python3", "sign.py"}, {"PHP", "php", "php-cli", "sign.php"}} {
			t.Run(fmt.Sprintf("%s %d", program[1], i), func(t *testing.T) {
				out, err := exec.CommandContext(t.Context(), peer.Program(t, program[0], program[1], program[2]), program[3], file, canonical, expires).CombinedOutput()
				if err != nil || string(out) != want+"\n" {
					t.Errorf("%s: got %s, %v, want %s", canonical, out, err, want)
				}
			})
		}
	}
}

func requestFor(url string) viewerrequest.Request {
	path, query, _ := strings.Cut(url, "?")
	return viewerrequest.Request{Method: http.MethodGet, Path: path, Query: query}
}

// randomURL returns a URL with a size, not always canonical.
func randomURL(random *rand.Rand) string {
	pick := func(from ...string) string { return from[random.IntN(len(from))] }
	url := "/"
	for range 1 + random.IntN(4) {
		url += pick("a", "/", "사진", "%41", "%20", "(1)", "%zz", "+", "~", "'", "$", `\`, "é", "%2F", "&", "=")
	}
	url += ".jpg?"
	for _, parameter := range []string{pick("width=500", "width=0500", "height=300"), pick("", "&height=%33%30%30"), pick("", "&format=webp")} {
		url += parameter
	}
	return url
}
