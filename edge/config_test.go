package edge

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// The file that users edit shows every field, at its default.
func TestBakedConfigShowsEveryDefault(t *testing.T) {
	cfg, err := BakedConfig()
	if err != nil {
		t.Fatal(err)
	}
	if cfg != DefaultConfig() {
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
		"missing":"keep-ratio","quality":90,"min_quality":90,"max_width":1,"max_height":2,"max_source_bytes":3,
		"max_source_pixels":4,"timeout_ms":500,"max_response_bytes":2000,"transient_max_age_s":0,
		"cache_control":"public, max-age=60"}`))
	want := Config{"my.bucket", "eu-west-1", "a/", "inside", "keep-ratio", 90, 90, 1, 2, 3, 4, 500, 2000, 0, "public, max-age=60"}
	if err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
	if got, err := ParseConfig([]byte(`{}`)); err != nil || got != DefaultConfig() {
		t.Errorf("{}: got %+v, %v; want the defaults", got, err)
	}
}

func TestParseConfigNamesWhatIsWrong(t *testing.T) {
	for _, tt := range []struct{ config, field, in string }{
		{`{"qualty": 80}`, "qualty", "one of bucket, region, key_prefix"},
		{`{"Quality": 80}`, "Quality", "unknown"},
		{`{"quality": "80"}`, "quality", `"80": want a whole number`},
		{`{"quality": 80.5}`, "quality", "80.5: want a whole number"},
		{`{"quality": null}`, "quality", "null"},
		{`{"quality": 0}`, "quality", "0: want 1 to 100"},
		{`{"quality": 101}`, "quality", "101: want 1 to 100"},
		{`{"quality": 50, "min_quality": 51}`, "min_quality", "51: want 1 to 50"},
		{`{"fit": "contain"}`, "fit", `"contain": want one of cover, fill, inside`},
		{`{"fit": 1}`, "fit", "a string"},
		{`{"missing": ""}`, "missing", "one of original, keep-ratio"},
		{`{"max_width": 70000}`, "max_width", "1 to 65535"},
		{`{"max_height": -1}`, "max_height", "1 to 65535"},
		{`{"max_source_bytes": 0}`, "max_source_bytes", "1 to"},
		{`{"max_source_pixels": 0}`, "max_source_pixels", "1 to"},
		{`{"timeout_ms": 30001}`, "timeout_ms", "100 to 30000"},
		{`{"max_response_bytes": 1048577}`, "max_response_bytes", "to 1048576"},
		{`{"transient_max_age_s": -1}`, "transient_max_age_s", "0 to"},
		{`{"cache_control": "a\nb"}`, "cache_control", "printable ASCII"},
		{`{"bucket": "Nope"}`, "bucket", "3 to 63"},
		{`{"region": "Frankfurt"}`, "region", "eu-west-1"},
		{`{"key_prefix": ["a"]}`, "key_prefix", "a string"},
		{`[]`, "", "a JSON object"},
		{``, "", "a JSON object"},
		{`{} {}`, "", "one JSON object"},
		{`{"quality": 80,}`, "", "a JSON object"},
	} {
		_, err := ParseConfig([]byte(tt.config))
		var wrong *ConfigError
		if !errors.As(err, &wrong) {
			t.Errorf("%s: got error %v, want a *ConfigError", tt.config, err)
			continue
		}
		if wrong.Field != tt.field || !strings.Contains(err.Error(), tt.in) {
			t.Errorf("%s: got %q about %q, want %q about %q", tt.config, err, wrong.Field, tt.in, tt.field)
		}
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add(baked)
	f.Add([]byte(`{"quality": 1e2, "fit": null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := ParseConfig(data)
		if err == nil && cfg.Validate() != nil {
			t.Errorf("%s: accepted, though %v", data, cfg.Validate())
		}
	})
}
