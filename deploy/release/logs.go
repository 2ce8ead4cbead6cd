package release

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"
	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"golang.org/x/sync/errgroup"
)

// FunctionLog returns the log group of a function at the edge, in each region that runs
// it. CloudFront Developer Guide, "Edge function logs".
func FunctionLog(function string) string { return "/aws/lambda/" + awsapi.Region + "." + function }

// validationLog returns the log group in which CloudFront writes why it refused an answer
// of a function, in the region that ran it. CloudFront Developer Guide, "Test and debug
// Lambda@Edge functions".
func validationLog(distribution string) string { return "/aws/cloudfront/LambdaEdge/" + distribution }

// logLine is a line of a log.
type logLine struct {
	at   time.Time
	text string
}

// maxQuoted is the most bytes of a line that are quoted.
const maxQuoted = 400

// Quoted returns a log's text on one line, cut short if it is long.
func Quoted(text string) string {
	line := strings.ToValidUTF8(strings.Join(strings.Fields(text), " "), "?")
	if len(line) <= maxQuoted {
		return line
	}
	return strings.ToValidUTF8(line[:maxQuoted], "") + " …"
}

// inRegions calls do for several regions at once, and returns its errors by region. err
// is ctx's.
func inRegions(ctx context.Context, regions []string, do func(region string) error) (failed map[string]error, err error) {
	failed = map[string]error{}
	var mu sync.Mutex // of failed
	var group errgroup.Group
	group.SetLimit(8)
	for _, region := range regions {
		group.Go(func() error {
			if err := do(region); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed[region] = err
			}
			return ctx.Err()
		})
	}
	err = group.Wait()
	return failed, err
}

// logs returns a client of CloudWatch Logs in a region.
func (r *Releaser) logs(region string) *cloudwatchlogs.Client {
	return cloudwatchlogs.NewFromConfig(r.config, func(o *cloudwatchlogs.Options) { o.Region = region })
}

// logsError translates an error of CloudWatch Logs for a region. Where the function has
// never run there is no log group: that is nil. Where the credentials are not known it is
// [ErrRegionDisabled].
func logsError(err error) error {
	if missing := (*types.ResourceNotFoundException)(nil); errors.As(err, &missing) {
		return nil
	}
	// AWS Account Management Reference Guide, "Enable or disable AWS Regions in
	// your account".
	if api := smithy.APIError(nil); errors.As(err, &api) && api.ErrorCode() == "UnrecognizedClientException" {
		return ErrRegionDisabled
	}
	return err
}

// filtered calls each with every line of a log group that matches a filter pattern; ""
// matches every line.
func (r *Releaser) filtered(ctx context.Context, region, group, pattern string, since time.Time, each func(logLine)) error {
	input := &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group, StartTime: aws.Int64(since.UnixMilli())}
	if pattern != "" {
		input.FilterPattern = &pattern
	}
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(r.logs(region), input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return logsError(err)
		}
		for _, event := range page.Events {
			each(logLine{time.UnixMilli(aws.ToInt64(event.Timestamp)), aws.ToString(event.Message)})
		}
	}
	return nil
}

// queryPatience is for a query of CloudWatch Logs Insights, which takes the longer the
// more has been logged.
var queryPatience = patience{time.Second, 10 * time.Minute}

// counted runs a query of CloudWatch Logs Insights whose rows have a value "why" and a
// count "n", and returns n by why. FilterLogEvents would have to transfer every line.
func (r *Releaser) counted(ctx context.Context, region, group, query string, since time.Time) (map[string]int, error) {
	logs := r.logs(region)
	started, err := logs.StartQuery(ctx, &cloudwatchlogs.StartQueryInput{
		LogGroupName: &group, QueryString: &query,
		StartTime: aws.Int64(since.Unix()), EndTime: aws.Int64(time.Now().Unix() + 1),
	})
	if err != nil {
		return nil, logsError(err)
	}
	for waited := time.Duration(0); ; waited += queryPatience.every {
		out, err := logs.GetQueryResults(ctx, &cloudwatchlogs.GetQueryResultsInput{QueryId: started.QueryId})
		if err != nil {
			return nil, err
		}
		switch out.Status {
		case types.QueryStatusComplete:
			return countsIn(out.Results)
		case types.QueryStatusScheduled, types.QueryStatusRunning, types.QueryStatusUnknown:
		default:
			return nil, fmt.Errorf("a query of the log group %s ended as %s", group, out.Status)
		}
		if waited >= queryPatience.limit {
			return nil, &SlowError{What: "a query of the log group " + group, Seen: string(out.Status), Waited: waited}
		}
		if err := r.Wait(ctx, queryPatience.every); err != nil {
			return nil, err
		}
	}
}

// countsIn reads the rows of a query's result.
func countsIn(rows [][]types.ResultField) (map[string]int, error) {
	counts := map[string]int{}
	for _, row := range rows {
		var why string
		var n int
		for _, f := range row {
			var err error
			switch aws.ToString(f.Field) {
			case "why":
				why = aws.ToString(f.Value)
			case "n":
				n, err = strconv.Atoi(aws.ToString(f.Value))
			}
			if err != nil {
				return nil, fmt.Errorf("a query's count: %w", err)
			}
		}
		counts[why] += n
	}
	return counts, nil
}
