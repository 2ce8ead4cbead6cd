package probe

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakefacts"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
)

// reading is a way in which the edge may behave, and the verdict that must follow.
type reading struct {
	set  func(*cloud)
	want string // "" for not measured
}

// facts returns a reading that sets the edge's facts.
func facts(set func(*fakefacts.Facts), want string) reading {
	return reading{func(c *cloud) { set(&c.edge.Facts) }, want}
}

// plain returns the reading of an edge as it is made.
func plain(want string) reading { return reading{func(*cloud) {}, want} }

// readings has at least two readings of each question that can be measured.
var readings = map[string][]reading{
	"query-listed": {plain(queryEverything), facts(func(f *fakefacts.Facts) { f.QueryListed = fakefacts.Listed }, queryListed),
		facts(func(f *fakefacts.Facts) { f.QueryListed = fakefacts.Nothing }, queryNone)},
	"query-all":      {plain(queryEverything), facts(func(f *fakefacts.Facts) { f.QueryAll = fakefacts.Listed }, queryListed)},
	"query-function": {plain(queryListed), facts(func(f *fakefacts.Facts) { f.QueryFunction = fakefacts.Nothing }, queryNone)},
	"body-limit":     {plain(bodyText), facts(func(f *fakefacts.Facts) { f.CountsDecoded = true }, bodyDecoded)},
	"content-length": {plain(lengthExact), facts(func(f *fakefacts.Facts) { f.NoLength = true }, lengthNone)},
	"turn-206": {plain(turnCached), facts(func(f *fakefacts.Facts) { f.TurnUncached = true }, turnUncached),
		facts(func(f *fakefacts.Facts) { f.TurnRefused = true }, turnRefused+", 502"), facts(func(f *fakefacts.Facts) { f.Range = fakefacts.Whole }, "")},
	"turn-304": {plain(turnCached), facts(func(f *fakefacts.Facts) { f.TurnUncached = true }, turnUncached),
		facts(func(f *fakefacts.Facts) { f.TurnRefused = true }, turnRefused+", 502"), facts(func(f *fakefacts.Facts) { f.NotModified = fakefacts.Unrun }, "")},
	"turn-200": {plain(turnCached), facts(func(f *fakefacts.Facts) { f.TurnUncached = true }, turnUncached),
		facts(func(f *fakefacts.Facts) { f.TurnRefused = true }, turnRefused+", 502")},
	"not-modified": {plain(updated304), facts(func(f *fakefacts.Facts) { f.NotModified = fakefacts.Ignored }, ignored304),
		facts(func(f *fakefacts.Facts) { f.NotModified = fakefacts.Unrun }, unrun304),
		facts(func(f *fakefacts.Facts) { f.NotModified, f.NoLogs = fakefacts.Unrun, true }, "")},
	"revalidate-own-etag":    {plain(ownETagSent), facts(func(f *fakefacts.Facts) { f.ByDate = true }, ownDateSent)},
	"stale-while-revalidate": {plain(staleServed), facts(func(f *fakefacts.Facts) { f.StaleIgnored = true }, staleAwaited)},
	"range": {plain(rangeAsAsked), facts(func(f *fakefacts.Facts) { f.Range = fakefacts.Enlarged }, rangeEnlarged),
		facts(func(f *fakefacts.Facts) { f.Range = fakefacts.Whole }, rangeNot)},
	"range-deleted": {plain(rangeWhole), facts(func(f *fakefacts.Facts) { f.RangeDeletion = fakefacts.Kept }, rangeAsAsked),
		facts(func(f *fakefacts.Facts) { f.RangeDeletion = fakefacts.Fails }, rangeFailed)},
	"range-cache": {plain(wholeCached), facts(func(f *fakefacts.Facts) { f.RangeUncached = true }, wholeAnew)},
	"if-match": {plain(matchNot), facts(func(f *fakefacts.Facts) { f.IfMatch = fakefacts.Uncached }, matchOnce),
		facts(func(f *fakefacts.Facts) { f.IfMatch = fakefacts.Cached }, matchCached)},
	"if-none-match": {plain(noneMatchNot), facts(func(f *fakefacts.Facts) { f.IfNoneMatch = true }, noneMatchYes)},
	"head":          {plain(headServes), facts(func(f *fakefacts.Facts) { f.HeadApart = true }, headAnew)},
	"error-bare":    {plain(errorCached), facts(func(f *fakefacts.Facts) { f.ErrorUncached = true }, errorUncached)},
	"error-max-age": {plain(errorCached), facts(func(f *fakefacts.Facts) { f.ErrorMaxAgeUncached = true }, errorUncached)},
	"vary-function": {plain(headerShown), facts(func(f *fakefacts.Facts) { f.VaryRemoved = true }, headerHidden)},
	"vary-policy":   {plain(headerShown), facts(func(f *fakefacts.Facts) { f.PolicyVaryRemoved = true }, headerHidden)},
	"tag-shown":     {plain(headerHidden), facts(func(f *fakefacts.Facts) { f.TagShown = true }, headerShown), {func(c *cloud) { c.untag() }, ""}},
	"tag-304":       {plain(tagSurvives), facts(func(f *fakefacts.Facts) { f.TagLost = true }, tagLost), {func(c *cloud) { c.untag() }, ""}},
	"tag-metadata": {plain(metadataSeen), facts(func(f *fakefacts.Facts) { f.MetadataLost = true }, metadataLost), {func(c *cloud) { c.retag() }, metadataTags},
		{func(c *cloud) { c.retag(); c.edge.Facts.MetadataUntagged = true }, metadataNot}, {func(c *cloud) { c.retag(); notify(c) }, ""}},
	"uri-viewer": {plain(uriSame), facts(func(f *fakefacts.Facts) { f.NormalisesViewer = true }, uriChanged+"a%28b, a//b, a/./b")},
	"uri-event":  {plain(uriSame), facts(func(f *fakefacts.Facts) { f.NormalisesEvent = true }, uriChanged+"a%28b, a//b, a/./b")},
	"uri-s3":     {plain(uriSame), facts(func(f *fakefacts.Facts) { f.NormalisesS3 = true }, uriChanged+"a//b, c/./d")},
	"signatures": {plain(signedAll), facts(func(f *fakefacts.Facts) { f.BadSignatures = true }, signedNot+"o+c, o%2Bc, o~c, o%7Ec")},
	"origin-auth": {plain("authMethod none, no region"),
		facts(func(f *fakefacts.Facts) { f.AuthMethod, f.Region = "origin-access-identity", "us-east-1" }, "authMethod origin-access-identity, a region")},
	"invalidate-encoded": {plain(encodedNot), spelling(fakefacts.Encoded, encodedMust), spelling(fakefacts.Either, encodedEither), spelling(fakefacts.Neither, encodedNone)},
	"invalidate-tilde": {plain(tildeRefused), {func(c *cloud) { c.cloudFront.AnyPath = true }, tildeIgnored},
		{func(c *cloud) { c.cloudFront.AnyPath, c.edge.Facts.TildeWorks = true, true }, tildeWorks}},
	"invalidate-star":      {plain(starLiteral), {notify, ""}, facts(func(f *fakefacts.Facts) { f.StarWild = true }, starWild)},
	"invalidate-150":       {plain(manyAccepted), {func(c *cloud) { c.cloudFront.Quotas = fakecloudfront.BySecond }, manyRefused}},
	"invalidate-wildcards": {plain(manyAccepted), {func(c *cloud) { c.cloudFront.Quotas = fakecloudfront.BySecond }, manyRefused}},
	"compute": {plain(computeFits),
		{func(c *cloud) { c.cloudFront.Tested = func(string, []byte) (int, string) { return 90, "" } }, computeClose},
		{func(c *cloud) { c.cloudFront.Tested = func(string, []byte) (int, string) { return 0, "SyntaxError" } }, computeFails}},
	"init-billed": {plain(initFree), facts(func(f *fakefacts.Facts) { f.InitBilled = true }, initBilled), facts(func(f *fakefacts.Facts) { f.NoLogs = true }, "")},
	"launcher": {plain(""), {func(c *cloud) { c.launched("REPORT Duration: 90.0 ms\tBilled Duration: 91 ms\tInit Duration: 35.1 ms") }, launches},
		{func(c *cloud) {
			c.launched("RequestId: 1 Error: Runtime exited with error: exit status 1 Runtime.ExitError")
		}, launchFails}},
	"freeze": {plain(frozen), facts(func(f *fakefacts.Facts) { f.Freeze = fakefacts.FrozenClock }, frozenClock),
		facts(func(f *fakefacts.Facts) { f.Freeze = fakefacts.Awake }, awake), facts(func(f *fakefacts.Facts) { f.SandboxesEnd = true }, "")},
	"log-json": {plain(""), {func(c *cloud) { c.launched(resized) }, jsonWhole}, {func(c *cloud) { c.launched(resized[:len(resized)/2]) }, jsonBroken}},
	"log-metrics": {plain(""), {func(c *cloud) { c.launched(resized) }, metricsMade}, {func(c *cloud) {
		c.metrics.Lost = true
		c.launched(resized)
	}, metricsNone}},
	"validators": {plain(validatorsBoth), facts(func(f *fakefacts.Facts) { f.Validators = fakefacts.ETag }, validatorsETag),
		facts(func(f *fakefacts.Facts) { f.Validators = fakefacts.Date }, validatorsDate), facts(func(f *fakefacts.Facts) { f.NotModified = fakefacts.Unrun }, "")},
	"if-match-stale": {plain(forwardedNo), facts(func(f *fakefacts.Facts) { f.IfMatchStale = true }, forwardedYes)},
	"range-stale":    {plain(forwardedNo), facts(func(f *fakefacts.Facts) { f.RangeStale = true }, forwardedYes)},
	"head-stale":     {plain(headAsks), facts(func(f *fakefacts.Facts) { f.HeadRevalidates = true }, headRevalidate)},
	"request-size":   {plain(requestLong), facts(func(f *fakefacts.Facts) { f.ShortRequests = true }, requestShort)},
	"qualified":      {plain(qualifiedBare), facts(func(f *fakefacts.Facts) { f.QualifiedIgnored = true }, qualifiedNot)},
	"range-200": {plain(range200Whole), facts(func(f *fakefacts.Facts) { f.RangePiece = true }, range200Piece),
		facts(func(f *fakefacts.Facts) { f.Range = fakefacts.Whole }, "")},
	"stale-maximum": {plain("")}, "no-store": {plain("")},
	"failover": {plain(failoverTwice + failoverSecond), facts(func(f *fakefacts.Facts) { f.Failover = fakefacts.Once }, failoverOnce+failoverSecond),
		facts(func(f *fakefacts.Facts) { f.FailoverHidden = true }, failoverTwice+failoverFirst), facts(func(f *fakefacts.Facts) { f.Failover = fakefacts.Never }, failoverNever),
		{func(c *cloud) { c.cloudFront.MaxOrigins = 1 }, ""}},
	"origin-path": {plain(keysBehind(keySpaced, keySpaced)), facts(func(f *fakefacts.Facts) { f.OriginSpaceRaw = true }, keysBehind(keyOther+", 400", keySpaced)),
		facts(func(f *fakefacts.Facts) { f.OriginPercentEncoded = true }, keysBehind(keySpaced, keyPercent)),
		{func(c *cloud) { c.cloudFront.SpacesRefused = true }, keysBehind(pathRefused, keySpaced)},
		{func(c *cloud) { c.cloudFront.MaxOrigins = 1 }, ""}},
}

