package release

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/pack/launcher"
)

// OwnTag is the tag of the functions that these commands may change. Those that they have
// made or taken over have the value [OwnTagValue]; those of stacks of
// deploy/template/template.yaml have another.
const (
	OwnTag      = "edgeresize"
	OwnTagValue = "deploy"
)

// StackTag is the tag that CloudFormation puts on a stack's resources. AWS CloudFormation
// User Guide, "Resource tag".
const StackTag = "aws:cloudformation:stack-name"

// NotOursError says that a function of this name is not this project's.
type NotOursError struct{ Function, Why string }

func (e *NotOursError) Error() string {
	return fmt.Sprintf("the function %s is not edgeresize's, as its %s: choose another name with -function", e.Function, e.Why)
}

// UntaggedError says that a function lacks [OwnTag]: it may be anybody's.
type UntaggedError struct{ Function string }

func (e *UntaggedError) Error() string {
	return fmt.Sprintf("the function %s has no tag %s, which marks edgeresize's functions: if an older edition made it, "+
		"take it over with `go run ./deploy publish -function %s -adopt`; otherwise choose another name with -function", e.Function, OwnTag, e.Function)
}

// StackError says that a function belongs to a stack, which deletes it.
type StackError struct{ Function, Stack string }

func (e *StackError) Error() string {
	return fmt.Sprintf("the function %s belongs to the stack %s: delete that with aws cloudformation delete-stack --region %s --stack-name %s",
		e.Function, e.Stack, awsapi.Region, e.Stack)
}

// Stack returns the name of the stack that has made the function, "" if none has or there
// is no function.
func (r *Releaser) Stack(ctx context.Context) (string, error) {
	c, err := r.configuration(ctx, "")
	if err != nil || c == nil {
		return "", err
	}
	out, err := r.lambda.ListTags(ctx, &lambda.ListTagsInput{Resource: c.FunctionArn})
	if err != nil {
		return "", err
	}
	return out.Tags[StackTag], nil
}

// checkKind refuses a function that this project cannot have made.
func (r *Releaser) checkKind(c *configuration) error {
	if c.PackageType == types.PackageTypeImage {
		return &NotOursError{r.Function, "code is a container image"}
	}
	if handler := aws.ToString(c.Handler); handler != launcher.Handler {
		return &NotOursError{r.Function, "handler is " + handler}
	}
	return nil
}

// tags returns the tags of a function, and refuses one that is not ours. Without [OwnTag]
// the error is an [*UntaggedError].
func (r *Releaser) tags(ctx context.Context, c *configuration) (map[string]string, error) {
	if err := r.checkKind(c); err != nil {
		return nil, err
	}
	out, err := r.lambda.ListTags(ctx, &lambda.ListTagsInput{Resource: c.FunctionArn})
	if err != nil {
		return nil, err
	}
	if _, ours := out.Tags[OwnTag]; !ours {
		return out.Tags, &UntaggedError{r.Function}
	}
	return out.Tags, nil
}

// adopt puts [OwnTag] on a function.
func (r *Releaser) adopt(ctx context.Context, c *configuration) error {
	r.tell("function %s: taking it over, with the tag %s", r.Function, OwnTag)
	_, err := r.lambda.TagResource(ctx, &lambda.TagResourceInput{Resource: c.FunctionArn, Tags: map[string]string{OwnTag: OwnTagValue}})
	return err
}
