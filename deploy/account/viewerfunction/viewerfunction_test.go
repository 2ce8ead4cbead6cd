package viewerfunction

import (
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

var site = viewerrequest.Settings{
	Host: "img.example.com", URLPrefix: "/wp-content/uploads", KeyPrefix: "/media", Sizes: "500x300,640x,x200",
	Formats: []resize.Format{resize.AVIF, resize.WebP}, Missing: "keep-ratio", MaxWidth: 2560, MaxHeight: 65535,
}

func TestCodeIsRead(t *testing.T) {
	for _, s := range []viewerrequest.Settings{site, {Missing: "original", MaxWidth: 1, MaxHeight: 4096}} {
		code, err := Code(s)
		if err != nil {
			t.Fatal(err)
		}
		for _, end := range []string{"", "\n", "\n\n"} {
			if got, ok := Parse(strings.TrimRight(code, "\n") + end); !ok || !reflect.DeepEqual(got, s) {
				t.Errorf("with %q at the end: got %+v, %t", end, got, ok)
			}
		}
	}
}

// TestSettings wants the settings of other checkouts' code too, but none of a line that
// Code does not write.
func TestSettings(t *testing.T) {
	code, err := Code(site)
	if err != nil {
		t.Fatal(err)
	}
	line, _, _ := strings.Cut(code, "\n")
	for _, other := range []string{code, line, line + "\nfunction handler(event) { return event.request; }\n"} {
		if got, ok := Settings(other); !ok || !reflect.DeepEqual(got, site) {
			t.Errorf("got %+v, %t", got, ok)
		}
	}
	for name, other := range map[string]string{
		"nothing":              "",
		"something before":     "\n" + code,
		"more on the line":     strings.Replace(line, "};", "}; evil();", 1),
		"a return":             strings.Replace(line, "};", "};\r", 1),
		"another field":        strings.Replace(line, "sizes:", "size:", 1),
		"sizes with spaces":    strings.Replace(line, "500x300,640x", "500x300 640x", 1),
		"a size of nothing":    strings.Replace(line, "500x300", "0x300", 1),
		"a host that is none":  strings.Replace(line, "img.example.com", "img example", 1),
		"a prefix with dots":   strings.Replace(line, "'/media'", "'/../media'", 1),
		"formats of another":   strings.Replace(line, "avif,webp", "avif,jxl", 1),
		"another missing":      strings.Replace(line, "keep-ratio", "crop", 1),
		"no largest size":      strings.Replace(line, "65535", "0", 1),
		"a size too large":     strings.Replace(line, "65535", "65536", 1),
		"a negative size":      strings.Replace(line, "65535", "-1", 1),
		"a quote that escapes": strings.Replace(line, "'/media'", `'/media\''`, 1),
	} {
		if got, ok := Settings(other); ok {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

// Code that is not our function to the letter may do anything.
func TestOtherCodeIsNotRead(t *testing.T) {
	code, err := Code(site)
	if err != nil {
		t.Fatal(err)
	}
	line, source, _ := strings.Cut(code, "\n")
	for name, other := range map[string]string{
		"nothing":              "",
		"no site":              source,
		"the site alone":       line,
		"another handler":      code + "function handler(event) { return event.request; }\n",
		"a handler before":     "function handler(event) {}\n" + code,
		"code within the site": strings.Replace(code, "'img.example.com'", "'' + evil()", 1),
		"more on the line":     strings.Replace(code, "};", "}; evil();", 1),
		"a quote in the site":  strings.Replace(code, "img.example.com", "img.example.com', x: '", 1),
		"another version":      strings.Replace(code, "return request;", "return {statusCode: 403};", 1),
		"a number too large":   strings.Replace(code, "65535", "99999999999999999999", 1),
	} {
		if got, ok := Parse(other); ok {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestCodeRefuses(t *testing.T) {
	for name, s := range map[string]viewerrequest.Settings{
		"a quote":         {KeyPrefix: "/a'b"},
		"no path":         {KeyPrefix: "media", URLPrefix: "/img"},
		"a slash behind":  {URLPrefix: "/img/"},
		"dot segments":    {URLPrefix: "/img/../a"},
		"capitals":        {Host: "IMG.example.com"},
		"a port":          {Host: "img.example.com:443"},
		"a backslash":     {URLPrefix: `/a\b`},
		"a line":          {Host: "a\nb"},
		"too many sizes":  {Sizes: strings.Repeat("500x300,", MaxBytes/8) + "5x5"},
		"a space in them": {Sizes: "500x300, 640x"},
		"no size":         {Sizes: "500"},
		"one side alone":  {Sizes: "500x300,640x", Missing: "original"},
	} {
		if code, err := Code(s); err == nil {
			t.Errorf("%s: got %.80q", name, code)
		}
	}
}

// `sam deploy` wants names with values that are not empty in -parameter-overrides. SAM
// CLI, samcli/cli/types.py, CfnParameterOverridesType.
func TestParametersAreTakenBySAM(t *testing.T) {
	for _, parameter := range Parameters(edge.DefaultConfig()) {
		if !regexp.MustCompile(`^[A-Za-z0-9]+=[^ "'\\]+$`).MatchString(parameter) {
			t.Errorf("got %q", parameter)
		}
	}
}

func TestParametersOfConfigs(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.Missing, cfg.MaxWidth, cfg.MaxHeight = edge.MissingKeepRatio, 2560, 1440
	cfg.Formats = nil
	if got := Parameters(cfg); got[0] != "Formats=none" {
		t.Errorf("without formats: got %q", got)
	}
	cfg.Formats = []resize.Format{resize.WebP, resize.AVIF}
	want := []string{"Formats=webp,avif", "Missing=keep-ratio", "MaxWidth=2560", "MaxHeight=1440"}
	if got := Parameters(cfg); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
