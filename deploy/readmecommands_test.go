package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/template/cfn"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/readme"
)

// Every command of this program in the README.md files exists and has the flags that stand
// there. Tests of their own run those of the blocks attach, site, site-by-hand,
// viewer-request, purge and pipeline.
func TestReadmeFlags(t *testing.T) {
	commands := readme.Commands(t, "go run ./deploy ")
	for _, line := range commands {
		words := strings.Fields(strings.TrimPrefix(line, "go run ./deploy "))
		status, _, usage := deploy(t, words[0], "-h")
		if status != 0 {
			t.Errorf("%s: there is no command %s", line, words[0])
			continue
		}
		readme.CheckFlags(t, words[1:], usage)
	}
	if len(commands) < 10 {
		t.Errorf("found %q", commands)
	}
}

// names returns what stands in backticks in the first column of a table.
func names(table []string) (all []string) {
	for _, line := range table {
		first, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), "|")
		all = append(all, readme.Code(first)...)
	}
	return all
}

// The tables of parameters name all that the templates have, and nothing else.
func TestReadmeParameters(t *testing.T) {
	site, err := cfn.Read("template/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	table := readme.Lines(t, "site-parameters")
	for _, name := range names(table) {
		name, value, _ := strings.Cut(name, "=")
		if p, ok := site.Parameters[name]; !ok || value != "" && p.Refusal(value) != "" {
			t.Errorf("the template has no %s %s", name, value)
		}
	}
	for name := range site.Parameters {
		// The command gives those of the package itself.
		if !slices.Contains(fromThePackage, name) && !strings.Contains(strings.Join(table, "\n"), "`"+name) {
			t.Errorf("the table has no %s", name)
		}
	}
	purge, err := cfn.Read("purge/purge.yaml")
	if err != nil {
		t.Fatal(err)
	}
	modes := names(readme.Lines(t, "purge-modes"))
	if want := purge.Parameters["Mode"].AllowedValues; len(modes) == 0 || !slices.Equal(modes[1:], want) {
		t.Errorf("the modes are %q, want %q", modes, want)
	}
}

// The ledger's lines name templates and parameters that exist. They are not run: no
// emulation of AWS has ElastiCache.
func TestReadmeLedger(t *testing.T) {
	root := readme.Root(t)
	deployed := false
	for _, line := range readme.Lines(t, "ledger") {
		template := filepath.Join(root, "deploy/purge/purge.yaml")
		line, _, _ := strings.Cut(line, " #")
		words := strings.Fields(line)
		for i, word := range words {
			if word == "--template-file" {
				template = filepath.Join(root, words[i+1])
				deployed = true
			}
		}
		read, err := cfn.Read(template)
		if err != nil {
			t.Errorf("%s: %v", line, err)
			continue
		}
		for _, word := range words {
			name, value, ok := strings.Cut(strings.TrimPrefix(word, "PARAMETERS="), "=")
			if _, known := read.Parameters[name]; ok && !known {
				t.Errorf("%s: %s has no parameter %s (%s)", line, template, name, value)
			}
		}
	}
	if !deployed {
		t.Error("no template is deployed")
	}
}
