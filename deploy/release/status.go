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
	// Resized counts the variants that were made, and Originals the originals
	// that were served in their place, by reason, as far as the logs have them.
	Resized   int
	Originals map[edge.Reason]int
	Errors    []RegionErrors // by region; none for regions without errors
	// Refused are the answers of the function that CloudFront did not take, by
	// distribution and region.
	Refused []RefusedAnswers
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
	// Fronts are what stands in front of each of Attached, in words.
	Fronts []string
}

// Baked returns the config of a version in words: all of its fields, or why they are
// not known.
func (v VersionStatus) Baked() string {
	cfg, whole, ok := ReadDescription(v.Config)
	if !ok {
		return fmt.Sprintf("not written down with the version, which is described as %q", v.Config)
	}
	var words []string
	fields := reflect.ValueOf(cfg)
	for i := range fields.NumField() {
		words = append(words, fields.Type().Field(i).Tag.Get("json")+"="+spelled(fields.Field(i)))
	}
	if !whole {
		words = append(words, "(and others, for which the version's description had no room)")
	}
	return strings.Join(words, " ")
}

// String returns what is known of what is in front of the function, in words.
func (f front) String() string {
	switch {
	case f.name == "":
		return "no viewer-request function"
	case f.site != nil && f.site.Missing == "":
		return "viewer-request function " + f.name + ", which takes these for no requests for images"
	case f.site == nil:
		return "viewer-request function " + f.name + ", whose settings are not known"
	}
	s := f.site
	words := []string{"sizes=" + orAll(s.Sizes), "formats=" + cmp.Or(s.FormatNames(), "none"), "missing=" + s.Missing, fmt.Sprintf("max=%dx%d", s.MaxWidth, s.MaxHeight)}
	for _, part := range [][2]string{{"host", s.Host}, {"url_prefix", s.URLPrefix}, {"key_prefix", s.KeyPrefix}} {
		if part[1] != "" {
			words = append(words, part[0]+"="+part[1])
		}
	}
	text := "viewer-request function " + f.name + ": " + strings.Join(words, " ")
	if f.doubt != "" {
		text += " (by another checkout: `go run ./deploy doctor` says how to bring it up to date)"
	}
	return text
}

func orAll(sizes string) string { return cmp.Or(sizes, "all") }

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

// RefusedAnswers are those of a distribution that CloudFront did not take in a
// region, by its own log. The viewer had an error in their place.
type RefusedAnswers struct {
	Distribution, Region string
	Count                int
	Last                 time.Time
	Sample               string // what CloudFront says of the last one
}

// Status looks at the function, its versions, where they are attached, and what
// the logs say. Without the function it is nil.
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
