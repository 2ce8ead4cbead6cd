package edge

import (
	_ "embed"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/resize"
)

// MaxResponseBytes is the most bytes, body and headers together, that
// CloudFront accepts from an origin-response function. CloudFront Developer
// Guide, "Restrictions on Lambda@Edge".
const MaxResponseBytes = 1 << 20

// Config holds all settings. Lambda@Edge functions have no environment
// variables of their own, so the config is built into the binary.
type Config struct {
	// Bucket and Region, if set, replace those of the event.
	Bucket string `json:"bucket"`
	Region string `json:"region"`
	// KeyPrefix, if set, replaces the origin's path: the key is KeyPrefix and
	// the decoded URI without its leading "/". It is a folder, such as
	// "media/"; [ParseConfig] also accepts it without the "/" at its end, or
	// with one in front.
	KeyPrefix string `json:"key_prefix"`
	// Fit is "cover", "fill", "inside" or "pad".
	Fit resize.Fit `json:"fit"`
	// Missing says what a request with only one of width and height gets:
	// "original", or with "keep-ratio" a variant in the original's ratio.
	Missing string `json:"missing"`
	// Larger says what a size gets that is larger than the original: "original",
	// or with "largest" the largest variant of the same shape.
	Larger string `json:"larger"`
	// Parameters lists what requests may ask for besides width, height and
	// format: names in [Switchable].
	Parameters []string `json:"parameters"`
	// Presets holds query strings by the names that requests may ask for them,
	// with "preset" among Parameters. OnlyPresets refuses all other sizes.
	Presets     map[string]string `json:"presets"`
	OnlyPresets bool              `json:"only_presets"`
	// Quality is the quality of JPEG, 1 to 100, and of AVIF that looks like it.
	// MinQuality, 1 to Quality, is the lowest that is tried to make a large
	// variant fit.
	Quality    int `json:"quality"`
	MinQuality int `json:"min_quality"`
	// FallbackKey is the key, below KeyPrefix or the origin's path, of a picture
	// to serve at the size asked for if an original is missing; "" for none.
	// FallbackStatus is its status, 404 or 200, and FallbackMaxAgeS how many
	// seconds caches may keep it.
	FallbackKey     string `json:"fallback_key"`
	FallbackStatus  int    `json:"fallback_status"`
	FallbackMaxAgeS int    `json:"fallback_max_age_s"`
	// MaxWidth and MaxHeight are the largest size that a request may ask for,
	// in pixels.
	MaxWidth  int `json:"max_width"`
	MaxHeight int `json:"max_height"`
	// MaxSourceBytes is the size of the largest original that is resized, in
	// bytes.
	MaxSourceBytes int64 `json:"max_source_bytes"`
	// MaxSourcePixels is the largest width × height × frames of an original
	// that is resized.
	MaxSourcePixels int64 `json:"max_source_pixels"`
	// TimeoutMS is the most time that one request may take, in milliseconds.
	TimeoutMS int `json:"timeout_ms"`
	// MaxResponseBytes is the size of the largest response, base64 body and
	// headers, in bytes.
	MaxResponseBytes int `json:"max_response_bytes"`
	// TransientMaxAgeS is how many seconds caches may keep an original that was
	// served for a transient reason, and LastingMaxAgeS for a lasting reason;
	// see [Lifetime].
	TransientMaxAgeS int `json:"transient_max_age_s"`
	LastingMaxAgeS   int `json:"lasting_max_age_s"`
	// CacheControl, if set, is the Cache-Control of variants; otherwise they
	// keep the original's.
	CacheControl string `json:"cache_control"`
	// Formats lists the formats to serve to viewers whose Accept names them,
	// the best first: "avif", "webp" or both.
	Formats []resize.Format `json:"formats"`
	// AVIFMaxPixels is the largest width × height of an AVIF variant; larger
	// ones get the next format. 0 means no limit.
	AVIFMaxPixels int64 `json:"avif_max_pixels"`
	// CacheTagHeader is the response header that holds cache tags. If it is "",
	// the origin may name one by [CacheTagHeaderHeader].
	CacheTagHeader string `json:"cache_tag_header"`
	// StaleWhileRevalidateS is how many seconds after it expires a variant may
	// be served while it is made again; 0 forbids that.
	StaleWhileRevalidateS int `json:"stale_while_revalidate_s"`
}

// The values of Config.Missing and Config.Larger.
const (
	MissingOriginal  = "original"
	MissingKeepRatio = "keep-ratio"

	LargerOriginal = "original"
	LargerLargest  = "largest"
)

// DefaultConfig returns the values of the fields that a config does not set.
func DefaultConfig() Config {
	return Config{
		Fit:                   resize.Cover,
		Missing:               MissingOriginal,
		Larger:                LargerOriginal,
		Parameters:            []string{},
		Presets:               map[string]string{},
		FallbackStatus:        http.StatusNotFound,
		FallbackMaxAgeS:       60,
		Quality:               80,
		MinQuality:            40,
		MaxWidth:              4096,
		MaxHeight:             4096,
		MaxSourceBytes:        30 << 20,
		MaxSourcePixels:       50_000_000,
		TimeoutMS:             10_000,
		MaxResponseBytes:      MaxResponseBytes,
		TransientMaxAgeS:      10,
		LastingMaxAgeS:        600,
		Formats:               []resize.Format{resize.AVIF, resize.WebP},
		StaleWhileRevalidateS: 60,
	}
}

