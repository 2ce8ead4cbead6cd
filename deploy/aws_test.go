package main

import (
	"archive/zip"
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakests"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// The role and the distribution of README's commands.
const (
	role         = "arn:aws:iam::123456789012:role/edgeresize"
	distribution = "E1ABCDEFGHIJKL"
)

// cloud is an AWS that the commands speak to by the user's settings.
type cloud struct {
	*fakeaws.Server
	functions     *fakelambda.Lambda
	distributions *fakecloudfront.CloudFront
	logs          *fakelogs.Logs
	roles         *fakeiam.IAM
	buckets       *fakes3.S3
}

// newCloud makes a cloud with the role of README's commands.
func newCloud(t *testing.T) *cloud {
	t.Helper()
	c := &cloud{Server: fakeaws.New()}
	c.functions = fakelambda.New(c.Server)
	c.functions.AddRole(role, 0)
	c.distributions = fakecloudfront.New(c.Server, c.functions)
	c.logs = fakelogs.New(c.Server)
	fakests.New(c.Server)
	c.roles = fakeiam.New(c.Server)
	c.functions.Trusts = c.roles.Trusts
	c.buckets = fakes3.New(c.Server)
	server := httptest.NewServer(c.Server)
	t.Cleanup(server.Close)
	useAWS(t, server.URL, c.Credentials.AccessKeyID, c.Credentials.SecretAccessKey)
	return c
}

// addDistribution makes the distribution of README's commands and, by
// deploy/template/policies, all that it needs but the function.
func (c *cloud) addDistribution(t *testing.T) {
	t.Helper()
	c.roles.Role("edgeresize", policyFile(t, "trust-policy.json", distribution), policyFile(t, "role-policy.json", distribution))
	c.buckets.Bucket(fakesite.Bucket, fakesite.Region, policyFile(t, "bucket-policy.json", distribution))
	const key = "ParametersInCacheKeyAndForwardedToOrigin"
	c.distributions.AddCachePolicy("658327ea-f89d-4fab-a63d-7e88639e58f6", "<MinTTL>0</MinTTL><"+key+"><QueryStringsConfig>"+
		"<QueryStringBehavior>whitelist</QueryStringBehavior><QueryStrings><Quantity>3</Quantity><Items><Name>width</Name><Name>height</Name>"+
		"<Name>format</Name></Items></QueryStrings></QueryStringsConfig></"+key+">")
	c.distributions.AddOriginRequestPolicy("all", "<QueryStringsConfig><QueryStringBehavior>all</QueryStringBehavior></QueryStringsConfig>")
	filter := c.distributions.AddFunction("edgeresize-images", viewerRequest(t))
	config := []byte(strings.NewReplacer("</CachePolicyId>", "</CachePolicyId><OriginRequestPolicyId>all</OriginRequestPolicyId>",
		"<FunctionAssociations><Quantity>0</Quantity></FunctionAssociations>", "<FunctionAssociations><Quantity>1</Quantity><Items><FunctionAssociation>"+
			"<FunctionARN>"+filter+"</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items></FunctionAssociations>",
	).Replace(string(fakecloudfront.Example)))
	if err := c.distributions.Add(distribution, "d111111abcdef8.cloudfront.net", config); err != nil {
		t.Fatal(err)
	}
}

// addBareDistribution makes the distribution of README's commands and, of what
// it needs, the bucket alone.
func (c *cloud) addBareDistribution(t *testing.T) {
	t.Helper()
	c.buckets.Bucket(fakesite.Bucket, fakesite.Region, "")
	if err := c.distributions.Add(distribution, "d111111abcdef8.cloudfront.net", fakecloudfront.Example); err != nil {
		t.Fatal(err)
	}
}

// viewerRequest returns the code of the viewer-request function, as the command prints it.
func viewerRequest(t *testing.T) string {
	t.Helper()
	status, code, stderr := deploy(t, "viewer-request")
	if status != 0 {
		t.Fatal(stderr)
	}
	return code
}

// policyFile returns a file of deploy/template/policies with its placeholders filled in.
func policyFile(t *testing.T, name, distribution string) string {
	t.Helper()
	content, err := os.ReadFile("template/policies/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("BUCKET/PREFIX", fakesite.Bucket, "BUCKET", fakesite.Bucket, "ROLE", "edgeresize", "ACCOUNT", fakeaws.Account, "FUNCTION", "edgeresize",
		"DISTRIBUTION", distribution).Replace(string(content))
}

// useAWS makes the commands speak to the AWS at url: by a profile, as users have, and
// without this machine's settings.
func useAWS(t *testing.T, url, key, secret string) {
	t.Helper()
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			os.Unsetenv(name)
		}
	}
	settings := filepath.Join(t.TempDir(), "config")
	err := os.WriteFile(settings, []byte("[profile site]\nregion = ap-southeast-2\n"+
		"aws_access_key_id = "+key+"\naws_secret_access_key = "+secret+"\n"), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", settings)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", os.DevNull)
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	t.Setenv("AWS_PROFILE", "site")
	t.Setenv("AWS_ENDPOINT_URL", url)
}

