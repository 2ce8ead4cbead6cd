package fakecloudfront

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go"
)

// cachePolicyNamed returns the config of a cache policy with width in its key.
func cachePolicyNamed(name string) *types.CachePolicyConfig {
	return &types.CachePolicyConfig{Name: &name, Comment: aws.String("c"), MinTTL: aws.Int64(0), ParametersInCacheKeyAndForwardedToOrigin: &types.ParametersInCacheKeyAndForwardedToOrigin{
		EnableAcceptEncodingGzip: aws.Bool(false),
		HeadersConfig:            &types.CachePolicyHeadersConfig{HeaderBehavior: types.CachePolicyHeaderBehaviorNone},
		CookiesConfig:            &types.CachePolicyCookiesConfig{CookieBehavior: types.CachePolicyCookieBehaviorNone},
		QueryStringsConfig: &types.CachePolicyQueryStringsConfig{QueryStringBehavior: types.CachePolicyQueryStringBehaviorWhitelist,
			QueryStrings: &types.QueryStringNames{Quantity: aws.Int32(1), Items: []string{"width"}}},
	}}
}

// updated changes the config of E1.
func updated(ctx context.Context, client *cloudfront.Client, change func(*types.DistributionConfig)) error {
	got, err := client.GetDistributionConfig(ctx, &cloudfront.GetDistributionConfigInput{Id: aws.String("E1")})
	if err != nil {
		return err
	}
	change(got.DistributionConfig)
	_, err = client.UpdateDistribution(ctx, &cloudfront.UpdateDistributionInput{Id: aws.String("E1"), IfMatch: got.ETag, DistributionConfig: got.DistributionConfig})
	return err
}

