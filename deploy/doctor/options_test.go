package doctor

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/pairs"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

// fixtureOptions are the settings of a fixture.
type fixtureOptions struct {
	keyPrefix, urlPrefix, configPrefix bool
	behavior                           string
	front                              string
	sizes, missing                     string
	formats                            []resize.Format
	recorded                           bool // the version records its config
}

const (
	noFront      = "none"
	ourFront     = "ours"
	olderFront   = "another checkout's"
	foreignFront = "somebody else's"
	deniedFront  = "ours, which may not be read"
)

// everyOption returns options that together hold every pair of settings.
func everyOption() (all []fixtureOptions) {
	behaviors := []string{"", "/img/*", "/img/a/*.jpg", "*.jpg"}
	fronts := []string{ourFront, noFront, olderFront, foreignFront, deniedFront}
	sizes := []string{"", "500x300,1200x800"}
	missings := []string{edge.MissingOriginal, edge.MissingKeepRatio}
	formats := [][]resize.Format{{}, {resize.AVIF}, {resize.WebP, resize.AVIF}}
	for _, c := range pairs.Cover(2, 2, 2, len(behaviors), len(fronts), len(sizes), len(missings), len(formats), 2) {
		all = append(all, fixtureOptions{
			c[0] > 0, c[1] > 0, c[2] > 0, behaviors[c[3]], fronts[c[4]], sizes[c[5]], missings[c[6]], formats[c[7]], c[8] > 0,
		})
	}
	return all
}

func (o fixtureOptions) ours() bool { return o.front == ourFront || o.front == olderFront }

// rewrites reports whether the viewer-request function removes a URL prefix.
func (o fixtureOptions) rewrites() bool { return o.urlPrefix && o.ours() }

func (o fixtureOptions) config() edge.Config {
	cfg := edge.DefaultConfig()
	cfg.Missing, cfg.Formats = o.missing, o.formats
	if o.configPrefix {
		cfg.KeyPrefix = "pinned/"
	}
	return cfg
}

// prefixes returns the prefixes of the keys that the function reads and that CloudFront
// reads.
func (o fixtureOptions) prefixes() (function, cloudFront string) {
	path := map[string]string{"": "", "/img/*": "img/", "/img/a/*.jpg": "img/a/", "*.jpg": ""}[o.behavior]
	base := ""
	if o.keyPrefix && !o.rewrites() {
		base = "media/"
	}
	if o.rewrites() { // the URL prefix is /img
		path = map[string]string{"": "", "/img/*": "", "/img/a/*.jpg": "a/", "*.jpg": ""}[o.behavior]
		if o.keyPrefix {
			path = "media/" + path
		}
	}
	function, cloudFront = base+path, base+path
	if o.configPrefix {
		function = "pinned/" + path
	}
	return function, cloudFront
}

// newFixtureWith returns a fixture with o's settings and no faults, and with rights for
// the keys that are read and no others.
func newFixtureWith(t *testing.T, o fixtureOptions) *fixture {
	t.Helper()
	s := newFixture(t)
	cfg := o.config()
	if o.recorded {
		s.described = release.Describe(cfg, "exec") // the options keep the default
	} else {
		s.options.Config = cfg
	}
	told := viewerrequest.SettingsOf(cfg)
	told.Sizes = o.sizes
	if o.keyPrefix {
		told.KeyPrefix = "/media"
	}
	if o.urlPrefix {
		told.URLPrefix = "/img"
	}
	function, cloudFront := o.prefixes()
	s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "originals/*", "originals/"+function+"*")
	s.bucketPolicy = strings.ReplaceAll(s.bucketPolicy, "originals/*", "originals/"+cloudFront+"*")
	s.viewerRequest = map[string]string{
		noFront: "", ourFront: told.Script(), olderFront: told.Script() + "// of last year\n", deniedFront: told.Script(),
		foreignFront: "function handler(event) { return event.request; }",
	}[o.front]
	if o.front == noFront {
		s.originRequestPolicy = "" // otherwise viewers' parameters reach S3
	}
	if o.keyPrefix && !o.rewrites() {
		replace("<OriginPath></OriginPath>", "<OriginPath>/media</OriginPath>")(s)
	}
	if s.options.Behavior = o.behavior; o.behavior != "" {
		replace("<PathPattern>/img/*</PathPattern>", "<PathPattern>"+o.behavior+"</PathPattern>")(s)
	}
	attach(s, functionARN+":1")
	if o.behavior != "" { // in the second behaviour too
		attach(s, functionARN+":1")
	}
	if o.front == deniedFront {
		s.server.Fault = func(c fakeaws.Call) fakeaws.Fault {
			if c.Service == "cloudfront" && c.Operation == "GetFunction" {
				return fakeaws.Fault{Error: &fakeaws.Error{Status: 403, Code: "AccessDenied", Message: "no"}}
			}
			return fakeaws.Fault{}
		}
	}
	return s
}

