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

// bench is an AWS with the distribution E1, which has the behaviours of
// [fakecloudfront.Example] and asks the bucket originals.
type bench struct {
	t          *testing.T
	server     *fakeaws.Server
	config     aws.Config
	cloudFront *fakecloudfront.CloudFront
	lambda     *fakelambda.Lambda
	iam        *fakeiam.IAM
	s3         *fakes3.S3
	options    Options
}

// newBench makes a bench on whose distribution changes have been made, pairs of what
// is replaced and by what.
func newBench(t *testing.T, changes ...string) *bench {
	t.Helper()
	server := fakeaws.New()
	b := &bench{t: t, server: server, iam: fakeiam.New(server), s3: fakes3.New(server), lambda: fakelambda.New(server)}
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

// add makes a distribution.
func (b *bench) add(id string, changes ...string) {
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

// fail sets what goes wrong with calls; the one that was lost last may go on still.
func (b *bench) fail(fault func(fakeaws.Call) fakeaws.Fault) {
	b.server.Lock()
	defer b.server.Unlock()
	b.server.Fault = fault
}

// prepare prepares, and returns what it says.
func (b *bench) prepare(ctx context.Context, o Options) (string, error) {
	var said bytes.Buffer
	err := New(b.config, &said).Prepare(ctx, o)
	return said.String(), err
}

// prepared is prepare without an error.
func (b *bench) prepared(o Options) string {
	b.t.Helper()
	said, err := b.prepare(b.t.Context(), o)
	if err != nil {
		b.t.Fatalf("%v\n%s", err, said)
	}
	return said
}

// undo undoes, and returns what it says.
func (b *bench) undo(ctx context.Context, dryRun bool) (string, error) {
	var said bytes.Buffer
	err := New(b.config, &said).Undo(ctx, "edgeresize", dryRun)
	return said.String(), err
}

// state is everything there is.
func (b *bench) state() string {
	return b.cloudFront.String() + b.iam.String() + b.lambda.String() + b.s3.Policy("originals")
}

// functions are Lambda's.
func (b *bench) functions() *lambda.Client {
	config := b.config.Copy()
	config.Region = awsapi.Region
	return lambda.NewFromConfig(config)
}

// publish makes the function, with the role that was prepared for it, and a version,
// and has the place's origin responses go through it.
func (b *bench) publish(o Options) {
	b.t.Helper()
	role, err := RoleForNew(b.t.Context(), b.config, o.Function)
	if err != nil || role == "" {
		b.t.Fatalf("the role is %q, %v", role, err)
	}
	b.makeFunction(o.Function, role)
}

// makeFunction makes a function and a version of it.
func (b *bench) makeFunction(name, role string) {
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
func (b *bench) removeFunction(name string) {
	b.t.Helper()
	if _, err := b.functions().DeleteFunction(b.t.Context(), &lambda.DeleteFunctionInput{FunctionName: &name}); err != nil {
		b.t.Fatal(err)
	}
}

// unexpected are the doctor's findings that are neither good nor expected, of which
// parts of the text are given. What costs money, such as an origin shield, is advice.
func (b *bench) unexpected(o Options, expected ...string) (found []string) {
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

// accessControlID is the ID of the access control that was made.
func (b *bench) accessControlID() string {
	b.t.Helper()
	control, err := New(b.config, nil).accessControl(b.t.Context(), "edgeresize")
	if err != nil || control == nil {
		b.t.Fatalf("got %v, %v", control, err)
	}
	return *control.Id
}

// readJSON reads JSON; an empty text is nothing.
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
