// Package urlpath spells paths of URLs. One key of a bucket has many URLs, each of
// them a cache key of its own; its canonical one is the one that invalidations can
// name. CloudFront Developer Guide, "What you need to know when invalidating
// paths": encode what is not ASCII and RFC 1738's unsafe characters, and "Don't
// URL-encode any other characters in the path".
package urlpath

import (
	"errors"
	"strings"
)

// ErrDots says that a path has a segment "." or "..". CloudFront chooses a behaviour
// by the path without them (RFC 3986, section 6.2.2.3) and asks S3 for the one with
// them, which is another key.
var ErrDots = errors.New("urlpath: the path has dot segments")

// Canonical returns the one spelling of a path that is percent-encoded, "/" in front.
// It names the same key of S3. What it decodes of a path is ASCII other than "/";
// "+", which S3 may read as a space and others do not, stays what it was. A path
// with a "%" that begins no triplet is returned as it is. The error is [ErrDots].
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

// hasDots reports whether a path has dot segments.
func hasDots(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}

// Of returns the canonical path of a key.
func Of(key string) string {
	var b strings.Builder
	b.Grow(len(key) + 1)
	b.WriteByte('/')
	for i := range len(key) {
		write(&b, key[i], key[i] == '/')
	}
	return b.String()
}

// encoded are those ASCII characters beside control characters that a path has
// percent-encoded: RFC 1738's unsafe ones (section 2.2), and those that would mean
// something else if they were not.
const encoded = " <>\"#%{}|\\^~[]`" + "+?/"

// write writes a byte in its one spelling; literal says that it is to stand for
// itself whatever it is.
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

// Unnameable returns the first character of a canonical path that no invalidation
// can name, or "". A "~" is not supported, encoded or not; of others CloudFront takes
// the encoded form for another URL than the one that has it.
func Unnameable(canonical string) string {
	for _, c := range []struct{ spelling, means string }{{"%7E", "~"}, {"%2B", "+"}, {"%3F", "?"}, {"%2F", "/"}} {
		if strings.Contains(canonical, c.spelling) {
			return c.means
		}
	}
	return ""
}
