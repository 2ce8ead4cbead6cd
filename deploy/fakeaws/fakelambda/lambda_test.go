package fakelambda

import (
	"archive/zip"
	"bytes"
	"errors"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

const testRole = "arn:aws:iam::123456789012:role/r"

// newClient returns a Lambda with the role testRole and a client in a region.
func newClient(t *testing.T, region string) (*Lambda, *lambda.Client) {
	t.Helper()
	aws := fakeaws.New()
	l := New(aws)
	l.AddRole(testRole, 0)
	server := httptest.NewServer(aws)
	t.Cleanup(server.Close)
	return l, clientFor(aws, server.URL, region)
}

// clientFor returns a client of a server at a URL.
func clientFor(server *fakeaws.Server, url, region string) *lambda.Client {
	c := server.Credentials
	return lambda.New(lambda.Options{
		Region: region, BaseEndpoint: &url, RetryMaxAttempts: 1, HTTPClient: fakeaws.NewClient(),
		Credentials: credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, ""),
	})
}

// packed returns a zip with one file, which has text as name and content.
func packed(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create(text)
	if err == nil {
		_, err = f.Write([]byte(text))
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// usual returns a function that CloudFront takes.
func usual(t *testing.T) *lambda.CreateFunctionInput {
	return &lambda.CreateFunctionInput{
		FunctionName: aws.String("f"), Role: aws.String(testRole), Runtime: "python3.13", Handler: aws.String("a.b"),
		MemorySize: aws.Int32(512), Timeout: aws.Int32(30), Code: &types.FunctionCode{ZipFile: packed(t, "one")},
	}
}

// wantCode checks an error's code and that its message contains message.
func wantCode(t *testing.T, err error, code, message string) {
	t.Helper()
	api := smithy.APIError(nil)
	if !errors.As(err, &api) || api.ErrorCode() != code || !strings.Contains(api.ErrorMessage(), message) {
		t.Errorf("got %v, want %s with %q", err, code, message)
	}
}

// TestCreateRefuses checks that CreateFunction refuses wrong parameters and makes
// nothing.
func TestCreateRefuses(t *testing.T) {
	for _, tt := range []struct {
		name, code, message string
		change              func(*lambda.CreateFunctionInput)
	}{
		{"a name with a dot", "InvalidParameterValueException", "functionName", func(in *lambda.CreateFunctionInput) { in.FunctionName = aws.String("a.b") }},
		{"a long name", "InvalidParameterValueException", "functionName", func(in *lambda.CreateFunctionInput) { in.FunctionName = aws.String(strings.Repeat("a", 65)) }},
		{"a role that is none", "ValidationException", "role", func(in *lambda.CreateFunctionInput) { in.Role = aws.String("r") }},
		{"an unknown role", "InvalidParameterValueException", "cannot be assumed", func(in *lambda.CreateFunctionInput) { in.Role = aws.String(testRole + "2") }},
		{"an old runtime", "InvalidParameterValueException", "runtime", func(in *lambda.CreateFunctionInput) { in.Runtime = "go1.x" }},
		{"no runtime", "InvalidParameterValueException", "Runtime", func(in *lambda.CreateFunctionInput) { in.Runtime = "" }},
		{"little memory", "InvalidParameterValueException", "MemorySize", func(in *lambda.CreateFunctionInput) { in.MemorySize = aws.Int32(127) }},
		{"much memory", "InvalidParameterValueException", "MemorySize", func(in *lambda.CreateFunctionInput) { in.MemorySize = aws.Int32(10241) }},
		{"a long timeout", "ValidationException", "timeout", func(in *lambda.CreateFunctionInput) { in.Timeout = aws.Int32(901) }},
		{"a long description", "ValidationException", "description", func(in *lambda.CreateFunctionInput) { in.Description = aws.String(strings.Repeat("a", 257)) }},
		{"no code", "InvalidParameterValueException", "source", func(in *lambda.CreateFunctionInput) { in.Code = &types.FunctionCode{} }},
		{"no zip", "InvalidParameterValueException", "unzip", func(in *lambda.CreateFunctionInput) { in.Code = &types.FunctionCode{ZipFile: []byte("a")} }},
		{"code that is too large", "RequestEntityTooLargeException", "1000 bytes", func(in *lambda.CreateFunctionInput) {
			in.Code = &types.FunctionCode{ZipFile: make([]byte, 1001)}
		}},
		{"two architectures", "InvalidParameterValueException", "architectures", func(in *lambda.CreateFunctionInput) { in.Architectures = []types.Architecture{"arm64", "x86_64"} }},
		{"a tag of AWS's", "InvalidParameterValueException", "tag", func(in *lambda.CreateFunctionInput) { in.Tags = map[string]string{"aws:a": "b"} }},
		{"a tag with a star", "InvalidParameterValueException", "tag", func(in *lambda.CreateFunctionInput) { in.Tags = map[string]string{"a": "*"} }},
		{"a parameter the fake does not know", "InvalidRequestContentException", "KMSKeyArn", func(in *lambda.CreateFunctionInput) { in.KMSKeyArn = aws.String("arn") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, client := newClient(t, "us-east-1")
			l.MaxZip = 1000
			input := usual(t)
			tt.change(input)
			_, err := client.CreateFunction(t.Context(), input)
			wantCode(t, err, tt.code, tt.message)
			if l.String() != "" {
				t.Errorf("there is %s", l)
			}
		})
	}
}

// TestAssociation checks the settings that CloudFront refuses of a function.
func TestAssociation(t *testing.T) {
	for _, tt := range []struct {
		name, message string
		change        func(*lambda.CreateFunctionInput)
	}{
		{"the usual", "", func(*lambda.CreateFunctionInput) {}},
		{"a runtime of its own", "runtime", func(in *lambda.CreateFunctionInput) { in.Runtime = "provided.al2023" }},
		{"Arm", "arm64", func(in *lambda.CreateFunctionInput) { in.Architectures = []types.Architecture{"arm64"} }},
		{"31 seconds", "31 Max allowed: 30", func(in *lambda.CreateFunctionInput) { in.Timeout = aws.Int32(31) }},
		{"an environment", "environment", func(in *lambda.CreateFunctionInput) {
			in.Environment = &types.Environment{Variables: map[string]string{"A": "b"}}
		}},
		{"a VPC", "VPC", func(in *lambda.CreateFunctionInput) { in.VpcConfig = &types.VpcConfig{SubnetIds: []string{"s"}} }},
		{"a layer", "layer", func(in *lambda.CreateFunctionInput) { in.Layers = []string{"l"} }},
		{"a dead letter queue", "dead letter", func(in *lambda.CreateFunctionInput) {
			in.DeadLetterConfig = &types.DeadLetterConfig{TargetArn: aws.String("q")}
		}},
		{"tracing", "tracing", func(in *lambda.CreateFunctionInput) {
			in.TracingConfig = &types.TracingConfig{Mode: types.TracingModeActive}
		}},
		{"a key of one's own", "customer managed key", func(in *lambda.CreateFunctionInput) {
			in.Code.SourceKMSKeyArn = aws.String("arn:aws:kms:us-east-1:123456789012:key/1")
		}},
		{"storage", "ephemeral", func(in *lambda.CreateFunctionInput) {
			in.EphemeralStorage = &types.EphemeralStorage{Size: aws.Int32(513)}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, client := newClient(t, "us-east-1")
			input := usual(t)
			tt.change(input)
			input.Publish = true
			v, err := client.CreateFunction(t.Context(), input)
			if err != nil {
				t.Fatal(err)
			}
			if tt.message == "" {
				wantRefusal(t, l, *v.FunctionArn, "origin-response", "not in the Active state")
				defer func() {
					wantRefusal(t, l, *v.FunctionArn, "viewer-response", "512 Max allowed: 128")
					l.DistrustEdge(testRole)
					wantRefusal(t, l, *v.FunctionArn, "origin-response", "edgelambda.amazonaws.com")
				}()
			}
			_, err = client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: v.FunctionArn, Qualifier: v.Version})
			wantCode(t, err, "InvalidParameterValueException", "functionName") // the fake takes no qualified ARN
			if _, err = client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: input.FunctionName, Qualifier: v.Version}); err != nil {
				t.Fatal(err)
			}
			wantRefusal(t, l, *v.FunctionArn, "origin-response", tt.message)
		})
	}
}

