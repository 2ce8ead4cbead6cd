// Package pack makes the zips that Lambda runs. The edge's zip, which CloudFront
// accepts, holds a static Go binary and the Python launcher that starts it (package
// launcher). A regional function's zip holds a binary alone.
package pack

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge"
)

// binaryName is the file that the launcher starts from its own folder, and that
// Lambda's runtime provided.al2023 starts.
const binaryName = "bootstrap"

// Options says what to pack.
type Options struct {
	// Dir is a folder of the checkout.
	Dir string
	// Config is the JSON to bake in; see [edge.Config].
	Config []byte
	// Launcher is one of [launcher.Names].
	Launcher string
}

// Package is a zip ready for Lambda.
type Package struct {
	Zip []byte
	// SBOM is the zip's software bill of materials, in JSON of CycloneDX.
	SBOM []byte
	// Config is the config in the binary, defaults included; zero in a regional
	// function.
	Config edge.Config
	// BinaryBytes is the size of the binary in Zip.
	BinaryBytes int
}

// SHA256 returns the zip's checksum.
func (p *Package) SHA256() [sha256.Size]byte { return sha256.Sum256(p.Zip) }

// Make builds and packs the edge function. The same source, config and Go release give
// the same bytes. A bad config gives an [*edge.ConfigError].
func Make(ctx context.Context, o Options) (*Package, error) {
	config, err := edge.ParseConfig(o.Config)
	if err != nil {
		return nil, err
	}
	if _, err := launcher.Source(o.Launcher, 0); err != nil {
		return nil, err
	}
	root, err := Checkout(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	binary, err := build(ctx, root, o.Config)
	if err != nil {
		return nil, err
	}
	if err := checkBinary(binary, edgelimits.Architecture); err != nil {
		return nil, err
	}
	source, err := launcher.Source(o.Launcher, len(binary))
	if err != nil {
		return nil, err
	}
	files := []member{{launcher.Module, 0o644, source}, {binaryName, 0o755, binary}}
	packed, err := zipped(files)
	if err != nil {
		return nil, err
	}
	if err := checkEdgeZip(packed); err != nil {
		return nil, err
	}
	bill, err := sbom(ctx, root, "edgeresize", packed, binary, files)
	if err != nil {
		return nil, err
	}
	return &Package{Zip: packed, SBOM: bill, Config: config, BinaryBytes: len(binary)}, nil
}

// member is a file of a package.
type member struct {
	name    string
	mode    fs.FileMode
	content []byte
}

// zipTime is the time of every file: the earliest that a zip can hold.
var zipTime = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

// zipped returns a zip of members, in their order.
func zipped(members []member) ([]byte, error) {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	w.RegisterCompressor(zip.Deflate, func(out io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(out, flate.BestCompression)
	})
	for _, m := range members {
		header := &zip.FileHeader{Name: m.name, Method: zip.Deflate, Modified: zipTime}
		header.SetMode(m.mode)
		f, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := f.Write(m.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// SBOMFile returns the name of the file beside the zip called name that has its SBOM.
func SBOMFile(name string) string { return strings.TrimSuffix(name, ".zip") + ".cdx.json" }

// WriteFile writes the zip to the file name and its SBOM, if it has one, beside it, each
// whole or not at all.
func (p *Package) WriteFile(name string) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if len(p.SBOM) > 0 {
		if err := writeWhole(SBOMFile(name), p.SBOM); err != nil {
			return err
		}
	}
	return writeWhole(name, p.Zip)
}

// writeWhole writes content to the file name, whole or not at all.
func writeWhole(name string, content []byte) error {
	partial, err := os.CreateTemp(filepath.Dir(name), ".package-*")
	if err != nil {
		return err
	}
	defer os.Remove(partial.Name())
	_, err = partial.Write(content)
	if closeErr := partial.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if err := os.Chmod(partial.Name(), 0o644); err != nil {
		return err
	}
	return os.Rename(partial.Name(), name)
}
