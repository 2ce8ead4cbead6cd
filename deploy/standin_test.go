package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeedge"
)

// TestMain runs the tests. In shells that try advice, it stands in for go and aws: see [tools].
func TestMain(m *testing.M) {
	switch name := filepath.Base(os.Getenv("STAND_IN")); name {
	case "go":
		os.Exit(goStandIn(os.Args[1:]))
	case "aws":
		if err := awsStandIn(context.Background(), os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(254)
		}
		os.Exit(0)
	}
	makePackage, makeRegional = packagesKept(), regionalsKept()
	os.Exit(m.Run())
}

// tools makes a folder with go and aws, which are this very program. `go run ./deploy` runs
// the commands in the test's world without being built, and aws makes the calls of AWS's
// command line that advice contains.
func tools(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	real, err := exec.LookPath("go")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, name := range []string{"go", "aws"} {
		script := fmt.Sprintf("#!/bin/sh\nREAL_GO=%s STAND_IN=%s exec %s \"$@\"\n", real, name, self)
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// goStandIn runs `go run ./deploy` in this process, and go itself for anything else.
func goStandIn(args []string) int {
	if len(args) > 2 && args[0] == "run" && args[1] == "./deploy" {
		findCheckout = func(context.Context, string) (string, error) { return os.Getwd() }
		wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
		http.DefaultTransport = fakeedge.Transport(os.Getenv("EDGE"))
		return run(context.Background(), args[2:], os.Stdout, os.Stderr)
	}
	cmd := exec.Command(os.Getenv("REAL_GO"), args...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return 1
	}
	return 0
}

// awsCall is a call of AWS's command line, with the values of its flags.
type awsCall struct {
	settings sdk.Config
	flags    map[string]string
}

// text returns a flag's value, which may be in a file.
func (c awsCall) text(flag string) *string {
	value, ok := c.flags[flag]
	if !ok {
		return nil
	}
	for _, scheme := range []string{"file://", "fileb://"} {
		if file, is := strings.CutPrefix(value, scheme); is {
			content, err := os.ReadFile(file)
			if err != nil {
				return nil // AWS refuses what is not there
			}
			value = string(content)
		}
	}
	return &value
}

// json reads a flag's value, in JSON or as Name=Value,Name=Value.
func (c awsCall) json(flag string, into any) error {
	text := sdk.ToString(c.text(flag))
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		short := map[string]string{}
		for part := range strings.SplitSeq(text, ",") {
			name, value, _ := strings.Cut(part, "=")
			short[name] = value
		}
		long, err := json.Marshal(short)
		if err != nil {
			return err
		}
		text = string(long)
	}
	in := json.NewDecoder(strings.NewReader(text))
	in.DisallowUnknownFields()
	return in.Decode(into)
}

// awsCalls are the calls that advice contains. The answer is printed as JSON.
var awsCalls = map[string]func(context.Context, awsCall) (any, error){
	"iam put-role-policy": func(ctx context.Context, c awsCall) (any, error) {
		return iam.NewFromConfig(c.settings).PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: c.text("role-name"), PolicyName: c.text("policy-name"), PolicyDocument: c.text("policy-document")})
	},
	"iam update-assume-role-policy": func(ctx context.Context, c awsCall) (any, error) {
		return iam.NewFromConfig(c.settings).UpdateAssumeRolePolicy(ctx, &iam.UpdateAssumeRolePolicyInput{RoleName: c.text("role-name"), PolicyDocument: c.text("policy-document")})
	},
	"s3api put-bucket-policy": func(ctx context.Context, c awsCall) (any, error) {
		// AWS's command line is redirected to the bucket's region.
		client := s3.NewFromConfig(c.settings, func(o *s3.Options) { o.UsePathStyle = true })
		where, err := client.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: c.text("bucket")})
		if err != nil {
			return nil, err
		}
		region := string(where.LocationConstraint)
		if region == "" {
			region = "us-east-1"
		}
		return client.PutBucketPolicy(ctx, &s3.PutBucketPolicyInput{Bucket: c.text("bucket"), Policy: c.text("policy")}, func(o *s3.Options) { o.Region = region })
	},
	"s3api put-public-access-block": func(context.Context, awsCall) (any, error) { return struct{}{}, nil }, // not modelled
	"cloudfront get-distribution-config": func(ctx context.Context, c awsCall) (any, error) {
		return cloudfront.NewFromConfig(c.settings).GetDistributionConfig(ctx, &cloudfront.GetDistributionConfigInput{Id: c.text("id")})
	},
	"cloudfront update-distribution": func(ctx context.Context, c awsCall) (any, error) {
		input := &cloudfront.UpdateDistributionInput{Id: c.text("id"), IfMatch: c.text("if-match")}
		if err := c.json("distribution-config", &input.DistributionConfig); err != nil {
			return nil, err
		}
		return cloudfront.NewFromConfig(c.settings).UpdateDistribution(ctx, input)
	},
	"cloudfront create-cache-policy": func(ctx context.Context, c awsCall) (any, error) {
		var input cloudfront.CreateCachePolicyInput
		if err := c.json("cache-policy-config", &input.CachePolicyConfig); err != nil {
			return nil, err
		}
		return cloudfront.NewFromConfig(c.settings).CreateCachePolicy(ctx, &input)
	},
	"cloudfront create-origin-request-policy": func(ctx context.Context, c awsCall) (any, error) {
		var input cloudfront.CreateOriginRequestPolicyInput
		if err := c.json("origin-request-policy-config", &input.OriginRequestPolicyConfig); err != nil {
			return nil, err
		}
		return cloudfront.NewFromConfig(c.settings).CreateOriginRequestPolicy(ctx, &input)
	},
	"cloudfront create-response-headers-policy": func(ctx context.Context, c awsCall) (any, error) {
		var input cloudfront.CreateResponseHeadersPolicyInput
		if err := c.json("response-headers-policy-config", &input.ResponseHeadersPolicyConfig); err != nil {
			return nil, err
		}
		return cloudfront.NewFromConfig(c.settings).CreateResponseHeadersPolicy(ctx, &input)
	},
	"cloudfront create-origin-access-control": func(ctx context.Context, c awsCall) (any, error) {
		var input cloudfront.CreateOriginAccessControlInput
		if err := c.json("origin-access-control-config", &input.OriginAccessControlConfig); err != nil {
			return nil, err
		}
		return cloudfront.NewFromConfig(c.settings).CreateOriginAccessControl(ctx, &input)
	},
	"cloudfront create-function": func(ctx context.Context, c awsCall) (any, error) {
		input := &cloudfront.CreateFunctionInput{Name: c.text("name"), FunctionCode: []byte(sdk.ToString(c.text("function-code")))}
		if err := c.json("function-config", &input.FunctionConfig); err != nil {
			return nil, err
		}
		return cloudfront.NewFromConfig(c.settings).CreateFunction(ctx, input)
	},
	"cloudfront update-function": func(ctx context.Context, c awsCall) (any, error) {
		input := &cloudfront.UpdateFunctionInput{Name: c.text("name"), IfMatch: c.text("if-match"), FunctionCode: []byte(sdk.ToString(c.text("function-code")))}
		if err := c.json("function-config", &input.FunctionConfig); err != nil {
			return nil, err
		}
		return cloudfront.NewFromConfig(c.settings).UpdateFunction(ctx, input)
	},
	"cloudfront publish-function": func(ctx context.Context, c awsCall) (any, error) {
		return cloudfront.NewFromConfig(c.settings).PublishFunction(ctx, &cloudfront.PublishFunctionInput{Name: c.text("name"), IfMatch: c.text("if-match")})
	},
	"cloudfront describe-function": func(ctx context.Context, c awsCall) (any, error) {
		return cloudfront.NewFromConfig(c.settings).DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: c.text("name")})
	},
}

