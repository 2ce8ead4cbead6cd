package guard

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	jsonpatch "github.com/evanphx/json-patch/v5"
	"go.yaml.in/yaml/v3"
)

// cfnLint and cfnGuard are the paths of the tools that make check-template installs; ""
// without them.
var (
	cfnLint  = os.Getenv("CFN_LINT")
	cfnGuard = os.Getenv("CFN_GUARD")
)

// The rules and the broken templates that they must catch: for the site's template, for
// those of deploy/purge, and for the template of the site behind the images.
const (
	rulesFile, brokenFile           = "edge.guard", "broken.yaml"
	purgeRulesFile, purgeBrokenFile = "purge.guard", "purge-broken.yaml"

	backendRulesFile, backendBrokenFile = "backend.guard", "backend-broken.yaml"
)

// everything takes every option of the template that some rule is about.
var everything = merged(code, domain, zone, closed, pinned, signed, asking, map[string]string{
	"KeyPrefix": "media/photos", "UrlPrefix": "/wp-content/uploads", "Sizes": "500x300", "Formats": "avif,webp",
	"SiteDomainName": "alb.example.com", "SiteSecret": "origin-secret", "MissingKey": "404", "RateLimit": "2000",
	"AlarmEmail": "ops@example.com", "SlackChannel": "T0123ABCD/C0123ABCD",
})

// needTools skips the test without the tools.
func needTools(t *testing.T) {
	t.Helper()
	if cfnLint == "" || cfnGuard == "" {
		t.Skip("needs cfn-lint and cfn-guard: run make check-template")
	}
}

// broken is an entry of a file of broken templates.
type broken struct {
	Template string // its name; "" for the site's
	Rule     string
	Broken   string
	Lint     []string
	Patch    []any
}

// name returns a name for the entry's file, from its rule and what is broken.
func (b broken) name() string {
	return b.Rule + "-" + strings.ReplaceAll(strings.ToLower(b.Broken), " ", "-")
}

