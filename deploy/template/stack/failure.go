package stack

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
)

// FailedError says that a stack could not be made or updated, why, and what to do.
type FailedError struct {
	Stack, Region string
	Status        types.StackStatus
	// Cause is the resource that failed first, with CloudFormation's reason; "" where
	// CloudFormation names none.
	Cause string
	// Held is the resource that keeps the stack from being rolled back or deleted, or
	// "".
	Held string
}

func (e *FailedError) Error() string {
	text := fmt.Sprintf("stack %s in %s: %s", e.Stack, e.Region, e.Status)
	if e.Cause != "" {
		text += "\n  cause: " + e.Cause
	}
	if e.Held != "" {
		text += "\n  blocked by: " + e.Held
	}
	return text + "\n  " + e.remedy()
}

// remedy returns the commands that get the stack out of its state.
func (e *FailedError) remedy() string {
	where := fmt.Sprintf(" --region %s --stack-name %s", e.Region, e.Stack)
	remove := "aws cloudformation delete-stack" + where + " && aws cloudformation wait stack-delete-complete" + where
	switch e.Status {
	case types.StackStatusUpdateRollbackFailed:
		return "it can be updated again once it is rolled back: fix what blocks that, then run\n  aws cloudformation continue-update-rollback" + where +
			" && aws cloudformation wait stack-rollback-complete" + where + "\n  and run the same command again"
	case types.StackStatusUpdateFailed:
		return "it can be updated again once it is rolled back: run\n  aws cloudformation rollback-stack" + where + "\n  and run the same command again"
	case types.StackStatusUpdateRollbackComplete:
		return "it is rolled back: fix the cause, and run the same command again"
	case types.StackStatusDeleteFailed:
		return "it cannot be updated: finish deleting it (CloudFront keeps a function until hours after its distribution is deleted)\n  " + remove +
			"\n  and run the same command again"
	}
	return "it cannot be updated: fix the cause, delete the rest of the stack\n  " + remove + "\n  and run the same command again"
}

// failed reports whether the operation that the last event ends has failed. A deletion
// that somebody else began counts as success.
func failed(events []types.StackEvent) bool {
	switch status := events[len(events)-1].ResourceStatus; status {
	case types.ResourceStatusCreateComplete, types.ResourceStatusUpdateComplete, types.ResourceStatusDeleteComplete, types.ResourceStatusImportComplete:
		return false
	}
	return true
}

// failure returns the error for a stack in the state now. events are those of the
// failed operation, the oldest first.
func failure(now *state, events []types.StackEvent) *FailedError {
	e := &FailedError{Stack: now.name, Region: now.region, Status: now.status}
	back := false
	for _, event := range events {
		status := string(event.ResourceStatus)
		if ofStack(event) {
			back = back || strings.Contains(status, "ROLLBACK")
			continue
		}
		if !strings.HasSuffix(status, "_FAILED") || cancelled(event) {
			continue
		}
		what := fmt.Sprintf("%s (%s): %s", aws.ToString(event.LogicalResourceId), aws.ToString(event.ResourceType), aws.ToString(event.ResourceStatusReason))
		switch {
		case back:
			e.Held = what // the last one: earlier ones may have been resolved
		case e.Cause == "":
			e.Cause = what
		}
	}
	if e.Cause == "" {
		e.Cause = reasonOf(events)
	}
	return e
}

// cancelled reports whether a resource failed only because another one did.
func cancelled(e types.StackEvent) bool {
	reason := aws.ToString(e.ResourceStatusReason)
	return strings.Contains(reason, "creation cancelled") || strings.Contains(reason, "update cancelled") ||
		strings.Contains(reason, "creation Cancelled") || strings.Contains(reason, "update Cancelled")
}

// reasonOf returns CloudFormation's reason for the stack itself, for when no resource
// failed: somebody cancelled the update, for example.
func reasonOf(events []types.StackEvent) string {
	for _, e := range events {
		if reason := aws.ToString(e.ResourceStatusReason); ofStack(e) && reason != "" && reason != "User Initiated" {
			return reason
		}
	}
	return ""
}