//go:embed config.json
var baked []byte

// BakedConfig returns the config that was built into the binary.
func BakedConfig() (Config, error) { return ParseConfig(baked) }

// Validate checks the range of every field. Its error is a *ConfigError.
func (c Config) Validate() error {
	for _, n := range []struct {
		field         string
		got, min, max int64
	}{
		{"quality", int64(c.Quality), 1, 100},
		{"min_quality", int64(c.MinQuality), 1, 100},
		{"max_width", int64(c.MaxWidth), 1, 65535},
		{"max_height", int64(c.MaxHeight), 1, 65535},
		{"max_source_bytes", c.MaxSourceBytes, 1, 1 << 30},
		{"max_source_pixels", c.MaxSourcePixels, 1, 1 << 32},
		{"avif_max_pixels", c.AVIFMaxPixels, 0, 1 << 32},
		{"timeout_ms", int64(c.TimeoutMS), 100, 30_000},
		{"max_response_bytes", int64(c.MaxResponseBytes), 1024, MaxResponseBytes},
		{"transient_max_age_s", int64(c.TransientMaxAgeS), 0, 86_400},
		{"lasting_max_age_s", int64(c.LastingMaxAgeS), 0, 86_400},
		{"fallback_max_age_s", int64(c.FallbackMaxAgeS), 0, 86_400},
		{"stale_while_revalidate_s", int64(c.StaleWhileRevalidateS), 0, 31_536_000},
	} {
		if n.got < n.min || n.got > n.max {
			return wrong(n.field, fmt.Sprint(n.got), fmt.Sprintf("%d to %d", n.min, n.max))
		}
	}
	for _, s := range []struct {
		field, got string
		allowed    []string
	}{
		{"fit", string(c.Fit), []string{string(resize.Cover), string(resize.Fill), string(resize.Inside), string(resize.Pad)}},
		{"missing", c.Missing, []string{MissingOriginal, MissingKeepRatio}},
		{"larger", c.Larger, []string{LargerOriginal, LargerLargest}},
	} {
		if !slices.Contains(s.allowed, s.got) {
			return wrong(s.field, fmt.Sprintf("%q", s.got), "one of "+strings.Join(s.allowed, ", "))
		}
	}
	if c.Bucket != "" && !bucketName.MatchString(c.Bucket) {
		return wrong("bucket", fmt.Sprintf("%q", c.Bucket), "3 to 63 lower-case letters, digits, dots and hyphens")
	}
	if c.Region != "" && !regionName.MatchString(c.Region) {
		return wrong("region", fmt.Sprintf("%q", c.Region), `a region's name such as "eu-west-1"`)
	}
	for i, name := range c.Parameters {
		if !slices.Contains(Switchable, name) || slices.Contains(c.Parameters[:i], name) {
			return wrong("parameters", fmt.Sprintf("%q", c.Parameters), "a list of "+strings.Join(Switchable, ", ")+", each at most once")
		}
	}
	if s := c.FallbackStatus; s != http.StatusOK && s != http.StatusNotFound {
		return wrong("fallback_status", fmt.Sprint(s), "200 or 404")
	}
	if key := c.FallbackKey; strings.HasPrefix(key, "/") || len(key) > maxKeyBytes || !utf8.ValidString(key) {
		return wrong("fallback_key", fmt.Sprintf("%.60q", key), "a key of at most 1024 bytes that does not begin with a slash")
	}
	for i, f := range c.Formats {
		if f != resize.AVIF && f != resize.WebP || slices.Contains(c.Formats[:i], f) {
			return wrong("formats", fmt.Sprintf("%q", c.Formats), `a list of "avif" and "webp", each at most once`)
		}
	}
	if c.CacheTagHeader != "" && !IsCacheTagHeader(c.CacheTagHeader) {
		return wrong("cache_tag_header", fmt.Sprintf("%q", c.CacheTagHeader), `a header of your own such as "Edgeresize-Cache-Tag"`)
	}
	if c.MinQuality > c.Quality {
		return wrong("min_quality", fmt.Sprint(c.MinQuality), fmt.Sprintf("at most quality, which is %d", c.Quality))
	}
	if c.takes("quality") && c.LeastQuality() > c.Quality {
		return wrong("parameters", `"quality"`, fmt.Sprintf("a multiple of 5 from min_quality to quality, which are %d and %d", c.MinQuality, c.Quality))
	}
	if bad, ok := validCacheControl(c.CacheControl); !ok {
		return wrong("cache_control", fmt.Sprintf("%q, where %q is not a valid directive of Cache-Control", c.CacheControl, bad),
			`such as "public, max-age=3600"`)
	}
	return c.checkPresets()
}

// maxKeyBytes is the length of the longest key. Amazon S3 User Guide, "Naming
// Amazon S3 objects".
const maxKeyBytes = 1024
