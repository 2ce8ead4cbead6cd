package release

import (
	"fmt"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
)

// allPaths is the invalidation path of everything.
const allPaths = "/*"

// cachePath is an invalidation path that covers all that a behaviour has cached.
type cachePath struct {
	path string
	// because says why the path covers more than the behaviour; empty if it does not.
	because string
}

// cachePathOf returns the invalidation path for the behaviour with a path pattern.
// changesRequests says that a viewer-request function may change a request's URI to one
// that does not match the pattern.
//
// CloudFront Developer Guide, "What you need to know when invalidating paths": "*" is a
// wildcard only at the end of a path, "?" stands for itself and "~" for nothing at all,
// "Don't URL-encode any other characters" than unsafe ones, query strings belong to a
// path, and "if the function changes the URI of the requested file, we recommend that
// you invalidate both URIs".
func cachePathOf(pattern string, changesRequests bool) cachePath {
	if pattern == distconfig.Default || pattern == "*" {
		return cachePath{path: allPaths}
	}
	if changesRequests {
		return cachePath{allPaths, "its viewer-request function may rewrite the URLs of " + pattern}
	}
	rooted := pattern
	if !strings.HasPrefix(rooted, "/") && !strings.HasPrefix(rooted, "*") {
		rooted = "/" + rooted // "Path pattern": the slash may be left out
	}
	end := strings.IndexFunc(rooted, func(c rune) bool { return !namesItself(c) })
	if end < 0 {
		return cachePath{path: rooted + "*"} // with every query string
	}
	path := rooted[:end] + "*"
	if path == "*" {
		path = allPaths
	}
	if path == rooted {
		return cachePath{path: path}
	}
	return cachePath{path, fmt.Sprintf("an invalidation cannot name %s exactly", pattern)}
}

// namesItself reports whether a character of a path pattern matches only itself, and is
// written the same in an invalidation path. '"' is one of RFC 1738's unsafe characters:
// a cached URL may have it encoded or not.
func namesItself(c rune) bool {
	return c > ' ' && c < 0x7f && !strings.ContainsRune(`*?~"%`, c)
}

// String returns the path, and the reason if it covers more than the behaviour.
func (p cachePath) String() string {
	if p.because == "" {
		return p.path
	}
	return p.path + " (" + p.because + ")"
}
