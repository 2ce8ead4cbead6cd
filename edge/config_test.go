package edge

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/resize"
)

// The file that users edit shows every field with its default.
func TestBakedConfigShowsEveryDefault(t *testing.T) {
	cfg, err := BakedConfig()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(cfg, DefaultConfig()) {
		t.Errorf("config.json is %+v, the defaults are %+v", cfg, DefaultConfig())
	}
	var members map[string]any
	if err := json.Unmarshal(baked, &members); err != nil {
		t.Fatal(err)
	}
	if n := reflect.TypeFor[Config]().NumField(); len(members) != n {
		t.Errorf("config.json has %d members, Config %d fields", len(members), n)
	}
}

func TestParseConfig(t *testing.T) {
	got, err := ParseConfig([]byte(`{"bucket":"my.bucket","region":"eu-west-1","key_prefix":"a/","fit":"inside",
		"missing":"keep-ratio","larger":"largest","parameters":["preset","w"],"presets":{"a":"w=1&height=2"},"only_presets":true,
		"fallback_key":"f.jpg","fallback_status":200,"fallback_max_age_s":8,"quality":90,"min_quality":90,"max_width":1,"max_height":2,"max_source_bytes":3,
		"max_source_pixels":4,"timeout_ms":500,"max_response_bytes":2000,"transient_max_age_s":0,
		"lasting_max_age_s":5,"cache_control":"public, max-age=60","formats":["webp"],"avif_max_pixels":7,"cache_tag_header":"X-Tags","stale_while_revalidate_s":6}`))
	want := Config{"my.bucket", "eu-west-1", "a/", "inside", "keep-ratio", "largest", []string{"preset", "w"}, map[string]string{"a": "w=1&height=2"}, true, 90, 90,
		"f.jpg", 200, 8, 1, 2, 3, 4, 500, 2000, 0, 5, "public, max-age=60", []resize.Format{"webp"}, 7, "X-Tags", 6}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if got, err := ParseConfig([]byte(`{}`)); err != nil || !reflect.DeepEqual(got, DefaultConfig()) {
		t.Errorf("{}: got %+v, %v; want the defaults", got, err)
	}
}

// A folder means the same however it is written.
func TestKeyPrefixIsAFolder(t *testing.T) {
	for given, want := range map[string]string{
		"media": "media/", "/media": "media/", "media/": "media/", "/media/": "media/",
		"": "", "/": "", "a/b": "a/b/", "//media//": "/media//", "my folder": "my folder/",
	} {
		file, err := json.Marshal(map[string]string{"key_prefix": given})
		if err != nil {
			t.Fatal(err)
		}
		cfg, err := ParseConfig(file)
		if err != nil || cfg.KeyPrefix != want {
			t.Errorf("%q: got %q, %v; want %q", given, cfg.KeyPrefix, err, want)
		}
	}
}

