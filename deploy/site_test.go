package main

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// siteCommandOfReadme returns the README's command that makes a site.
func siteCommandOfReadme(t *testing.T) string {
	t.Helper()
	lines := readme.Lines(t, "site")
	if len(lines) != 1 || lines[0] != "make site" {
		t.Fatalf("the README makes a site by %q", lines)
	}
	return lines[0]
}

// makeSite makes or updates a stack by the command in README, and returns the outputs that
// it prints.
func makeSite(t *testing.T, stack string, parameters ...string) map[string]string {
	t.Helper()
	words := append(strings.Fields(siteCommandOfReadme(t)), "-C", "..", "STACK="+stack, "PARAMETERS="+strings.Join(parameters, " "))
	out, err := output(t, words[0], words[1:]...)
	if err != nil {
		t.Fatal(err)
	}
	return stackOutputs(out)
}

// stackOutputs reads a stack's outputs in what make prints.
func stackOutputs(printed string) map[string]string {
	outputs := map[string]string{}
	for line := range strings.Lines(printed) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			outputs[name] = value
		}
	}
	return outputs
}

// associated returns the ARN of the version at a distribution's behaviour of the images.
func associated(t *testing.T, distribution string, behaviour ...any) any {
	t.Helper()
	config := aws(t, "cloudfront", "get-distribution-config", "--id", distribution)
	path := append(append([]any{"DistributionConfig"}, behaviour...), "LambdaFunctionAssociations", "Items", 0)
	if event := at(config, append(path, "EventType")...); event != "origin-response" {
		t.Errorf("the function runs on %v", event)
	}
	return at(config, append(path, "LambdaFunctionARN")...)
}

func versions(t *testing.T, function string) []string {
	t.Helper()
	var numbers []string
	for _, v := range at(aws(t, "lambda", "list-versions-by-function", "--function-name", function), "Versions").([]any) {
		numbers = append(numbers, at(v, "Version").(string))
	}
	return numbers
}

