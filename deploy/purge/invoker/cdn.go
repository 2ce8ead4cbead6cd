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

// cdn purges the distribution in the other account.
type cdn interface {
	// invalidate invalidates paths and returns the IDs of the invalidations, with
	// commas between. Called again with the same reference and paths it makes no new
	// ones.
	invalidate(ctx context.Context, reference string, paths []string) (ids string, err error)
	// completed reports whether the invalidations with ids are all completed.
	completed(ctx context.Context, ids string) (bool, error)
}

// newCDN returns the cdn that the environment describes:
//
//	MODE              invoke or assume-role
//	PURGE_FUNCTION    the ARN of the purge function, to invoke
//	PURGE_ROLE        the ARN of the role to assume
//	DISTRIBUTION_ID   the distribution whose cache to purge, for assume-role
func newCDN(get func(name string) string, settings aws.Config) (cdn, error) {
	switch mode := get("MODE"); mode {
	case "invoke":
		function, err := arn.Parse(get("PURGE_FUNCTION"))
		if err != nil {
			return nil, fmt.Errorf("PURGE_FUNCTION is %q: want the ARN of the purge function", get("PURGE_FUNCTION"))
		}
		settings.Region = function.Region
		return &functionCDN{lambda.NewFromConfig(settings), function.String()}, nil
	case "assume-role":
		role, distribution := get("PURGE_ROLE"), get("DISTRIBUTION_ID")
		if !arn.IsARN(role) || distribution == "" {
			return nil, fmt.Errorf("PURGE_ROLE is %q and DISTRIBUTION_ID %q: want a role's ARN and a distribution's id", role, distribution)
		}
		settings.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(settings), role,
			func(o *stscreds.AssumeRoleOptions) { o.RoleSessionName = "edgeresize-invoker" }))
		return &roleCDN{&invalidate.Client{API: cloudfront.NewFromConfig(settings), Distribution: distribution}}, nil
	default:
		return nil, fmt.Errorf("MODE is %q: want invoke or assume-role", mode)
	}
}

// roleCDN purges with a role in the other account.
type roleCDN struct{ client *invalidate.Client }

func (a *roleCDN) invalidate(ctx context.Context, reference string, paths []string) (string, error) {
	made, err := a.client.PersistAll(ctx, reference, paths)
	return invalidate.IDs(made), err
}

func (a *roleCDN) completed(ctx context.Context, ids string) (bool, error) {
	return a.client.Completed(ctx, ids)
}

// functionCDN purges through the purge function in the other account.
type functionCDN struct {
	client   *lambda.Client
	function string // ARN
}

func (i *functionCDN) invalidate(ctx context.Context, reference string, paths []string) (string, error) {
	answer, err := i.ask(ctx, request.Request{Action: request.Invalidate, Reference: reference, Paths: paths})
	return answer.ID, err
}

func (i *functionCDN) completed(ctx context.Context, ids string) (bool, error) {
	answer, err := i.ask(ctx, request.Request{Action: request.Status, ID: ids})
	return answer.Completed, err
}

// ask sends a request to the purge function and returns its answer.
func (i *functionCDN) ask(ctx context.Context, asked request.Request) (answer request.Result, err error) {
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
