// Package fakestack makes the resources of a CloudFormation template in the fakes of
// CloudFront, Lambda, IAM and S3. It follows the template as CloudFormation does:
// parameters and their constraints, rules, conditions, intrinsic functions, the order
// of resources, and unique names. It keeps only name and type of resources that the
// fakes do not know.
//
// The source is the AWS CloudFormation User Guide and its Template Reference.
package fakestack

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// Maker makes stacks. Its fields are set before the first stack is made.
type Maker struct {
	CloudFront *fakecloudfront.CloudFront
	Functions  *fakelambda.Lambda
	Buckets    *fakes3.S3
	// Config makes the SDK's clients call the fakes.
	Config aws.Config
	// Code returns the package in an object.
	Code func(bucket, key string) ([]byte, error)

	taken map[string]string // name of the stack, by region, type and name
	made  int
}

// New returns a maker of stacks with new fakes of server, which answers at address. Its
// Code is nil.
func New(server *fakeaws.Server, address string) *Maker {
	functions := fakelambda.New(server)
	functions.Trusts = fakeiam.New(server).Trusts
	key := server.Credentials
	return &Maker{
		CloudFront: fakecloudfront.New(server, functions),
		Functions:  functions,
		Buckets:    fakes3.New(server),
		Config: aws.Config{BaseEndpoint: &address, RetryMaxAttempts: 1,
			Credentials: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, "")},
	}
}

// Stack is a stack that was made.
type Stack struct {
	Name, Region string
	Outputs      map[string]string
	// Resources has the physical IDs of the resources, and Types their types, by
	// logical ID.
	Resources, Types map[string]string
}

// RefusedError says what CloudFormation refuses before it makes anything.
type RefusedError struct{ Why string }

func (e *RefusedError) Error() string { return e.Why }

// FailedError says which resource could not be made. The resources made before it stay.
type FailedError struct {
	Resource, Type string
	Err            error
}

func (e *FailedError) Error() string {
	return fmt.Sprintf("%s (%s): CREATE_FAILED: %v", e.Resource, e.Type, e.Err)
}

func (e *FailedError) Unwrap() error { return e.Err }

// Make makes a stack in a region.
func (m *Maker) Make(ctx context.Context, t *cfn.Template, name, region string, parameters map[string]string) (*Stack, error) {
	values, err := valuesOf(t, parameters)
	if err != nil {
		return nil, &RefusedError{err.Error()}
	}
	maps.Copy(values, map[string]any{"AWS::AccountId": fakeaws.Account, "AWS::Region": region, "AWS::StackName": name, "AWS::Partition": "aws", "AWS::URLSuffix": "amazonaws.com"})
	if m.taken == nil {
		m.taken = map[string]string{}
	}
	b := &building{Maker: m, ctx: ctx, stack: &Stack{Name: name, Region: region, Outputs: map[string]string{}, Resources: map[string]string{}, Types: map[string]string{}},
		made: map[string]resource{}, begun: map[string]bool{}}
	b.Resolver = &cfn.Resolver{Document: t.Document, Values: values, Attribute: b.attribute}
	refused, err := b.Refusals()
	if err != nil {
		return nil, err
	}
	if len(refused) > 0 {
		return nil, &RefusedError{"Template error: " + strings.Join(refused, "; ")}
	}
	for _, logical := range slices.Sorted(maps.Keys(b.Section("Resources"))) {
		entry := b.Section("Resources")[logical].(object)
		if holds, err := b.Holds(entry); err != nil {
			return nil, err
		} else if !holds {
			continue
		}
		if _, err := b.resource(logical); err != nil {
			return nil, err
		}
	}
	return b.stack, b.outputs()
}

// building is a stack that is being made.
type building struct {
	*Maker
	*cfn.Resolver
	ctx   context.Context
	stack *Stack
	made  map[string]resource
	begun map[string]bool
}

// errNone says that a resource does not exist, or that its condition does not hold.
var errNone = errors.New("unresolved resource dependencies")

// resource has the attributes of a resource that was made, and its Ref as "".
type resource map[string]any

// outputs sets the stack's outputs.
func (b *building) outputs() error {
	for name, value := range b.Section("Outputs") {
		if holds, err := b.Holds(value.(object)); err != nil {
			return err
		} else if !holds {
			continue
		}
		resolved, err := b.Value(value.(object)["Value"])
		if err != nil {
			return fmt.Errorf("output %s: %w", name, err)
		}
		b.stack.Outputs[name] = fmt.Sprint(resolved)
	}
	return nil
}

// attribute returns an attribute of a resource, which it makes if necessary.
func (b *building) attribute(logical, name string) (any, error) {
	r, err := b.resource(logical)
	if err != nil {
		return nil, err
	}
	value, ok := r[name]
	if !ok {
		return nil, fmt.Errorf("%s has no attribute %q", logical, name)
	}
	return value, nil
}

// resource returns a resource of the template, which it makes if necessary.
func (b *building) resource(logical string) (resource, error) {
	if r, ok := b.made[logical]; ok {
		return r, nil
	}
	entry, ok := b.Section("Resources")[logical].(object)
	if !ok {
		return nil, fmt.Errorf("%w: %s", errNone, logical)
	}
	if holds, err := b.Holds(entry); err != nil || !holds {
		return nil, fmt.Errorf("%w: %s, of which the condition does not hold: %v", errNone, logical, err)
	}
	if b.begun[logical] {
		return nil, fmt.Errorf("circular dependency between resources: %s", logical)
	}
	b.begun[logical] = true
	kind := fmt.Sprint(entry["Type"])
	for _, other := range dependencies(entry["DependsOn"]) {
		if _, err := b.resource(other); err != nil {
			return nil, err
		}
	}
	properties := object{}
	if given, ok := entry["Properties"]; ok {
		resolved, err := b.Value(given)
		if err != nil {
			return nil, err
		}
		properties = resolved.(object)
	}
	r, err := b.make(logical, kind, properties)
	if err != nil {
		return nil, &FailedError{logical, kind, err}
	}
	b.made[logical] = r
	b.stack.Resources[logical], b.stack.Types[logical] = fmt.Sprint(r[""]), kind
	return r, nil
}

