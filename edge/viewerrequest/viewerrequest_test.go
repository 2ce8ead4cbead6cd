package viewerrequest

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// jstest tests what the function and its twin in Go do with requests.

func TestSettingsOf(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.Missing, cfg.MaxWidth, cfg.MaxHeight = edge.MissingKeepRatio, 50, 60
	cfg.Formats = []resize.Format{resize.WebP, resize.AVIF}
	got := SettingsOf(cfg)
	if !slices.Equal(got.Formats, []resize.Format{resize.WebP, resize.AVIF}) || got.Missing != edge.MissingKeepRatio || got.MaxWidth != 50 || got.MaxHeight != 60 {
		t.Errorf("got %+v", got)
	}
	got.Formats[0] = resize.AVIF
	if cfg.Formats[0] != resize.WebP {
		t.Errorf("the config's formats are now %q", cfg.Formats)
	}
}

func TestRefusal(t *testing.T) {
	_, _, err := SettingsOf(edge.DefaultConfig()).Canonical(Request{Method: http.MethodGet, Path: "/a/../b"})
	var refusal *RefusalError
	if !errors.As(err, &refusal) || refusal.Status != http.StatusBadRequest {
		t.Fatalf("got %v", err)
	}
	if got, want := err.Error(), "the request is refused with 400 Bad Request"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestScriptHasNoCommentsAndIndentation(t *testing.T) {
	cfg := edge.DefaultConfig()
	open := SettingsOf(cfg).Script()
	cfg.Parameters = []string{"signature"}
	closed := SettingsOf(cfg).Script()
	for _, script := range []string{open, closed} {
		if strings.Contains(script, "//") || strings.Contains(script, "\n ") {
			t.Errorf("got %s", script)
		}
	}
	if !strings.HasPrefix(open, "const site = {") || strings.Contains(open, "async") || strings.Contains(open, "import") {
		t.Errorf("without signatures: got %s", open)
	}
	if !strings.HasPrefix(closed, Imports+"const site = {") || strings.Count(closed, "function handler(") != 1 {
		t.Errorf("with signatures: got %s", closed)
	}
}

func TestSettingsHoldNoMoreOptionsThanMatter(t *testing.T) {
	for _, tt := range []struct {
		parameters []string
		want       string
	}{
		{nil, `{}`},
		{[]string{"w", "dpr"}, `{"parameters":["dpr","w"]}`},
		{[]string{"gravity"}, `{"parameters":["gravity"],"fit":"fill"}`},
		{[]string{"fit"}, `{"parameters":["fit"],"fit":"fill"}`},
		{[]string{"quality"}, `{"parameters":["quality"],"quality":75,"min_quality":40}`},
		{[]string{"preset"}, `{"parameters":["preset"],"presets":{"a":"width=5&height=5"}}`},
	} {
		cfg := edge.DefaultConfig()
		cfg.Parameters, cfg.Fit, cfg.Quality = tt.parameters, resize.Fill, 75
		if slices.Contains(tt.parameters, "preset") {
			cfg.Presets = map[string]string{"a": "width=5&height=5"}
		}
		s := SettingsOf(cfg)
		if got := s.Options.JSON(); got != tt.want {
			t.Errorf("%q: got %s, want %s", tt.parameters, got, tt.want)
		}
		if got, ok := s.ReadOptions(tt.want); !ok || got.JSON() != tt.want {
			t.Errorf("%s: read %+v, %t", tt.want, got, ok)
		}
	}
}

func TestOptionsInWords(t *testing.T) {
	o := Options{Parameters: []string{"fit", "preset"}, Presets: map[string]string{"b": "", "a": ""}}
	if got := o.String(); got != "fit,preset (presets a,b)" {
		t.Errorf("got %q", got)
	}
	o.OnlyPresets = true
	if got := o.String(); got != "fit,preset (presets a,b only)" {
		t.Errorf("got %q", got)
	}
	if got := (Options{}).String(); got != "" {
		t.Errorf("got %q", got)
	}
}

// A parameter that is off does not make a request more than a preset's name.
func TestOnlyPresetsIgnoresWhatIsOff(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.Parameters, cfg.OnlyPresets, cfg.Presets = []string{"preset"}, true, map[string]string{"a": "width=5&height=6"}
	for _, more := range []string{"", "&background=fff", "&fit=fill", "&w=7", "&utm=1", "&signature=x"} {
		got, why, err := SettingsOf(cfg).Canonical(Request{Path: "/a.jpg", Query: "preset=a" + more})
		if got.Query != "width=5&height=6" || why != "" || err != nil {
			t.Errorf("%s: got %q, %s, %v", more, got.Query, why, err)
		}
	}
}