// brokenOnes reads the entries of a file.
func brokenOnes(t *testing.T, file string) []broken {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all []broken
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	if err := decoder.Decode(&all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestEveryRuleHasABrokenTemplate checks that each rule has an entry. It does not look
// at rules with parameters, because other rules call those.
func TestEveryRuleHasABrokenTemplate(t *testing.T) {
	for rulesFile, brokenFile := range map[string]string{rulesFile: brokenFile, purgeRulesFile: purgeBrokenFile, backendRulesFile: backendBrokenFile} {
		source, err := os.ReadFile(rulesFile)
		if err != nil {
			t.Fatal(err)
		}
		rules := map[string]bool{}
		for _, match := range regexp.MustCompile(`(?m)^rule (\w+) `).FindAllSubmatch(source, -1) {
			rules[string(match[1])] = true
		}
		if len(rules) == 0 {
			t.Fatal("no rules")
		}
		names, caught := map[string]bool{}, map[string]bool{}
		for _, b := range brokenOnes(t, brokenFile) {
			if names[b.name()] {
				t.Errorf("%s is there twice", b.name())
			}
			names[b.name()] = true
			if !rules[b.Rule] {
				t.Errorf("no rule %s", b.Rule)
			}
			caught[b.Rule] = true
		}
		for rule := range rules {
			if !caught[rule] {
				t.Errorf("no broken template for %s", rule)
			}
		}
	}
}

// TestTemplatePasses checks that the tools find nothing in the template, which
// cfn-guard reads once for each combination.
func TestTemplatePasses(t *testing.T) {
	needTools(t)
	dir := t.TempDir()
	each(t, func(t *testing.T, given map[string]string, resolved object) {
		write(t, dir, named(given), resolved)
	})
	for name, failed := range guarded(t, rulesFile, dir) {
		if len(failed) > 0 {
			t.Errorf("%s: cfn-guard finds %q", name, failed)
		}
	}
	if findings := linted(t, templateFile); len(findings) > 0 {
		t.Errorf("cfn-lint finds %q", findings)
	}
}

// TestBrokenTemplatesFail checks that the tools catch each broken template.
func TestBrokenTemplatesFail(t *testing.T) {
	needTools(t)
	dir := t.TempDir()
	whole, err := json.Marshal(newResolver(t, parsed(t), everything).resolved())
	if err != nil {
		t.Fatal(err)
	}
	all := brokenOnes(t, brokenFile)
	for _, b := range all {
		write(t, dir, b.name(), json.RawMessage(patched(t, whole, b)))
	}
	checkCaught(t, all, rulesFile, dir)
}

// checkCaught checks that the tools find in each broken template of a folder what its
// entry says, and nothing else.
func checkCaught(t *testing.T, all []broken, rulesFile, dir string) {
	t.Helper()
	failed := guarded(t, rulesFile, dir)
	findings := linted(t, filepath.Join(dir, "*.json"))
	for _, b := range all {
		if got := failed[b.name()]; !slices.Equal(got, []string{b.Rule}) {
			t.Errorf("%s: cfn-guard finds %q, want that rule", b.name(), got)
		}
		if got := findings[b.name()]; !slices.Equal(got, b.Lint) {
			t.Errorf("%s: cfn-lint finds %q, want %q", b.name(), got, b.Lint)
		}
	}
}

// patched returns the template whole with the entry's patch applied.
func patched(t *testing.T, whole []byte, b broken) []byte {
	t.Helper()
	data, err := json.Marshal(b.Patch)
	if err != nil {
		t.Fatal(err)
	}
	patch, err := jsonpatch.DecodePatch(data)
	if err != nil {
		t.Fatal(err)
	}
	result, err := patch.Apply(whole)
	if err != nil {
		t.Fatalf("%s: %v", b.name(), err)
	}
	if jsonpatch.Equal(whole, result) {
		t.Fatalf("%s changes nothing", b.name())
	}
	return result
}

// write writes a template as JSON to a file called name in dir.
func write(t *testing.T, dir, name string, template any) {
	t.Helper()
	data, err := json.MarshalIndent(template, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".json"), data, 0o600); err != nil {
		t.Fatal(err)
	}
}

// guarded returns the rules that each template in dir breaks, by the template's name.
func guarded(t *testing.T, rulesFile, dir string) map[string][]string {
	t.Helper()
	out := run(t, cfnGuard, "validate", "--rules", rulesFile, "--data", dir,
		"--structured", "--output-format", "json", "--show-summary", "none")
	var reports []struct {
		Name         string
		NotCompliant []map[string]struct{ Name string } `json:"not_compliant"`
	}
	if err := json.Unmarshal(out, &reports); err != nil {
		t.Fatalf("cfn-guard: %v\n%s", err, out)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil || len(reports) != len(files) {
		t.Fatalf("cfn-guard reports on %d of %d templates (%v)", len(reports), len(files), err)
	}
	failed := map[string][]string{}
	for _, r := range reports {
		name := baseName(r.Name)
		failed[name] = nil
		for _, kind := range r.NotCompliant {
			for _, rule := range kind {
				failed[name] = append(failed[name], rule.Name)
			}
		}
	}
	return failed
}

// linted returns what cfn-lint finds in the files of a pattern, by name. Files without
// findings are left out.
func linted(t *testing.T, pattern string) map[string][]string {
	t.Helper()
	out := run(t, cfnLint, "--format", "json", "--template", pattern)
	var findings []struct {
		Filename string
		Rule     struct{ ID string }
	}
	if err := json.Unmarshal(out, &findings); err != nil {
		t.Fatalf("cfn-lint: %v\n%s", err, out)
	}
	found := map[string][]string{}
	for _, f := range findings {
		name := baseName(f.Filename)
		if !slices.Contains(found[name], f.Rule.ID) {
			found[name] = append(found[name], f.Rule.ID)
		}
	}
	for _, ids := range found {
		slices.Sort(ids)
	}
	return found
}

// baseName returns a file's name without folder and extension.
func baseName(file string) string { return strings.TrimSuffix(filepath.Base(file), filepath.Ext(file)) }

// run runs a tool and returns its output. A tool that finds something exits with a
// status other than 0, which is no error here.
func run(t *testing.T, tool string, args ...string) []byte {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), tool, args...)
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) || len(out) == 0 {
		t.Fatalf("%s: %v\n%s", tool, err, stderr.Bytes())
	}
	return out
}
