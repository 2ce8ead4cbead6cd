// Package readme finds in the project's README.md files what tests try: commands, tables
// and paragraphs.
//
// A marker, on the line before, names what is tried:
//
//	<!-- tried: attach -->
//
// A fenced block follows, whose lines between the fences count, or any other text up to the
// next blank line. A name occurs once in all README.md files. Tests ask by name, so that
// text can move from one file or section to another.
package readme

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// marker matches a marker.
var marker = regexp.MustCompile(`^<!-- tried: ([a-z0-9-]+) -->$`)

// block is a fenced block of a README.md, or other text with a marker.
type block struct {
	// name is the name in the block's marker, or "".
	name string
	// language is the word after the opening fence; fenced is false for other text.
	language string
	fenced   bool
	// lines are lines [first, end) of the file, counted from 0.
	first, end int
	lines      []string
}

// Lines returns the lines that follow the marker of that name. It fails the test unless
// there is exactly one such marker.
func Lines(t testing.TB, name string) []string {
	t.Helper()
	_, found, err := find(All(t), name)
	if err != nil {
		t.Fatal(err)
	}
	return found.lines
}

// Rewrite replaces the lines that Lines returns, in the file.
func Rewrite(t testing.TB, name string, lines []string) {
	t.Helper()
	all := All(t)
	file, found, err := find(all, name)
	if err != nil {
		t.Fatal(err)
	}
	whole := slices.Concat(strings.Split(all[file], "\n")[:found.first], lines, strings.Split(all[file], "\n")[found.end:])
	if err := os.WriteFile(filepath.Join(Root(t), file), []byte(strings.Join(whole, "\n")), 0o644); err != nil {
		t.Fatal(err)
	}
}

// Commands returns all shell commands of the README.md files that begin with prefix, in
// blocks and in running text, without comments.
func Commands(t testing.TB, prefix string) (commands []string) {
	t.Helper()
	code := regexp.MustCompile("`(" + regexp.QuoteMeta(prefix) + "[^`]*)`")
	for _, text := range All(t) {
		prose := strings.Split(text, "\n")
		for _, b := range blocks(text) {
			if !b.fenced {
				continue
			}
			for i, line := range b.lines {
				prose[b.first+i] = ""
				if line, _, _ := strings.Cut(line, " #"); strings.HasPrefix(line, prefix) && b.language == "sh" {
					commands = append(commands, strings.TrimSpace(line))
				}
			}
		}
		// A command in running text may go on in the next line.
		for _, m := range code.FindAllStringSubmatch(strings.Join(prose, " "), -1) {
			commands = append(commands, strings.Join(strings.Fields(m[1]), " "))
		}
	}
	slices.Sort(commands)
	return slices.Compact(commands)
}

// Code returns the parts of a line that are in backticks.
func Code(line string) (all []string) {
	for i, part := range strings.Split(line, "`") {
		if i%2 == 1 {
			all = append(all, part)
		}
	}
	return all
}

// CheckFlags fails the test for each word of a command that begins with - but is not a flag
// in usage, which flag.PrintDefaults has written.
func CheckFlags(t testing.TB, words []string, usage string) {
	t.Helper()
	for _, word := range words {
		name, _, _ := strings.Cut(word, "=")
		if strings.HasPrefix(word, "-") && word != "-h" && !regexp.MustCompile(`\n  `+regexp.QuoteMeta(name)+`\s`).MatchString(usage) {
			t.Errorf("%q: there is no flag %s", words, word)
		}
	}
}

// All returns the text of each README.md of the project, by its path from Root with
// slashes.
func All(t testing.TB) map[string]string {
	t.Helper()
	root := os.DirFS(Root(t))
	all := map[string]string{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (entry.Name()[0] == '.' || slices.Contains([]string{"node_modules", "testdata", "dist"}, entry.Name())) {
			return fs.SkipDir
		}
		if path.Base(name) != "README.md" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		all[name] = strings.ReplaceAll(string(text), "\r\n", "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Root returns the folder of the project. The test must run in it or below.
func Root(t testing.TB) string {
	t.Helper()
	folder, err := os.Getwd()
	for err == nil {
		var module []byte
		module, err = os.ReadFile(filepath.Join(folder, "go.mod"))
		if words := strings.Fields(string(module)); len(words) > 1 && words[1] == "github.com/edgeresize/edgeresize" {
			return folder
		}
		if folder == filepath.Dir(folder) {
			err = errors.New("the test does not run in the project")
		} else if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		folder = filepath.Dir(folder)
	}
	t.Fatal(err)
	return ""
}

// find returns the only block of that name, and its file.
func find(all map[string]string, name string) (file string, found block, err error) {
	for f, text := range all {
		for _, b := range blocks(text) {
			switch {
			case b.name != name:
			case file != "":
				return "", block{}, fmt.Errorf("<!-- tried: %s --> stands twice, in %s and %s", name, min(f, file), max(f, file))
			case len(b.lines) == 0:
				return "", block{}, fmt.Errorf("%s: nothing follows <!-- tried: %s -->", f, name)
			default:
				file, found = f, b
			}
		}
	}
	if file == "" {
		return "", block{}, fmt.Errorf("no README.md has <!-- tried: %s -->", name)
	}
	return file, found, nil
}

// blocks returns the fenced blocks of a text, and other text with a marker.
func blocks(text string) (all []block) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		var b block
		m := marker.FindStringSubmatch(lines[i])
		if m != nil {
			b.name = m[1]
			i++
		}
		done := func(line string) bool { return strings.TrimSpace(line) == "" }
		if i < len(lines) && strings.HasPrefix(lines[i], "```") {
			b.fenced, b.language = true, strings.TrimPrefix(lines[i], "```")
			i++
			done = func(line string) bool { return line == "```" }
		}
		if !b.fenced && m == nil {
			continue
		}
		b.first = min(i, len(lines))
		for b.end = b.first; b.end < len(lines) && !done(lines[b.end]); b.end++ {
		}
		b.lines = lines[b.first:b.end]
		all = append(all, b)
		i = b.end
	}
	return all
}
