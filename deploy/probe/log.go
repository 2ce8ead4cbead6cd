package probe

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// logPatience is for lines to arrive in CloudWatch Logs.
const logPatience = 2 * time.Minute

// maxPages is the most pages of a log that are read in a region. The resizing function may
// write millions of lines a day, and others need the quota of requests, too.
const maxPages = 20

// line is a line of a log.
type line struct {
	at   time.Time
	text string
}

// linesIn returns the lines since a time of the log of a function at the edge that match a
// filter pattern, in one region. It reads no more than maxPages.
func (s *session) linesIn(ctx context.Context, region, function, pattern string, since time.Time) (lines []line, err error) {
	group := release.FunctionLog(function)
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(s.logs(region), &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName: &group, StartTime: aws.Int64(since.UnixMilli()), FilterPattern: &pattern})
	for n := 0; pages.HasMorePages(); n++ {
		if n == maxPages {
			s.saw("the log in "+region, fmt.Sprintf("read as far as page %d", n))
			break
		}
		page, err := pages.NextPage(ctx)
		if awsapi.Code(err) == "ResourceNotFoundException" {
			break
		}
		if err != nil {
			return nil, err
		}
		for _, e := range page.Events {
			lines = append(lines, line{time.UnixMilli(aws.ToInt64(e.Timestamp)), aws.ToString(e.Message)})
		}
	}
	return lines, nil
}

// lines returns the texts of the lines that linesIn finds in all regions that answered.
func (s *session) lines(ctx context.Context, function, pattern string, since time.Time) (texts []string, err error) {
	for _, region := range s.report.Regions {
		lines, err := s.linesIn(ctx, region, function, pattern, since)
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			texts = append(texts, l.text)
		}
	}
	return texts, nil
}

// logged reports whether a line of the run's log has all texts. It waits for a while
// until one has.
func (s *session) logged(ctx context.Context, texts ...string) (bool, error) {
	found, some := false, false
	err := s.until(ctx, "log of "+Name, 10*time.Second, logPatience, func() (bool, error) {
		lines, err := s.lines(ctx, Name, `"`+s.run+`"`, s.began)
		some = some || len(lines) > 0
		for _, line := range lines {
			has := true
			for _, text := range texts {
				has = has && strings.Contains(line, text)
			}
			found = found || has
		}
		return found, err
	})
	if _, slow := err.(*SlowError); slow {
		err = nil
		if !some {
			err = unmeasured("the log of the function has no lines of this run")
		}
	}
	return found, err
}
