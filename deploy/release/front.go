package release

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// front is what is known of the way of a request to the function.
type front struct {
	// name is the viewer-request function's, "" for none.
	name string
	// site has the viewer-request function's settings; nil if there is no such function
	// or they are not known.
	site *viewerrequest.Settings
	// config is what was baked into the version, as far as that is known.
	config edge.Config
	// fromSettings says that config is known by site alone, which lacks some fields.
	fromSettings bool
	// doubt says why an answer may not follow from site and config, as the rest of a
	// sentence; "" if it must.
	doubt string
	// headersDoubt says why an answer may not have the function's headers, as the rest
	// of a sentence; "" if it must.
	headersDoubt string
}

// frontOf returns what is known of the way to the function at the behaviour with a path
// pattern. version is the one that answers there, or nil if that is not known. The only
// error is ctx's.
func (r *Releaser) frontOf(ctx context.Context, d *types.DistributionConfig, pattern string, version *configuration) (front, error) {
	f := r.viewerRequestOf(ctx, d, pattern)
	f.headersDoubt = responderOf(d, pattern)
	description := "" // which records no config
	if version != nil {
		description = aws.ToString(version.Description)
	}
	cfg, _, known := ReadDescription(description)
	switch {
	case known:
		f.config = cfg
	case f.site != nil: // a stack's, whose parameters follow from the config
		f.config, f.fromSettings = f.site.Config(), true
	default:
		f.config = edge.DefaultConfig()
		if f.doubt == "" {
			f.doubt = "the config that is baked into the function is not known, as `go run ./deploy publish` did not record it"
		}
	}
	if f.site != nil && f.site.Missing == "" {
		f.site = nil // it leaves requests as they are
	}
	return f, ctx.Err()
}

// viewerRequestOf returns what frontOf does, without the version's config.
func (r *Releaser) viewerRequestOf(ctx context.Context, d *types.DistributionConfig, pattern string) front {
	lambdas, functions := functionsOf(d, pattern)
	for _, l := range lambdas {
		if l.EventType == types.EventTypeViewerRequest || l.EventType == types.EventTypeOriginRequest {
			return front{name: aws.ToString(l.LambdaFunctionARN), doubt: fmt.Sprintf("the %s function %s, which is not this project's, may have changed the request",
				l.EventType, aws.ToString(l.LambdaFunctionARN))}
		}
	}
	for _, f := range functions {
		if f.EventType == types.EventTypeViewerRequest {
			return r.readFront(ctx, aws.ToString(f.FunctionARN))
		}
	}
	return front{}
}

// responderOf returns the headersDoubt about a behaviour, "" if no function sees viewers'
// responses.
func responderOf(d *types.DistributionConfig, pattern string) string {
	var arn string
	lambdas, functions := functionsOf(d, pattern)
	for _, l := range lambdas {
		if l.EventType == types.EventTypeViewerResponse {
			arn = aws.ToString(l.LambdaFunctionARN)
		}
	}
	for _, f := range functions {
		if f.EventType == types.EventTypeViewerResponse {
			arn = aws.ToString(f.FunctionARN)
		}
	}
	if arn == "" {
		return ""
	}
	return fmt.Sprintf("the viewer-response function %s, which is not this project's, may have changed the answer's headers", arn)
}

// readFront reads the viewer-request function with an ARN in its live stage.
func (r *Releaser) readFront(ctx context.Context, arn string) front {
	f := front{name: viewerfunction.NameOf(arn)}
	found, err := viewerfunction.Live(ctx, r.cloudFront, f.name)
	if found.Ours {
		f.site = &found.Site
	}
	switch {
	case err != nil:
		f.doubt = fmt.Sprintf("the viewer-request function %s could not be read, and may have changed the request: %v", f.name, Explain(err))
	case !found.Ours:
		f.doubt = fmt.Sprintf("the viewer-request function %s, which is not this project's, may have changed the request", f.name)
	case !found.Current:
		f.doubt = fmt.Sprintf("the viewer-request function %s, which another checkout made, may have changed the request", f.name)
	}
	return f
}

