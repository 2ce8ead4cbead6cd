// Package paths says which CloudFront paths to invalidate when objects of a bucket have
// changed. Most of them end in "*": variants have URLs with a query string, which other
// paths do not remove. CloudFront Developer Guide, "What you need to know when
// invalidating paths".
package paths

import "strings"

// All is the path that invalidates everything.
const All = "/*"

// Mapping says how a distribution's URLs lead to keys.
type Mapping struct {
	// KeyPrefix is the folder that CloudFront reads, such as "media/photos", or "".
	// Keys elsewhere have no URL.
	KeyPrefix string
	// URLPrefix is the folder of URLs that KeyPrefix replaces, such as
	// "/wp-content/uploads", in canonical spelling. If it is "", KeyPrefix is put
	// before the whole path, as an origin path is.
	URLPrefix string
	// Suffixes are those of the keys to purge, such as ".jpg", in any case; none for
	// every key.
	Suffixes []string
}

// Has reports whether a key has a URL and one of the suffixes. A key that ends in a
// slash is a console's folder and has none.
func (m Mapping) Has(key string) bool {
	_, ok := within(m.KeyPrefix, key)
	return ok && !strings.HasSuffix(key, "/") && m.wants(key)
}

// Of returns the paths that remove the object with a key and its variants from the
// cache, but never a folder, and the object's URLs that no path can name. It returns
// neither where [Mapping.Has] reports false.
func (m Mapping) Of(key string) (paths, unnameable []string) {
	if !m.Has(key) {
		return nil, nil
	}
	rest, _ := within(m.KeyPrefix, key)
	named, unnameable := spellings(m.URLPrefix, rest)
	if m.URLPrefix != "" {
		// A function on viewer requests replaces one prefix by the other.
		// "If the function changes the URI of the requested file, we recommend
		// that you invalidate both URIs."
		changed, neither := spellings("", key)
		named, unnameable = append(named, changed...), append(unnameable, neither...)
	}
	for _, url := range named {
		paths = append(paths, cached(url)...)
	}
	return paths, unnameable
}

func (m Mapping) wants(key string) bool {
	if len(m.Suffixes) == 0 {
		return true
	}
	for _, suffix := range m.Suffixes {
		if len(key) >= len(suffix) && strings.EqualFold(key[len(key)-len(suffix):], suffix) {
			return true
		}
	}
	return false
}

// within returns the part of key after folder, and whether key is in folder.
func within(folder, key string) (string, bool) {
	if folder == "" {
		return key, true
	}
	return strings.CutPrefix(key, folder+"/")
}

// IsWild reports whether an item of an invalidation is a path that ends in "*". A tag
// is none, even with a "*" at its end.
func IsWild(item string) bool { return strings.HasSuffix(item, "*") && !strings.HasPrefix(item, "#") }

// Covers reports whether wild invalidates everything that path invalidates: it equals
// path, or ends in "*" and path begins with the rest of it.
func Covers(wild, path string) bool {
	prefix, ok := strings.CutSuffix(wild, "*")
	return ok && strings.HasPrefix(path, prefix) || wild == path
}

// Folders returns the paths of the folders that contain a path, the narrowest first and
// [All] last. For a tag it returns [All] alone.
func Folders(item string) []string {
	if strings.HasPrefix(item, "#") {
		return []string{All}
	}
	var folders []string
	for i := strings.LastIndexByte(item, '/'); i >= 0; i = strings.LastIndexByte(item[:i], '/') {
		if folder := item[:i+1] + "*"; folder != item {
			folders = append(folders, folder)
		}
	}
	return folders
}