// publish publishes a version as the command does, without building a package.
func publish(t *testing.T, o release.PublishOptions) {
	t.Helper()
	settings, err := loadSettings(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := release.New(settings, "edgeresize").Publish(t.Context(), o); err != nil {
		t.Fatal(err)
	}
}

// zipOf returns a zip that holds a file of each name, whose content is the name.
func zipOf(t *testing.T, names ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write([]byte(name))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPublishCommand(t *testing.T) {
	c := newCloud(t)
	status, stdout, stderr := deploy(t, "publish", "-config", "template/stages/live.json", "-role", role, "-dry-run")
	if status != 0 || !strings.HasPrefix(stdout, "+function edgeresize in us-east-1: ") || len(c.Writes()) != 0 {
		t.Errorf("dry run: got %d, %q, %q and wrote %v", status, stdout, stderr, c.Writes())
	}
	status, stdout, stderr = deploy(t, "publish", "-config", "template/stages/live.json", "-role", role)
	if status != 0 || stdout != "arn:aws:lambda:us-east-1:123456789012:function:edgeresize:1\n" ||
		!strings.Contains(stderr, "creating it in us-east-1") {
		t.Errorf("got %d, %q and %q", status, stdout, stderr)
	}
	if got := c.functions.String(); !strings.Contains(got, "Description:launcher=exec quality=82 max_width=2560 max_height=2560 ") {
		t.Errorf("got %s", got)
	}
}

// README's prepare is done, done again, undone, and done before publish.
func TestPrepareCommand(t *testing.T) {
	c := newCloud(t)
	c.addBareDistribution(t)
	before := c.distributions.Config(distribution)
	status, dry, stderr := deploy(t, "prepare", "-distribution", distribution, "-sizes", "500x300,640x", "-config", "template/stages/dev.json", "-dry-run")
	if status != 0 || len(c.Writes()) != 0 || !strings.Contains(dry, "\nviewer-request function edgeresize-images: create it, with sizes 500x300,640x ") {
		t.Errorf("dry run: got %d, %q, %q and wrote %v", status, dry, stderr, c.Writes())
	}
	status, stdout, stderr := deploy(t, "prepare", "-distribution", distribution, "-sizes", "500x300,640x", "-config", "template/stages/dev.json")
	if status != 0 || stdout != dry {
		t.Errorf("got %d, %q and %q, want %q", status, stdout, stderr, dry)
	}
	status, stdout, stderr = deploy(t, "prepare", "-distribution", distribution, "-config", "template/stages/dev.json")
	if want := "distribution " + distribution + ", default behaviour: nothing to do\n"; status != 0 || stdout != want {
		t.Errorf("again: got %d, %q and %q", status, stdout, stderr)
	}
	status, stdout, stderr = deploy(t, "teardown", "-dry-run")
	if status != 0 || !strings.Contains(stdout, "role edgeresize: delete it\n") {
		t.Errorf("teardown's dry run: got %d, %q and %q", status, stdout, stderr)
	}
	status, again, stderr := deploy(t, "teardown")
	if status != 0 || again != stdout || !bytes.Equal(c.distributions.Config(distribution), before) || c.roles.String() != "" {
		t.Errorf("teardown: got %d, %q and %q, and is left\n%s\n%s", status, again, stderr, c.distributions.String(), c.roles.String())
	}
	status, _, stderr = deploy(t, "prepare", "-distribution", distribution)
	if status != 0 {
		t.Fatal(stderr)
	}
	// publish finds the role that prepare has made.
	status, stdout, stderr = deploy(t, "publish", "-dry-run")
	if status != 0 || !strings.Contains(stdout, "timeout 30 s, role arn:aws:iam::123456789012:role/edgeresize\n") {
		t.Errorf("publish: got %d, %q and %q", status, stdout, stderr)
	}
}

func TestDoctorCommand(t *testing.T) {
	c := newCloud(t)
	c.roles.Role("edgeresize", `{"Statement":{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}}`, "")
	publish(t, release.PublishOptions{Zip: zipOf(t, "one"), Role: role})
	before := len(c.Writes())
	status, stdout, stderr := deploy(t, "doctor")
	for _, want := range []string{
		"ok       identity: account 123456789012, as ", "ok       versions: the newest is 1\n",
		"problem  role: edgeresize does not trust edgelambda.amazonaws.com\n         -> aws iam update-assume-role-policy ",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %s", want, stdout)
		}
	}
	if status != 1 || !strings.HasSuffix(stderr, "deploy doctor: problems: 2\n") || len(c.Writes()) != before {
		t.Errorf("got %d, %q and wrote %d times", status, stderr, len(c.Writes())-before)
	}
}

func TestStatusCommand(t *testing.T) {
	c := newCloud(t)
	if status, _, stderr := deploy(t, "status"); status != 1 || !strings.Contains(stderr, "no function edgeresize") {
		t.Errorf("got %d and %q", status, stderr)
	}
	c.addDistribution(t)
	publish(t, release.PublishOptions{Zip: zipOf(t, "one"), Role: role, Description: "launcher=exec missing=keep-ratio"})
	publish(t, release.PublishOptions{Zip: zipOf(t, "two"), Description: "launcher=exec quality=82"})
	if status, _, stderr := deploy(t, "attach", "-distribution", distribution, "-behavior", "/img/*", "-version", "1", "-canary=false"); status != 0 {
		t.Fatal(stderr)
	}
	c.logs.PageSize = 1
	c.logs.Disabled = []string{"af-south-1", "me-south-1"}
	now := time.Now().UnixMilli()
	for _, message := range []string{
		`{"level":"INFO","outcome":"resized"}`,
		`{"level":"INFO","outcome":"resized"}`,
		`{"level":"INFO","outcome":"original","reason":"larger-than-original","error":"5 is larger than 4"}`,
		`{"level":"INFO","outcome":"original","reason":"of-tomorrow","error":"who knows"}`,
		`{"level":"INFO","outcome":"fallback","missing":"origin-not-200","error":"404"}`,
		`{"level":"INFO","outcome":"original","reason":"larger-than-original","error":"6 is larger than 4"}`,
		`{"level":"WARN","outcome":"original","reason":"s3-timeout","error":"S3 did not answer"}`,
		"[ERROR] RuntimeError: /var/task/bootstrap has 3 bytes, not 4: the package is damaged\nTraceback (most recent call last):\n",
		"2026-11-21T10:00:00Z 1234 Task timed out after 30.03 seconds\n",
	} {
		c.logs.Add("eu-west-1", "/aws/lambda/us-east-1.edgeresize", fakelogs.Event{Timestamp: now, Message: message})
	}
	c.logs.Add("sa-east-1", "/aws/lambda/us-east-1.edgeresize", fakelogs.Event{Timestamp: now, Message: `{"level":"INFO","outcome":"resized"}`})
	for _, message := range []string{"the one before", "The Lambda function result failed validation:\nThe function tried to add a blacklisted header."} {
		c.logs.Add("eu-west-2", "/aws/cloudfront/LambdaEdge/"+distribution, fakelogs.Event{Timestamp: now, Message: message})
	}
	c.logs.QueryPolls = 1
	c.logs.Add("us-west-2", "/aws/lambda/us-east-1.edgeresize", fakelogs.Event{Timestamp: now - 48*3600*1000, Message: `{"level":"WARN","reason":"old"}`})
	status, stdout, stderr := deploy(t, "status")
	if status != 0 {
		t.Fatal(stderr)
	}
	for _, want := range []string{
		"version 2 ", "quality=82", "version 1 ", "\nversion 1, config baked in: bucket=\"\" region=\"\" key_prefix=\"\" fit=cover missing=keep-ratio ", " quality=80 min_quality=40 ",
		"\n  distribution E1ABCDEFGHIJKL, behaviour /img/*: viewer-request function edgeresize-images: sizes=all formats=avif,webp missing=original max=4096x4096\n", "behaviour /img/*\n", "\nE1ABCDEFGHIJKL  2026-01-01T00:00:00Z  Deployed  d111111abcdef8.cloudfront.net\n",
		"\ninvocations of the last 24h0m0s in the logs: 8\n  3  resized\n" +
			"  1  fallback              the original is missing, so the fallback picture was served\n" +
			"  2  larger-than-original  width or height is larger than the original\n" +
			"  1  of-tomorrow           (a reason that this checkout does not know)\n" +
			"  1  s3-timeout            S3 did not answer in time (tried again soon)\n",
		"\n  " + distribution + ", eu-west-2: answers that CloudFront refused: 2; the last at ",
		": The Lambda function result failed validation: The function tried to add a blacklisted header.\n",
		"eu-west-1: crash 2, s3-timeout 1; the last at ", "Task timed out",
		"\n  af-south-1, me-south-1: not read: the account has not enabled",
	} {
		if !strings.Contains(stdout, want) {
			t.Errorf("no %q in %s", want, stdout)
		}
	}
	if strings.Contains(stdout, "us-west-2") || strings.Count(stdout, "not read") != 1 {
		t.Errorf("got %s", stdout)
	}
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	c.Fault = func(call fakeaws.Call) fakeaws.Fault {
		if call.Service != "logs" {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: 400, Code: "AccessDeniedException", Message: "no"}}
	}
	if status, stdout, _ = deploy(t, "status", "-regions", "eu-west-1"); status != 0 || !strings.Contains(stdout, "eu-west-1: not read: CloudWatch Logs FilterLogEvents: AccessDenied") ||
		!strings.Contains(stdout, "allow these credentials logs:FilterLogEvents\n") {
		t.Errorf("got %d, %s", status, stdout)
	}
}

