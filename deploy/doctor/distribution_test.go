package doctor

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
	"github.com/edgeresize/edgeresize/resize"
)

// TestDistributionFindings wants a finding for each fault of the distribution, its
// policies and the bucket.
func TestDistributionFindings(t *testing.T) {
	checkFindings(t, []findingCase{
		{"no distribution", func(s *fixture) { s.distribution = "" }, Problem, "distribution", "no distribution " + distributionID},
		{"no such behaviour", func(s *fixture) { s.options.Behavior = "/photos/*" }, Problem, "distribution", "the default one, /img/*"},
		{"disabled", replace("<PriceClass>PriceClass_All</PriceClass><Enabled>true", "<PriceClass>PriceClass_All</PriceClass><Enabled>false"),
			Note, "distribution", "disabled"},
		{"somebody else's function", func(s *fixture) {
			other := s.create
			other.FunctionName = aws.String("other")
			s.addFunction(other)
			attach(s, strings.Replace(functionARN, "edgeresize", "other", 1)+":1")
		}, Problem, "function association", "other:1"},

		{"another config than is named", func(s *fixture) {
			s.described, s.options.ConfigFile = "launcher=exec quality=82", "deploy/template/stages/dev.json"
			attach(s, functionARN+":1")
		}, Note, "function association", "another config than deploy/template/stages/dev.json: launcher=exec quality=82"},

		{"no bucket's domain", replace("originals.s3.us-east-1.amazonaws.com", "www.example.com"), Problem, "origin", "www.example.com"},
		{"an origin group whose first origin names no region", func(s *fixture) {
			replace("<OriginGroups><Quantity>0</Quantity></OriginGroups>", "<OriginGroups><Quantity>1</Quantity><Items><OriginGroup><Id>both</Id>"+
				"<FailoverCriteria><StatusCodes><Quantity>1</Quantity><Items><StatusCode>503</StatusCode></Items></StatusCodes></FailoverCriteria>"+
				"<Members><Quantity>2</Quantity><Items><OriginGroupMember><OriginId>originals</OriginId></OriginGroupMember>"+
				"<OriginGroupMember><OriginId>others</OriginId></OriginGroupMember></Items></Members></OriginGroup></Items></OriginGroups>")(s)
			replace("<Origins><Quantity>1</Quantity><Items>", "<Origins><Quantity>2</Quantity><Items><Origin><Id>others</Id>"+
				"<DomainName>others.s3.us-east-1.amazonaws.com</DomainName><OriginPath></OriginPath><CustomHeaders><Quantity>0</Quantity></CustomHeaders>"+
				"<S3OriginConfig><OriginAccessIdentity></OriginAccessIdentity></S3OriginConfig></Origin>")(s)
			replace("<TargetOriginId>originals<", "<TargetOriginId>both<")(s)
			replace("originals.s3.us-east-1.amazonaws.com", "originals.s3.amazonaws.com")(s)
		}, Note, "origin", "names no region"},
		{"no region", replace("originals.s3.us-east-1.amazonaws.com", "originals.s3.amazonaws.com"), Note, "origin", "names no region"},
		{"no access control", func(s *fixture) {
			replace("<OriginAccessControlId>E2QWRUHAPOMQZL</OriginAccessControlId>", "<OriginAccessControlId></OriginAccessControlId>")(s)
		}, Note, "origin", "public"},
		{"no bucket", func(s *fixture) { s.bucketRegion = "" }, Problem, "bucket", "no bucket originals"},
		{"bucket elsewhere", func(s *fixture) { s.bucketRegion = "eu-west-1" }, Problem, "bucket", "is in eu-west-1, not in us-east-1"},
		{"no bucket policy", func(s *fixture) { s.bucketPolicy = "" }, Problem, "bucket policy", "no policy"},
		{"another distribution's bucket policy", func(s *fixture) {
			s.bucketPolicy = strings.ReplaceAll(s.bucketPolicy, distributionID, "E2OTHER")
		}, Problem, "bucket policy", "E2OTHER read, not this distribution"},
		{"bucket policy for others", func(s *fixture) {
			s.bucketPolicy = `{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:ListBucket","Resource":"*"}}`
		}, Problem, "bucket policy", "does not let CloudFront read"},
		{"bucket policy for another account", func(s *fixture) {
			s.bucketPolicy = `{"Statement":{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"*",
				"Condition":{"StringEquals":{"aws:SourceAccount":"210987654321"}}}}`
		}, Problem, "bucket policy", "account 210987654321 read, not this distribution"},
		{"bucket policy for every distribution", func(s *fixture) {
			s.bucketPolicy = `{"Statement":[{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:*","Resource":"*"}]}`
		}, Note, "bucket policy", "every CloudFront distribution"},

		{"no query strings", func(s *fixture) { s.cachePolicy = cachePolicyOf(0, queryStrings("none")) }, Problem, "cache policy", "width and height not in the cache key"},
		{"sizes that are forwarded alone", func(s *fixture) {
			s.cachePolicy, s.originRequestPolicy = cachePolicyOf(0, queryStrings("none")), queryStrings("whitelist", "width", "height", "format")
		}, Problem, "cache policy", "gets the same answer"},
		{"width alone", func(s *fixture) {
			s.cachePolicy = cachePolicyOf(0, queryStrings("whitelist", "width"))
		}, Problem, "cache policy", "height not in the cache key"},
		{"more query strings", func(s *fixture) {
			s.cachePolicy = cachePolicyOf(0, queryStrings("whitelist", "width", "height", "format", "v"))
		}, Note, "cache policy", "v is in the cache key too"},
		{"all query strings", func(s *fixture) { s.cachePolicy = cachePolicyOf(0, queryStrings("all")) }, Note, "cache policy", "every query string"},
		{"all but width", func(s *fixture) {
			s.cachePolicy = cachePolicyOf(0, queryStrings("allExcept", "width"))
		}, Problem, "cache policy", "width not in the cache key"},
		{"all but format", func(s *fixture) {
			s.cachePolicy = cachePolicyOf(0, queryStrings("allExcept", "format"))
		}, Problem, "cache policy", "format not in the cache key, but forwarded"},
		{"no format, and all forwarded", func(s *fixture) {
			s.cachePolicy = cachePolicyOf(0, queryStrings("whitelist", "width", "height"))
		}, Problem, "cache policy", "format not in the cache key, but forwarded"},
		{"no format anywhere", func(s *fixture) {
			s.cachePolicy, s.originRequestPolicy = cachePolicyOf(0, queryStrings("whitelist", "width", "height")), ""
		}, Note, "cache policy", "has the original's format"},
		{"a minimum TTL", func(s *fixture) {
			s.cachePolicy = cachePolicyOf(60, queryStrings("whitelist", "width", "height", "format"))
		}, Problem, "cache policy", "no-store"},
		{"a short maximum TTL", func(s *fixture) {
			s.cachePolicy = "<MaxTTL>60</MaxTTL>" + s.cachePolicy
		}, Note, "cache policy", "made again after that time"},
		{"no default TTL", func(s *fixture) {
			s.cachePolicy = "<DefaultTTL>0</DefaultTTL>" + s.cachePolicy
		}, Note, "cache policy", "for each view"},
		{"Accept-Encoding", func(s *fixture) {
			s.cachePolicy = strings.Replace(s.cachePolicy, "<EnableAcceptEncodingGzip>false", "<EnableAcceptEncodingGzip>true", 1)
		}, Note, "cache policy", "Accept-Encoding"},
		{"a page for what is missing", customError("<ErrorCode>404</ErrorCode><ResponsePagePath>/index.html</ResponsePagePath><ResponseCode>200</ResponseCode>"),
			Note, "custom error responses", "404 is answered with /index.html and status 200"},
		{"a page instead of the fallback picture", func(s *fixture) {
			s.options.Config.FallbackKey = "none.jpg"
			customError("<ErrorCode>404</ErrorCode><ResponsePagePath>/404.html</ResponsePagePath><ResponseCode>404</ResponseCode>")(s)
		}, Note, "custom error responses", "may get /404.html for 404 instead of the fallback picture"},
		{"errors that stay", customError("<ErrorCode>403</ErrorCode><ErrorCachingMinTTL>300</ErrorCachingMinTTL>"),
			Note, "custom error responses", "403 for 300 s"},
		{"Cache-Control for all", func(s *fixture) {
			s.responseHeadersPolicy = customHeader("Cache-Control", "max-age=86400", true)
		}, Problem, "response headers policy", "Cache-Control: max-age=86400"},
		{"no ETag", func(s *fixture) {
			s.responseHeadersPolicy = "<RemoveHeadersConfig><Quantity>1</Quantity><Items><ResponseHeadersPolicyRemoveHeader><Header>etag</Header></ResponseHeadersPolicyRemoveHeader></Items></RemoveHeadersConfig>"
		}, Note, "response headers policy", "removes etag"},
		{"no such response headers policy", replace("</CachePolicyId>", "</CachePolicyId><ResponseHeadersPolicyId>gone</ResponseHeadersPolicyId>"),
			Unknown, "response headers policy", "NoSuchResponseHeadersPolicy"},
		{"no caching", func(s *fixture) { s.cachePolicy = "<MinTTL>0</MinTTL>" }, Problem, "cache policy", "caching is off"},
		{"CachingDisabled", func(s *fixture) {
			s.cachePolicy = "<DefaultTTL>0</DefaultTTL><MaxTTL>0</MaxTTL>" + cachePolicyOf(0, queryStrings("none"))
		}, Problem, "cache policy", "caching is off"},
		{"no filter", func(s *fixture) { s.viewerRequest = "" }, Problem, "origin request policy", "response-content-type"},
		{"no filter of all but some", func(s *fixture) {
			s.viewerRequest, s.originRequestPolicy = "", queryStrings("allExcept", "utm_source")
		}, Problem, "origin request policy", "response-content-type"},
		{"a filter of requests that are no images", func(s *fixture) {
			s.viewerRequest = viewerrequest.Settings{MaxWidth: 4096, MaxHeight: 4096}.Script()
		}, Problem, "viewer-request function", "no settings for images"},
		{"names alone", func(s *fixture) {
			s.originRequestPolicy = queryStrings("whitelist", "width", "height", "format")
		}, Note, "origin request policy", "may not reach the function: choose All"},
		{"names alone, in the cache key", func(s *fixture) { s.originRequestPolicy = "" },
			Note, "origin request policy", "may not reach the function: choose All"},
		{"all but some", func(s *fixture) { s.originRequestPolicy = queryStrings("allExcept", "utm_source") },
			Note, "origin request policy", "choose All"},
		{"neither a filter nor All", func(s *fixture) { s.viewerRequest, s.originRequestPolicy = "", "" },
			Note, "viewer-request function", "there is none"},
		{"somebody else's filter", func(s *fixture) { s.viewerRequest = "function handler(event) { return event.request; }" },
			Note, "viewer-request function", "edgeresize-images is not the function"},
		{"a filter with something added", func(s *fixture) { s.viewerRequest += "function handler(event) { return event.request; }" },
			Note, "viewer-request function", "like those of this checkout"},
		{"a filter of another checkout", func(s *fixture) { s.viewerRequest += "// of last year\n" },
			Note, "viewer-request function", "like those of this checkout"},
		{"sizes of which nothing is made", func(s *fixture) {
			told := viewerrequest.SettingsOf(s.options.Config)
			told.Sizes = "500x300,640x"
			s.viewerRequest = told.Script()
		}, Problem, "viewer-request function", "640x has one side only"},
		{"a filter at Lambda@Edge", func(s *fixture) {
			s.viewerRequest = ""
			other := s.create
			other.FunctionName, other.MemorySize, other.Timeout = aws.String("sizes"), aws.Int32(128), aws.Int32(5)
			s.addFunction(other)
			s.distribution = strings.Replace(s.distribution, "<LambdaFunctionAssociations><Quantity>0</Quantity></LambdaFunctionAssociations>",
				"<LambdaFunctionAssociations><Quantity>2</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>"+
					strings.Replace(functionARN, "edgeresize", "sizes", 1)+":1</LambdaFunctionARN><EventType>viewer-request</EventType></LambdaFunctionAssociation>"+
					"<LambdaFunctionAssociation><LambdaFunctionARN>"+functionARN+":1</LambdaFunctionARN><EventType>origin-response</EventType>"+
					"</LambdaFunctionAssociation></Items></LambdaFunctionAssociations>", 1)
		}, Note, "viewer-request function", ":function:sizes:1 is not ours"},
		{"a filter that takes sizes away", func(s *fixture) { s.options.Config.MaxWidth = 5000 },
			Problem, "viewer-request function", "get the original"},
		{"a filter that takes single sides away", func(s *fixture) { s.options.Config.Missing = edge.MissingKeepRatio },
			Problem, "viewer-request function", "get the original"},
		{"a filter that leaves too much", func(s *fixture) { s.options.Config.MaxWidth = 2000 },
			Note, "viewer-request function", `up to 4096x4096, but the config has formats "avif,webp", missing "original" and up to 2000x4096`},
		{"options that the filter takes away", func(s *fixture) { s.options.Config.Parameters = []string{"fit"} },
			Problem, "viewer-request function", `up to 4096x4096, and for requests {"parameters":["fit"],"fit":"cover"}: some requests get another variant`},
		{"formats that the config has not", func(s *fixture) { s.negotiate(resize.WebP) }, Note, "viewer-request function", `formats "webp"`},

		{"parameters that are not in the cache key", func(s *fixture) { s.asking("fit", "dpr", "w") }, Problem, "cache policy", "fit and dpr not in the cache key, but forwarded"},
		{"parameters that reach nobody", func(s *fixture) {
			s.asking("blur", "w")
			s.originRequestPolicy = ""
		}, Note, "cache policy", "blur not in the cache key: what a request asks for by that has no effect"},
		{"parameters of which one is excluded", func(s *fixture) {
			s.asking("fit")
			s.cachePolicy = cachePolicyOf(0, queryStrings("allExcept", "fit"))
		}, Problem, "cache policy", "fit not in the cache key, but forwarded"},
		{"a parameter that the config has not", func(s *fixture) {
			s.cachePolicy = cachePolicyOf(0, queryStrings("whitelist", "width", "height", "format", "fit"))
		}, Note, "cache policy", "fit is in the cache key too"},
		{"a filter that leaves parameters", func(s *fixture) {
			s.asking("fit")
			s.options.Config.Parameters = []string{}
		}, Problem, "viewer-request function", `{"parameters":["fit"],"fit":"cover"}, but the config has`},
		{"a filter with other presets", func(s *fixture) {
			s.options.Config.Presets = map[string]string{"a": "width=5&height=5"}
			s.asking("preset")
			s.options.Config.Presets = map[string]string{"b": "width=5&height=5"}
		}, Problem, "viewer-request function", `"presets":{"b":"width=5&height=5"}}: some requests get another variant`},
		{"a filter of presets alone", func(s *fixture) {
			s.options.Config.Presets, s.options.Config.OnlyPresets = map[string]string{"a": "width=5&height=5"}, true
			s.asking("preset")
			s.options.Config.OnlyPresets = false
		}, Problem, "viewer-request function", `"only_presets":true}, but the config has`},

		{"no cache tags", func(s *fixture) {
			replace(cacheTagConfig, "")(s)
			replace(tagHeader("Edgeresize-Cache-Tag"), "<CustomHeaders><Quantity>0</Quantity></CustomHeaders>")(s)
		}, Note, "cache tags", "there are none"},
		{"cache tags that nobody reads", replace(cacheTagConfig, ""), Note, "cache tags", "reads none"},
		{"cache tags that nobody writes", replace(tagHeader("Edgeresize-Cache-Tag"), "<CustomHeaders><Quantity>0</Quantity></CustomHeaders>"),
			Note, "cache tags", "the function writes none"},
		{"cache tags somewhere else", func(s *fixture) { s.options.Config.CacheTagHeader = "x-tags" }, Note, "cache tags", "the function writes them into x-tags"},
		{"cache tags in a header that answers have anyway", func(s *fixture) {
			replace(tagHeader("Edgeresize-Cache-Tag"), tagHeader("Content-Tags"))(s)
			replace(cacheTagConfig, strings.Replace(cacheTagConfig, "Edgeresize-Cache-Tag", "Content-Tags", 1))(s)
		}, Note, "cache tags", "from Content-Tags, a header"},
		{"the viewer's Host to S3", func(s *fixture) {
			s.originRequestPolicy = headers("allViewer") + queryStrings("none")
		}, Problem, "origin request policy", "Host"},
		{"the viewer's Host and CloudFront's headers to S3", func(s *fixture) {
			s.originRequestPolicy = headers("allViewerAndWhitelistCloudFront", "CloudFront-Viewer-Country") + queryStrings("none")
		}, Problem, "origin request policy", "Host"},
		{"all but a header that does not matter to S3", func(s *fixture) {
			s.originRequestPolicy = headers("allExcept", "User-Agent") + queryStrings("none")
		}, Problem, "origin request policy", "Host"},
		{"all but Host to S3", func(s *fixture) {
			s.originRequestPolicy = headers("allExcept", "host") + queryStrings("none")
		}, Problem, "origin request policy", "If-Match, If-None-Match, If-Modified-Since, If-Unmodified-Since, If-Range, Range reach S3"},
		{"ranges to S3", func(s *fixture) {
			s.originRequestPolicy = headers("whitelist", "Origin", "range") + queryStrings("none")
		}, Problem, "origin request policy", "the viewer's Range reach S3"},
		{"legacy settings", replace("<CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>",
			"<ForwardedValues><QueryString>false</QueryString><Cookies><Forward>none</Forward></Cookies></ForwardedValues><MinTTL>0</MinTTL>"),
			Problem, "forwarded values", "no query string"},
		{"good legacy settings", replace("<CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>",
			"<ForwardedValues><QueryString>true</QueryString><Cookies><Forward>none</Forward></Cookies><QueryStringCacheKeys><Quantity>3</Quantity>"+
				"<Items><Name>width</Name><Name>height</Name><Name>format</Name></Items></QueryStringCacheKeys></ForwardedValues><MinTTL>0</MinTTL>"),
			Note, "forwarded values", "legacy"},
		{"legacy settings without a filter", func(s *fixture) {
			s.viewerRequest = ""
			replace("<CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>",
				"<ForwardedValues><QueryString>true</QueryString><Cookies><Forward>none</Forward></Cookies><QueryStringCacheKeys><Quantity>3</Quantity>"+
					"<Items><Name>width</Name><Name>height</Name><Name>format</Name></Items></QueryStringCacheKeys></ForwardedValues><MinTTL>0</MinTTL>")(s)
		}, Problem, "forwarded values", "response-content-type"},
		{"legacy settings with all headers", replace("<CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>",
			"<ForwardedValues><QueryString>true</QueryString><Cookies><Forward>none</Forward></Cookies><Headers><Quantity>1</Quantity><Items><Name>*</Name></Items></Headers></ForwardedValues><MinTTL>0</MinTTL>"),
			Problem, "forwarded values", "caching is off"},
		{"legacy settings with a short time", replace("<CachePolicyId>658327ea-f89d-4fab-a63d-7e88639e58f6</CachePolicyId>",
			"<ForwardedValues><QueryString>true</QueryString><Cookies><Forward>none</Forward></Cookies></ForwardedValues><MinTTL>0</MinTTL><DefaultTTL>0</DefaultTTL>"),
			Note, "forwarded values", "for each view"},
		{"a bucket in the config", func(s *fixture) {
			replace("originals.s3.us-east-1.amazonaws.com", "www.example.com")(s)
			s.options.Config.Bucket, s.options.Config.Region = "originals", "eu-west-1"
		}, Problem, "bucket", "is in us-east-1, not in eu-west-1"},
	})
}

