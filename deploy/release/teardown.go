package release

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// AttachedError says to which behaviours the function is still attached.
type AttachedError struct {
	Function string
	Places   []Place
}

func (e *AttachedError) Error() string {
	var places []string
	for _, p := range e.Places {
		command := "-distribution " + p.Distribution
		if p.Behavior != "" {
			command += " -behavior '" + p.Behavior + "'"
		}
		places = append(places, command)
	}
	return fmt.Sprintf("the function %s is still attached: run `go run ./deploy detach` first with %s", e.Function, strings.Join(places, ", then with "))
}

// ReplicatedError says of which versions CloudFront still has replicas.
type ReplicatedError struct {
	Function string
	Versions []string
}

func (e *ReplicatedError) Error() string {
	return fmt.Sprintf("the function %s: nothing is attached, but CloudFront still has replicas of version %s: "+
		"run the same command again in some hours, when it has deleted them", e.Function, strings.Join(e.Versions, ", "))
}

// Teardown deletes the function and its versions. It keeps versions of which CloudFront
// still has replicas, deletes the rest and returns a [*ReplicatedError]: hours later
// Teardown goes on from there.
func (r *Releaser) Teardown(ctx context.Context) error {
	c, err := r.configuration(ctx, "")
	if err != nil {
		return err
	}
	if c == nil {
		r.tell("there is no function %s in %s", r.Function, awsapi.Region)
		return nil
	}
	tags, err := r.tags(ctx, c)
	if stack := tags[StackTag]; stack != "" {
		return &StackError{r.Function, stack}
	}
	if err != nil {
		return err
	}
	attached, err := r.attachments(ctx, aws.ToString(c.FunctionArn))
	if err != nil {
		return err
	}
	if len(attached) > 0 {
		return &AttachedError{r.Function, attached.places("")}
	}
	versions, err := r.versions(ctx)
	if err != nil {
		return err
	}
	var kept []string
	for _, v := range versions {
		deleted, err := r.remove(ctx, v.Version)
		if err != nil {
			return err
		}
		if !deleted {
			kept = append(kept, aws.ToString(v.Version))
		}
	}
	if len(kept) > 0 {
		return &ReplicatedError{r.Function, kept}
	}
	if deleted, err := r.remove(ctx, nil); err != nil || deleted {
		return err
	}
	return &ReplicatedError{r.Function, []string{"$LATEST"}}
}

// remove deletes a version, or the function if version is nil. It returns false if
// CloudFront still has replicas.
func (r *Releaser) remove(ctx context.Context, version *string) (bool, error) {
	what := "function " + r.Function
	if version != nil {
		what += ", version " + *version
	}
	if r.DryRun {
		r.differ("-%s", what)
		return true, nil
	}
	_, err := r.lambda.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &r.Function, Qualifier: version})
	missing, bad := (*types.ResourceNotFoundException)(nil), (*types.InvalidParameterValueException)(nil)
	switch {
	case errors.As(err, &bad) && strings.Contains(bad.ErrorMessage(), "replicated function"):
		r.tell("%s: CloudFront still has replicas", what)
		return false, nil
	case errors.As(err, &missing): // by a try of ours whose answer was lost
		return true, nil
	case err != nil:
		return false, err
	}
	r.tell("%s: deleted", what)
	return true, nil
}
