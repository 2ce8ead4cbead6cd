package resize

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/edgeresize/edgeresize/"

// shared lists the packages that rooms may import.
var shared = []string{"pic", "plane", "icc", "exif"}

// libraries lists the modules that this folder's packages may import beside the
// standard library.
var libraries = []string{
	"github.com/disintegration/imaging", "golang.org/x/image/",
}

// TestImports: imports go one way. The root imports rooms, a room imports the shared
// packages, and nothing here imports what is built upon it.
func TestImports(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module+"resize/")
		for _, imported := range p.Imports {
			ours, isOurs := strings.CutPrefix(imported, module)
			room := strings.TrimPrefix(ours, "resize/")
			switch {
			case imported == "image/jpeg" || imported == "image/png":
				t.Errorf("%s imports %s: each format has one decoder", name, imported)
			case isOurs && p.ImportPath == module+"resize":
				if room == ours || strings.Contains(room, "/") {
					t.Errorf("the root imports %s", imported)
				}
			case isOurs && !slices.Contains(shared, room) && !strings.HasPrefix(room, name+"/") && room != path.Join(path.Dir(name), "tables"): // a part of the room, or the tables beside it
				t.Errorf("%s imports %s", name, imported)
			case isOurs && slices.Contains([]string{"plane", "icc", "exif"}, name):
				t.Errorf("%s imports %s", name, imported)
			case isOurs && name == "pic" && room != "plane":
				t.Errorf("pic imports %s", imported)
			case !isOurs && isModule(imported) && !slices.ContainsFunc(libraries, func(l string) bool { return strings.HasPrefix(imported, l) }):
				t.Errorf("%s imports %s", name, imported)
			}
		}
	}
}

// TestNothingRunsBeside: no package starts a goroutine, so a resize ends when it
// returns, and kept buffers are never used by two at once.
func TestNothingRunsBeside(t *testing.T) {
	for _, p := range packages(t) {
		for _, file := range p.GoFiles {
			parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			for node := range ast.Preorder(parsed) {
				if _, ok := node.(*ast.GoStmt); ok {
					t.Errorf("%s of %s starts a goroutine", file, p.ImportPath)
				}
			}
		}
	}
}

// isModule reports whether an import path belongs neither to the standard library nor
// to anything else that comes with Go.
func isModule(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return strings.Contains(first, ".")
}

type listed struct {
	ImportPath, Dir  string
	GoFiles, Imports []string
}

// packages lists the packages of this folder that go into a program, without the
// benchmark's and the makers of test pictures.
func packages(t *testing.T) (all []listed) {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Dir,GoFiles,Imports", "./...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		if base := path.Base(p.ImportPath); base != "pictest" && !strings.HasPrefix(p.ImportPath, module+"resize/bench") {
			all = append(all, p)
		}
	}
	if len(all) < 11 {
		t.Errorf("only %d packages", len(all))
	}
	return all
}
