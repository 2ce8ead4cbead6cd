package edge

import (
	"cmp"
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
)

// alwaysTaken lists the parameters of requests that no config switches off.
var alwaysTaken = []string{"width", "height", "format"}

// longNames holds the parameters that the short ones stand for.
var longNames = map[string]string{"w": "width", "h": "height"}

// parameter is a parameter of requests that a config may switch on.
type parameter struct {
	name string
	// read sets in ask what value, percent-decoded, says. It reports whether
	// value is one of those allowed.
	read func(ask *Ask, value string, cfg Config) bool
}

// parameters lists, in the order of canonical requests, the parameters that are
// part of the cache key where a config switches them on. Background is part of
// fit: CloudFront takes at most ten query strings in a cache policy (CloudFront
// Developer Guide, "Quotas on policies").
var parameters = []parameter{
	{"fit", (*Ask).readFit},
	{"background", (*Ask).readBackground},
	{"quality", (*Ask).readQuality},
	{"dpr", (*Ask).readDPR},
	{"gravity", (*Ask).readGravity},
	{"trim", (*Ask).readTrim},
	{"sharpen", func(a *Ask, value string, _ Config) bool { return readNumber(&a.Sharpen, value, 0, 10) }},
	{"blur", func(a *Ask, value string, _ Config) bool { return readNumber(&a.Blur, value, 0, 100) }},
}

// Cacheable lists the parameters that belong in the cache key where a config
// switches them on, in the order of canonical requests.
var Cacheable = []string{"fit", "quality", "dpr", "gravity", "trim", "sharpen", "blur"}

// Switchable lists all parameters that a config may switch on. With "fit" comes
// background, with "signature" expires.
var Switchable = append(slices.Clone(Cacheable), "w", "h", "preset", "signature")

// takes reports whether c switches the parameter called name on.
func (c Config) takes(name string) bool { return slices.Contains(c.Parameters, name) }

// reads reports whether the parameter called name has a meaning with c.
func (c Config) reads(name string) bool {
	return slices.Contains(alwaysTaken, name) || c.takes(name) || name == "background" && c.takes("fit")
}

// Cached returns the parameters of the cache key besides width, height and
// format, in the order of canonical requests.
func (c Config) Cached() []string {
	return slices.DeleteFunc(slices.Clone(Cacheable), func(name string) bool { return !c.takes(name) })
}

// read sets in a what the values of p say, which must have one meaning.
func (a *Ask) read(p parameter, values []string, cfg Config) error {
	before := *a
	for i, value := range values {
		read := before
		value, err := url.PathUnescape(value)
		if err != nil || !p.read(&read, value, cfg) || i > 0 && read != *a {
			return Because(BadParameter, errors.New(p.name))
		}
		*a = read
	}
	return nil
}

func (a *Ask) readFit(value string, _ Config) bool {
	value, colour, coloured := strings.Cut(value, ",")
	a.Fit = resize.Fit(value)
	if coloured {
		var ok bool
		a.Background, ok = parseColour(colour)
		return ok && a.Fit == resize.Pad
	}
	return slices.Contains(fits, a.Fit)
}

var fits = []resize.Fit{resize.Cover, resize.Fill, resize.Inside, resize.Pad}

func (a *Ask) readBackground(value string, _ Config) bool {
	colour, ok := parseColour(value)
	if !ok || a.Background != "" && a.Background != colour {
		return false
	}
	a.Background = colour
	return true
}

var hexadecimal = regexp.MustCompile(`^([0-9A-Fa-f]{3}){1,2}$`)

// parseColour returns a colour of three or six hexadecimal digits as six in lower
// case.
func parseColour(text string) (string, bool) {
	if !hexadecimal.MatchString(text) {
		return "", false
	}
	text = strings.ToLower(text)
	if len(text) == 3 {
		text = string([]byte{text[0], text[0], text[1], text[1], text[2], text[2]})
	}
	return text, true
}

// readQuality rounds to a multiple of 5, so that a picture has few variants in
// the cache.
func (a *Ask) readQuality(value string, cfg Config) bool {
	if !readNumber(&a.Quality, value, 1, 100) {
		return false
	}
	a.Quality = max(5, (a.Quality+2)/5*5)
	return a.Quality >= cfg.MinQuality && a.Quality <= cfg.Quality
}

// LeastQuality returns the least quality that requests get where c lets them ask for
// one.
func (c Config) LeastQuality() int { return (c.MinQuality + 4) / 5 * 5 }

var ratio = regexp.MustCompile(`^[1-4](\.[0-9]{1,4})?$`)

// readDPR rounds to a multiple of 0.5.
func (a *Ask) readDPR(value string, _ Config) bool {
	if !ratio.MatchString(value) {
		return false
	}
	v, err := strconv.ParseFloat(value, 64)
	a.DPR = int(2*v + 0.5)
	return err == nil && v <= 4
}

func (a *Ask) readGravity(value string, _ Config) (ok bool) {
	a.Gravity, ok = parseGravity(value)
	return ok
}

func (a *Ask) readTrim(value string, _ Config) bool {
	a.Trim = value == "true"
	return value == "true" || value == "false"
}

// readNumber sets n to the whole number that value spells, and reports whether it is
// from least to most.
func readNumber(n *int, value string, least, most int) bool {
	if len(value) == 0 || strings.Trim(value, "0123456789") != "" {
		return false
	}
	v, err := strconv.Atoi(value)
	*n = v
	return err == nil && v >= least && v <= most
}

// simplify removes what says no more than cfg, or has no effect, so that one
// variant has one spelling.
func (a *Ask) simplify(cfg Config) {
	fit := cmp.Or(a.Fit, cfg.Fit)
	box := a.Width > 0 && a.Height > 0
	if fit != resize.Pad || !box {
		a.Background = ""
	}
	if !box || fit == cfg.Fit && a.Background == "" {
		a.Fit = ""
	} else if a.Background != "" {
		a.Fit = resize.Pad
	}
	if !box || fit != resize.Cover {
		a.Gravity = ""
	}
	if a.Quality == cfg.Quality {
		a.Quality = 0
	}
	if a.DPR == 2 {
		a.DPR = 0
	}
}

// Query returns the canonical query string for a, or "" if a asks for no variant.
func (a Ask) Query() string {
	var parts []string
	add := func(name string, set bool, value string) {
		if set {
			parts = append(parts, name+"="+value)
		}
	}
	fit := string(a.Fit)
	if a.Background != "" {
		fit += "," + a.Background
	}
	add("width", a.Width > 0, strconv.Itoa(a.Width))
	add("height", a.Height > 0, strconv.Itoa(a.Height))
	add("fit", a.Fit != "", fit)
	add("quality", a.Quality > 0, strconv.Itoa(a.Quality))
	add("dpr", a.DPR > 0, fraction(a.scale()))
	add("gravity", a.Gravity != "", string(a.Gravity))
	add("trim", a.Trim, "true")
	add("sharpen", a.Sharpen > 0, strconv.Itoa(a.Sharpen))
	add("blur", a.Blur > 0, strconv.Itoa(a.Blur))
	add("format", a.Format != "", string(a.Format))
	return strings.Join(parts, "&")
}

// scale returns what the size is multiplied with, 0 for nothing.
func (a Ask) scale() float64 { return float64(a.DPR) / 2 }
