// Package viewerfunction serves the set-up of the viewer-request function: it returns
// the parameters of deploy/template/template.yaml for a config and the code for
// CloudFront, and recognises functions of this checkout in CloudFront.
package viewerfunction

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/urlpath"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

// MaxBytes is the size in bytes of the longest code that CloudFront takes. CloudFront
// Developer Guide, "Quotas on CloudFront Functions".
const MaxBytes = 10 * 1024

// none stands for an empty list in deploy/template/template.yaml: `sam deploy` refuses
// parameters without a value.
const none = "none"

// Parameters returns the parameters of deploy/template/template.yaml that follow from
// cfg, each "Name=Value".
func Parameters(cfg edge.Config) []string {
	site := viewerrequest.SettingsOf(cfg)
	return []string{
		"Formats=" + cmp.Or(site.FormatNames(), none),
		"Missing=" + site.Missing,
		fmt.Sprintf("MaxWidth=%d", site.MaxWidth),
		fmt.Sprintf("MaxHeight=%d", site.MaxHeight),
		"RequestParameters=" + cmp.Or(strings.Join(cfg.Cached(), ","), none),
		"RequestSettings=" + site.Options.JSON(),
		fmt.Sprintf("SignedUrls=%t", site.ChecksSignatures()),
	}
}

// Kept returns the query parameters that the function leaves in requests: those of the
// cache key, in the order of the template's cache policy.
func Kept(cfg edge.Config) []string {
	return append([]string{"width", "height", "format"}, cfg.Cached()...)
}

// Code returns the function's code for site. It returns an error if site is invalid or
// the code is longer than CloudFront takes.
func Code(site viewerrequest.Settings) (string, error) {
	if err := check(site); err != nil {
		return "", err
	}
	if site.Missing == edge.MissingOriginal {
		if size, found := oneSided(site.Sizes); found {
			return "", fmt.Errorf("the sizes are %q, but %s has one side only, which is not resized while missing is %q in the config: "+
				"leave that size out, or set missing to %q", site.Sizes, size, edge.MissingOriginal, edge.MissingKeepRatio)
		}
	}
	code := site.Script()
	if len(code) > MaxBytes {
		return "", fmt.Errorf("the viewer-request function would have %d bytes, more than CloudFront's limit of %d: give fewer sizes or presets", len(code), MaxBytes)
	}
	return code, nil
}

// check returns an error that names the first invalid field of site, or nil.
func check(site viewerrequest.Settings) error {
	for _, part := range []struct {
		name, text string
		allowed    *regexp.Regexp
		want       string
	}{
		{"host", site.Host, host, "a domain name in lower case"},
		{"URL prefix", site.URLPrefix, prefix, prefixInWords},
		{"key prefix", site.KeyPrefix, prefix, prefixInWords},
	} {
		if _, err := urlpath.Canonical(part.text); !part.allowed.MatchString(part.text) || err != nil {
			return fmt.Errorf("the %s is %q: want %s", part.name, part.text, part.want)
		}
	}
	if _, ok := site.ReadOptions(site.Options.JSON()); !ok {
		return fmt.Errorf("the request parameters are %s: want those of a valid config", site.Options.JSON())
	}
	if !sizes.MatchString(site.Sizes) {
		return fmt.Errorf("the sizes are %q: want WIDTHxHEIGHT, WIDTHx or xHEIGHT, separated by commas", site.Sizes)
	}
	return nil
}

// oneSided returns the first of sizes that has a width or a height alone.
func oneSided(sizes string) (size string, found bool) {
	for size := range strings.SplitSeq(sizes, ",") {
		if width, height, ok := strings.Cut(size, "x"); ok && (width == "" || height == "") {
			return size, true
		}
	}
	return "", false
}

const prefixInWords = "a path of letters, digits and ._- that begins with a slash and does not end with one"

// host, prefix and sizes match the values that deploy/template/template.yaml allows.
var (
	host   = regexp.MustCompile(`^([a-z0-9-]+(\.[a-z0-9-]+)+)?$`)
	prefix = regexp.MustCompile(`^(/[A-Za-z0-9._-]+)*$`)
	sizes  = regexp.MustCompile(`^(|([1-9][0-9]{0,4}x([1-9][0-9]{0,4})?|x[1-9][0-9]{0,4})(,([1-9][0-9]{0,4}x([1-9][0-9]{0,4})?|x[1-9][0-9]{0,4}))*)$`)
)

// siteLine matches the first line, after imports, of code that [Code] returns, and that of older
// checkouts, which had no request.
var siteLine = regexp.MustCompile(`^const site = \{host: '([^'\\]*)', urlPrefix: '([^'\\]*)', keyPrefix: '([^'\\]*)', sizes: '([^'\\]*)', ` +
	`formats: '([^'\\]*)', missing: '([^'\\]*)', maxWidth: ([0-9]{1,5}), maxHeight: ([0-9]{1,5})(?:, request: (\{.*\}))?\};$`)

// Parse returns the site that code is for, and reports whether code is this checkout's
// function, to the letter but for newlines at the end. A function with one word more
// may do anything.
func Parse(code string) (viewerrequest.Settings, bool) {
	site, ok := Settings(code)
	if !ok || !isCurrent(code, site) {
		return viewerrequest.Settings{}, false
	}
	return site, true
}

// isCurrent reports whether code is this checkout's function for site.
func isCurrent(code string, site viewerrequest.Settings) bool {
	return strings.TrimRight(code, "\n") == strings.TrimRight(site.Script(), "\n")
}

// Settings returns the site in the first line of code after its imports, and reports whether [Code]
// writes such a line. It ignores the rest of code: another checkout's function has the
// same first line, but may use it otherwise.
func Settings(code string) (viewerrequest.Settings, bool) {
	line, _, _ := strings.Cut(strings.TrimPrefix(code, viewerrequest.Imports), "\n")
	part := siteLine.FindStringSubmatch(line)
	if part == nil {
		return viewerrequest.Settings{}, false
	}
	site := viewerrequest.Settings{Host: part[1], URLPrefix: part[2], KeyPrefix: part[3], Sizes: part[4], Missing: part[6]}
	site.MaxWidth, _ = strconv.Atoi(part[7]) // five digits at most
	site.MaxHeight, _ = strconv.Atoi(part[8])
	var ok bool
	if site.Options, ok = site.ReadOptions(cmp.Or(part[9], "{}")); !ok ||
		min(site.MaxWidth, site.MaxHeight) < 1 || max(site.MaxWidth, site.MaxHeight) > 65535 ||
		check(site) != nil || !slices.Contains([]string{"", edge.MissingOriginal, edge.MissingKeepRatio}, site.Missing) {
		return viewerrequest.Settings{}, false
	}
	if part[5] != "" {
		for name := range strings.SplitSeq(part[5], ",") {
			if !slices.Contains([]resize.Format{resize.AVIF, resize.WebP}, resize.Format(name)) {
				return viewerrequest.Settings{}, false
			}
			site.Formats = append(site.Formats, resize.Format(name))
		}
	}
	return site, true
}
