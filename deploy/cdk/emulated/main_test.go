package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// emulated runs the command on files with templates, and returns the stacks' outputs.
func emulated(t *testing.T, templates ...string) (outputs []map[string]string, err error) {
	t.Helper()
	dir := t.TempDir()
	var files []string
	for _, template := range templates {
		file := filepath.Join(dir, string(rune('a'+len(files))))
		if err := os.WriteFile(file, []byte(template), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	in, err := json.Marshal(files)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(t.Context(), strings.NewReader(string(in)), &out); err != nil {
		return nil, err
	}
	return outputs, json.Unmarshal([]byte(out.String()), &outputs)
}

const function = `
Resources:
  Role: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: [lambda.amazonaws.com, edgelambda.amazonaws.com]}, Action: sts:AssumeRole}]}}}
  Function:
    Type: AWS::Lambda::Function
    Properties: {FunctionName: images, Role: !GetAtt Role.Arn, Runtime: python3.13, Handler: a.b, Code: {S3Bucket: packages, S3Key: a.zip}}
Outputs:
  Arn: {Value: !GetAtt Function.Arn}
`

// TestRun checks that each template has an account of its own, as the names of their
// resources are the same, and that every package is there.
func TestRun(t *testing.T) {
	outputs, err := emulated(t, function, function)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if got := outputs[i]["Arn"]; got != "arn:aws:lambda:us-east-1:123456789012:function:images" {
			t.Errorf("%d: got %q", i, got)
		}
	}
}

// TestRunRefuses checks that the error names the template and the resource that fails.
func TestRunRefuses(t *testing.T) {
	_, err := emulated(t, function, strings.Replace(function, "lambda.amazonaws.com, ", "", 1))
	if err == nil || !strings.Contains(err.Error(), "/b: Function (AWS::Lambda::Function): CREATE_FAILED") {
		t.Errorf("got %v", err)
	}
}
