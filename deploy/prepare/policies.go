package prepare

import (
	"context"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/policykind"
	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
)

// planPolicies plans three policies for the behaviour: a cache policy with what the
// viewer-request function leaves of query strings in its key, an origin request policy
// that forwards that, and a response headers policy like the template's.
func (w *work) planPolicies(ctx context.Context) error {
	if err := w.planCache(ctx); err != nil {
		return err
	}
	if err := w.planOriginRequests(ctx); err != nil {
		return err
	}
	return w.planResponseHeaders(ctx)
}

func (w *work) planCache(ctx context.Context) error {
	k := policykind.Cache(w.cloudFront)
	all, err := k.All(ctx)
	if err != nil {
		return err
	}
	want, err := w.cachePolicy(w.options.Config)
	if err != nil {
		return err
	}
	current, older, err := w.document.Config.Cache(w.behavior)
	if err != nil {
		return err
	}
	to, err := w.planPolicy(k, all, current, aws.ToString(want.Name), want, w.rightCache)
	if err != nil || to.id != "" && to.id == current {
		return err
	}
	from := nameOf(all, current)
	if current == "" {
		from = "legacy cache settings"
	}
	w.before.setCache(current, older)
	w.edit(func(c *distconfig.Config) (*distconfig.Config, error) { return c.WithCache(w.behavior, to.id, "") },
		"cache policy %s instead of %s", to.name, from)
	return nil
}

// cachePolicy returns our cache policy for a config.
func (w *work) cachePolicy(cfg edge.Config) (*types.CachePolicyConfig, error) {
	policy := &types.CachePolicyConfig{}
	if err := readConfig("cache-policy.json", w.options.Function, policy); err != nil {
		return nil, err
	}
	policy.Comment = aws.String(marked(aws.ToString(policy.Comment)))
	kept := viewerfunction.Kept(cfg)
	policy.ParametersInCacheKeyAndForwardedToOrigin.QueryStringsConfig.QueryStrings =
		&types.QueryStringNames{Items: kept, Quantity: aws.Int32(int32(len(kept)))}
	return policy, nil
}

// planWiderKey plans that the cache key of our policy, if there is one, has what the
// viewer-request function keeps before and after it is updated.
func (w *work) planWiderKey(ctx context.Context) error {
	has, _ := viewerfunction.Settings(w.viewer.live)
	cfg := w.options.Config
	cfg.Parameters = slices.Concat(cfg.Parameters, has.Options.Parameters)
	want, err := w.cachePolicy(cfg)
	if err != nil {
		return err
	}
	k := policykind.Cache(w.cloudFront)
	all, err := k.All(ctx)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.Name == aws.ToString(want.Name) && isMarked(p.Comment) && !same(p.Config, want) {
			w.will(func(ctx context.Context) error { return k.Change(ctx, p.ID, want) }, "%s %s: add to it what the viewer-request function will keep", k.Subject, p.Name)
		}
	}
	return nil
}

// leastMaxTTLS is the least maximum TTL for variants, in seconds.
const leastMaxTTLS = 3600

// rightCache reports whether somebody else's cache policy does as well as ours.
func (w *work) rightCache(config any) bool {
	c := config.(*types.CachePolicyConfig)
	key := c.ParametersInCacheKeyAndForwardedToOrigin
	if key == nil || aws.ToInt64(c.MinTTL) > 0 || c.MaxTTL != nil && *c.MaxTTL < leastMaxTTLS ||
		c.DefaultTTL != nil && *c.DefaultTTL == 0 && w.options.Config.CacheControl == "" ||
		aws.ToBool(key.EnableAcceptEncodingBrotli) || aws.ToBool(key.EnableAcceptEncodingGzip) ||
		key.HeadersConfig != nil && key.HeadersConfig.HeaderBehavior != types.CachePolicyHeaderBehaviorNone ||
		key.CookiesConfig != nil && key.CookiesConfig.CookieBehavior != types.CachePolicyCookieBehaviorNone {
		return false
	}
	q := key.QueryStringsConfig
	if q == nil || q.QueryStringBehavior != types.CachePolicyQueryStringBehaviorWhitelist || q.QueryStrings == nil {
		return false
	}
	return slices.Equal(slices.Sorted(slices.Values(q.QueryStrings.Items)), slices.Sorted(slices.Values(viewerfunction.Kept(w.options.Config))))
}

func (w *work) planOriginRequests(ctx context.Context) error {
	k := policykind.OriginRequest(w.cloudFront)
	all, err := k.All(ctx)
	if err != nil {
		return err
	}
	want := &types.OriginRequestPolicyConfig{}
	if err := readConfig("origin-request-policy.json", w.options.Function, want); err != nil {
		return err
	}
	want.Comment = aws.String(marked(aws.ToString(want.Comment)))
	current, err := w.document.Config.Setting(w.behavior, distconfig.OriginRequestPolicy)
	if err != nil {
		return err
	}
	to, err := w.planPolicy(k, all, current, aws.ToString(want.Name), want, rightOriginRequests)
	if err != nil || to.id != "" && to.id == current {
		return err
	}
	for _, p := range all {
		if h := p.Config.(*types.OriginRequestPolicyConfig).HeadersConfig; p.ID == current && h != nil && h.HeaderBehavior != types.OriginRequestPolicyHeaderBehaviorNone {
			w.note("the headers that %s forwards will not reach S3: if CORS needs them, give the behaviour a response headers policy with CORS", p.Name)
		}
	}
	w.setting(distconfig.OriginRequestPolicy, requestKey, to, current, k.Subject, nameOf(all, current))
	return nil
}

