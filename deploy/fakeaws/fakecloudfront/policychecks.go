package fakecloudfront

import (
	"encoding/xml"
	"slices"
	"strconv"
)

// names are a list of names in a policy's config.
type names struct {
	Quantity *int
	Items    struct{ Name []string }
}

func checkNames(behavior string, n names, allowed ...string) error {
	listed := behavior == "whitelist" || behavior == "allExcept"
	if !slices.Contains(allowed, behavior) || !consistent(n.Quantity, len(n.Items.Name)) || listed != (len(n.Items.Name) > 0) {
		return invalid("InvalidArgument", "The behavior %q does not go with %q.", behavior, n.Items.Name)
	}
	return nil
}

// checkCachePolicy refuses what the API Reference rules out in a CachePolicyConfig.
func checkCachePolicy(config []byte) error {
	var p struct {
		MinTTL             *int
		DefaultTTL, MaxTTL string
		Key                struct {
			EnableAcceptEncodingGzip *bool
			HeadersConfig            struct {
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
	key := p.Key
	for _, err := range []error{
		checkNames(key.HeadersConfig.HeaderBehavior, key.HeadersConfig.Headers, "none", "whitelist"),
		checkNames(key.CookiesConfig.CookieBehavior, key.CookiesConfig.Cookies, "none", "whitelist", "allExcept", "all"),
		checkNames(key.QueryStringsConfig.QueryStringBehavior, key.QueryStringsConfig.QueryStrings, "none", "whitelist", "allExcept", "all"),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkOriginRequestPolicy refuses what the API Reference rules out in an
// OriginRequestPolicyConfig.
func checkOriginRequestPolicy(config []byte) error {
	var p struct {
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
	if err := xml.Unmarshal(config, &p); err != nil {
		return invalid("MalformedXML", "%v", err)
	}
	for _, err := range []error{
		checkNames(p.HeadersConfig.HeaderBehavior, p.HeadersConfig.Headers, "none", "whitelist", "allViewer", "allViewerAndWhitelistCloudFront", "allExcept"),
		checkNames(p.CookiesConfig.CookieBehavior, p.CookiesConfig.Cookies, "none", "whitelist", "allExcept", "all"),
		checkNames(p.QueryStringsConfig.QueryStringBehavior, p.QueryStringsConfig.QueryStrings, "none", "whitelist", "allExcept", "all"),
	} {
		if err != nil {
			return err
		}
	}
	return nil
}

// checkResponseHeadersPolicy refuses what the API Reference rules out in a
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
