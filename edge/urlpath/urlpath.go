// Package urlpath spells the paths of URLs. One key of a bucket has many URLs,
// and each is a cache key of its own. The canonical URL is the one that
// invalidations can name. CloudFront Developer Guide, "What you need to know
// when invalidating paths": encode characters outside ASCII and RFC 1738's
// unsafe characters, and "Don't URL-encode any other characters in the path".
package urlpath

import (
	"errors"
	"strings"
)

// ErrDots says that a path has a segment "." or "..". CloudFront chooses a
// behaviour by the path without them (RFC 3986, section 6.2.2.3), but asks S3
// for the path with them, which is another key.
var ErrDots = errors.New("urlpath: the path has dot segments")

// Canonical returns the canonical spelling of a percent-encoded path that
// begins with "/". It names the same S3 key. It decodes only ASCII, and never
// "/" or "+": S3 may read a "+" as a space, other servers do not. If a "%" does
// not begin a triplet, it returns path unchanged. The error is [ErrDots].
func Canonical(path string) (string, error) {
	var b strings.Builder
	b.Grow(len(path))
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c != '%' {
			write(&b, c, c == '/' || c == '+')
			continue
		}
		high, low := hexDigit(path, i+1), hexDigit(path, i+2)
		if high < 0 || low < 0 {
			if hasDots(strings.NewReplacer("%2e", ".", "%2E", ".").Replace(path)) {
				return "", ErrDots
			}
			return path, nil
		}
		write(&b, byte(high<<4|low), false)
		i += 2
	}
	canonical := b.String()
	if hasDots(canonical) {
		return "", ErrDots
	}
	return canonical, nil
}

// hasDots reports whether path has dot segments.
func hasDots(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// Of returns the canonical path of key.
func Of(key string) string {
	var b strings.Builder
	b.Grow(len(key) + 1)
	b.WriteByte('/')
	for i := range len(key) {
		write(&b, key[i], key[i] == '/')
	}
	return b.String()
}

// encoded lists the ASCII characters, besides control characters, that
// Canonical percent-encodes: RFC 1738's unsafe ones (section 2.2), and those
// that would otherwise mean something else.
const encoded = " <>\"#%{}|\\^~[]`" + "+?/"

// write writes c in its canonical spelling, or unencoded if literal is set.
func write(b *strings.Builder, c byte, literal bool) {
	const hex = "0123456789ABCDEF"
	if literal || ' ' < c && c < 0x7F && strings.IndexByte(encoded, c) < 0 {
		b.WriteByte(c)
		return
	}
	b.Write([]byte{'%', hex[c>>4], hex[c&15]})
}

// hexDigit returns the value of the hexadecimal digit at i, or -1.
func hexDigit(s string, i int) int {
	if i >= len(s) {
		return -1
	}
	switch c := s[i]; {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// Unnameable returns the first character because of which no invalidation can
// name a canonical path, or "". CloudFront does not support "~", encoded or
// not. For the others it takes the encoded form for another URL.
func Unnameable(canonical string) string {
	for _, c := range []struct{ spelling, means string }{{"%7E", "~"}, {"%2B", "+"}, {"%3F", "?"}, {"%2F", "/"}} {
		if strings.Contains(canonical, c.spelling) {
			return c.means
		}
	}
	return ""
}
