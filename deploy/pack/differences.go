package pack

import (
	"bytes"
	"crypto/sha256"
	"debug/buildinfo"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// signatures is the folder of a zip in which AWS Signer puts the signature.
const signatures = "META-INF/"

// Differences compares the zip given with the package. It returns whether the zip is
// signed, and what differs from the package, a line for each difference. Of a signed zip
// only the files have to be the same, without the signature.
func (p *Package) Differences(given []byte) (signed bool, lines []string, err error) {
	if bytes.Equal(given, p.Zip) {
		return false, nil, nil
	}
	want, err := readMembers(p.Zip)
	if err != nil {
		return false, nil, err
	}
	have, err := readMembers(given)
	if err != nil {
		return false, nil, err
	}
	names := maps.Clone(want)
	maps.Copy(names, have)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		w, wanted := want[name]
		h, there := have[name]
		switch {
		case !wanted && strings.HasPrefix(name, signatures):
			signed = signed || len(h.content) > 0
		case !wanted:
			lines = append(lines, name+": the package has no such file")
		case !there:
			lines = append(lines, name+": missing")
		default:
			lines = append(lines, w.differences(h)...)
		}
	}
	if len(lines) == 0 && !signed {
		lines = []string{"the files are the same, but the zip was packed in another way"}
	}
	return signed, lines, nil
}

// differences returns how the file given differs from m.
func (m member) differences(given member) (lines []string) {
	if given.mode != m.mode {
		lines = append(lines, fmt.Sprintf("%s: mode %v instead of %v", m.name, given.mode, m.mode))
	}
	if bytes.Equal(given.content, m.content) {
		return lines
	}
	lines = append(lines, fmt.Sprintf("%s: %d bytes, sha256 %x, instead of %d bytes, sha256 %x",
		m.name, len(given.content), sha256.Sum256(given.content), len(m.content), sha256.Sum256(m.content)))
	if m.name != binaryName {
		return lines
	}
	want, have := builtWith(m.content), builtWith(given.content)
	names := maps.Clone(want)
	maps.Copy(names, have)
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if want[name] != have[name] {
			lines = append(lines, fmt.Sprintf("%s: built with %s %q instead of %q", m.name, name, have[name], want[name]))
		}
	}
	return lines
}

// builtWith returns the versions of Go and of the modules that a binary was built with, and
// the settings of the build, by name; nothing for what is no Go binary.
func builtWith(binary []byte) map[string]string {
	built, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return map[string]string{}
	}
	with := map[string]string{"Go": built.GoVersion}
	for _, s := range built.Settings {
		with["the setting "+s.Key] = s.Value
	}
	for _, m := range built.Deps {
		with["the module "+m.Path] = m.Version
	}
	return with
}
