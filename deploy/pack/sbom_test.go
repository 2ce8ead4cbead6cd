package pack

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	cdx "github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schema compiles CycloneDX's own schema of its JSON, which is in the module of its library.
func schema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	const base = "http://cyclonedx.org/schema/"
	for url, file := range map[string]string{
		"bom-1.6.schema.json": "bom-1.6.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		content, err := os.Open(filepath.Join(strings.TrimSpace(string(out)), "schema", file))
		if err != nil {
			t.Fatal(err)
		}
		defer content.Close()
		document, err := jsonschema.UnmarshalJSON(content)
		if err == nil {
			err = compiler.AddResource(base+url, document)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return compiler.MustCompile(base + "bom-1.6.schema.json")
}

// TestSBOM wants a bill that CycloneDX's schema accepts, with the zip's checksum, and
// everything that is in the zip: its files, Go, and the modules of go.sum.
func TestSBOM(t *testing.T) {
	p, err := configured()
	if err != nil {
		t.Fatal(err)
	}
	wanted := schema(t)
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(p.SBOM))
	if err != nil {
		t.Fatal(err)
	}
	if err := wanted.Validate(document); err != nil {
		t.Error(err)
	}
	document.(map[string]any)["components"].([]any)[0].(map[string]any)["type"] = "thing"
	if wanted.Validate(document) == nil {
		t.Error("the schema accepts a component of a type that does not exist")
	}

	var bill cdx.BOM
	if err := json.Unmarshal(p.SBOM, &bill); err != nil {
		t.Fatal(err)
	}
	sum := p.SHA256()
	if got := *bill.Metadata.Component.Hashes; got[0].Value != hex.EncodeToString(sum[:]) {
		t.Errorf("the zip's checksum is %v", got)
	}
	goSum, err := os.ReadFile("../../go.sum")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range *bill.Components {
		names = append(names, c.Name)
		if c.Type != cdx.ComponentTypeLibrary {
			continue
		}
		if c.Licenses == nil {
			t.Errorf("%s has a licence that is not recognised", c.Name)
		}
		if c.Name == "std" {
			continue
		}
		sum, err := hex.DecodeString((*c.Hashes)[0].Value)
		line := c.Name + " " + c.Version + " h1:" + base64.StdEncoding.EncodeToString(sum) + "\n"
		if err != nil || !bytes.Contains(goSum, []byte(line)) {
			t.Errorf("not in go.sum: %s", line)
		}
	}
	for _, want := range []string{"std", "bootstrap", "lambda_function.py", "github.com/aws/aws-lambda-go", "golang.org/x/image"} {
		if !slices.Contains(names, want) {
			t.Errorf("no %s in %v", want, names)
		}
	}
}

// TestSBOMReplaced wants a bill of a package in which a folder replaces a module: without
// a checksum, since go.sum has none.
func TestSBOMReplaced(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"go.mod":          "module example.com/main\n\ngo 1.26\n\nrequire example.com/library v1.2.3\n\nreplace example.com/library => ./library\n",
		"main.go":         "package main\n\nimport _ \"example.com/library\"\n\nfunc main() {}\n",
		"library/go.mod":  "module example.com/library\n\ngo 1.26\n",
		"library/code.go": "package library\n",
		"library/LICENSE": "Apache License Version 2.0",
	} {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	binary, err := compile(t.Context(), root, "x86_64", ".")
	if err != nil {
		t.Fatal(err)
	}
	document, err := sbom(t.Context(), root, "main", nil, binary, nil)
	if err != nil {
		t.Fatal(err)
	}
	var bill cdx.BOM
	if err := json.Unmarshal(document, &bill); err != nil {
		t.Fatal(err)
	}
	c := (*bill.Components)[len(*bill.Components)-1]
	if c.PackageURL != "pkg:golang/example.com/library@v1.2.3" || c.Hashes != nil || c.Licenses == nil || (*c.Licenses)[0].License.ID != "Apache-2.0" {
		t.Errorf("got %+v", c)
	}
}

// TestLicense wants no licence for a text that no licence has, and the same one however the
// lines of its text are broken.
func TestLicense(t *testing.T) {
	for text, want := range map[string]string{
		"All rights reserved.":                                "",
		"\n   Apache License\n   Version 2.0, January 2004\n": "Apache-2.0",
		"Permission is hereby granted, free of charge, to any\nperson obtaining a copy of this software and": "MIT",
	} {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "LICENSE"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := license(dir); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