// keysBehind returns the verdict on which keys S3 gets behind an origin's path with a space
// and behind one with %20.
func keysBehind(space, percent string) string { return `"a b": ` + space + `; "a%20b": ` + percent }

// spelling returns a reading of the spelling of invalidations.
func spelling(s fakefacts.Spelling, want string) reading {
	return reading{func(c *cloud) { c.cloudFront.AnyPath, c.edge.Facts.InvalidationSpelling = true, s }, want}
}

// notify lets the bucket notify a function of new objects.
func notify(c *cloud) {
	c.s3.Notify("originals", "<CloudFunctionConfiguration><CloudFunction>arn:aws:lambda:us-east-1:123456789012:function:purge</CloudFunction>"+
		"<Event>s3:ObjectCreated:*</Event></CloudFunctionConfiguration>")
}

// untag removes the CacheTagConfig from the distribution.
func (c *cloud) untag() {
	c.server.Lock()
	defer c.server.Unlock()
	c.edge.TagHeader = ""
	c.cloudFront.Meddle("E1", func(config string) string {
		before, rest, _ := strings.Cut(config, "<CacheTagConfig>")
		_, after, _ := strings.Cut(rest, "</CacheTagConfig>")
		return before + after
	})
}

// retag gives the distribution a header of metadata for cache tags.
func (c *cloud) retag() {
	c.server.Lock()
	defer c.server.Unlock()
	c.edge.TagHeader = "x-amz-meta-tags"
	c.cloudFront.Meddle("E1", func(config string) string { return strings.Replace(config, tagHeader, c.edge.TagHeader, 1) })
}

