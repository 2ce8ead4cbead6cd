package main

import (
	"slices"
	"testing"
	"testing/fstest"
)

func TestCheck(t *testing.T) {
	for comment, want := range map[string]int{
		"// f is the sum.":              1,
		"// f are the names":            1,
		"// f makes so many of them.":   1,
		"// f returns what\n// f is.":   0,
		"// f issues a request.":        0,
		"// f has g write the file.":    0,
		"// f reports whether n is odd": 0,
		"// What f is for.":             0,
		"":                              0,
	} {
		lines, err := check("f.go", []byte("package p\n\n// T is a type.\ntype T int\n\n"+comment+"\nfunc f() {}\n"))
		if err != nil || len(lines) != want {
			t.Errorf("%s: %q, %v; want %d", comment, lines, err, want)
		}
	}
	if _, err := check("f.go", []byte("package")); err == nil {
		t.Error("a file that is no Go is taken")
	}
}

func TestCheckAll(t *testing.T) {
	told := "package p\n\n// f is the sum.\nfunc f() {}\n"
	tree := fstest.MapFS{}
	for path, text := range map[string]string{
		"a/f.go": told, "a/f.txt": told, ".cache/f.go": told, "a/node_modules/b/f.template.go": "package %name%",
	} {
		tree[path] = &fstest.MapFile{Data: []byte(text)}
	}
	got, err := checkAll(tree)
	if want := []string{"a/f.go:4:1: f is the sum."}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}
