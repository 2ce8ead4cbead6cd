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

// filter describes the viewer-request function.
type filter struct {
	// active says that a function changes requests before the cache. trusted says that
	// it is this checkout's viewer-request.js to the letter, which leaves no parameters
	// but those in the key of deploy/template/policies/cache-policy.json.
	active, trusted bool
	// name is the function's name, or the ARN of a Lambda function; "" for none.
	name string
	// ours says that it is the viewer-request.js of this or another checkout; site then
	// holds its settings.
	ours bool
	site viewerrequest.Settings
	// detached says that a viewer-request.js has the name for a new function, but no
	// request passes it; site then holds its settings. current says that it is this
	// checkout's.
	detached, current bool
	// doubt says why requests may lead to other keys than site's, as the rest of a
	// sentence; "" where they do not.
	doubt string
}

// filterFix returns the commands that send requests through this checkout's
// viewer-request function.
func (d *Doctor) filterFix(f filter) string {
	switch {
	case d.wantsSignatures() && (f.ours || f.detached || f.name == ""):
		return d.signingFix()
	case f.detached && f.current:
		return d.associateViewerRequest(f.name)
	case f.detached:
		return d.updateViewerRequest(f.name, f.site) + " && " + d.associateViewerRequest(f.name)
	case f.ours:
		return d.updateViewerRequest(f.name, f.site)
	case f.name != "":
		return d.mergeViewerRequest(f.name)
	}
	return d.addViewerRequest()
}

// foreign returns the filter for an unknown function.
func foreign(name string) filter {
	return filter{active: true, name: name, doubt: name + ", which changes requests before the cache, maps them to other keys"}
}

// checkViewerRequests checks the viewer-request function and returns what it found.
func (d *Doctor) checkViewerRequests(ctx context.Context, b *behavior) filter {
	const subject = "viewer-request function"
	for _, a := range b.functions() {
		if a.EventType == types.EventTypeViewerRequest {
			f := foreign(aws.ToString(a.LambdaFunctionARN))
			d.note(subject, d.filterFix(f), "%s is not ours: it may keep any parameter, in several spellings", f.name)
			return f
		}
	}
	arn := b.viewerRequestFunction()
	if arn == "" {
		f := d.detachedFilter(ctx)
		d.note(subject, d.filterFix(f), "there is none: a variant is made and cached once for each spelling of its URL")
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
		d.note(subject, d.filterFix(f), "%s is not the function of this checkout: it may keep any parameter, in several spellings", name)
		return f
	}
	f := filter{active: true, trusted: found.Current, name: name, ours: true, site: found.Site}
	switch {
	case f.site.Missing == "":
		d.problem(subject, d.filterFix(f), "%s has no settings for images (its missing is empty), so it leaves requests unchanged", name)
		return filter{name: name, ours: true, site: f.site}
	case !f.trusted:
		d.note(subject, d.filterFix(f), "%s has settings like those of this checkout but other code: it is older, or was changed by hand. It may keep any parameter, in several spellings", name)
	default:
		d.checkSettings(subject, f)
	}
	return f
}

// detachedFilter returns the filter for a function of ours that has the name for a new
// one but is not associated, or the zero filter.
func (d *Doctor) detachedFilter(ctx context.Context) filter {
	name := d.viewerRequestName()
	found, err := viewerfunction.Live(ctx, d.cloudFront, name)
	if err != nil || !found.Ours || found.Site.Missing == "" {
		return filter{} // none of ours
	}
	return filter{name: name, detached: true, current: found.Current, site: found.Site}
}

// viewerRequestFunction returns the ARN of the behaviour's CloudFront Function for
// viewer requests, or "".
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

// checkSettings checks whether the viewer-request function agrees with the config.
func (d *Doctor) checkSettings(subject string, f filter) {
	name, told := f.name, f.site
	d.checkSizes(subject, f)
	want := viewerrequest.SettingsOf(d.options.Config)
	if inWords(told) == inWords(want) {
		d.good(subject, "%s keeps %s, in one spelling", name, inSentence(d.kept()))
		return
	}
	say, harm := d.note, "pictures are made and cached several times"
	if told.Options.JSON() != want.Options.JSON() {
		say, harm = d.problem, "some requests get another variant than the config would make, or the original"
	}
	if told.MaxWidth < want.MaxWidth || told.MaxHeight < want.MaxHeight || told.Missing != want.Missing && want.Missing == edge.MissingKeepRatio {
		say, harm = d.problem, "some requests that the config would resize get the original"
	}
	say(subject, d.filterFix(f), "%s has %s, but the config has %s: %s", name, inWords(told), inWords(want), harm)
}

// checkSizes checks whether all sizes that the viewer-request function lets through
// become variants.
func (d *Doctor) checkSizes(subject string, f filter) {
	site := f.site
	site.Missing = d.options.Config.Missing
	if _, err := viewerfunction.Code(site); err != nil {
		d.problem(subject, d.inConfig(fmt.Sprintf(`"missing": %q`, edge.MissingKeepRatio))+" && "+d.filterFix(f), "%s: %v", f.name, err)
	}
}

// inWords returns the settings in which a site and a config must agree.
func inWords(s viewerrequest.Settings) string {
	words := fmt.Sprintf("formats %q, missing %q and up to %dx%d", s.FormatNames(), s.Missing, s.MaxWidth, s.MaxHeight)
	if len(s.Options.Parameters) > 0 {
		words += ", and for requests " + s.Options.JSON()
	}
	return words
}
