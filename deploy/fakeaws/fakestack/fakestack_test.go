package fakestack

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

type bench struct{ *Maker }

// newBench returns a Maker with fakes that have no package.
func newBench(t *testing.T) bench {
	t.Helper()
	server := fakeaws.New()
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	b := bench{New(server, front.URL)}
	b.Code = func(string, string) ([]byte, error) { return nil, errors.New("no such package") }
	return b
}

// make makes a stack in eu-west-1 from a template's text.
func (b bench) make(t *testing.T, name, text string, parameters map[string]string) (*Stack, error) {
	t.Helper()
	template, err := cfn.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return b.Make(t.Context(), template, name, "eu-west-1", parameters)
}

const parameters = `
Parameters:
  Name: {Type: String, AllowedPattern: '^[a-z]*$', MaxLength: 5}
  Number: {Type: Number, Default: 5, MinValue: 1, MaxValue: 9}
  Kind: {Type: String, Default: one, AllowedValues: [one, two]}
Rules:
  Two:
    RuleCondition: !Equals [!Ref Kind, two]
    Assertions:
      - {Assert: !Not [!Equals [!Ref Number, 5]], AssertDescription: two needs another number}
Conditions:
  IsTwo: !Equals [!Ref Kind, two]
  IsSix: !And [!Condition IsTwo, !Or [!Equals [!Ref Number, 6], !Equals [!Ref Number, 7]]]
Mappings:
  Words: {one: {of: first}, two: {of: second}}
`

// TestFunctions checks that every intrinsic function gives what CloudFormation's guide
// says.
func TestFunctions(t *testing.T) {
	text := parameters + `
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub '${AWS::StackName}-${Name}'}}
  Six: {Type: AWS::SQS::Queue, Condition: IsSix}
Outputs:
  Sub: {Value: !Sub ['${A}/${Queue}/${AWS::Region}/${Number}', {A: !If [IsTwo, b, c]}]}
  Join: {Value: !Join ['-', [a, !Ref Name, !FindInMap [Words, !Ref Kind, of]]]}
  Arn: {Value: !GetAtt Queue.Arn}
  QueueName: {Value: !GetAtt Queue.QueueName}
  Six: {Value: !Ref Six, Condition: IsSix}
  Imported: {Value: !ImportValue x}
`
	one, err := newBench(t).make(t, "site", text, map[string]string{"Name": "abc"})
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"Sub": "c/site-abc/eu-west-1/5", "Join": "a-abc-first", "Arn": "arn:aws:sqs:eu-west-1:123456789012:site-abc", "QueueName": "site-abc", "Six": "", "Imported": "imported-x",
	} {
		if got := one.Outputs[name]; got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	six, err := newBench(t).make(t, "site", text, map[string]string{"Name": "abc", "Kind": "two", "Number": "6"})
	if err != nil || six.Outputs["Six"] == "" || six.Outputs["Sub"] != "b/site-abc/eu-west-1/6" || six.Types["Six"] != "AWS::SQS::Queue" {
		t.Errorf("got %+v, %v", six, err)
	}
}

