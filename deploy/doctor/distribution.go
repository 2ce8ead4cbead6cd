package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/iampolicy"
	"github.com/edgeresize/edgeresize/edge"
)

// behavior is the default behaviour or another one.
type behavior struct {
	pattern string
	types.CacheBehavior
}

// functions returns the behaviour's Lambda functions.
func (b *behavior) functions() []types.LambdaFunctionAssociation {
	if b.LambdaFunctionAssociations == nil {
		return nil
	}
	return b.LambdaFunctionAssociations.Items
}

func (d *Doctor) checkDistribution(ctx context.Context) {
	const subject = "distribution"
	id := d.options.Distribution
	out, err := d.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &id})
	var none *types.NoSuchDistribution
	if errors.As(err, &none) {
		d.problem(subject, "look which there are: aws cloudfront list-distributions --query 'DistributionList.Items[].[Id,DomainName]' --output text", "there is no distribution %s in this account", id)
		return
	}
	if err != nil {
		d.unknown(subject, "cloudfront:GetDistribution", err)
		return
	}
	config := out.Distribution.DistributionConfig
	if !aws.ToBool(config.Enabled) {
		d.note(subject, d.edit(".Enabled=true"), "%s is disabled", id)
	}
	b := findBehavior(config, d.options.Behavior)
	if b == nil {
		d.problem(subject, d.deploy("doctor", "-distribution "+id, "and -behavior with one of these"), "%s has no behaviour %q, but %s", id, d.options.Behavior, patterns(config))
		return
	}
	d.good(subject, "%s, %s, behaviour %s", id, aws.ToString(out.Distribution.Status), b.pattern)
	d.checkOwner(ctx, aws.ToString(out.Distribution.ARN))
	d.legacy = aws.ToString(b.CachePolicyId) == ""
	if o := originOf(config, b); o != nil {
		d.originID = aws.ToString(o.Id)
	}
	d.checkAssociation(b)
	f := d.checkViewerRequests(ctx, b)
	d.checkSignedURLs(ctx, f)
	d.checkOrigin(ctx, config, b, f, aws.ToString(out.Distribution.ARN))
	d.checkOriginShield(config, b)
	d.checkTags(config, b)
	d.checkForwarding(ctx, b, f)
	d.checkErrors(config.CustomErrorResponses)
	d.checkResponseHeaders(ctx, aws.ToString(b.ResponseHeadersPolicyId), f)
}

// findBehavior returns the behaviour with a path pattern, nil if there is none.
func findBehavior(config *types.DistributionConfig, pattern string) *behavior {
	if pattern == "" {
		b := config.DefaultCacheBehavior
		return &behavior{"*", types.CacheBehavior{
			TargetOriginId: b.TargetOriginId, CachePolicyId: b.CachePolicyId, OriginRequestPolicyId: b.OriginRequestPolicyId,
			ResponseHeadersPolicyId: b.ResponseHeadersPolicyId, LambdaFunctionAssociations: b.LambdaFunctionAssociations,
			FunctionAssociations: b.FunctionAssociations,
			//lint:ignore SA1019 distributions with legacy settings have them
			ForwardedValues: b.ForwardedValues, MinTTL: b.MinTTL, DefaultTTL: b.DefaultTTL, MaxTTL: b.MaxTTL,
		}}
	}
	if config.CacheBehaviors == nil {
		return nil
	}
	for _, b := range config.CacheBehaviors.Items {
		if aws.ToString(b.PathPattern) == pattern {
			return &behavior{pattern, b}
		}
	}
	return nil
}

// patterns returns the path patterns of a distribution's behaviours, as words for a
// message.
func patterns(config *types.DistributionConfig) string {
	names := []string{"the default one"}
	if config.CacheBehaviors != nil {
		for _, b := range config.CacheBehaviors.Items {
			names = append(names, aws.ToString(b.PathPattern))
		}
	}
	return strings.Join(names, ", ")
}

// checkAssociation checks which function answers origin-response events.
func (d *Doctor) checkAssociation(b *behavior) {
	const subject = "function association"
	i := slices.IndexFunc(b.functions(), func(a types.LambdaFunctionAssociation) bool {
		return a.EventType == types.EventTypeOriginResponse
	})
	if i < 0 {
		d.note(subject, d.attach(), "no function answers origin-response events")
		return
	}
	arn := aws.ToString(b.functions()[i].LambdaFunctionARN)
	if d.functionARN == "" || !strings.HasPrefix(arn, d.functionARN+":") {
		d.problem(subject, d.takeAway()+" (or name it with -function, if it is this one)",
			"another function answers origin-response events: %s", arn)
		return
	}
	version := arn[len(d.functionARN)+1:]
	d.good(subject, "version %s is attached", version)
	d.useConfig(version)
	if version != d.newest {
		d.checkCode(version)
	}
	if d.options.ConfigFile != "" && d.config != nil && !reflect.DeepEqual(*d.config, d.options.Config) {
		d.note(subject, d.publish(), "version %s was built with another config than %s: %s", version, d.options.ConfigFile, d.descriptions[version])
	}
}

// takeAway returns the instructions to remove another function from the behaviour.
func (d *Doctor) takeAway() string {
	here := d.here()
	return "if nobody needs it, remove it: " +
		d.edit(here+".LambdaFunctionAssociations|=(.Items=[(.Items//[])[]|select(.EventType!=\"origin-response\")]|.Quantity=(.Items|length))")
}

