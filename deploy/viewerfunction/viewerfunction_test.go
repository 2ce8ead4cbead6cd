package viewerfunction

import (
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

const source = "function handler(event) {\n    return event.request;\n}\n"

var site = Site{"img.example.com", "/wp-content/uploads", "/media", "500x300,640x,x200", Settings{"avif,webp", "keep-ratio", 2560, 65535}}

func TestCodeIsRead(t *testing.T) {
	for _, s := range []Site{site, {Settings: Settings{Missing: "original", MaxWidth: 1, MaxHeight: 4096}}} {
		code, err := s.Code(source)
		if err != nil {
			t.Fatal(err)
		}
		for _, end := range []string{"", "\n", "\n\n"} {
			if got, ok := Parse(strings.TrimRight(code, "\n")+end, source); !ok || got != s {
				t.Errorf("%q: got %+v, %t", code+end, got, ok)
			}
		}
	}
}

// What is not the function to the letter may do anything.
func TestOtherCodeIsNotRead(t *testing.T) {
	code, err := site.Code(source)
	if err != nil {
		t.Fatal(err)
	}
	for name, other := range map[string]string{
		"nothing":              "",
		"no site":              source,
		"the site alone":       strings.TrimSuffix(code, source),
		"another handler":      code + "function handler(event) { return event.request; }\n",
		"a handler before":     "function handler(event) {}\n" + code,
		"code within the site": strings.Replace(code, "'img.example.com'", "'' + evil()", 1),
		"more on the line":     strings.Replace(code, "};", "}; evil();", 1),
		"a quote in the site":  strings.Replace(code, "img.example.com", "img.example.com', x: '", 1),
		"another version":      strings.Replace(code, "return event.request", "return {statusCode: 403}", 1),
		"too large a number":   strings.Replace(code, "65535", "99999999999999999999", 1),
	} {
		if got, ok := Parse(other, source); ok {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestCodeRefuses(t *testing.T) {
	for name, s := range map[string]Site{
		"a quote":         {KeyPrefix: "/a'b"},
		"a backslash":     {URLPrefix: `/a\b`},
		"a line":          {Host: "a\nb"},
		"too many sizes":  {Sizes: strings.Repeat("500x300,", MaxBytes/8) + "5x5"},
		"a space in them": {Sizes: "500x300, 640x"},
		"no size":         {Sizes: "500"},
	} {
		if code, err := s.Code(source); err == nil {
			t.Errorf("%s: got %q", name, code)
		}
	}
}

func TestSettingsOfConfigs(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.Missing, cfg.MaxWidth, cfg.MaxHeight = edge.MissingKeepRatio, 2560, 1440
	cfg.Formats = nil
	want := []string{"Formats=", "Missing=keep-ratio", "MaxWidth=2560", "MaxHeight=1440"}
	if got := SettingsOf(cfg).Parameters(); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	// Only what is written counts.
	cfg.Formats = []resize.Format{resize.TIFF, resize.PNG, resize.BMP, resize.JPEG}
	if got := SettingsOf(cfg).Formats; got != "png,jpeg" {
		t.Errorf("got the formats %q, want those that are written, in their order", got)
	}
}
