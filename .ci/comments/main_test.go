package main

import "testing"

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
		lines, err := check("f.go", "package p\n\n// T is a type.\ntype T int\n\n"+comment+"\nfunc f() {}\n")
		if err != nil || len(lines) != want {
			t.Errorf("%s: %q, %v; want %d", comment, lines, err, want)
		}
	}
	if _, err := check("f.go", "package"); err == nil {
		t.Error("a file that is no Go is taken")
	}
}
