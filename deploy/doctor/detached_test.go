package doctor

import (
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// TestDetachedFunction wants advice to associate an existing viewer-request function
// that no request passes, with its settings, and not to create another. The keys are
// those that its settings lead to.
func TestDetachedFunction(t *testing.T) {
	for name, tt := range map[string]struct{ more, made, not string }{
		"of this checkout": {"", "FunctionAssociations|=", "-function --name edgeresize-images"},
		"of an older one":  {"// older\n", "aws cloudfront update-function --name edgeresize-images", "create-function"},
	} {
		s := newFixture(t)
		told := viewerrequest.SettingsOf(s.options.Config)
		told.URLPrefix, told.KeyPrefix, told.Sizes = "/wp", "/media", "500x300"
		s.viewerRequest = ""
		s.cloudFront.AddFunction("edgeresize-images", told.Script()+tt.more)
		s.rolePolicy = strings.ReplaceAll(s.rolePolicy, "originals/*", "originals/media/*")
		s.bucketPolicy = strings.ReplaceAll(s.bucketPolicy, "originals/*", "originals/media/*")
		for _, f := range s.look() {
			switch {
			case f.Subject == "viewer-request function" || f.Subject == "origin request policy":
				if f.Level == Good || !strings.Contains(f.Fix, tt.made) || !strings.Contains(f.Fix, "FunctionAssociations|=") || strings.Contains(f.Fix, tt.not) ||
					tt.more != "" && !strings.Contains(f.Fix, "-url-prefix /wp -sizes 500x300 -key-prefix /media") {
					t.Errorf("%s: got %+v", name, f)
				}
			case f.Level == Problem:
				t.Errorf("%s: got %+v", name, f)
			}
		}
	}
}

// TestSidsOfKeys wants a Sid for the keys of each behaviour. A statement for the same
// keys replaces the former one, since a policy has no Sid twice.
func TestSidsOfKeys(t *testing.T) {
	d := &Doctor{options: Options{Distribution: "E1"}}
	policyOf := func(advice string) string {
		_, text, _ := strings.Cut(advice, " --policy '")
		return strings.TrimSuffix(text, "'")
	}
	none := func(iampolicy.Statement) bool { return false }
	first := policyOf(d.letRead(keys{"a", "media/", ""}, "arn", "", none))
	both := policyOf(d.letRead(keys{"a", "img/", ""}, "arn", first, none))
	again := policyOf(d.letRead(keys{"a", "media/", ""}, "arn", both, none))
	for _, tt := range []struct {
		policy string
		want   int
	}{{first, 1}, {both, 2}, {again, 2}} {
		p, err := iampolicy.Parse(tt.policy)
		sids := map[string]bool{}
		for _, s := range p.Statement {
			sids[s.Sid] = true
		}
		if err != nil || len(p.Statement) != tt.want || len(sids) != tt.want {
			t.Errorf("%s: %v, want %d statements", tt.policy, err, tt.want)
		}
	}
}
