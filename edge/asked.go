package edge

import (
	"cmp"
	"fmt"
	"iter"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/resize"
)

// Size is the size that a request asks for, in pixels of the upright picture.
// With Config.Missing "keep-ratio" one side may be 0: it follows from the
// picture's ratio.
type Size struct {
	Width, Height int
}

func (s Size) String() string { return fmt.Sprintf("%dx%d", s.Width, s.Height) }

// Ask is what a request asks for. The zero value asks for no variant. Fields
// other than Size are zero where the request says nothing else than the config.
type Ask struct {
	Size
	// Format is the format that the request names, or "".
	Format resize.Format
	// Fit replaces the config's. Background is the colour of resize.Pad, as six
	// lower-case hexadecimal digits.
	Fit        resize.Fit
	Background string
	// Quality replaces the config's; it is a multiple of 5.
	Quality int
	// DPR multiplies the size, in halves: 3 stands for 1.5.
	DPR int
	// Gravity says where to crop.
	Gravity Gravity
	// Trim removes a border. Sharpen, 1 to 10, and Blur, 1 to 100 pixels, are
	// those of resize.Request.
	Trim          bool
	Sharpen, Blur int
}

// Asked returns what a query string asks for. If it asks for no valid variant,
// the Ask is zero and the error's reason is [NoSize], [OneSide], [BadSize],
// [ZeroSize], [TwoSizes], [OverMaximum], [BadParameter] or [NotAPreset]. Asked
// does not know the original, so the size may still be too large.
//
// Names of parameters are taken literally, as CloudFront takes those of a cache
// policy; values are percent-decoded. Parameters that cfg does not switch on are
// ignored.
func Asked(query string, cfg Config) (Ask, error) {
	given, err := resolved(given(query, cfg), cfg)
	if err != nil {
		return Ask{}, err
	}
	var ask Ask
	if ask.Size, err = size(given, cfg); err != nil {
		return Ask{}, err
	}
	for _, p := range parameters {
		if err := ask.read(p, given[p.name], cfg); err != nil {
			return Ask{}, err
		}
	}
	ask.simplify(cfg)
	ask.Format = format(given["format"])
	if cfg.OnlyPresets && !isPreset(ask, cfg) {
		return Ask{}, Because(NotAPreset, nil)
	}
	return ask, nil
}

// given returns the values, as spelled, of the parameters in a query string that
// cfg knows. Short names stand for the long ones.
func given(query string, cfg Config) map[string][]string {
	values := map[string][]string{}
	for name, value := range pairs(query) {
		if cfg.reads(name) {
			name = cmp.Or(longNames[name], name)
			values[name] = append(values[name], value)
		}
	}
	return values
}

// pairs returns the names and values of a query string, as spelled.
func pairs(query string) iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for pair := range strings.SplitSeq(query, "&") {
			if name, value, _ := strings.Cut(pair, "="); !yield(name, value) {
				return
			}
		}
	}
}

// size returns the size in given.
func size(given map[string][]string, cfg Config) (Size, error) {
	width, err := side(given["width"], cfg.MaxWidth)
	if err != nil {
		return Size{}, err
	}
	height, err := side(given["height"], cfg.MaxHeight)
	switch {
	case err != nil:
		return Size{}, err
	case width == 0 && height == 0:
		return Size{}, Because(NoSize, nil)
	case (width == 0 || height == 0) && cfg.Missing != MissingKeepRatio:
		return Size{}, Because(OneSide, nil)
	}
	return Size{width, height}, nil
}

// side returns the number, 1 to limit, that values spell, or 0 if there are
// none. Values must consist of decimal digits once they are percent-decoded, and
// be the same number.
func side(values []string, limit int) (n int, err error) {
	for i, value := range values {
		v, err := digits(value)
		if err != nil {
			return 0, err
		}
		if i > 0 && v != n {
			return 0, Because(TwoSizes, nil)
		}
		n = v
	}
	if n > limit {
		return 0, Because(OverMaximum, nil)
	}
	return n, nil
}

// digits returns the number that a query string's value spells. Its errors do
// not quote the value: it comes from the viewer and must not appear in the log.
func digits(value string) (int, error) {
	var n int
	value, err := url.PathUnescape(value)
	switch {
	case err != nil || !readNumber(&n, value, 0, math.MaxInt):
		return 0, Because(BadSize, nil)
	case n == 0:
		return 0, Because(ZeroSize, nil)
	}
	return n, nil
}

// askable lists the formats that a request may name.
var askable = []resize.Format{resize.AVIF, resize.WebP, resize.JPEG, resize.PNG}

// format returns the format that values name. It returns "" if they name none,
// several, or one that a request may not name; the request is then answered as
// one without a format.
func format(values []string) resize.Format {
	var named resize.Format
	for _, value := range values {
		value, err := url.PathUnescape(value)
		f := resize.Format(value)
		if err != nil || !slices.Contains(askable, f) || named != "" && f != named {
			return ""
		}
		named = f
	}
	return named
}

// request returns what to ask of package resize, without the limits that the
// response and the function's memory set.
func (a Ask) request(cfg Config) resize.Request {
	r := resize.Request{
		Width: a.Width, Height: a.Height,
		Scale: a.scale(), MaxWidth: cfg.MaxWidth, MaxHeight: cfg.MaxHeight,
		Largest:    cfg.Larger == LargerLargest,
		Fit:        cmp.Or(a.Fit, cfg.Fit),
		Focus:      a.Gravity.focus(),
		Smart:      a.Gravity == Smart,
		Trim:       a.Trim,
		Background: rgb(a.Background),
		Sharpen:    a.Sharpen,
		Blur:       a.Blur,
		Quality:    cmp.Or(a.Quality, cfg.Quality),
		MinQuality: cfg.MinQuality,
		Limits:     resize.Limits{Pixels: cfg.MaxSourcePixels, AVIFPixels: cfg.AVIFMaxPixels},
	}
	if a.Format != "" {
		r.Formats = []resize.Format{a.Format}
	}
	return r
}

// rgb returns the colour of six hexadecimal digits, or nil if there are none.
func rgb(text string) *resize.RGB {
	v, err := strconv.ParseUint(text, 16, 24)
	if err != nil {
		return nil
	}
	return &resize.RGB{R: uint8(v >> 16), G: uint8(v >> 8), B: uint8(v)}
}
