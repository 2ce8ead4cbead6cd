package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/edge"
)

// The template's defaults follow from the default config.
func TestTemplateDefaultsAgreeWithTheConfig(t *testing.T) {
	template, err := os.ReadFile("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, parameter := range viewerfunction.Parameters(edge.DefaultConfig()) {
		name, value, _ := strings.Cut(parameter, "=")
		_, declared, ok := strings.Cut(string(template), "\n  "+name+":\n")
		_, after, _ := strings.Cut(declared, "\n    Default: ")
		if got, _, _ := strings.Cut(after, "\n"); !ok || strings.Trim(got, "'") != value {
			t.Errorf("%s is %s by default, want %q", name, got, value)
		}
	}
}

// The template makes the function that publish would make. Module guard has the other tests
// of the template.
func TestTemplateHasTheSettingsOfPublish(t *testing.T) {
	template, err := os.ReadFile("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"Handler: " + launcher.Handler,
		"Runtime: " + string(release.Runtime),
		fmt.Sprintf("Timeout: %d", release.DefaultTimeoutS),
		fmt.Sprintf("Default: %d", release.DefaultMemoryMB),
	} {
		if !strings.Contains(string(template), "\n      "+line+"\n") && !strings.Contains(string(template), "\n    "+line+"\n") {
			t.Errorf("the template has no %q", line)
		}
	}
}
