package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// output runs a command and returns its standard output. If the command fails, the error
// has all that it printed.
func output(t *testing.T, name string, args ...string) (string, error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %q: %w\n%s%s", name, args, err, &stdout, &stderr)
	}
	return stdout.String(), nil
}

// aws returns the answer of AWS's command line, which speaks to the same AWS as the
// commands, in us-east-1 unless args say otherwise.
func aws(t *testing.T, args ...string) any {
	t.Helper()
	out, err := output(t, filepath.Join(emulator, "aws"), append([]string{"--region", "us-east-1", "--output", "json"}, args...)...)
	if err != nil {
		t.Fatal(err)
	}
	var answer any
	if out != "" {
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			t.Fatalf("aws %q: %v\n%s", args, err, out)
		}
	}
	return answer
}

// at returns the value in JSON at the end of a path of names and indices, or nil.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			object, _ := value.(map[string]any)
			value = object[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// take removes the value at the end of a path of names from JSON, and returns it.
func take(value any, path ...string) any {
	for i, name := range path {
		object, _ := value.(map[string]any)
		if i == len(path)-1 {
			value := object[name]
			delete(object, name)
			return value
		}
		value = object[name]
	}
	return value
}

// configOf returns a distribution's config without the functions of its default behaviour,
// and those functions.
func configOf(t *testing.T, distribution string) (rest, functions any) {
	t.Helper()
	config := take(aws(t, "cloudfront", "get-distribution-config", "--id", distribution), "DistributionConfig")
	functions = take(config, "DefaultCacheBehavior", "LambdaFunctionAssociations")
	return config, functions
}

// live returns the ARN of the function at a distribution's default behaviour. It uses the
// SDK, as AWS's command line takes too long for every picture.
func live(t *testing.T, distribution string) string {
	settings, err := loadSettings(t.Context())
	if err != nil {
		t.Error(err)
		return ""
	}
	client := cloudfront.NewFromConfig(settings)
	out, err := client.GetDistributionConfig(t.Context(), &cloudfront.GetDistributionConfigInput{Id: &distribution})
	if err != nil {
		t.Error(err)
		return ""
	}
	for _, f := range out.DistributionConfig.DefaultCacheBehavior.LambdaFunctionAssociations.Items {
		if f.EventType == types.EventTypeOriginResponse {
			return *f.LambdaFunctionARN
		}
	}
	return ""
}

// readmeReadBack runs README's commands, shows them on standard output, and checks with
// AWS's command line what they leave. It returns the site's URL.
func readmeReadBack(t *testing.T, distribution string) (site string) {
	t.Helper()
	site = newSite(t, func() string { return live(t, distribution) })
	commands := readmeCommands(t, "https://www.example.com/photo.jpg", site+photo, "E1ABCDEFGHIJKL", distribution)
	before, none := configOf(t, distribution)
	bare := before
	runReadme(t, os.Stdout, commands, site, func(command string) {
		rest, functions := configOf(t, distribution)
		switch command {
		case "prepare":
			if reflect.DeepEqual(rest, bare) {
				t.Error("prepare leaves the config as it was")
			}
			before = rest
			return
		case "teardown":
			before = bare
		}
		if !reflect.DeepEqual(rest, before) {
			t.Errorf("after %s the rest of the config is\n%v\nwant\n%v", command, rest, before)
		}
		if command == "teardown" {
			left := at(aws(t, "lambda", "list-functions"), "Functions").([]any)
			if len(left) > 0 || !reflect.DeepEqual(functions, none) {
				t.Errorf("left are %v and %v", left, functions)
			}
			return
		}
		version := aws(t, "lambda", "get-function-configuration", "--function-name", "edgeresize", "--qualifier", "1")
		for name, want := range map[string]any{
			"Runtime": "python3.13", "Handler": "lambda_function.handler", "Timeout": 30.0, "MemorySize": 512.0,
			"Role": role, "Architectures": []any{"x86_64"}, "State": "Active",
			"Description": "launcher=exec quality=82 max_width=2560 max_height=2560",
		} {
			if got := at(version, name); !reflect.DeepEqual(got, want) {
				t.Errorf("after %s %s is %v, want %v", command, name, got, want)
			}
		}
	})
	return site
}

// README's commands work on two emulations. ministack only stores what it is given: it
// does not check which functions are attached, is Deployed at once and keeps no replicas.
// Our own emulation does all that, and AWS's command line tries it here.
func TestReadmeUnderEmulation(t *testing.T) {
	needEmulator(t)
	t.Run("fakeaws", func(t *testing.T) {
		c := newCloud(t)
		c.addBareDistribution(t)
		readmeReadBack(t, distribution)
	})
	t.Run("ministack", func(t *testing.T) {
		newMinistack(t)
		id := addDistribution(t)
		site := readmeReadBack(t, id)
		if *keep {
			keepRunning(t, id, site+photo)
		}
	})
}

// addDistribution makes a distribution without anything for the function, by AWS's command
// line.
func addDistribution(t *testing.T) (id string) {
	t.Helper()
	aws(t, "s3api", "create-bucket", "--bucket", fakesite.Bucket)
	control := aws(t, "cloudfront", "create-origin-access-control", "--origin-access-control-config",
		`{"Name": "photos", "OriginAccessControlOriginType": "s3", "SigningBehavior": "always", "SigningProtocol": "sigv4"}`)
	made := aws(t, "cloudfront", "create-distribution", "--distribution-config", fmt.Sprintf(`{
		"CallerReference": "1", "Comment": "photos", "Enabled": true,
		"Origins": {"Quantity": 1, "Items": [{"Id": "originals", "DomainName": "originals.s3.us-east-1.amazonaws.com",
			"S3OriginConfig": {"OriginAccessIdentity": ""}, "OriginAccessControlId": %q, "CustomHeaders": {"Quantity": 0}}]},
		"DefaultCacheBehavior": {"TargetOriginId": "originals", "ViewerProtocolPolicy": "redirect-to-https",
			"LambdaFunctionAssociations": {"Quantity": 0}, "FunctionAssociations": {"Quantity": 0}, "CachePolicyId": "658327ea-f89d-4fab-a63d-7e88639e58f6"}}`,
		at(control, "OriginAccessControl", "Id")))
	return at(made, "Distribution", "Id").(string)
}

// AWS's command line takes the files of deploy/template/policies, and a distribution made
// by them has what doctor looks for.
func TestPoliciesOfReadmeUnderEmulation(t *testing.T) {
	needEmulator(t)
	newMinistack(t)
	id := addDistributionByHand(t)
	t.Chdir("..")
	if status, stdout, stderr := deploy(t, "doctor", "-distribution", id); strings.Contains(stdout, "problem  bucket") || strings.Contains(stdout, "problem  cache") {
		t.Errorf("got %d, %s and %s", status, stdout, stderr)
	}
}

// addDistributionByHand makes a distribution by deploy/template/policies and AWS's command
// line, and all that it needs but the function.
func addDistributionByHand(t *testing.T) (id string) {
	t.Helper()
	aws(t, "iam", "create-role", "--role-name", "edgeresize", "--assume-role-policy-document", policyFile(t, "trust-policy.json", ""))
	aws(t, "iam", "put-role-policy", "--role-name", "edgeresize", "--policy-name", "edgeresize", "--policy-document", policyFile(t, "role-policy.json", ""))
	aws(t, "s3api", "create-bucket", "--bucket", fakesite.Bucket)
	control := aws(t, "cloudfront", "create-origin-access-control", "--origin-access-control-config", policyFile(t, "origin-access-control.json", ""))
	cache := aws(t, "cloudfront", "create-cache-policy", "--cache-policy-config", policyFile(t, "cache-policy.json", ""))
	request := aws(t, "cloudfront", "create-origin-request-policy", "--origin-request-policy-config", policyFile(t, "origin-request-policy.json", ""))
	response := aws(t, "cloudfront", "create-response-headers-policy", "--response-headers-policy-config", policyFile(t, "response-headers-policy.json", ""))
	filter := addViewerRequest(t)
	made := aws(t, "cloudfront", "create-distribution", "--distribution-config", fmt.Sprintf(`{
		"CallerReference": "1", "Comment": "photos", "Enabled": true,
		"Origins": {"Quantity": 1, "Items": [{"Id": "originals", "DomainName": "originals.s3.us-east-1.amazonaws.com",
			"S3OriginConfig": {"OriginAccessIdentity": ""}, "OriginAccessControlId": %q,
			"CustomHeaders": {"Quantity": 1, "Items": [{"HeaderName": "Edgeresize-Cache-Tag-Header", "HeaderValue": "Edgeresize-Cache-Tag"}]}}]},
		"CacheTagConfig": {"HeaderName": "Edgeresize-Cache-Tag"},
		"DefaultCacheBehavior": {"TargetOriginId": "originals", "ViewerProtocolPolicy": "redirect-to-https",
			"LambdaFunctionAssociations": {"Quantity": 0}, "CachePolicyId": %q, "OriginRequestPolicyId": %q, "ResponseHeadersPolicyId": %q,
			"FunctionAssociations": {"Quantity": 1, "Items": [{"EventType": "viewer-request", "FunctionARN": %q}]}}}`,
		at(control, "OriginAccessControl", "Id"), at(cache, "CachePolicy", "Id"), at(request, "OriginRequestPolicy", "Id"), at(response, "ResponseHeadersPolicy", "Id"), filter))
	id = at(made, "Distribution", "Id").(string)
	aws(t, "iam", "create-policy", "--policy-name", "deployer", "--policy-document", policyFile(t, "deployer-policy.json", id))
	aws(t, "s3api", "put-bucket-policy", "--bucket", fakesite.Bucket, "--policy", policyFile(t, "bucket-policy.json", id))
	return id
}

// addViewerRequest makes and publishes the viewer-request function by README's lines, and
// returns its ARN.
func addViewerRequest(t *testing.T) (arn string) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "viewer-request.js")
	etag := ""
	for _, line := range readme.Lines(t, "viewer-request") {
		line = strings.NewReplacer("/tmp/viewer-request.js", file, "ETAG", etag).Replace(line)
		out, err := output(t, "sh", "-c", "cd .. && "+line)
		if err != nil {
			t.Fatal(err)
		}
		var made any
		if err := json.Unmarshal([]byte(out), &made); err == nil && arn == "" {
			etag, _ = at(made, "ETag").(string)
			arn, _ = at(made, "FunctionSummary", "FunctionMetadata", "FunctionARN").(string)
		}
	}
	return arn
}
