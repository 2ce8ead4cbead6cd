package guard

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// emulator is the folder of ministack and aws, which make try-template
// installs.
var emulator = os.Getenv("MINISTACK")

// checkout is where make finds its targets.
const checkout = "../.."

// cloud is AWS, emulated.
type cloud struct {
	t   *testing.T
	env []string
}

// newCloud starts ministack for one test, on this machine's own address only.
func newCloud(t *testing.T) *cloud {
	t.Helper()
	if emulator == "" {
		t.Skip("needs ministack: run make try-template")
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	_, port, _ := net.SplitHostPort(address)
	var log bytes.Buffer
	cmd := exec.Command(filepath.Join(emulator, "ministack"))
	cmd.Env = append(os.Environ(), "BIND_HOST=127.0.0.1", "GATEWAY_PORT="+port,
		"TMPDIR="+t.TempDir(), "S3_DATA_DIR="+t.TempDir())
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if t.Failed() {
			t.Logf("%s", log.Bytes()[max(0, log.Len()-4000):])
		}
	})
	c := &cloud{t: t, env: append(os.Environ(),
		"PATH="+emulator+string(os.PathListSeparator)+os.Getenv("PATH"),
		"AWS_ENDPOINT_URL=http://"+address, "AWS_REGION=us-east-1", "AWS_DEFAULT_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test", "AWS_PAGER=",
		"AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")}
	c.awaitAnswer("http://" + address)
	return c
}

// awaitAnswer returns once something answers.
func (c *cloud) awaitAnswer(url string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if response, err := http.Get(url); err == nil {
			response.Body.Close()
			return
		}
		select {
		case <-ctx.Done():
			c.t.Fatal("ministack does not answer")
		case <-tick.C:
		}
	}
}

// run is what a command prints on standard output, and whether it failed; in a
// failed one its errors too.
func (c *cloud) run(name string, args ...string) (string, error) {
	var stdout, stderr bytes.Buffer
	cmd := exec.CommandContext(c.t.Context(), name, args...)
	cmd.Env, cmd.Stdout, cmd.Stderr = c.env, &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, &stdout, &stderr)
	}
	return stdout.String(), nil
}

// aws is the answer of AWS's command line.
func (c *cloud) aws(args ...string) any {
	c.t.Helper()
	out, err := c.run(filepath.Join(emulator, "aws"), append(args, "--output", "json")...)
	if err != nil {
		c.t.Fatal(err)
	}
	var answer any
	if out != "" && args[0] != "s3" {
		if err := json.Unmarshal([]byte(out), &answer); err != nil {
			c.t.Fatalf("%v: %s", err, out)
		}
	}
	return answer
}

// site makes or updates a stack by the command in README. The result are the
// outputs that it prints.
func (c *cloud) site(stack string, parameters ...string) map[string]string {
	c.t.Helper()
	out, err := c.run("make", "-C", checkout, "site", "CODE_BUCKET=packages", "STACK="+stack,
		"PARAMETERS="+strings.Join(parameters, " "))
	if err != nil {
		c.t.Fatal(err)
	}
	outputs := map[string]string{}
	for line := range strings.Lines(out) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			outputs[name] = value
		}
	}
	return outputs
}

// associated is the version that a distribution's behaviour of the images runs.
func (c *cloud) associated(distribution string, behaviour ...any) any {
	c.t.Helper()
	config := c.aws("cloudfront", "get-distribution-config", "--id", distribution)
	path := append(append([]any{"DistributionConfig"}, behaviour...), "LambdaFunctionAssociations", "Items", 0)
	if event := at(config, append(path, "EventType")...); event != "origin-response" {
		c.t.Errorf("the function runs on %v", event)
	}
	return at(config, append(path, "LambdaFunctionARN")...)
}

func (c *cloud) versions(function string) []string {
	c.t.Helper()
	var numbers []string
	for _, v := range at(c.aws("lambda", "list-versions-by-function", "--function-name", function), "Versions").([]any) {
		numbers = append(numbers, at(v, "Version").(string))
	}
	return numbers
}

