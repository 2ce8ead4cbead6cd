package guard

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
)

// TestRulesHaveTheLimits compares the numbers and the settings in the rules with those
// in [edgelimits].
func TestRulesHaveTheLimits(t *testing.T) {
	source, err := os.ReadFile(rulesFile)
	if err != nil {
		t.Fatal(err)
	}
	rules := string(source)
	for _, want := range []string{
		fmt.Sprintf("%%functions.Properties.Timeout <= %d\n", edgelimits.Origin.MaxTimeoutS),
		fmt.Sprintf("%%functions.Properties.MemorySize in r[%d, %d]\n", edgelimits.MinMemoryMB, edgelimits.Origin.MaxMemoryMB),
		fmt.Sprintf("%%functions.Properties.EphemeralStorage.Size == %d\n", edgelimits.StorageMB),
		fmt.Sprintf("%%functions.Properties.Architectures == ['%s']\n", edgelimits.Architecture),
	} {
		if !strings.Contains(rules, want) {
			t.Errorf("no rule has %q", strings.TrimSpace(want))
		}
	}
	for _, s := range edgelimits.Refused {
		if !strings.Contains(rules, "%functions.Properties."+s.Property+" not exists") {
			t.Errorf("no rule is about %s", s.Property)
		}
	}
	m := regexp.MustCompile(`%functions\.Properties\.Runtime == /(.*)/\n`).FindStringSubmatch(rules)
	if m == nil {
		t.Fatal("no rule has the runtimes")
	}
	for _, runtime := range edgelimits.Runtimes {
		if !regexp.MustCompile(m[1]).MatchString(runtime) {
			t.Errorf("the rules refuse %s", runtime)
		}
	}
}
