package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
	"github.com/edgeresize/edgeresize/edge"
)

// packFlags are the flags that say what to pack.
type packFlags struct{ config, launcher string }

func (p *packFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&p.config, "config", "", "bake in the config in `FILE`, such as deploy/template/stages/live.json (default edge/config.json in the checkout)")
	flags.StringVar(&p.launcher, "launcher", launcher.Exec, "start the binary by `"+strings.Join(launcher.Names(), "|")+"`")
}

// read reads the config to bake in, and returns the folder of the checkout, too.
func (p *packFlags) read(ctx context.Context) (baked []byte, checkout string, err error) {
	if checkout, err = findCheckout(ctx, "."); err != nil {
		return nil, "", err
	}
	p.config = cmp.Or(p.config, filepath.Join(checkout, "edge", "config.json"))
	if baked, err = os.ReadFile(p.config); err != nil {
		return nil, "", fmt.Errorf("config: %w", err)
	}
	return baked, checkout, nil
}

// inFile adds the config's file name to an [edge.ConfigError].
func (p *packFlags) inFile(err error) error {
	if wrong := (*edge.ConfigError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("%s: %w", p.config, err)
	}
	return err
}

// pack builds the package, and returns the folder of the checkout, too.
func (p *packFlags) pack(ctx context.Context) (made *pack.Package, checkout string, err error) {
	baked, checkout, err := p.read(ctx)
	if err != nil {
		return nil, "", err
	}
	made, err = makePackage(ctx, pack.Options{Dir: checkout, Config: baked, Launcher: p.launcher})
	return made, checkout, p.inFile(err)
}

// packageCommand builds the zip and writes it to a file.
func packageCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var what packFlags
	what.register(flags)
	out := flags.String("out", "", "write the zip to `FILE` (default dist/edgeresize.zip or dist/FUNCTION.zip in the checkout)")
	function := flags.String("function", "", "package a regional function instead, `"+strings.Join(pack.Regional(), "|")+"`, which has no config")
	arch := flags.String("arch", "arm64", "the regional function's processor, `arm64|x86_64`")
	if err := parse(flags, args); err != nil {
		return err
	}
	if *function != "" {
		return packageRegional(ctx, *function, *arch, *out, stdout)
	}
	p, checkout, err := what.pack(ctx)
	if err != nil {
		return err
	}
	*out = cmp.Or(*out, filepath.Join(checkout, "dist", "edgeresize.zip"))
	if err := p.WriteFile(*out); err != nil {
		return err
	}
	shown, err := json.MarshalIndent(p.Config, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s\n\n%s: %d bytes, the binary %d\nsha256 %x\nhandler %s, launcher %s, config above from %s\n",
		shown, *out, len(p.Zip), p.BinaryBytes, p.SHA256(), launcher.Handler, what.launcher, what.config)
	return nil
}

// packageRegional builds the zip of a regional function.
func packageRegional(ctx context.Context, function, arch, out string, stdout io.Writer) error {
	checkout, err := findCheckout(ctx, ".")
	if err != nil {
		return err
	}
	p, err := makeRegional(ctx, checkout, function, arch)
	if err != nil {
		return err
	}
	out = cmp.Or(out, filepath.Join(checkout, "dist", function+".zip"))
	if err := p.WriteFile(out); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s: %d bytes, the binary %d\nsha256 %x\nruntime provided.al2023, %s\n",
		out, len(p.Zip), p.BinaryBytes, p.SHA256(), arch)
	return nil
}
