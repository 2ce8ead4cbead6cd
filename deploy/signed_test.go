package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/pack"
)

// signature is the file that AWS Signer adds to a zip.
const signature = "META-INF/aws_signer_signature_v1.0.SF"

// TestPublishSigned publishes for a function that takes signed packages only: the package
// is refused with advice, and taken once it is signed, unless another one was signed.
func TestPublishSigned(t *testing.T) {
	const signing = "arn:aws:lambda:us-east-1:123456789012:code-signing-config:csc-0123456789abcdefg"
	c := newCloud(t)
	dir := t.TempDir()
	signed := filepath.Join(dir, "signed.zip")
	made := "first"
	before := makePackage
	t.Cleanup(func() { makePackage = before })
	makePackage = func(context.Context, pack.Options) (*pack.Package, error) {
		return &pack.Package{Zip: zipOf(t, made)}, nil
	}
	if status, _, stderr := deploy(t, "publish", "-role", role); status != 0 {
		t.Fatal(stderr)
	}
	c.functions.Enforces = map[string]bool{signing: true}
	c.functions.Sign("us-east-1", "edgeresize", signing)
	made = "second"
	for _, tt := range []struct {
		name   string
		signed []byte // nil for none
		status int
		want   string
	}{
		{"unsigned", nil, 1, "let AWS Signer sign the zip, and give it with -signed FILE"},
		{"no signature", zipOf(t, "second"), 1, "signed.zip has no signature"},
		{"another package", zipOf(t, "first", signature), 1, "signed.zip is not what this checkout gives: first: the package has no such file; second: missing"},
		{"no zip", []byte("signature"), 1, "signed.zip: zip: not a valid zip file"},
		{"signed", zipOf(t, "second", signature), 0, ""},
	} {
		args := []string{"publish"}
		if tt.signed != nil {
			if err := os.WriteFile(signed, tt.signed, 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, "-signed", signed)
		}
		status, stdout, stderr := deploy(t, args...)
		if status != tt.status || !strings.Contains(stderr, tt.want) {
			t.Errorf("%s: got %d, %q and %q", tt.name, status, stdout, stderr)
		}
		if status == 0 && !strings.HasSuffix(stdout, ":function:edgeresize:2\n") {
			t.Errorf("%s: got %q", tt.name, stdout)
		}
	}
}

// TestMissingZips checks that commands miss the zip that they are given before they build a
// package or make anything.
func TestMissingZips(t *testing.T) {
	c := newCloud(t)
	file := filepath.Join(t.TempDir(), "none.zip")
	edge, regional := makePackage, makeRegional
	t.Cleanup(func() { makePackage, makeRegional = edge, regional })
	built := errors.New("a package was built")
	makePackage = func(context.Context, pack.Options) (*pack.Package, error) { return nil, built }
	makeRegional = func(context.Context, string, string, string) (*pack.Package, error) { return nil, built }
	for _, args := range [][]string{
		{"package", "-verify", file},
		{"package", "-function", "purge", "-verify", file},
		{"publish", "-role", role, "-signed", file},
		{"site", "-signed", file},
	} {
		if status, _, stderr := deploy(t, args...); status != 1 || !strings.Contains(stderr, "open "+file) {
			t.Errorf("%q: got %d and %q", args, status, stderr)
		}
	}
	if writes := c.Writes(); len(writes) > 0 {
		t.Errorf("made %v", writes)
	}
}