// TestRefusedSettings checks that CloudFront refuses a function with any setting of
// edgelimits.Refused.
func TestRefusedSettings(t *testing.T) {
	changes := map[string]func(*lambda.CreateFunctionInput){
		"Environment": func(in *lambda.CreateFunctionInput) {
			in.Environment = &types.Environment{Variables: map[string]string{"A": "b"}}
		},
		"VpcConfig": func(in *lambda.CreateFunctionInput) { in.VpcConfig = &types.VpcConfig{SubnetIds: []string{"s"}} },
		"Layers":    func(in *lambda.CreateFunctionInput) { in.Layers = []string{"l"} },
		"DeadLetterConfig": func(in *lambda.CreateFunctionInput) {
			in.DeadLetterConfig = &types.DeadLetterConfig{TargetArn: aws.String("q")}
		},
		"EphemeralStorage": func(in *lambda.CreateFunctionInput) {
			in.EphemeralStorage = &types.EphemeralStorage{Size: aws.Int32(edgelimits.StorageMB + 1)}
		},
		"TracingConfig": func(in *lambda.CreateFunctionInput) {
			in.TracingConfig = &types.TracingConfig{Mode: types.TracingModeActive}
		},
		"Code.SourceKMSKeyArn": func(in *lambda.CreateFunctionInput) {
			in.Code.SourceKMSKeyArn = aws.String("arn:aws:kms:us-east-1:123456789012:key/1")
		},
	}
	others := []string{"PackageType", "ReservedConcurrentExecutions", "RuntimeManagementConfig"} // not CreateFunction's here
	for _, s := range edgelimits.Refused {
		change := changes[s.Property]
		if change == nil {
			if !slices.Contains(others, s.Property) {
				t.Errorf("nothing tries %s", s.Property)
			}
			continue
		}
		l, client := newClient(t, "us-east-1")
		input := usual(t)
		change(input)
		input.Publish = true
		v, err := client.CreateFunction(t.Context(), input)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: input.FunctionName, Qualifier: v.Version}); err != nil {
			t.Fatal(err)
		}
		wantRefusal(t, l, *v.FunctionArn, "origin-response", "The function cannot")
	}
}

