// Package paths says which CloudFront paths to invalidate when objects of a
// bucket have changed.
//
// A path ends in "*": without, the variants, whose URLs have a query string,
// would stay in the cache. CloudFront Developer Guide, "What you need to know
// when invalidating paths".
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
	// as "/wp-content/uploads". Empty, KeyPrefix is in front of the whole path,
	// as with an origin path.
	URLPrefix string
	// Suffixes are those of the keys to look at, such as ".jpg", in any case;
	// none for every key.
	Suffixes []string
}

// Of are the paths that take a key's object and its variants out of the cache,
// none if it has no URL.
func (m Mapping) Of(key string) []string {
	// A key that ends in a slash is how consoles show a folder. Its path would
	// be that of everything in it.
	if strings.HasSuffix(key, "/") || !m.wants(key) {
		return nil
	}
	rest, ok := within(m.KeyPrefix, key)
	if !ok {
		return nil
	}
	if m.URLPrefix == "" {
		return spellings("/", rest)
	}
	// A function on viewer requests puts the one in the place of the other.
	// "If the function changes the URI of the requested file, we recommend that
	// you invalidate both URIs."
	return append(spellings(m.URLPrefix+"/", rest), spellings("/", key)...)
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

// Covers reports whether everything that path invalidates is invalidated by
// wild too, which is as path is or ends in "*".
func Covers(wild, path string) bool {
	prefix, ok := strings.CutSuffix(wild, "*")
	return ok && strings.HasPrefix(path, prefix) || wild == path
}

// Folders are the paths of the folders that a path is in, [All] included, the
// narrowest first.
func Folders(path string) []string {
	var folders []string
	for i := strings.LastIndexByte(path, '/'); i >= 0; i = strings.LastIndexByte(path[:i], '/') {
		if folder := path[:i+1] + "*"; folder != path {
			folders = append(folders, folder)
		}
	}
	return folders
}
