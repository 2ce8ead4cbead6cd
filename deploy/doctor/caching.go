package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

const (
	// shortMaxTTLS is the least maximum TTL for variants in seconds: each variant is
	// made again when it has expired.
	shortMaxTTLS = 3600
	// longErrorTTLS is the longest good TTL for errors in seconds. CloudFront's default
	// is 10.
	longErrorTTLS = 60
)

// checkTTLs checks how long CloudFront keeps responses, whatever the function says. The
// TTLs are in seconds; nil is CloudFront's default: 0, a day and a year.
func (d *Doctor) checkTTLs(subject string, least, usual, most *int64) {
	if n := aws.ToInt64(least); n > 0 {
		d.problem(subject, d.cachePolicyFix(), "the minimum TTL is %d s: an original served because S3 failed for a moment stays that long, "+
			"and so does what the function marks no-store", n)
	}
	if most != nil && *most < shortMaxTTLS {
		d.note(subject, d.cachePolicyFix(), "the maximum TTL is %d s: each variant is made again that often, and nothing stale is served beyond that", *most)
	}
	if usual != nil && *usual == 0 && d.options.Config.CacheControl == "" {
		d.note(subject, d.cachePolicyFix(),
			"the default TTL is 0 s: a variant of an original without Cache-Control is made again at each view")
	}
}

// checkErrors checks the error pages and their TTLs. CloudFront Developer Guide,
// "Control how long CloudFront caches errors" and "Change response codes returned by
// CloudFront".
func (d *Doctor) checkErrors(responses *types.CustomErrorResponses) {
	const subject = "custom error responses"
	if responses == nil {
		return
	}
	var pages, kept []string
	for _, r := range responses.Items {
		code := aws.ToInt32(r.ErrorCode)
		if aws.ToString(r.ResponsePagePath) != "" && strings.HasPrefix(aws.ToString(r.ResponseCode), "2") {
			pages = append(pages, fmt.Sprintf("%d is answered with %s and status %s", code, *r.ResponsePagePath, *r.ResponseCode))
		}
		if ttl := aws.ToInt64(r.ErrorCachingMinTTL); ttl > longErrorTTLS {
			kept = append(kept, fmt.Sprintf("%d for %d s", code, ttl))
		}
	}
	if len(pages) > 0 {
		d.note(subject, d.edit(".CustomErrorResponses.Items|=map(if (.ResponseCode//\"\")|startswith(\"2\") then .ResponseCode=(.ErrorCode|tostring) else . end)")+
			" (they are for the whole distribution: a page that one behaviour wants, a function of that behaviour gives)",
			"%s, for pictures too: one that is not there, or that S3 does not let CloudFront read, is a page that browsers and caches take for it", strings.Join(pages, ", "))
	}
	if len(kept) > 0 {
		d.note(subject, d.edit(fmt.Sprintf(".CustomErrorResponses.Items|=map(if .ErrorCachingMinTTL>%d then .ErrorCachingMinTTL=10 else . end)", longErrorTTLS)),
			"errors are kept at least that long, whatever the function says: %s. A picture that was asked for before it was there is missing until then", strings.Join(kept, ", "))
	}
}

// ownHeaders maps each header that the function sets per response to the harm that one
// value for all responses does.
var ownHeaders = map[string]string{
	"cache-control": "an original served because S3 failed for a moment stays with viewers as long as any variant",
	"etag":          "viewers keep what has changed, as it looks the same",
	"content-type":  "a variant in another format than that is called by its name",
}

// editPolicy returns the instructions to make the change to in a response headers
// policy. They name the console: other behaviours may share the policy.
func editPolicy(id, to string) string {
	return "in the console: CloudFront > Policies > Response headers > " + id + " > Edit > " + to
}

// checkResponseHeaders checks whether a policy leaves the function's headers alone.
// CloudFront Developer Guide, "Understand response headers policies".
func (d *Doctor) checkResponseHeaders(ctx context.Context, id string, f filter) {
	const subject = "response headers policy"
	const noVary = "viewers get formats by Accept, and no Vary: Accept says so: a cache behind CloudFront gives the first one's to all"
	const scripts = "an SVG or HTML among the originals runs its scripts under the site's name: "
	if id == "" {
		if len(f.site.Formats) > 0 {
			d.note(subject, d.responseHeadersFix(), noVary)
		} else {
			d.note(subject, d.responseHeadersFix(), scripts+"there is no policy with a Content-Security-Policy and nosniff")
		}
		return
	}
	out, err := d.cloudFront.GetResponseHeadersPolicy(ctx, &cloudfront.GetResponseHeadersPolicyInput{Id: &id})
	if err != nil {
		d.unknown(subject, "cloudfront:GetResponseHeadersPolicy", err)
		return
	}
	config, before := out.ResponseHeadersPolicy.ResponseHeadersPolicyConfig, len(d.findings)
	varies := false
	if config.CustomHeadersConfig != nil {
		for _, h := range config.CustomHeadersConfig.Items {
			varies = varies || strings.EqualFold(aws.ToString(h.Header), "Vary") && strings.EqualFold(aws.ToString(h.Value), "Accept") && aws.ToBool(h.Override)
			if harm, ok := ownHeaders[strings.ToLower(aws.ToString(h.Header))]; ok && aws.ToBool(h.Override) {
				d.problem(subject, editPolicy(id, "Custom headers: without "+*h.Header+", or without its override"), "it puts %s: %s over the function's: %s", *h.Header, aws.ToString(h.Value), harm)
			}
		}
	}
	if config.RemoveHeadersConfig != nil {
		for _, h := range config.RemoveHeadersConfig.Items {
			if _, ok := ownHeaders[strings.ToLower(aws.ToString(h.Header))]; ok {
				d.note(subject, editPolicy(id, "Remove headers: without "+*h.Header), "it removes %s, by which viewers keep and revalidate pictures", *h.Header)
			}
		}
	}
	if len(f.site.Formats) > 0 && !varies {
		d.note(subject, editPolicy(id, "Custom headers: Vary, with the value Accept and Override origin"), noVary)
	}
	if s := config.SecurityHeadersConfig; s == nil || s.ContentSecurityPolicy == nil {
		d.note(subject, editPolicy(id, "Security headers: Content-Security-Policy and X-Content-Type-Options as in deploy/template/policies/response-headers-policy.json"),
			scripts+"the policy has no Content-Security-Policy")
	}
	if len(d.findings) == before {
		d.good(subject, "leaves the function's headers as they are, and has no script run")
	}
}
