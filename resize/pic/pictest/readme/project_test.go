package readme

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestCommandsAreTried checks that every block of shell commands has a marker, and that a
// test asks for every marker.
func TestCommandsAreTried(t *testing.T) {
	asked := askedFor(t)
	for file, text := range All(t) {
		for _, b := range blocks(text) {
			switch {
			case b.name == "" && b.language == "sh":
				t.Errorf("%s:%d: a block of commands without <!-- tried: NAME -->", file, b.first)
			case b.name != "" && !slices.Contains(asked, b.name):
				t.Errorf("%s:%d: no test asks for %s", file, b.first, b.name)
			}
		}
	}
}

// askedFor returns the names that the project's tests ask for.
func askedFor(t *testing.T) (names []string) {
	t.Helper()
	call := regexp.MustCompile(`\b(?:Lines|Rewrite)\(\w+, "([a-z0-9-]+)"`)
	root := os.DirFS(Root(t))
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." && entry.Name()[0] == '.':
			return fs.SkipDir
		case !strings.HasSuffix(name, "_test.go"):
			return nil
		}
		text, err := fs.ReadFile(root, name)
		for _, m := range call.FindAllStringSubmatch(string(text), -1) {
			names = append(names, m[1])
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// TestFirstPage checks that the first page is short enough to be read.
func TestFirstPage(t *testing.T) {
	const most = 10_000
	if n := len(All(t)["README.md"]); n > most {
		t.Errorf("README.md has %d bytes: want at most %d", n, most)
	}
}

// TestLayout checks that the layout names only folders that exist, and all of those in
// edge and deploy.
func TestLayout(t *testing.T) {
	root := Root(t)
	entry := regexp.MustCompile(`^(  )?([a-z0-9]+)/ +\S`)
	listed, above := []string{}, ""
	for _, line := range Lines(t, "layout") {
		m := entry.FindStringSubmatch(line)
		if m == nil {
			t.Errorf("got %q", line)
			continue
		}
		name := m[2]
		if m[1] == "" {
			above = name
		} else {
			name = path.Join(above, name)
		}
		listed = append(listed, name)
		if !exists(root, name) {
			t.Errorf("there is no %s", name)
		}
	}
	for _, folder := range []string{"edge", "deploy"} {
		entries, err := os.ReadDir(filepath.Join(root, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if name := path.Join(folder, e.Name()); e.IsDir() && !slices.Contains(listed, name) {
				t.Errorf("%s is not listed", name)
			}
		}
	}
}

// TestMakeTargets checks that the Makefile has every target and variable of make that the
// README.md files name. The tests of what a target runs check that it works. No test runs
// targets that take minutes, or need a real account or a benchmark's peers (soak, cost,
// bench…).
func TestMakeTargets(t *testing.T) {
	makefile, err := os.ReadFile(filepath.Join(Root(t), "Makefile"))
	if err != nil {
		t.Fatal(err)
	}
	variable := regexp.MustCompile(`^([A-Z_]+)=`)
	commands := Commands(t, "make ")
	for _, command := range commands {
		for _, word := range strings.Fields(command)[1:] {
			want := `(?m)^` + regexp.QuoteMeta(word) + `:`
			if m := variable.FindStringSubmatch(word); m != nil {
				want = `\$\(` + m[1] + `\)|\$\$` + m[1] + `\b|\$\(if \$\(` + m[1]
			} else if !regexp.MustCompile(`^[a-z-]+$`).MatchString(word) {
				break // the rest of a quoted value, or another command
			}
			if !regexp.MustCompile(want).Match(makefile) {
				t.Errorf("%s: the Makefile has no %s", command, word)
			}
		}
	}
	if len(commands) < 10 {
		t.Errorf("found %q", commands)
	}
}

var (
	code = regexp.MustCompile("(?s)```.*?```|`[^`]*`")
	// link matches the targets of links in Markdown and HTML.
	link    = regexp.MustCompile(`\]\(([^)\s]+)\)|(?:href|src|srcset)="([^"]+)"`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
)

// TestLinks checks that every link to a file or a heading leads somewhere.
func TestLinks(t *testing.T) {
	root := Root(t)
	for file, text := range All(t) {
		links := 0
		for _, m := range link.FindAllStringSubmatch(withoutCode(text), -1) {
			target := m[1] + m[2]
			if strings.Contains(target, "://") {
				continue
			}
			links++
			to, anchor, anchored := strings.Cut(target, "#")
			if to == "" {
				to = file
			} else if to = path.Join(path.Dir(file), to); !exists(root, to) {
				t.Errorf("%s: there is no %s", file, target)
				continue
			}
			if anchored && !slices.Contains(anchors(t, root, to), anchor) {
				t.Errorf("%s: %s has no #%s", file, to, anchor)
			}
		}
		if links == 0 {
			t.Errorf("%s leads nowhere", file)
		}
	}
}

// withoutCode returns a text with its code, which holds no links, replaced by a word.
func withoutCode(text string) string { return code.ReplaceAllString(text, "code") }

func exists(root, name string) bool {
	_, err := os.Stat(filepath.Join(root, filepath.FromSlash(name)))
	return err == nil
}

// anchors returns the anchors of the headings of a file, or of a folder's README.md.
func anchors(t *testing.T, root, name string) (all []string) {
	t.Helper()
	if info, err := os.Stat(filepath.Join(root, name)); err == nil && info.IsDir() {
		name = path.Join(name, "README.md")
	}
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Error(err)
	}
	fences := regexp.MustCompile("(?ms)^```.*?^```$")
	for _, m := range heading.FindAllStringSubmatch(fences.ReplaceAllString(string(text), ""), -1) {
		all = append(all, slug(m[1]))
	}
	return all
}

// slug returns the anchor that GitHub gives a heading, if no other heading of the file has
// the same words.
func slug(heading string) string {
	heading = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`).ReplaceAllString(heading, "$1")
	heading = regexp.MustCompile(`[^\pL\pN _-]`).ReplaceAllString(strings.ToLower(heading), "")
	return strings.ReplaceAll(heading, " ", "-")
}
