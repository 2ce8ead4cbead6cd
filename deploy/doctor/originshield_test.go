package doctor

import (
	"fmt"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/originshield"
)

const noShield = "<OriginShield><Enabled>false</Enabled></OriginShield>"

// shieldIn is the OriginShield of an origin.
func shieldIn(region string) string {
	if region == "" {
		return noShield
	}
	return "<OriginShield><Enabled>true</Enabled><OriginShieldRegion>" + region + "</OriginShieldRegion></OriginShield>"
}

// Of every region of originals and of shields the best is good, and another one or none
// is no fault but worth a note that says which, where AWS names one.
func TestOriginShield(t *testing.T) {
	shields := append([]string{""}, originshield.Regions()...)
	for _, originals := range append(originshield.BucketRegions(), "ap-southeast-4", "") {
		best, known := originshield.Nearest(originals)
		for i, in := range shields {
			if known && in != best && in != "" && i%5 != len(originals)%5 {
				continue // some of those far away
			}
			s := newSite(t)
			s.bucketRegion = originals
			replace(shieldIn("us-east-1"), shieldIn(in))(s)
			domain := "originals.s3." + originals + ".amazonaws.com"
			if originals == "" {
				domain, s.bucketRegion = "originals.s3.amazonaws.com", "us-east-1"
			}
			replace("originals.s3.us-east-1.amazonaws.com", domain)(s)
			want, says := Good, in
			switch {
			case in == "" && (known || originals == ""):
				want, says = Note, "there is none: "
			case in == "":
				says = "AWS names none for originals in " + originals
			case known && in != best:
				want, says = Note, "it is in "+in
			}
			checkShield(t, fmt.Sprintf("originals in %q, shield in %q", originals, in), s.look(), want, says, best)
		}
	}
}

// checkShield looks for what is said of the shield.
func checkShield(t *testing.T, name string, findings []Finding, want Level, says, best string) {
	t.Helper()
	for _, f := range findings {
		if f.Subject != "origin shield" {
			continue
		}
		if f.Level != want || !strings.Contains(f.Text, says) || want == Note && (!strings.Contains(f.Fix, "originals > Edit > Enable Origin Shield") || !strings.Contains(f.Fix, best)) {
			t.Errorf("%s: %+v, want a %s that says %q, and %s", name, f, want, says, best)
		}
		return
	}
	t.Errorf("%s: nothing of it", name)
}
