package fakecloudfront

import (
	"encoding/xml"
	"slices"
	"strconv"
)

// names is a list of names in a policy's config.
type names struct {
	Quantity *int
	Items    struct{ Name []string }
}

// checkNames refuses a behavior that is not allowed, or that does not fit the names n.
func checkNames(behavior string, n names, allowed ...string) error {
	listed := behavior == "whitelist" || behavior == "allExcept"
	if !slices.Contains(allowed, behavior) || !consistent(n.Quantity, len(n.Items.Name)) || listed != (len(n.Items.Name) > 0) {
		return invalid("InvalidArgument", "The behavior %q does not go with %q.", behavior, n.Items.Name)
	}
	return nil
}

// forwarded says which parts of requests a policy has in the cache key or forwards.
type forwarded struct {
	HeadersConfig struct {
		HeaderBehavior string
		Headers        names
	}
	CookiesConfig struct {
		CookieBehavior string
		Cookies        names
	}
	QueryStringsConfig struct {
		QueryStringBehavior string
		QueryStrings        names
	}
}

// check refuses what the API Reference excludes. headers has the allowed behaviours of
// headers.
func (f *forwarded) check(headers ...string) error {
	if err := checkNames(f.HeadersConfig.HeaderBehavior, f.HeadersConfig.Headers, headers...); err != nil {
		return err
	}
	if err := checkNames(f.CookiesConfig.CookieBehavior, f.CookiesConfig.Cookies, "none", "whitelist", "allExcept", "all"); err != nil {
		return err
	}
	return checkNames(f.QueryStringsConfig.QueryStringBehavior, f.QueryStringsConfig.QueryStrings, "none", "whitelist", "allExcept", "all")
}

// maxQueryStrings is the most query strings that a cache policy may name. CloudFront
// Developer Guide, "Quotas on policies".
const maxQueryStrings = 10

// checkCachePolicy refuses what the API Reference excludes in a CachePolicyConfig.
func checkCachePolicy(config []byte) error {
	var p struct {
		MinTTL             *int
		DefaultTTL, MaxTTL string
		Key                struct {
			EnableAcceptEncodingGzip *bool
			forwarded
		} `xml:"ParametersInCacheKeyAndForwardedToOrigin"`
	}
	if err := xml.Unmarshal(config, &p); err != nil {
		return invalid("MalformedXML", "%v", err)
	}
	if p.MinTTL == nil || p.Key.EnableAcceptEncodingGzip == nil {
		return invalid("MalformedXML", "MinTTL and EnableAcceptEncodingGzip are required")
	}
	usual, _ := strconv.Atoi(p.DefaultTTL)
	most, err := strconv.Atoi(p.MaxTTL)
	if p.MaxTTL != "" && (err != nil || most < usual || usual < *p.MinTTL) {
		return invalid("InvalidArgument", "The TTLs are not in order.")
	}
	if err := p.Key.check("none", "whitelist"); err != nil {
		return err
	}
	if n := len(p.Key.QueryStringsConfig.QueryStrings.Items.Name); n > maxQueryStrings {
		return invalid("TooManyQueryStringsInCachePolicy", "The cache policy has %d query strings, more than %d.", n, maxQueryStrings)
	}
	return nil
}

// checkOriginRequestPolicy refuses what the API Reference excludes in an
// OriginRequestPolicyConfig.
func checkOriginRequestPolicy(config []byte) error {
	var p forwarded
	if err := xml.Unmarshal(config, &p); err != nil {
		return invalid("MalformedXML", "%v", err)
	}
	return p.check("none", "whitelist", "allViewer", "allViewerAndWhitelistCloudFront", "allExcept")
}

// checkResponseHeadersPolicy refuses what the API Reference excludes in a
// ResponseHeadersPolicyConfig.
func checkResponseHeadersPolicy(config []byte) error {
	var p struct {
		CustomHeadersConfig struct {
			Quantity *int
			Items    struct {
				ResponseHeadersPolicyCustomHeader []struct {
					Header, Value string
					Override      *bool
				}
			}
		}
	}
	if err := xml.Unmarshal(config, &p); err != nil {
		return invalid("MalformedXML", "%v", err)
	}
	items := p.CustomHeadersConfig.Items.ResponseHeadersPolicyCustomHeader
	if !consistent(p.CustomHeadersConfig.Quantity, len(items)) {
		return inconsistent("CustomHeadersConfig")
	}
	for _, h := range items {
		if !headerName.MatchString(h.Header) || h.Value == "" || h.Override == nil {
			return invalid("InvalidArgument", "The custom header %q is not valid.", h.Header)
		}
	}
	return nil
}