// TestSetUp makes, uses and deletes what a distribution needs, and checks what
// CloudFront refuses.
func TestSetUp(t *testing.T) {
	_, _, client := newClient(t)
	ctx := t.Context()
	made, err := client.CreateCachePolicy(ctx, &cloudfront.CreateCachePolicyInput{CachePolicyConfig: cachePolicyNamed("p")})
	if err != nil {
		t.Fatal(err)
	}
	id, etag := made.CachePolicy.Id, made.ETag
	if err := updated(ctx, client, func(c *types.DistributionConfig) { c.DefaultCacheBehavior.CachePolicyId = id }); err != nil {
		t.Fatal(err)
	}
	control := func(behavior string) error {
		_, err := client.CreateOriginAccessControl(ctx, &cloudfront.CreateOriginAccessControlInput{OriginAccessControlConfig: &types.OriginAccessControlConfig{
			Name: aws.String("o"), SigningProtocol: "sigv4", SigningBehavior: types.OriginAccessControlSigningBehaviors(behavior), OriginAccessControlOriginType: "s3"}})
		return err
	}
	function := func(name, code string) error {
		_, err := client.CreateFunction(ctx, &cloudfront.CreateFunctionInput{Name: &name, FunctionCode: []byte(code),
			FunctionConfig: &types.FunctionConfig{Comment: aws.String(""), Runtime: types.FunctionRuntimeCloudfrontJs20}})
		return err
	}
	tag := func(id, key, value string) error {
		_, err := client.TagResource(ctx, &cloudfront.TagResourceInput{Resource: aws.String("arn:aws:cloudfront::123456789012:distribution/" + id),
			Tags: &types.Tags{Items: []types.Tag{{Key: &key, Value: &value}}}})
		return err
	}
	wrong := cachePolicyNamed("q")
	wrong.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStrings = nil
	for _, tt := range []struct {
		name, code string
		do         func() error
	}{
		{"the same name", "CachePolicyAlreadyExists", func() error {
			_, err := client.CreateCachePolicy(ctx, &cloudfront.CreateCachePolicyInput{CachePolicyConfig: cachePolicyNamed("p")})
			return err
		}},
		{"no name", "InvalidArgument", func() error {
			_, err := client.CreateCachePolicy(ctx, &cloudfront.CreateCachePolicyInput{CachePolicyConfig: cachePolicyNamed("a b")})
			return err
		}},
		{"a list of none", "InvalidArgument", func() error {
			_, err := client.CreateCachePolicy(ctx, &cloudfront.CreateCachePolicyInput{CachePolicyConfig: wrong})
			return err
		}},
		{"no If-Match", "InvalidIfMatchVersion", func() error {
			_, err := client.UpdateCachePolicy(ctx, &cloudfront.UpdateCachePolicyInput{Id: id, CachePolicyConfig: cachePolicyNamed("p")})
			return err
		}},
		{"an old If-Match", "PreconditionFailed", func() error {
			_, err := client.UpdateCachePolicy(ctx, &cloudfront.UpdateCachePolicyInput{Id: id, IfMatch: aws.String("E0"), CachePolicyConfig: cachePolicyNamed("p")})
			return err
		}},
		{"AWS's own", "IllegalUpdate", func() error {
			_, err := client.UpdateCachePolicy(ctx, &cloudfront.UpdateCachePolicyInput{Id: aws.String("658327ea-f89d-4fab-a63d-7e88639e58f6"), IfMatch: etag, CachePolicyConfig: cachePolicyNamed("p")})
			return err
		}},
		{"one in use", "CachePolicyInUse", func() error {
			_, err := client.DeleteCachePolicy(ctx, &cloudfront.DeleteCachePolicyInput{Id: id, IfMatch: etag})
			return err
		}},
		{"no such policy", "NoSuchOriginRequestPolicy", func() error {
			return updated(ctx, client, func(c *types.DistributionConfig) { c.DefaultCacheBehavior.OriginRequestPolicyId = aws.String("none") })
		}},
		{"a policy and older settings", "InvalidArgument", func() error {
			return updated(ctx, client, func(c *types.DistributionConfig) {
				c.DefaultCacheBehavior.MinTTL = aws.Int64(0) //lint:ignore SA1019 which is what is tried
			})
		}},
		{"neither", "InvalidArgument", func() error {
			return updated(ctx, client, func(c *types.DistributionConfig) { c.DefaultCacheBehavior.CachePolicyId = nil })
		}},
		{"no such access control", "InvalidOriginAccessControl", func() error {
			return updated(ctx, client, func(c *types.DistributionConfig) { c.Origins.Items[0].OriginAccessControlId = aws.String("none") })
		}},
		{"an access control and an identity", "InvalidOriginAccessControl", func() error {
			return updated(ctx, client, func(c *types.DistributionConfig) {
				c.Origins.Items[0].S3OriginConfig.OriginAccessIdentity = aws.String("origin-access-identity/cloudfront/E1")
			})
		}},
		{"an access control that signs at times", "InvalidArgument", func() error { return control("sometimes") }},
		{"an access control", "", func() error { return control("always") }},
		{"another of that name", "OriginAccessControlAlreadyExists", func() error { return control("always") }},
		{"a function", "", func() error { return function("f", "x") }},
		{"another of that name", "FunctionAlreadyExists", func() error { return function("f", "x") }},
		{"a long function", "FunctionSizeLimitExceeded", func() error { return function("g", strings.Repeat("x", maxFunction+1)) }},
		{"a function that is not published", "InvalidFunctionAssociation", func() error {
			return updated(ctx, client, func(c *types.DistributionConfig) {
				c.DefaultCacheBehavior.FunctionAssociations = viewerFunctions("f", types.EventTypeViewerRequest)
			})
		}},
		{"a tag", "", func() error { return tag("E1", "edgeresize:f", "cache=a/b+c==") }},
		{"a tag of other characters", "InvalidTagging", func() error { return tag("E1", "a", "<a>") }},
		{"a long tag", "InvalidTagging", func() error { return tag("E1", "a", strings.Repeat("a", maxTagValue+1)) }},
		{"a tag of nothing", "NoSuchResource", func() error { return tag("E9", "a", "a") }},
		{"another policy in its place", "", func() error {
			return updated(ctx, client, func(c *types.DistributionConfig) {
				c.DefaultCacheBehavior.CachePolicyId = aws.String("658327ea-f89d-4fab-a63d-7e88639e58f6")
			})
		}},
		{"one no longer in use", "", func() error {
			_, err := client.DeleteCachePolicy(ctx, &cloudfront.DeleteCachePolicyInput{Id: id, IfMatch: etag})
			return err
		}},
		{"one that is gone", "NoSuchCachePolicy", func() error {
			_, err := client.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: id})
			return err
		}},
	} {
		err, api, code := tt.do(), smithy.APIError(nil), ""
		if errors.As(err, &api) {
			code = api.ErrorCode()
		}
		if code != tt.code || code == "" && err != nil {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.code)
		}
	}
}
