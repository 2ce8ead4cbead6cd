package check

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
)

// own are the variables that the template has no parameter for.
var own = map[string]string{"name": "the stack's name"}

// described are the descriptions that differ from the template's.
var described = map[string]string{
	// The provider publishes before anything can compare.
	"CodeSha256": "The package's SHA-256 in base64, without which the distribution gets no new version; empty to serve what is at code_key.",
}

var capital = regexp.MustCompile(`[A-Z]`)

// variableOf returns the module's variable for a parameter of the template.
func variableOf(parameter string) string {
	return strings.TrimPrefix(capital.ReplaceAllStringFunc(parameter, func(c string) string { return "_" + strings.ToLower(c) }), "_")
}

// TestVariables compares the module's variables with the template's parameters: names,
// defaults, descriptions, and what they allow.
func TestVariables(t *testing.T) {
	need(t)
	template, err := cfn.Read("../../template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	blocks := variableBlocks(t)
	variables := planOf(t, module, nil).Configuration.Root.Variables
	for name := range variables {
		if own[name] == "" && template.Parameters[parameterOf(name)].Type == "" {
			t.Errorf("the template has no parameter for %s", name)
		}
	}
	for _, name := range template.Names {
		variable, ok := variables[variableOf(name)]
		if !ok {
			t.Errorf("no variable %s for %s", variableOf(name), name)
			continue
		}
		parameter := template.Parameters[name]
		declared, _ := template.Document["Parameters"].(cfn.Object)[name].(cfn.Object)
		want := inVariables(template.Names, fmt.Sprint(declared["Description"]))
		if differing := described[name]; differing != "" {
			want = differing
		}
		if variable.Description != want {
			t.Errorf("%s: %s\nin the template: %s", name, variable.Description, want)
		}
		if parameter.Default == nil != (variable.Default == nil) || parameter.Default != nil && plain(variable.Default, false) != fmt.Sprint(*parameter.Default) {
			t.Errorf("%s: the default is %v", name, variable.Default)
		}
		for _, want := range allows(name, parameter) {
			if !strings.Contains(blocks[variableOf(name)], want) {
				t.Errorf("%s does not have %s", variableOf(name), want)
			}
		}
	}
}

// reworded are the template's refusals that the module words otherwise, by what it says.
var reworded = map[string][]string{
	"Create the stack in us-east-1, as CloudFront uses functions and certificates only from there.": nil, // resources name their regions
	"HostedZoneId and CertificateArn need DomainName.":                                              {"hosted_zone_id needs domain_name.", "certificate_arn needs domain_name."},
	"NotFoundPage needs MissingKey=404.":                                                            {"not_found_page needs missing_key = 404."},
}

// TestRules wants a validation for each rule of the template. What each refuses is tried in
// the module's tests.
func TestRules(t *testing.T) {
	template, err := cfn.Read("../../template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var blocks strings.Builder
	for _, block := range variableBlocks(t) {
		blocks.WriteString(block)
	}
	rules, _ := template.Document["Rules"].(cfn.Object)
	if len(rules) == 0 {
		t.Fatal("the template has no rules")
	}
	for _, rule := range rules {
		for _, assertion := range rule.(cfn.Object)["Assertions"].([]any) {
			description := fmt.Sprint(assertion.(cfn.Object)["AssertDescription"])
			wants, ok := reworded[description]
			if !ok {
				wants = []string{inVariables(template.Names, description)}
			}
			for _, want := range wants {
				if !strings.Contains(blocks.String(), "error_message = "+strconv.Quote(want)) {
					t.Errorf("no validation says %q", want)
				}
			}
		}
	}
}

// variableBlocks returns the text of each variable's block.
func variableBlocks(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob("../variables*.tf")
	if err != nil {
		t.Fatal(err)
	}
	blocks := map[string]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, block := range strings.Split(string(text), "\nvariable ")[1:] {
			name, rest, _ := strings.Cut(strings.TrimPrefix(block, `"`), `"`)
			blocks[name] = rest
		}
	}
	return blocks
}

// inVariables returns a description with variables in place of parameters. A parameter of
// one word is a word.
func inVariables(parameters []string, description string) string {
	for _, name := range parameters {
		if strings.Contains(variableOf(name), "_") {
			description = regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(description, variableOf(name))
		}
	}
	return strings.TrimSpace(description)
}

// allows returns what the validations of a variable must contain.
func allows(name string, p cfn.Parameter) (texts []string) {
	variable := variableOf(name)
	if p.AllowedPattern != "" && name != "RateLimit" { // a number here
		texts = append(texts, "regex("+strconv.Quote(p.AllowedPattern)+", var."+variable+")", strconv.Quote(variable+" "+p.ConstraintDescription+"."))
	}
	if p.MaxLength != nil {
		texts = append(texts, fmt.Sprintf("length(var.%s) <= %d", variable, *p.MaxLength))
	}
	if p.MinValue != nil {
		texts = append(texts, fmt.Sprintf("var.%s >= %v && var.%s <= %v && floor", variable, *p.MinValue, variable, *p.MaxValue))
	}
	if name == "CloseDefaultDomain" || name == "SignedUrls" { // of type bool
		return texts
	}
	for _, value := range p.AllowedValues {
		texts = append(texts, fmt.Sprint(value))
	}
	return texts
}
