package fakecloudformation

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

const body = `
Parameters:
  Size: {Type: Number, MinValue: 1, MaxValue: 9}
  Colour: {Type: String, Default: red, AllowedValues: [red, green]}
  Word: {Type: String, Default: '', AllowedPattern: '^[a-z]*$', MaxLength: 3}
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {Description: no name}}
  Log: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: !Sub '/${AWS::StackName}/${Colour}'}}
`

// newClient returns a CloudFormation and a client in eu-west-1.
func newClient(t *testing.T) (*CloudFormation, *cloudformation.Client) {
	t.Helper()
	server := fakeaws.New()
	c := New(server)
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	return c, cloudformation.NewFromConfig(aws.Config{Region: "eu-west-1", BaseEndpoint: &s.URL,
		Credentials: credentials.StaticCredentialsProvider{Value: server.Credentials}})
}

// input returns a valid change set with change applied.
func input(name string, change func(*cloudformation.CreateChangeSetInput)) *cloudformation.CreateChangeSetInput {
	in := &cloudformation.CreateChangeSetInput{
		StackName: &name, ChangeSetName: aws.String("set"), ChangeSetType: types.ChangeSetTypeCreate, TemplateBody: aws.String(body),
		Capabilities: []types.Capability{types.CapabilityCapabilityIam},
		Parameters:   []types.Parameter{{ParameterKey: aws.String("Size"), ParameterValue: aws.String("2")}},
	}
	change(in)
	return in
}

// code returns the code of an error of the API, or "".
func code(err error) string {
	api := smithy.APIError(nil)
	if errors.As(err, &api) {
		return api.ErrorCode() + ": " + api.ErrorMessage()
	}
	return ""
}

// TestRefusals checks what CloudFormation refuses of change sets.
func TestRefusals(t *testing.T) {
	c, client := newClient(t)
	made, err := client.CreateChangeSet(t.Context(), input("there", func(*cloudformation.CreateChangeSetInput) {}))
	if err != nil {
		t.Fatal(err)
	}
	execute := &cloudformation.ExecuteChangeSetInput{ChangeSetName: made.Id}
	if _, err := client.ExecuteChangeSet(t.Context(), execute); !strings.HasPrefix(code(err), "InvalidChangeSetStatus: ") {
		t.Errorf("a change set in the making: %v", err)
	}
	for range 2 {
		if _, err := client.DescribeChangeSet(t.Context(), &cloudformation.DescribeChangeSetInput{ChangeSetName: made.Id}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := client.ExecuteChangeSet(t.Context(), execute); err != nil {
		t.Fatal(err)
	}
	if _, err := client.ExecuteChangeSet(t.Context(), execute); !strings.HasPrefix(code(err), "ChangeSetNotFound: ") {
		t.Errorf("a change set for the second time: %v", err)
	}
	update := func(in *cloudformation.CreateChangeSetInput) { in.ChangeSetType = types.ChangeSetTypeUpdate }
	if _, err := client.CreateChangeSet(t.Context(), input("there", update)); !strings.Contains(code(err), "is in CREATE_IN_PROGRESS state and can not be updated") {
		t.Errorf("a stack in the making: %v", err)
	}
	c.Run()
	if s := c.Stack("eu-west-1", "there"); s == nil || s.Status != "CREATE_COMPLETE" || c.Stack("us-east-1", "there") != nil {
		t.Errorf("made %+v", s)
	}
	set := func(key, value string) func(*cloudformation.CreateChangeSetInput) {
		return func(in *cloudformation.CreateChangeSetInput) {
			in.Parameters = append(in.Parameters, types.Parameter{ParameterKey: &key, ParameterValue: &value})
		}
	}
	previous := func(key string) func(*cloudformation.CreateChangeSetInput) {
		return func(in *cloudformation.CreateChangeSetInput) {
			in.Parameters = append(in.Parameters, types.Parameter{ParameterKey: &key, UsePreviousValue: aws.Bool(true)})
		}
	}
	for _, tt := range []struct {
		name, stack string
		change      func(*cloudformation.CreateChangeSetInput)
		want        string
	}{
		{"a stack that exists", "there", set("Colour", "red"), "already exists and cannot be created again"},
		{"one that does not", "new", update, "Stack [new] does not exist"},
		{"a name", "a_b", set("Colour", "red"), "'stackName' failed to satisfy constraint"},
		{"an unknown parameter", "new", set("Color", "red"), "Parameters: [Color] do not exist in the template"},
		{"a missing one", "new", func(in *cloudformation.CreateChangeSetInput) { in.Parameters = nil }, "Parameters: [Size] must have values"},
		{"a number", "new", set("Size", "10"), "not greater than 9"},
		{"a word for a number", "new", set("Size", "large"), "must be a number"},
		{"a value", "new", set("Colour", "blue"), "must be one of AllowedValues"},
		{"a pattern", "new", set("Word", "A"), "must match pattern"},
		{"a length", "new", set("Word", "abcd"), "at most 3 characters"},
		{"the value of before of a new stack", "new", previous("Size"), "Cannot specify UsePreviousValue on Parameters when ChangeSetType is CREATE"},
		{"the value of before of what there was not", "there", func(in *cloudformation.CreateChangeSetInput) { update(in); previous("Shape")(in) }, "not in the previous template"},
		{"no capability", "new", func(in *cloudformation.CreateChangeSetInput) { in.Capabilities = nil }, "InsufficientCapabilitiesException: Requires capabilities : [CAPABILITY_IAM]"},
		{"a long template", "new", func(in *cloudformation.CreateChangeSetInput) {
			in.TemplateBody = aws.String(body + strings.Repeat("#", 51_200))
		}, "less than or equal to 51200"},
	} {
		if _, err := client.CreateChangeSet(t.Context(), input(tt.stack, tt.change)); !strings.Contains(code(err), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}