// Errors of AWS are one line with advice.
func TestErrorsSayWhatToDo(t *testing.T) {
	newCloud(t)
	for _, tt := range []struct {
		name, variable, value string
		want                  string
	}{
		{"no credentials", "AWS_PROFILE", "", "deploy teardown: no credentials, or none that are valid: log in with `aws sso login`"},
		{"no such profile", "AWS_PROFILE", "none", "deploy teardown: there is no profile none: `aws configure list-profiles`"},
		{"a wrong key", "AWS_ACCESS_KEY_ID", "AKIAWRONG", "UnrecognizedClientException"},
		{"a network that is not there", "AWS_ENDPOINT_URL_LAMBDA", "http://127.0.0.1:1", "cannot be reached"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
			t.Setenv("AWS_MAX_ATTEMPTS", "1")
			t.Setenv(tt.variable, tt.value)
			if tt.variable == "AWS_PROFILE" {
				t.Setenv("AWS_SECRET_ACCESS_KEY", "")
			}
			if tt.name == "no credentials" {
				if status, _, stderr := deploy(t, "publish"); status != 1 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, "no credentials") {
					t.Errorf("publish: got %d and %q", status, stderr)
				}
			}
			status, _, stderr := deploy(t, "teardown")
			if status != 1 || strings.Count(stderr, "\n") != 1 || !strings.Contains(stderr, tt.want) {
				t.Errorf("got %d and %q, want %q in it", status, stderr, tt.want)
			}
		})
	}
}
