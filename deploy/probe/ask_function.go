package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// timedFunction is the name of the CloudFront Function that is timed: the project's own
// viewer-request function. It is never published.
const timedFunction = Name + "-timed"

// functionQuestions are about functions themselves.
var functionQuestions = []question{
	{"compute", "Does the viewer-request function keep within CloudFront's compute time for a request of 8 kB?",
		"has CloudFront test it, and reads the compute utilisation", "viewer-request function", askCompute},
	{"init-billed", "Is a function's Init billed at the edge?", "compares Init, Duration and Billed Duration in the log's REPORT lines", "deploy/trial: the cost of a million resizes", askInit},
	{"launcher", "Does the launcher start the binary at the edge?", "reads the REPORT and error lines of the resizing function in the regions that answered, if it is attached", "deploy/pack/launcher", askLauncher},
}

// The verdicts on functions.
const (
	computeFits  = "yes"
	computeClose = "no, or barely"
	computeFails = "it fails"
	initBilled   = "yes"
	initFree     = "no"
	launches     = "yes"
	launchFails  = "no"
)

// maxUtilisation is the compute utilisation, in percent, above which CloudFront may
// throttle a function. CloudFront Developer Guide, "Test functions".
const maxUtilisation = 70

// longEvent returns an event of a viewer's request with about 8 kB.
func longEvent() ([]byte, error) {
	query := map[string]any{"width": map[string]string{"value": "500"}, "height": map[string]string{"value": "300"}}
	for i := range 100 {
		query[fmt.Sprintf("parameter%02d", i)] = map[string]string{"value": strings.Repeat("v", 25)}
	}
	return json.Marshal(map[string]any{
		"version": "1.0", "context": map[string]string{"eventType": "viewer-request"}, "viewer": map[string]string{"ip": "198.51.100.11"},
		"request": map[string]any{
			"method": "GET", "uri": "/" + strings.Repeat("%61b/", 700) + "photo.jpg", "querystring": query, "cookies": map[string]any{},
			"headers": map[string]any{"accept": map[string]string{"value": "image/avif,image/webp,*/*"}, "host": map[string]string{"value": "www.example.com"}},
		},
	})
}

// askCompute lets CloudFront test the project's viewer-request function.
func askCompute(ctx context.Context, s *session) (string, error) {
	code := viewerrequest.SettingsOf(edge.DefaultConfig()).Script()
	name := timedFunction
	if _, err := s.makeViewerFunction(ctx, name, []byte(code), false); err != nil {
		return "", err
	}
	at, err := s.cloudFront.DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: &name, Stage: types.FunctionStageDevelopment})
	if err != nil {
		return "", err
	}
	event, err := longEvent()
	if err != nil {
		return "", err
	}
	out, err := s.cloudFront.TestFunction(ctx, &cloudfront.TestFunctionInput{Name: &name, IfMatch: at.ETag, EventObject: event, Stage: types.FunctionStageDevelopment})
	if err != nil {
		return "", err
	}
	if message := aws.ToString(out.TestResult.FunctionErrorMessage); message != "" {
		s.saw("the error", message)
		return computeFails, nil
	}
	s.saw("compute utilisation", aws.ToString(out.TestResult.ComputeUtilization))
	used, err := strconv.Atoi(aws.ToString(out.TestResult.ComputeUtilization))
	if err != nil {
		return "", fmt.Errorf("the compute utilisation: %w", err)
	}
	if used > maxUtilisation {
		return computeClose, nil
	}
	return computeFits, nil
}

// reportLine matches Lambda's report on an invocation that included an Init.
var reportLine = regexp.MustCompile(`Duration: ([0-9.]+) ms\s+Billed Duration: ([0-9]+) ms.*Init Duration: ([0-9.]+) ms`)

// askInit compares the billed time of first invocations with their Init.
func askInit(ctx context.Context, s *session) (string, error) {
	verdict := ""
	err := s.until(ctx, "log of "+Name, 10*time.Second, logPatience, func() (bool, error) {
		lines, err := s.lines(ctx, Name, "REPORT", s.began)
		for _, line := range lines {
			m := reportLine.FindStringSubmatch(line)
			if m == nil {
				continue
			}
			duration, _ := strconv.ParseFloat(m[1], 64) // the expression matches numbers only
			billed, _ := strconv.ParseFloat(m[2], 64)
			start, _ := strconv.ParseFloat(m[3], 64)
			s.saw("Duration, Billed Duration, Init Duration in ms", strings.Join(m[1:], ", "))
			verdict = initFree
			if billed >= duration+start {
				verdict = initBilled
			}
			return true, nil
		}
		return false, err
	})
	if _, slow := err.(*SlowError); slow {
		return "", unmeasured("the log has no REPORT line with an Init Duration")
	}
	return verdict, err
}

// resizerSince is how far the questions about the resizing function's log look back.
const resizerSince = 7 * 24 * time.Hour

// askLauncher looks for starts of the project's own function.
func askLauncher(ctx context.Context, s *session) (string, error) {
	since := s.began.Add(-resizerSince)
	failed, err := s.lines(ctx, s.resizer, `?"Runtime.ExitError" ?"Runtime exited" ?"Init timed out"`, since)
	if err != nil {
		return "", err
	}
	if len(failed) > 0 {
		s.saw("lines about a failed start", len(failed))
		return launchFails, nil
	}
	lines, err := s.lines(ctx, s.resizer, `"Init Duration"`, since)
	if err != nil {
		return "", err
	}
	starts := 0
	for _, line := range lines {
		if m := reportLine.FindStringSubmatch(line); m != nil {
			starts++
			s.saw("Duration, Billed Duration, Init Duration in ms", strings.Join(m[1:], ", "))
		}
	}
	if starts == 0 {
		return "", unmeasured("the resizing function has not started within 7 days in the regions that answered: attach it first, or name it with -function")
	}
	s.saw("starts", starts)
	return launches, nil
}

// openQuestions cannot be measured in a run.
var openQuestions = []question{
	{"stale-maximum", "Does a cache policy's maximum TTL limit stale answers from when they were stored, or from when they expired?", "takes longer than the maximum TTL", "edge/response.go: Cache-Control",
		never("it would take more than the hour that the probe's cache policy has as its maximum")},
	{"no-store", "Is an answer with no-store kept for when S3 cannot be reached?", "needs an S3 that cannot be reached", "edge/response.go: Cache-Control", never("the probe cannot make S3 unreachable")},
}

// never returns a question that has no answer for a reason.
func never(reason string) func(context.Context, *session) (string, error) {
	return func(context.Context, *session) (string, error) { return "", unmeasured(reason) }
}
