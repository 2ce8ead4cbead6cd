// Command comments reports Go functions whose comment says what they are instead of what
// they do, and words that stand for a parameter's name:
//
//	comments DIR…
//
// It prints one line for each and exits with status 1 if there are any. Files are read
// as they are; those of .cache are left out.
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
		err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == ".cache":
				return filepath.SkipDir
			case d.IsDir() || filepath.Ext(path) != ".go":
				return nil
			}
			lines, err := check(path, nil)
			for _, line := range lines {
				fmt.Println(line)
			}
			found += len(lines)
			return err
		})
		if err != nil {
			fmt.Fprintln(os.Stderr, "comments:", err)
			os.Exit(1)
		}
	}
	if found > 0 {
		fmt.Fprintf(os.Stderr, "comments: begin these with what the function does: returns, reports whether, writes (%d)\n", found)
		os.Exit(1)
	}
}

// states matches what follows a function's name where a state is described.
var states = regexp.MustCompile(`^(is|are|was|were)\b`)

// vague matches words that stand for a name.
var vague = regexp.MustCompile(`\bso many\b`)

// check returns a line for each comment of a file that is to be written anew, with its
// position. The file is read from path where src is nil.
func check(path string, src any) (lines []string, err error) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, path, src, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	for _, decl := range file.Decls {
		function, ok := decl.(*ast.FuncDecl)
		if !ok || function.Doc == nil {
			continue
		}
		text := function.Doc.Text()
		after, named := strings.CutPrefix(text, function.Name.Name+" ")
		if named && states.MatchString(after) || vague.MatchString(text) {
			first, _, _ := strings.Cut(text, "\n")
			lines = append(lines, fmt.Sprintf("%s: %s", files.Position(function.Pos()), first))
		}
	}
	return lines, nil
}
