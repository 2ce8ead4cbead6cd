package fakestack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cftypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// bucket makes an AWS::S3::Bucket.
func (b *building) bucket(logical string, p object) (resource, error) {
	name := strings.ToLower(b.physical(logical))
	if given, ok := p["BucketName"].(string); ok {
		name = given
	}
	if err := b.take("AWS::S3::Bucket", name); err != nil {
		return nil, err
	}
	b.Buckets.Bucket(name, b.stack.Region, "")
	return resource{"": name, "Arn": "arn:aws:s3:::" + name, "RegionalDomainName": name + ".s3." + b.stack.Region + ".amazonaws.com"}, nil
}

// bucketPolicy makes an AWS::S3::BucketPolicy.
func (b *building) bucketPolicy(_ string, p object) (resource, error) {
	name, err := text(p, "Bucket")
	if err != nil {
		return nil, err
	}
	if err := b.take("AWS::S3::BucketPolicy", name); err != nil {
		return nil, err
	}
	policy, err := json.Marshal(p["PolicyDocument"])
	if err != nil {
		return nil, err
	}
	_, err = b.s3().PutBucketPolicy(b.ctx, &s3.PutBucketPolicyInput{Bucket: &name, Policy: aws.String(string(policy))})
	return resource{"": name}, err
}

// role makes an AWS::IAM::Role.
func (b *building) role(logical string, p object) (resource, error) {
	name := b.physical(logical)
	if given, ok := p["RoleName"].(string); ok {
		name = given
	}
	if err := b.take("AWS::IAM::Role", name); err != nil {
		return nil, err
	}
	trust, err := json.Marshal(p["AssumeRolePolicyDocument"])
	if err != nil {
		return nil, err
	}
	input := &iam.CreateRoleInput{RoleName: &name, AssumeRolePolicyDocument: aws.String(string(trust))}
	if description, ok := p["Description"].(string); ok {
		input.Description = &description
	}
	made, err := b.iam().CreateRole(b.ctx, input)
	if err != nil {
		return nil, err
	}
	policies, _ := p["Policies"].([]any)
	for _, one := range policies {
		policy, err := json.Marshal(one.(object)["PolicyDocument"])
		if err != nil {
			return nil, err
		}
		_, err = b.iam().PutRolePolicy(b.ctx, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String(fmt.Sprint(one.(object)["PolicyName"])),
			PolicyDocument: aws.String(string(policy))})
		if err != nil {
			return nil, err
		}
	}
	return resource{"": name, "Arn": aws.ToString(made.Role.Arn)}, nil
}

// function makes an AWS::Lambda::Function.
func (b *building) function(logical string, p object) (resource, error) {
	var input lambda.CreateFunctionInput
	code, _ := p["Code"].(object)
	if err := fill(reflect.ValueOf(&input).Elem(), without(p, "Code", "Tags", "Environment"), logical); err != nil {
		return nil, err
	}
	if environment, ok := p["Environment"].(object); ok {
		input.Environment = &types.Environment{Variables: map[string]string{}}
		for name, value := range environment["Variables"].(object) {
			input.Environment.Variables[name] = fmt.Sprint(value)
		}
	}
	if input.FunctionName == nil {
		input.FunctionName = aws.String(b.physical(logical))
	}
	if err := b.take("AWS::Lambda::Function", *input.FunctionName); err != nil {
		return nil, err
	}
	zip, err := b.Code(fmt.Sprint(code["S3Bucket"]), fmt.Sprint(code["S3Key"]))
	if err != nil {
		return nil, err
	}
	input.Code = &types.FunctionCode{ZipFile: zip}
	if tags, ok := p["Tags"].([]any); ok {
		input.Tags = map[string]string{}
		for _, tag := range tags {
			input.Tags[fmt.Sprint(tag.(object)["Key"])] = fmt.Sprint(tag.(object)["Value"])
		}
	}
	made, err := b.lambda().CreateFunction(b.ctx, &input)
	if err != nil {
		return nil, err
	}
	b.Functions.OfStack(b.stack.Region, *input.FunctionName, b.stack.Name)
	return resource{"": *input.FunctionName, "Arn": aws.ToString(made.FunctionArn)}, b.active(*input.FunctionName, nil)
}

// active waits until a function, or a version of it, is active.
func (b *building) active(name string, version *string) error {
	for {
		got, err := b.lambda().GetFunctionConfiguration(b.ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name, Qualifier: version})
		if err != nil || got.State == types.StateActive {
			return err
		}
	}
}

// version makes an AWS::Lambda::Version.
func (b *building) version(logical string, p object) (resource, error) {
	var input lambda.PublishVersionInput
	if err := fill(reflect.ValueOf(&input).Elem(), p, logical); err != nil {
		return nil, err
	}
	made, err := b.lambda().PublishVersion(b.ctx, &input)
	if err != nil {
		return nil, err
	}
	return resource{"": aws.ToString(made.FunctionArn), "Version": aws.ToString(made.Version)}, b.active(*input.FunctionName, made.Version)
}