// resized is a line of the project's own function about a request, cut short.
const resized = `{"time":"2026-01-01T00:00:00Z","level":"INFO","msg":"origin-response","duration_ms":12.5,"resized":1,"format":"avif","_aws":{"Timestamp":1767225600000,` +
	`"CloudWatchMetrics":[{"Namespace":"edgeresize","Dimensions":[["format"]],"Metrics":[{"Name":"resized","Unit":"Count"}]},` +
	`{"Namespace":"edgeresize","Dimensions":[[]],"Metrics":[{"Name":"duration_ms","Unit":"Milliseconds"}]}]}}` + "\n"

// launched writes a line of the project's own function into its log.
func (c *cloud) launched(line string) {
	c.logs.Add("eu-central-1", "/aws/lambda/us-east-1.edgeresize", fakelogs.Event{Timestamp: c.edge.Now().Add(-time.Hour).UnixMilli(), Message: line})
}

// TestFacts checks that the verdict on each question follows the edge's behaviour, both
// ways.
func TestFacts(t *testing.T) {
	for _, q := range questions() {
		all := readings[q.id]
		if len(all) == 0 {
			t.Errorf("%s: no readings", q.id)
		}
		seen := map[string]bool{}
		for i, r := range all {
			t.Run(q.id, func(t *testing.T) {
				t.Parallel()
				c := newCloud(t, withTags...)
				r.set(c)
				got, err := c.ask(q.id)
				reason := unmeasured("")
				if r.want == "" && errors.As(err, &reason) && got == "" {
					return
				}
				if err != nil || got != r.want {
					t.Errorf("reading %d: got %q, %v, want %q", i, got, err, r.want)
				}
			})
			if seen[r.want] {
				t.Errorf("%s: two readings with the verdict %q", q.id, r.want)
			}
			seen[r.want] = true
		}
	}
}
