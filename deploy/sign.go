package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/signing"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// signCommand prints signed URLs.
func signCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var from configFlag
	from.registerAs(flags, "read the site's config from `FILE` (default edge/config.json in the checkout)")
	file := flags.String("keys", "", "sign with the first key in `FILE`, which `go run ./deploy signing-keys` makes")
	valid := flags.Duration("expires", 24*time.Hour, "how long the URLs are valid, as a `DURATION` such as 90m or 720h")
	sizes := flags.String("sizes", "", "the `SIZES` that the site allows, such as 500x300,640x,x200 (default all)")
	if err := parseFlags(flags, args); err != nil {
		return err
	}
	switch {
	case flags.NArg() == 0:
		return wrongUsage(flags, "no URL: give it after the flags, in quotes")
	case *file == "":
		return wrongUsage(flags, "no -keys")
	case *valid <= 0:
		return wrongUsage(flags, "-expires is %v: want a time from now on", *valid)
	}
	cfg, err := from.read(ctx)
	if err != nil {
		return err
	}
	settings := viewerrequest.SettingsOf(cfg)
	if !settings.ChecksSignatures() {
		return errors.New(`the config's parameters do not include "signature": name the site's config with -config`)
	}
	settings.Sizes = *sizes
	if _, err := viewerfunction.Code(settings); err != nil {
		return err // sizes may be misspelled
	}
	if settings.Keys, err = viewerrequest.ReadKeys(*file); err != nil {
		return err
	}
	var signed []string
	for _, url := range flags.Args() {
		s, err := signing.URL(settings, url, time.Now().Add(*valid))
		if err != nil {
			return err
		}
		signed = append(signed, s)
	}
	for _, url := range signed {
		fmt.Fprintln(stdout, url)
	}
	return nil
}

// signingKeysCommand makes a key file, rotates its keys and puts them into CloudFront.
func signingKeysCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	file := flags.String("file", "", "the key `FILE`; a new one is made if it is missing. Keep it out of version control")
	rotate := flags.Bool("rotate", false, "put a new key first; the one that signed before stays valid as the second")
	store := flags.String("store", "", "put the keys into the key value store with this `ARN`")
	distribution := flags.String("distribution", "", "put the keys into the key value store of this distribution's viewer-request function, by `ID`")
	behavior := flags.String("behavior", "", "the behaviour's path `PATTERN`, such as '/img/*' (default the default behaviour)")
	replace := flags.Bool("replace", false, "replace the store's key even if the file lacks it: URLs that it signed become invalid")
	dryRun := flags.Bool("dry-run", false, "describe the changes without making them")
	if err := parse(flags, args); err != nil {
		return err
	}
	switch {
	case *file == "":
		return wrongUsage(flags, "no -file")
	case *store != "" && *distribution != "":
		return wrongUsage(flags, "want -store or -distribution, not both")
	case *behavior != "" && *distribution == "":
		return wrongUsage(flags, "-behavior needs -distribution")
	}
	keys, err := signing.Plan(*file, *rotate)
	if err != nil {
		return err
	}
	change := fmt.Sprintf("key file %s: %s", *file, cmp.Or(keys.Change, "nothing to do"))
	if *store == "" && *distribution == "" {
		fmt.Fprintln(stdout, change)
		if *dryRun {
			return nil
		}
		return keys.Write()
	}
	settings, err := loadSettings(ctx)
	if err != nil {
		return err
	}
	if *store == "" {
		if *store, err = signing.StoreOf(ctx, settings, *distribution, *behavior); err != nil {
			return err
		}
	}
	if !*replace {
		if err := signing.Check(ctx, settings, *store, keys.Keys); err != nil {
			return err
		}
	}
	fmt.Fprintf(stdout, "%s\nkey value store %s: put the keys into it; edge locations have them within seconds\n", change, *store)
	if *dryRun {
		return nil
	}
	if err := keys.Write(); err != nil {
		return err
	}
	if err := signing.Put(ctx, settings, *store, keys.Keys); err != nil {
		fmt.Fprintf(stdout, "the keys are in %s: run the same command again, without -rotate\n", *file)
		return err
	}
	return nil
}
