// Package stack makes and updates the stacks of the project's templates: a site, the
// function that purges its cache, and that of a pipeline in another account.
//
// All that can be told from here is looked at before anything is made: parameters
// that the template does not have or refuses, that contradict each other or the
// config, a stack that takes no update, a bucket in another region. Then the package
// is built and put into a bucket for code, and CloudFormation carries out a change
// set. A stack that fails is told with the resource, the cause and the way out.
// Whatever is stopped goes on from there by the same command.
//
// It speaks to AWS by the SDK, as all commands do, so that `make site` needs nothing
// but Go: with the aws command line instead, the cause of a failure would have to be
// dug out of its JSON by a shell, and no fake could make every call fail in turn. The
// client of CloudFormation is linked into this command only, not into the function.
package stack

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/edgeresize/edgeresize/deploy/account/pause"
)

// Deployer makes and updates stacks in one region. [New] makes one.
type Deployer struct {
	// Progress is told what is being done, a line at a time.
	Progress io.Writer
	// Terminal says that Progress is one: what is waited for is shown in a line
	// that is written over.
	Terminal bool
	// Wait lets time pass between two looks at a stack.
	Wait func(context.Context, time.Duration) error

	region         string
	cloudFormation *cloudformation.Client
	s3             *s3.Client
	sts            *sts.Client
}

// New speaks to AWS as config says, in a region of its own. Progress is thrown away.
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

// Order is a stack to make or to update.
type Order struct {
	Kind     Kind
	Template *Template
	// Site is the site's name: the stack's, or the first part of it.
	Site string
	// Parameters are those that were given, by name; Own those that follow from the
	// package, and Source says from what of it.
	Parameters, Own map[string]string
	Source          string
	// Agree, where set, returns what contradicts the config in the parameters that
	// the stack will have.
	Agree func(values map[string]string) []string
	// CodeBucket is the bucket to put the package in; where it is "", one that
	// belongs to the account and the region. One that is not there is made.
	CodeBucket string
	// Replace lets a stack serve another distribution, pipeline, bucket or domain
	// than it does.
	Replace bool
	// Package builds the package. It is called once everything else has been looked at.
	Package func(context.Context) ([]byte, error)
}

// Output is one of a stack.
type Output struct{ Name, Value string }

// Deploy makes the stack of an order, or updates it, waits for it, and returns its
// outputs in the template's order.
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
	if err := o.takes(now); err != nil {
		return nil, err
	}
	bucketRegion, own, err := d.originals(ctx, o, now)
	if err != nil {
		return nil, err
	}
	o.Parameters = with(o.Parameters, own)
	values := o.Template.values(o.Parameters, now.parameters)
	wrong := o.Template.contradictions(values)
	if o.Agree != nil {
		wrong = append(wrong, o.Agree(values)...)
	}
	if len(wrong) > 0 {
		return nil, &ParameterError{wrong}
	}
	if err := o.Kind.inRegion(d.region, values, bucketRegion); err != nil {
		return nil, err
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
	o.Parameters = with(o.Parameters, map[string]string{"CodeBucket": code.name, "CodeKey": key})
	if err := d.change(ctx, now, o.Template, o.Parameters); err != nil {
		return nil, err
	}
	now, err = d.look(ctx, name)
	if err != nil {
		return nil, err
	}
	if o.Kind.waits {
		if warning := d.eventsOff(ctx, values["BucketName"]); warning != "" {
			d.tell("%s", warning)
		}
	}
	return now.outputsBy(o.Template.Outputs), nil
}

func (d *Deployer) tell(format string, args ...any) {
	fmt.Fprintf(d.Progress, format+"\n", args...)
}
