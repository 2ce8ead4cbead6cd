package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/release"
	"github.com/edgeresize/edgeresize/deploy/template/stack"
	"github.com/edgeresize/edgeresize/edge"
)

// stackFlags are the flags of the commands that make a stack.
type stackFlags struct {
	site, parameters, codeBucket string
	replace                      bool
}

func (f *stackFlags) register(flags *flag.FlagSet) {
	f.registerNames(flags)
	flags.StringVar(&f.codeBucket, "code-bucket", "", "put the package into `BUCKET`, which is created if it does not exist (default edgeresize-ACCOUNT-REGION)")
	flags.BoolVar(&f.replace, "replace", false, "let an existing stack switch to another distribution, pipeline, bucket or domain")
}

// registerNames registers the flags of a stack that has no package.
func (f *stackFlags) registerNames(flags *flag.FlagSet) {
	flags.StringVar(&f.site, "stack", "edgeresize", "the site's `NAME`, which is its stack's name and begins those of its other stacks")
	flags.StringVar(&f.parameters, "parameters", "", "the template's parameters, `'Name=Value Name=Value'`; an existing stack keeps those not given")
}

// deploy makes or updates a stack and returns its outputs. o has what differs between the
// commands.
func (f *stackFlags) deploy(ctx context.Context, flags *flag.FlagSet, settings sdk.Config, o stack.Order) ([]stack.Output, error) {
	var err error
	if o.Parameters, err = stack.ParseParameters(f.parameters); err != nil {
		return nil, err
	}
	checkout, err := findCheckout(ctx, ".")
	if err != nil {
		return nil, err
	}
	if o.Template, err = stack.ReadTemplate(filepath.Join(checkout, filepath.FromSlash(o.Kind.File))); err != nil {
		return nil, err
	}
	region := o.Kind.Region
	if region == "" {
		region = settings.Region
	}
	if region == "" {
		return nil, errors.New("no region: give the bucket's, such as AWS_REGION=eu-west-1, or set it with `aws configure set region eu-west-1`")
	}
	o.Site, o.CodeBucket, o.Replace = f.site, f.codeBucket, f.replace
	d := stack.New(settings, region)
	d.Progress, d.Terminal, d.Wait = flags.Output(), isTerminal(flags.Output()), wait
	return d.Deploy(ctx, o)
}

// isTerminal reports whether w is a terminal that understands control sequences.
func isTerminal(w io.Writer) bool {
	file, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// printOutputs prints each output on a line: its name, a tab and its value.
func printOutputs(w io.Writer, outputs []stack.Output) {
	for _, o := range outputs {
		fmt.Fprintf(w, "%s\t%s\n", o.Name, o.Value)
	}
}

// siteCommand makes or updates a site, and invalidates what was cached before an update.
func siteCommand(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
	var f stackFlags
	f.register(flags)
	var what packFlags
	what.register(flags)
	what.registerSigned(flags)
	if err := parse(flags, args); err != nil {
		return err
	}
	files, err := what.read(ctx)
	if err != nil {
		return err
	}
	cfg, err := edge.ParseConfig(files.config)
	if err != nil {
		return what.inFile(err)
	}
	settings, err := loadSettings(ctx)
	if err != nil {
		return err
	}
	outputs, err := f.deploy(ctx, flags, settings, stack.Order{
		Kind:   stack.Site,
		Own:    stack.ConfigParameters(cfg),
		Source: "the config " + what.config,
		Agree:  func(values map[string]string) []string { return stack.Agree(cfg, values) },
		Package: func(ctx context.Context) ([]byte, error) {
			p, checkout, err := what.pack(ctx)
			if err != nil {
				return nil, err
			}
			return p.Zip, p.WriteFile(filepath.Join(checkout, "dist", "edgeresize.zip"))
		},
	})
	if err != nil {
		return err
	}
	for _, o := range outputs {
		if o.Name == "DistributionId" {
			r := release.New(settings, f.site)
			r.Progress, r.Wait = flags.Output(), wait
			if err := r.Invalidate(ctx, o.Value); err != nil {
				return err
			}
		}
	}
	printOutputs(stdout, outputs)
	return nil
}

// regionalCommand returns the command that makes or updates the stack of a function that
// runs in one region.
func regionalCommand(kind stack.Kind) func(context.Context, *flag.FlagSet, []string, io.Writer) error {
	return func(ctx context.Context, flags *flag.FlagSet, args []string, stdout io.Writer) error {
		var f stackFlags
		f.register(flags)
		arch := flags.String("arch", "arm64", "the function's processor, `arm64|x86_64`")
		if err := parse(flags, args); err != nil {
			return err
		}
		settings, err := loadSettings(ctx)
		if err != nil {
			return err
		}
		agree := func(values map[string]string) []string {
			return append(missing(ctx, settings, values["DistributionId"]), elsewhere(settings.Region, values["AlarmTopicArn"])...)
		}
		if kind.Name == stack.Invoker.Name {
			agree = stack.AgreeInvoker
		}
		outputs, err := f.deploy(ctx, flags, settings, stack.Order{
			Kind:   kind,
			Agree:  agree,
			Own:    map[string]string{"Architecture": *arch},
			Source: "ARCH",
			Package: func(ctx context.Context) ([]byte, error) {
				p, checkout, err := packRegional(ctx, kind.Name, *arch)
				if err != nil {
					return nil, err
				}
				return p.Zip, p.WriteFile(filepath.Join(checkout, "dist", kind.Name+".zip"))
			},
		})
		if err != nil {
			return err
		}
		printOutputs(stdout, outputs)
		return nil
	}
}

// elsewhere returns an error text if the topic of alarms is in another region than the
// alarms, which reach topics of their own region only (Amazon CloudWatch User Guide,
// "Notify users on alarm changes").
func elsewhere(region, topic string) []string {
	if there := regionIn(topic); there != "" && there != region {
		return []string{fmt.Sprintf("AlarmTopicArn is in %s, and the alarms are in %s: name a topic there", there, region)}
	}
	return nil
}

// regionIn returns the region in an ARN, and "" for what is no ARN.
func regionIn(name string) string {
	parsed, _ := arn.Parse(name)
	return parsed.Region
}

// missing returns an error text if this account has no distribution with an ID, and nil if
// it has one or that cannot be told.
func missing(ctx context.Context, settings sdk.Config, id string) []string {
	settings.Region = awsapi.Region
	if id == "" {
		return nil
	}
	_, err := cloudfront.NewFromConfig(settings).GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &id})
	if none := (*types.NoSuchDistribution)(nil); errors.As(err, &none) {
		return []string{fmt.Sprintf("DistributionId is %q: there is no such distribution in this account: `aws cloudfront list-distributions` lists them", id)}
	}
	return nil
}
