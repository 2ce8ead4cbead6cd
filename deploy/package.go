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

	"github.com/edgeresize/edgeresize/deploy/launcher"
	"github.com/edgeresize/edgeresize/deploy/pack"
	"github.com/edgeresize/edgeresize/edge"
)

// packageCommand builds the zip.
func packageCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	config := flags.String("config", "", "bake in the config in `FILE`, such as deploy/stages/live.json (default edge/config.json in the checkout)")
	out := flags.String("out", "", "write the zip to `FILE` (default dist/edgeresize.zip in the checkout)")
	name := flags.String("launcher", launcher.Exec, "bring the binary up by `"+strings.Join(launcher.Names(), "|")+"`")
	if err := parse(flags, args); err != nil {
		return err
	}
	checkout, err := pack.Checkout(ctx, ".")
	if err != nil {
		return err
	}
	*config = cmp.Or(*config, filepath.Join(checkout, "edge", "config.json"))
	*out = cmp.Or(*out, filepath.Join(checkout, "dist", "edgeresize.zip"))
	baked, err := os.ReadFile(*config)
	if err != nil {
		return fmt.Errorf("config: %w", err)
	}
	p, err := pack.Make(ctx, pack.Options{Dir: checkout, Config: baked, Launcher: *name})
	if wrong := (*edge.ConfigError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("%s: %w", *config, err)
	} else if err != nil {
		return err
	}
	if err := p.WriteFile(*out); err != nil {
		return err
	}
	shown, err := json.MarshalIndent(p.Config, "", "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s\n\n%s: %d bytes, the binary %d\nsha256 %x\nhandler %s, launcher %s, config above from %s\n",
		shown, *out, len(p.Zip), p.BinaryBytes, p.SHA256(), launcher.Handler, *name, *config)
	return nil
}
