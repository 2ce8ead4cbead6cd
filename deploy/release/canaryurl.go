package release

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

const wantURL = "want a URL such as https://www.example.com/photo.jpg"

const asksAlready = "it asks for a size already"

// parseCanaryURL parses an absolute URL, and refuses one that asks for a size already.
func parseCanaryURL(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, &UnusableError{text, wantURL}
	case u.Query().Has("width") || u.Query().Has("height"):
		return nil, &UnusableError{text, asksAlready}
	}
	return u, nil
}

// newCanary returns the canary for a picture of a site to which nothing is changed.
func (r *Releaser) newCanary(ctx context.Context, distribution, picture string) (*canary, error) {
	if !strings.HasPrefix(picture, "/") || distribution == "" {
		u, err := parseCanaryURL(picture)
		if err != nil {
			return nil, err
		}
		if distribution == "" {
			if distribution, err = r.distributionFor(ctx, u.Hostname()); ctx.Err() != nil {
				return nil, ctx.Err()
			} else if err != nil {
				why := fmt.Sprintf("what is in front of the function is not known (%v): give -distribution ID", Explain(err))
				return &canary{Releaser: r, url: u, front: front{config: edge.DefaultConfig(), doubt: why}}, nil
			}
		}
	}
	d, err := r.distribution(ctx, distribution)
	if err != nil {
		return nil, err
	}
	path, err := url.Parse(picture)
	if err != nil {
		return nil, &UnusableError{picture, wantURL}
	}
	at := Place{distribution, behaviorOf(d.typed, path.EscapedPath())}
	have, err := d.config.Function(at.Behavior, distconfig.OriginResponse)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(have, ":function:"+r.Function+":") {
		return nil, &CanaryError{URL: picture, Why: fmt.Sprintf("%s: its origin-response function is %s, not %s: "+
			"attach it with `go run ./deploy attach`, or name it with -function", at, orNone(have), r.Function)}
	}
	version, err := r.configuration(ctx, numberIn(have))
	if err != nil {
		r.tell("version %s: its config could not be read: %v", numberIn(have), Explain(err))
	}
	return r.canaryAt(ctx, d, at, version, picture)
}

// canaryAt returns the canary for a version at a behaviour. picture is a URL, or a path at
// the distribution's domain. If another behaviour serves it, or the viewer-request
// function refuses it, the error is an [*UnusableError].
func (r *Releaser) canaryAt(ctx context.Context, d *distribution, at Place, version *configuration, picture string) (*canary, error) {
	f, err := r.frontOf(ctx, d.typed, at.Behavior, version)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(picture, "/") {
		host := ""
		if f.site != nil {
			host = f.site.Host // the only one that it answers to
		}
		if host == "" {
			out, err := r.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &at.Distribution})
			if err != nil {
				return nil, err
			}
			host = aws.ToString(out.Distribution.DomainName)
		}
		picture = "https://" + host + picture
	}
	u, err := parseCanaryURL(picture)
	if err != nil {
		return nil, err
	}
	if is := behaviorOf(d.typed, u.EscapedPath()); is != at.Behavior {
		return nil, &UnusableError{picture, fmt.Sprintf("the behaviour %s serves it, not %s", inWords(is), inWords(at.Behavior))}
	}
	query, err := f.canonical(u)
	if _, why := edge.Asked(query, f.config); err == nil && why == nil {
		return nil, &UnusableError{picture, asksAlready}
	}
	if refusal := (*viewerrequest.RefusalError)(nil); errors.As(err, &refusal) {
		why := fmt.Sprintf("the viewer-request function %s refuses it with %d %s", f.name, refusal.Status, http.StatusText(refusal.Status))
		if refusal.Status == http.StatusForbidden {
			why += ", as the site answers only to " + f.site.Host
		}
		return nil, &UnusableError{picture, why}
	}
	return &canary{Releaser: r, url: u, distribution: at.Distribution, front: f}, nil
}

// inWords returns a path pattern for use in a sentence.
func inWords(pattern string) string {
	if pattern == distconfig.Default {
		return "the default behaviour"
	}
	return pattern
}