func (o fixtureOptions) String() string {
	return fmt.Sprintf("prefixes %t %t %t, behaviour %s, front %s, sizes %s, missing %s, formats %v, recorded %t",
		o.keyPrefix, o.urlPrefix, o.configPrefix, o.behavior, o.front, o.sizes, o.missing, o.formats, o.recorded)
}

// TestNoFalseAlarm wants no problem in a site without faults, whatever its options.
// Notes and unknowns may come of the viewer-request function alone.
func TestNoFalseAlarm(t *testing.T) {
	for _, o := range everyOption() {
		t.Run(o.String(), func(t *testing.T) {
			allowed := map[string]bool{}
			if o.front != ourFront {
				for _, subject := range []string{"viewer-request function", "origin request policy", "response headers policy"} {
					allowed[subject] = true
				}
			}
			for _, f := range newFixtureWith(t, o).look() {
				checkFix(t, f)
				if f.Level == Problem || f.Level != Good && !allowed[f.Subject] {
					t.Errorf("%+v", f)
				}
			}
		})
	}
}

// TestAdviceKeepsToThePrefix takes rights away and wants fixes that give rights for the
// keys that are read, and no others.
func TestAdviceKeepsToThePrefix(t *testing.T) {
	for _, o := range everyOption() {
		t.Run(o.String(), func(t *testing.T) {
			function, cloudFront := o.prefixes()
			s := newFixtureWith(t, o)
			s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "s3:::originals/", "s3:::others/")
			s.bucketPolicy = strings.ReplaceAll(s.bucketPolicy, distributionID, "E2OTHER")
			doubtful := o.front == foreignFront || o.front == deniedFront
			var role, bucket string
			for _, f := range s.look() {
				checkFix(t, f)
				switch {
				case f.Subject == "permissions" && f.Level == Unknown && doubtful:
					if strings.Contains(f.Fix, "put-role-policy") {
						t.Errorf("it is not known what is read, and %s", f.Fix)
					}
					role = "asked"
				case f.Subject == "permissions" && f.Level == Problem:
					role = f.Fix
				case f.Subject == "bucket policy" && f.Level == Problem:
					bucket = f.Fix
				}
			}
			if doubtful != (role == "asked") {
				t.Fatalf("the role's advice is %q", role)
			}
			if !doubtful {
				checkRights(t, role, "s3:GetObject", "originals/"+function)
			}
			checkRights(t, bucket, "s3:GetObject", "originals/"+cloudFront)
			if strings.Count(bucket, "E2OTHER") != 1 || strings.Count(bucket, distributionARN) != 1 {
				t.Errorf("the bucket's advice is %s", bucket)
			}
		})
	}
}

var documentIn = regexp.MustCompile(`'(\{.*\})'`)

// checkRights checks that the policy in a fix allows action on keys with prefix and not
// beside it.
func checkRights(t *testing.T, advice, action, prefix string) {
	t.Helper()
	document := documentIn.FindStringSubmatch(advice)
	if document == nil || !json.Valid([]byte(document[1])) {
		t.Fatalf("no policy in %q", advice)
	}
	for key, want := range map[string]string{prefix + "a/b.jpg": "allowed", prefix[:len(prefix)-1] + "!": "implicitDeny"} {
		if got, err := fakeiam.Decide(document[1], action, "arn:aws:s3:::"+key); got != want || err != nil {
			t.Errorf("%s allows %s on %s: %s, %v", advice, action, key, got, err)
		}
	}
}

// placeholders match the words in deploy/template/policies that stand for a site's own
// names.
var placeholders = regexp.MustCompile(`\b(BUCKET|PREFIX|FUNCTION|ACCOUNT|DISTRIBUTION|ROLE|NAME|ETAG)\b`)

// checkFix checks that a finding has a fix on one line, with a command or a path in the
// console, and without placeholders.
func checkFix(t *testing.T, f Finding) {
	t.Helper()
	if f.Level == Good || f.Level == Unknown && f.Fix == "" {
		return
	}
	if !regexp.MustCompile(`(^|[ :(])(aws [a-z0-9-]+ [a-z]|go run \./deploy |make )|in the console: |allow these credentials `).MatchString(f.Fix) {
		t.Errorf("%s: %s: no command in %q", f.Subject, f.Text, f.Fix)
	}
	if left := placeholders.FindString(strings.ReplaceAll(f.Fix, "s/FUNCTION/", "")); left != "" {
		t.Errorf("%s: %s: %s in %q", f.Subject, f.Text, left, f.Fix)
	}
	if strings.Contains(f.Fix, "\n") {
		t.Errorf("%s: %s: several lines: %q", f.Subject, f.Text, f.Fix)
	}
}