// An error says what was given and where, and names in words what is allowed.
func TestParseConfigNamesWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ config, field, message string }{
		{`{"qualty": 80}`, "qualty", "line 1, column 2: qualty is unknown: want one of bucket, region, key_prefix"},
		{`{"Quality": 80}`, "Quality", "line 1, column 2: Quality is unknown"},
		{`{"quality": "80"}`, "quality", `line 1, column 13: quality is "80": want a whole number`},
		{"{\n  \"fit\": \"fill\",\n  \"quality\": 80.5\n}", "quality", "line 3, column 14: quality is 80.5: want a whole number"},
		{"{\r\n\t\"quality\"  :  \n null}", "quality", "line 3, column 2: quality is null: want a whole number"},
		{`{"quality": 0}`, "quality", "column 13: quality is 0: want 1 to 100"},
		{`{"quality": 101}`, "quality", "101: want 1 to 100"},
		{`{"quality": 50, "min_quality": 51}`, "min_quality", "column 32: min_quality is 51: want at most quality, which is 50"},
		{`{"quality": 30}`, "quality", "column 13: quality is 30: want at least min_quality, which is 40 by default"},
		{`{"min_quality": 81}`, "min_quality", "column 17: min_quality is 81: want at most quality, which is 80"},
		{`{"min_quality": 0}`, "min_quality", "0: want 1 to 100"},
		{`{"fit": "contain"}`, "fit", `column 9: fit is "contain": want one of cover, fill, inside, pad`},
		{`{"fit": 1}`, "fit", "a string"},
		{`{"larger": "biggest"}`, "larger", "one of original, largest"},
		{`{"parameters": ["fit", "fit"]}`, "parameters", `column 16: parameters is ["fit" "fit"]: want a list of fit, quality, dpr, gravity, trim, sharpen, blur, w, h, preset, signature, each at most once`},
		{`{"parameters": ["background"]}`, "parameters", "a list of fit, "},
		{`{"parameters": ["quality"], "quality": 44, "min_quality": 41}`, "parameters", `parameters is "quality": want a multiple of 5 from min_quality to quality, which are 41 and 44`},
		{`{"parameters": "fit"}`, "parameters", "a list of strings"},
		{`{"presets": {"a": "width=5&height=5"}}`, "presets", `presets is given: want only with "preset" among parameters`},
		{`{"parameters": ["preset"], "presets": {"` + strings.Repeat("a", 33) + `": "width=5&height=5"}}`, "presets", "names of up to 32 lower-case letters"},
		{`{"parameters": ["preset"], "presets": {"A": "width=5&height=5"}}`, "presets", `presets is "A": want names of up to 32 lower-case letters`},
		{`{"parameters": ["preset"], "presets": {"a": "width=5"}}`, "presets", `"width=5" for a, which gets the original: width or height is missing`},
		{`{"parameters": ["preset"], "presets": {"a": "width=5&height=5&fit=fill"}}`, "presets", `where a has "fit": want width, height, format and what parameters lists`},
		{`{"parameters": ["preset"], "presets": {"a": "preset=b"}}`, "presets", `where a has "preset"`},
		{`{"parameters": ["preset", "fit"], "presets": {"a": "width=5&height=5&fit=big"}}`, "presets", "a parameter has a value that is not allowed: fit"},
		{`{"parameters": ["preset"], "presets": {"a": "width=5&height=5&format=a b"}}`, "presets", `"width=5&height=5&format=a b" for a: want a query string of letters`},
		{`{"parameters": ["preset", "fit"], "presets": {"a": "width=5&height=5&fit=pad%2Cfff"}}`, "presets", `fit=pad%2Cfff" for a: want the colour in background`},
		{`{"parameters": ["preset"], "presets": {"a": "width=5&height=5&format=gif"}}`, "presets", `format=gif" for a: want a format among ["avif" "webp" "jpeg" "png"]`},
		{`{"parameters": ["preset"], "presets": {"a": "width=5&height=5&format=png&format=webp"}}`, "presets", "want a format among"},
		{`{"parameters": ["preset"], "presets": {"a": "width=5&height=5&format="}}`, "presets", "want a format among"},
		{`{"parameters": ["preset", "signature"], "presets": {"a": "width=5&height=5&signature=x"}}`, "presets", `where a has "signature"`},
		{`{"parameters": ["preset"], "presets": {"a": "width=5&height=5&background=fff"}}`, "presets", `where a has "background"`},
		{`{"parameters": ["preset"], "presets": {"a": ""}}`, "presets", `"" for a: want a query string of letters`},
		{`{"parameters": ["preset"], "presets": {"a": 5}}`, "presets", "an object of strings"},
		{`{"presets": []}`, "presets", "an object of strings"},
		{`{"only_presets": true}`, "only_presets", "only_presets is true: want false without presets"},
		{`{"only_presets": "yes"}`, "only_presets", "true or false"},
		{`{"fallback_status": 403}`, "fallback_status", "403: want 200 or 404"},
		{`{"fallback_key": "` + strings.Repeat("a", 1025) + `"}`, "fallback_key", "a key of at most 1024 bytes"},
		{`{"fallback_max_age_s": 86401}`, "fallback_max_age_s", "0 to 86400"},
		{`{"fallback_key": "/a.jpg"}`, "fallback_key", "that does not begin with a slash"},
		{`{"missing": ""}`, "missing", "one of original, keep-ratio"},
		{`{"max_width": 70000}`, "max_width", "1 to 65535"},
		{`{"max_height": -1}`, "max_height", "1 to 65535"},
		{`{"max_source_bytes": 0}`, "max_source_bytes", "1 to"},
		{`{"max_source_pixels": 0}`, "max_source_pixels", "1 to"},
		{`{"avif_max_pixels": -1}`, "avif_max_pixels", "0 to 4294967296"},
		{`{"timeout_ms": 30001}`, "timeout_ms", "100 to 30000"},
		{`{"max_response_bytes": 1048577}`, "max_response_bytes", "to 1048576"},
		{`{"transient_max_age_s": -1}`, "transient_max_age_s", "0 to"},
		{`{"lasting_max_age_s": 86401}`, "lasting_max_age_s", "0 to 86400"},
		{`{"stale_while_revalidate_s": -1}`, "stale_while_revalidate_s", "0 to"},
		{`{"formats": "avif"}`, "formats", `formats is "avif": want a list of strings`},
		{`{"formats": ["avif", 1]}`, "formats", "want a list of strings"},
		{`{"formats": ["jpeg"]}`, "formats", `column 13: formats is ["jpeg"]: want a list of "avif" and "webp", each at most once`},
		{`{"formats": ["webp", "webp"]}`, "formats", "each at most once"},
		{`{"cache_tag_header": "ETag"}`, "cache_tag_header", `is "ETag": want a header of your own such as`},
		{`{"cache_tag_header": "x tags"}`, "cache_tag_header", "a header of your own"},
		{`{"bucket": "Nope"}`, "bucket", "3 to 63"},
		{`{"region": "Frankfurt"}`, "region", "eu-west-1"},
		{`{"key_prefix": ["a"]}`, "key_prefix", "a string"},
		{`{"fit": "fill", "fit": "cover"}`, "fit", "line 1, column 17: fit is given twice: want one value"},
		{`{"a\"b": 1}`, `a"b`, `line 1, column 2: a"b is unknown`},
		{`[]`, "", "line 1, column 1: the config is an array: want one JSON object"},
		{"\n 5", "", "line 2, column 2: the config is a number: want one JSON object"},
		{`"quality"`, "", "the config is a string"},
		{`null`, "", "the config is null"},
		{`true`, "", "the config is true or false"},
		{``, "", "line 1, column 1: unexpected end of JSON input: want one JSON object"},
		{`{} {}`, "", "line 1, column 4: invalid character '{' after top-level value"},
		{"{\n\"quality\": 80,\n}", "", "line 3, column 1: invalid character '}'"},
	} {
		_, err := ParseConfig([]byte(tt.config))
		var wrong *ConfigError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: got error %v, want a *ConfigError", tt.config, err)
			continue
		}
		if wrong.Field != tt.field || !strings.Contains(err.Error(), tt.message) {
			t.Errorf("%s: got %q about %q, want %q about %q", tt.config, err, wrong.Field, tt.message, tt.field)
		}
	}
}