func TestSiteUnderEmulation(t *testing.T) {
	c := newCloud(t)
	c.aws("s3", "mb", "s3://packages")

	c.env = append(c.env, "CONFIG=deploy/stages/live.json")
	made := c.site("edgeresize")
	arn := made["VersionArn"]
	if got := c.associated(made["DistributionId"], "DefaultCacheBehavior"); got != arn || !strings.HasSuffix(arn, ":function:edgeresize:1") {
		t.Errorf("made with version %s, the behaviour runs %v", arn, got)
	}
	c.checkFunction(arn)
	c.checkPolicies(made)

	if again := c.site("edgeresize"); again["VersionArn"] != arn {
		t.Errorf("the same again gives version %s", again["VersionArn"])
	}
	made = c.site("edgeresize", "MemorySize=1024")
	arn = strings.TrimSuffix(arn, "1") + "2"
	if got := c.associated(made["DistributionId"], "DefaultCacheBehavior"); made["VersionArn"] != arn || got != arn {
		t.Errorf("more memory gives version %s, the behaviour runs %v", made["VersionArn"], got)
	}
	c.env = append(c.env, "CONFIG=") // another package
	made = c.site("edgeresize")
	arn = strings.TrimSuffix(arn, "2") + "3"
	if got := c.associated(made["DistributionId"], "DefaultCacheBehavior"); made["VersionArn"] != arn || got != arn {
		t.Errorf("another package gives version %s, the behaviour runs %v", made["VersionArn"], got)
	}
	if got := c.versions("edgeresize"); !slices.Equal(got, []string{"$LATEST", "1", "2", "3"}) {
		t.Errorf("there are the versions %q", got)
	}

	c.aws("cloudformation", "delete-stack", "--stack-name", "edgeresize")
	c.aws("cloudformation", "wait", "stack-delete-complete", "--stack-name", "edgeresize")
	c.aws("s3api", "head-bucket", "--bucket", made["Bucket"])
	if left := at(c.aws("lambda", "list-functions"), "Functions").([]any); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// checkFunction looks at a published version.
func (c *cloud) checkFunction(arn string) {
	c.t.Helper()
	packed, err := os.ReadFile(filepath.Join(checkout, "dist/edgeresize.zip"))
	if err != nil {
		c.t.Fatal(err)
	}
	sum := sha256.Sum256(packed)
	got := c.aws("lambda", "get-function-configuration", "--function-name", arn)
	for name, want := range map[string]any{
		"CodeSha256": base64.StdEncoding.EncodeToString(sum[:]), "Runtime": "python3.13",
		"Handler": "lambda_function.handler", "Timeout": 30.0, "MemorySize": 512.0,
	} {
		if at(got, name) != want {
			c.t.Errorf("%s is %v, want %v", name, at(got, name), want)
		}
	}
}

// checkPolicies looks at what lets CloudFront and the function at the bucket.
func (c *cloud) checkPolicies(made map[string]string) {
	c.t.Helper()
	policy := at(c.aws("s3api", "get-bucket-policy", "--bucket", made["Bucket"]), "Policy").(string)
	if !strings.Contains(policy, ":distribution/"+made["DistributionId"]) || !strings.Contains(policy, "arn:aws:s3:::"+made["Bucket"]+"/*") {
		c.t.Errorf("the bucket's policy is %s", policy)
	}
	block := at(c.aws("s3api", "get-public-access-block", "--bucket", made["Bucket"]), "PublicAccessBlockConfiguration")
	if at(block, "BlockPublicPolicy") != true || at(block, "RestrictPublicBuckets") != true {
		c.t.Errorf("public access: %v", block)
	}
	config := at(c.aws("cloudfront", "get-distribution-config", "--id", made["DistributionId"]), "DistributionConfig")
	cache := c.aws("cloudfront", "get-cache-policy-config", "--id", at(config, "DefaultCacheBehavior", "CachePolicyId").(string))
	names, _ := at(cache, "CachePolicyConfig", "ParametersInCacheKeyAndForwardedToOrigin", "QueryStringsConfig", "QueryStrings", "Items").([]any)
	if !slices.Equal(names, []any{"width", "height"}) {
		c.t.Errorf("the cache policy has %v", names)
	}
	control := c.aws("cloudfront", "get-origin-access-control-config", "--id", at(config, "Origins", "Items", 0, "OriginAccessControlId").(string))
	if at(control, "OriginAccessControlConfig", "SigningBehavior") != "always" {
		c.t.Errorf("the origin access control is %v", control)
	}
}

func TestEveryOptionUnderEmulation(t *testing.T) {
	c := newCloud(t)
	c.aws("s3", "mb", "s3://packages")
	c.aws("s3", "mb", "s3://old-originals", "--region", "eu-west-1")
	c.aws("secretsmanager", "create-secret", "--name", "origin-secret", "--secret-string", "open sesame")
	zone := at(c.aws("route53", "create-hosted-zone", "--name", "example.com", "--caller-reference", "once"), "HostedZone", "Id").(string)

	made := c.site("blog", "BucketName=old-originals", "BucketRegion=eu-west-1", "KeyPrefix=media",
		"UrlPrefix=/wp-content/uploads", "Sizes=500x300,640x", "DomainName=www.example.com",
		"HostedZoneId="+filepath.Base(zone), "CloseDefaultDomain=true",
		"SiteDomainName=alb.example.com", "SiteSecret=origin-secret")
	if got := c.associated(made["DistributionId"], "CacheBehaviors", "Items", 0); got != made["VersionArn"] {
		t.Errorf("made with version %s, the behaviour runs %v", made["VersionArn"], got)
	}
	config := at(c.aws("cloudfront", "get-distribution-config", "--id", made["DistributionId"]), "DistributionConfig")
	for _, check := range []struct {
		want any
		path []any
	}{
		{"old-originals.s3.eu-west-1.amazonaws.com", []any{"Origins", "Items", 0, "DomainName"}},
		{"", []any{"Origins", "Items", 0, "OriginPath"}},
		{"open sesame", []any{"Origins", "Items", 1, "CustomHeaders", "Items", 0, "HeaderValue"}},
		{"www.example.com", []any{"Aliases", "Items", 0}},
	} {
		if got := at(config, check.path...); got != check.want {
			t.Errorf("%v is %v, want %v", check.path, got, check.want)
		}
	}
	var records []any
	for _, r := range at(c.aws("route53", "list-resource-record-sets", "--hosted-zone-id", zone), "ResourceRecordSets").([]any) {
		if name := at(r, "AliasTarget", "DNSName"); name == made["DistributionDomainName"]+"." {
			records = append(records, at(r, "Type"))
		}
	}
	if !slices.Equal(records, []any{"A", "AAAA"}) {
		t.Errorf("the domain has the aliases %v", records)
	}
	// The template's output is what the bucket's policy is to have.
	policy := `{"Version": "2012-10-17", "Statement": [` + made["BucketPolicyStatement"] + `]}`
	c.aws("s3api", "put-bucket-policy", "--bucket", "old-originals", "--policy", policy)
}

func TestRefusalsUnderEmulation(t *testing.T) {
	c := newCloud(t)
	for name, tt := range map[string]struct {
		given []string
		want  string
	}{
		"a domain alone": {[]string{"CodeKey=" + codeKey, "DomainName=img.example.com"}, "DomainName needs HostedZoneId, CertificateArn, or both"},
		"a key that does not tell packages apart": {[]string{"CodeKey=edgeresize.zip"}, "must be a key that ends in 64 hexadecimal digits"},
	} {
		args := append([]string{"cloudformation", "deploy", "--template-file", templateFile, "--stack-name", "refused",
			"--capabilities", "CAPABILITY_IAM", "--parameter-overrides", "CodeBucket=packages"}, tt.given...)
		if _, err := c.run(filepath.Join(emulator, "aws"), args...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}

// TestPolicyFilesUnderEmulation uses deploy/policies as README says.
func TestPolicyFilesUnderEmulation(t *testing.T) {
	c := newCloud(t)
	file := func(name string) string { return "file://checked/policies/" + name }
	c.aws("iam", "create-role", "--role-name", "edgeresize", "--assume-role-policy-document", file("trust-policy.json"))
	c.aws("iam", "put-role-policy", "--role-name", "edgeresize", "--policy-name", "edgeresize", "--policy-document", file("role-policy.json"))
	c.aws("iam", "create-policy", "--policy-name", "deployer", "--policy-document", file("deployer-policy.json"))
	c.aws("s3", "mb", "s3://originals")
	c.aws("s3api", "put-bucket-policy", "--bucket", "originals", "--policy", file("bucket-policy.json"))
	c.aws("cloudfront", "create-origin-access-control", "--origin-access-control-config", file("origin-access-control.json"))
	c.aws("cloudfront", "create-cache-policy", "--cache-policy-config", file("cache-policy.json"))
	c.aws("cloudfront", "create-origin-request-policy", "--origin-request-policy-config", file("origin-request-policy.json"))
}
