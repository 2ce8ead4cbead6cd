package release

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/edge"
)

// EdgeRegions are the regions in which Lambda@Edge runs functions for origin events:
// those with regional edge caches of CloudFront.
var EdgeRegions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1",
	"eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3", "me-south-1", "af-south-1",
	"ap-south-1", "ap-southeast-1", "ap-southeast-2", "ap-northeast-1", "ap-northeast-2",
}

// StatusOptions say which logs to read.
type StatusOptions struct {
	Regions []string  // whose logs
	Since   time.Time // how far back in the logs
}

// Status is what is published and attached, and what the logs say.
type Status struct {
	Versions []VersionStatus // newest first
	// Distributions are those with a version attached.
	Distributions []DistributionStatus
	// Resized counts the variants in the logs, Fallbacks those of the fallback picture,
	// and Originals the originals that were served in place of variants, by reason.
	Resized   int
	Fallbacks int
	Originals map[edge.Reason]int
	Errors    []RegionErrors // by region; none for regions without errors
	// Refused are the function's answers that CloudFront refused, by distribution and
	// region.
	Refused []RefusedAnswers
	// Unread are the errors of regions whose logs could not be read. They may be
	// [ErrRegionDisabled].
	Unread map[string]error
}

// ErrRegionDisabled says that AWS does not know the credentials in a region, though it
// knows them in others.
var ErrRegionDisabled = errors.New("the account has not enabled the region, or the credentials are not valid there")

// VersionStatus is a version and where it is attached.
type VersionStatus struct {
	Number, CodeSHA256 string
	Published          string // RFC 3339, as Lambda gives it
	Config             string // the description, which records the config
	Attached           []Place
	// Fronts say what stands in front of the function at each of Attached.
	Fronts []string
}

// Baked returns all fields of a version's config in words, or why they are not known.
func (v VersionStatus) Baked() string {
	cfg, whole, ok := ReadDescription(v.Config)
	if !ok {
		return fmt.Sprintf("not recorded in the version's description, which is %q", v.Config)
	}
	var words []string
	fields := reflect.ValueOf(cfg)
	for i := range fields.NumField() {
		words = append(words, fields.Type().Field(i).Tag.Get("json")+"="+spelled(fields.Field(i)))
	}
	if !whole {
		words = append(words, "(and others, which did not fit in the version's description)")
	}
	return strings.Join(words, " ")
}

// String returns in words what is known of the way to the function.
func (f front) String() string {
	switch {
	case f.name == "":
		return "no viewer-request function"
	case f.site != nil && f.site.Missing == "":
		return "viewer-request function " + f.name + ", which is not set up for images and checks only the host"
	case f.site == nil:
		return "viewer-request function " + f.name + ", whose settings are not known"
	}
	s := f.site
	words := []string{"sizes=" + orAll(s.Sizes), "formats=" + cmp.Or(s.FormatNames(), "none"), "missing=" + s.Missing, fmt.Sprintf("max=%dx%d", s.MaxWidth, s.MaxHeight)}
	for _, part := range [][2]string{{"parameters", s.Options.String()}, {"host", s.Host}, {"url_prefix", s.URLPrefix}, {"key_prefix", s.KeyPrefix}} {
		if part[1] != "" {
			words = append(words, part[0]+"="+part[1])
		}
	}
	text := "viewer-request function " + f.name + ": " + strings.Join(words, " ")
	if f.doubt != "" {
		text += " (made by another checkout: `go run ./deploy doctor` says how to update it)"
	}
	return text
}

func orAll(sizes string) string { return cmp.Or(sizes, "all") }

// DistributionStatus is a distribution's state.
type DistributionStatus struct {
	ID, Domain, State string
	Changed           time.Time // when anything of the distribution was, such as a function
}

// RegionErrors are the errors in the log of a region.
type RegionErrors struct {
	Region string
	// Counts has the number of originals served for each transient reason, and under
	// "crash" that of the lines that are not the function's.
	Counts map[string]int
	Last   time.Time
	Sample string // the last one's text
}

// RefusedAnswers are a distribution's answers that CloudFront refused in a region, by its
// own log. The viewers got an error.
type RefusedAnswers struct {
	Distribution, Region string
	Count                int
	Last                 time.Time
	Sample               string // what CloudFront says of the last one
}

// Status reads the function, its versions, where they are attached, and the logs. It
// returns nil if there is no function.
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
			Published: aws.ToString(v.LastModified), Config: aws.ToString(v.Description),
			Attached: attached.places(aws.ToString(v.FunctionArn)),
		})
	}
	configs := map[string]*types.DistributionConfig{}
	for i := range s.Versions {
		v := &s.Versions[i]
		for _, at := range v.Attached {
			if configs[at.Distribution] == nil {
				out, err := r.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &at.Distribution})
				if err != nil {
					return nil, err
				}
				d := out.Distribution
				configs[at.Distribution] = d.DistributionConfig
				s.Distributions = append(s.Distributions, DistributionStatus{
					at.Distribution, aws.ToString(d.DomainName), aws.ToString(d.Status), aws.ToTime(d.LastModifiedTime),
				})
			}
			v.Fronts = append(v.Fronts, r.viewerRequestOf(ctx, configs[at.Distribution], at.Behavior).String())
		}
	}
	return &s, r.readLogs(ctx, o, &s)
}
