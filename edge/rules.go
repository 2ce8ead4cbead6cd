package edge

import (
	"fmt"
	"iter"
	"net/http"
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

// Asked returns the size that a query string asks for and the format that it
// names, or "". If it asks for no valid size, both are zero and the error's
// reason is [NoSize], [OneSide], [BadSize], [ZeroSize], [TwoSizes] or
// [OverMaximum]. Asked does not know the original, so the size may still be too
// large.
//
// Names of parameters are taken literally, as CloudFront takes those of a cache
// policy; values are percent-decoded.
func Asked(query string, cfg Config) (Size, resize.Format, error) {
	width, hasWidth, err := side(query, "width", cfg.MaxWidth)
	if err != nil {
		return Size{}, "", err
	}
	height, hasHeight, err := side(query, "height", cfg.MaxHeight)
	if err != nil {
		return Size{}, "", err
	}
	switch {
	case !hasWidth && !hasHeight:
		return Size{}, "", Because(NoSize, nil)
	case hasWidth != hasHeight && cfg.Missing != MissingKeepRatio:
		return Size{}, "", Because(OneSide, nil)
	}
	return Size{width, height}, format(query), nil
}

// askable lists the formats that a request may name.
var askable = []resize.Format{resize.AVIF, resize.WebP, resize.JPEG, resize.PNG}

// format returns the format that a query string names. It returns "" if the
// query string names none, several, or one that a request may not name; the
// request is then answered as one without a format.
func format(query string) resize.Format {
	var named resize.Format
	for value := range values(query, "format") {
		value, err := url.PathUnescape(value)
		f := resize.Format(value)
		if err != nil || !slices.Contains(askable, f) || named != "" && f != named {
			return ""
		}
		named = f
	}
	return named
}

// values returns the values of the parameter called name in a query string, as
// spelled.
func values(query, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for pair := range strings.SplitSeq(query, "&") {
			if key, value, _ := strings.Cut(pair, "="); key == name && !yield(value) {
				return
			}
		}
	}
}

// admit returns an error if the request's method or the status of the origin's
// answer allows no variant, and otherwise err, the error of Asked.
//
// If the request asks for a size, a piece of the original (206) serves as well
// as the whole, and so does a refusal because of the viewer's headers (412,
// 416): Range and If-Match were meant for the variant. Its URL must never give
// a piece of something else, nor a refusal to viewers who sent no such header.
// An origin may answer a range with the whole object, which CloudFront caches
// and from which it serves the range: CloudFront Developer Guide, "How
// CloudFront processes partial requests for an object (range GETs)".
func admit(method, status string, err error) error {
	switch {
	case method != http.MethodGet:
		return Because(NotGet, nil)
	case status == statusOK, err == nil && (status == statusPartial || isRefusal(status)):
		return err
	}
	return Because(NotOK, nil)
}

// Statuses as events spell them.
const (
	statusOK                  = "200"
	statusPartial             = "206"
	statusPreconditionFailed  = "412"
	statusRangeNotSatisfiable = "416"
)

// isRefusal reports whether a status refuses a request because of headers that
// the viewer sent and that are not part of the cache key.
func isRefusal(status string) bool {
	return status == statusPreconditionFailed || status == statusRangeNotSatisfiable
}

// side returns the number, 1 to limit, that a query string gives the parameter
// called name, and whether it gives one. A value must consist of decimal digits
// once it is percent-decoded. Several values must be the same number.
func side(query, name string, limit int) (n int, given bool, err error) {
	for value := range values(query, name) {
		v, err := digits(value)
		if err != nil {
			return 0, false, err
		}
		if given && v != n {
			return 0, false, Because(TwoSizes, nil)
		}
		n, given = v, true
	}
	if given && n > limit {
		return 0, false, Because(OverMaximum, nil)
	}
	return n, given, nil
}

// digits returns the number that a query string's value spells. Its errors do
// not quote the value: it comes from the viewer and must not appear in the log.
func digits(value string) (int, error) {
	value, err := url.PathUnescape(value)
	if err != nil || value == "" || strings.Trim(value, "0123456789") != "" {
		return 0, Because(BadSize, nil)
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return 0, Because(BadSize, nil)
	}
	if n == 0 {
		return 0, Because(ZeroSize, nil)
	}
	return n, nil
}
