package readme

import (
	"slices"
	"strings"
	"testing"
)

const sample = "# A\n\n<!-- tried: fenced -->\n```sh\nmake a   # why\n\n<!-- tried: inside -->\n```\n\n" +
	"Text `make\nb`.\n\n<!-- tried: table -->\n| a | b |\n|---|---|\n\n```\nmake c\n```\n"

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		all  map[string]string
		name string
		want string
	}{
		{map[string]string{"README.md": sample}, "fenced", "make a   # why\n\n<!-- tried: inside -->"},
		{map[string]string{"README.md": sample, "a/README.md": "# B\n"}, "table", "| a | b |\n|---|---|"},
		{map[string]string{"README.md": "<!-- tried: last -->\nlast"}, "last", "last"},
		{map[string]string{"README.md": sample}, "inside", "no README.md has <!-- tried: inside -->"},
		{map[string]string{"README.md": sample, "a/README.md": sample}, "table", "<!-- tried: table --> stands twice, in README.md and a/README.md"},
		{map[string]string{"README.md": "<!-- tried: a -->\n\ntext\n"}, "a", "README.md: nothing follows <!-- tried: a -->"},
		{map[string]string{"README.md": "<!-- tried: a -->"}, "a", "README.md: nothing follows <!-- tried: a -->"},
	} {
		file, found, err := find(tt.all, tt.name)
		got := strings.Join(found.lines, "\n")
		if err != nil {
			got = err.Error()
		} else if lines := strings.Split(tt.all[file], "\n"); !slices.Equal(lines[found.first:found.end], found.lines) {
			t.Errorf("%s: lines %d to %d are %q", tt.name, found.first, found.end, lines[found.first:found.end])
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestSlug(t *testing.T) {
	for heading, want := range map[string]string{
		"A new site in one command":  "a-new-site-in-one-command",
		"`make run`, and JPEG 4:4:4": "make-run-and-jpeg-444",
		"A [link](a.md) of_it":       "a-link-of_it",
	} {
		if got := slug(heading); got != want {
			t.Errorf("%s: got %s, want %s", heading, got, want)
		}
	}
}
