package paths

import (
	"fmt"
	"slices"
	"strings"
)

// CloudFront compares paths letter by letter with the URLs that viewers sent,
// and one key has more than one URL: "@" and "%40" are the same to S3 but not
// to the cache. So a key is invalidated in every spelling that the usual
// encoders give it.

const (
	unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._" // but for "~", see open
	reserved   = "!$&'()+,;=:@"                                                      // what a path may hold as it is, RFC 3986
)

// encoder is one of the usual ones: what it leaves as it is, and what a space
// becomes.
type encoder struct{ literal, space string }

var encoders = []encoder{
	{unreserved + "/" + reserved, "%20"}, // browsers, encodeURI
	{unreserved + "/!'()", "%20"},        // encodeURIComponent
	{unreserved + "/$&+,;=:@", "%20"},    // Go's URLs
	{unreserved + "/$&+=:@", "%20"},      // Go's PathEscape
	{unreserved + "/", "%20"},            // Python, PHP, Ruby, the AWS SDKs
	{unreserved + "/", "+"},              // forms; S3 takes a "+" for a space
}

// open are characters that viewers send as they are, though encoders may not,
// and that an invalidation path cannot hold as they are: "*" is a wildcard, and
// CloudFront refuses the others (RFC 1738, section 2.2, "unsafe").
const open = "*~[]|^"

// maxSpellings is how many paths a URL may take. With more, one path says what
// they have in common.
const maxSpellings = 4

// spellings are the paths of a key below a folder of URLs.
func spellings(folder, key string) []string {
	if i := strings.IndexAny(key, open); i >= 0 {
		return []string{folder + common(key[:i]) + "*"}
	}
	var all []string
	for _, e := range encoders {
		all = append(all, folder+e.encoded(key, "%%%02X")+"*", folder+e.encoded(key, "%%%02x")+"*")
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > maxSpellings {
		return []string{folder + common(key) + "*"}
	}
	return all
}

// encoded is a key in a URL, with escapes of a format.
func (e encoder) encoded(key, format string) string {
	var b strings.Builder
	for i := range len(key) {
		switch {
		case key[i] == ' ':
			b.WriteString(e.space)
		case strings.IndexByte(e.literal, key[i]) >= 0:
			b.WriteByte(key[i])
		default:
			fmt.Fprintf(&b, format, key[i])
		}
	}
	return b.String()
}

// common is the beginning of a key that every encoder gives the same.
func common(key string) string {
	end := 0
	for ; end < len(key); end++ {
		c := key[end]
		hasLetter := c>>4 > 9 || c&15 > 9 // in hexadecimal, which may be in upper or lower case
		if strings.IndexByte(reserved+" ", c) >= 0 || strings.IndexByte(unreserved+"/", c) < 0 && hasLetter {
			break
		}
	}
	return encoders[0].encoded(key[:end], "%%%02X")
}