// TestTagsOfAnAccessPoint wants a note where the origin is an access point, unless the
// config names the bucket: S3's events name the bucket.
func TestTagsOfAnAccessPoint(t *testing.T) {
	for bucket, want := range map[string]Level{"": Note, "originals": Good} {
		s := newFixture(t)
		replace("originals.s3.us-east-1", "originals-a1b2c3-s3alias.s3.us-east-1")(s)
		s.options.Config.Bucket = bucket
		if findings := s.look(); !slices.ContainsFunc(findings, func(f Finding) bool {
			return f.Level == want && f.Subject == "cache tags" && strings.Contains(f.Text, "access point") == (want == Note)
		}) {
			t.Errorf("with the bucket %q in the config: got %+v", bucket, findings)
		}
	}
}

// TestFindingsOfFilters wants findings for policies that depend on the viewer-request
// function: an unknown function may be as bad as none, and formats need Vary.
func TestFindingsOfFilters(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*fixture)
		want   Finding
	}{
		"All behind somebody else's": {func(s *fixture) { s.viewerRequest = "function handler(event) { return event.request; }" },
			Finding{Note, "origin request policy", "that the viewer-request function keeps reaches S3", ""}},
		"names alone without a filter": {func(s *fixture) { s.viewerRequest, s.originRequestPolicy = "", "" },
			Finding{Note, "origin request policy", "choose All", ""}},
		"no policy, so that scripts run": {func(s *fixture) {
			s.responseHeadersPolicy, s.options.Config.Formats = "", nil
			s.viewerRequest = viewerrequest.SettingsOf(s.options.Config).Script()
		},
			Finding{Note, "response headers policy", "run scripts in the site's origin: there is no policy", "response-headers-policy.json"}},
		"a policy of formats alone": {func(s *fixture) { s.scripts = true },
			Finding{Note, "response headers policy", "run scripts in the site's origin: the policy has no", "Security headers: Content-Security-Policy"}},
		"formats without a policy": {func(s *fixture) { s.responseHeadersPolicy = "" },
			Finding{Note, "response headers policy", "no Vary: Accept", ""}},
		"formats without Vary": {func(s *fixture) {
			s.responseHeadersPolicy = customHeader("X-Frame-Options", "DENY", true)
		}, Finding{Note, "response headers policy", "no Vary: Accept", ""}},
		"parameters in the cache key": {func(s *fixture) {
			s.asking("trim", "fit")
			s.cachePolicy = cachePolicyOf(0, queryStrings("whitelist", "trim", "width", "height", "format", "fit"))
		}, Finding{Good, "cache policy", "has width, height, format, fit and trim in the cache key, and nothing else", ""}},
		"parameters that the filter keeps": {func(s *fixture) { s.asking("trim", "fit") },
			Finding{Good, "viewer-request function", "keeps width, height, format, fit and trim, in one spelling", ""}},
		"formats with Vary": {func(s *fixture) {
			s.responseHeadersPolicy = customHeader("vary", "accept", true)
		}, Finding{Good, "response headers policy", "leaves the function's headers", ""}},
	} {
		s := newFixture(t)
		tt.change(s)
		if findings := s.look(); !slices.ContainsFunc(findings, func(f Finding) bool {
			return f.Level == tt.want.Level && f.Subject == tt.want.Subject && strings.Contains(f.Text, tt.want.Text)
		}) {
			t.Errorf("%s: no %+v in %+v", name, tt.want, findings)
		}
	}
}