// originOf returns the behaviour's origin, or the first origin of its origin group; nil
// if there is none.
func originOf(config *types.DistributionConfig, b *behavior) *types.Origin {
	id := primaryOrigin(config, aws.ToString(b.TargetOriginId))
	for i, o := range config.Origins.Items {
		if aws.ToString(o.Id) == id {
			return &config.Origins.Items[i]
		}
	}
	return nil
}

// primaryOrigin returns the ID of the first origin of the origin group id, or id if no
// group has that ID.
func primaryOrigin(config *types.DistributionConfig, id string) string {
	if config.OriginGroups == nil {
		return id
	}
	for _, g := range config.OriginGroups.Items {
		if aws.ToString(g.Id) == id && g.Members != nil && len(g.Members.Items) > 0 {
			return aws.ToString(g.Members.Items[0].OriginId)
		}
	}
	return id
}

// checkOrigin checks where originals come from.
func (d *Doctor) checkOrigin(ctx context.Context, config *types.DistributionConfig, b *behavior, f filter, distributionARN string) {
	const subject = "origin"
	o := originOf(config, b)
	if o == nil {
		d.unknown(subject, "", fmt.Errorf("the distribution has no origin %q", aws.ToString(b.TargetOriginId)))
		return
	}
	domain := aws.ToString(o.DomainName)
	bucket, region, ok := edge.ParseS3Domain(domain)
	if !ok {
		if d.options.Config.Bucket == "" {
			d.problem(subject, d.inConfig("the bucket that has the originals as \"bucket\" and its region as \"region\"")+" (or choose another -behavior)",
				"%s is not the domain name of a bucket: nothing can be resized", domain)
		} else {
			d.good(subject, "%s, with originals from the config's bucket %s", domain, d.options.Config.Bucket)
		}
		return
	}
	d.bucket, d.bucketRegion = bucket, region
	base := strings.TrimPrefix(aws.ToString(o.OriginPath)+"/", "/")
	d.readFolder = cmp.Or(d.options.Config.KeyPrefix, base)
	d.originKeys = keysOf(bucket, base, b.pattern, f)
	d.readKeys = keysOf(cmp.Or(d.options.Config.Bucket, bucket), d.readFolder, b.pattern, f)
	if region == "" {
		d.note(subject, d.withRegion(bucket),
			"%s names no region: a new bucket outside us-east-1 answers with redirects", domain)
	}
	switch {
	case aws.ToString(o.OriginAccessControlId) != "":
		d.good(subject, "%s through an origin access control", domain)
		d.checkBucketPolicy(ctx, distributionARN)
	case o.CustomOriginConfig != nil:
		d.note(subject, d.closeBucket(ctx, distributionARN), "requests to %s are not signed: the originals are public", domain)
	case o.S3OriginConfig != nil && aws.ToString(o.S3OriginConfig.OriginAccessIdentity) != "":
		d.note(subject, d.useAccessControl()+" (once the bucket's policy lets it read: "+d.letReadToo(ctx, distributionARN)+")", "%s through an origin access identity, which is legacy: use an origin access control", domain)
	default:
		d.note(subject, d.closeBucket(ctx, distributionARN), "requests to %s are not signed: the originals are public", domain)
	}
}

// withRegion returns the command that puts the bucket's region into the origin's name.
func (d *Doctor) withRegion(bucket string) string {
	return fmt.Sprintf(`REGION=$(aws s3api get-bucket-location --bucket %s --query "LocationConstraint||'us-east-1'" --output text) && `, bucket) +
		d.edit(d.origin()+fmt.Sprintf(`.DomainName=%q+$region+".amazonaws.com"`, bucket+".s3."), "--arg", "region", `"$REGION"`)
}

// useAccessControl returns the commands that create an origin access control and give
// it to the origin.
func (d *Doctor) useAccessControl() string {
	name := d.options.Function + "-" + d.options.Distribution
	return "sed s/FUNCTION/" + name + "/ deploy/template/policies/origin-access-control.json >/tmp/origin-access-control.json && " +
		"ID=$(aws cloudfront create-origin-access-control --origin-access-control-config file:///tmp/origin-access-control.json --query OriginAccessControl.Id --output text) && " +
		d.edit(d.origin()+"|=(.OriginAccessControlId=$id|.S3OriginConfig={OriginAccessIdentity:\"\"}|del(.CustomOriginConfig))", "--arg", "id", `"$ID"`)
}

// letReadToo returns the command that adds a statement for the distribution to the
// bucket's policy.
func (d *Doctor) letReadToo(ctx context.Context, distributionARN string) string {
	document := ""
	if out, err := d.s3.GetBucketPolicy(ctx, &s3.GetBucketPolicyInput{Bucket: &d.bucket}, d.inBucketRegion); err == nil {
		document = aws.ToString(out.Policy)
	} else if awsapi.Code(err) != "NoSuchBucketPolicy" {
		return "aws s3api get-bucket-policy --bucket " + d.bucket + " --query Policy --output text, with a statement like that of deploy/template/policies/bucket-policy.json for " + d.originKeys.arn()
	}
	return d.letRead(d.originKeys, distributionARN, document, func(iampolicy.Statement) bool { return false })
}

// closeBucket returns the commands that leave the distribution as the only reader of
// the originals.
func (d *Doctor) closeBucket(ctx context.Context, distributionARN string) string {
	return d.letReadToo(ctx, distributionARN) + " && " + d.useAccessControl() + " && aws s3api put-public-access-block --bucket " + d.bucket +
		" --public-access-block-configuration BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true" +
		" (the last one once nobody else reads the bucket without signature)"
}
