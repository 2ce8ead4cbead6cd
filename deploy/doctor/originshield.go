package doctor

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/originshield"
	"github.com/edgeresize/edgeresize/edge"
)

// checkOriginShield checks whether one cache stands between all regions and the
// originals. Functions on origin responses then run in its region: CloudFront Developer
// Guide, "Use Amazon CloudFront Origin Shield".
func (d *Doctor) checkOriginShield(config *types.DistributionConfig, b *behavior) {
	const subject = "origin shield"
	o := originOf(config, b)
	if o == nil {
		return
	}
	originals := d.options.Config.Region
	if _, region, ok := edge.ParseS3Domain(aws.ToString(o.DomainName)); ok {
		originals = region
	}
	best, known := originshield.Nearest(originals)
	in := ""
	if o.OriginShield != nil && aws.ToBool(o.OriginShield.Enabled) {
		in = aws.ToString(o.OriginShield.OriginShieldRegion)
	}
	fix := func(region string) string {
		return fmt.Sprintf("in the console: CloudFront > Distributions > %s > Origins > %s > Edit > Enable Origin Shield: %s; if the template made the distribution, set the parameter OriginShieldRegion",
			d.options.Distribution, aws.ToString(o.Id), region)
	}
	switch {
	case in != "" && (!known || in == best):
		d.good(subject, "in %s, where the function runs: a variant is made once for all regions", in)
	case in != "":
		d.note(subject, fix(best), "it is in %s, where the function then runs, but the originals are in %s: %s is nearer to them", in, originals, best)
	case known:
		d.note(subject, fix(best), "there is none: each of CloudFront's %d regional caches may make a variant once. "+
			"With one in %s, near the originals, a variant is made once for all of them%s", len(originshield.Regions()), best, price(best))
	case originals == "":
		d.note(subject, fix("the region nearest to the originals"), "there is none: each of CloudFront's %d regional caches may make a variant once", len(originshield.Regions()))
	default:
		d.good(subject, "there is none, and AWS recommends none for originals in %s", originals)
	}
}

// price returns the price of the shield in a region, as the end of a sentence; "" where
// it is unknown.
func price(region string) string {
	dollars, ok := originshield.DollarsPerMillion(region)
	if !ok {
		return ""
	}
	return fmt.Sprintf(", at $%.2f per million requests that reach it from other regions", dollars)
}