// asking switches parameters on, in the config and in the viewer-request function.
func (s *fixture) asking(names ...string) {
	s.options.Config.Parameters = names
	s.viewerRequest = viewerrequest.SettingsOf(s.options.Config).Script()
}

// negotiate makes the viewer-request function choose among formats.
func (s *fixture) negotiate(formats ...resize.Format) {
	told := viewerrequest.SettingsOf(s.options.Config)
	told.Formats = formats
	s.viewerRequest = told.Script()
}

// TestBucketPolicies wants no finding for policies that let CloudFront read for this
// distribution.
func TestBucketPolicies(t *testing.T) {
	statement := func(condition string) string {
		return `{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"*",
			"Condition":{"StringEquals":{` + condition + `}}}`
	}
	others := statement(`"AWS:SourceArn":"arn:aws:cloudfront::123456789012:distribution/E2OTHER"`)
	for name, statements := range map[string]string{
		"its own beside another's": others + "," + statement(`"AWS:SourceArn":"`+distributionARN+`"`),
		"the account's":            statement(`"aws:SourceAccount":"123456789012"`) + "," + others,
		"beside a boolean without quotes": `{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}},` +
			statement(`"AWS:SourceArn":"`+distributionARN+`"`),
	} {
		s := newFixture(t)
		s.bucketPolicy = `{"Statement":[` + statements + `]}`
		if findings := s.look(); !slices.Contains(findings, Finding{Good, "bucket policy", "originals lets this distribution read", ""}) {
			t.Errorf("%s: got %+v", name, findings)
		}
	}
}

