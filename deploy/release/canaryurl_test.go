package release

import (
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// unresolved returns a client for which no name resolves after a number of requests.
func unresolved(after int) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if after--; after >= 0 {
			return http.DefaultTransport.RoundTrip(r)
		}
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}}
	})}
}

// A host without a DNS record is reported on one line before anything changes. If the
// record is lost on the way, that is no fault of the function's.
func TestCanaryOfAHostThatDoesNotResolve(t *testing.T) {
	b := newBench(t).withSite(t)
	b.published(t, "one")
	b.Viewer = unresolved(0)
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: "https://www.example.com/photo.jpg"})
	const want = "canary: https://www.example.com/photo.jpg: the name www.example.com does not resolve: its DNS record is missing or not published yet: " +
		"correct -url, or use the distribution's own name, with -distribution ID -url /photo.jpg"
	if unreachable := (*UnreachableError)(nil); !errors.As(err, &unreachable) || err.Error() != want {
		t.Errorf("got %v", err)
	}
	b.wantConfig(t, attached("", ""))
	b.Viewer = unresolved(3)
	if err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Canary: b.siteURL}); kindOf(err) != "uncertain" || !strings.Contains(err.Error(), "does not resolve") {
		t.Errorf("got %v", err)
	}
	b.wantConfig(t, attached("1", ""))
}

// Pictures of another behaviour, and pictures that the function in front refuses, are
// reported before anything changes.
func TestCanaryURLs(t *testing.T) {
	o := siteOptions{missing: edge.MissingOriginal, maxWidth: 4096, front: ourFront, urlPrefix: true, keyPrefix: true}
	b := newOptionsBench(t, o)
	root := strings.TrimSuffix(b.siteURL, o.picture())
	for picture, want := range map[string]string{
		root + "/img/a.jpg":                       "the behaviour /img/* serves it, not the default behaviour",
		root + "/b.jpg":                           "the viewer-request function in-front finds pictures only below /wp-content/uploads/",
		root + "/wp-content/uploads/%2e%2e/a.jpg": "refuses it with 400 Bad Request",
	} {
		err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: picture})
		if kindOf(err) != "unusable" || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", picture, err, want)
		}
	}
	if live := b.distributions.Live("E1", "", "origin-response"); live != "" {
		t.Errorf("%s is there", live)
	}
}

// If a site answers to one name alone, a path is asked for under that name.
func TestCanaryOfAClosedDomain(t *testing.T) {
	o := siteOptions{missing: edge.MissingOriginal, maxWidth: 4096, front: ourFront}
	b := newOptionsBench(t, o)
	site := o.site()
	site.Host = "img.example.com"
	b.distributions.AddFunction("in-front", site.Script())
	var asked string
	b.Viewer = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		asked = r.URL.String()
		return nil, errors.New("no network")
	})}
	err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: "/a.jpg"})
	if kindOf(err) != "unusable" || asked != "https://img.example.com/a.jpg" {
		t.Errorf("got %v, asked for %s", err, asked)
	}
	err = b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1", Canary: "https://d111111abcdef8.cloudfront.net/a.jpg"})
	if kindOf(err) != "unusable" || !strings.Contains(err.Error(), "answers only to img.example.com") {
		t.Errorf("got %v", err)
	}
}

// Without -distribution, the canary finds the distribution that answers to the host.
func TestCanaryFindsTheDistribution(t *testing.T) {
	b := newBench(t).withSite(t)
	b.distributions.PageSize = 1
	must(t, b.distributions.Add("E2", "d2.cloudfront.net", []byte(strings.ReplaceAll(attached("", ""), "www.example.com", "*.example.org"))))
	must(t, b.distributions.Add("E3", "d3.cloudfront.net", []byte(strings.ReplaceAll(attached("", ""), "www.example.com", "own.example.org"))))
	must(t, b.distributions.Add("E4", "d4.cloudfront.net", []byte(strings.ReplaceAll(attached("", ""), "www.example.com", "*.example.com"))))
	for host, want := range map[string]string{
		"own.example.org": "E3", "OWN.example.ORG": "E3", "img.example.com": "E4",
		"www.example.com": "E1", "D111111abcdef8.cloudfront.net": "E1", "d2.cloudfront.net": "E2", "img.example.org": "E2",
		"example.org": "", "a.b.example.org": "", "www.example.net": "",
	} {
		got, err := b.distributionFor(t.Context(), host)
		if got != want || (err != nil) != (want == "") {
			t.Errorf("%s: got %s, %v", host, got, err)
		}
	}
	err := b.Canary(t.Context(), "", "https://www.example.com/jpeg-420.jpg")
	if kindOf(err) != "fails" || !strings.Contains(err.Error(), "distribution E1, default behaviour: its origin-response function is none") {
		t.Errorf("got %v", err)
	}
	// If none is known, the site is tried all the same.
	b.published(t, "one")
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace}))
	must(t, b.Canary(t.Context(), "", b.siteURL))
	b.site.Function = func(string) cloudfront.Function { return broken["a size of its own"].function(nil) }
	if err := b.Canary(t.Context(), "", b.siteURL); kindOf(err) != "uncertain" || !strings.Contains(err.Error(), "give -distribution ID") {
		t.Errorf("got %v", err)
	}
}

func TestBehaviorOf(t *testing.T) {
	config := &types.DistributionConfig{CacheBehaviors: &types.CacheBehaviors{}}
	for _, pattern := range []string{"/img/*", "media/*.jpg", "*.gif", "/a?c*d", "*"} {
		config.CacheBehaviors.Items = append(config.CacheBehaviors.Items, types.CacheBehavior{PathPattern: &pattern})
	}
	for path, want := range map[string]string{
		"/img/a.jpg": "/img/*", "/img/": "/img/*", "/img": "*", "/IMG/a.jpg": "*", "/media/x/a.jpg": "media/*.jpg", "/media/a.jpeg": "*",
		"/x/y.gif": "*.gif", "/abcd": "/a?c*d", "/axcydzd": "/a?c*d", "/acd": "*", "/media/a.jpg.jpg": "media/*.jpg",
	} {
		if got := behaviorOf(config, path); got != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
	config.CacheBehaviors.Items = config.CacheBehaviors.Items[:4]
	if got := behaviorOf(config, "/b"); got != "" {
		t.Errorf("got %s", got)
	}
}
