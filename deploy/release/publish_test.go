package release

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

const functionARN = "arn:aws:lambda:us-east-1:123456789012:function:edgeresize"

// operations returns the names of the calls that changed something.
func operations(calls []fakeaws.Call) (names []string) {
	for _, c := range calls {
		names = append(names, c.Operation)
	}
	return names
}

func TestPublish(t *testing.T) {
	b := newBench(t)
	b.functions.PageSize = 1
	one, two := zipOf(t, "one"), zipOf(t, "two")
	for _, tt := range []struct {
		name    string
		options PublishOptions
		want    string
		writes  []string
	}{
		{"a new function", PublishOptions{Zip: one, Role: role, Description: "first"}, ":1",
			[]string{"CreateFunction", "PublishVersion"}},
		{"the same again", PublishOptions{Zip: one, Role: role, Description: "first"}, ":1",
			[]string{"PublishVersion"}},
		{"nothing but the package", PublishOptions{Zip: one}, ":1", []string{"PublishVersion"}},
		{"other code", PublishOptions{Zip: two}, ":2", []string{"UpdateFunctionCode", "PublishVersion"}},
		{"other settings", PublishOptions{Zip: two, MemoryMB: 1024, TimeoutS: 10}, ":3",
			[]string{"UpdateFunctionConfiguration", "PublishVersion"}},
		{"settings are kept", PublishOptions{Zip: two}, ":3", []string{"PublishVersion"}},
		{"both", PublishOptions{Zip: one, MemoryMB: 512}, ":4",
			[]string{"UpdateFunctionConfiguration", "UpdateFunctionCode", "PublishVersion"}},
	} {
		before := len(b.aws.Writes())
		got, err := b.Publish(t.Context(), tt.options)
		if err != nil || got != functionARN+tt.want {
			t.Fatalf("%s: got %q, %v", tt.name, got, err)
		}
		if writes := operations(b.aws.Writes()[before:]); !slices.Equal(writes, tt.writes) {
			t.Errorf("%s: wrote %v, want %v", tt.name, writes, tt.writes)
		}
	}
	v, err := b.configuration(t.Context(), "3")
	if err != nil {
		t.Fatal(err)
	}
	if v.Runtime != "python3.13" || aws.ToString(v.Handler) != "lambda_function.handler" || v.Architectures[0] != "x86_64" ||
		aws.ToInt32(v.MemorySize) != 1024 || aws.ToInt32(v.Timeout) != 10 || v.State != types.StateActive {
		t.Errorf("version 3 is %+v", v)
	}
	if v, err := b.configuration(t.Context(), "1"); err != nil || aws.ToInt32(v.MemorySize) != 512 ||
		aws.ToInt32(v.Timeout) != 30 || aws.ToString(v.Description) != "first" {
		t.Errorf("version 1 is %+v, %v", v, err)
	}
}

// Publish removes every setting that CloudFront refuses.
func TestPublishTakesAwayWhatCloudFrontRefuses(t *testing.T) {
	b := newBench(t)
	b.published(t, "one")
	if _, err := b.awaitSettled(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	_, err := b.lambda.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName:     &b.Function,
		Runtime:          types.RuntimePython310,
		Environment:      &types.Environment{Variables: map[string]string{"B": "2", "A": "1"}},
		VpcConfig:        &types.VpcConfig{SubnetIds: []string{"subnet-1"}, SecurityGroupIds: []string{"sg-1"}},
		Layers:           []string{"arn:aws:lambda:us-east-1:123456789012:layer:l:1"},
		DeadLetterConfig: &types.DeadLetterConfig{TargetArn: aws.String("arn:aws:sqs:us-east-1:123456789012:q")},
		TracingConfig:    &types.TracingConfig{Mode: types.TracingModeActive},
		EphemeralStorage: &types.EphemeralStorage{Size: aws.Int32(1024)},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.progress.Reset()
	arn := b.published(t, "one")
	b.aws.Lock()
	err = b.functions.CheckAssociation(arn, "origin-response")
	b.aws.Unlock()
	if err != nil {
		t.Error(err)
	}
	for _, want := range []string{
		"runtime python3.10 -> python3.13", "environment A B -> none", "VPC vpc-0fakeaws -> none",
		"layers arn:aws:lambda:us-east-1:123456789012:layer:l:1 -> none",
		"dead letter queue arn:aws:sqs:us-east-1:123456789012:q -> none",
		"tracing Active -> PassThrough", "ephemeral storage 1024 MB -> 512 MB",
	} {
		if !strings.Contains(b.progress.String(), want) {
			t.Errorf("got %q, want %q in it", b.progress.String(), want)
		}
	}
}

func TestPublishWithANewRole(t *testing.T) {
	b := newBench(t)
	b.functions.AddRole(role, 5)
	if arn := b.published(t, "one"); arn != functionARN+":1" {
		t.Errorf("got %s", arn)
	}
	if !strings.Contains(b.progress.String(), "not assumable by Lambda (12s)") {
		t.Errorf("got %s", &b.progress)
	}
	const other = "arn:aws:iam::123456789012:role/other"
	b.functions.AddRole(other, 2)
	if _, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "one"), Role: other}); err != nil {
		t.Error(err)
	}
	b = newBench(t)
	_, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "one"), Role: other})
	if slow := (*SlowError)(nil); !errors.As(err, &slow) || !strings.Contains(err.Error(), "edgelambda.amazonaws.com") {
		t.Errorf("a role that does not exist: got %v", err)
	}
}