// TestHarmlessPolicies wants no finding for these settings.
func TestHarmlessPolicies(t *testing.T) {
	for name, change := range map[string]func(*fixture){
		"the usual log group by its name, as JSON": func(s *fixture) {
			s.create.LoggingConfig = &types.LoggingConfig{LogGroup: aws.String("/aws/lambda/edgeresize"), LogFormat: types.LogFormatJson}
		},
		"Cache-Control where there is none": func(s *fixture) {
			s.options.Config.Formats = nil
			s.negotiate()
			s.responseHeadersPolicy = customHeader("Cache-Control", "max-age=60", false)
		},
		"no default TTL beside cache_control": func(s *fixture) {
			s.cachePolicy = "<DefaultTTL>0</DefaultTTL>" + s.cachePolicy
			s.options.Config.CacheControl = "max-age=31536000"
		},
		"a header that S3 does not heed": func(s *fixture) { s.originRequestPolicy = headers("whitelist", "Origin") + queryStrings("all") },
		"the config's header of tags": func(s *fixture) {
			s.options.Config.CacheTagHeader = "edgeresize-cache-tag"
			replace(tagHeader("Edgeresize-Cache-Tag"), "<CustomHeaders><Quantity>0</Quantity></CustomHeaders>")(s)
		},
		"an error page with its own status": customError("<ErrorCode>404</ErrorCode><ResponsePagePath>/404.html</ResponsePagePath><ResponseCode>404</ResponseCode>" +
			"<ErrorCachingMinTTL>1</ErrorCachingMinTTL>"),
		"an error page that takes no fallback's place": func(s *fixture) {
			s.options.Config.FallbackKey = "img/none.jpg"
			customError("<ErrorCode>500</ErrorCode><ResponsePagePath>/500.html</ResponsePagePath><ResponseCode>500</ResponseCode><ErrorCachingMinTTL>1</ErrorCachingMinTTL>")(s)
		},
	} {
		s := newFixture(t)
		change(s)
		for _, f := range s.look() {
			if f.Level != Good && f.Subject != "function association" {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}