// functionsOf returns the functions of Lambda and of CloudFront itself at the behaviour
// with a path pattern.
func functionsOf(d *types.DistributionConfig, pattern string) ([]types.LambdaFunctionAssociation, []types.FunctionAssociation) {
	var lambdas *types.LambdaFunctionAssociations
	var functions *types.FunctionAssociations
	if b := d.DefaultCacheBehavior; pattern == "" && b != nil {
		lambdas, functions = b.LambdaFunctionAssociations, b.FunctionAssociations
	}
	if d.CacheBehaviors != nil && pattern != "" {
		for _, b := range d.CacheBehaviors.Items {
			if aws.ToString(b.PathPattern) == pattern {
				lambdas, functions = b.LambdaFunctionAssociations, b.FunctionAssociations
				break
			}
		}
	}
	var l []types.LambdaFunctionAssociation
	var f []types.FunctionAssociation
	if lambdas != nil {
		l = lambdas.Items
	}
	if functions != nil {
		f = functions.Items
	}
	return l, f
}

// behaviorOf returns the path pattern of the behaviour that serves a path, "" for the
// default one: the first that matches. CloudFront Developer Guide, "Path pattern".
func behaviorOf(d *types.DistributionConfig, path string) string {
	if d.CacheBehaviors == nil {
		return ""
	}
	for _, b := range d.CacheBehaviors.Items {
		if pattern := aws.ToString(b.PathPattern); matches("/"+strings.TrimPrefix(pattern, "/"), path) {
			return pattern
		}
	}
	return ""
}

// matches reports whether a path matches a pattern, in which "*" stands for any
// characters and "?" for one.
func matches(pattern, path string) bool {
	i, star, from := 0, -1, 0 // star is the last "*", which stands for what ends at from
	for j := 0; j < len(path); {
		switch {
		case i < len(pattern) && pattern[i] == '*':
			star, from = i, j
			i++
		case i < len(pattern) && (pattern[i] == '?' || pattern[i] == path[j]):
			i++
			j++
		case star >= 0:
			from++
			i, j = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[i:], "*") == ""
}

// answersTo reports whether name is a distribution's domain or one of its aliases.
func answersTo(domain string, aliases *types.Aliases, name string) bool {
	is := func(other string) bool { return strings.EqualFold(other, name) }
	return is(domain) || aliases != nil && slices.ContainsFunc(aliases.Items, is)
}

// errNoDistribution says that no distribution of this account answers to a host.
var errNoDistribution = errors.New("no distribution of this account serves that name")

// distributionFor returns the ID of the distribution that answers to a host. A
// distribution with that name comes before one with "*" for the name's first part.
// CloudFront Developer Guide, "Use custom URLs by adding alternate domain names".
func (r *Releaser) distributionFor(ctx context.Context, host string) (string, error) {
	_, parent, _ := strings.Cut(host, ".")
	other := ""
	pages := cloudfront.NewListDistributionsPaginator(r.cloudFront, &cloudfront.ListDistributionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return "", err
		}
		for _, d := range page.DistributionList.Items {
			if answersTo(aws.ToString(d.DomainName), d.Aliases, host) {
				return aws.ToString(d.Id), nil
			}
			if answersTo("", d.Aliases, "*."+parent) {
				other = aws.ToString(d.Id)
			}
		}
	}
	if other != "" {
		return other, nil
	}
	return "", errNoDistribution
}

// canonical returns the query string with which a request for u reaches the function, or
// the error of a viewer-request function that refuses it.
func (f front) canonical(u *url.URL) (query string, err error) {
	if f.site == nil {
		return u.RawQuery, nil
	}
	r, _, err := f.site.Canonical(viewerrequest.Request{
		Method: http.MethodGet, Path: u.EscapedPath(), Query: u.RawQuery, Header: http.Header{"Host": {u.Host}},
	})
	return r.Query, err
}
