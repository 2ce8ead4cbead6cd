package fakecloudfront

// addManaged adds the managed policies that distributions of other projects use most
// often. CloudFront Developer Guide, "Use managed cache policies" and the like.
func (c *CloudFront) addManaged() {
	const none = "<HeadersConfig><HeaderBehavior>none</HeaderBehavior></HeadersConfig><CookiesConfig><CookieBehavior>none</CookieBehavior></CookiesConfig>" +
		"<QueryStringsConfig><QueryStringBehavior>none</QueryStringBehavior></QueryStringsConfig>"
	c.cachePolicies.all["658327ea-f89d-4fab-a63d-7e88639e58f6"] = &policy{"Managed-CachingOptimized",
		"<DefaultTTL>86400</DefaultTTL><MaxTTL>31536000</MaxTTL><MinTTL>1</MinTTL><ParametersInCacheKeyAndForwardedToOrigin>" +
			"<EnableAcceptEncodingGzip>true</EnableAcceptEncodingGzip><EnableAcceptEncodingBrotli>true</EnableAcceptEncodingBrotli>" + none +
			"</ParametersInCacheKeyAndForwardedToOrigin>", "E23ZP02F085DFQ", true}
	c.originRequestPolicies.all["88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"] = &policy{"Managed-CORS-S3Origin",
		"<HeadersConfig><HeaderBehavior>whitelist</HeaderBehavior><Headers><Quantity>3</Quantity><Items><Name>origin</Name>" +
			"<Name>access-control-request-headers</Name><Name>access-control-request-method</Name></Items></Headers></HeadersConfig>" +
			"<CookiesConfig><CookieBehavior>none</CookieBehavior></CookiesConfig><QueryStringsConfig><QueryStringBehavior>none</QueryStringBehavior></QueryStringsConfig>",
		"E23ZP02F085DFQ", true}
	c.responseHeadersPolicies.all["67f7725c-6f97-4210-82d7-5512b31e9d03"] = &policy{"Managed-SecurityHeadersPolicy",
		"<SecurityHeadersConfig><ContentTypeOptions><Override>true</Override></ContentTypeOptions></SecurityHeadersConfig>", "E23ZP02F085DFQ", true}
}
