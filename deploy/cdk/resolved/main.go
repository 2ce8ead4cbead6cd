// Command resolved resolves templates, so that the tests of the constructs can compare
// what the CDK synthesises with the project's own templates.
//
// It reads a JSON list of requests from standard input, and writes the list of answers to
// standard output. A request is
//
//	{"template": FILE, "parameters": {"Name": "Value"}}
//
// and an answer
//
//	{"Resources": {…}, "Outputs": {…}}
//
// with the entries whose condition holds. What only an existing resource can tell stands
// there as "<Resource>" or "<Resource.Attribute>". A request that a rule of the template
// refuses has the answer {"refused": ["…"]}.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"strconv"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// pseudo has the values of CloudFormation's pseudo parameters where a request gives none.
var pseudo = cfn.Object{
	"AWS::AccountId": "111122223333",
	"AWS::Partition": "aws",
	"AWS::Region":    "us-east-1",
	"AWS::StackName": "edgeresize",
	"AWS::URLSuffix": "amazonaws.com",
}

// request asks for a template with parameters.
type request struct {
	Template   string
	Parameters map[string]string
}

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "resolved:", err)
		os.Exit(1)
	}
}

// run answers the requests in stdin.
func run(stdin io.Reader, stdout io.Writer) error {
	var requests []request
	if err := json.NewDecoder(stdin).Decode(&requests); err != nil {
		return err
	}
	answers := []cfn.Object{}
	for _, r := range requests {
		answer, err := r.answer()
		if err != nil {
			return fmt.Errorf("%s with %v: %w", r.Template, r.Parameters, err)
		}
		answers = append(answers, answer)
	}
	return json.NewEncoder(stdout).Encode(answers)
}

// answer returns what a request asks for.
func (r request) answer() (cfn.Object, error) {
	template, err := cfn.Read(r.Template)
	if err != nil {
		return nil, err
	}
	values, err := valuesOf(template, r.Parameters)
	if err != nil {
		return nil, err
	}
	resolver := &cfn.Resolver{Document: template.Document, Values: values, Attribute: placeholder}
	if refused, err := resolver.Refusals(); err != nil || len(refused) > 0 {
		return cfn.Object{"refused": refused}, err
	}
	answer := cfn.Object{}
	for _, section := range []string{"Resources", "Outputs"} {
		kept := cfn.Object{}
		for name, entry := range resolver.Section(section) {
			entry, _ := entry.(cfn.Object)
			holds, err := resolver.Holds(entry)
			if err != nil {
				return nil, err
			}
			if !holds {
				continue
			}
			if kept[name], err = resolver.Value(entry); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
		answer[section] = kept
	}
	return answer, nil
}

// valuesOf returns the values of a template's parameters: given, or the default.
func valuesOf(template *cfn.Template, given map[string]string) (cfn.Object, error) {
	values := maps.Clone(pseudo)
	for _, name := range template.Names {
		if declared := template.Parameters[name]; declared.Default != nil {
			values[name] = *declared.Default
		}
	}
	for name, value := range given {
		declared, ok := template.Parameters[name]
		switch {
		case !ok && pseudo[name] == nil:
			return nil, fmt.Errorf("there is no parameter %s", name)
		case ok && declared.Refusal(value) != "":
			return nil, fmt.Errorf("%s: %s", name, declared.Refusal(value))
		}
		values[name] = value
	}
	for name, declared := range template.Parameters {
		text, ok := values[name].(string)
		if !ok {
			return nil, fmt.Errorf("%s has no value", name)
		}
		if number, err := strconv.Atoi(text); err == nil && declared.Type == "Number" {
			values[name] = number
		}
	}
	return values, nil
}

// placeholder returns the text that stands for an attribute of a resource, or for its Ref
// if attribute is "".
func placeholder(resource, attribute string) (any, error) {
	if attribute == "" {
		return "<" + resource + ">", nil
	}
	return "<" + resource + "." + attribute + ">", nil
}
