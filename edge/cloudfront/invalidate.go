package cloudfront

import (
	"fmt"
	"strings"
)

// maxPath is how long an invalidation path may be, in characters.
const maxPath = 4000

// PathError says what is wrong with an invalidation path. CloudFront answers
// InvalidArgument.
type PathError struct {
	Path string
	Why  string
}

func (e *PathError) Error() string {
	return fmt.Sprintf("cloudfront: the invalidation path %q %s", e.Path, e.Why)
}

// Invalidate removes what the paths name from the cache, or nothing if one of
// them is wrong (*[PathError]). CloudFront Developer Guide, "What you need to
// know when invalidating paths": a path begins with "/", is compared with URLs
// letter by letter as they are spelled, percent-encoding and all, and may end
// in "*". One that does not leaves the variants with a query string where they
// are.
func (d *Distribution) Invalidate(paths ...string) error {
	checked := make([]invalidationPath, 0, len(paths))
	for _, path := range paths {
		p, err := parsePath(path)
		if err != nil {
			return err
		}
		checked = append(checked, p)
	}
	d.cache.invalidate(checked)
	return nil
}

// CheckPath is why CloudFront does not take an invalidation path
// (*[PathError]), or nil.
func CheckPath(path string) error {
	_, err := parsePath(path)
	return err
}

type invalidationPath struct {
	prefix string
	wild   bool // whatever begins with prefix
}

func (p invalidationPath) matches(url string) bool {
	if p.wild {
		return strings.HasPrefix(url, p.prefix)
	}
	return url == p.prefix
}

func parsePath(path string) (invalidationPath, error) {
	prefix, wild := strings.CutSuffix(path, "*")
	switch {
	case !strings.HasPrefix(path, "/"):
		return invalidationPath{}, &PathError{path, "does not begin with /"}
	case len(path) > maxPath:
		return invalidationPath{}, &PathError{path, fmt.Sprintf("is longer than %d characters", maxPath)}
	case strings.Contains(prefix, "*"):
		return invalidationPath{}, &PathError{path, "has a * that is not at its end"}
	case strings.ContainsFunc(path, unsafe):
		return invalidationPath{}, &PathError{path, "has characters that are not percent-encoded"}
	}
	return invalidationPath{prefix, wild}, nil
}

// unsafe reports whether a character must be percent-encoded in an
// invalidation path (RFC 1738, section 2.2).
func unsafe(r rune) bool {
	return r <= ' ' || r >= '~' || strings.ContainsRune(`<>"#{}|\^[]`+"`", r)
}