// TestAssociationARN checks the ARNs that CloudFront refuses.
func TestAssociationARN(t *testing.T) {
	l, client := newClient(t, "eu-west-1")
	input := usual(t)
	input.Publish = true
	v, err := client.CreateFunction(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	const arn = "arn:aws:lambda:us-east-1:123456789012:function:f"
	wantRefusal(t, l, *v.FunctionArn, "origin-response", "must be in region 'us-east-1'")
	wantRefusal(t, l, arn, "origin-response", "specific function version")
	wantRefusal(t, l, arn+":$LATEST", "origin-response", "specific function version")
	wantRefusal(t, l, arn+":live", "origin-response", "specific function version")
	wantRefusal(t, l, arn+":01", "origin-response", "specific function version")
	wantRefusal(t, l, arn+":1", "origin-response", "does not exist")
	wantRefusal(t, l, strings.Replace(arn, "1234", "4321", 1)+":1", "origin-response", "account")
	wantRefusal(t, l, "f:1", "origin-response", "not valid")
}

// wantRefusal checks that CloudFront refuses a function with message, or accepts it
// where message is "".
func wantRefusal(t *testing.T, l *Lambda, arn, eventType, message string) {
	t.Helper()
	l.server.Lock()
	defer l.server.Unlock()
	err := l.CheckAssociation(arn, eventType)
	if message == "" {
		if err != nil {
			t.Errorf("got %v", err)
		}
		return
	}
	refusal := (*fakeaws.Error)(nil)
	if !errors.As(err, &refusal) || refusal.Code != "InvalidLambdaFunctionAssociation" || !strings.Contains(refusal.Message, message) {
		t.Errorf("%s: got %v, want %q", arn, err, message)
	}
}

// TestReplicas checks that a version with replicas cannot be deleted, and that the
// replicas outlive the association.
func TestReplicas(t *testing.T) {
	l, client := newClient(t, "us-east-1")
	l.Lingering = 2
	input := usual(t)
	input.Publish = true
	v, err := client.CreateFunction(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	associate := func(distribution string, arns ...string) {
		l.server.Lock()
		l.Associate(distribution, arns)
		l.server.Unlock()
	}
	remove := func(qualifier *string) error {
		_, err := client.DeleteFunction(t.Context(), &lambda.DeleteFunctionInput{FunctionName: input.FunctionName, Qualifier: qualifier})
		return err
	}
	associate("A", *v.FunctionArn)
	associate("B", *v.FunctionArn)
	for range 4 {
		wantCode(t, remove(nil), "InvalidParameterValueException", "f:1 because it is a replicated function")
	}
	associate("A")
	wantCode(t, remove(v.Version), "InvalidParameterValueException", "replicated")
	associate("B")
	wantCode(t, remove(v.Version), "InvalidParameterValueException", "replicated")
	wantCode(t, remove(v.Version), "InvalidParameterValueException", "replicated")
	wantCode(t, remove(aws.String("$LATEST")), "InvalidParameterValueException", "$LATEST")
	if err := errors.Join(remove(v.Version), remove(nil)); err != nil {
		t.Error(err)
	}
	wantCode(t, remove(nil), "ResourceNotFoundException", "not found")
}

// TestTags checks the operations on tags and the maximum number of tags.
func TestTags(t *testing.T) {
	l, client := newClient(t, "us-east-1")
	f, err := client.CreateFunction(t.Context(), usual(t))
	if err != nil {
		t.Fatal(err)
	}
	tag := func(tags map[string]string) error {
		_, err := client.TagResource(t.Context(), &lambda.TagResourceInput{Resource: f.FunctionArn, Tags: tags})
		return err
	}
	if err := tag(map[string]string{"a": "1", "b/c": "x = 2"}); err != nil {
		t.Fatal(err)
	}
	_, err = client.UntagResource(t.Context(), &lambda.UntagResourceInput{Resource: f.FunctionArn, TagKeys: []string{"a"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := client.ListTags(t.Context(), &lambda.ListTagsInput{Resource: f.FunctionArn})
	if err != nil || len(got.Tags) != 1 || got.Tags["b/c"] != "x = 2" || !strings.Contains(l.String(), "tag b/c=x = 2") {
		t.Errorf("got %v, %v", got, err)
	}
	listed, err := client.ListFunctions(t.Context(), &lambda.ListFunctionsInput{})
	if err != nil || len(listed.Functions) != 1 || *listed.Functions[0].FunctionArn != *f.FunctionArn {
		t.Errorf("got %v, %v", listed, err)
	}
	many := map[string]string{}
	for i := range 50 {
		many[strings.Repeat("k", i+1)] = ""
	}
	wantCode(t, tag(many), "InvalidParameterValueException", "limit")
}
