package edge

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// everything returns a config that switches all parameters on.
func everything() Config {
	cfg := DefaultConfig()
	cfg.Parameters = slices.Clone(Switchable)
	cfg.Presets = map[string]string{
		"card": "width=500&height=300&gravity=smart", "plain": "width=50&height=30", "red": "w=9&h=9&fit=pad&background=f00&format=png",
	}
	return cfg
}

func TestAskedParameters(t *testing.T) {
	for query, want := range map[string]string{
		"w=500&h=300":           "width=500&height=300",
		"w=500&width=0500&h=30": "width=500&height=30",

		"fit=cover":                           "",
		"fit=fill":                            "fit=fill",
		"fit=inside":                          "fit=inside",
		"fit=pad":                             "fit=pad",
		"fit=pad&background=F0a":              "fit=pad,ff00aa",
		"fit=pad,F0A":                         "fit=pad,ff00aa",
		"fit=pad%2Cff00aa&background=f0a":     "fit=pad,ff00aa",
		"background=123456":                   "",
		"fit=fill&background=123456":          "fit=fill",
		"fit=fill&fit=fill":                   "fit=fill",
		"fit=Fill":                            "bad",
		"fit=fill&fit=inside":                 "bad",
		"fit=":                                "bad",
		"fit":                                 "bad",
		"fit=fill,fff":                        "bad",
		"fit=pad,":                            "bad",
		"fit=pad,ffff":                        "bad",
		"fit=pad&background=%23fff":           "bad",
		"background=red":                      "bad",
		"fit=pad,fff&background=000":          "bad",
		"fit=pad&background=fff&background=0": "bad",

		"quality=80":            "",
		"quality=78":            "",
		"quality=77":            "quality=75",
		"quality=072":           "quality=70",
		"quality=73":            "quality=75",
		"quality=38":            "quality=40",
		"quality=37":            "bad",
		"quality=83":            "bad",
		"quality=0":             "bad",
		"quality=-50":           "bad",
		"quality=50.0":          "bad",
		"quality=high":          "bad",
		"quality=70&quality=71": "quality=70",
		"quality=70&quality=75": "bad",

		"dpr=1":      "",
		"dpr=1.2":    "",
		"dpr=1.25":   "dpr=1.5",
		"dpr=2":      "dpr=2",
		"dpr=2.0":    "dpr=2",
		"dpr=2.625":  "dpr=2.5",
		"dpr=3.75":   "dpr=4",
		"dpr=4.0000": "dpr=4",
		"dpr=4.1":    "bad",
		"dpr=0.5":    "bad",
		"dpr=02":     "bad",
		"dpr=2.":     "bad",
		"dpr=2x":     "bad",
		"dpr=":       "bad",

		"gravity=center":          "gravity=center",
		"gravity=centre":          "gravity=center",
		"gravity=0.5,.5":          "gravity=center",
		"gravity=0,0.0":           "gravity=top-left",
		"gravity=1,.5":            "gravity=right",
		"gravity=0.3,0.7":         "gravity=0.3,0.7",
		"gravity=.305,0.7049":     "gravity=0.31,0.7",
		"gravity=0.3%2C0.7":       "gravity=0.3,0.7",
		"gravity=smart":           "gravity=smart",
		"gravity=smart&fit=fill":  "fit=fill",
		"gravity=top&fit=pad":     "fit=pad",
		"gravity=left-top":        "bad",
		"gravity=1.01,0":          "bad",
		"gravity=0.3":             "bad",
		"gravity=0.3,0.7,1":       "bad",
		"gravity=0.3,0.71234":     "bad",
		"gravity=1e-1,0":          "bad",
		"gravity=-0,0":            "bad",
		"gravity=NaN,0":           "bad",
		"gravity=bogus&fit=fill":  "bad",
		"gravity=top&gravity=top": "gravity=top",

		"trim=true":   "trim=true",
		"trim=false":  "",
		"trim=1":      "bad",
		"sharpen=0":   "",
		"sharpen=03":  "sharpen=3",
		"sharpen=10":  "sharpen=10",
		"sharpen=11":  "bad",
		"blur=100":    "blur=100",
		"blur=101":    "bad",
		"blur=%zz":    "bad",
		"blur=%35":    "blur=5",
		"BLUR=5":      "",
		"%62lur=5":    "",
		"unknown=asd": "",

		"blur=2&sharpen=1&trim=true&gravity=top&dpr=2&quality=60&format=webp": "quality=60&dpr=2&gravity=top&trim=true&sharpen=1&blur=2&format=webp",
	} {
		query = "width=50&height=30&" + query
		if rest, ok := strings.CutPrefix(query, "width=50&height=30&w="); ok {
			query = "w=" + rest
		} else if want != "bad" {
			want = strings.TrimSuffix("width=50&height=30&"+want, "&")
		}
		ask, err := Asked(query, everything())
		switch {
		case want == "bad":
			check(t, query, err, BadParameter)
			if name, _, _ := strings.Cut(query[len("width=50&height=30&"):], "="); err != nil && !strings.Contains(err.Error(), name) && !strings.Contains(err.Error(), "background") {
				t.Errorf("%s: the error does not name it: %v", query, err)
			}
			if ask != (Ask{}) {
				t.Errorf("%s: got %+v", query, ask)
			}
		case err != nil || ask.Query() != want:
			t.Errorf("%s: got %q, %v; want %q", query, ask.Query(), err, want)
		}
		if ask, err := Asked(strings.NewReplacer("w=500", "width=500", "h=30", "height=30").Replace(query), DefaultConfig()); err != nil ||
			ask != (Ask{Size: ask.Size, Format: ask.Format}) {
			t.Errorf("%s, all switched off: %+v, %v", query, ask, err)
		}
	}
}

