package main

import (
	"cmp"
	"context"
	"crypto/sha256"
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
type packFlags struct{ config, launcher, signed string }

func (p *packFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&p.config, "config", "", "bake in the config in `FILE`, such as deploy/template/stages/live.json (default edge/config.json in the checkout)")
	flags.StringVar(&p.launcher, "launcher", launcher.Exec, "start the binary by `"+strings.Join(launcher.Names(), "|")+"`")
}

// registerSigned registers the flag of the commands that bring a package to Lambda.
func (p *packFlags) registerSigned(flags *flag.FlagSet) {
	flags.StringVar(&p.signed, "signed", "", "take the zip in `FILE`, which AWS Signer has signed, if its files are those that this checkout gives")
}

// packFiles has the folder of the checkout, the config to bake in, and the signed zip, which
// is nil without -signed.
type packFiles struct {
	checkout       string
	config, signed []byte
}

// read reads the files that the flags name. Building takes half a minute, so commands read
// them first.
func (p *packFlags) read(ctx context.Context) (f packFiles, err error) {
	if f.checkout, err = findCheckout(ctx, "."); err != nil {
		return f, err
	}
	p.config = cmp.Or(p.config, filepath.Join(f.checkout, "edge", "config.json"))
	if f.config, err = os.ReadFile(p.config); err != nil {
		return f, fmt.Errorf("config: %w", err)
	}
	if p.signed != "" {
		f.signed, err = os.ReadFile(p.signed)
	}
	return f, err
}

// inFile adds the config's file name to an [edge.ConfigError].
func (p *packFlags) inFile(err error) error {
	if wrong := (*edge.ConfigError)(nil); errors.As(err, &wrong) {
		return fmt.Errorf("%s: %w", p.config, err)
	}
	return err
}

// pack builds the package, and returns the folder of the checkout, too. Of a signed zip it
// returns that zip, if it has the same files.
func (p *packFlags) pack(ctx context.Context) (made *pack.Package, checkout string, err error) {
	files, err := p.read(ctx)
	if err != nil {
		return nil, "", err
	}
	made, err = makePackage(ctx, pack.Options{Dir: files.checkout, Config: files.config, Launcher: p.launcher})
	if err == nil && p.signed != "" {
		made, err = signedAs(made, p.signed, files.signed)
	}
	return made, files.checkout, p.inFile(err)
}

// packRegional builds the package of a regional function, and returns the folder of the
// checkout, too.
func packRegional(ctx context.Context, function, arch string) (made *pack.Package, checkout string, err error) {
	if checkout, err = findCheckout(ctx, "."); err != nil {
		return nil, "", err
	}
	made, err = makeRegional(ctx, checkout, function, arch)
	return made, checkout, err
}

// signedAs returns made with the signed zip given, which is in a file, in place of its own.
// They have to have the same files.
func signedAs(made *pack.Package, file string, given []byte) (*pack.Package, error) {
	signed, differences, err := made.Differences(given)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", file, err)
	case len(differences) > 0:
		return nil, fmt.Errorf("%s is not what this checkout gives: %s", file, strings.Join(differences, "; "))
	case !signed:
		return nil, fmt.Errorf("%s has no signature: let AWS Signer sign it, as deploy/README.md says", file)
	}
	return made.Signed(given), nil
}

// packageCommand builds the zip and writes it to a file, or compares it with one.
func packageCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var what packFlags
	what.register(flags)
	out := flags.String("out", "", "write the zip to `FILE`, and its SBOM beside it as NAME.cdx.json (default dist/edgeresize.zip or dist/FUNCTION.zip in the checkout)")
	verify := flags.String("verify", "", "write nothing: compare the zip in `FILE` with what this checkout gives, and say what differs")
	function := flags.String("function", "", "package a regional function instead, `"+strings.Join(pack.Regional(), "|")+"`, which has no config")
	arch := flags.String("arch", "arm64", "the regional function's processor, `arm64|x86_64`")
	if err := parse(flags, args); err != nil {
		return err
	}
	if *out != "" && *verify != "" {
		return wrongUsage(flags, "give -out or -verify, not both")
	}
	var given []byte
	if *verify != "" {
		var err error
		if given, err = os.ReadFile(*verify); err != nil {
			return err
		}
	}
	build := what.pack
	if *function != "" {
		build = func(ctx context.Context) (*pack.Package, string, error) { return packRegional(ctx, *function, *arch) }
	}
	p, checkout, err := build(ctx)
	if err != nil {
		return err
	}
	if *verify != "" {
		return verifyPackage(p, *verify, given, stdout)
	}
	*out = cmp.Or(*out, filepath.Join(checkout, "dist", cmp.Or(*function, "edgeresize")+".zip"))
	if err := p.WriteFile(*out); err != nil {
		return err
	}
	about := "runtime provided.al2023, " + *arch
	if *function == "" {
		shown, err := json.MarshalIndent(p.Config, "", "  ")
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s\n\n", shown)
		about = fmt.Sprintf("handler %s, launcher %s, config above from %s", launcher.Handler, what.launcher, what.config)
	}
	fmt.Fprintf(stdout, "%s: %d bytes, the binary %d\nsha256 %x\nSBOM %s\n%s\n",
		*out, len(p.Zip), p.BinaryBytes, p.SHA256(), pack.SBOMFile(*out), about)
	return nil
}

// verifyPackage compares the zip given, which is in a file, with p, and prints what differs.
// The error says whether anything does.
func verifyPackage(p *pack.Package, file string, given []byte, stdout io.Writer) error {
	signed, differences, err := p.Differences(given)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, line := range differences {
		fmt.Fprintln(stdout, line)
	}
	if n := len(differences); n > 0 {
		return fmt.Errorf("%s is not what this checkout gives: differences: %d", file, n)
	}
	same := "the same bytes as this checkout gives"
	if signed {
		same = "signed, with the same files as this checkout gives"
	}
	fmt.Fprintf(stdout, "%s: %s\nsha256 %x\n", file, same, sha256.Sum256(given))
	return nil
}
