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

// encoders are what each of the usual ones leaves as it is.
var encoders = []string{
	unreserved + "/" + reserved, // browsers, encodeURI
	unreserved + "/!'()",        // encodeURIComponent
	unreserved + "/$&+,;=:@",    // Go
	unreserved + "/",            // Python, PHP, Ruby, the AWS SDKs
}

// open are characters that viewers send as they are, though encoders may not,
// and that an invalidation path cannot hold as they are: "*" is a wildcard, and
// CloudFront refuses the others (RFC 1738, section 2.2, "unsafe").
const open = "*~[]|^"

// maxSpellings is how many paths a URL may take. With more, one path says what
// they have in common.
const maxSpellings = 2

// spellings are the paths of a key below a folder of URLs.
func spellings(folder, key string) []string {
	if i := strings.IndexAny(key, open); i >= 0 {
		return []string{folder + common(key[:i]) + "*"}
	}
	var all []string
	for _, literal := range encoders {
		all = append(all, folder+encoded(key, literal, "%%%02X")+"*", folder+encoded(key, literal, "%%%02x")+"*")
	}
	slices.Sort(all)
	if all = slices.Compact(all); len(all) > maxSpellings {
		return []string{folder + common(key) + "*"}
	}
	return all
}

// encoded is a key in a URL; literal characters stay.
func encoded(key, literal, format string) string {
	var b strings.Builder
	for i := range len(key) {
		if strings.IndexByte(literal, key[i]) >= 0 {
			b.WriteByte(key[i])
		} else {
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
		if strings.IndexByte(reserved, c) >= 0 || strings.IndexByte(unreserved+"/", c) < 0 && hasLetter {
			break
		}
	}
	return encoded(key[:end], encoders[len(encoders)-1], "%%%02X")
}