// rightOriginRequests reports whether somebody else's origin request policy does as
// well as ours.
func rightOriginRequests(config any) bool {
	c := config.(*types.OriginRequestPolicyConfig)
	return c.QueryStringsConfig != nil && c.QueryStringsConfig.QueryStringBehavior == types.OriginRequestPolicyQueryStringBehaviorAll &&
		(c.HeadersConfig == nil || c.HeadersConfig.HeaderBehavior == types.OriginRequestPolicyHeaderBehaviorNone)
}

func (w *work) planResponseHeaders(ctx context.Context) error {
	want := &types.ResponseHeadersPolicyConfig{}
	if err := readConfig("response-headers-policy.json", w.options.Function, want); err != nil {
		return err
	}
	if len(w.options.Config.Formats) == 0 {
		withoutVary(want)
	}
	if same(want, &types.ResponseHeadersPolicyConfig{Name: want.Name, Comment: want.Comment}) {
		return nil // it is empty
	}
	want.Comment = aws.String(marked(aws.ToString(want.Comment)))
	k := policykind.ResponseHeaders(w.cloudFront)
	all, err := k.All(ctx)
	if err != nil {
		return err
	}
	current, err := w.document.Config.Setting(w.behavior, distconfig.ResponseHeadersPolicy)
	if err != nil {
		return err
	}
	for _, p := range all {
		if p.ID != current || isMarked(p.Comment) {
			continue
		}
		if !w.rightResponseHeaders(p.Config) {
			w.note("the response headers policy %s was not made by this command and stays: add the custom header Vary: Accept with override to it, or to a copy, "+
				"and remove Cache-Control, ETag and Content-Type", p.Name)
		}
		return nil
	}
	to, err := w.planPolicy(k, all, current, aws.ToString(want.Name), want, w.rightResponseHeaders)
	if err != nil || to.id != "" && to.id == current {
		return err
	}
	w.setting(distconfig.ResponseHeadersPolicy, headersKey, to, current, k.Subject, nameOf(all, current))
	return nil
}

// withoutVary removes Vary from a policy: without formats, all viewers get the same.
func withoutVary(c *types.ResponseHeadersPolicyConfig) {
	if c.CustomHeadersConfig == nil {
		return
	}
	items := slices.DeleteFunc(c.CustomHeadersConfig.Items, func(h types.ResponseHeadersPolicyCustomHeader) bool {
		return strings.EqualFold(aws.ToString(h.Header), "Vary")
	})
	if len(items) == 0 {
		c.CustomHeadersConfig = nil
		return
	}
	c.CustomHeadersConfig.Items, c.CustomHeadersConfig.Quantity = items, aws.Int32(int32(len(items)))
}

// rightResponseHeaders reports whether somebody else's response headers policy sets
// Vary where there are formats, and leaves the function's headers alone.
func (w *work) rightResponseHeaders(config any) bool {
	c := config.(*types.ResponseHeadersPolicyConfig)
	own := func(name *string) bool {
		return slices.Contains([]string{"cache-control", "etag", "content-type"}, strings.ToLower(aws.ToString(name)))
	}
	varies := len(w.options.Config.Formats) == 0
	if c.CustomHeadersConfig != nil {
		for _, h := range c.CustomHeadersConfig.Items {
			varies = varies || strings.EqualFold(aws.ToString(h.Header), "Vary") && strings.EqualFold(aws.ToString(h.Value), "Accept") && aws.ToBool(h.Override)
			if own(h.Header) && aws.ToBool(h.Override) {
				return false
			}
		}
	}
	if c.RemoveHeadersConfig != nil {
		for _, h := range c.RemoveHeadersConfig.Items {
			if own(h.Header) {
				return false
			}
		}
	}
	return varies
}

// planTags plans that the distribution reads cache tags from the header into which the
// function writes them, and that the origin's header names that one to the function.
func (w *work) planTags(context.Context) error {
	read, err := w.document.Config.CacheTags()
	if err != nil {
		return err
	}
	origin := aws.ToString(w.origin.Id)
	told, err := w.document.Config.OriginHeader(origin, edge.CacheTagHeaderHeader)
	if err != nil {
		return err
	}
	written := w.options.Config.CacheTagHeader
	if read == "" {
		if read = written; read == "" {
			read = tagHeader
		}
		w.before[tagsKey] = none
		w.edit(func(c *distconfig.Config) (*distconfig.Config, error) { return c.WithCacheTags(read) },
			"cache tags are read from %s", read)
	}
	switch {
	case written != "" && !strings.EqualFold(read, written):
		w.note("cache tags: the distribution reads them from %s, but cache_tag_header is %s in the config: set it to the distribution's", read, written)
	case written != "" || strings.EqualFold(told, read):
	case !edge.IsCacheTagHeader(read):
		w.note("cache tags: the distribution reads them from %s, a header into which the function does not write: choose a header of your own, such as %s", read, tagHeader)
	default:
		w.before[headerKey] = encodedOrNone(told)
		w.edit(func(c *distconfig.Config) (*distconfig.Config, error) {
			return c.WithOriginHeader(origin, edge.CacheTagHeaderHeader, read)
		}, "origin %s: header %s: %s", origin, edge.CacheTagHeaderHeader, read)
	}
	return nil
}

// tagHeader is the template's header of cache tags.
const tagHeader = "Edgeresize-Cache-Tag"