func TestConfigWantsACacheControl(t *testing.T) {
	for value, bad := range map[string]string{
		"":                                  "",
		"no-store":                          "",
		"public, max-age=60":                "",
		"Public,MAX-AGE=60 , immutable":     "",
		`private="x-a, x-b", s-maxage="60"`: "",
		"max-age=60, stale-while-revalidate=5, stale-if-error=6, must-revalidate": "",
		"no-cache, no-transform, proxy-revalidate, must-understand":               "",

		"3600":                  "3600",
		"max-age":               "max-age",
		"max-age=":              "max-age=",
		"max-age=1h":            "max-age=1h",
		"max-age=-1":            "max-age=-1",
		"public; max-age=60":    "public; max-age=60",
		"public, max-age: 60":   "max-age: 60",
		"public, maxage=60":     "maxage=60",
		"no-store=1":            "no-store=1",
		`private=""`:            `private=""`,
		`private="x`:            `private="x`,
		"Cache-Control: public": "Cache-Control: public",
		"a\nb":                  "a\nb",
		"public, max-age=6\x00": "max-age=6\x00",
	} {
		file, err := json.Marshal(map[string]string{"cache_control": value})
		if err != nil {
			t.Fatal(err)
		}
		_, err = ParseConfig(file)
		var wrong *ConfigError
		if bad == "" {
			if err != nil {
				t.Errorf("%q: %v", value, err)
			}
			continue
		}
		want := fmt.Sprintf("where %q is", bad)
		if !errors.As(err, &wrong) || wrong.Field != "cache_control" || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", value, err, want)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add(baked)
	f.Add([]byte(`{"quality": 1e2, "fit": null}`))
	f.Add([]byte("{\n\"quality\": 30, \"a\\u0022\": [{}], \"quality\": 5"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := ParseConfig(data)
		if err == nil {
			if cfg.Validate() != nil {
				t.Errorf("%s: accepted, though %v", data, cfg.Validate())
			}
			return
		}
		var wrong *ConfigError
		if !errors.As(err, &wrong) {
			t.Fatalf("%s: %v", data, err)
		}
		lines := strings.Split(string(data), "\n")
		if wrong.Line < 1 || wrong.Line > len(lines) || wrong.Column < 1 || wrong.Column > len(lines[wrong.Line-1])+1 {
			t.Errorf("%s: %v", data, err)
		}
	})
}
