package edge

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

func TestAskedPresets(t *testing.T) {
	only := everything()
	only.OnlyPresets = true
	for _, tt := range []struct {
		query, want string
		reason      Reason
		only        Reason
	}{
		{"preset=card", "width=500&height=300&gravity=smart", "", ""},
		{"preset=c%61rd", "width=500&height=300&gravity=smart", "", ""},
		{"preset=card&preset=card&format=webp", "width=500&height=300&gravity=smart&format=webp", "", ""},
		{"preset=red", "width=9&height=9&fit=pad,ff0000&format=png", "", ""},
		{"preset=red&format=webp", "width=9&height=9&fit=pad,ff0000&format=webp", "", ""},
		{"preset=red&background=00f", "width=9&height=9&fit=pad,0000ff&format=png", "", NotAPreset},
		{"preset=card&w=400&gravity=top", "width=400&height=300&gravity=top", "", NotAPreset},
		{"preset=placeholder", "width=9&height=9&fit=inside&quality=40&blur=1", "", ""},
		{"width=50&height=30", "width=50&height=30", "", ""},
		{"width=50&height=31", "width=50&height=31", "", NotAPreset},
		{"", "", NoSize, NoSize},
		{"preset=nothing", "", BadParameter, BadParameter},
		{"preset=nothing&width=50&height=30", "", BadParameter, BadParameter},
		{"preset=card&preset=plain", "", BadParameter, BadParameter},
		{"preset=", "", BadParameter, BadParameter},
		{"preset=card&blur=x", "", BadParameter, BadParameter},
	} {
		ask, err := Asked(tt.query, everything())
		check(t, tt.query, err, tt.reason)
		if ask.Query() != tt.want {
			t.Errorf("%s: got %q, want %q", tt.query, ask.Query(), tt.want)
		}
		if again, err := Asked(ask.Query(), everything()); tt.reason == "" && (err != nil || again != ask) {
			t.Errorf("%s: asked again: %+v, %v", ask.Query(), again, err)
		}
		_, err = Asked(tt.query, only)
		check(t, tt.query+" of presets only", err, tt.only)
	}
	small := everything()
	small.MinQuality, small.Quality, small.MaxWidth, small.MaxHeight = 41, 46, 7, 5
	if ask, err := Asked("preset=placeholder", small); err != nil || ask.Query() != "width=7&height=5&fit=inside&quality=45&blur=1" {
		t.Errorf("placeholder of a narrow config: %q, %v", ask.Query(), err)
	}
}

func TestPresetNames(t *testing.T) {
	for name, want := range map[string]bool{
		"a": true, "7": true, "a-_9": true, strings.Repeat("a", 32): true, strings.Repeat("a", 33): false,
		"": false, "-a": false, "_": false, "aB": false, "a\n": false, "\na": false, "a b": false, "é": false,
	} {
		cfg := everything()
		cfg.Presets[name] = "width=5&height=5"
		if err := cfg.Validate(); (err == nil) != want {
			t.Errorf("%q: got %v", name, err)
		}
	}
}

// Without one of the parameters that it needs there is no placeholder.
func TestPlaceholderNeeds(t *testing.T) {
	for _, name := range []string{"preset", "fit", "quality", "blur"} {
		cfg := everything()
		cfg.Parameters = slices.DeleteFunc(cfg.Parameters, func(other string) bool { return other == name })
		if all := cfg.AllPresets(); all[Placeholder] != "" || (all == nil) != (name == "preset") {
			t.Errorf("without %s: %v", name, all)
		}
	}
	own := everything()
	own.Presets[Placeholder] = "width=20&height=20"
	if ask, err := Asked("preset=placeholder", own); err != nil || ask.Query() != "width=20&height=20" {
		t.Errorf("a config's own: %q, %v", ask.Query(), err)
	}
}

// The placeholder of every original has at most 500 bytes in every format, however good
// the config wants variants to be.
func TestPlaceholder(t *testing.T) {
	paths, err := filepath.Glob("../testdata/originals/*")
	if err != nil || len(paths) < 50 {
		t.Fatalf("%d originals, %v", len(paths), err)
	}
	best := everything()
	best.Quality, best.MinQuality = 95, 95
	made := map[resize.Format]int{}
	for _, cfg := range []Config{everything(), best} {
		for _, format := range append([]resize.Format{""}, askable...) {
			ask, err := Asked("preset=placeholder&format="+string(format), cfg)
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range paths {
				data, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				v, err := resize.Resize(t.Context(), resize.Bytes(data), ask.request(cfg))
				if err != nil { // no picture, or a damaged or tiny one
					continue
				}
				made[v.Format]++
				if len(v.Data) > 500 {
					t.Errorf("%s as %q at %d: %d bytes of %s", path, format, cfg.MinQuality, len(v.Data), v.Format)
				}
			}
		}
	}
	for _, format := range askable {
		if made[format] < 10 { // an AVIF is mostly longer than the original's format
			t.Errorf("made %v", made)
		}
	}
}
