package edge

import "strings"

// Event is what CloudFront sends to an origin-response function.
//
// Source of all types in this file: Amazon CloudFront Developer Guide,
// "Lambda@Edge event structure". They have the members that the handler reads
// or that CloudFront on a laptop writes. The handler passes on all other
// members of a response unchanged: see received.
type Event struct {
	// Records always has exactly one element.
	Records []Record `json:"Records"`
}

// Record is the only element of an event.
type Record struct {
	CF CF `json:"cf"`
}

// CF is the content of an event.
type CF struct {
	Config   EventConfig `json:"config"`
	Request  Request     `json:"request"`
	Response Response    `json:"response"`
}

// EventConfig says which distribution raised the event, and when.
type EventConfig struct {
	// DistributionDomainName looks like "d111111abcdef8.cloudfront.net".
	DistributionDomainName string `json:"distributionDomainName"`
	// DistributionID looks like "EDFDVBD6EXAMPLE".
	DistributionID string `json:"distributionId"`
	// EventType is "origin-response" for this function.
	EventType string `json:"eventType"`
	// RequestID identifies the viewer's request; X-Amz-Cf-Id and CloudFront's
	// logs have it too.
	RequestID string `json:"requestId"`
}

// Request is the request that CloudFront sent to the origin.
type Request struct {
	// ClientIP is the viewer's address, IPv4 or IPv6.
	ClientIP string  `json:"clientIp"`
	Headers  Headers `json:"headers"`
	// Method is the HTTP method, such as "GET".
	Method string `json:"method"`
	// Origin is where CloudFront sent the request.
	Origin *Origin `json:"origin,omitempty"`
	// QueryString is raw and without "?". It holds only what the cache policy
	// or the origin request policy forwards.
	QueryString string `json:"querystring"`
	// URI is the percent-encoded path, beginning with "/".
	URI string `json:"uri"`
}

// Origin is an S3 or a custom origin: exactly one of the two is set.
type Origin struct {
	S3     *S3Origin     `json:"s3,omitempty"`
	Custom *CustomOrigin `json:"custom,omitempty"`
}

// S3Origin is an S3 bucket reached through S3's REST API.
type S3Origin struct {
	// AuthMethod is "origin-access-identity" or "none" ("none" with OAC too).
	AuthMethod    string  `json:"authMethod"`
	CustomHeaders Headers `json:"customHeaders"`
	// DomainName is the bucket's, such as "bucket.s3.eu-west-1.amazonaws.com".
	DomainName string `json:"domainName"`
	// Path goes in front of the URI. It is empty, or "/" and a path.
	Path string `json:"path"`
	// Region is the bucket's; it may be empty.
	Region string `json:"region"`
}

// CustomOrigin is any web server, S3's website endpoints included.
type CustomOrigin struct {
	CustomHeaders Headers `json:"customHeaders"`
	DomainName    string  `json:"domainName"`
	// KeepaliveTimeout and ReadTimeout are in seconds.
	KeepaliveTimeout int    `json:"keepaliveTimeout"`
	Path             string `json:"path"`
	Port             int    `json:"port"`
	// Protocol is "http" or "https".
	Protocol     string   `json:"protocol"`
	ReadTimeout  int      `json:"readTimeout"`
	SSLProtocols []string `json:"sslProtocols"`
}

// Response is the origin's answer in an event, and what CloudFront serves and
// caches in the function's answer. The event does not hold the origin's body;
// an answer without Body keeps it (CloudFront Developer Guide, "Work with
// requests and responses").
type Response struct {
	// Body replaces the origin's body.
	Body string `json:"body,omitempty"`
	// BodyEncoding is "text" (the default) or "base64".
	BodyEncoding string  `json:"bodyEncoding,omitempty"`
	Headers      Headers `json:"headers"`
	// Status is "200" to "599".
	Status            string `json:"status"`
	StatusDescription string `json:"statusDescription,omitempty"`
}

// Headers are HTTP headers by lower-case name.
type Headers map[string][]Header

// Header is one value of a header. Key is the name as spelled.
type Header struct {
	Key   string `json:"key,omitempty"`
	Value string `json:"value"`
}

// Get returns the first value of the header called name, in any case, or "".
func (h Headers) Get(name string) string {
	if values := h[strings.ToLower(name)]; len(values) > 0 {
		return values[0].Value
	}
	return ""
}

// Set makes value the only value of the header called name, spelled as given.
func (h Headers) Set(name, value string) {
	h[strings.ToLower(name)] = []Header{{Key: name, Value: value}}
}
