package release

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
)

// Rollback points a behaviour back to what was there before the last [Releaser.Attach],
// [Releaser.Detach] or Rollback to a version. With to, a version's number, it attaches
// that version. A second Rollback without to changes nothing.
func (r *Releaser) Rollback(ctx context.Context, at Place, to string) error {
	if to != "" {
		return r.Attach(ctx, AttachOptions{Place: at, Version: to})
	}
	functionARN, err := r.functionARN(ctx)
	if err != nil {
		return err
	}
	was, err := r.readTag(ctx, at, functionARN)
	if err != nil {
		return err
	}
	if was == nil {
		return fmt.Errorf("%s: the version before is not known: name a version with -to N", at)
	}
	d, err := r.distribution(ctx, at.Distribution)
	if err != nil {
		return err
	}
	have, err := d.config.Function(at.Behavior, distconfig.OriginResponse)
	if err != nil {
		return err
	}
	if have != was.Attached && have != was.Former {
		return fmt.Errorf("%s: its origin-response function is %s, which these commands did not attach: name a version with -to N",
			at, orNone(have))
	}
	return r.undo(ctx, at, functionARN, *was)
}

// Detach takes the function away from a behaviour, whichever version is there.
func (r *Releaser) Detach(ctx context.Context, at Place) error {
	functionARN, err := r.functionARN(ctx)
	if err != nil {
		return err
	}
	if err := r.carryOut(ctx, move{Place: at, functionARN: functionARN}); err != nil || r.DryRun {
		return err
	}
	return r.awaitArrival(ctx, at, "")
}

// functionARN returns the function's ARN, without a version.
func (r *Releaser) functionARN(ctx context.Context) (string, error) {
	c, err := r.configuration(ctx, "")
	if err != nil {
		return "", err
	}
	if c == nil {
		return "", fmt.Errorf("there is no function %s in %s: name it with -function", r.Function, awsapi.Region)
	}
	return aws.ToString(c.FunctionArn), nil
}
