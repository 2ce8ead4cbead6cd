package cloudfront

// Readings says how to read the sentences of the CloudFront Developer Guide
// that can be read in several ways. Nobody has measured which reading is right,
// so whatever is behind CloudFront must be right under each
// ([PairwiseReadings]). Package deploy/probe measures most of them. The zero
// value is the default; CloudFront on a laptop uses it.
type Readings struct {
	Errors       ErrorReading
	Conditionals ConditionalReading
	Ranges       RangeReading
	Expired      ExpiredRangeReading
	Whole        WholeReading
	Validators   ValidatorReading
	Heads        HeadReading
	NotModified  NotModifiedReading
	Tags         TagReading
	Stale        StaleReading
	NoStore      NoStoreReading
	Qualified    QualifiedReading
	Request      RequestReading
	Quota        QuotaReading
	Query        QueryReading
}

// ErrorReading says which statuses of 400 or more are cached if the response
// has neither max-age nor s-maxage nor Expires.
type ErrorReading int

const (
	// ErrorsListed caches 404, 414, 500, 501, 502, 503 and 504 for the error
	// caching minimum TTL; 400, 403, 405, 412 and 415 only with max-age or
	// s-maxage; no others. "How CloudFront processes HTTP 4xx and 5xx status codes
	// from your origin", the tables.
	ErrorsListed ErrorReading = iota
	// ErrorsAlways caches all but 416 for that time, and heeds no-store,
	// no-cache and private only for 404, 410, 414 and 501. "Control how long
	// CloudFront caches errors".
	ErrorsAlways
)

// ConditionalReading says which of a viewer's If-Match, If-Modified-Since,
// If-None-Match and If-Unmodified-Since reach the origin.
type ConditionalReading int

const (
	// ConditionalsOnMiss forwards them if the cache has nothing, not even an
	// expired response. "Request and response behavior for custom origins",
	// "HTTP request headers and CloudFront behavior".
	ConditionalsOnMiss ConditionalReading = iota
	// ConditionalsAlways also forwards If-Match and If-Unmodified-Since, along
	// with CloudFront's own headers, when it revalidates. Same table.
	ConditionalsAlways
	// ConditionalsNever forwards none: headers that no policy names are not
	// forwarded. "Control origin requests with a policy".
	ConditionalsNever
)

// RangeReading says what CloudFront does with a viewer's Range on a miss. "How
// CloudFront processes partial requests for an object (range GETs)".
type RangeReading int

const (
	// RangesByPiece forwards the range and caches the piece.
	RangesByPiece RangeReading = iota
	// RangesEnlarged asks for a larger range than the viewer's, and caches
	// that: CloudFront "might request a larger range".
	RangesEnlarged
	// RangesNotCached forwards the range and caches nothing.
	RangesNotCached
	// RangesNever asks for the whole object and cuts the range out of that.
	RangesNever
)

// ExpiredRangeReading says what CloudFront asks the origin because of a
// viewer's Range if the cache holds the whole response, expired, and ranges are
// forwarded on a miss.
type ExpiredRangeReading int

const (
	// ExpiredWhole revalidates the whole response. "Request and response behavior
	// for Amazon S3 origins", "Conditional GET requests".
	ExpiredWhole ExpiredRangeReading = iota
	// ExpiredRange sends the range with the validators, so that the answer may
	// be 206: CloudFront "forwards the request". Same section.
	ExpiredRange
)

// WholeReading says what a viewer gets whose Range was forwarded and answered
// with 200. "How CloudFront processes partial requests for an object (range
// GETs)".
type WholeReading int

const (
	// WholeCut sends the range that was asked for, as from the cache.
	WholeCut WholeReading = iota
	// WholeSent sends "the entire object", as the page says.
	WholeSent
)

// ValidatorReading says which validators CloudFront sends for an expired
// response that has both an ETag and a Last-Modified: "CloudFront adds one or
// both". "Request and response behavior for Amazon S3 origins", "Conditional
// GET requests".
type ValidatorReading int

const (
	// ValidatorsBoth sends If-None-Match and If-Modified-Since.
	ValidatorsBoth ValidatorReading = iota
	// ValidatorsETag sends If-None-Match only.
	ValidatorsETag
	// ValidatorsDate sends If-Modified-Since only.
	ValidatorsDate
)

// HeadReading says what HEAD does to an expired response to GET, which has the
// same key.
type HeadReading int

const (
	// HeadsApart leaves it alone and asks the origin for HEAD.
	HeadsApart HeadReading = iota
	// HeadsRevalidate revalidates it by HEAD.
	HeadsRevalidate
)

// NotModifiedReading says which headers a response has after the origin's 304
// has passed the function.
type NotModifiedReading int

const (
	// NotModifiedUpdates replaces the headers of the response by those of the
	// 304 (RFC 9111, section 4.3.4).
	NotModifiedUpdates NotModifiedReading = iota
	// NotModifiedKeeps keeps those of the response.
	NotModifiedKeeps
)

// TagReading says which cache tags a response has after a 304; "Invalidating
// content by cache tags" does not say.
type TagReading int

const (
	// TagsKept keeps those of the response.
	TagsKept TagReading = iota
	// TagsOfLast takes those of the 304, even if it has none.
	TagsOfLast
)

// StaleReading says from when the policy's maximum TTL limits the serving of
// expired responses: "After the maximum TTL duration, the stale object won't be
// available". "Manage how long content stays in the cache", "Serve stale
// (expired) content".
type StaleReading int

const (
	// StaleSinceStored counts from when the response was stored or last
	// revalidated.
	StaleSinceStored StaleReading = iota
	// StaleSinceExpired counts from when it expired.
	StaleSinceExpired
)

// NoStoreReading says what happens to a response with no-store or private if
// the minimum TTL is 0.
type NoStoreReading int

const (
	// NoStoreHeeded stores nothing.
	NoStoreHeeded NoStoreReading = iota
	// NoStoreStandsIn keeps it for when the origin cannot be reached: "If the
	// origin is unreachable and the minimum or maximum TTL value is greater
	// than 0, CloudFront will serve the object that it got from the origin
	// previously". "Manage how long content stays in the cache", the warning.
	NoStoreStandsIn
)

// QualifiedReading says what no-cache and private mean if they name header
// fields, such as private="Set-Cookie" (RFC 9111, sections 5.2.2.4 and
// 5.2.2.7).
type QualifiedReading int

const (
	// QualifiedAsBare treats them as no-cache and private without names.
	QualifiedAsBare QualifiedReading = iota
	// QualifiedIgnored ignores them.
	QualifiedIgnored
)

// QueryReading says what a function on origin responses sees of the query string.
// "Restrictions on all edge functions", "Query strings".
type QueryReading int

const (
	// QueryListed shows what reaches the origin: the parameters that the
	// policies name, or all.
	QueryListed QueryReading = iota
	// QueryOnlyIfAll shows nothing unless a policy says All: "To access the
	// query string in an origin request or origin response function, your cache
	// policy or origin request policy must be set to All for Query strings".
	QueryOnlyIfAll
)

// RequestReading says how long a viewer's request line and headers, and an
// origin's headers, may be.
type RequestReading int

const (
	// RequestOf32K allows 32,768 bytes. "Quotas", "General quotas".
	RequestOf32K RequestReading = iota
	// RequestOf20K allows 20,480 bytes, as an earlier version of the same page
	// said.
	RequestOf20K
)

// bytes returns the limit in bytes.
func (r RequestReading) bytes() int {
	if r == RequestOf20K {
		return 20_480
	}
	return 32_768
}
