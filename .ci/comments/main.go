// Command comments reports Go functions whose comment says what they are instead of what
// they do, and words that stand for a parameter's name:
//
//	comments DIR…
//
// It prints one line for each and exits with status 1 if there are any. It leaves out .cache
// and node_modules.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	found := 0
	for _, dir := range os.Args[1:] {
		lines, err := checkAll(os.DirFS(dir))
		if err != nil {
			fmt.Fprintln(os.Stderr, "comments:", err)
			os.Exit(1)
		}
		for _, line := range lines {
			fmt.Println(line)
		}
		found += len(lines)
	}
	if found > 0 {
		fmt.Fprintf(os.Stderr, "comments: begin these with what the function does: returns, reports whether, writes (%d)\n", found)
		os.Exit(1)
	}
}

// checkAll returns the lines of check for each Go file of a tree, without what tools have
// installed there.
func checkAll(tree fs.FS) (all []string, err error) {
	err = fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && (d.Name() == ".cache" || d.Name() == "node_modules"):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		text, err := fs.ReadFile(tree, path)
		if err != nil {
			return err
		}
		lines, err := check(path, text)
		all = append(all, lines...)
		return err
	})
	return all, err
}

// states matches what follows a function's name where a state is described.
var states = regexp.MustCompile(`^(is|are|was|were)\b`)

// vague matches words that stand for a name.
var vague = regexp.MustCompile(`\bso many\b`)

// check returns a line for each comment of a file that is to be written anew, with its
// position.
func check(path string, text []byte) (lines []string, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, decl := range file.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Doc == nil {
			continue
		}
		doc := function.Doc.Text()
		after, named := strings.CutPrefix(doc, function.Name.Name+" ")
		if named && states.MatchString(after) || vague.MatchString(doc) {
			first, _, _ := strings.Cut(doc, "\n")
			lines = append(lines, fmt.Sprintf("%s: %s", files.Position(function.Pos()), first))
		}
	}
	return lines, nil
}