func TestPublishRefuses(t *testing.T) {
	b := newBench(t)
	if _, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "one")}); err == nil || !strings.Contains(err.Error(), "-role ARN") {
		t.Errorf("no role for a new function: got %v", err)
	}
	if writes := b.aws.Writes(); len(writes) != 0 {
		t.Errorf("wrote %v", writes)
	}
	if _, err := b.Publish(t.Context(), PublishOptions{Zip: []byte("no zip"), Role: role}); err == nil || !strings.Contains(err.Error(), "unzip") {
		t.Errorf("no zip: got %v", err)
	}
	b.published(t, "one")
	_, err := b.lambda.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: &b.Function, Handler: aws.String("index.handler"),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.awaitSettled(t.Context(), ""); err != nil {
		t.Fatal(err)
	}
	before := len(b.aws.Writes())
	for _, b.DryRun = range []bool{false, true} {
		_, err = b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "two")})
		if foreign := (*NotOursError)(nil); !errors.As(err, &foreign) || !strings.Contains(err.Error(), "index.handler") {
			t.Errorf("somebody else's function: got %v", err)
		}
	}
	if len(b.aws.Writes()) != before {
		t.Error("somebody else's function was changed")
	}
}

// Somebody else changes the function between two of our calls.
func TestPublishBesideOthers(t *testing.T) {
	b := newBench(t)
	b.published(t, "one")
	meddled := 0
	b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation == "PublishVersion" && meddled < 2 {
			meddled++
			b.functions.Meddle("edgeresize")
		}
		return fakeaws.Fault{}
	}
	arn, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "two")})
	if err != nil || arn != functionARN+":2" || meddled != 2 {
		t.Errorf("got %s, %v after %d changes", arn, err, meddled)
	}
	b.aws.Fault = func(c fakeaws.Call) fakeaws.Fault {
		if c.Operation == "PublishVersion" {
			b.functions.Meddle("edgeresize")
		}
		return fakeaws.Fault{}
	}
	if _, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "two")}); err == nil || !strings.Contains(err.Error(), "somebody else") {
		t.Errorf("changed for ever: got %v", err)
	}
}

func TestPublishDryRun(t *testing.T) {
	b := newBench(t)
	b.DryRun = true
	one, two := PublishOptions{Zip: zipOf(t, "one"), Role: role}, PublishOptions{Zip: zipOf(t, "two"), MemoryMB: 1024}
	check := func(o PublishOptions, want ...string) {
		t.Helper()
		b.difference.Reset()
		before := len(b.aws.Writes())
		if arn, err := b.Publish(t.Context(), o); err != nil || arn != "" {
			t.Fatalf("got %q, %v", arn, err)
		}
		if writes := b.aws.Writes(); len(writes) != before {
			t.Errorf("wrote %v", writes[before:])
		}
		got := strings.Split(strings.TrimSuffix(b.difference.String(), "\n"), "\n")
		if len(want) == 0 {
			want = []string{""}
		}
		if !slices.Equal(got, want) {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	shaOne, shaTwo := Checksum(one.Zip), Checksum(two.Zip)
	check(one,
		"+function edgeresize in us-east-1: runtime python3.13, handler lambda_function.handler, x86_64, memory 512 MB, timeout 30 s, role "+role,
		"+code "+shaOne+", 159 bytes", "+version 1")
	b.DryRun = false
	b.published(t, "one")
	b.DryRun = true
	check(one)
	check(two,
		"-function edgeresize: memory 512 MB", "+function edgeresize: memory 1024 MB",
		"-function edgeresize: code "+shaOne+", [x86_64]", "+function edgeresize: code "+shaTwo+", x86_64, 159 bytes",
		"+a version after 1")
}

// TestPublishReadsBack deletes the version while Lambda still makes it, or replaces the whole
// function: Publish must not return the ARN of a version that lacks the package's code.
func TestPublishReadsBack(t *testing.T) {
	function := aws.String("edgeresize")
	other := zipOf(t, "two")
	for name, tt := range map[string]struct {
		change func(*bench) error
		got    string
	}{
		"deleted": {func(b *bench) error {
			_, err := b.lambda.DeleteFunction(t.Context(), &lambda.DeleteFunctionInput{FunctionName: function, Qualifier: aws.String("1")})
			return err
		}, "none"},
		"replaced": {func(b *bench) error {
			if _, err := b.lambda.DeleteFunction(t.Context(), &lambda.DeleteFunctionInput{FunctionName: function}); err != nil {
				return err
			}
			_, err := b.lambda.CreateFunction(t.Context(), &lambda.CreateFunctionInput{FunctionName: function, Role: aws.String(role), Publish: true,
				Runtime: types.RuntimePython313, Handler: aws.String("lambda_function.handler"), Code: &types.FunctionCode{ZipFile: other}})
			return err
		}, Checksum(other)},
	} {
		b := newBench(t)
		changed := false
		b.onWait = func(int) {
			if v, err := b.configuration(t.Context(), "1"); err == nil && v != nil && !changed {
				changed = true
				must(t, tt.change(b))
			}
		}
		b.functions.Polls = 3
		arn, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, "one"), Role: role})
		if wrong := (*CodeError)(nil); !errors.As(err, &wrong) || wrong.Version != "1" || wrong.Got != tt.got || arn != "" {
			t.Errorf("%s: got %q, %v", name, arn, err)
		}
	}
}
