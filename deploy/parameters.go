package main

import (
	"context"
	"flag"
	"fmt"
	"io"

	"github.com/edgeresize/edgeresize/deploy/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
)

// configured is the flag of the commands that want a config and bake in none.
type configured struct{ packing }

func (c *configured) register(flags *flag.FlagSet) {
	flags.StringVar(&c.config, "config", "", "the config in `FILE` is what is baked in (default edge/config.json in the checkout)")
}

// read is the config, and the checkout that this is run in.
func (c *configured) read(ctx context.Context) (cfg edge.Config, checkout string, err error) {
	content, checkout, err := c.packing.read(ctx)
	if err != nil {
		return edge.Config{}, "", err
	}
	cfg, err = edge.ParseConfig(content)
	return cfg, checkout, c.named(err)
}

// parametersCommand prints what the template's parameters have to be.
func parametersCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var from configured
	from.register(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	cfg, _, err := from.read(ctx)
	if err != nil {
		return err
	}
	for _, parameter := range viewerfunction.SettingsOf(cfg).Parameters() {
		fmt.Fprintln(stdout, parameter)
	}
	return nil
}

// viewerRequestCommand prints the code of the viewer-request function.
func viewerRequestCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var from configured
	from.register(flags)
	var site viewerfunction.Site
	flags.StringVar(&site.Host, "host", "", "the only domain `NAME` to answer to (default any)")
	flags.StringVar(&site.URLPrefix, "url-prefix", "", "the folder of URLs that -key-prefix takes the place of, `PATH`, such as /wp-content/uploads")
	flags.StringVar(&site.KeyPrefix, "key-prefix", "", "`PATH`, such as /media")
	flags.StringVar(&site.Sizes, "sizes", "", "the `SIZES` to allow, such as 500x300,640x,x200 (default all)")
	if err := parse(flags, args); err != nil {
		return err
	}
	cfg, checkout, err := from.read(ctx)
	if err != nil {
		return err
	}
	source, err := viewerfunction.Read(checkout)
	if err != nil {
		return err
	}
	site.Settings = viewerfunction.SettingsOf(cfg)
	code, err := site.Code(source)
	if err != nil {
		return err
	}
	fmt.Fprint(stdout, code)
	return nil
}
