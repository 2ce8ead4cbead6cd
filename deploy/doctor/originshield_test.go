package doctor

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/originshield"
)

const noShield = "<OriginShield><Enabled>false</Enabled></OriginShield>"

// shieldIn returns the OriginShield element of an origin.
func shieldIn(region string) string {
	return "<OriginShield><Enabled>true</Enabled><OriginShieldRegion>" + region + "</OriginShieldRegion></OriginShield>"
}

// TestOriginShield crosses the regions of originals and shields. The best shield is
// good; another one or none is a note that names the best, where AWS names one.
func TestOriginShield(t *testing.T) {
	for _, originals := range append(originshield.BucketRegions(), "ap-southeast-4", "") {
		best, known := originshield.Nearest(originals)
		domain := "originals.s3." + originals + ".amazonaws.com"
		if originals == "" {
			domain = "originals.s3.amazonaws.com"
		}
		for _, in := range append(originshield.Regions(), "") {
			o := types.Origin{Id: aws.String("originals"), DomainName: &domain}
			if in != "" {
				o.OriginShield = &types.OriginShield{Enabled: aws.Bool(true), OriginShieldRegion: &in}
			}
			var d Doctor
			d.checkOriginShield(&types.DistributionConfig{Origins: &types.Origins{Items: []types.Origin{o}}},
				&behavior{CacheBehavior: types.CacheBehavior{TargetOriginId: o.Id}})
			want, says := Good, in
			switch {
			case in == "" && (known || originals == ""):
				want, says = Note, "there is none: "
			case in == "":
				says = "AWS recommends none for originals in " + originals
			case known && in != best:
				want, says = Note, "it is in "+in
			}
			checkShield(t, fmt.Sprintf("originals in %q, shield in %q", originals, in), d.findings, want, says, best)
		}
	}
	s := newFixture(t)
	replace(shieldIn("us-east-1"), shieldIn("eu-west-1"))(s)
	checkShield(t, "a shield far away", s.look(), Note, "it is in eu-west-1", "us-east-1")
}

// checkShield checks the finding about the shield.
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
