// Package paths says which CloudFront paths to invalidate when objects of a
// bucket have changed. Most of them end in "*": without, the variants, whose URLs
// have a query string, would stay in the cache. CloudFront Developer Guide, "What
// you need to know when invalidating paths".
package paths

import "strings"

// All is the path that invalidates everything.
const All = "/*"

// Mapping is how a distribution's URLs lead to keys.
type Mapping struct {
	// KeyPrefix is the folder that CloudFront reads, such as "media/photos",
	// or empty. Keys elsewhere have no URL.
	KeyPrefix string
	// URLPrefix is the folder of URLs that KeyPrefix takes the place of, such
	// as "/wp-content/uploads", in canonical spelling. Empty, KeyPrefix is in
	// front of the whole path, as with an origin path.
	URLPrefix string
	// Suffixes are those of the keys to look at, such as ".jpg", in any case;
	// none for every key.
	Suffixes []string
}

// Has reports whether a key has a URL and is one to look at. A key that ends in a
// slash is how consoles show a folder, and is none.
func (m Mapping) Has(key string) bool {
	_, ok := within(m.KeyPrefix, key)
	return ok && !strings.HasSuffix(key, "/") && m.wants(key)
}

// Of returns the paths that take a key's object and its variants out of the cache,
// and no folder, whatever the key is; and those of its URLs that no path can name.
// Of a key that [Mapping.Has] says no to it returns neither.
func (m Mapping) Of(key string) (paths, unnameable []string) {
	if !m.Has(key) {
		return nil, nil
	}
	rest, _ := within(m.KeyPrefix, key)
	named, unnameable := spellings(m.URLPrefix, rest)
	if m.URLPrefix != "" {
		// A function on viewer requests puts the one in the place of the other.
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

// within is what a key is called in a folder.
func within(folder, key string) (string, bool) {
	if folder == "" {
		return key, true
	}
	return strings.CutPrefix(key, folder+"/")
}

// IsWild reports whether an item of an invalidation is a path that ends in "*". A
// tag may end in it and is none.
func IsWild(item string) bool { return strings.HasSuffix(item, "*") && !strings.HasPrefix(item, "#") }

// Covers reports whether everything that path invalidates is invalidated by
// wild too, which is as path is or ends in "*".
func Covers(wild, path string) bool {
	prefix, ok := strings.CutSuffix(wild, "*")
	return ok && strings.HasPrefix(path, prefix) || wild == path
}

// Folders returns the paths of the folders that a path is in, [All] included, the
// narrowest first; of a tag [All].
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