func TestAskedLowQuality(t *testing.T) {
	cfg := everything()
	cfg.MinQuality = 1
	for query, want := range map[string]string{"quality=1": "&quality=5", "quality=2": "&quality=5", "quality=7": "&quality=5", "quality=8": "&quality=10"} {
		if ask, err := Asked("width=5&height=3&"+query, cfg); err != nil || ask.Query() != "width=5&height=3"+want {
			t.Errorf("%s: got %q, %v", query, ask.Query(), err)
		}
	}
}

func TestAskedOneSide(t *testing.T) {
	cfg := everything()
	cfg.Missing = MissingKeepRatio
	ask, err := Asked("w=50&fit=pad&background=fff&gravity=smart&blur=1", cfg)
	if err != nil || ask.Query() != "width=50&blur=1" {
		t.Errorf("got %q, %v", ask.Query(), err)
	}
	_, err = Asked("w=50&width=51", cfg)
	check(t, "two widths", err, TwoSizes)
	_, err = Asked("w=50&h=asdf", cfg)
	check(t, "asdf", err, BadSize)
	_, err = Asked("blur=5", cfg)
	check(t, "no size", err, NoSize)
}

func TestAskedWithConfigsFit(t *testing.T) {
	cfg := everything()
	cfg.Fit = resize.Pad
	for query, want := range map[string]string{
		"":                           "",
		"fit=pad":                    "",
		"background=F00":             "fit=pad,ff0000",
		"fit=cover":                  "fit=cover",
		"gravity=top":                "",
		"gravity=top&fit=cover":      "fit=cover&gravity=top",
		"fit=cover&background=ffF":   "fit=cover",
		"fit=cover&background=ffffg": "bad",
	} {
		ask, err := Asked("width=5&height=3&"+query, cfg)
		if want == "bad" {
			check(t, query, err, BadParameter)
		} else if got := strings.TrimPrefix(strings.TrimPrefix(ask.Query(), "width=5&height=3"), "&"); got != want || err != nil {
			t.Errorf("%s: got %q, %v; want %q", query, got, err, want)
		}
	}
}

