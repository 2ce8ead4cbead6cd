package pack

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/launcher"
)

// maxZip is the largest package of an origin-facing function, in bytes.
// CloudFront Developer Guide, "Quotas on Lambda@Edge".
const maxZip = 50 << 20

// checkBinary refuses what would not start at the edge: anything but a static
// executable for Linux on x86-64, the only processor that Lambda@Edge has.
func checkBinary(binary []byte) error {
	file, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return fmt.Errorf("the binary is no ELF file: %w", err)
	}
	defer file.Close()
	if file.Class != elf.ELFCLASS64 || file.Machine != elf.EM_X86_64 {
		return fmt.Errorf("the binary is for %v, not for x86-64", file.Machine)
	}
	if file.Type != elf.ET_EXEC && file.Type != elf.ET_DYN {
		return fmt.Errorf("the binary is a %v, not an executable", file.Type)
	}
	for _, p := range file.Progs {
		if p.Type == elf.PT_INTERP || p.Type == elf.PT_DYNAMIC {
			return errors.New("the binary is not static")
		}
		if p.Type == elf.PT_LOAD && p.Off+p.Filesz > uint64(len(binary)) {
			return fmt.Errorf("the binary is cut off at %d bytes", len(binary))
		}
	}
	return nil
}

// checkZip reads a package back as Lambda does and refuses what breaks its
// limits: the size, the handler, and a binary that may be executed.
func checkZip(data []byte) error {
	if len(data) > maxZip {
		return fmt.Errorf("the package has %d bytes, more than Lambda@Edge's %d", len(data), maxZip)
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	moduleName, function, _ := strings.Cut(launcher.Handler, ".")
	found := map[string]bool{}
	for _, f := range archive.File {
		found[f.Name] = true
		content, err := readZipped(f)
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		if f.Name == launcher.Module && !bytes.Contains(content, []byte("\ndef "+function+"(")) {
			return fmt.Errorf("%s has no %s, which Lambda is told to call", f.Name, function)
		}
		if f.Name != binaryName {
			continue
		}
		if f.Mode().Perm() != 0o755 {
			return fmt.Errorf("%s has the mode %v", f.Name, f.Mode())
		}
		if err := checkBinary(content); err != nil {
			return err
		}
	}
	for _, name := range []string{binaryName, moduleName + ".py"} {
		if !found[name] {
			return fmt.Errorf("the package has no %s", name)
		}
	}
	return nil
}

// readZipped is the content of a file, its checksum tested.
func readZipped(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
