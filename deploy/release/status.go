package release

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logstypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"
	"golang.org/x/sync/errgroup"
)

// EdgeRegions are those in which Lambda@Edge runs functions for origin events:
// where CloudFront has regional edge caches.
var EdgeRegions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
	"eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "me-south-1", "af-south-1",
	"ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-northeast-2",
}

// StatusOptions say what to look at.
type StatusOptions struct {
	Regions []string  // whose logs
	Since   time.Time // how far back in the logs
}

// Status is how things stand.
type Status struct {
	Versions []VersionStatus // newest first
	// Distributions are those that a version is attached to.
	Distributions []DistributionStatus
	Errors        []RegionErrors // by region; none for regions without errors
	// Unread are regions whose logs could not be read, with the reason, which
	// may be [ErrRegionDisabled].
	Unread map[string]error
}

// ErrRegionDisabled says that AWS does not know the credentials in a region,
// though it does elsewhere.
var ErrRegionDisabled = errors.New("the account has not enabled the region, or the session is not for it")

// VersionStatus is a version and where it is.
type VersionStatus struct {
	Number, CodeSHA256 string
	Published          string // RFC 3339, as Lambda gives it
	Config             string // what was baked in beside the defaults
	Attached           []Place
}

// DistributionStatus is a distribution's state.
type DistributionStatus struct {
	ID, Domain, State string
	Changed           time.Time // when anything of it was, such as an association
}

// RegionErrors are the errors in the log of a region.
type RegionErrors struct {
	Region string
	// Counts are how often originals were served for which transient reason,
	// and "crash" for what is no line of the function's.
	Counts map[string]int
	Last   time.Time
	Sample string // the last one's text
}

// Status looks at the function, its versions, where they are attached, and the
// errors in its logs. Without the function it is nil.
func (r *Releaser) Status(ctx context.Context, o StatusOptions) (*Status, error) {
	c, err := r.configuration(ctx, "")
	if err != nil || c == nil {
		return nil, err
	}
	versions, err := r.versions(ctx)
	if err != nil {
		return nil, err
	}
	attached, err := r.attachments(ctx, aws.ToString(c.FunctionArn))
	if err != nil {
		return nil, err
	}
	var s Status
	for _, v := range slices.Backward(versions) {
		s.Versions = append(s.Versions, VersionStatus{
			Number: aws.ToString(v.Version), CodeSHA256: aws.ToString(v.CodeSha256),
			Published: aws.ToString(v.LastModified), Config: aws.ToString(v.Description), Attached: attached.places(aws.ToString(v.FunctionArn)),
		})
	}
	if s.Distributions, err = r.distributionStates(ctx, s.Versions); err != nil {
		return nil, err
	}
	return &s, r.readErrors(ctx, o, &s)
}

// distributionStates are those of the distributions that versions are at.
func (r *Releaser) distributionStates(ctx context.Context, versions []VersionStatus) ([]DistributionStatus, error) {
	var states []DistributionStatus
	for _, v := range versions {
		for _, place := range v.Attached {
			if slices.ContainsFunc(states, func(s DistributionStatus) bool { return s.ID == place.Distribution }) {
				continue
			}
			out, err := r.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &place.Distribution})
			if err != nil {
				return nil, err
			}
			d := out.Distribution
			states = append(states, DistributionStatus{place.Distribution, aws.ToString(d.DomainName), aws.ToString(d.Status), aws.ToTime(d.LastModifiedTime)})
		}
	}
	return states, nil
}

// errorPattern finds the function's warnings and what Lambda writes of a
// process that ended or, in brackets, of one that did not start. CloudWatch
// Logs User Guide, "Filter pattern syntax".
const errorPattern = `?"\"level\":\"WARN\"" ?"\"level\":\"ERROR\"" ?"[ERROR]" ?"Task timed out" ?"Runtime exited" ?"Runtime.ExitError"`

// readErrors searches the logs of all regions at once.
func (r *Releaser) readErrors(ctx context.Context, o StatusOptions, s *Status) error {
	r.tell("searching the logs of %d regions since %s", len(o.Regions), o.Since.UTC().Format(time.RFC3339))
	found := make([]RegionErrors, len(o.Regions))
	failed := make([]error, len(o.Regions))
	var group errgroup.Group
	group.SetLimit(8)
	for i, region := range o.Regions {
		group.Go(func() error {
			found[i], failed[i] = r.regionErrors(ctx, region, o.Since)
			return ctx.Err()
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	s.Unread = map[string]error{}
	for i, region := range o.Regions {
		if failed[i] != nil {
			s.Unread[region] = failed[i]
		}
		if len(found[i].Counts) > 0 {
			s.Errors = append(s.Errors, found[i])
		}
	}
	return nil
}

// regionErrors searches the log of a region. Lambda@Edge writes to a group of
// its own name in the region that ran the function (CloudFront Developer Guide,
// "Edge function logs").
func (r *Releaser) regionErrors(ctx context.Context, region string, since time.Time) (RegionErrors, error) {
	e := RegionErrors{Region: region, Counts: map[string]int{}}
	logs := cloudwatchlogs.NewFromConfig(r.config, func(o *cloudwatchlogs.Options) { o.Region = region })
	pages := cloudwatchlogs.NewFilterLogEventsPaginator(logs, &cloudwatchlogs.FilterLogEventsInput{
		LogGroupName:  aws.String("/aws/lambda/" + Region + "." + r.Function),
		FilterPattern: aws.String(errorPattern),
		StartTime:     aws.Int64(since.UnixMilli()),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if missing := (*logstypes.ResourceNotFoundException)(nil); errors.As(err, &missing) {
			return e, nil // it has never run there
		}
		// AWS Account Management Reference Guide, "Enable or disable AWS
		// Regions in your account".
		if api := smithy.APIError(nil); errors.As(err, &api) && api.ErrorCode() == "UnrecognizedClientException" {
			return e, ErrRegionDisabled
		}
		if err != nil {
			return e, err
		}
		for _, event := range page.Events {
			e.add(aws.ToString(event.Message), time.UnixMilli(aws.ToInt64(event.Timestamp)))
		}
	}
	return e, nil
}

// add counts a line of a log.
func (e *RegionErrors) add(message string, at time.Time) {
	var line struct{ Reason, Error string }
	reason, text := "crash", message
	if json.Unmarshal([]byte(message), &line) == nil && line.Reason != "" {
		reason, text = line.Reason, line.Error
	}
	e.Counts[reason]++
	if !at.Before(e.Last) {
		e.Last, e.Sample = at, text
	}
}