// A canonical query means what the query meant, whatever the config.
func TestAskedIsCanonical(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	values := map[string][]string{
		"width": {"50", "0050", "x", "5000"}, "height": {"30", ""}, "w": {"50", "51"}, "h": {"30", "7"},
		"fit": {"cover", "fill", "inside", "pad", "pad,123", "pad,aabbcc", "none"}, "background": {"123", "ABCDEF", "xyz"},
		"quality": {"80", "51", "9", "100"}, "dpr": {"1", "1.3", "2", "3.99", "9"}, "gravity": {"smart", "center", "0,0", "0.123,1", "up", "0.995,0.005"},
		"trim": {"true", "false", "TRUE"}, "sharpen": {"0", "4", "40"}, "blur": {"00", "7", "700"}, "format": {"webp", "gif"},
		"preset": {"card", "red", "placeholder", "none"}, "signature": {"x"},
	}
	names := append(slices.Clone(Switchable), "width", "height", "format", "background")
	asked := 0
	for range 30_000 {
		cfg := everything()
		cfg.Parameters = slices.DeleteFunc(cfg.Parameters, func(string) bool { return r.IntN(8) == 0 })
		cfg.Fit = fits[r.IntN(len(fits))]
		cfg.Missing = []string{MissingOriginal, MissingKeepRatio}[r.IntN(2)]
		var parts []string
		for range 1 + r.IntN(6) {
			name := names[r.IntN(len(names))]
			parts = append(parts, name+"="+values[name][r.IntN(len(values[name]))])
		}
		if r.IntN(2) == 0 {
			parts = append(parts, "width=50", "height=30")
		}
		query := strings.Join(parts, "&")
		ask, err := Asked(query, cfg)
		if err != nil {
			var reason *ReasonError
			if !errors.As(err, &reason) || ask != (Ask{}) {
				t.Fatalf("%s: %+v, %v", query, ask, err)
			}
			continue
		}
		asked++
		again, err := Asked(ask.Query(), cfg)
		if err != nil || again != ask || ask.Query() == "" {
			t.Fatalf("%s of %+v: %+v, then %+v, %v", query, cfg.Parameters, ask, again, err)
		}
	}
	if asked < 3000 {
		t.Errorf("only %d queries ask for a variant", asked)
	}
}

func TestCached(t *testing.T) {
	cfg := DefaultConfig()
	if got := cfg.Cached(); len(got) != 0 {
		t.Errorf("by default: %q", got)
	}
	cfg.Parameters = []string{"w", "blur", "preset", "fit", "signature"}
	if got := cfg.Cached(); !slices.Equal(got, []string{"fit", "blur"}) {
		t.Errorf("got %q", got)
	}
	// With width, height and format they are as many as a cache policy takes.
	if n := 3 + len(everything().Cached()); n > 10 {
		t.Errorf("%d query strings", n)
	}
}

func TestAskRequest(t *testing.T) {
	cfg := everything()
	cfg.Larger, cfg.MaxWidth = LargerLargest, 4000
	ask, err := Asked("w=50&h=30&quality=60&dpr=1.5&gravity=0.25,1&trim=true&sharpen=2&blur=3&format=webp", cfg)
	if err != nil {
		t.Fatal(err)
	}
	got := ask.request(cfg)
	if got.Width != 50 || got.Height != 30 || got.Fit != resize.Cover || got.Quality != 60 || got.MinQuality != 40 || got.Scale != 1.5 || !got.Largest ||
		got.MaxWidth != 4000 || got.MaxHeight != 4096 || *got.Focus != (resize.Focus{X: 0.25, Y: 1}) || got.Smart || !got.Trim || got.Sharpen != 2 || got.Blur != 3 ||
		got.Background != nil || !slices.Equal(got.Formats, []resize.Format{resize.WebP}) || got.Limits.Pixels != cfg.MaxSourcePixels {
		t.Errorf("got %+v", got)
	}
	ask, err = Asked("w=50&h=30&fit=pad&background=12abEF", cfg)
	if got := ask.request(cfg); err != nil || got.Fit != resize.Pad || got.Background == nil || *got.Background != (resize.RGB{R: 0x12, G: 0xab, B: 0xef}) || got.Focus != nil || got.Scale != 0 {
		t.Errorf("got %+v, %v", got, err)
	}
	ask, err = Asked("w=50&h=30&gravity=smart", DefaultConfig())
	if err == nil {
		t.Errorf("w is switched off: %+v", ask)
	}
	ask, err = Asked("w=50&h=30&gravity=smart", cfg)
	if got := ask.request(cfg); err != nil || !got.Smart || got.Focus != nil {
		t.Errorf("got %+v, %v", got, err)
	}
}
