package paths

import (
	"path"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/edge/urlpath"
)

// maxPath is the length of the longest path, in characters. CloudFront Developer Guide,
// "What you need to know when invalidating paths".
const maxPath = 4000

// spellings returns the URLs of key in a folder of URLs: those that a path can name and
// those that none can. The viewer-request function leaves two spellings: the canonical
// path, and "+" in place of a space.
func spellings(folder, key string) (named, unnameable []string) {
	canonical := urlpath.Of(key)
	for _, spelling := range slices.Compact([]string{canonical, strings.ReplaceAll(canonical, "%20", "+")}) {
		if url := folder + spelling; isNameable(url) {
			named = append(named, url)
		} else {
			unnameable = append(unnameable, url)
		}
	}
	return named, unnameable
}

// isNameable reports whether a path can name url.
func isNameable(url string) bool {
	// How CloudFront treats dot segments is unknown, and no viewer reaches them.
	_, err := urlpath.Canonical(url)
	return err == nil && urlpath.Unnameable(url) == "" && len(url)+len("?*") <= maxPath
}

// pictures are extensions of keys that are hardly ever the beginning of another key.
var pictures = []string{
	".avif", ".bmp", ".gif", ".heic", ".heif", ".ico", ".jfif", ".jpe", ".jpeg", ".jpg", ".jxl", ".png", ".svg", ".tif", ".tiff", ".webp",
}

// cached returns the paths that remove a URL from the cache, with and without a query
// string. For a picture one path is enough and costs less than two. For another key,
// such as "u/123", that path would also remove a folder. A URL that ends in "*" can be
// named by a wildcard only.
func cached(url string) []string {
	if slices.Contains(pictures, strings.ToLower(path.Ext(url))) || strings.HasSuffix(url, "*") {
		return []string{url + "*"}
	}
	return []string{url, url + "?*"}
}
