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

// rich returns the settings of a config that switches everything on.
func rich() viewerrequest.Settings {
	cfg := edge.DefaultConfig()
	cfg.Parameters = []string{"h", "w", "signature", "preset", "blur", "sharpen", "trim", "gravity", "dpr", "quality", "fit"}
	cfg.Presets = map[string]string{"card": "width=500&height=300&gravity=.3,.7", "a_1-b": "w=5&h=%35&fit=p%61d&background=f%66F&format=%70ng"}
	cfg.OnlyPresets = true
	return viewerrequest.SettingsOf(cfg)
}

func TestCodeIsRead(t *testing.T) {
	gravity := edge.DefaultConfig()
	gravity.Parameters, gravity.Fit = []string{"gravity"}, resize.Pad
	signed := viewerrequest.Settings{Missing: "original", MaxWidth: 1, MaxHeight: 4096, Options: viewerrequest.Options{Parameters: []string{"signature"}}}
	for _, s := range []viewerrequest.Settings{site, {Missing: "original", MaxWidth: 1, MaxHeight: 4096}, rich(), signed, viewerrequest.SettingsOf(gravity)} {
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
	older := strings.Replace(line, ", request: {}", "", 1)
	for _, other := range []string{code, line, line + "\nfunction handler(event) { return event.request; }\n", older} {
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

// TestSettingsOfOptions wants no options but those that Code writes for a valid config.
func TestSettingsOfOptions(t *testing.T) {
	line, _, _ := strings.Cut(strings.TrimPrefix(rich().Script(), viewerrequest.Imports), "\n")
	if got, ok := Settings(line); !ok || !reflect.DeepEqual(got, rich()) {
		t.Fatalf("got %+v, %t, of %s", got, ok, line)
	}
	const card = `"card":"width=500&height=300&gravity=.3,.7"`
	for name, change := range map[string][2]string{
		"a space":                      {`"fit":"cover"`, `"fit": "cover"`},
		"code":                         {`"fit":"cover"`, `"fit":evil()`},
		"code behind":                  {`"only_presets":true}`, `"only_presets":true}, x: {}`},
		"a member more":                {`"only_presets":true`, `"only_presets":true,"max_width":5`},
		"a member twice":               {`"only_presets":true`, `"only_presets":true,"only_presets":true`},
		"a default":                    {`"only_presets":true`, `"only_presets":false`},
		"another order":                {`"fit","quality"`, `"quality","fit"`},
		"a parameter twice":            {`"fit","quality"`, `"fit","fit"`},
		"another parameter":            {`"trim"`, `"rotate"`},
		"another fit":                  {`"fit":"cover"`, `"fit":"contain"`},
		"no fit":                       {`"fit":"cover",`, ``},
		"a quality too high":           {`"quality":80`, `"quality":101`},
		"no least quality":             {`,"min_quality":40`, ``},
		"a bad preset":                 {card, `"card":"width=500"`},
		"a preset of another name":     {card, `"Card":"width=500&height=300"`},
		"a preset of a prototype":      {card, `"__proto__":"width=500&height=300"`},
		"no placeholder":               {`,"placeholder":"width=9&height=9&fit=inside&blur=1&quality=40"`, ``},
		"a quote":                      {`gravity=.3,.7"`, `gravity=.3,.7'"`},
		"another spelling of a letter": {`"fit":"cover"`, `"fit":"\u0063over"`},
	} {
		changed := strings.Replace(line, change[0], change[1], 1)
		if got, ok := Settings(changed); ok || changed == line {
			t.Errorf("%s: got %+v of %s", name, got, changed)
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
		"a quote":          {KeyPrefix: "/a'b"},
		"no path":          {KeyPrefix: "media", URLPrefix: "/img"},
		"a slash behind":   {URLPrefix: "/img/"},
		"dot segments":     {URLPrefix: "/img/../a"},
		"capitals":         {Host: "IMG.example.com"},
		"a port":           {Host: "img.example.com:443"},
		"a backslash":      {URLPrefix: `/a\b`},
		"a line":           {Host: "a\nb"},
		"too many sizes":   {Sizes: strings.Repeat("500x300,", MaxBytes/8) + "5x5"},
		"a space in them":  {Sizes: "500x300, 640x"},
		"no size":          {Sizes: "500"},
		"one side alone":   {Sizes: "500x300,640x", Missing: "original"},
		"a fit of nothing": {Missing: "original", MaxWidth: 1, MaxHeight: 1, Options: viewerrequest.Options{Fit: resize.Cover}},
		"a bad preset": {Missing: "original", MaxWidth: 1, MaxHeight: 1,
			Options: viewerrequest.Options{Parameters: []string{"preset"}, Presets: map[string]string{"card": "width=5&height=5"}}},
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
	want := []string{"Formats=webp,avif", "Missing=keep-ratio", "MaxWidth=2560", "MaxHeight=1440", "RequestParameters=none", "RequestSettings={}", "SignedUrls=false"}
	if got := Parameters(cfg); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	cfg.Parameters, cfg.Presets = []string{"w", "blur", "preset", "fit"}, map[string]string{"card": "width=500&height=300"}
	want = append(want[:4], "RequestParameters=fit,blur", `RequestSettings={"parameters":["fit","blur","w","preset"],"fit":"cover","presets":{"card":"width=500&height=300"}}`, "SignedUrls=false")
	if got := Parameters(cfg); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
