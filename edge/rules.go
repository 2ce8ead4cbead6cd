package edge

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Size is what a request asks for, in pixels of the upright picture. With
// Config.Missing "keep-ratio" one of the two may be 0: it follows from the
// picture's ratio.
type Size struct {
	Width, Height int
}

func (s Size) String() string { return fmt.Sprintf("%dx%d", s.Width, s.Height) }

// asked returns the size that a query string asks for, and the zero Size with
// an error where it asks for none. The picture has its say later: whether the
// size is larger than the original, for one.
func asked(query string, cfg Config) (Size, error) {
	width, hasWidth, err := side(query, "width", cfg.MaxWidth)
	if err != nil {
		return Size{}, err
	}
	height, hasHeight, err := side(query, "height", cfg.MaxHeight)
	if err != nil {
		return Size{}, err
	}
	switch {
	case !hasWidth && !hasHeight:
		return Size{}, Because(NoSize, nil)
	case hasWidth != hasHeight && cfg.Missing != MissingKeepRatio:
		return Size{}, Because(OneSide, nil)
	}
	return Size{width, height}, nil
}

// admit returns why a request and the status of the origin's answer to it allow
// no variant, and otherwise err, which is that of asked.
//
// Where a size is asked, a piece of the original (206) is as good as all of it,
// and so is a refusal by a header of the viewer's (412, 416): Range and If-Match
// were meant for the variant, whose URL must never give a piece of something else,
// nor a refusal to those who sent no such header. CloudFront Developer Guide, "How
// CloudFront processes partial requests for an object (range GETs)": an origin may
// answer the whole object, from which CloudFront serves the range and which it
// caches.
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
// the viewer sent, which are no part of the cache key.
func isRefusal(status string) bool {
	return status == statusPreconditionFailed || status == statusRangeNotSatisfiable
}

// side returns the number that a query string gives the parameter called name, 1
// to limit, and whether it gives one. A value is decimal digits and nothing
// else once percent-decoded; given twice it must be the same number.
func side(query, name string, limit int) (n int, given bool, err error) {
	for pair := range strings.SplitSeq(query, "&") {
		key, value, _ := strings.Cut(pair, "=")
		if k, err := url.QueryUnescape(key); err != nil || k != name {
			continue
		}
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

// digits returns the number that a query string's value spells. Its errors do not
// quote the value, which is the viewer's and has no place in the log.
func digits(value string) (int, error) {
	value, err := url.QueryUnescape(value)
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
