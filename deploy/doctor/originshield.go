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
		return fmt.Sprintf("in the console: CloudFront > Distributions > %s > Origins > %s > Edit > Enable Origin Shield: %s; of a stack by the template the parameter OriginShieldRegion",
			d.options.Distribution, aws.ToString(o.Id), region)
	}
	switch {
	case in != "" && (!known || in == best):
		d.good(subject, "in %s, where the function runs: a variant is made once for all regions", in)
	case in != "":
		d.note(subject, fix(best), "it is in %s, where the function runs, and the originals are in %s: each fetch of one goes that way, which is shorter from %s", in, originals, best)
	case known:
		d.note(subject, fix(best), "there is none: a variant is made once for each of CloudFront's regional caches that is asked for it, of which there are %d. "+
			"With one in %s it is made once for all of them, beside the originals%s", len(originshield.Regions()), best, price(best))
	case originals == "":
		d.note(subject, fix("the region nearest to the originals"), "there is none: a variant is made once for each of CloudFront's regional caches that is asked for it, of which there are %d", len(originshield.Regions()))
	default:
		d.good(subject, "there is none, and AWS names none for originals in %s", originals)
	}
}

// price returns the price of the shield in a region, as the end of a sentence; "" where
// it is unknown.
func price(region string) string {
	dollars, ok := originshield.DollarsPerMillion(region)
	if !ok {
		return ""
	}
	return fmt.Sprintf(", for $%.2f in a million requests that reach it from other regions", dollars)
}
