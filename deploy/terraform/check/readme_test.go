package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/terraform/check/schema"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// TestReadmeCommands compares the lines that bring the package with those for the template,
// and runs those of OpenTofu, with plan in place of apply.
func TestReadmeCommands(t *testing.T) {
	need(t)
	lines := readme.Lines(t, "terraform")
	byHand := readme.Lines(t, "site-by-hand")
	const brought = 5
	for i, line := range lines[:brought] {
		if line != byHand[i] {
			t.Errorf("%q, for the template %q", line, byHand[i])
		}
	}
	own := tofu.apart(t)
	own.env = append(own.env, "TF_INPUT=0")
	for _, line := range lines[brought:] {
		line = strings.NewReplacer("CODE-BUCKET", codeBucket, "$KEY", codeKey, "$SUM", checksum, " apply ", " plan -state="+filepath.Join(t.TempDir(), "state")+" ").Replace(line)
		command, ok := strings.CutPrefix(line, "tofu ")
		if !ok {
			t.Fatalf("%q is no command of OpenTofu", line)
		}
		own.each(t, "../../..", command)
	}
}

// TestReadmeModule validates the configuration that uses the module, from the checkout in
// place of the repository.
func TestReadmeModule(t *testing.T) {
	need(t)
	const source = "git::https://github.com/edgeresize/edgeresize//deploy/terraform"
	text := strings.Join(readme.Lines(t, "terraform-module"), "\n")
	if !strings.Contains(text, source) {
		t.Fatalf("no source %s", source)
	}
	dir := t.TempDir()
	above, err := filepath.Abs(module)
	if err != nil {
		t.Fatal(err)
	}
	// OpenTofu copies a folder with an absolute path, without the folders around it.
	local, err := filepath.Rel(dir, above)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(strings.Replace(text, source, local, 1)+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	tofu.apart(t).each(t, dir, "fmt -check -diff", "init -backend=false", "validate")
}

// TestReadmeVersions compares the versions that README.md and versions.tf name.
func TestReadmeVersions(t *testing.T) {
	schemas, err := schema.Read()
	if err != nil {
		t.Fatal(err)
	}
	for file, wants := range map[string][]string{
		"../README.md":   {schemas.Bindings, "provider " + schemas.Provider, "need " + strings.TrimSuffix(schema.Needed, ".0")},
		"../versions.tf": {`">= ` + schema.Needed + `"`},
		"bindings.txt":   {strings.Replace(schemas.Bindings, " ", "@", 1) + " "},
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range wants {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s does not have %q", file, want)
			}
		}
	}
}
