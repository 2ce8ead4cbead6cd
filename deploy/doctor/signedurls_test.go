package doctor

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// TestSignedURLs wants what is missing for signatures to be named, and no key shown.
func TestSignedURLs(t *testing.T) {
	secret := strings.Repeat("secret", 6)
	keys := map[string]string{"keys": secret}
	signed := func(s *fixture) {
		s.options.Config.Parameters = []string{"signature"}
		s.viewerRequest, s.keys = viewerrequest.SettingsOf(s.options.Config).Script(), keys
	}
	for name, tt := range map[string]struct {
		change func(s *fixture)
		level  Level
		want   string
		fix    string
	}{
		"all is well":       {signed, Good, "edgeresize-images checks signatures by 1 signing key", ""},
		"no store":          {func(s *fixture) { signed(s); s.keys = nil }, Problem, "has no key value store", "go run ./deploy prepare -distribution"},
		"no entry":          {func(s *fixture) { signed(s); s.keys = map[string]string{} }, Problem, `has no entry "keys"`, "go run ./deploy signing-keys -file FILE -store arn:"},
		"a short secret":    {func(s *fixture) { signed(s); s.keys = map[string]string{"keys": "secret"} }, Problem, `the entry "keys" of the key value store is wrong`, "go run ./deploy signing-keys -file FILE -store arn:"},
		"another config":    {func(s *fixture) { s.options.Config.Parameters = []string{"signature"} }, Problem, "variants may be made for every URL", "go run ./deploy prepare -distribution"},
		"no function":       {func(s *fixture) { signed(s); s.viewerRequest = "" }, Problem, "variants may be made for every URL", "go run ./deploy prepare -distribution"},
		"other code":        {func(s *fixture) { signed(s); s.viewerRequest += "x" }, Problem, "variants may be made for every URL", "go run ./deploy prepare -distribution"},
		"somebody else's":   {func(s *fixture) { signed(s); s.viewerRequest = "function handler(e) { return e.request; }" }, Problem, "variants may be made for every URL", "aws cloudfront get-function --name edgeresize-images "},
		"not in the config": {func(s *fixture) { signed(s); s.options.Config.Parameters = nil }, Good, "checks signatures", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newFixture(t)
			tt.change(s)
			var found []string
			for _, f := range s.look() {
				text := fmt.Sprintf("%s %s: %s -> %s", f.Level, f.Subject, f.Text, f.Fix)
				if f.Subject == "signed URLs" {
					found = append(found, text)
					if f.Level != tt.level || !strings.Contains(f.Text, tt.want) || !strings.HasPrefix(f.Fix, tt.fix) {
						t.Errorf("got %s", text)
					}
				}
				if strings.Contains(text, secret) {
					t.Errorf("a secret is in %s", text)
				}
			}
			if len(found) != 1 {
				t.Errorf("got %q", found)
			}
		})
	}
}

// TestNoSignedURLs wants silence where nothing is signed.
func TestNoSignedURLs(t *testing.T) {
	for _, f := range newFixture(t).look() {
		if f.Subject == "signed URLs" {
			t.Errorf("got %+v", f)
		}
	}
}
