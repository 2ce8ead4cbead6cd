package pack

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
)

// TestDifferences wants a line for whatever distinguishes a zip from the package, but none
// for a signature.
func TestDifferences(t *testing.T) {
	python := member{launcher.Module, 0o644, []byte("def handler(): pass\n")}
	binary := member{binaryName, 0o755, goBinary(t, "GOOS=linux", "GOARCH=amd64")}
	p := &Package{Zip: mustZip(t, python, binary)}
	with := func(m member, change func(*member)) member {
		change(&m)
		return m
	}
	for _, tt := range []struct {
		name    string
		members []member
		signed  bool
		want    []string // beginnings of the lines
	}{
		{"same", []member{python, binary}, false, nil},
		{"signed", []member{python, binary, {signatures + "aws_signer_signature_v1.0.SF", 0o644, []byte("signature")}}, true, nil},
		{"another order", []member{binary, python}, false, []string{"the files are the same, but"}},
		{"missing", []member{python}, false, []string{"bootstrap: missing"}},
		{"more", []member{python, binary, {"sitecustomize.py", 0o644, nil}}, false, []string{"sitecustomize.py: the package has no such file"}},
		{"mode", []member{python, with(binary, func(m *member) { m.mode = 0o644 })}, false, []string{"bootstrap: mode -rw-r--r-- instead of -rwxr-xr-x"}},
		{"content", []member{with(python, func(m *member) { m.content = []byte("pass\n") }), binary}, false, []string{"lambda_function.py: 5 bytes, sha256 "}},
		{"no Go", []member{python, with(binary, func(m *member) { m.content = []byte("#!/bin/sh\n") })}, false, []string{
			"bootstrap: 10 bytes", `bootstrap: built with Go "" instead of "go1.`}},
		{"processor", []member{python, with(binary, func(m *member) { m.content = goBinary(t, "GOOS=linux", "GOARCH=amd64", "GOAMD64=v3") })}, false, []string{
			"bootstrap: ", `bootstrap: built with the setting GOAMD64 "v3" instead of "v1"`}},
	} {
		signed, lines, err := p.Differences(mustZip(t, tt.members...))
		ok := err == nil && signed == tt.signed && len(lines) >= len(tt.want) && (len(lines) == 0) == (len(tt.want) == 0)
		for _, want := range tt.want {
			ok = ok && slices.ContainsFunc(lines, func(line string) bool { return strings.HasPrefix(line, want) })
		}
		if !ok {
			t.Errorf("%s: got %t, %q, %v; want %q", tt.name, signed, lines, err, tt.want)
		}
	}
	if _, _, err := p.Differences([]byte("no zip")); err == nil {
		t.Error("what is no zip is compared")
	}
}

// TestDifferencesAmbiguous refuses zips that one program may unpack as the package, and
// another as something else.
func TestDifferencesAmbiguous(t *testing.T) {
	python := member{launcher.Module, 0o644, []byte("def handler(): pass\n")}
	binary := member{binaryName, 0o755, []byte("binary")}
	other := member{binaryName, 0o755, []byte("another")}
	p := &Package{Zip: mustZip(t, python, binary)}
	for _, members := range [][]member{
		{python, other, binary},
		{python, binary, other},
		{python, binary, {signatures + "../" + launcher.Module, 0o644, other.content}},
		{python, binary, {signatures + `..\` + launcher.Module, 0o644, other.content}},
		{python, binary, {"/" + launcher.Module, 0o644, other.content}},
		{python, binary, {"./" + launcher.Module, 0o644, other.content}},
	} {
		if signed, lines, err := p.Differences(mustZip(t, members...)); err == nil {
			t.Errorf("%v: got %t, %q", members, signed, lines)
		}
	}
	if signed, _, err := p.Differences(mustZip(t, python, binary, member{signatures, 0o755, nil})); signed || err != nil {
		t.Errorf("an empty folder is a signature: %t, %v", signed, err)
	}
}

// TestSigned wants the checksum of the signed zip in its SBOM.
func TestSigned(t *testing.T) {
	p := &Package{Zip: []byte("zip"), SBOM: fmt.Appendf(nil, "hash %x\n", sha256.Sum256([]byte("zip")))}
	got := p.Signed([]byte("signed zip"))
	if want := fmt.Sprintf("hash %x\n", sha256.Sum256([]byte("signed zip"))); string(got.Zip) != "signed zip" || string(got.SBOM) != want {
		t.Errorf("got %q and %q, want %q", got.Zip, got.SBOM, want)
	}
}
