package signing

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// TestExpiries wants times that 12 digits of Unix time name.
func TestExpiries(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.Parameters = []string{"signature"}
	settings := viewerrequest.SettingsOf(cfg)
	var err error
	if settings.Keys, err = viewerrequest.ParseKeys(NewSecret()); err != nil {
		t.Fatal(err)
	}
	for seconds, want := range map[int64]string{-1: "", 0: "0", 999_999_999_999: "999999999999", 1_000_000_000_000: ""} {
		got, err := URL(settings, "/a.jpg?width=5&height=6", time.Unix(seconds, 999))
		var wrong *URLError
		if want == "" && (!errors.As(err, &wrong) || got != "") || want != "" && (err != nil || !strings.Contains(got, "&expires="+want+"&signature=")) {
			t.Errorf("%d: got %q, %v", seconds, got, err)
		}
	}
}

// TestNewSecret wants secrets that differ and that fit twice into an entry.
func TestNewSecret(t *testing.T) {
	first, second := NewSecret(), NewSecret()
	if keys, err := viewerrequest.ParseKeys(first + " " + second); err != nil || first == second || keys.Entry() != first+" "+second {
		t.Errorf("got %v, %v", keys, err)
	}
}