// awsStandIn makes the call of a command line.
func awsStandIn(ctx context.Context, args []string) error {
	if len(args) < 2 || awsCalls[args[0]+" "+args[1]] == nil {
		return fmt.Errorf("aws: no stand-in for %q", args)
	}
	c := awsCall{flags: map[string]string{}}
	for i := 2; i+1 < len(args); i += 2 {
		name, ok := strings.CutPrefix(args[i], "--")
		if !ok {
			return fmt.Errorf("aws: %q is no flag", args[i])
		}
		c.flags[name] = args[i+1]
	}
	var err error
	if c.settings, err = loadSettings(ctx); err != nil {
		return err
	}
	if region := c.flags["region"]; region != "" {
		c.settings.Region = region
	}
	answer, err := awsCalls[args[0]+" "+args[1]](ctx, c)
	if err != nil {
		return err
	}
	shown := plainJSON(reflect.ValueOf(answer))
	if query := c.flags["query"]; query != "" {
		for name := range strings.SplitSeq(query, ".") {
			fields, _ := shown.(map[string]any)
			shown = fields[name]
		}
		fmt.Println(shown)
		return nil
	}
	return json.NewEncoder(os.Stdout).Encode(shown)
}

// plainJSON returns an answer as AWS's command line shows it: without absent values.
func plainJSON(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return plainJSON(v.Elem())
	case reflect.Struct:
		m := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() || f.Name == "ResultMetadata" {
				continue
			}
			value := plainJSON(v.Field(i))
			if enum := v.Field(i).Kind() == reflect.String; value != nil && !(enum && value == "") {
				m[f.Name] = value
			}
		}
		return m
	case reflect.Slice:
		if v.IsNil() {
			return nil
		}
		list := make([]any, v.Len())
		for i := range list {
			list[i] = plainJSON(v.Index(i))
		}
		return list
	case reflect.String:
		return v.String()
	}
	return v.Interface()
}
