package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/request"
)

// cdn is the distribution in the other account.
type cdn interface {
	// invalidate invalidates paths and returns the ids of the invalidations that
	// takes, with commas between. The same reference again is the same
	// invalidations.
	invalidate(ctx context.Context, reference string, paths []string) (ids string, err error)
	// completed reports whether all invalidations of ids are completed.
	completed(ctx context.Context, ids string) (bool, error)
}

// newCDN reads the environment:
//
//	MODE              invoke or assume-role
//	PURGE_FUNCTION    the ARN of the purge function, to invoke
//	PURGE_ROLE        the ARN of the role to assume
//	DISTRIBUTION_ID   whose cache it is, for assume-role
func newCDN(get func(name string) string, settings aws.Config) (cdn, error) {
	switch mode := get("MODE"); mode {
	case "invoke":
		function, err := arn.Parse(get("PURGE_FUNCTION"))
		if err != nil {
			return nil, fmt.Errorf("PURGE_FUNCTION is %q: want the ARN of the purge function", get("PURGE_FUNCTION"))
		}
		settings.Region = function.Region
		return &invoked{lambda.NewFromConfig(settings), function.String()}, nil
	case "assume-role":
		role, distribution := get("PURGE_ROLE"), get("DISTRIBUTION_ID")
		if !arn.IsARN(role) || distribution == "" {
			return nil, fmt.Errorf("PURGE_ROLE is %q and DISTRIBUTION_ID %q: want a role's ARN and a distribution's id", role, distribution)
		}
		settings.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(settings), role,
			func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "edgeresize-invoker" }))
		return &assumed{&invalidate.Client{API: cloudfront.NewFromConfig(settings), Distribution: distribution}}, nil
	default:
		return nil, fmt.Errorf("MODE is %q: want invoke or assume-role", mode)
	}
}

// assumed is a cdn by a role in its account.
type assumed struct{ client *invalidate.Client }

func (a *assumed) invalidate(ctx context.Context, reference string, paths []string) (string, error) {
	made, err := a.client.PersistAll(ctx, reference, paths)
	return invalidate.IDs(made), err
}

func (a *assumed) completed(ctx context.Context, ids string) (bool, error) {
	return a.client.Completed(ctx, ids)
}

// invoked is a cdn by the purge function in its account.
type invoked struct {
	client   *lambda.Client
	function string // its ARN
}

func (i *invoked) invalidate(ctx context.Context, reference string, paths []string) (string, error) {
	answer, err := i.ask(ctx, request.Request{Action: request.Invalidate, Reference: reference, Paths: paths})
	return answer.ID, err
}

func (i *invoked) completed(ctx context.Context, ids string) (bool, error) {
	answer, err := i.ask(ctx, request.Request{Action: request.Status, ID: ids})
	return answer.Completed, err
}

// ask is what the purge function answers.
func (i *invoked) ask(ctx context.Context, asked request.Request) (answer request.Answer, err error) {
	payload, err := json.Marshal(asked)
	if err != nil {
		return answer, err
	}
	out, err := i.client.Invoke(ctx, &lambda.InvokeInput{FunctionName: &i.function, Payload: payload})
	if err != nil {
		return answer, err
	}
	if out.FunctionError != nil {
		return answer, fmt.Errorf("%s: %s", i.function, out.Payload)
	}
	return answer, json.Unmarshal(out.Payload, &answer)
}
