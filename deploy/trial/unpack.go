package trial

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge"
)

// Package is the function's package with the default config, unpacked into a temporary
// folder.
type Package struct {
	Dir    string
	Config edge.Config
}

// packed holds the packages that were built, by launcher.
var packed struct {
	sync.Mutex
	packages map[string]*pack.Package
}

// Pack packs the function with the launcher of that name and unpacks it. The working
// directory must be in the checkout. Pack builds once for each launcher.
func Pack(ctx context.Context, launcherName string) (*Package, error) {
	p, err := packOnce(ctx, launcherName)
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "edgeresize-trial")
	if err != nil {
		return nil, err
	}
	if err := Unpack(p.Zip, dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return &Package{dir, p.Config}, nil
}

// packOnce returns the package of a launcher, which the first call for it builds.
func packOnce(ctx context.Context, launcherName string) (*pack.Package, error) {
	packed.Lock()
	defer packed.Unlock()
	if p := packed.packages[launcherName]; p != nil {
		return p, nil
	}
	p, err := pack.Make(ctx, pack.Options{Dir: ".", Config: []byte("{}"), Launcher: launcherName})
	if err != nil {
		return nil, err
	}
	if packed.packages == nil {
		packed.packages = map[string]*pack.Package{}
	}
	packed.packages[launcherName] = p
	return p, nil
}

// Close removes the folder.
func (p *Package) Close() error { return os.RemoveAll(p.Dir) }

// Unpack unpacks a zip into a folder, as Lambda does into /var/task.
func Unpack(zipped []byte, dir string) error {
	archive, err := zip.NewReader(bytes.NewReader(zipped), int64(len(zipped)))
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

// unpackFile writes the content of f, with its permissions, to the file name.
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

// ReplaceBinary replaces the binary of an unpacked package by another one, as if that had
// been packed with the launcher of that name.
func ReplaceBinary(dir, launcherName string, binary []byte) error {
	source, err := launcher.Source(launcherName, len(binary))
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
