package probe

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch/types"
)

// logQuestions are about the lines that the resizing function logs.
var logQuestions = []question{
	{"log-json", "Do the binary's lines arrive in CloudWatch Logs as JSON, whole and with nothing around them?",
		"reads them in the resizing function's log in the regions that answered, if it is attached", "edge/log.go", askLogJSON},
	{"log-metrics", "Does CloudWatch make metrics of the binary's lines?",
		"compares the lines of these logs with the samples of the metric that they name", "edge/log.go: the alarms of `prepare` and the template", askLogMetrics},
}

// The verdicts on the log.
const (
	jsonWhole     = "yes"
	jsonBroken    = "no"
	metricsMade   = "yes"
	metricsNone   = "no"
	noResizerLine = unmeasured("the resizing function has logged no request within 7 days in the regions that answered: attach it first, or name it with -function")
	newLines      = unmeasured("the resizing function has begun to log in the last 15 minutes: run this again later")
)

// resizerPattern matches the lines that the resizing function logs, one for each request.
const resizerPattern = `"origin-response"`

// document is the part of a line that names metrics. CloudWatch User Guide, "Specification: Embedded metric format".
type document struct {
	AWS struct {
		CloudWatchMetrics []struct {
			Namespace  string
			Dimensions [][]string
			Metrics    []struct{ Name string }
		}
	} `json:"_aws"`
}

// metric returns the first metric without dimensions that a document names, as its
// namespace and name. ok is false if there is none.
func (d document) metric() (namespace, name string, ok bool) {
	for _, m := range d.AWS.CloudWatchMetrics {
		bare := slices.ContainsFunc(m.Dimensions, func(set []string) bool { return len(set) == 0 })
		if bare && len(m.Metrics) > 0 {
			return m.Namespace, m.Metrics[0].Name, true
		}
	}
	return "", "", false
}

// askLogJSON parses the lines. A line that was broken in two does not parse.
func askLogJSON(ctx context.Context, s *session) (string, error) {
	texts, err := s.lines(ctx, s.resizer, resizerPattern, s.began.Add(-resizerSince))
	if err != nil {
		return "", err
	}
	if len(texts) == 0 {
		return "", noResizerLine
	}
	broken, longest := 0, 0
	for _, text := range texts {
		longest = max(longest, len(text))
		if !json.Valid([]byte(text)) {
			broken++
		}
	}
	s.saw("lines, of these no JSON, bytes of the longest", fmt.Sprintf("%d, %d, %d", len(texts), broken, longest))
	if broken > 0 {
		return jsonBroken, nil
	}
	return jsonWhole, nil
}

// metricDelay is the time after which CloudWatch has a new metric. CloudWatch API
// Reference, "ListMetrics".
const metricDelay = 15 * time.Minute

// askLogMetrics looks for samples of the metric in each region with lines older than
// metricDelay.
func askLogMetrics(ctx context.Context, s *session) (string, error) {
	verdict, reason := "", noResizerLine
	for _, region := range s.report.Regions {
		lines, err := s.linesIn(ctx, region, s.resizer, resizerPattern, s.began.Add(-resizerSince))
		if err != nil {
			return "", err
		}
		n, namespace, name := 0, "", ""
		for _, l := range lines {
			var d document
			if json.Unmarshal([]byte(l.text), &d) != nil {
				continue
			}
			space, metric, ok := d.metric()
			switch {
			case !ok:
			case s.began.Sub(l.at) < metricDelay:
				reason = newLines
			default:
				n, namespace, name = n+1, space, metric
			}
		}
		if n == 0 {
			continue
		}
		samples, err := s.samples(ctx, region, namespace, name)
		if err != nil {
			return "", err
		}
		s.saw("lines read and samples in "+region, fmt.Sprintf("%d, %.0f", n, samples))
		if samples == 0 {
			return metricsNone, nil
		}
		verdict = metricsMade
	}
	if verdict == "" {
		return "", reason
	}
	return verdict, nil
}

// samples returns how many samples a metric without dimensions has had in a region since
// resizerSince.
func (s *session) samples(ctx context.Context, region, namespace, name string) (n float64, err error) {
	client := cloudwatch.NewFromConfig(s.config, func(o *cloudwatch.Options) { o.Region = region })
	out, err := client.GetMetricStatistics(ctx, &cloudwatch.GetMetricStatisticsInput{Namespace: &namespace, MetricName: &name,
		StartTime: aws.Time(s.began.Add(-resizerSince)), EndTime: aws.Time(s.began), Period: aws.Int32(3600), Statistics: []types.Statistic{types.StatisticSampleCount}})
	if err != nil {
		return 0, err
	}
	for _, point := range out.Datapoints {
		n += aws.ToFloat64(point.SampleCount)
	}
	return n, nil
}
