// Package viewerfunction writes and reads the code of the CloudFront Function that
// sees requests for images before the cache does: edge/viewerrequest's
// viewer-request.js below a line that says for which site.
package viewerfunction

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/resize"
)

// MaxBytes is the size of the longest code in bytes. CloudFront Developer Guide,
// "Quotas on CloudFront Functions".
const MaxBytes = 10 * 1024

// Site is what the function is told; viewer-request.js documents the fields.
type Site struct {
	Host, URLPrefix, KeyPrefix, Sizes string
	Settings
}

// Settings are those of a site that have to agree with the package's config.
type Settings struct {
	Formats, Missing    string
	MaxWidth, MaxHeight int
}

// SettingsOf returns the settings that agree with a config. Of its formats they have
// those that variants can be written in: others would have keys in the cache for
// what is the same picture.
func SettingsOf(cfg edge.Config) Settings {
	var formats []string
	for _, f := range cfg.Formats {
		if slices.Contains(resize.Written(), f) {
			formats = append(formats, string(f))
		}
	}
	return Settings{strings.Join(formats, ","), cfg.Missing, cfg.MaxWidth, cfg.MaxHeight}
}

// Parameters returns the settings as parameters of deploy/template.yaml, each
// "Name=Value".
func (s Settings) Parameters() []string {
	return []string{
		"Formats=" + s.Formats,
		"Missing=" + s.Missing,
		fmt.Sprintf("MaxWidth=%d", s.MaxWidth),
		fmt.Sprintf("MaxHeight=%d", s.MaxHeight),
	}
}

// Read returns viewer-request.js of a checkout of the project.
func Read(checkout string) (string, error) {
	source, err := os.ReadFile(filepath.Join(checkout, "edge", "viewerrequest", "viewer-request.js"))
	return string(source), err
}

// Code returns the code for a site, below which is source, viewer-request.js.
func (s Site) Code(source string) (string, error) {
	for _, text := range []string{s.Host, s.URLPrefix, s.KeyPrefix, s.Sizes, s.Formats, s.Missing} {
		if !plain.MatchString(text) {
			return "", fmt.Errorf("%q cannot be written into the viewer-request function: want letters, digits and ./,_- only", text)
		}
	}
	if !sizes.MatchString(s.Sizes) {
		return "", fmt.Errorf("the sizes are %q: want WIDTHxHEIGHT, WIDTHx or xHEIGHT, with commas between", s.Sizes)
	}
	code := fmt.Sprintf("const site = {host: '%s', urlPrefix: '%s', keyPrefix: '%s', sizes: '%s', formats: '%s', missing: '%s', maxWidth: %d, maxHeight: %d};\n",
		s.Host, s.URLPrefix, s.KeyPrefix, s.Sizes, s.Formats, s.Missing, s.MaxWidth, s.MaxHeight) + source
	if len(code) > MaxBytes {
		return "", fmt.Errorf("the viewer-request function would have %d bytes, more than the %d that CloudFront takes: give fewer sizes", len(code), MaxBytes)
	}
	return code, nil
}

var (
	// plain matches what stands for itself between quotes.
	plain = regexp.MustCompile(`^[A-Za-z0-9./,_-]*$`)
	// sizes matches lists of sizes, as deploy/template.yaml does.
	sizes = regexp.MustCompile(`^(|([1-9][0-9]{0,4}x([1-9][0-9]{0,4})?|x[1-9][0-9]{0,4})(,([1-9][0-9]{0,4}x([1-9][0-9]{0,4})?|x[1-9][0-9]{0,4}))*)$`)
)

// siteLine is the first line of the code.
var siteLine = regexp.MustCompile(`^const site = \{host: '([^'\\]*)', urlPrefix: '([^'\\]*)', keyPrefix: '([^'\\]*)', sizes: '([^'\\]*)', ` +
	`formats: '([^'\\]*)', missing: '([^'\\]*)', maxWidth: ([0-9]{1,5}), maxHeight: ([0-9]{1,5})\};$`)

// Parse returns the site that code is for, and reports whether it is a first line
// for a site and then source, to the letter but for newlines at the end.
func Parse(code, source string) (Site, bool) {
	line, rest, _ := strings.Cut(code, "\n")
	part := siteLine.FindStringSubmatch(line)
	if part == nil || strings.TrimRight(rest, "\n") != strings.TrimRight(source, "\n") {
		return Site{}, false
	}
	width, _ := strconv.Atoi(part[7]) // five digits at most
	height, _ := strconv.Atoi(part[8])
	return Site{part[1], part[2], part[3], part[4], Settings{part[5], part[6], width, height}}, true
}
