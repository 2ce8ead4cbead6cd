// Package stack makes and updates the stacks of the project's templates: a site, the
// function that purges its cache, the function for a pipeline in another account, and the
// servers behind a site's images.
//
// It checks everything it can before it makes anything. It refuses parameters that the
// template lacks or refuses, or that contradict each other or the config; a stack that
// takes no update; and a bucket in another region. Then it builds the package, puts it
// into a bucket for code, and has CloudFormation carry out a change set. When a stack
// fails, its error names the resource, the cause and the way out. A command that was
// interrupted continues when it is run again.
//
// The package uses the SDK, as all commands do, so that `make site` needs nothing but
// Go. With the aws command line instead, a shell would have to extract the cause of a
// failure from JSON, and no fake could make every call fail in turn. CloudFormation's
// client is linked into this command only, not into the function.
package stack

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/edgeresize/edgeresize/deploy/account/pause"
)

// Deployer makes and updates stacks in one region. [New] returns one.
type Deployer struct {
	// Progress gets a line for each step.
	Progress io.Writer
	// Terminal says that Progress is a terminal. Pending resources are then shown in a
	// line that is overwritten.
	Terminal bool
	// Wait waits between two requests for a stack's state.
	Wait func(context.Context, time.Duration) error

	region         string
	cloudFormation *cloudformation.Client
	s3             *s3.Client
	sts            *sts.Client
}

// New returns a Deployer that calls AWS as config says, but in region. Its Progress is
// discarded.
func New(config aws.Config, region string) *Deployer {
	config.Region = region
	return &Deployer{
		Progress:       io.Discard,
		Wait:           pause.For,
		region:         region,
		cloudFormation: cloudformation.NewFromConfig(config),
		s3:             s3.NewFromConfig(config),
		sts:            sts.NewFromConfig(config),
	}
}

// Order says which stack to make or update, and how.
type Order struct {
	Kind     Kind
	Template *Template
	// Site is the name of the site, with which the stack's name begins.
	Site string
	// Parameters has the parameters that the user gave, and Own those that follow from
	// the package. Source names what in the package they follow from.
	Parameters, Own map[string]string
	Source          string
	// Agree, where set, returns how the stack's parameters contradict the config.
	Agree func(values map[string]string) []string
	// CodeBucket is the bucket for the package; "" for the default one of the account
	// and region. Deploy makes a missing bucket.
	CodeBucket string
	// Replace lets a stack serve another distribution, pipeline, bucket or domain than
	// before.
	Replace bool
	// Find, where set, returns parameters that AWS knows and that values lacks. values
	// has those given, the stack's, and the template's defaults.
	Find func(ctx context.Context, values map[string]string) (map[string]string, error)
	// Package builds the package; nil for a template without one. Deploy calls it once
	// everything else has been checked.
	Package func(context.Context) ([]byte, error)
}

// Output is an output of a stack.
type Output struct{ Name, Value string }

// Deploy makes or updates the stack of an order, waits for it, and returns its outputs
// in the template's order.
func (d *Deployer) Deploy(ctx context.Context, o Order) ([]Output, error) {
	name, err := o.Kind.stackName(o.Site)
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if want := o.Template.Parameters["CodeBucket"].Refusal(o.CodeBucket); o.CodeBucket != "" && want != "" {
		return nil, fmt.Errorf("CODE_BUCKET is %q: %s", o.CodeBucket, want)
	}
	o.Parameters = with(o.Parameters, o.Own)
	now, err := d.settled(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := o.checkPurpose(now); err != nil {
		return nil, err
	}
	bucketRegion, own, err := d.originals(ctx, o, now)
	if err != nil {
		return nil, err
	}
	o.Parameters = with(o.Parameters, own)
	values := o.Template.values(o.Parameters, now.parameters)
	if o.Find != nil {
		found, err := o.Find(ctx, values)
		if err != nil {
			return nil, err
		}
		o.Parameters, values = with(o.Parameters, found), with(values, found)
	}
	wrong := o.Template.contradictions(values)
	if o.Agree != nil {
		wrong = append(wrong, o.Agree(values)...)
	}
	if len(wrong) > 0 {
		return nil, &ParameterError{wrong}
	}
	if err := o.Kind.checkRegion(d.region, values, bucketRegion); err != nil {
		return nil, err
	}
	code, err := d.putPackage(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := d.change(ctx, now, o.Template, with(o.Parameters, code)); err != nil {
		return nil, err
	}
	now, err = d.describe(ctx, name)
	if err != nil {
		return nil, err
	}
	if o.Kind.waits {
		if warning := d.eventsWarning(ctx, values["BucketName"]); warning != "" {
			d.report("%s", warning)
		}
	}
	return now.outputsBy(o.Template.Outputs), nil
}

// putPackage builds the package of an order, puts it into the bucket for code, and returns
// the parameters that name it and, where the template has CodeSha256, its hash. It returns
// none for an order without a package.
func (d *Deployer) putPackage(ctx context.Context, o Order) (map[string]string, error) {
	if o.Package == nil {
		return nil, nil
	}
	code, err := d.codeBucket(ctx, o.CodeBucket)
	if err != nil {
		return nil, err
	}
	packed, err := o.Package(ctx)
	if err != nil {
		return nil, err
	}
	key, err := d.upload(ctx, code, packed)
	if err != nil {
		return nil, err
	}
	names := map[string]string{"CodeBucket": code.name, "CodeKey": key}
	if _, pins := o.Template.Parameters["CodeSha256"]; pins {
		sum := sha256.Sum256(packed)
		names["CodeSha256"] = base64.StdEncoding.EncodeToString(sum[:])
	}
	return names, nil
}

// report writes a line to Progress.
func (d *Deployer) report(format string, args ...any) {
	fmt.Fprintf(d.Progress, format+"\n", args...)
}
