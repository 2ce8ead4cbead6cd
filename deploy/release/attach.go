package release

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
)

// AttachOptions say which version to attach to which behaviour.
type AttachOptions struct {
	Place
	// Version is the version's number; empty for the newest.
	Version string
	// Canary is the URL of a picture to try the site with, or its path at the
	// distribution's own domain; empty to try nothing.
	Canary string
}

// Attach makes a version the origin-response function of a behaviour, waits until every
// edge location has it, and tries the site. If the site fails, Attach puts the former
// version back and returns a [*CanaryError]. If the canary cannot tell, the version
// stays and the error is an [*UncertainError].
func (r *Releaser) Attach(ctx context.Context, o AttachOptions) error {
	version, err := r.version(ctx, o.Version)
	if err != nil {
		return err
	}
	m := move{Place: o.Place, want: aws.ToString(version.FunctionArn)}
	m.functionARN = m.want[:len(m.want)-len(numberIn(m.want))-1]
	c, err := r.canaryFor(ctx, o, version)
	if err != nil {
		return err
	}
	if c != nil {
		m.canary = c.url.String()
	}
	if err := r.carryOut(ctx, m); err != nil || r.DryRun {
		return err
	}
	if err := r.awaitArrival(ctx, o.Place, m.want); err != nil || c == nil {
		return err
	}
	err = c.run(ctx)
	if failed := (*CanaryError)(nil); errors.As(err, &failed) {
		err = r.putBack(ctx, m, failed) // first: viewers are waiting
		c.quoteLog(ctx, failed)
	}
	if uncertain := (*UncertainError)(nil); errors.As(err, &uncertain) {
		uncertain.Outcome = "version " + numberIn(m.want) + " stays"
	}
	return err
}

// canaryFor returns the canary for an attachment, or nil if o asks for none. If the
// version is not attached yet, the canary asks for the original first: what the site
// does not serve without the version cannot be expected of the version.
func (r *Releaser) canaryFor(ctx context.Context, o AttachOptions, version *configuration) (*canary, error) {
	if o.Canary == "" {
		return nil, nil
	}
	d, err := r.distribution(ctx, o.Distribution)
	if err != nil {
		return nil, err
	}
	have, err := d.config.Function(o.Behavior, distconfig.OriginResponse)
	if err != nil {
		return nil, err
	}
	c, err := r.canaryAt(ctx, d, o.Place, version, o.Canary)
	if err != nil || have == aws.ToString(version.FunctionArn) {
		return c, err
	}
	if c.before, err = c.original(ctx); ctx.Err() != nil {
		err = ctx.Err()
	}
	return c, err
}

// version reads the version with a number, or the newest if number is empty.
func (r *Releaser) version(ctx context.Context, number string) (*configuration, error) {
	if number == "" {
		newest, err := r.newest(ctx)
		if err != nil {
			return nil, err
		}
		if newest == nil {
			return nil, fmt.Errorf("the function %s has no version: publish one first, with `go run ./deploy publish`", r.Function)
		}
		number = aws.ToString(newest.Version)
	}
	version, err := r.awaitSettled(ctx, number)
	if err == nil && version == nil {
		err = fmt.Errorf("the function %s has no version %s in %s: publish one first, with `go run ./deploy publish`", r.Function, number, awsapi.Region)
	}
	return version, err
}

// putBack undoes a move that the canary found wrong, and returns why with the outcome.
func (r *Releaser) putBack(ctx context.Context, m move, why *CanaryError) error {
	was, err := r.readTag(ctx, m.Place, m.functionARN)
	if err != nil {
		return fmt.Errorf("%w; the version to put back could not be read: %w", why, Explain(err))
	}
	if was == nil || was.Attached != m.want {
		why.Outcome = fmt.Sprintf("version %s stays, as the version before it is not known: "+
			"`rollback -to N` attaches version N, `detach` removes the function", numberIn(m.want))
		return why
	}
	r.tell("%v", why)
	if err := r.undo(ctx, m.Place, m.functionARN, *was); err != nil {
		return fmt.Errorf("%w; undoing this failed, try `rollback`: %w", why, Explain(err))
	}
	why.Outcome = "version " + numberIn(m.want) + " was detached again"
	if was.Former != "" {
		why.Outcome = "version " + numberIn(was.Former) + " was put back"
	}
	return why
}

// undo points a behaviour back to the former version. It leaves the tag: was stays right,
// as it names both versions.
func (r *Releaser) undo(ctx context.Context, at Place, functionARN string, was lastMove) error {
	if err := r.carryOut(ctx, move{Place: at, functionARN: functionARN, want: was.Former, from: &was.Attached}); err != nil || r.DryRun {
		return err
	}
	return r.awaitArrival(ctx, at, was.Former)
}
