package pack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
)

// module is the module path in this project's go.mod.
const module = "github.com/edgeresize/edgeresize"

// noFlags keeps flags out of the go command: those of the environment, and those that
// `go env -w` has written, which take the place of an empty GOFLAGS. Its flag is the go
// command's default.
const noFlags = "GOFLAGS=-mod=readonly"

// Checkout returns the topmost folder of the checkout that contains dir.
func Checkout(ctx context.Context, dir string) (string, error) {
	absolute, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	list := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Path}} {{.Dir}}")
	list.Dir = absolute
	list.Env = append(os.Environ(), noFlags, "GOWORK=off")
	out, err := list.Output()
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err != nil {
		return "", fmt.Errorf("go list: %w: is Go on the PATH, and is %s in a checkout of edgeresize?", withStderr(err), absolute)
	}
	path, root, _ := strings.Cut(strings.TrimSpace(string(out)), " ")
	if path != module {
		return "", fmt.Errorf("the folder %s is not in a checkout of edgeresize: run this in one", absolute)
	}
	return root, nil
}

// build builds edge/bootstrap for Lambda@Edge, with config in place of
// edge/config.json. It changes nothing in the checkout.
func build(ctx context.Context, root string, config []byte) ([]byte, error) {
	work, err := os.MkdirTemp("", "edgeresize-package")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	baked := filepath.Join(work, "config.json")
	if err := os.WriteFile(baked, config, 0o644); err != nil {
		return nil, err
	}
	overlay, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(root, "edge", "config.json"): baked},
	})
	if err != nil {
		return nil, err
	}
	overlayFile := filepath.Join(work, "overlay.json")
	if err := os.WriteFile(overlayFile, overlay, 0o644); err != nil {
		return nil, err
	}
	return compile(ctx, root, edgelimits.Architecture, "./edge/bootstrap", "-overlay", overlayFile)
}

// compile builds the command main for Linux on the processor arch and returns the
// static binary.
func compile(ctx context.Context, root, arch, main string, flags ...string) ([]byte, error) {
	work, err := os.MkdirTemp("", "edgeresize-build")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(work)
	binary := filepath.Join(work, binaryName)
	// The build depends on nothing but the source and the config, so every variable
	// that changes it is set. GOAMD64 and GOARM64 are the lowest levels, since the
	// processor is unknown; code that the simd experiment compiles checks the processor
	// at run time.
	args := append([]string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc",
		"-ldflags", "-s -w -buildid=", "-o", binary}, flags...)
	command := exec.CommandContext(ctx, "go", append(args, main)...)
	command.Dir = root
	command.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+processors[arch].goarch, "GOAMD64=v1", "GOARM64=v8.0",
		"GOEXPERIMENT=simd", "GOFIPS140=off", noFlags, "GOWORK=off")
	out, err := command.CombinedOutput()
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, fmt.Errorf("go build: %w\n%s", err, bytes.TrimSpace(out))
	}
	return os.ReadFile(binary)
}

// withStderr adds the standard error output of a failed command to err.
func withStderr(err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return fmt.Errorf("%w: %s", err, bytes.TrimSpace(exit.Stderr))
	}
	return err
}