func TestTemplateUnderEmulation(t *testing.T) {
	newMinistack(t)
	t.Setenv("CONFIG", "deploy/template/stages/live.json")
	made := makeSite(t, "edgeresize")
	arn := made["VersionArn"]
	if got := associated(t, made["DistributionId"], "DefaultCacheBehavior"); got != arn || !strings.HasSuffix(arn, ":function:edgeresize:1") {
		t.Errorf("made with version %s, the behaviour runs %v", arn, got)
	}
	checkFunction(t, arn)
	checkPolicies(t, made)
	checkViewerRequests(t, "edgeresize", viewerrequest.Settings{Formats: []resize.Format{resize.AVIF, resize.WebP}, Missing: "original", MaxWidth: 2560, MaxHeight: 2560})

	before := invalidations(t, made["DistributionId"])
	if again := makeSite(t, "edgeresize"); again["VersionArn"] != arn {
		t.Errorf("the same again gives version %s", again["VersionArn"])
	}
	if got := invalidations(t, made["DistributionId"]); got != before {
		t.Errorf("the same again makes %d invalidations more", got-before)
	}
	made = makeSite(t, "edgeresize", "MemorySize=1024")
	if got := invalidations(t, made["DistributionId"]); got != before+1 {
		t.Errorf("another version makes %d invalidations", got-before)
	}
	arn = strings.TrimSuffix(arn, "1") + "2"
	if got := associated(t, made["DistributionId"], "DefaultCacheBehavior"); made["VersionArn"] != arn || got != arn {
		t.Errorf("more memory gives version %s, the behaviour runs %v", made["VersionArn"], got)
	}
	t.Setenv("CONFIG", "") // another package
	made = makeSite(t, "edgeresize")
	arn = strings.TrimSuffix(arn, "2") + "3"
	if got := associated(t, made["DistributionId"], "DefaultCacheBehavior"); made["VersionArn"] != arn || got != arn {
		t.Errorf("another package gives version %s, the behaviour runs %v", made["VersionArn"], got)
	}
	checkViewerRequests(t, "edgeresize", viewerrequest.Settings{Formats: []resize.Format{resize.AVIF, resize.WebP}, Missing: "original", MaxWidth: 4096, MaxHeight: 4096})
	if got := versions(t, "edgeresize"); !slices.Equal(got, []string{"$LATEST", "1", "2", "3"}) {
		t.Errorf("there are the versions %q", got)
	}

	aws(t, "cloudformation", "delete-stack", "--stack-name", "edgeresize")
	aws(t, "cloudformation", "wait", "stack-delete-complete", "--stack-name", "edgeresize")
	aws(t, "s3api", "head-bucket", "--bucket", made["Bucket"])
	if left := at(aws(t, "lambda", "list-functions"), "Functions").([]any); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// invalidations returns how many invalidations a distribution has.
func invalidations(t *testing.T, distribution string) int {
	t.Helper()
	items, _ := at(aws(t, "cloudfront", "list-invalidations", "--distribution-id", distribution), "InvalidationList", "Items").([]any)
	return len(items)
}

// checkFunction checks a published version.
func checkFunction(t *testing.T, arn string) {
	t.Helper()
	packed, err := os.ReadFile("../dist/edgeresize.zip")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(packed)
	got := aws(t, "lambda", "get-function-configuration", "--function-name", arn)
	for name, want := range map[string]any{
		"CodeSha256": base64.StdEncoding.EncodeToString(sum[:]), "Runtime": "python3.13",
		"Handler": "lambda_function.handler", "Timeout": 30.0, "MemorySize": 512.0,
	} {
		if at(got, name) != want {
			t.Errorf("%s is %v, want %v", name, at(got, name), want)
		}
	}
}

// checkPolicies checks the policies that let CloudFront and the function read the bucket.
func checkPolicies(t *testing.T, made map[string]string) {
	t.Helper()
	policy := at(aws(t, "s3api", "get-bucket-policy", "--bucket", made["Bucket"]), "Policy").(string)
	if !strings.Contains(policy, ":distribution/"+made["DistributionId"]) || !strings.Contains(policy, "arn:aws:s3:::"+made["Bucket"]+"/*") {
		t.Errorf("the bucket's policy is %s", policy)
	}
	block := at(aws(t, "s3api", "get-public-access-block", "--bucket", made["Bucket"]), "PublicAccessBlockConfiguration")
	if at(block, "BlockPublicPolicy") != true || at(block, "RestrictPublicBuckets") != true {
		t.Errorf("public access: %v", block)
	}
	config := at(aws(t, "cloudfront", "get-distribution-config", "--id", made["DistributionId"]), "DistributionConfig")
	behaviour := at(config, "DefaultCacheBehavior")
	cache := aws(t, "cloudfront", "get-cache-policy-config", "--id", at(behaviour, "CachePolicyId").(string))
	names, _ := at(cache, "CachePolicyConfig", "ParametersInCacheKeyAndForwardedToOrigin", "QueryStringsConfig", "QueryStrings", "Items").([]any)
	if !slices.Equal(names, []any{"width", "height", "format"}) {
		t.Errorf("the cache policy has %v", names)
	}
	request := aws(t, "cloudfront", "get-origin-request-policy-config", "--id", at(behaviour, "OriginRequestPolicyId").(string))
	if forwards := at(request, "OriginRequestPolicyConfig", "QueryStringsConfig", "QueryStringBehavior"); forwards != "all" {
		t.Errorf("the origin request policy forwards %v", forwards)
	}
	if at(behaviour, "FunctionAssociations", "Items", 0, "EventType") != "viewer-request" {
		t.Errorf("the behaviour is %v", behaviour)
	}
	checkVary(t, behaviour)
	header := at(config, "Origins", "Items", 0, "CustomHeaders", "Items", 0)
	if read := at(config, "CacheTagConfig", "HeaderName"); at(header, "HeaderName") != edge.CacheTagHeaderHeader || at(header, "HeaderValue") != read {
		t.Errorf("tags are read from %v, the function is told %v", read, header)
	}
	control := aws(t, "cloudfront", "get-origin-access-control-config", "--id", at(config, "Origins", "Items", 0, "OriginAccessControlId").(string))
	if at(control, "OriginAccessControlConfig", "SigningBehavior") != "always" {
		t.Errorf("the origin access control is %v", control)
	}
}

// checkVary checks the Vary header of a behaviour.
func checkVary(t *testing.T, behaviour any) {
	t.Helper()
	id, _ := at(behaviour, "ResponseHeadersPolicyId").(string)
	if id == "" {
		t.Errorf("no policy for responses in %v", behaviour)
		return
	}
	response := aws(t, "cloudfront", "get-response-headers-policy-config", "--id", id)
	if header := at(response, "ResponseHeadersPolicyConfig", "CustomHeadersConfig", "Items", 0); at(header, "Header") != "Vary" || at(header, "Value") != "Accept" {
		t.Errorf("responses say %v", header)
	}
}

// checkViewerRequests checks the settings of a stack's viewer-request function.
func checkViewerRequests(t *testing.T, stack string, want viewerrequest.Settings) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "live.js")
	aws(t, "cloudfront", "get-function", "--name", stack+"-images", "--stage", "LIVE", file)
	code, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := viewerfunction.Parse(string(code)); !ok || !reflect.DeepEqual(got, want) {
		t.Errorf("the viewer-request function is told %+v, want %+v:\n%.300s", got, want, code)
	}
}

