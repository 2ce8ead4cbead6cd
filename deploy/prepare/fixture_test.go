package prepare

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/doctor"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakests"
	"github.com/edgeresize/edgeresize/edge"
)

// fixture is a fake AWS with the distribution E1, which has the behaviours of
// [fakecloudfront.Example] and the bucket originals as its origin.
type fixture struct {
	t          *testing.T
	server     *fakeaws.Server
	config     aws.Config
	cloudFront *fakecloudfront.CloudFront
	lambda     *fakelambda.Lambda
	iam        *fakeiam.IAM
	s3         *fakes3.S3
	options    Options
}

// newFixture returns a fixture. changes are pairs of strings: each replaces the first
// by the second in the distribution's config.
func newFixture(t *testing.T, changes ...string) *fixture {
	t.Helper()
	server := fakeaws.New()
	b := &fixture{t: t, server: server, iam: fakeiam.New(server), s3: fakes3.New(server), lambda: fakelambda.New(server)}
	fakests.New(server)
	b.lambda.Trusts = b.iam.Trusts
	b.cloudFront = fakecloudfront.New(server, b.lambda)
	front := httptest.NewServer(server)
	t.Cleanup(front.Close)
	b.config = aws.Config{
		Region: "ap-southeast-2", BaseEndpoint: &front.URL, RetryMaxAttempts: 1, HTTPClient: fakeaws.NewClient(),
		Credentials: credentials.NewStaticCredentialsProvider(server.Credentials.AccessKeyID, server.Credentials.SecretAccessKey, ""),
	}
	b.s3.Bucket("originals", "us-east-1", "")
	b.options = Options{Function: "edgeresize", Distribution: "E1", Config: edge.DefaultConfig()}
	b.add("E1", changes...)
	return b
}

// add adds a distribution with changes to the example's config.
func (b *fixture) add(id string, changes ...string) {
	b.t.Helper()
	config := string(fakecloudfront.Example)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(config, changes[i]) {
			b.t.Fatalf("no %q in the example", changes[i])
		}
		config = strings.ReplaceAll(config, changes[i], changes[i+1])
	}
	if err := b.cloudFront.Add(id, strings.ToLower(id)+".cloudfront.net", []byte(config)); err != nil {
		b.t.Fatal(err)
	}
}

// fail makes fault decide about all further calls. It locks: a call whose answer was
// lost may still run.
func (b *fixture) fail(fault func(fakeaws.Call) fakeaws.Fault) {
	b.server.Lock()
	defer b.server.Unlock()
	b.server.Fault = fault
}

// prepare runs the command and returns its output.
func (b *fixture) prepare(ctx context.Context, o Options) (string, error) {
	var said bytes.Buffer
	err := New(b.config, &said).Prepare(ctx, o)
	return said.String(), err
}

// mustPrepare runs the command, fails the test on an error and returns the output.
func (b *fixture) mustPrepare(o Options) string {
	b.t.Helper()
	said, err := b.prepare(b.t.Context(), o)
	if err != nil {
		b.t.Fatalf("%v\n%s", err, said)
	}
	return said
}

// asking switches parameters on in the config.
func (b *fixture) asking(names ...string) { b.options.Config.Parameters = names }

// undo runs the undoing command and returns its output.
func (b *fixture) undo(ctx context.Context, dryRun bool) (string, error) {
	var said bytes.Buffer
	err := New(b.config, &said).Undo(ctx, "edgeresize", dryRun)
	return said.String(), err
}

// state returns everything that the fake AWS holds.
func (b *fixture) state() string {
	return b.cloudFront.String() + b.iam.String() + b.lambda.String() + b.s3.Policy("originals")
}

// functions returns a client of Lambda.
func (b *fixture) functions() *lambda.Client {
	config := b.config.Copy()
	config.Region = awsapi.Region
	return lambda.NewFromConfig(config)
}

// publish makes the function with the role that was prepared for it, and a version.
func (b *fixture) publish(o Options) {
	b.t.Helper()
	role, err := RoleForNew(b.t.Context(), b.config, o.Function)
	if err != nil || role == "" {
		b.t.Fatalf("the role is %q, %v", role, err)
	}
	b.makeFunction(o.Function, role)
}

// makeFunction makes a function and a version of it.
func (b *fixture) makeFunction(name, role string) {
	b.t.Helper()
	ctx := b.t.Context()
	var code bytes.Buffer
	w := zip.NewWriter(&code)
	if _, err := w.Create("lambda_function.py"); err != nil {
		b.t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.t.Fatal(err)
	}
	functions := b.functions()
	if _, err := functions.CreateFunction(ctx, &lambda.CreateFunctionInput{
		FunctionName: &name, Role: &role, Runtime: types.RuntimePython313, Handler: aws.String("lambda_function.handler"),
		MemorySize: aws.Int32(512), Timeout: aws.Int32(30), Code: &types.FunctionCode{ZipFile: code.Bytes()},
		Tags: map[string]string{"edgeresize": "deploy"}, // as publish does
	}); err != nil {
		b.t.Fatal(err)
	}
	for range 2 {
		if _, err := functions.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name}); err != nil {
			b.t.Fatal(err)
		}
	}
	if _, err := functions.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: &name}); err != nil {
		b.t.Fatal(err)
	}
}

// removeFunction deletes a function.
func (b *fixture) removeFunction(name string) {
	b.t.Helper()
	if _, err := b.functions().DeleteFunction(b.t.Context(), &lambda.DeleteFunctionInput{FunctionName: &name}); err != nil {
		b.t.Fatal(err)
	}
}

// unexpected returns the doctor's findings that are neither good nor contain one of the
// texts in expected. It ignores the note on origin shield, which costs money.
func (b *fixture) unexpected(o Options, expected ...string) (found []string) {
	b.t.Helper()
	findings, err := doctor.New(b.config, doctor.Options{Function: o.Function, Distribution: o.Distribution, Behavior: o.Behavior,
		Regions: []string{"us-east-1"}, Config: o.Config}).Look(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, f := range findings {
		known := f.Level == doctor.Good || f.Level == doctor.Note && f.Subject == "origin shield"
		for _, text := range expected {
			known = known || strings.Contains(f.Text, text)
		}
		if !known {
			found = append(found, fmt.Sprintf("%s %s: %s", f.Level, f.Subject, f.Text))
		}
	}
	return found
}

// accessControlID returns the ID of the access control that the command made.
func (b *fixture) accessControlID() string {
	b.t.Helper()
	control, err := New(b.config, nil).accessControl(b.t.Context(), "edgeresize")
	if err != nil || control == nil {
		b.t.Fatalf("got %v, %v", control, err)
	}
	return *control.Id
}

// readJSON decodes text, or returns nil if it is empty.
func readJSON(t *testing.T, text string) (value any) {
	t.Helper()
	if text == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return value
}
