package cloudfront

import (
	"fmt"
	"slices"
	"strings"
)

// maxPath is the longest invalidation path, in characters.
const maxPath = 4000

// PathError says what is wrong with an item of an invalidation. CloudFront
// answers InvalidArgument.
type PathError struct {
	Path string
	Why  string
}

func (e *PathError) Error() string {
	return fmt.Sprintf("cloudfront: the invalidation path %q %s", e.Path, e.Why)
}

// Invalidate removes what the items name from the cache, or nothing if an item
// is wrong (*[PathError]) or the quotas have no room (*[QuotaError]).
//
// An item "#TAG" names every response with that cache tag, in upper or lower
// case. CloudFront Developer Guide, "What you need to know when invalidating
// tags". Any other item is a path. Same guide, "What you need to know when
// invalidating paths": it begins with "/", and is compared with the URLs as
// spelled, letter by letter, percent-encoding included. A "*" at its end stands
// for any characters; any other "*" stands for itself. A path without "*" at
// its end does not remove the variants with a query string.
func (d *Distribution) Invalidate(items ...string) error {
	checked := make([]invalidationItem, 0, len(items))
	for _, item := range items {
		i, err := parseItem(item)
		if err != nil {
			return err
		}
		checked = append(checked, i)
	}
	if d.Invalidations != nil {
		if err := d.Invalidations.Take(d.Readings.Quota, d.Now(), items...); err != nil {
			return err
		}
	}
	d.cache.invalidate(checked)
	return nil
}

// CheckPath returns why CloudFront does not accept an invalidation path
// (*[PathError]), or nil.
func CheckPath(path string) error {
	_, err := parsePath(path)
	return err
}

// CheckItem returns why CloudFront does not accept an item of an invalidation,
// a path or a tag (*[PathError]), or nil.
func CheckItem(item string) error {
	_, err := parseItem(item)
	return err
}

// invalidationItem is a path or a tag.
type invalidationItem struct {
	tag    string // in lower case; "" for a path
	prefix string
	wild   bool // matches whatever begins with prefix
}

func (i invalidationItem) matches(url string, tags []string) bool {
	switch {
	case i.tag != "":
		return slices.Contains(tags, i.tag)
	case i.wild:
		return strings.HasPrefix(url, i.prefix)
	}
	return url == i.prefix
}

func parseItem(item string) (invalidationItem, error) {
	tag, ok := strings.CutPrefix(item, "#")
	if !ok {
		return parsePath(item)
	}
	if err := CheckTag(tag); err != nil {
		return invalidationItem{}, &PathError{item, "is not a cache tag: " + err.Error()}
	}
	return invalidationItem{tag: strings.ToLower(tag)}, nil
}

func parsePath(path string) (invalidationItem, error) {
	prefix, wild := strings.CutSuffix(path, "*")
	switch {
	case !strings.HasPrefix(path, "/"):
		return invalidationItem{}, &PathError{path, "does not begin with /"}
	case len(path) > maxPath:
		return invalidationItem{}, &PathError{path, fmt.Sprintf("is longer than %d characters", maxPath)}
	case strings.Contains(path, "~") || strings.Contains(strings.ToLower(path), "%7e"):
		return invalidationItem{}, &PathError{path, "has a ~, which CloudFront does not support, percent-encoded or not"}
	case strings.ContainsFunc(path, unsafe):
		return invalidationItem{}, &PathError{path, "has characters that are not percent-encoded"}
	}
	return invalidationItem{prefix: prefix, wild: wild}, nil
}

// unsafe reports whether r must be percent-encoded in an invalidation path (RFC
// 1738, section 2.2).
func unsafe(r rune) bool {
	return r <= ' ' || r > '~' || strings.ContainsRune(`<>"#{}|\^[]`+"`", r)
}
