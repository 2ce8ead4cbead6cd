package tryout

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
)

// Unpack unpacks a package into a folder, as Lambda does into /var/task.
func Unpack(packed []byte, dir string) error {
	archive, err := zip.NewReader(bytes.NewReader(packed), int64(len(packed)))
	if err != nil {
		return err
	}
	for _, f := range archive.File {
		if err := unpackFile(f, filepath.Join(dir, filepath.Base(f.Name))); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

func unpackFile(f *zip.File, name string) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, content, f.Mode().Perm()); err != nil {
		return err
	}
	return os.Chmod(name, f.Mode().Perm()) // whatever the umask
}

// ReplaceBinary puts another binary in the place of the one in an unpacked
// package, as if it had been packed with the launcher of that name.
func ReplaceBinary(dir, name string, binary []byte) error {
	source, err := launcher.Source(name, len(binary))
	if err != nil {
		return err
	}
	path := filepath.Join(dir, "bootstrap")
	if err := os.Remove(path); err != nil {
		return err
	}
	if err := os.WriteFile(path, binary, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, launcher.Module), source, 0o644)
}
