package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/launcher"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// The template makes the function that publish would make. Module guard has the
// other tests of the template.
func TestTemplateHasTheSettingsOfPublish(t *testing.T) {
	template, err := os.ReadFile("template.yaml")
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
