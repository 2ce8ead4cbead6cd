package doctor

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/edgelimits"
	"golang.org/x/sync/errgroup"
)

// fewExecutions is the number of executions that one page of pictures may take.
const fewExecutions = 50

// errNotEnabled says that the account has not enabled a region, where the function then
// does not run. AWS Account Management Reference Guide, "Enable or disable AWS Regions
// in your account".
var errNotEnabled = errors.New("not enabled")

// checkConcurrency checks how many pictures each region can make at a time. One
// execution makes one picture.
func (d *Doctor) checkConcurrency(ctx context.Context) {
	const subject = "concurrency"
	if len(d.options.Regions) == 0 {
		return
	}
	executions := make([]int32, len(d.options.Regions))
	failed := make([]error, len(d.options.Regions))
	var group errgroup.Group
	group.SetLimit(8)
	for i, region := range d.options.Regions {
		group.Go(func() error {
			executions[i], failed[i] = d.executions(ctx, region)
			return nil
		})
	}
	_ = group.Wait()            // the errors are in failed
	few := map[int32][]string{} // regions by executions
	least, unread := int32(edgelimits.Concurrency), 0
	for i, region := range d.options.Regions {
		switch err := failed[i]; {
		case errors.Is(err, errNotEnabled):
		case err != nil:
			if unread++; unread == 1 { // one finding for all regions
				d.unknown(subject, "lambda:GetAccountSettings", fmt.Errorf("%s: %w", region, err))
			}
		case executions[i] < edgelimits.Concurrency:
			few[executions[i]] = append(few[executions[i]], region)
			least = min(least, executions[i])
		}
	}
	if len(few) == 0 {
		if unread == 0 {
			d.good(subject, "at least %d executions at a time in every region", edgelimits.Concurrency)
		}
		return
	}
	var parts []string
	for _, n := range slices.Sorted(maps.Keys(few)) {
		parts = append(parts, fmt.Sprintf("%d in %s", n, strings.Join(few[n], ", ")))
	}
	say := d.note
	if least < fewExecutions {
		say = d.problem
	}
	say(subject, "where viewers are, ask for more (free of charge): aws service-quotas request-service-quota-increase --service-code lambda "+
		"--quota-code L-B99A9384 --desired-value 1000 --region "+few[least][0],
		"executions at a time: %s. A picture that is not in the cache needs one, and gets status 503 if none is left", strings.Join(parts, "; "))
}

// executions returns how many concurrent executions in a region are not reserved for
// other functions.
func (d *Doctor) executions(ctx context.Context, region string) (int32, error) {
	out, err := d.lambda.GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{}, func(o *lambda.Options) { o.Region = region })
	if awsapi.Code(err) == "UnrecognizedClientException" && region != awsapi.Region {
		return 0, errNotEnabled
	}
	if err != nil {
		return 0, err
	}
	if out.AccountLimit == nil {
		return 0, errors.New("no AccountLimit")
	}
	if out.AccountLimit.UnreservedConcurrentExecutions != nil {
		return aws.ToInt32(out.AccountLimit.UnreservedConcurrentExecutions), nil
	}
	return out.AccountLimit.ConcurrentExecutions, nil
}