// namedConfig returns a config of CloudFront's, and takes its name.
func (b *building) namedConfig(kind string, p object, config string) (object, error) {
	m, ok := p[config].(object)
	if !ok || len(p) != 1 {
		return nil, fmt.Errorf("want %s and nothing else: %v", config, p)
	}
	name, err := text(m, "Name")
	if err != nil {
		return nil, err
	}
	return m, b.take(kind, name)
}

// originAccessControl makes an AWS::CloudFront::OriginAccessControl.
func (b *building) originAccessControl(logical string, p object) (resource, error) {
	var config cftypes.OriginAccessControlConfig
	if err := b.configure(&config, logical, p, "AWS::CloudFront::OriginAccessControl", "OriginAccessControlConfig"); err != nil {
		return nil, err
	}
	made, err := b.cloudFront().CreateOriginAccessControl(b.ctx, &cloudfront.CreateOriginAccessControlInput{OriginAccessControlConfig: &config})
	if err != nil {
		return nil, err
	}
	return identified(made.OriginAccessControl.Id), nil
}

// newID returns a random ID of a distribution.
func newID() string { return "E" + rand.Text()[:13] }

// configure fills config from the property that has it, and takes its name.
func (b *building) configure(config any, logical string, p object, kind, property string) error {
	m, err := b.namedConfig(kind, p, property)
	if err != nil {
		return err
	}
	return fill(reflect.ValueOf(config).Elem(), m, logical)
}

// identified returns a resource whose Ref is its ID.
func identified(id *string) resource { return resource{"": aws.ToString(id), "Id": aws.ToString(id)} }

// cachePolicy makes an AWS::CloudFront::CachePolicy.
func (b *building) cachePolicy(logical string, p object) (resource, error) {
	var config cftypes.CachePolicyConfig
	if err := b.configure(&config, logical, p, "AWS::CloudFront::CachePolicy", "CachePolicyConfig"); err != nil {
		return nil, err
	}
	made, err := b.cloudFront().CreateCachePolicy(b.ctx, &cloudfront.CreateCachePolicyInput{CachePolicyConfig: &config})
	if err != nil {
		return nil, err
	}
	return identified(made.CachePolicy.Id), nil
}

// originRequestPolicy makes an AWS::CloudFront::OriginRequestPolicy.
func (b *building) originRequestPolicy(logical string, p object) (resource, error) {
	var config cftypes.OriginRequestPolicyConfig
	if err := b.configure(&config, logical, p, "AWS::CloudFront::OriginRequestPolicy", "OriginRequestPolicyConfig"); err != nil {
		return nil, err
	}
	made, err := b.cloudFront().CreateOriginRequestPolicy(b.ctx, &cloudfront.CreateOriginRequestPolicyInput{OriginRequestPolicyConfig: &config})
	if err != nil {
		return nil, err
	}
	return identified(made.OriginRequestPolicy.Id), nil
}

// responseHeadersPolicy makes an AWS::CloudFront::ResponseHeadersPolicy.
func (b *building) responseHeadersPolicy(logical string, p object) (resource, error) {
	var config cftypes.ResponseHeadersPolicyConfig
	if err := b.configure(&config, logical, p, "AWS::CloudFront::ResponseHeadersPolicy", "ResponseHeadersPolicyConfig"); err != nil {
		return nil, err
	}
	made, err := b.cloudFront().CreateResponseHeadersPolicy(b.ctx, &cloudfront.CreateResponseHeadersPolicyInput{ResponseHeadersPolicyConfig: &config})
	if err != nil {
		return nil, err
	}
	return identified(made.ResponseHeadersPolicy.Id), nil
}

// viewerFunction makes an AWS::CloudFront::Function.
func (b *building) viewerFunction(logical string, p object) (resource, error) {
	var input cloudfront.CreateFunctionInput
	code, err := text(p, "FunctionCode")
	if err != nil {
		return nil, err
	}
	if err := fill(reflect.ValueOf(&input).Elem(), without(p, "FunctionCode", "AutoPublish"), logical); err != nil {
		return nil, err
	}
	if err := b.take("AWS::CloudFront::Function", aws.ToString(input.Name)); err != nil {
		return nil, err
	}
	input.FunctionCode = []byte(code)
	made, err := b.cloudFront().CreateFunction(b.ctx, &input)
	if err != nil {
		return nil, err
	}
	if p["AutoPublish"] == true {
		if _, err := b.cloudFront().PublishFunction(b.ctx, &cloudfront.PublishFunctionInput{Name: input.Name, IfMatch: made.ETag}); err != nil {
			return nil, err
		}
	}
	arn := aws.ToString(made.FunctionSummary.FunctionMetadata.FunctionARN)
	return resource{"": arn, "FunctionARN": arn}, nil
}