// dependencies returns the names in DependsOn.
func dependencies(given any) (names []string) {
	switch given := given.(type) {
	case string:
		return []string{given}
	case []any:
		for _, name := range given {
			names = append(names, fmt.Sprint(name))
		}
	}
	return names
}

// take reserves a name. It must be unique for its type in the region, or in the account
// for services without regions.
func (b *building) take(kind, name string) error {
	where := b.stack.Region
	if strings.HasPrefix(kind, "AWS::CloudFront::") || strings.HasPrefix(kind, "AWS::IAM::") || kind == "AWS::S3::Bucket" {
		where = ""
	}
	key := where + " " + kind + " " + name
	if by, ok := b.taken[key]; ok {
		return fmt.Errorf("%s already exists in stack %s", name, by)
	}
	b.taken[key] = b.stack.Name
	return nil
}

// makers has the functions that make the resources which the fakes know.
var makers = map[string]func(b *building, logical string, p object) (resource, error){
	"AWS::S3::Bucket":                        (*building).bucket,
	"AWS::S3::BucketPolicy":                  (*building).bucketPolicy,
	"AWS::IAM::Role":                         (*building).role,
	"AWS::Lambda::Function":                  (*building).function,
	"AWS::Lambda::Version":                   (*building).version,
	"AWS::CloudFront::OriginAccessControl":   (*building).originAccessControl,
	"AWS::CloudFront::CachePolicy":           (*building).cachePolicy,
	"AWS::CloudFront::OriginRequestPolicy":   (*building).originRequestPolicy,
	"AWS::CloudFront::ResponseHeadersPolicy": (*building).responseHeadersPolicy,
	"AWS::CloudFront::Function":              (*building).viewerFunction,
	"AWS::CloudFront::KeyValueStore":         (*building).keyValueStore,
	"AWS::CloudFront::Distribution":          (*building).distribution,
}

// names has the property that names the resource for each other type, "" for none.
var names = map[string]string{
	"AWS::Logs::LogGroup": "LogGroupName", "AWS::SQS::Queue": "QueueName", "AWS::SQS::QueuePolicy": "", "AWS::Events::Rule": "Name",
	"AWS::Lambda::EventSourceMapping": "", "AWS::Lambda::Permission": "", "AWS::CertificateManager::Certificate": "",
	"AWS::Route53::RecordSet": "Name", "AWS::WAFv2::WebACL": "Name", "AWS::IAM::Policy": "", "AWS::SNS::Topic": "TopicName",
	"AWS::CloudWatch::Alarm": "AlarmName", "AWS::CloudWatch::Dashboard": "DashboardName", "AWS::CloudFormation::StackSet": "StackSetName",
	"AWS::Chatbot::SlackChannelConfiguration": "ConfigurationName", "AWS::Logs::MetricFilter": "",
}

// make makes a resource with the properties p.
func (b *building) make(logical, kind string, p object) (resource, error) {
	if f, ok := makers[kind]; ok {
		return f(b, logical, p)
	}
	property, ok := names[kind]
	if !ok {
		return nil, fmt.Errorf("fakestack knows no %s", kind)
	}
	name := b.physical(logical)
	if given, ok := p[property].(string); ok {
		name = given
	}
	reserved := name
	if kind == "AWS::Route53::RecordSet" {
		reserved += " " + fmt.Sprint(p["Type"])
	}
	if err := b.take(kind, reserved); err != nil {
		return nil, err
	}
	service := strings.ToLower(strings.Split(kind, "::")[1])
	arn := fmt.Sprintf("arn:aws:%s:%s:%s:%s", service, b.stack.Region, fakeaws.Account, name)
	r := resource{"": name, "Arn": arn}
	if kind == "AWS::SQS::Queue" {
		r["QueueName"] = name
	}
	if kind == "AWS::CertificateManager::Certificate" {
		r[""] = "arn:aws:acm:us-east-1:" + fakeaws.Account + ":certificate/" + fakeaws.UUID()
	}
	return r, nil
}

// physical returns a name for a resource without one.
func (b *building) physical(logical string) string {
	b.Maker.made++
	return fmt.Sprintf("%s-%s-%06d", b.stack.Name, logical, b.Maker.made)
}

// text returns a string property that must exist.
func text(p object, name string) (string, error) {
	value, ok := p[name].(string)
	if !ok {
		return "", fmt.Errorf("unsupported or missing property %s: %v", name, p[name])
	}
	return value, nil
}

// regional returns the config for calls in the stack's region.
func (b *building) regional() aws.Config {
	config := b.Config.Copy()
	config.Region = b.stack.Region
	return config
}

func (b *building) lambda() *lambda.Client         { return lambda.NewFromConfig(b.regional()) }
func (b *building) iam() *iam.Client               { return iam.NewFromConfig(b.regional()) }
func (b *building) cloudFront() *cloudfront.Client { return cloudfront.NewFromConfig(b.regional()) }
func (b *building) s3() *s3.Client {
	return s3.NewFromConfig(b.regional(), func(o *s3.Options) { o.UsePathStyle = true })
}
