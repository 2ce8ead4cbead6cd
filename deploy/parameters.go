package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// configFlag is the flag of the commands that need a config and bake in none.
type configFlag struct{ packFlags }

func (c *configFlag) register(flags *flag.FlagSet) {
	c.registerAs(flags, "read the config that is baked into the function from `FILE` (default edge/config.json in the checkout)")
}

func (c *configFlag) registerAs(flags *flag.FlagSet, usage string) {
	flags.StringVar(&c.config, "config", "", usage)
}

// read reads and checks the config.
func (c *configFlag) read(ctx context.Context) (edge.Config, error) {
	files, err := c.packFlags.read(ctx)
	if err != nil {
		return edge.Config{}, err
	}
	cfg, err := edge.ParseConfig(files.config)
	return cfg, c.inFile(err)
}

// parametersCommand prints the template's parameters that follow from a config.
func parametersCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var from configFlag
	from.register(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	cfg, err := from.read(ctx)
	if err != nil {
		return err
	}
	for _, parameter := range viewerfunction.Parameters(cfg) {
		fmt.Fprintln(stdout, parameter)
	}
	return nil
}

// viewerRequestCommand prints the code of the viewer-request function.
func viewerRequestCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var from configFlag
	from.register(flags)
	var site viewerrequest.Settings
	flags.StringVar(&site.Host, "host", "", "the only domain `NAME` to answer to (default any)")
	flags.StringVar(&site.URLPrefix, "url-prefix", "", "the folder of URLs, `PATH`, that -key-prefix replaces, such as /wp-content/uploads; without it, set the folder of keys as the origin's path")
	flags.StringVar(&site.KeyPrefix, "key-prefix", "", "the `FOLDER` of keys that replaces -url-prefix, such as media/photos (default the whole bucket)")
	flags.StringVar(&site.Sizes, "sizes", "", "the `SIZES` to allow, such as 500x300,640x,x200 (default all)")
	if err := parse(flags, args); err != nil {
		return err
	}
	if site.KeyPrefix != "" && site.URLPrefix == "" {
		return wrongUsage(flags, "-key-prefix needs -url-prefix: to prefix every path, set the origin's path instead")
	}
	if folder := strings.Trim(site.KeyPrefix, "/"); folder != "" {
		site.KeyPrefix = "/" + folder
	}
	cfg, err := from.read(ctx)
	if err != nil {
		return err
	}
	settings := viewerrequest.SettingsOf(cfg)
	settings.Host, settings.URLPrefix, settings.KeyPrefix, settings.Sizes = site.Host, site.URLPrefix, site.KeyPrefix, site.Sizes
	code, err := viewerfunction.Code(settings)
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, code)
	return nil
}