// TestRefusals checks that CloudFormation's refusals come before anything is made, and
// that a failure names the resource.
func TestRefusals(t *testing.T) {
	const role = "\n  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: sts:AssumeRole}]}}}"
	for _, tt := range []struct {
		name, resources string
		given           map[string]string
		refused         bool
		want            string
	}{
		{"no value", "{}", nil, true, "[Name] must have values"},
		{"no parameter", "{}", map[string]string{"Name": "a", "Nam": "a"}, true, "[Nam] do not exist"},
		{"a pattern", "{}", map[string]string{"Name": "A"}, true, "must match"},
		{"a length", "{}", map[string]string{"Name": "abcdef"}, true, "at most 5 characters, not 6"},
		{"a number", "{}", map[string]string{"Name": "a", "Number": "10"}, true, "want 1 to 9"},
		{"a value", "{}", map[string]string{"Name": "a", "Kind": "three"}, true, "want one of one, two"},
		{"a rule", "{}", map[string]string{"Name": "a", "Kind": "two"}, true, "two needs another number"},
		{"a type", "\n  A: {Type: AWS::EC2::Instance}", map[string]string{"Name": "a"}, false, "fakestack knows no AWS::EC2::Instance"},
		{"a name that is taken", "\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: x}}\n  B: {Type: AWS::SQS::Queue, Properties: {QueueName: x}}", map[string]string{"Name": "a"}, false, "B (AWS::SQS::Queue): CREATE_FAILED: x already exists"},
		{"a circle", "\n  A: {Type: AWS::SQS::Queue, DependsOn: B}\n  B: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref A}}", map[string]string{"Name": "a"}, false, "circular dependency"},
		{"what is not made", "\n  A: {Type: AWS::SQS::Queue, Properties: {QueueName: !Ref B}}\n  B: {Type: AWS::SQS::Queue, Condition: IsTwo}", map[string]string{"Name": "a"}, false, "unresolved resource dependencies"},
		{"a property", "\n  A: {Type: AWS::CloudFront::CachePolicy, Properties: {CachePolicyConfig: {Name: x, MinTTL: 0, MinTtls: 5}}}", map[string]string{"Name": "a"}, false, "has no property MinTtls"},
		{"what is required", "\n  A: {Type: AWS::CloudFront::CachePolicy, Properties: {CachePolicyConfig: {Name: x}}}", map[string]string{"Name": "a"}, false, "MinTTL"},
		{"no package", role + "\n  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: f, Role: !GetAtt Role.Arn, Runtime: python3.13, Handler: a.b, Code: {S3Bucket: b, S3Key: k}}}", map[string]string{"Name": "a"}, false, "F (AWS::Lambda::Function): CREATE_FAILED: no such package"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			_, err := b.make(t, "site", parameters+"Resources: "+tt.resources+"\n", tt.given)
			refused := (*RefusedError)(nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) || errors.As(err, &refused) != tt.refused {
				t.Errorf("got %v, want %q", err, tt.want)
			}
			if tt.refused && b.made > 0 {
				t.Error("something was made")
			}
		})
	}
}

// TestDistribution checks that a distribution's config has what CloudFront shows of one,
// and that two distributions cannot share an alias.
func TestDistribution(t *testing.T) {
	b := newBench(t)
	made, err := b.make(t, "site", `
Resources:
  Distribution:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Aliases: [a.example.com]
        Origins: [{Id: o, DomainName: o.s3.us-east-1.amazonaws.com, S3OriginConfig: {OriginAccessIdentity: ''}, OriginCustomHeaders: [{HeaderName: X-A, HeaderValue: '1'}]}]
        DefaultCacheBehavior: {TargetOriginId: o, ViewerProtocolPolicy: https-only, AllowedMethods: [GET, HEAD]}
Outputs:
  Id: {Value: !Ref Distribution}
`, nil)
	if err != nil {
		t.Fatal(err)
	}
	config := string(b.CloudFront.Config(made.Outputs["Id"]))
	for _, want := range []string{
		"<Aliases><Quantity>1</Quantity><Items><CNAME>a.example.com</CNAME></Items></Aliases>",
		"<AllowedMethods><Quantity>2</Quantity><Items><Method>GET</Method><Method>HEAD</Method></Items></AllowedMethods>",
		"<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>",
		"<CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader><HeaderName>X-A</HeaderName>",
		"<CacheBehaviors><Quantity>0</Quantity></CacheBehaviors>",
	} {
		if !strings.Contains(config, want) {
			t.Errorf("no %s in\n%s", want, config)
		}
	}
	if _, err := b.make(t, "other", "\nResources:\n  D: {Type: AWS::CloudFront::Distribution, Properties: {DistributionConfig: {Enabled: true, Aliases: [a.example.com], "+
		"Origins: [{Id: o, DomainName: o.example.com}], DefaultCacheBehavior: {TargetOriginId: o, ViewerProtocolPolicy: https-only}}}}\n", nil); err == nil || !strings.Contains(err.Error(), "CNAMEAlreadyExists") {
		t.Errorf("a name of another's: %v", err)
	}
}
