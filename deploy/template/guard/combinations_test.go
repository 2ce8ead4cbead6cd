package guard

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
)

// codeKey is a valid key of a package.
const codeKey = "edgeresize/0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.zip"

// codeSha256 is a checksum of a package, as Lambda writes it.
const codeSha256 = "ASNFZ4mrze8BI0VniavN7wEjRWeJq83vASNFZ4mrze8="

// choice is an option of the template: the parameters for each way of taking it. The
// first way is not to take it.
type choice []map[string]string

// choices are crossed in full.
var choices = []choice{
	{{}, {"BucketName": "old-originals", "BucketRegion": "eu-west-1"}},
	{{}, {"KeyPrefix": "media/photos"}},
	{{}, {"UrlPrefix": "/wp-content/uploads"}},
	{{}, {"Sizes": "500x300,640x,x200", "Formats": "none"}, {"Formats": "avif,webp", "Missing": "keep-ratio", "MaxWidth": "2560"}},
	{{}, domain, merged(domain, zone), merged(domain, zone, other), merged(domain, certificate), merged(domain, zone, certificate),
		merged(domain, zone, closed), merged(domain, certificate, closed)},
	{{}, {"SiteDomainName": "alb.example.com", "SiteSecret": "origin-secret"}},
}

// further are choices of which only pairs are crossed: every two ways of different
// choices occur together, whether the choices are in further or in choices.
var further = []choice{
	{{}, missing, merged(missing, page)},
	{{}, {"RateLimit": "2000"}},
	{{}, asking, presets, {"RequestSettings": `{"parameters":["signature"]}`, "SignedUrls": "true"}},
	{{}, {"OriginShieldRegion": "none"}, {"OriginShieldRegion": "eu-west-2"}},
	{{}, email, topic},
	{{}, pinned, signed, merged(pinned, signed)},
}

var (
	domain      = map[string]string{"DomainName": "img.example.com"}
	other       = map[string]string{"OtherDomainName": "example.com"}
	zone        = map[string]string{"HostedZoneId": "Z0123456789"}
	certificate = map[string]string{"CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/01234567-89ab-cdef-0123-456789abcdef"}
	closed      = map[string]string{"CloseDefaultDomain": "true"}
	missing     = map[string]string{"MissingKey": "404"}
	email       = map[string]string{"AlarmEmail": "ops@example.com"}
	topic       = map[string]string{"AlarmTopicArn": "arn:aws:sns:us-east-1:111122223333:ops", "SlackChannel": "T0123ABCD/C0123ABCD"}
	pinned      = map[string]string{"CodeSha256": codeSha256}
	signed      = map[string]string{"CodeSigningConfigArn": "arn:aws:lambda:us-east-1:111122223333:code-signing-config:csc-0123456789abcdefg"}
	asking      = map[string]string{
		"RequestParameters": "fit,quality,dpr,gravity,trim,sharpen,blur",
		"RequestSettings": `{"parameters":["fit","quality","dpr","gravity","trim","sharpen","blur","w","h","preset"],"fit":"cover","quality":80,"min_quality":40,` +
			`"presets":{"card":"width=500&height=300&fit=pad&background=fff","placeholder":"width=32&height=32"}}`,
	}
	presets = map[string]string{"RequestSettings": `{"parameters":["preset"],"presets":{"card":"width=500&height=300"},"only_presets":true}`}
	page    = map[string]string{"NotFoundPage": "errors/404.html", "MissingSeconds": "60"}
)

// code has the parameters that have no default.
var code = map[string]string{"CodeBucket": "packages", "CodeKey": codeKey}

// merged returns all parameters in one map. Of a name in several, the last value
// counts.
func merged(all ...map[string]string) map[string]string {
	m := map[string]string{}
	for _, one := range all {
		maps.Copy(m, one)
	}
	return m
}

// picks returns every combination of ways of choices. A combination has the index of a
// way for each choice.
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

// given returns the parameters of a pick from choices and further.
func given(pick []int) map[string]string {
	m := merged(code)
	for i, c := range slices.Concat(choices, further) {
		maps.Copy(m, c[pick[i]])
	}
	return m
}

// pair is a way of one choice and a way of another.
type pair struct{ choice, way, other, otherWay int }

// pairs returns the pairs of ways in a pick.
func pairs(pick []int) []pair {
	var all []pair
	for i, way := range pick {
		for j := i + 1; j < len(pick); j++ {
			all = append(all, pair{i, way, j, pick[j]})
		}
	}
	return all
}

// combinations returns the parameters of every combination of choices that the
// template's rules accept. Each gets the ways of further whose pairs have occurred
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
			continue // the rules refuse it with every way of further
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

// named names a combination, for tests and files.
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

// each runs a test for every combination that the template's rules accept, on the
// template resolved with it.
func each(t *testing.T, test func(t *testing.T, given map[string]string, resolved object)) {
	t.Helper()
	template := parsed(t)
	once.Do(func() { accepted = combinations(t, template) })
	if len(accepted) == 0 {
		t.Fatal("the combinations are unknown, as the test that made them failed")
	}
	for _, given := range accepted {
		given = maps.Clone(given)
		t.Run(named(given), func(t *testing.T) { test(t, given, newResolver(t, template, given).resolved()) })
	}
}

// accepted holds the combinations, which take half a minute to find.
var (
	once     sync.Once
	accepted []map[string]string
)

// at returns what is at a path of names and indices in value, or nil.
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

// property returns what is at a path in the properties of a resource, or nil.
func property(resolved object, resource string, path ...any) any {
	return at(resolved, append([]any{"Resources", resource, "Properties"}, path...)...)
}
