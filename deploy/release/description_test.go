package release

import (
	"reflect"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// ReadDescription reads what Describe writes.
func TestDescriptions(t *testing.T) {
	changed := func(change func(*edge.Config)) edge.Config {
		cfg := edge.DefaultConfig()
		change(&cfg)
		return cfg
	}
	for want, cfg := range map[string]edge.Config{
		"launcher=exec": edge.DefaultConfig(),
		`launcher=exec quality=82 formats=["webp"]`: changed(func(c *edge.Config) {
			c.Quality, c.Formats = 82, []resize.Format{resize.WebP}
		}),
		`launcher=exec bucket=123 region=eu-west-1 key_prefix=media/photos/ missing=keep-ratio formats=[]`: changed(func(c *edge.Config) {
			c.Bucket, c.Region, c.KeyPrefix, c.Missing, c.Formats = "123", "eu-west-1", "media/photos/", edge.MissingKeepRatio, []resize.Format{}
		}),
		`launcher=exec larger=largest parameters=["preset","fit"] presets={"a":"width=5&height=5","b":"width=6&height=6&fit=fill"} only_presets=true`: changed(func(c *edge.Config) {
			c.Larger, c.Parameters, c.OnlyPresets = edge.LargerLargest, []string{"preset", "fit"}, true
			c.Presets = map[string]string{"a": "width=5&height=5", "b": "width=6&height=6&fit=fill"}
		}),
		`launcher=exec key_prefix="ümläut und mehr/" cache_control="public, max-age=3600" stale_while_revalidate_s=0`: changed(func(c *edge.Config) {
			c.KeyPrefix, c.CacheControl, c.StaleWhileRevalidateS = "ümläut und mehr/", "public, max-age=3600", 0
		}),
	} {
		if got := Describe(cfg, "exec"); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		if got, whole, ok := ReadDescription(want); !ok || !whole || !reflect.DeepEqual(got, cfg) {
			t.Errorf("%q is read as %+v, %t, %t", want, got, whole, ok)
		}
	}
}

// A description that is too long leaves out what no request depends on, or says that it
// records nothing.
func TestLongDescriptions(t *testing.T) {
	cfg := edge.DefaultConfig()
	cfg.CacheControl = "public, max-age=" + strings.Repeat("0", 230)
	cfg.Missing, cfg.MaxWidth, cfg.TimeoutMS = edge.MissingKeepRatio, 1234, 9000
	text := Describe(cfg, "exec")
	got, whole, ok := ReadDescription(text)
	if len(text) > maxDescription || !ok || whole || got.Missing != cfg.Missing || got.MaxWidth != 1234 || got.TimeoutMS != 9000 || got.CacheControl != "" {
		t.Errorf("%q is read as %+v, %t, %t", text, got, whole, ok)
	}
	cfg.KeyPrefix = strings.Repeat("a", 250) + "/"
	if text = Describe(cfg, "exec"); len(text) > maxDescription {
		t.Errorf("got %q", text)
	}
	if got, _, ok := ReadDescription(text); ok {
		t.Errorf("%q is read as %+v", text, got)
	}
}

// ReadDescription refuses what these commands have not written.
func TestOtherDescriptions(t *testing.T) {
	for _, text := range []string{
		"", "python3.13, 512 MB, edgeresize/0123.zip", "quality=82", "launcher=exec quality", "launcher=exec quality=", "launcher=exec quality=high",
		"launcher=exec quality=0", "launcher=exec qualities=82", "launcher=exec cache_control=public, max-age=3600", `launcher=exec bucket="ab`,
		"launcher=exec missing=crop", "launcher=exec ... quality=82", `launcher=exec formats=["webp"`, "launcher=exec ......",
	} {
		if got, _, ok := ReadDescription(text); ok {
			t.Errorf("%q is read as %+v", text, got)
		}
	}
}
