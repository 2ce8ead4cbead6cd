package paths

import (
	"fmt"
	"slices"
	"strings"
)

// CloudFront compares paths letter by letter with the URLs that viewers sent,
// and one key has more than one URL: "%20" and "+" are the same to S3 but not
// to the cache, nor are "%C3" and "%c3". So a key is invalidated in every
// spelling that the usual encoders give it.

// unreserved is what every encoder leaves as it is.
const unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/"

// contested are characters that viewers send as they are or encoded, and that a
// path can name one way at best, so that paths end before them. Of the first
// (RFC 3986, sections 2.2 and 3.3, and "?", which S3 needs encoded) CloudFront
// does not take the encoded form for the URL's: "Don't URL-encode any other
// characters in the path, or CloudFront won't invalidate the old version". The
// second are a wildcard, what is not supported at all, and what a path must have
// encoded, though browsers do not encode it. CloudFront Developer Guide, "What you
// need to know when invalidating paths".
const contested = "!$&'()+,;=:@?" + "*~[]|^"

// spellings are the paths of a key below a folder of URLs, four at most.
func spellings(folder, key string) []string {
	if i := strings.IndexAny(key, contested); i >= 0 {
		return []string{folder + common(key[:i]) + "*"}
	}
	var all []string
	for _, space := range []string{"%20", "+"} { // "+" is forms' encoding, which S3 takes too
		all = append(all, folder+encoded(key, space, "%%%02X")+"*", folder+encoded(key, space, "%%%02x")+"*")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// encoded is a key in a URL, with a space and escapes of a format.
func encoded(key, space, format string) string {
	var b strings.Builder
	for i := range len(key) {
		switch {
		case key[i] == ' ':
			b.WriteString(space)
		case strings.IndexByte(unreserved, key[i]) >= 0:
			b.WriteByte(key[i])
		default:
			fmt.Fprintf(&b, format, key[i])
		}
	}
	return b.String()
}

// common is the beginning of a key without contested characters that has one
// spelling only.
func common(key string) string {
	end := 0
	for ; end < len(key); end++ {
		c := key[end]
		hasLetter := c>>4 > 9 || c&15 > 9 // in hexadecimal, which may be in upper or lower case
		if c == ' ' || strings.IndexByte(unreserved, c) < 0 && hasLetter {
			break
		}
	}
	return encoded(key[:end], "%20", "%%%02X")
}
