// Package fakefacts serves the behaviours of deploy/probe as CloudFront, with a switch for
// each fact that AWS's guides leave open. The functions' answers come from the functions'
// own code: the one in Python runs in Python, and a twin in Go stands for the one in
// JavaScript.
//
// Package edge/local serves sites instead, by one reading of each fact.
package fakefacts

// Query says which parameters an event has.
type Query int

// The values of Query.
const (
	Everything Query = iota
	Listed
	Nothing
)

// NotModified says what a 304 of the origin does.
type NotModified int

// The values of NotModified: the function runs and its headers replace the cached ones,
// it runs and they do not, it does not run.
const (
	Updates NotModified = iota
	Ignored
	Unrun
)

// Range says what becomes of a viewer's Range on the way to the origin.
type Range int

// The values of Range.
const (
	AsAsked Range = iota
	Enlarged
	Whole
)

// Deletion says what becomes of a Range that the viewer-request function deletes.
type Deletion int

// The values of Deletion.
const (
	Deleted Deletion = iota
	Kept
	Fails
)

// IfMatch says what becomes of a viewer's If-Match.
type IfMatch int

// The values of IfMatch: it is not forwarded, or it is and S3's 412 is cached or not.
const (
	Withheld IfMatch = iota
	Uncached
	Cached
)

// Spelling says which spelling of parentheses an invalidation needs.
type Spelling int

// The values of Spelling.
const (
	Plain Spelling = iota
	Encoded
	Either
	Neither
)

// Validators says which conditions revalidate an answer with both validators.
type Validators int

// The values of Validators.
const (
	Both Validators = iota
	ETag
	Date
)

// Freeze says what a sandbox does between events.
type Freeze int

// The values of Freeze: threads stop, threads and the monotonic clock stop, all goes on.
const (
	Frozen Freeze = iota
	FrozenClock
	Awake
)

// Failover says what happens when the first origin of a group fails.
type Failover int

// The values of Failover: the function runs for both answers, it runs for the second's only,
// the second is not asked.
const (
	Twice Failover = iota
	Once
	Never
)

// Facts has one reading of each fact.
type Facts struct {
	QueryListed, QueryAll, QueryFunction Query

	CountsDecoded bool // the body limit counts bytes, not base64 text
	NoLength      bool // generated bodies have no Content-Length
	TurnRefused   bool // the function may not change the status
	TurnUncached  bool // it may, but the answer is not cached

	NotModified NotModified
	ByDate      bool // revalidates by date, even without Last-Modified
	Validators  Validators
	// Revalidations forward a viewer's If-Match and Range; HEAD makes one.
	IfMatchStale, RangeStale, HeadRevalidates bool

	RangePiece       bool // a 200 to a forwarded Range is cut
	QualifiedIgnored bool // private="set-cookie" has no effect
	ShortRequests    bool // headers are limited to 20,480 bytes
	StaleIgnored     bool // stale-while-revalidate has no effect

	Range         Range
	RangeDeletion Deletion
	RangeUncached bool // a range leaves nothing in the cache
	IfMatch       IfMatch
	IfNoneMatch   bool // is forwarded on a miss
	HeadApart     bool // an answer to HEAD does not serve GET

	ErrorUncached       bool // errors without Cache-Control are not cached
	ErrorMaxAgeUncached bool // nor are those with one

	VaryRemoved       bool // the function's Vary does not reach the viewer
	PolicyVaryRemoved bool // nor does that of a response headers policy
	TagShown          bool // viewers see the header with cache tags
	TagLost           bool // a 304 without tags removes them
	MetadataLost      bool // S3's metadata does not reach the function
	MetadataUntagged  bool // CloudFront reads no tags from it

	NormalisesViewer, NormalisesEvent, NormalisesS3 bool // paths change on the way to each
	BadSignatures                                   bool // S3 refuses signatures over "+" and "~"

	OriginSpaceRaw       bool // a space in an origin's path is sent as it is: S3 answers 400
	OriginPercentEncoded bool // "%" in an origin's path is sent as "%25"

	Failover       Failover
	FailoverHidden bool // the event shows the first origin although the second answered

	AuthMethod, Region string // of the origin in the event

	InvalidationSpelling Spelling
	TildeIgnored         bool // invalidations with "~" have no effect
	TildeWorks           bool // or the usual one; otherwise they are refused
	StarWild             bool // "*" within a path stands for any characters

	Freeze       Freeze
	SandboxesEnd bool // after each event

	InitBilled bool
	NoLogs     bool // nothing arrives in CloudWatch Logs
}
