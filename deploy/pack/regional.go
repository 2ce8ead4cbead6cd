package pack

import (
	"context"
	"fmt"
	"maps"
	"slices"
)

// regional holds the command of each regional function. These functions run in one
// region, on Lambda's runtime provided.al2023.
var regional = map[string]string{
	"purge":   "./deploy/purge/function",
	"invoker": "./deploy/purge/invoker",
}

// Regional returns the names of the regional functions, sorted.
func Regional() []string { return slices.Sorted(maps.Keys(regional)) }

// MakeRegional builds and packs a regional function from the checkout that contains
// dir, for the processor arch: arm64 or x86_64. The same source and Go release give the
// same bytes.
func MakeRegional(ctx context.Context, dir, function, arch string) (*Package, error) {
	main, ok := regional[function]
	if !ok {
		return nil, fmt.Errorf("unknown function %q: want one of %v", function, Regional())
	}
	if _, ok := processors[arch]; !ok {
		return nil, fmt.Errorf("unknown processor %q: want one of %v", arch, slices.Sorted(maps.Keys(processors)))
	}
	root, err := Checkout(ctx, dir)
	if err != nil {
		return nil, err
	}
	binary, err := compile(ctx, root, arch, main)
	if err != nil {
		return nil, err
	}
	files := []member{{binaryName, 0o755, binary}}
	packed, err := zipped(files)
	if err != nil {
		return nil, err
	}
	if _, err := checkZip(packed, arch); err != nil {
		return nil, err
	}
	bill, err := sbom(ctx, root, "edgeresize-"+function, packed, binary, files)
	if err != nil {
		return nil, err
	}
	return &Package{Zip: packed, SBOM: bill, BinaryBytes: len(binary)}, nil
}
