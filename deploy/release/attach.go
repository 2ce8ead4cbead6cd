package release

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
)

// AttachOptions say what to attach where.
type AttachOptions struct {
	Place
	// Version is the version's number; the newest one if it is empty.
	Version string
	// Canary is the URL of a picture, or its path at the distribution's own
	// domain, to try the site with; empty to try nothing.
	Canary string
}

// Attach makes a version the origin-response function of a behaviour, waits
// until it is at every edge location, and tries it. If the site does not do
// what it should, the former version is put back, and the error is a
// [*CanaryError]. If that cannot be told, the version stays, and the error is an
// [*UncertainError].
func (r *Releaser) Attach(ctx context.Context, o AttachOptions) error {
	version, err := r.version(ctx, o.Version)
	if err != nil {
		return err
	}
	m := move{Place: o.Place, want: aws.ToString(version.FunctionArn)}
	m.functionARN = m.want[:len(m.want)-len(number(m.want))-1]
	c, err := r.prepare(ctx, o, version)
	if err != nil {
		return err
	}
	if c != nil {
		m.canary = c.url.String()
	}
	if err := r.carryOut(ctx, m); err != nil || r.DryRun {
		return err
	}
	if err := r.arrives(ctx, o.Place, m.want); err != nil || c == nil {
		return err
	}
	err = c.run(ctx)
	if failed := (*CanaryError)(nil); errors.As(err, &failed) {
		err = r.putBack(ctx, m, failed) // first: viewers are waiting
		c.quoteLog(ctx, failed)
	}
	if uncertain := (*UncertainError)(nil); errors.As(err, &uncertain) {
		uncertain.Outcome = "version " + number(m.want) + " stays"
	}
	return err
}

// prepare is the canary, nil if there is to be none. Where the version is not
// there yet it asks for the picture as it is: what the site does not give
// without the version cannot be asked of it.
func (r *Releaser) prepare(ctx context.Context, o AttachOptions, version *configuration) (*canary, error) {
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

// version is the one of a number, or the newest if number is empty.
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
	version, err := r.settled(ctx, number)
	if err == nil && version == nil {
		err = fmt.Errorf("the function %s has no version %s in %s: publish one first, with `go run ./deploy publish`", r.Function, number, awsapi.Region)
	}
	return version, err
}

// putBack undoes a move and says why.
func (r *Releaser) putBack(ctx context.Context, m move, why *CanaryError) error {
	was, err := r.recall(ctx, m.Place, m.functionARN)
	if err != nil {
		return fmt.Errorf("%w; what was there before is not known: %w", why, Explain(err))
	}
	if was == nil || was.Attached != m.want {
		why.Outcome = fmt.Sprintf("version %s stays, as it is not known what was there before it: "+
			"`rollback -to N` puts version N there, `detach` takes it away", number(m.want))
		return why
	}
	r.tell("%v", why)
	if err := r.undo(ctx, m.Place, m.functionARN, *was); err != nil {
		return fmt.Errorf("%w; it could not be undone, try `rollback`: %w", why, Explain(err))
	}
	why.Outcome = "version " + number(m.want) + " was taken away again"
	if was.Former != "" {
		why.Outcome = "version " + number(was.Former) + " was put back"
	}
	return why
}

// undo points a behaviour back to what was there. What is remembered stays: it
// says both what is there and what was.
func (r *Releaser) undo(ctx context.Context, at Place, functionARN string, was memory) error {
	if err := r.carryOut(ctx, move{Place: at, functionARN: functionARN, want: was.Former, from: &was.Attached}); err != nil || r.DryRun {
		return err
	}
	return r.arrives(ctx, at, was.Former)
}
