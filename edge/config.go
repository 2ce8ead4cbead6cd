package edge

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
)

// MaxResponseBytes is the most that CloudFront takes from an origin-response
// function, body and headers together, in bytes. CloudFront Developer Guide,
// "Restrictions on Lambda@Edge".
const MaxResponseBytes = 1 << 20

// Config is everything that can be set. Lambda@Edge has no environment
// variables of one's own, so the config is baked into the binary.
type Config struct {
	// Bucket and Region, where set, take the place of what the event says.
	Bucket string `json:"bucket"`
	Region string `json:"region"`
	// KeyPrefix, where set, takes the place of the origin's path: the key is
	// KeyPrefix and the decoded URI without its leading "/". It is a folder, such
	// as "media/"; [ParseConfig] takes it without its "/", or with one in front.
	KeyPrefix string `json:"key_prefix"`
	// Fit is "cover", "fill" or "inside".
	Fit resize.Fit `json:"fit"`
	// Missing says what a request with one of width and height gets:
	// "original", or with "keep-ratio" a variant of the picture's ratio.
	Missing string `json:"missing"`
	// Quality is that of JPEG, 1 to 100, and of AVIF that looks like it; MinQuality
	// the lowest that a large variant is brought to so as to fit, 1 to Quality.
	Quality    int `json:"quality"`
	MinQuality int `json:"min_quality"`
	// MaxWidth and MaxHeight are the largest sizes asked for, in pixels.
	MaxWidth  int `json:"max_width"`
	MaxHeight int `json:"max_height"`
	// MaxSourceBytes is the largest original in bytes.
	MaxSourceBytes int64 `json:"max_source_bytes"`
	// MaxSourcePixels is the largest width × height × frames of an original.
	MaxSourcePixels int64 `json:"max_source_pixels"`
	// TimeoutMS is the time one request may take, in milliseconds.
	TimeoutMS int `json:"timeout_ms"`
	// MaxResponseBytes is the largest response, base64 body and headers.
	MaxResponseBytes int `json:"max_response_bytes"`
	// TransientMaxAgeS is how many seconds an original that was served for a
	// transient reason may be cached, and LastingMaxAgeS one for a lasting reason;
	// see [Lifetime].
	TransientMaxAgeS int `json:"transient_max_age_s"`
	LastingMaxAgeS   int `json:"lasting_max_age_s"`
	// CacheControl, where set, is the Cache-Control of variants; else they
	// keep the original's.
	CacheControl string `json:"cache_control"`
	// Formats are those that viewers get who say that they take them, the best
	// first, of "avif" and "webp".
	Formats []resize.Format `json:"formats"`
	// AVIFMaxPixels is the largest width × height of a variant that becomes an AVIF;
	// larger ones get the next format. 0 is no limit.
	AVIFMaxPixels int64 `json:"avif_max_pixels"`
	// CacheTagHeader is the response header that holds cache tags; "" for the one
	// that the origin names by [CacheTagHeaderHeader], if it does.
	CacheTagHeader string `json:"cache_tag_header"`
	// StaleWhileRevalidateS is for how many seconds past its time a variant may be
	// served while it is made again; 0 for not at all.
	StaleWhileRevalidateS int `json:"stale_while_revalidate_s"`
}

// The values of Config.Missing.
const (
	MissingOriginal  = "original"
	MissingKeepRatio = "keep-ratio"
)

// DefaultConfig is what holds where a config says nothing.
func DefaultConfig() Config {
	return Config{
		Fit:                   resize.Cover,
		Missing:               MissingOriginal,
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

// BakedConfig is the config that was baked in at build time.
func BakedConfig() (Config, error) { return ParseConfig(baked) }

// Validate checks every field's range. Its error is a *ConfigError.
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
		{"fit", string(c.Fit), []string{string(resize.Cover), string(resize.Fill), string(resize.Inside)}},
		{"missing", c.Missing, []string{MissingOriginal, MissingKeepRatio}},
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
	for i, f := range c.Formats {
		if f != resize.AVIF && f != resize.WebP || slices.Contains(c.Formats[:i], f) {
			return wrong("formats", fmt.Sprintf("%q", c.Formats), `a list of "avif" and "webp", each once at most`)
		}
	}
	if c.CacheTagHeader != "" && !IsCacheTagHeader(c.CacheTagHeader) {
		return wrong("cache_tag_header", fmt.Sprintf("%q", c.CacheTagHeader), `a header of your own such as "Edgeresize-Cache-Tag"`)
	}
	if c.MinQuality > c.Quality {
		return wrong("min_quality", fmt.Sprint(c.MinQuality), fmt.Sprintf("at most quality, which is %d", c.Quality))
	}
	if bad, ok := validCacheControl(c.CacheControl); !ok {
		return wrong("cache_control", fmt.Sprintf("%q, where %q is no directive of Cache-Control", c.CacheControl, bad),
			`such as "public, max-age=3600"`)
	}
	return nil
}
