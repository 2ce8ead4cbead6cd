package guard

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// codeKey is where a package could be.
const codeKey = "edgeresize/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.zip"

// choice is something the template offers: what to set for each way of taking
// it, the first being not to.
type choice []map[string]string

var choices = []choice{
	{{}, {"BucketName": "old-originals", "BucketRegion": "eu-west-1"}},
	{{}, {"KeyPrefix": "media/photos"}},
	{{}, {"UrlPrefix": "/wp-content/uploads"}},
	{{}, {"Sizes": "500x300,640x,x200"}, {"Formats": "avif,webp", "Missing": "keep-ratio", "MaxWidth": "2560"}},
	{{}, domain, merged(domain, zone), merged(domain, certificate), merged(domain, zone, certificate),
		merged(domain, zone, closed), merged(domain, certificate, closed)},
	{{}, {"SiteDomainName": "alb.example.com", "SiteSecret": "origin-secret"}},
}

var (
	domain      = map[string]string{"DomainName": "img.example.com"}
	zone        = map[string]string{"HostedZoneId": "Z0123456789"}
	certificate = map[string]string{"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"}
	closed      = map[string]string{"CloseDefaultDomain": "true"}
)

// code is what has no default.
var code = map[string]string{"CodeBucket": "packages", "CodeKey": codeKey}

func merged(all ...map[string]string) map[string]string {
	m := map[string]string{}
	for _, one := range all {
		maps.Copy(m, one)
	}
	return m
}

// combinations are the parameters of every combination of choices.
func combinations() []map[string]string {
	all := []map[string]string{code}
	for _, c := range choices {
		var longer []map[string]string
		for _, given := range all {
			for _, way := range c {
				longer = append(longer, merged(given, way))
			}
		}
		all = longer
	}
	return all
}

// named is a combination in words, for the names of tests and files.
func named(given map[string]string) string {
	names := slices.Sorted(maps.Keys(given))
	names = slices.DeleteFunc(names, func(name string) bool {
		return strings.HasPrefix(name, "Code") || name == "BucketRegion" || name == "SiteSecret"
	})
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, "+")
}

// each runs a test on the template that is left for every combination that the
// template's rules let through.
func each(t *testing.T, test func(t *testing.T, given map[string]string, resolved object)) {
	template := parsed(t)
	for _, given := range combinations() {
		r := newResolver(t, template, given)
		if len(r.refusals()) > 0 {
			continue
		}
		t.Run(named(given), func(t *testing.T) { test(t, given, r.resolved()) })
	}
}

// at is what a path of names and indices leads to, or nil.
func at(value any, path ...any) any {
	for _, step := range path {
		switch v := value.(type) {
		case object:
			name, ok := step.(string)
			if !ok {
				return nil
			}
			value = v[name]
		case []any:
			i, ok := step.(int)
			if !ok || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

// property is at, from the properties of a resource.
func property(resolved object, resource string, path ...any) any {
	return at(resolved, append([]any{"Resources", resource, "Properties"}, path...)...)
}
