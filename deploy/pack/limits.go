package pack

import (
	"archive/zip"
	"bytes"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
)

// processors are Lambda's processors, by Lambda's names.
var processors = map[string]struct {
	goarch  string
	machine elf.Machine
}{
	"arm64":  {"arm64", elf.EM_AARCH64},
	"x86_64": {"amd64", elf.EM_X86_64},
}

// checkBinary refuses a binary that Lambda could not start: it must be a static
// executable for Linux on the processor arch.
func checkBinary(binary []byte, arch string) error {
	file, err := elf.NewFile(bytes.NewReader(binary))
	if err != nil {
		return fmt.Errorf("the binary is not an ELF file: %w", err)
	}
	defer file.Close()
	if file.Class != elf.ELFCLASS64 || file.Machine != processors[arch].machine {
		return fmt.Errorf("the binary is for %v, not for %s", file.Machine, arch)
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

// checkZip reads a package back and returns its files by name. It refuses a package
// that is over Lambda's limit, or whose binary is not executable.
func checkZip(data []byte, arch string) (contents map[string][]byte, err error) {
	if len(data) > edgelimits.MaxZipBytes {
		return nil, fmt.Errorf("the package has %d bytes, more than Lambda's %d", len(data), edgelimits.MaxZipBytes)
	}
	members, err := readMembers(data)
	if err != nil {
		return nil, err
	}
	binary, ok := members[binaryName]
	if !ok {
		return nil, fmt.Errorf("the package has no %s", binaryName)
	}
	if binary.mode.Perm() != 0o755 {
		return nil, fmt.Errorf("%s has the mode %v", binaryName, binary.mode)
	}
	contents = map[string][]byte{}
	for name, m := range members {
		contents[name] = m.content
	}
	return contents, checkBinary(binary.content, arch)
}

// checkEdgeZip checks a package of the edge: what [checkZip] checks, and that it has
// the handler that Lambda calls.
func checkEdgeZip(data []byte) error {
	contents, err := checkZip(data, edgelimits.Architecture)
	if err != nil {
		return err
	}
	moduleName, function, _ := strings.Cut(launcher.Handler, ".")
	source, ok := contents[moduleName+".py"]
	if !ok {
		return fmt.Errorf("the package has no %s.py", moduleName)
	}
	if !bytes.Contains(source, []byte("\ndef "+function+"(")) {
		return fmt.Errorf("%s.py has no %s, which Lambda is told to call", moduleName, function)
	}
	return nil
}

// readMembers reads the files of a zip, by name. It refuses a zip that is ambiguous.
func readMembers(data []byte) (map[string]member, error) {
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, err
	}
	members := map[string]member{}
	for _, f := range archive.File {
		// Programs that unpack zips differ in which of two files they keep, and in where
		// they put a file whose path leads out of the folder.
		if _, twice := members[f.Name]; twice {
			return nil, fmt.Errorf("%s: twice in the zip", f.Name)
		}
		if !fs.ValidPath(strings.TrimSuffix(f.Name, "/")) || strings.Contains(f.Name, `\`) {
			return nil, fmt.Errorf("%s: not a path in the zip", f.Name)
		}
		content, err := readZipped(f)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.Name, err)
		}
		members[f.Name] = member{f.Name, f.Mode(), content}
	}
	return members, nil
}

// readZipped returns the content of f and checks its checksum.
func readZipped(f *zip.File) ([]byte, error) {
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}
