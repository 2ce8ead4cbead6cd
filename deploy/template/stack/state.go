package stack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
)

// poll is the time between two requests for a stack's state.
const poll = 5 * time.Second

// state is what CloudFormation says of a stack.
type state struct {
	name, region string
	id           string // "" where there is none
	status       types.StackStatus
	parameters   map[string]string
	outputs      map[string]string
}

// exists reports whether there is a stack to update. A stack whose first change set has
// not been carried out does not exist yet.
func (s *state) exists() bool {
	return s.id != "" && s.status != types.StackStatusReviewInProgress
}

// busy reports whether CloudFormation is working on the stack.
func (s *state) busy() bool {
	return s.id != "" && s.status != types.StackStatusReviewInProgress && inProgress(string(s.status))
}

func inProgress(status string) bool { return strings.HasSuffix(status, "_IN_PROGRESS") }

// outputsBy returns the outputs in the order of names, without those that are missing.
func (s *state) outputsBy(names []string) (outputs []Output) {
	for _, name := range names {
		if value, ok := s.outputs[name]; ok {
			outputs = append(outputs, Output{name, value})
		}
	}
	return outputs
}

// describe returns the state of a stack, which may not exist.
func (d *Deployer) describe(ctx context.Context, name string) (*state, error) {
	found := &state{name: name, region: d.region, parameters: map[string]string{}, outputs: map[string]string{}}
	out, err := d.cloudFormation.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if api := smithy.APIError(nil); errors.As(err, &api) && api.ErrorCode() == "ValidationError" && strings.HasSuffix(api.ErrorMessage(), "does not exist") {
		return found, nil
	}
	if err != nil {
		return nil, err
	}
	if len(out.Stacks) != 1 {
		return nil, fmt.Errorf("CloudFormation returned %d stacks named %s", len(out.Stacks), name)
	}
	stack := out.Stacks[0]
	found.id, found.status = aws.ToString(stack.StackId), stack.StackStatus
	if !found.exists() {
		return found, nil // its parameters are of a change set that may never be carried out
	}
	for _, p := range stack.Parameters {
		found.parameters[aws.ToString(p.ParameterKey)] = aws.ToString(p.ParameterValue)
	}
	for _, o := range stack.Outputs {
		found.outputs[aws.ToString(o.OutputKey)] = aws.ToString(o.OutputValue)
	}
	return found, nil
}

// settled waits until nobody is working on a stack and returns its state. It returns a
// [*FailedError] where the stack takes no update.
func (d *Deployer) settled(ctx context.Context, name string) (*state, error) {
	now, err := d.describe(ctx, name)
	if err != nil {
		return nil, err
	}
	if now.busy() {
		d.report("stack %s: %s, from an earlier operation: waiting until it ends", name, now.status)
		if err := d.follow(ctx, now, ""); err != nil {
			return nil, err
		}
		if now, err = d.describe(ctx, name); err != nil {
			return nil, err
		}
	}
	if !now.stuck() {
		return now, nil
	}
	events, err := d.events(ctx, now.id, "")
	if err != nil {
		return nil, err
	}
	return nil, failure(now, events)
}

// stuck reports whether the stack takes no update. AWS CloudFormation User Guide,
// "Stack status codes".
func (s *state) stuck() bool {
	switch s.status {
	case types.StackStatusCreateFailed, types.StackStatusRollbackComplete, types.StackStatusRollbackFailed,
		types.StackStatusDeleteFailed, types.StackStatusUpdateFailed, types.StackStatusUpdateRollbackFailed:
		return s.id != ""
	}
	return false
}

// events returns the events of a stack, the oldest first: those later than the event
// with the ID after, or, where after is "", those of the latest operation.
func (d *Deployer) events(ctx context.Context, stack, after string) ([]types.StackEvent, error) {
	var newest []types.StackEvent
	pages := cloudformation.NewDescribeStackEventsPaginator(d.cloudFormation, &cloudformation.DescribeStackEventsInput{StackName: &stack})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, e := range page.StackEvents {
			if after != "" && aws.ToString(e.EventId) == after {
				return reversed(newest), nil
			}
			newest = append(newest, e)
			if after == "" && begins(e) {
				return reversed(newest), nil
			}
		}
	}
	return reversed(newest), nil
}

// begins reports whether an event is the first of an operation.
func begins(e types.StackEvent) bool {
	if !ofStack(e) {
		return false
	}
	switch e.ResourceStatus {
	case types.ResourceStatusCreateInProgress, types.ResourceStatusUpdateInProgress, types.ResourceStatusDeleteInProgress:
		return true
	}
	return false
}

// ofStack reports whether an event is about the stack itself.
func ofStack(e types.StackEvent) bool {
	return aws.ToString(e.PhysicalResourceId) == aws.ToString(e.StackId)
}

// reversed returns events, the newest first, with the oldest first.
func reversed(newest []types.StackEvent) []types.StackEvent {
	oldest := make([]types.StackEvent, 0, len(newest))
	for i := len(newest) - 1; i >= 0; i-- {
		oldest = append(oldest, newest[i])
	}
	return oldest
}
