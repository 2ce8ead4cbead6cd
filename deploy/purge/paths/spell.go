package paths

import (
	"path"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/edge/urlpath"
)

// maxPath is how long a path may be, in characters. CloudFront Developer Guide,
// "What you need to know when invalidating paths".
const maxPath = 4000

// spellings returns the URLs of a key below a folder of URLs: those that a path can
// name, and those that none can. The viewer-request function leaves a key its
// canonical path, and a "+" that stands for a space.
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

// isNameable reports whether a path can name a URL.
func isNameable(url string) bool {
	// What CloudFront makes of dot segments is not known, and they lead nowhere.
	_, err := urlpath.Canonical(url)
	return err == nil && urlpath.Unnameable(url) == "" && len(url)+len("?*") <= maxPath
}

// pictures are the extensions of keys that hardly another key begins with.
var pictures = []string{
	".avif", ".bmp", ".gif", ".heic", ".heif", ".ico", ".jfif", ".jpe", ".jpeg", ".jpg", ".jxl", ".png", ".svg", ".tif", ".tiff", ".webp",
}

// cached returns the paths of all that is cached of a URL, with a query string or
// without. Of a picture one path is enough, which costs less than two. Of any other
// key, such as "u/123", that one would take a folder with it. A path that ends in "*"
// can be no other than a wildcard.
func cached(url string) []string {
	if slices.Contains(pictures, strings.ToLower(path.Ext(url))) || strings.HasSuffix(url, "*") {
		return []string{url + "*"}
	}
	return []string{url, url + "?*"}
}
