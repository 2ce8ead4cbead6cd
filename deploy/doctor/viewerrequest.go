package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// filter is what sees requests before the cache does.
type filter struct {
	// some says that there is a function; ours that it is viewer-request.js, to
	// the letter, which leaves nothing in query strings but what is in the key of
	// deploy/policies/cache-policy.json.
	some, ours bool
	// site is what ours is told.
	site viewerrequest.Site
}

const filterFix = "have requests pass the function that `go run ./deploy viewer-request` prints"

// lookAtViewerRequests looks at the function that sees requests before the cache
// does.
func (d *Doctor) lookAtViewerRequests(ctx context.Context, b *behavior) filter {
	const subject = "viewer-request function"
	for _, a := range b.functions() {
		if a.EventType == types.EventTypeViewerRequest {
			d.note(subject, filterFix+", or one that does the same", "%s is somebody else's: which parameters it leaves, and how many spellings, is not known",
				aws.ToString(a.LambdaFunctionARN))
			return filter{some: true}
		}
	}
	arn := b.viewerRequestFunction()
	if arn == "" {
		d.note(subject, filterFix, "there is none: a picture at a size is kept, and made, once for each spelling of its URL")
		return filter{}
	}
	name := arn[strings.LastIndex(arn, "/")+1:]
	out, err := d.cloudFront.GetFunction(ctx, &cloudfront.GetFunctionInput{Name: &name, Stage: types.FunctionStageLive})
	if err != nil {
		d.unknown(subject, "cloudfront:GetFunction", err)
		return filter{some: true}
	}
	site, ours := viewerfunction.Parse(string(out.FunctionCode))
	switch {
	case !ours:
		d.note(subject, filterFix+", or one that does the same", "%s is not that of this checkout: which parameters it leaves, and how many spellings, is not known", name)
	case site.Missing == "":
		d.problem(subject, filterFix, "%s is told that these are no requests for images, and leaves them as they are", name)
		return filter{}
	default:
		d.lookAtSettings(subject, name, site)
	}
	return filter{some: true, ours: ours, site: site}
}

// viewerRequestFunction returns the ARN of the CloudFront Function that sees the
// behaviour's requests, or "".
func (b *behavior) viewerRequestFunction() string {
	if b.FunctionAssociations != nil {
		for _, a := range b.FunctionAssociations.Items {
			if a.EventType == types.EventTypeViewerRequest {
				return aws.ToString(a.FunctionARN)
			}
		}
	}
	return ""
}

// lookAtSettings looks whether the function before the cache and the one behind it
// agree.
func (d *Doctor) lookAtSettings(subject, name string, told viewerrequest.Site) {
	want := viewerrequest.SiteOf(d.options.Config)
	if inWords(told) == inWords(want) {
		d.good(subject, "%s leaves width, height and format, in one spelling", name)
		return
	}
	fix := "give the template what `go run ./deploy parameters` prints, or the function what `go run ./deploy viewer-request` does, " +
		"with the -config that was baked in"
	say, harm := d.note, "pictures are kept, and made, several times"
	if told.MaxWidth < want.MaxWidth || told.MaxHeight < want.MaxHeight || told.Missing != want.Missing && want.Missing == edge.MissingKeepRatio {
		say, harm = d.problem, "some requests that the config has resized stay the original"
	}
	say(subject, fix, "%s has %s, and the config %s: %s", name, inWords(told), inWords(want), harm)
}

// inWords returns what has to be the same for a site and a config.
func inWords(s viewerrequest.Site) string {
	return fmt.Sprintf("formats %q, missing %q and up to %dx%d", s.FormatNames(), s.Missing, s.MaxWidth, s.MaxHeight)
}
