package release

import (
	"context"
	"fmt"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
)

// Place is a behaviour of a distribution.
type Place struct {
	// Distribution is the distribution's ID.
	Distribution string
	// Behavior is the behaviour's path pattern, [distconfig.Default] for the
	// default one.
	Behavior string
}

func (p Place) String() string {
	if p.Behavior == distconfig.Default {
		return "distribution " + p.Distribution + ", default behaviour"
	}
	return "distribution " + p.Distribution + ", behaviour " + p.Behavior
}

// ConflictError says that somebody else has put a function where ours was to go, or has
// taken ours away.
type ConflictError struct {
	Place Place
	Want  string // the ARN that was to be put there, "" for none
	Found string // the ARN that is there, "" for none
	// Was is the ARN that was there a moment before, if the conflict is that it changed.
	Was *string
}

func (e *ConflictError) Error() string {
	text := fmt.Sprintf("%s: its origin-response function is %s", e.Place, orNone(e.Found))
	if e.Was != nil {
		text += "; a moment ago it was " + orNone(*e.Was)
	}
	text += ", and was to become " + orNone(e.Want)
	if e.Was != nil {
		return text + ": somebody else is changing this behaviour: coordinate with them, then run the same command again"
	}
	return text + ": remove the other function first, choose another -behavior, or name that function with -function if it is yours"
}

// orNone returns arn, or "none" for "".
func orNone(arn string) string {
	if arn == "" {
		return "none"
	}
	return arn
}

// maxUpdates is how often an update is tried while others change the distribution.
const maxUpdates = 10

// move is a change of a behaviour's origin-response function.
type move struct {
	Place
	functionARN string // our function's, without a version
	want        string // the ARN of the version to put there, "" for none
	// from is the ARN that must be there before, set only to undo a move. If it is nil,
	// none or any version of ours may be there, and the move writes the tag.
	from *string
	// canary is the URL with which the caller tries the site afterwards, for a dry run
	// to name; empty for none.
	canary string
}

// carryOut makes a move. It writes the tag before it changes the behaviour.
func (r *Releaser) carryOut(ctx context.Context, m move) error {
	for range maxUpdates {
		d, err := r.distribution(ctx, m.Distribution)
		if err != nil {
			return err
		}
		have, err := d.config.Function(m.Behavior, distconfig.OriginResponse)
		if err != nil {
			return err
		}
		if have == m.want {
			r.plan("%s: has %s", m.Place, orNone(have))
			if !r.DryRun {
				return nil
			}
			return r.planArrival(ctx, m, d)
		}
		if err := m.check(have); err != nil {
			return err
		}
		config, err := d.config.WithFunction(m.Behavior, distconfig.OriginResponse, m.want)
		if err != nil {
			return err
		}
		paths, err := r.cachePaths(ctx, d, m.Behavior)
		if err != nil {
			return err
		}
		if m.from == nil && !r.DryRun {
			m.from = &have
			if err := r.writeTag(ctx, m.Place, m.functionARN, lastMove{Former: have, Attached: m.want}); err != nil {
				return err
			}
		}
		r.plan("%s: %s -> %s", m.Place, orNone(have), orNone(m.want))
		for _, path := range paths {
			r.plan("%s: once that is deployed, invalidating %s", m.Place, path)
		}
		if r.DryRun {
			r.planCanary(m)
			return r.differMove(ctx, m, have, d, config)
		}
		if err := d.document.Update(ctx, r.cloudFront, config); !transfer.IsStale(err) {
			return err
		}
		r.tell("%s: changed meanwhile, looking again", m.Place)
	}
	return fmt.Errorf("%s: somebody else keeps changing it: run the same command again later", m.Place)
}

// check refuses a move if the function that is there is not ours, or not m.from.
func (m move) check(have string) error {
	if m.from != nil && have != *m.from {
		return &ConflictError{m.Place, m.want, have, m.from}
	}
	if have != "" && !strings.HasPrefix(have, m.functionARN+":") {
		return &ConflictError{Place: m.Place, Want: m.want, Found: have}
	}
	return nil
}

// planArrival says, in a dry run, what would follow a move to the version that is there
// already.
func (r *Releaser) planArrival(ctx context.Context, m move, d *distribution) error {
	paths, err := r.cachePaths(ctx, d, m.Behavior)
	if err != nil {
		return err
	}
	if err := r.invalidate(ctx, m.Distribution, "", paths); err != nil {
		return err
	}
	r.planCanary(m)
	return nil
}

// planCanary says, in a dry run, with which picture the site would be tried.
func (r *Releaser) planCanary(m move) {
	if m.canary != "" {
		r.plan("canary: %s: once that is deployed, asking for it at several sizes, and undoing the change if an answer is wrong", m.canary)
	}
}

// differMove writes the difference that a move would make to the behaviour's
// functions and to the function's tag.
func (r *Releaser) differMove(ctx context.Context, m move, have string, before *distribution, after *distconfig.Config) error {
	r.differ("-%s: %s", m.Place, orNone(before.config.Functions(m.Behavior)))
	r.differ("+%s: %s", m.Place, after.Functions(m.Behavior))
	if m.from != nil {
		return nil
	}
	return r.differTag(ctx, m.Place, m.functionARN, lastMove{Former: have, Attached: m.want})
}

// awaitArrival waits until the distribution's last change is at every edge location, checks
// that want is still attached, and invalidates what the behaviour had cached before.
func (r *Releaser) awaitArrival(ctx context.Context, at Place, want string) error {
	state, err := r.awaitDeployed(ctx, at.Distribution)
	if err != nil {
		return err
	}
	d, err := r.distribution(ctx, at.Distribution)
	if err != nil {
		return err
	}
	have, err := d.config.Function(at.Behavior, distconfig.OriginResponse)
	if err == nil && have != want {
		err = &ConflictError{at, want, have, &want}
	}
	if err != nil {
		return err
	}
	paths, err := r.cachePaths(ctx, d, at.Behavior)
	if err != nil {
		return err
	}
	return r.invalidate(ctx, at.Distribution, state, paths)
}
