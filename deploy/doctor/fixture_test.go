package doctor

import (
	"archive/zip"
	"bytes"
	"fmt"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakests"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

const (
	distributionID  = "E1ABCDEFGHIJKL"
	distributionARN = "arn:aws:cloudfront::" + fakeaws.Account + ":distribution/" + distributionID
	roleARN         = "arn:aws:iam::" + fakeaws.Account + ":role/edgeresize"
	functionARN     = "arn:aws:lambda:us-east-1:" + fakeaws.Account + ":function:edgeresize"
)

// fixture is an account at the fake AWS whose settings have no faults until a test
// changes them.
type fixture struct {
	t          *testing.T
	server     *fakeaws.Server
	config     aws.Config
	cloudFront *fakecloudfront.CloudFront
	lambda     *fakelambda.Lambda
	iam        *fakeiam.IAM
	s3         *fakes3.S3

	trust, rolePolicy, bucketPolicy  string
	cachePolicy, originRequestPolicy string
	responseHeadersPolicy            string
	scripts                          bool              // the policy does not forbid scripts
	viewerRequest                    string            // the code of the CloudFront Function; "" for none
	keys                             map[string]string // of the function's key value store; nil for no store
	distribution                     string
	create                           lambda.CreateFunctionInput
	versions                         int
	described                        string // the description of the versions
	manual                           string // the version whose runtime is not updated
	bucketRegion                     string
	options                          Options
	tags                             map[string]string // of the distribution
	denied                           bool              // deny calls by denyAll
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	server := fakeaws.New()
	s := &fixture{
		t: t, server: server,
		iam: fakeiam.New(server), s3: fakes3.New(server),
		options: Options{Function: "edgeresize", Distribution: distributionID, Config: edge.DefaultConfig(), Regions: []string{"us-east-1", "eu-west-1", "af-south-1"}},
		trust:   read(t, "trust-policy.json"), bucketRegion: "us-east-1", versions: 1,
		rolePolicy: strings.NewReplacer("BUCKET/PREFIX", "originals", "ACCOUNT", fakeaws.Account, "FUNCTION", "edgeresize").
			Replace(read(t, "role-policy.json")),
		bucketPolicy: strings.NewReplacer("BUCKET/PREFIX", "originals", "ACCOUNT", fakeaws.Account, "DISTRIBUTION", distributionID).
			Replace(read(t, "bucket-policy.json")),
		cachePolicy:         cachePolicyOf(0, queryStrings("whitelist", "width", "height", "format")),
		originRequestPolicy: queryStrings("all"),

		responseHeadersPolicy: customHeader("Vary", "Accept", true),
		distribution: strings.NewReplacer(
			"<CustomHeaders><Quantity>0</Quantity></CustomHeaders>", tagHeader("Edgeresize-Cache-Tag"),
			"</CallerReference>", "</CallerReference>"+cacheTagConfig, noShield, shieldIn("us-east-1"),
		).Replace(string(fakecloudfront.Example)),
		create: lambda.CreateFunctionInput{
			FunctionName: aws.String("edgeresize"), Role: aws.String(roleARN), Runtime: types.RuntimePython313,
			Handler: aws.String("lambda_function.handler"), Architectures: []types.Architecture{types.ArchitectureX8664},
			MemorySize: aws.Int32(512), Timeout: aws.Int32(30), Code: &types.FunctionCode{ZipFile: zipped(t)},
			Tags: map[string]string{release.OwnTag: release.OwnTagValue},
		},
	}
	s.viewerRequest = viewerrequest.SettingsOf(s.options.Config).Script()
	fakests.New(server)
	s.lambda = fakelambda.New(server)
	s.lambda.AddRole(roleARN, 0)
	s.lambda.Accounts = map[string]fakelambda.Account{"af-south-1": {Disabled: true}}
	s.cloudFront = fakecloudfront.New(server, s.lambda)
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	s.config = aws.Config{
		Region: "ap-southeast-2", BaseEndpoint: &front.URL, RetryMaxAttempts: 1, HTTPClient: fakeaws.NewClient(),
		Credentials: credentials.NewStaticCredentialsProvider(server.Credentials.AccessKeyID, server.Credentials.SecretAccessKey, ""),
	}
	return s
}

const (
	cacheTagConfig = "<CacheTagConfig><HeaderName>Edgeresize-Cache-Tag</HeaderName></CacheTagConfig>"
	noFunctions    = "<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>"
)

// tagHeader returns the CustomHeaders element of an origin that names the header of
// tags.
func tagHeader(value string) string {
	return "<CustomHeaders><Quantity>1</Quantity><Items><OriginCustomHeader><HeaderName>Edgeresize-Cache-Tag-Header</HeaderName>" +
		"<HeaderValue>" + value + "</HeaderValue></OriginCustomHeader></Items></CustomHeaders>"
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile("../template/policies/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func zipped(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create("lambda_function.py"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// queryStrings returns a QueryStringsConfig element.
func queryStrings(behavior string, names ...string) string {
	items := ""
	for _, name := range names {
		items += "<Name>" + name + "</Name>"
	}
	if items != "" {
		items = fmt.Sprintf("<QueryStrings><Quantity>%d</Quantity>", len(names)) + "<Items>" + items + "</Items></QueryStrings>"
	}
	return "<QueryStringsConfig><QueryStringBehavior>" + behavior + "</QueryStringBehavior>" + items + "</QueryStringsConfig>"
}

func cachePolicyOf(minTTL int, queries string) string {
	ttl := "0"
	if minTTL > 0 {
		ttl = "60"
	}
	return "<MinTTL>" + ttl + "</MinTTL><ParametersInCacheKeyAndForwardedToOrigin>" +
		"<EnableAcceptEncodingGzip>false</EnableAcceptEncodingGzip>" +
		"<HeadersConfig><HeaderBehavior>none</HeaderBehavior></HeadersConfig>" +
		"<CookiesConfig><CookieBehavior>none</CookieBehavior></CookiesConfig>" + queries +
		"</ParametersInCacheKeyAndForwardedToOrigin>"
}

// headers returns a HeadersConfig element.
func headers(behavior string, names ...string) string {
	items := ""
	for _, name := range names {
		items += "<Name>" + name + "</Name>"
	}
	if items != "" {
		items = "<Headers><Quantity>1</Quantity><Items>" + items + "</Items></Headers>"
	}
	return "<HeadersConfig><HeaderBehavior>" + behavior + "</HeaderBehavior>" + items + "</HeadersConfig>"
}

// noScripts is a SecurityHeadersConfig element that forbids scripts.
const noScripts = "<SecurityHeadersConfig><ContentSecurityPolicy><Override>true</Override>" +
	"<ContentSecurityPolicy>default-src 'none'</ContentSecurityPolicy></ContentSecurityPolicy></SecurityHeadersConfig>"

// customHeader returns a CustomHeadersConfig element.
func customHeader(name, value string, override bool) string {
	return fmt.Sprintf("<CustomHeadersConfig><Quantity>1</Quantity><Items><ResponseHeadersPolicyCustomHeader><Header>%s</Header><Value>%s</Value><Override>%t</Override>"+
		"</ResponseHeadersPolicyCustomHeader></Items></CustomHeadersConfig>", name, value, override)
}

// look puts the settings into the fake AWS, runs the doctor and checks that it writes
// nothing.
func (s *fixture) look() []Finding {
	s.t.Helper()
	ctx := s.t.Context()
	if s.trust != "" {
		s.iam.Role("edgeresize", s.trust, s.rolePolicy)
	}
	if s.bucketRegion != "" {
		s.s3.Bucket("originals", s.bucketRegion, s.bucketPolicy)
	}
	s.cloudFront.AddCachePolicy("658327ea-f89d-4fab-a63d-7e88639e58f6", s.cachePolicy)
	if s.originRequestPolicy != "" {
		s.cloudFront.AddOriginRequestPolicy("request-policy", s.originRequestPolicy)
		s.distribution = strings.ReplaceAll(s.distribution, "</CachePolicyId>",
			"</CachePolicyId><OriginRequestPolicyId>request-policy</OriginRequestPolicyId>")
	}
	if s.responseHeadersPolicy != "" {
		if !s.scripts {
			s.responseHeadersPolicy += noScripts
		}
		s.cloudFront.AddResponseHeadersPolicy("response-policy", s.responseHeadersPolicy)
		s.distribution = strings.ReplaceAll(s.distribution, "</CachePolicyId>",
			"</CachePolicyId><ResponseHeadersPolicyId>response-policy</ResponseHeadersPolicyId>")
	}
	if s.viewerRequest != "" {
		arn := s.cloudFront.AddFunction("edgeresize-images", s.viewerRequest)
		if s.keys != nil {
			s.cloudFront.AddSigningFunction("edgeresize-images", s.viewerRequest, s.cloudFront.AddKeyValueStore("edgeresize-keys", s.keys))
		}
		s.distribution = strings.ReplaceAll(s.distribution, noFunctions, "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation>"+
			"<FunctionARN>"+arn+"</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations>")
	}
	if s.create.FunctionName != nil {
		s.addFunction(s.create)
	}
	if s.distribution != "" {
		if err := s.cloudFront.Add(distributionID, "d111111abcdef8.cloudfront.net", []byte(s.distribution)); err != nil {
			s.t.Fatal(err)
		}
	}
	for key, value := range s.tags {
		s.cloudFront.SetTag(distributionID, key, value)
	}
	before := len(s.server.Writes())
	if s.denied {
		s.server.Fault = denyAll
	}
	findings, err := New(s.config, s.options).Look(ctx)
	if err != nil {
		s.t.Fatal(err)
	}
	if wrote := len(s.server.Writes()) - before; wrote > 0 {
		s.t.Errorf("it wrote %d times", wrote)
	}
	return findings
}

// addFunction creates a function and publishes s.versions versions of it.
func (s *fixture) addFunction(create lambda.CreateFunctionInput) {
	s.t.Helper()
	ctx := s.t.Context()
	config := s.config.Copy()
	config.Region = awsapi.Region
	functions := lambda.NewFromConfig(config)
	made, err := functions.CreateFunction(ctx, &create)
	if err != nil {
		s.t.Fatal(err)
	}
	until := func(state types.State, version *string) {
		for state != types.StateActive {
			got, err := functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: create.FunctionName, Qualifier: version})
			if err != nil {
				s.t.Fatal(err)
			}
			state = got.State
		}
	}
	until(made.State, nil)
	for i := range s.versions {
		_, err := functions.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{
			FunctionName: create.FunctionName, Description: aws.String(fmt.Sprint(i)), // without a change nothing is published
		})
		if err != nil {
			s.t.Fatal(err)
		}
		until(types.StatePending, nil)
		version, err := functions.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: create.FunctionName, Description: aws.String(s.described)})
		if err != nil {
			s.t.Fatal(err)
		}
		until(version.State, version.Version)
	}
	if s.manual != "" {
		_, err := functions.PutRuntimeManagementConfig(ctx, &lambda.PutRuntimeManagementConfigInput{
			FunctionName: create.FunctionName, Qualifier: &s.manual, UpdateRuntimeOn: types.UpdateRuntimeOnManual,
			RuntimeVersionArn: aws.String("arn:aws:lambda:us-east-1::runtime:1"),
		})
		if err != nil {
			s.t.Fatal(err)
		}
	}
}

// attach associates a version with the origin responses of the first behaviour that has
// no function.
func attach(s *fixture, arn string) {
	s.distribution = strings.Replace(s.distribution,
		"<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>",
		"<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>"+arn+
			"</LambdaFunctionARN><EventType>origin-response</EventType><IncludeBody>false</IncludeBody></LambdaFunctionAssociation>"+
			"</Items></LambdaFunctionAssociations>", 1)
}

// replace returns a change of the distribution's config from old to new.
func replace(old, new string) func(*fixture) {
	return func(s *fixture) {
		if !strings.Contains(s.distribution, old) {
			s.t.Fatalf("no %q in the distribution", old)
		}
		s.distribution = strings.ReplaceAll(s.distribution, old, new)
	}
}

// customError returns a change that gives the distribution a CustomErrorResponse with
// elements.
func customError(elements string) func(*fixture) {
	return replace("<CustomErrorResponses><Quantity>0</Quantity></CustomErrorResponses>",
		"<CustomErrorResponses><Quantity>1</Quantity><Items><CustomErrorResponse>"+elements+"</CustomErrorResponse></Items></CustomErrorResponses>")
}
