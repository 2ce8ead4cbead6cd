package doctor

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// filter is what sees requests before the cache does.
type filter struct {
	// some says that there is a function; ours that it is viewer-request.js, to
	// the letter, which leaves nothing in query strings but what is in the key of
	// deploy/template/policies/cache-policy.json.
	some, ours bool
	// name is the function's, of a Lambda function its ARN; "" for none.
	name string
	// told says that it is viewer-request.js of this checkout or another, and site is
	// what that is told.
	told bool
	site viewerrequest.Site
	// aside says that no request passes the function, which is there by the name that
	// one would be given, and current that it is this checkout's; site is what it is
	// told.
	aside, current bool
	// doubt says why requests may lead to other keys than site has them, as the rest of
	// a sentence; "" where they do not.
	doubt string
}

// filterFix returns what has requests pass the viewer-request function of this checkout.
func (d *Doctor) filterFix(f filter) string {
	switch {
	case f.aside && f.current:
		return d.associateViewerRequest(f.name)
	case f.aside:
		return d.updateViewerRequest(f.name, f.site) + " && " + d.associateViewerRequest(f.name)
	case f.told:
		return d.updateViewerRequest(f.name, f.site)
	case f.name != "":
		return d.mergeViewerRequest(f.name)
	}
	return d.addViewerRequest()
}

// foreign is a function that is not known.
func foreign(name string) filter {
	return filter{some: true, name: name, doubt: name + ", which sees requests before the cache, leads them to other keys"}
}

// lookAtViewerRequests looks at the function that sees requests before the cache
// does.
func (d *Doctor) lookAtViewerRequests(ctx context.Context, b *behavior) filter {
	const subject = "viewer-request function"
	for _, a := range b.functions() {
		if a.EventType == types.EventTypeViewerRequest {
			f := foreign(aws.ToString(a.LambdaFunctionARN))
			d.note(subject, d.filterFix(f), "%s is somebody else's: which parameters it leaves, and how many spellings, is not known", f.name)
			return f
		}
	}
	arn := b.viewerRequestFunction()
	if arn == "" {
		f := d.asideOf(ctx)
		d.note(subject, d.filterFix(f), "there is none: a picture at a size is kept, and made, once for each spelling of its URL")
		return f
	}
	name := viewerfunction.NameOf(arn)
	found, err := viewerfunction.Live(ctx, d.cloudFront, name)
	if err != nil {
		d.unknown(subject, "cloudfront:GetFunction", err)
		return foreign(name)
	}
	if !found.Ours {
		f := foreign(name)
		d.note(subject, d.filterFix(f), "%s is not that of this checkout: which parameters it leaves, and how many spellings, is not known", name)
		return f
	}
	f := filter{some: true, ours: found.Current, name: name, told: true, site: found.Site}
	switch {
	case f.site.Missing == "":
		d.problem(subject, d.filterFix(f), "%s is told that these are no requests for images, and leaves them as they are", name)
		return filter{name: name, told: true, site: f.site}
	case !f.ours:
		d.note(subject, d.filterFix(f), "%s is not that of this checkout, but has its settings: of an older one, or changed by hand. Which parameters it leaves, and how many spellings, is not known", name)
	default:
		d.lookAtSettings(subject, f)
	}
	return f
}

// asideOf returns the function that is there by the name that one would be given, with
// what it is told, or nothing.
func (d *Doctor) asideOf(ctx context.Context) filter {
	name := d.viewerRequestName()
	found, err := viewerfunction.Live(ctx, d.cloudFront, name)
	if err != nil || !found.Ours || found.Site.Missing == "" {
		return filter{} // as there is none that can be told
	}
	return filter{name: name, aside: true, current: found.Current, site: found.Site}
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
func (d *Doctor) lookAtSettings(subject string, f filter) {
	name, told := f.name, f.site
	d.lookAtSizes(subject, f)
	want := viewerrequest.SiteOf(d.options.Config)
	if inWords(told) == inWords(want) {
		d.good(subject, "%s leaves width, height and format, in one spelling", name)
		return
	}
	say, harm := d.note, "pictures are kept, and made, several times"
	if told.MaxWidth < want.MaxWidth || told.MaxHeight < want.MaxHeight || told.Missing != want.Missing && want.Missing == edge.MissingKeepRatio {
		say, harm = d.problem, "some requests that the config has resized stay the original"
	}
	say(subject, d.filterFix(f), "%s has %s, and the config %s: %s", name, inWords(told), inWords(want), harm)
}

// lookAtSizes looks whether all of the sizes that the function lets through become
// variants.
func (d *Doctor) lookAtSizes(subject string, f filter) {
	site := f.site
	site.Missing = d.options.Config.Missing
	if _, err := viewerfunction.Code(site); err != nil {
		d.problem(subject, d.inConfig(fmt.Sprintf(`"missing": %q`, edge.MissingKeepRatio))+" && "+d.filterFix(f), "%s: %v", f.name, err)
	}
}

// inWords returns what has to be the same for a site and a config.
func inWords(s viewerrequest.Site) string {
	return fmt.Sprintf("formats %q, missing %q and up to %dx%d", s.FormatNames(), s.Missing, s.MaxWidth, s.MaxHeight)
}
