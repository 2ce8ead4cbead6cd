package doctor

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/bucketregion"
	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
)

func (d *Doctor) checkBucket(ctx context.Context) {
	const subject = "bucket"
	region, err := bucketregion.Of(ctx, d.s3, d.bucket)
	if awsapi.Code(err) == "NoSuchBucket" {
		d.problem(subject, d.renameOrigin("the bucket that has the originals, one of `aws s3api list-buckets`"), "there is no bucket %s", d.bucket)
		return
	}
	if err != nil {
		d.unknown(subject, "s3:GetBucketLocation", err)
		return
	}
	if d.bucketRegion != "" && d.bucketRegion != region {
		d.problem(subject, d.inRegion(region),
			"%s is in %s, not in %s: every fetch of an original is redirected first", d.bucket, region, d.bucketRegion)
		return
	}
	d.good(subject, "%s is in %s", d.bucket, region)
}

// inBucketRegion sends a request to the bucket's region, where it is known.
func (d *Doctor) inBucketRegion(o *s3.Options) {
	if d.bucketRegion != "" {
		o.Region = d.bucketRegion
	}
}

// checkBucketPolicy checks whether CloudFront may read the bucket through an origin
// access control.
func (d *Doctor) checkBucketPolicy(ctx context.Context, distributionARN string) {
	const subject = "bucket policy"
	k := d.originKeys
	none := func(iampolicy.Statement) bool { return false }
	out, err := d.s3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &d.bucket}, d.inBucketRegion)
	if awsapi.Code(err) == "NoSuchBucketPolicy" {
		d.problem(subject, d.letRead(k, distributionARN, "", none), "%s has no policy: CloudFront gets 403 for every original", d.bucket)
		return
	}
	if err != nil {
		d.unknown(subject, "s3:GetBucketPolicy", err)
		return
	}
	p, err := iampolicy.Parse(aws.ToString(out.Policy))
	if err != nil {
		d.unknown(subject, "", err)
		return
	}
	fix := d.letRead(k, distributionARN, aws.ToString(out.Policy), none)
	var others []string
	for _, s := range p.Statement {
		if !letsCloudFrontRead(s) {
			continue
		}
		distributions, accounts := s.Wanted("aws:SourceArn"), s.Wanted("aws:SourceAccount")
		switch {
		case len(distributions)+len(accounts) == 0:
			d.note(subject, d.letRead(k, distributionARN, aws.ToString(out.Policy), letsEverybodyRead), "%s lets every CloudFront distribution of every account read", d.bucket)
			return
		case slices.ContainsFunc(distributions, func(pattern string) bool { return iampolicy.Matches(pattern, distributionARN) }),
			len(distributions) == 0 && slices.Contains(accounts, accountOf(distributionARN)):
			if k.doubt == "" && !s.Covers(k.arn()) {
				others = append(others, fmt.Sprintf("this distribution for %s", strings.Join(s.Resource, ", ")))
				continue
			}
			d.good(subject, "%s lets this distribution read", d.bucket)
			return
		case len(distributions) > 0:
			others = append(others, distributions...)
		default:
			others = append(others, "account "+strings.Join(accounts, ", account "))
		}
	}
	if others == nil {
		d.problem(subject, fix, "%s does not let CloudFront read: it gets 403 for every original", d.bucket)
		return
	}
	d.problem(subject, fix, "%s lets %s read, not this distribution for %s", d.bucket, strings.Join(others, ", "), k.arn())
}

// letsEverybodyRead reports whether a statement lets CloudFront read for any
// distribution of any account.
func letsEverybodyRead(s iampolicy.Statement) bool {
	return letsCloudFrontRead(s) && len(s.Wanted("aws:SourceArn"))+len(s.Wanted("aws:SourceAccount")) == 0
}

// inRegion returns the command that puts region into the origin's name or the config.
func (d *Doctor) inRegion(region string) string {
	if d.options.Config.Bucket != "" {
		return d.inConfig(fmt.Sprintf(`"region": %q`, region))
	}
	return d.edit(d.origin() + fmt.Sprintf(".DomainName=%q", d.bucket+".s3."+region+".amazonaws.com"))
}

// inConfig returns the instructions to put field into the config and deploy it.
func (d *Doctor) inConfig(field string) string {
	return fmt.Sprintf("have %s in %s, then %s", field, cmp.Or(d.options.ConfigFile, "edge/config.json"), d.deploy("publish", d.configFlag()...)+" && "+d.attach())
}

// renameOrigin returns the instructions to give the origin the domain to.
func (d *Doctor) renameOrigin(to string) string {
	if d.options.Config.Bucket != "" {
		return d.inConfig(`"bucket" as ` + to)
	}
	return fmt.Sprintf("in the console: CloudFront > Distributions > %s > Origins > %s > Edit > Origin domain: %s", d.options.Distribution, d.originID, to)
}

// letsCloudFrontRead reports whether a statement allows CloudFront to read objects.
func letsCloudFrontRead(s iampolicy.Statement) bool {
	return s.Allows("s3:GetObject") && s.IsFor("cloudfront.amazonaws.com")
}
