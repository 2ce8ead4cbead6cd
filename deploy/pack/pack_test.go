package pack

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge"
)

func mustMake(t *testing.T, o Options) *Package {
	t.Helper()
	p, err := Make(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// maxOurZip limits the size of our package in bytes, far below Lambda's own limit:
// every cold start in every region fetches it.
const maxOurZip = 4_800_000

// configured packs the edge function with a config, once for all tests: it takes
// seconds of CPU time.
var configured = sync.OnceValues(func() (*Package, error) {
	return Make(context.Background(), Options{Dir: ".", Config: []byte(`{"quality": 77, "fit": "inside"}`), Launcher: launcher.Exec})
})

func TestPackageHoldsLauncherAndBinary(t *testing.T) {
	p, err := configured()
	if err != nil {
		t.Fatal(err)
	}
	if p.Config.Quality != 77 || p.Config.MinQuality != edge.DefaultConfig().MinQuality {
		t.Errorf("got config %+v", p.Config)
	}
	if len(p.Zip) > maxOurZip {
		t.Errorf("the package has %d bytes, want at most %d", len(p.Zip), maxOurZip)
	}
	archive, err := zip.NewReader(bytes.NewReader(p.Zip), int64(len(p.Zip)))
	if err != nil {
		t.Fatal(err)
	}
	modes := map[string]os.FileMode{"lambda_function.py": 0o644, "bootstrap": 0o755}
	if len(archive.File) != len(modes) {
		t.Errorf("%d files, want %d", len(archive.File), len(modes))
	}
	for _, f := range archive.File {
		if f.Mode() != modes[f.Name] {
			t.Errorf("%s has mode %v, want %v", f.Name, f.Mode(), modes[f.Name])
		}
		content, err := readZipped(f)
		if err != nil {
			t.Fatal(err)
		}
		switch f.Name {
		case "bootstrap":
			if !bytes.Contains(content, []byte(`"quality": 77, "fit": "inside"`)) {
				t.Error("the config is not in the binary")
			}
		case "lambda_function.py":
			if want := fmt.Sprintf("\nSIZE = %d ", p.BinaryBytes); !strings.Contains(string(content), want) {
				t.Errorf("the launcher does not say %q:\n%s", want, content)
			}
		}
	}
}

// TestPackageIsReproducible wants the same bytes of the same source and config,
// wherever the source lies and whatever the environment says.
func TestPackageIsReproducible(t *testing.T) {
	here := mustMake(t, Options{Dir: ".", Config: []byte("{}"), Launcher: launcher.Exec})
	elsewhere := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum", "edge", "resize"} {
		if out, err := exec.Command("cp", "-R", filepath.Join("../..", name), elsewhere).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	workspace := filepath.Join(t.TempDir(), "go.work")
	if err := os.WriteFile(workspace, []byte("go 1.26\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	written := filepath.Join(t.TempDir(), "env") // as by `go env -w`
	if err := os.WriteFile(written, []byte("GOFLAGS=-gcflags=all=-l\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"GOENV": written, "CGO_ENABLED": "1", "GOAMD64": "v3", "GOARCH": "arm64", "GOEXPERIMENT": "nosimd", "GOFIPS140": "latest",
		"GOFLAGS": "-tags=none", "GOOS": "darwin", "GOWORK": workspace,
	} {
		t.Setenv(name, value)
	}
	there := mustMake(t, Options{Dir: filepath.Join(elsewhere, "edge"), Config: []byte("{}"), Launcher: launcher.Exec})
	if here.SHA256() != there.SHA256() {
		t.Error("two packages of the same source differ")
	}
	if !bytes.Equal(here.SBOM, there.SBOM) {
		t.Errorf("two bills of the same package differ:\n%s\n%s", here.SBOM, there.SBOM)
	}
	other, err := configured()
	if err != nil {
		t.Fatal(err)
	}
	if here.SHA256() == other.SHA256() {
		t.Error("two packages of different configs are the same")
	}
}

// TestRegional packs a function that is quick to build; deploy/trial builds the real
// ones.
func TestRegional(t *testing.T) {
	regional["nothing"] = "./deploy/pack/testdata/nothing"
	defer delete(regional, "nothing")
	for _, arch := range []string{"arm64", "x86_64"} {
		p, err := MakeRegional(t.Context(), ".", "nothing", arch)
		if err != nil {
			t.Fatal(err)
		}
		contents, err := checkZip(p.Zip, arch)
		if err != nil || len(contents) != 1 || len(contents[binaryName]) != p.BinaryBytes {
			t.Errorf("%s: %d files, %v", arch, len(contents), err)
		}
		again, err := MakeRegional(t.Context(), "../purge", "nothing", arch)
		if err != nil || again.SHA256() != p.SHA256() {
			t.Errorf("%s: two packages of the same source differ: %v", arch, err)
		}
	}
	for want, args := range map[string][2]string{
		`unknown function "edge": want one of [invoker nothing purge]`: {"edge", "arm64"},
		`unknown processor "amd64": want one of [arm64 x86_64]`:        {"purge", "amd64"},
	} {
		if _, err := MakeRegional(t.Context(), ".", args[0], args[1]); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	if _, err := checkZip(mustZip(t, member{binaryName, 0o755, goBinary(t, "GOOS=linux", "GOARCH=amd64")}), "arm64"); err == nil {
		t.Error("a binary for another processor is taken")
	}
}

func mustZip(t *testing.T, members ...member) []byte {
	t.Helper()
	packed, err := zipped(members)
	if err != nil {
		t.Fatal(err)
	}
	return packed
}

func TestMakeRefuses(t *testing.T) {
	var wrong *edge.ConfigError
	if _, err := Make(t.Context(), Options{Dir: ".", Config: []byte(`{"qualty": 1}`), Launcher: launcher.Exec}); !errors.As(err, &wrong) {
		t.Errorf("bad config: got %v", err)
	}
	if _, err := Make(t.Context(), Options{Dir: ".", Config: []byte("{}"), Launcher: "fork"}); err == nil || !strings.Contains(err.Error(), "bridge") {
		t.Errorf("bad launcher: got %v", err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "go.mod"), []byte("module other\n\ngo 1.26\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{t.TempDir(), other} {
		_, err := Make(t.Context(), Options{Dir: dir, Config: []byte("{}"), Launcher: launcher.Exec})
		if err == nil || !strings.Contains(err.Error(), "checkout") || strings.Contains(err.Error(), "\n") {
			t.Errorf("outside of a checkout: got %v", err)
		}
	}
}

// goBinary builds a small program with env added to the environment and returns the
// binary.
func goBinary(t *testing.T, env ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{"main.go": "package main\n\nfunc main() {}\n", "go.mod": "module x\n\ngo 1.26\n"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "build", "-o", "x", ".")
	cmd.Dir, cmd.Env = dir, append(append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="), env...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	binary, err := os.ReadFile(filepath.Join(dir, "x"))
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

func TestLimits(t *testing.T) {
	good := goBinary(t, "GOOS=linux", "GOARCH=amd64")
	if err := checkBinary(good, edgelimits.Architecture); err != nil {
		t.Fatal(err)
	}
	python := member{launcher.Module, 0o644, []byte("\ndef handler(event, context):\n    pass\n")}
	for _, tt := range []struct {
		name    string
		members []member
		want    string
	}{
		{"another processor", []member{python, {binaryName, 0o755, goBinary(t, "GOOS=linux", "GOARCH=arm64")}}, "not for x86_64"},
		{"another system", []member{python, {binaryName, 0o755, goBinary(t, "GOOS=windows", "GOARCH=amd64")}}, "ELF"},
		{"not static", []member{python, {binaryName, 0o755, dynamic(good)}}, "not static"},
		{"cut off", []member{python, {binaryName, 0o755, good[:len(good)/2]}}, "ELF"},
		{"no execute bit", []member{python, {binaryName, 0o644, good}}, "mode"},
		{"no launcher", []member{{binaryName, 0o755, good}}, "no lambda_function.py"},
		{"no handler", []member{{launcher.Module, 0o644, []byte("\ndef handle():\n    pass\n")}, {binaryName, 0o755, good}}, "no handler"},
		{"no binary", []member{python}, "no bootstrap"},
	} {
		if err := checkEdgeZip(mustZip(t, tt.members...)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %q", tt.name, err, tt.want)
		}
	}
	if err := checkEdgeZip(make([]byte, edgelimits.MaxZipBytes+1)); err == nil || !strings.Contains(err.Error(), "52428800") {
		t.Errorf("too large: got %v", err)
	}
}

// dynamic returns a copy of an ELF file whose last program header asks for an
// interpreter.
func dynamic(binary []byte) []byte {
	changed := bytes.Clone(binary)
	const header, entry, interp = 64, 56, 3 // ELF-64 sizes; PT_INTERP
	count := int(binary[56])                // e_phnum
	kind := changed[header+(count-1)*entry:][:4]
	kind[0], kind[1], kind[2], kind[3] = interp, 0, 0, 0
	return changed
}

func TestWriteFileIsWholeOrNothing(t *testing.T) {
	p := &Package{Zip: []byte("zip"), SBOM: []byte("bill")}
	name := filepath.Join(t.TempDir(), "dist", "a.zip")
	if err := p.WriteFile(name); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{name: "zip", strings.Replace(name, "a.zip", "a.cdx.json", 1): "bill"} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: got %q, %v", name, got, err)
		}
	}
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.MkdirAll(filepath.Join(folder, "in the way"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := p.WriteFile(folder); err == nil {
		t.Error("a folder was overwritten")
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(folder), ".package-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
