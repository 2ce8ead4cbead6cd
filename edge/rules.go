package edge

import (
	"fmt"
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

// asked is the size that a request asks for by its query string. The picture
// has its say later: whether the size is larger than the original, for one.
func asked(req Request, status string, cfg Config) (Size, error) {
	if req.Method != "GET" {
		return Size{}, Because(NotGet, nil)
	}
	if status != "200" {
		return Size{}, Because(NotOK, nil)
	}
	width, hasWidth, err := side(req.QueryString, "width", cfg.MaxWidth)
	if err != nil {
		return Size{}, err
	}
	height, hasHeight, err := side(req.QueryString, "height", cfg.MaxHeight)
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

// side is the number that a query string gives the parameter called name, 1
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

// digits is the number that a query string's value spells. Its errors do not
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
