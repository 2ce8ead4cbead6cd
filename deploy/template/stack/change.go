package stack

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// change makes or updates a stack and waits until that is done.
func (d *Deployer) change(ctx context.Context, now *state, t *Template, given map[string]string) error {
	set, nothing, err := d.changeSet(ctx, now, t, given)
	if err != nil {
		return err
	}
	if nothing {
		d.report("stack %s: nothing to change", now.name)
		return nil
	}
	if now, err = d.describe(ctx, now.name); err != nil { // the change set has made it
		return err
	}
	before, err := d.newestEvent(ctx, now.id)
	if err != nil {
		return err
	}
	if now.exists() {
		d.report("stack %s: updating it in %s", now.name, now.region)
	} else {
		d.report("stack %s: creating it in %s, which takes some minutes", now.name, now.region)
	}
	if _, err := d.cloudFormation.ExecuteChangeSet(ctx, &cloudformation.ExecuteChangeSetInput{ChangeSetName: &set}); err != nil {
		return err
	}
	return d.follow(ctx, now, before)
}

// changeSet makes a change set and waits until it is ready. It returns the set's ID, or
// nothing where there is nothing to change.
func (d *Deployer) changeSet(ctx context.Context, now *state, t *Template, given map[string]string) (id string, nothing bool, err error) {
	input := &cloudformation.CreateChangeSetInput{
		StackName:     &now.name,
		ChangeSetName: aws.String("edgeresize-" + strings.ToLower(rand.Text())),
		ChangeSetType: types.ChangeSetTypeCreate,
		TemplateBody:  &t.Body,
		Capabilities:  []types.Capability{types.CapabilityCapabilityIam},
	}
	if now.exists() {
		input.ChangeSetType = types.ChangeSetTypeUpdate
	}
	for _, name := range t.Names {
		p := types.Parameter{ParameterKey: aws.String(name)}
		if value, ok := given[name]; ok {
			p.ParameterValue = &value
		} else if _, had := now.parameters[name]; had {
			p.UsePreviousValue = aws.Bool(true)
		} else {
			continue // use the template's default
		}
		input.Parameters = append(input.Parameters, p)
	}
	made, err := d.cloudFormation.CreateChangeSet(ctx, input)
	if err != nil {
		return "", false, err
	}
	for {
		set, err := d.cloudFormation.DescribeChangeSet(ctx, &cloudformation.DescribeChangeSetInput{ChangeSetName: made.Id})
		if err != nil {
			return "", false, err
		}
		reason := aws.ToString(set.StatusReason)
		switch {
		case set.Status == types.ChangeSetStatusCreateComplete:
			return *made.Id, false, nil
		case set.Status == types.ChangeSetStatusFailed && unchanged(reason):
			_, err := d.cloudFormation.DeleteChangeSet(ctx, &cloudformation.DeleteChangeSetInput{ChangeSetName: made.Id})
			return "", true, err
		case set.Status == types.ChangeSetStatusFailed:
			return "", false, fmt.Errorf("CloudFormation refused the change to the stack %s: %s", now.name, reason)
		}
		if err := d.Wait(ctx, poll); err != nil {
			return "", false, err
		}
	}
}

// unchanged reports whether a change set has failed because it changes nothing. Only
// the reason's text tells.
func unchanged(reason string) bool {
	return strings.Contains(reason, "didn't contain changes") || strings.Contains(reason, "No updates are to be performed")
}

// newestEvent returns the ID of a stack's newest event, or "".
func (d *Deployer) newestEvent(ctx context.Context, stack string) (string, error) {
	out, err := d.cloudFormation.DescribeStackEvents(ctx, &cloudformation.DescribeStackEventsInput{StackName: &stack})
	if err != nil || len(out.StackEvents) == 0 {
		return "", err
	}
	return aws.ToString(out.StackEvents[0].EventId), nil
}

// follow waits until CloudFormation is done with a stack, and reports the events
// meanwhile: those later than the event with the ID after, or, where after is "", those
// of the latest operation. It returns a [*FailedError] where the operation failed.
func (d *Deployer) follow(ctx context.Context, now *state, after string) error {
	reported, waited := 0, 0
	pending := map[string]bool{}
	for {
		events, err := d.events(ctx, now.id, after)
		if err != nil {
			return err
		}
		for _, e := range events[min(reported, len(events)):] {
			d.reportEvent(e, pending)
		}
		reported = max(reported, len(events))
		if n := len(events); n > 0 && ofStack(events[n-1]) && !inProgress(string(events[n-1].ResourceStatus)) {
			d.clearLine()
			d.report("stack %s: %s", now.name, events[n-1].ResourceStatus)
			end := *now
			end.status = types.StackStatus(events[n-1].ResourceStatus)
			if failed(events) {
				return failure(&end, events)
			}
			return nil
		}
		if d.Terminal {
			fmt.Fprintf(d.Progress, "\r  %v: %.100s\x1b[K", time.Duration(waited)*poll, strings.Join(slices.Sorted(maps.Keys(pending)), ", "))
		}
		waited++
		if err := d.Wait(ctx, poll); err != nil {
			d.clearLine()
			return err
		}
	}
}

// reportEvent reports what has become of a resource, once that is known. It keeps the
// names of unfinished resources in pending.
func (d *Deployer) reportEvent(e types.StackEvent, pending map[string]bool) {
	if ofStack(e) {
		return
	}
	name, status := aws.ToString(e.LogicalResourceId), string(e.ResourceStatus)
	if inProgress(status) {
		pending[name] = true
		return
	}
	delete(pending, name)
	d.clearLine()
	line := fmt.Sprintf("  %-22s %-40s %s", name, aws.ToString(e.ResourceType), status)
	if reason := aws.ToString(e.ResourceStatusReason); strings.HasSuffix(status, "_FAILED") && reason != "" {
		line += ": " + reason
	}
	d.report("%s", line)
}

// clearLine removes the line that shows pending resources on a terminal.
func (d *Deployer) clearLine() {
	if d.Terminal {
		fmt.Fprint(d.Progress, "\r\x1b[K")
	}
}
