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

// choices are crossed in full.
var choices = []choice{
	{{}, {"BucketName": "old-originals", "BucketRegion": "eu-west-1"}},
	{{}, {"KeyPrefix": "media/photos"}},
	{{}, {"UrlPrefix": "/wp-content/uploads"}},
	{{}, {"Sizes": "500x300,640x,x200", "Formats": "none"}, {"Formats": "avif,webp", "Missing": "keep-ratio", "MaxWidth": "2560"}},
	{{}, domain, merged(domain, zone), merged(domain, certificate), merged(domain, zone, certificate),
		merged(domain, zone, closed), merged(domain, certificate, closed)},
	{{}, {"SiteDomainName": "alb.example.com", "SiteSecret": "origin-secret"}},
}

// further choices are crossed so that each two ways of any choices, of these and of
// those, meet.
var further = []choice{
	{{}, missing, merged(missing, page)},
	{{}, {"RateLimit": "2000"}},
	{{}, {"OriginShieldRegion": "none"}, {"OriginShieldRegion": "eu-west-2"}},
}

var (
	domain      = map[string]string{"DomainName": "img.example.com"}
	zone        = map[string]string{"HostedZoneId": "Z0123456789"}
	certificate = map[string]string{"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"}
	closed      = map[string]string{"CloseDefaultDomain": "true"}
	missing     = map[string]string{"MissingKey": "404"}
	page        = map[string]string{"NotFoundPage": "errors/404.html", "MissingSeconds": "60"}
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

// picks are the ways of choices, by their number, in every combination.
func picks(choices []choice) [][]int {
	all := [][]int{{}}
	for _, c := range choices {
		var longer [][]int
		for _, one := range all {
			for way := range c {
				longer = append(longer, append(slices.Clone(one), way))
			}
		}
		all = longer
	}
	return all
}

// given are the parameters of one pick of choices and further.
func given(pick []int) map[string]string {
	m := merged(code)
	for i, c := range slices.Concat(choices, further) {
		maps.Copy(m, c[pick[i]])
	}
	return m
}

// pair is two ways of two choices.
type pair struct{ choice, way, other, otherWay int }

// pairs are those of a pick.
func pairs(pick []int) []pair {
	var all []pair
	for i, way := range pick {
		for j := i + 1; j < len(pick); j++ {
			all = append(all, pair{i, way, j, pick[j]})
		}
	}
	return all
}

// combinations are the parameters of every combination of choices that the
// template's rules let through. Each has the ways of further that have met its own
// least often.
func combinations(t *testing.T, template object) []map[string]string {
	t.Helper()
	var all []map[string]string
	met := map[pair]int{}
	for _, pick := range picks(choices) {
		var best []int
		least := 0
		for _, others := range picks(further) {
			whole := slices.Concat(pick, others)
			if len(newResolver(t, template, given(whole)).refusals()) > 0 {
				continue
			}
			times := 0
			for _, p := range pairs(whole) {
				times += met[p]
			}
			if best == nil || times < least {
				best, least = whole, times
			}
		}
		if best == nil {
			continue // refused whatever the others
		}
		for _, p := range pairs(best) {
			met[p]++
		}
		all = append(all, given(best))
	}
	for _, pick := range picks(slices.Concat(choices, further)) {
		if i := slices.IndexFunc(pairs(pick), func(p pair) bool { return met[p] == 0 }); i >= 0 &&
			len(newResolver(t, template, given(pick)).refusals()) == 0 {
			t.Fatalf("no combination has %+v of %v", pairs(pick)[i], given(pick))
		}
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
	t.Helper()
	template := parsed(t)
	for _, given := range combinations(t, template) {
		t.Run(named(given), func(t *testing.T) { test(t, given, newResolver(t, template, given).resolved()) })
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