// keyValueStore makes an AWS::CloudFront::KeyValueStore.
func (b *building) keyValueStore(logical string, p object) (resource, error) {
	var input cloudfront.CreateKeyValueStoreInput
	if err := fill(reflect.ValueOf(&input).Elem(), p, logical); err != nil {
		return nil, err
	}
	if err := b.take("AWS::CloudFront::KeyValueStore", aws.ToString(input.Name)); err != nil {
		return nil, err
	}
	made, err := b.cloudFront().CreateKeyValueStore(b.ctx, &input)
	if err != nil {
		return nil, err
	}
	return resource{"": aws.ToString(made.KeyValueStore.Name), "Arn": aws.ToString(made.KeyValueStore.ARN)}, nil
}

// distribution makes an AWS::CloudFront::Distribution.
func (b *building) distribution(logical string, p object) (resource, error) {
	m, ok := p["DistributionConfig"].(object)
	if !ok {
		return nil, fmt.Errorf("no DistributionConfig")
	}
	config := &cftypes.DistributionConfig{CallerReference: aws.String(b.physical(logical))}
	if err := fill(reflect.ValueOf(config).Elem(), m, logical); err != nil {
		return nil, err
	}
	complete(config)
	whole, err := document(b.ctx, func(ctx context.Context, c *cloudfront.Client) error {
		_, err := c.CreateDistribution(ctx, &cloudfront.CreateDistributionInput{DistributionConfig: config})
		return err
	})
	if err != nil {
		return nil, err
	}
	if whole, err = ordered(whole); err != nil {
		return nil, err
	}
	if aliases := config.Aliases; aliases != nil {
		for _, alias := range aliases.Items {
			if err := b.take("AWS::CloudFront::Distribution", alias); err != nil {
				return nil, fmt.Errorf("CNAMEAlreadyExists: %w", err)
			}
		}
	}
	id := newID()
	domain := strings.ToLower("d"+id[1:]) + ".cloudfront.net"
	if err := b.CloudFront.Add(id, domain, []byte(whole)); err != nil {
		return nil, err
	}
	return resource{"": id, "Id": id, "DomainName": domain}, nil
}

// complete adds what CloudFront shows of a config by default.
func complete(c *cftypes.DistributionConfig) {
	none := aws.Int32(0)
	if c.Comment == nil {
		c.Comment = aws.String("")
	}
	if c.CacheBehaviors == nil {
		c.CacheBehaviors = &cftypes.CacheBehaviors{Quantity: none}
	}
	if c.CustomErrorResponses == nil {
		c.CustomErrorResponses = &cftypes.CustomErrorResponses{Quantity: none}
	}
	if c.Aliases == nil {
		c.Aliases = &cftypes.Aliases{Quantity: none}
	}
	d := c.DefaultCacheBehavior
	completeFunctions(&d.LambdaFunctionAssociations, &d.FunctionAssociations)
	for i := range c.CacheBehaviors.Items {
		completeFunctions(&c.CacheBehaviors.Items[i].LambdaFunctionAssociations, &c.CacheBehaviors.Items[i].FunctionAssociations)
	}
	for i := range c.Origins.Items {
		o := &c.Origins.Items[i]
		if o.CustomHeaders == nil {
			o.CustomHeaders = &cftypes.CustomHeaders{Quantity: none}
		}
		if o.OriginPath == nil {
			o.OriginPath = aws.String("")
		}
		if o.OriginShield == nil {
			o.OriginShield = &cftypes.OriginShield{Enabled: aws.Bool(false)}
		}
		if o.CustomOriginConfig != nil {
			o.CustomOriginConfig.HTTPPort, o.CustomOriginConfig.HTTPSPort = aws.Int32(80), aws.Int32(443)
		}
	}
}

// completeFunctions adds what CloudFront shows of a behaviour's functions by default.
func completeFunctions(edge **cftypes.LambdaFunctionAssociations, viewer **cftypes.FunctionAssociations) {
	if *edge == nil {
		*edge = &cftypes.LambdaFunctionAssociations{Quantity: aws.Int32(0)}
	}
	for i := range (*edge).Items {
		if (*edge).Items[i].IncludeBody == nil {
			(*edge).Items[i].IncludeBody = aws.Bool(false)
		}
	}
	if *viewer == nil {
		*viewer = &cftypes.FunctionAssociations{Quantity: aws.Int32(0)}
	}
}

// without returns the properties without those of some names.
func without(p object, names ...string) object {
	left := object{}
	for name, value := range p {
		left[name] = value
	}
	for _, name := range names {
		delete(left, name)
	}
	return left
}
