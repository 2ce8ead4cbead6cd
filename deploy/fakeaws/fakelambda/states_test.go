package fakelambda

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// TestStates checks that reads bring a function through its states, and that it can be
// changed and published only afterwards.
func TestStates(t *testing.T) {
	l, client := newClient(t, "us-east-1")
	l.Polls = 2
	ctx, name := t.Context(), aws.String("f")
	created, err := client.CreateFunction(ctx, usual(t))
	if err != nil || created.State != types.StatePending || created.LastUpdateStatus != types.LastUpdateStatusInProgress {
		t.Fatalf("got %+v, %v", created, err)
	}
	_, err = client.CreateFunction(ctx, usual(t))
	wantCode(t, err, "ResourceConflictException", "already exist")
	_, err = client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: name})
	wantCode(t, err, "ResourceConflictException", "Pending")
	read := func(want types.State, status types.LastUpdateStatus) *string {
		t.Helper()
		c, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: name})
		if err != nil || c.State != want || c.LastUpdateStatus != status {
			t.Fatalf("got %+v, %v, want %s and %s", c, err, want, status)
		}
		return c.RevisionId
	}
	read(types.StatePending, types.LastUpdateStatusInProgress)
	read(types.StatePending, types.LastUpdateStatusInProgress)
	revision := read(types.StateActive, types.LastUpdateStatusSuccessful)
	if *revision == *created.RevisionId {
		t.Error("the revision has not changed")
	}
	_, err = client.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: name, ZipFile: packed(t, "two"), RevisionId: created.RevisionId})
	wantCode(t, err, "PreconditionFailedException", "Revision")
	updated, err := client.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: name, ZipFile: packed(t, "two"), RevisionId: revision})
	if err != nil || *updated.CodeSha256 == *created.CodeSha256 {
		t.Fatalf("got %+v, %v", updated, err)
	}
	_, err = client.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: name, MemorySize: aws.Int32(256)})
	wantCode(t, err, "ResourceConflictException", "update is in progress")
	read(types.StateActive, types.LastUpdateStatusInProgress)
	read(types.StateActive, types.LastUpdateStatusInProgress)
	read(types.StateActive, types.LastUpdateStatusSuccessful)
	_, err = client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: name, CodeSha256: created.CodeSha256})
	wantCode(t, err, "InvalidParameterValueException", "CodeSHA256")
	_, err = client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: name, RevisionId: revision})
	wantCode(t, err, "PreconditionFailedException", "Revision")
	for range 2 {
		v, err := client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: name, CodeSha256: updated.CodeSha256})
		if err != nil || *v.Version != "1" || *v.FunctionArn != "arn:aws:lambda:us-east-1:123456789012:function:f:1" {
			t.Errorf("got %+v, %v", v, err)
		}
	}
}

// TestPublishTwice checks that a version is only published after a change since the
// last one. The function's description counts, the version's own does not.
func TestPublishTwice(t *testing.T) {
	_, client := newClient(t, "us-east-1")
	ctx, name := t.Context(), aws.String("f")
	settle := func() {
		t.Helper()
		if _, err := client.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: name}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.CreateFunction(ctx, usual(t)); err != nil {
		t.Fatal(err)
	}
	settle()
	publish := func(description, want string) {
		t.Helper()
		v, err := client.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: name, Description: &description})
		if err != nil || *v.Version != want {
			t.Errorf("%q: got %+v, %v, want version %s", description, v, err, want)
		}
	}
	publish("first", "1")
	publish("second", "1")
	_, err := client.UpdateFunctionConfiguration(ctx, &lambda.UpdateFunctionConfigurationInput{FunctionName: name, Description: aws.String("another")})
	if err != nil {
		t.Fatal(err)
	}
	settle()
	publish("second", "2")
	publish("third", "2")
}
