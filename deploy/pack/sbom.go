package pack

import (
	"bytes"
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"

	cdx "github.com/CycloneDX/cyclonedx-go"
)

// sbom returns the software bill of materials of a package: CycloneDX 1.6, as JSON. It
// lists the package's files, the modules that the Go linker has recorded in the binary, and
// Go's standard library. root is the checkout, whose go.mod requires these modules. The
// bill has neither a time nor a random number, so the same package has the same bill.
func sbom(ctx context.Context, root, name string, packed, binary []byte, files []member) ([]byte, error) {
	built, err := buildinfo.Read(bytes.NewReader(binary))
	if err != nil {
		return nil, fmt.Errorf("the binary's modules: %w", err)
	}
	folders, err := moduleFolders(ctx, root, built.Deps)
	if err != nil {
		return nil, err
	}
	main := cdx.Component{
		BOMRef: name, Type: cdx.ComponentTypeApplication, Name: name,
		PackageURL: "pkg:golang/" + built.Path, Hashes: sha256Of(packed),
		Properties: &[]cdx.Property{},
	}
	for _, s := range built.Settings {
		*main.Properties = append(*main.Properties, cdx.Property{Name: "edgeresize:build:" + s.Key, Value: s.Value})
	}
	goVersion, _, _ := strings.Cut(strings.TrimPrefix(built.GoVersion, "go"), "-X:") // experiments follow
	components := []cdx.Component{library("std", goVersion)}
	components[0].Licenses = licensed("BSD-3-Clause")
	for _, m := range built.Deps {
		folder := folders[m.Path]
		if m.Replace != nil && m.Replace.Sum != "" { // by a module, not by a folder
			m = m.Replace
		}
		c := library(m.Path, m.Version)
		if c.Hashes, err = moduleSum(m); err != nil {
			return nil, err
		}
		if id := license(folder); id != "" {
			c.Licenses = licensed(id)
		}
		components = append(components, c)
	}
	var linked []string
	for _, c := range components {
		linked = append(linked, c.BOMRef)
	}
	for _, f := range files {
		components = append(components, cdx.Component{BOMRef: "file:" + f.name, Type: cdx.ComponentTypeFile, Name: f.name, Hashes: sha256Of(f.content)})
	}
	bom := cdx.BOM{
		JSONSchema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
		BOMFormat:  cdx.BOMFormat, SpecVersion: cdx.SpecVersion1_6, Version: 1,
		Metadata: &cdx.Metadata{Component: &main}, Components: &components,
		Dependencies: &[]cdx.Dependency{{Ref: name, Dependencies: &linked}},
	}
	var b bytes.Buffer
	encoder := cdx.NewBOMEncoder(&b, cdx.BOMFileFormatJSON).SetPretty(true).SetEscapeHTML(false)
	if err := encoder.EncodeVersion(&bom, cdx.SpecVersion1_6); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Signed returns the package with the zip given in place of its own: the zip that AWS
// Signer has made of it. The SBOM names the checksum of that zip.
func (p *Package) Signed(given []byte) *Package {
	signed := *p
	signed.Zip = given
	before, after := p.SHA256(), signed.SHA256()
	signed.SBOM = bytes.ReplaceAll(p.SBOM, []byte(hex.EncodeToString(before[:])), []byte(hex.EncodeToString(after[:])))
	return &signed
}

// library returns the component of a Go module.
func library(path, version string) cdx.Component {
	url := "pkg:golang/" + path + "@" + version
	return cdx.Component{BOMRef: url, Type: cdx.ComponentTypeLibrary, Name: path, Version: version, PackageURL: url}
}

// sha256Of returns the SHA-256 of content.
func sha256Of(content []byte) *[]cdx.Hash {
	sum := sha256.Sum256(content)
	return &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum[:])}}
}

// moduleSum returns the checksum that go.sum has of a module: a SHA-256 of the list of its
// files with their own checksums (Go Modules Reference, "go.sum files"). It returns nil for
// a module in whose place go.mod puts a folder.
func moduleSum(m *debug.Module) (*[]cdx.Hash, error) {
	if m.Sum == "" {
		return nil, nil
	}
	encoded, ok := strings.CutPrefix(m.Sum, "h1:")
	sum, err := base64.StdEncoding.DecodeString(encoded)
	if !ok || err != nil {
		return nil, fmt.Errorf("module %s: the checksum is %q", m.Path, m.Sum)
	}
	return &[]cdx.Hash{{Algorithm: cdx.HashAlgoSHA256, Value: hex.EncodeToString(sum)}}, nil
}

// licensed returns the licences of a component that has one, by its SPDX identifier.
func licensed(id string) *cdx.Licenses {
	return &cdx.Licenses{{License: &cdx.License{ID: id}}}
}

// licenses are words of licences by which a file called LICENSE is recognised, in this
// order.
var licenses = []struct{ id, words string }{
	{"Apache-2.0", "Apache License Version 2.0"},
	{"BSD-3-Clause", "Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions are met: " +
		"* Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer. " +
		"* Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in the documentation " +
		"and/or other materials provided with the distribution. * Neither the name"},
	{"MIT", "Permission is hereby granted, free of charge, to any person obtaining a copy of this software"},
}

// license returns the SPDX identifier of the licence in a module's folder, or "" for one
// that it does not recognise.
func license(folder string) string {
	for _, name := range []string{"LICENSE", "LICENSE.txt"} {
		content, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			continue
		}
		text := strings.Join(strings.Fields(string(content)), " ")
		for _, l := range licenses {
			if strings.Contains(text, l.words) {
				return l.id
			}
		}
	}
	return ""
}

// moduleFolders returns the folders of modules in the module cache, by path.
func moduleFolders(ctx context.Context, root string, modules []*debug.Module) (map[string]string, error) {
	folders := map[string]string{}
	for _, m := range modules {
		folders[m.Path] = ""
	}
	if len(folders) == 0 {
		return folders, nil
	}
	args := append([]string{"list", "-m", "-json"}, slices.Sorted(maps.Keys(folders))...)
	list := exec.CommandContext(ctx, "go", args...)
	list.Dir, list.Env = root, append(os.Environ(), noFlags, "GOWORK=off")
	out, err := list.Output()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("go list: %w", withStderr(err))
	}
	for decoder := json.NewDecoder(bytes.NewReader(out)); ; {
		var m struct{ Path, Dir string }
		if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
			return folders, nil
		} else if err != nil {
			return nil, err
		}
		folders[m.Path] = m.Dir
	}
}
