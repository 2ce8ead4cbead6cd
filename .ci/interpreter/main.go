// Command interpreter unpacks whole Python interpreters, which come from the proxy for Go
// modules.
//
//	go run ./.ci/interpreter PINS DIR
//
// The file PINS has a line for each interpreter: the version of the module
// github.com/kluctl/go-embed-python, and the module's checksum as in go.sum. Each
// interpreter goes into a folder of DIR that is called by that version.
package main

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// module has an interpreter for each system in python/internal/data.
const module = "github.com/kluctl/go-embed-python"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: go run ./.ci/interpreter PINS DIR")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, "interpreter:", err)
		os.Exit(1)
	}
}

// run unpacks the interpreters that the file pins lists into folders of dir.
func run(pins, dir string) error {
	content, err := os.ReadFile(pins)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		version, sum, _ := strings.Cut(strings.TrimSpace(line), " ")
		from, err := download(version, sum)
		if err != nil {
			return fmt.Errorf("%s: %w", version, err)
		}
		to := filepath.Join(dir, version)
		if err := unpack(filepath.Join(from, "python/internal/data", runtime.GOOS+"-"+runtime.GOARCH), to); err != nil {
			return fmt.Errorf("%s: %w", version, err)
		}
	}
	return nil
}

// download downloads a version of module, which must have the checksum sum, and returns
// its folder.
func download(version, sum string) (dir string, err error) {
	out, err := exec.Command("go", "mod", "download", "-json", module+"@"+version).Output()
	var got struct{ Error, Dir, Sum string }
	if jsonErr := json.Unmarshal(out, &got); jsonErr != nil {
		return "", errors.Join(err, jsonErr)
	}
	if got.Error != "" {
		return "", errors.New(got.Error)
	}
	if got.Sum != sum {
		return "", fmt.Errorf("the checksum is %q, want %q", got.Sum, sum)
	}
	return got.Dir, nil
}

// file is an entry of files.json, which lists an interpreter's folders, files and links.
type file struct {
	Name       string      `json:"name"`
	Mode       fs.FileMode `json:"perm"`
	Symlink    string      `json:"symlink"`
	Compressed bool        `json:"compressed"` // by gzip, as NAME.gz
}

// unpack unpacks the interpreter in the folder from into the folder to.
func unpack(from, to string) error {
	list, err := os.ReadFile(filepath.Join(from, "files.json"))
	if err != nil {
		return err
	}
	var listed struct{ Files []file }
	if err := json.Unmarshal(list, &listed); err != nil {
		return err
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return err
	}
	root, err := os.OpenRoot(to)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, f := range listed.Files {
		switch {
		case f.Mode.IsDir():
			err = root.MkdirAll(f.Name, 0o755)
		case f.Symlink != "":
			err = root.Symlink(f.Symlink, f.Name)
		default:
			err = f.write(from, root)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// write writes the file into the folder to.
func (f file) write(from string, to *os.Root) error {
	name := filepath.Join(from, f.Name)
	if f.Compressed {
		name += ".gz"
	}
	stored, err := os.Open(name)
	if err != nil {
		return err
	}
	defer stored.Close()
	var content io.Reader = stored
	if f.Compressed {
		if content, err = gzip.NewReader(stored); err != nil {
			return err
		}
	}
	out, err := to.OpenFile(f.Name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, f.Mode.Perm())
	if err != nil {
		return err
	}
	_, err = io.Copy(out, content)
	return errors.Join(err, out.Close())
}
