package guard

import (
	"encoding/json"
	"path/filepath"
	"testing"
)

// purgeTemplates returns the templates in deploy/purge, by name.
func purgeTemplates(t *testing.T) map[string]object {
	t.Helper()
	files, err := filepath.Glob("checked/purge/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	templates := map[string]object{}
	for _, file := range files {
		templates[baseName(file)] = parsedFile(t, file)
	}
	return templates
}

// TestPurgeTemplatesPass checks that the tools find nothing in the templates.
func TestPurgeTemplatesPass(t *testing.T) {
	needTools(t)
	dir := t.TempDir()
	for name, template := range purgeTemplates(t) {
		write(t, dir, name, template)
	}
	for name, failed := range guarded(t, purgeRulesFile, dir) {
		if len(failed) > 0 {
			t.Errorf("%s: cfn-guard finds %q", name, failed)
		}
	}
	if findings := linted(t, "checked/purge/*.yaml"); len(findings) > 0 {
		t.Errorf("cfn-lint finds %q", findings)
	}
}

// TestBrokenPurgeTemplatesFail checks that the tools catch each broken template.
func TestBrokenPurgeTemplatesFail(t *testing.T) {
	needTools(t)
	dir, templates, all := t.TempDir(), purgeTemplates(t), brokenOnes(t, purgeBrokenFile)
	for _, b := range all {
		whole, err := json.Marshal(templates[b.Template])
		if err != nil {
			t.Fatal(err)
		}
		write(t, dir, b.name(), json.RawMessage(patched(t, whole, b)))
	}
	checkCaught(t, all, purgeRulesFile, dir)
}
