package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// resolved returns the answers to requests for a template, one for each set of parameters.
func resolved(t *testing.T, template string, parameters ...map[string]string) (answers []map[string]any, err error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "template.yaml")
	if err := os.WriteFile(file, []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	var requests []request
	for _, p := range parameters {
		requests = append(requests, request{file, p})
	}
	in, err := json.Marshal(requests)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := run(strings.NewReader(string(in)), &out); err != nil {
		return nil, err
	}
	return answers, json.Unmarshal([]byte(out.String()), &answers)
}

const template = `
Parameters:
  Size: {Type: Number, Default: 1, MaxValue: 9}
Rules:
  Small: {Assertions: [{Assert: !Not [!Equals [!Ref Size, 9]], AssertDescription: 9 is too much}]}
Conditions:
  Large: !Equals [!Ref Size, 5]
Resources:
  Queue: {Type: AWS::SQS::Queue, Properties: {Size: !Ref Size}}
  More: {Type: AWS::SQS::Queue, Condition: Large, Properties: {Of: !Sub '${Queue}/${Queue.Arn}/${AWS::StackName}'}}
`

// TestRun checks that answers have the entries whose condition holds, and what stands for
// resources.
func TestRun(t *testing.T) {
	answers, err := resolved(t, template, nil, map[string]string{"Size": "5", "AWS::StackName": "a"}, map[string]string{"Size": "9"})
	if err != nil {
		t.Fatal(err)
	}
	queue := func(size float64) map[string]any {
		return map[string]any{"Type": "AWS::SQS::Queue", "Properties": map[string]any{"Size": size}}
	}
	more := map[string]any{"Type": "AWS::SQS::Queue", "Condition": "Large", "Properties": map[string]any{"Of": "<Queue>/<Queue.Arn>/a"}}
	none := map[string]any{}
	for i, want := range []map[string]any{
		{"Resources": map[string]any{"Queue": queue(1)}, "Outputs": none},
		{"Resources": map[string]any{"Queue": queue(5), "More": more}, "Outputs": none},
		{"refused": []any{"9 is too much"}},
	} {
		if !reflect.DeepEqual(answers[i], want) {
			t.Errorf("%d: got %v, want %v", i, answers[i], want)
		}
	}
}

// TestRunRefuses checks that parameters that the template does not take are an error.
func TestRunRefuses(t *testing.T) {
	for _, parameters := range []map[string]string{{"Nothing": "1"}, {"Size": "10"}, {"Size": "x"}} {
		if answers, err := resolved(t, template, parameters); err == nil {
			t.Errorf("%v: got %v", parameters, answers)
		}
	}
}