func TestTemplateOptionsUnderEmulation(t *testing.T) {
	newMinistack(t)
	config := filepath.Join(t.TempDir(), "config.json")
	if err := os.WriteFile(config, []byte(`{"max_width": 3000, "missing": "keep-ratio"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CONFIG", config)
	aws(t, "s3api", "create-bucket", "--bucket", "old-originals", "--region", "eu-west-1",
		"--create-bucket-configuration", "LocationConstraint=eu-west-1")
	aws(t, "secretsmanager", "create-secret", "--name", "origin-secret", "--secret-string", "open sesame")
	zone := at(aws(t, "route53", "create-hosted-zone", "--name", "example.com", "--caller-reference", "once"), "HostedZone", "Id").(string)

	made := makeSite(t, "blog", "BucketName=old-originals", "KeyPrefix=media",
		"UrlPrefix=/wp-content/uploads", "Sizes=500x300,640x", "Formats=avif,webp", "DomainName=www.example.com",
		"HostedZoneId="+filepath.Base(zone), "CloseDefaultDomain=true",
		"SiteDomainName=alb.example.com", "SiteSecret=origin-secret")
	if got := associated(t, made["DistributionId"], "CacheBehaviors", "Items", 0); got != made["VersionArn"] {
		t.Errorf("made with version %s, the behaviour runs %v", made["VersionArn"], got)
	}
	checkViewerRequests(t, "blog", viewerrequest.Settings{Host: "www.example.com", URLPrefix: "/wp-content/uploads", KeyPrefix: "/media", Sizes: "500x300,640x",
		Formats: []resize.Format{resize.AVIF, resize.WebP}, Missing: "keep-ratio", MaxWidth: 3000, MaxHeight: 4096})
	distribution := at(aws(t, "cloudfront", "get-distribution-config", "--id", made["DistributionId"]), "DistributionConfig")
	checkVary(t, at(distribution, "CacheBehaviors", "Items", 0))
	for _, check := range []struct {
		want any
		path []any
	}{
		{"old-originals.s3.eu-west-1.amazonaws.com", []any{"Origins", "Items", 0, "DomainName"}},
		{"", []any{"Origins", "Items", 0, "OriginPath"}},
		{"open sesame", []any{"Origins", "Items", 1, "CustomHeaders", "Items", 0, "HeaderValue"}},
		{"www.example.com", []any{"Aliases", "Items", 0}},
	} {
		if got := at(distribution, check.path...); got != check.want {
			t.Errorf("%v is %v, want %v", check.path, got, check.want)
		}
	}
	var records []any
	for _, r := range at(aws(t, "route53", "list-resource-record-sets", "--hosted-zone-id", zone), "ResourceRecordSets").([]any) {
		if name := at(r, "AliasTarget", "DNSName"); name == made["DistributionDomainName"]+"." {
			records = append(records, at(r, "Type"))
		}
	}
	if !slices.Equal(records, []any{"A", "AAAA"}) {
		t.Errorf("the domain has the aliases %v", records)
	}
	// The template's output is the statement for the bucket's policy.
	policy := `{"Version": "2012-10-17", "Statement": [` + made["BucketPolicyStatement"] + `]}`
	aws(t, "s3api", "put-bucket-policy", "--bucket", "old-originals", "--policy", policy)
}

// README's lines by hand make in an empty account what the command makes.
func TestTemplateByHandUnderEmulation(t *testing.T) {
	newMinistack(t)
	block := strings.Join(readme.Lines(t, "site-by-hand"), "\n")
	if _, err := output(t, "sh", "-ec", "cd .. && "+strings.ReplaceAll(block, "CODE-BUCKET", "packages")); err != nil {
		t.Fatal(err)
	}
	before := at(aws(t, "cloudformation", "describe-stacks", "--stack-name", "edgeresize"), "Stacks", 0)
	t.Setenv("CODE_BUCKET", "packages")
	makeSite(t, "edgeresize")
	after := at(aws(t, "cloudformation", "describe-stacks", "--stack-name", "edgeresize"), "Stacks", 0)
	if at(before, "StackStatus") != "CREATE_COMPLETE" || !reflect.DeepEqual(before, after) {
		t.Errorf("by hand %v is made, and make site makes of it %v", before, after)
	}
}

func TestTemplateRefusalsUnderEmulation(t *testing.T) {
	newMinistack(t)
	aws(t, "s3api", "create-bucket", "--bucket", "packages")
	for name, tt := range map[string]struct {
		given []string
		want  string
	}{
		"a domain alone": {[]string{"CodeKey=edgeresize/" + strings.Repeat("0123", 16) + ".zip", "DomainName=img.example.com"}, "DomainName needs HostedZoneId, CertificateArn, or both"},
		"a key that does not tell packages apart": {[]string{"CodeKey=edgeresize.zip"}, "must be a key that ends in 64 hexadecimal digits"},
	} {
		args := append([]string{"cloudformation", "deploy", "--region", "us-east-1", "--template-file", "template/template.yaml", "--stack-name", "refused",
			"--s3-bucket", "packages", "--capabilities", "CAPABILITY_IAM", "--parameter-overrides", "CodeBucket=packages"}, tt.given...)
		if _, err := output(t, filepath.Join(emulator, "aws"), args...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
