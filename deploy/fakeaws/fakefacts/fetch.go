package fakefacts

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
)

// fetch asks the origin for what is not in the cache.
func (e *Edge) fetch(key string, q request) (a answer, from string) {
	sent := http.Header{}
	asked := q.header.Get("Range")
	if asked != "" {
		switch e.Facts.Range {
		case AsAsked:
			sent.Set("Range", asked)
		case Enlarged:
			sent.Set("Range", "bytes=0-1048575")
		}
	}
	if match := q.header.Get("If-Match"); match != "" && e.Facts.IfMatch != Withheld {
		sent.Set("If-Match", match)
	}
	if none := q.header.Get("If-None-Match"); none != "" && e.Facts.IfNoneMatch {
		sent.Set("If-None-Match", none)
	}
	origin := e.ask(q, sent)
	if len(q.route.Paths) > 1 && slices.Contains(q.route.Failover, origin.status) && e.Facts.Failover != Never {
		if e.Facts.Failover != Once {
			e.run(q, sent, origin)
		}
		q.route.Paths = q.route.Paths[1:]
		if !e.Facts.FailoverHidden {
			q.shown = q.route.Paths[0]
		}
		origin = e.ask(q, sent)
	}
	out, ok := e.run(q, sent, origin)
	if !ok {
		return answer{http.StatusBadGateway, http.Header{}, nil}, "LambdaExecutionError"
	}
	if origin.status != http.StatusNotModified && e.keeps(origin, out, sent) {
		whole := out
		if out.status == http.StatusPartialContent {
			whole.status, whole.body = http.StatusOK, e.ask(q, http.Header{}).body
			whole.header = out.header.Clone()
			whole.header.Del("Content-Range")
		}
		e.store(key, q.path, whole)
	}
	if asked != "" && e.Facts.Range == Enlarged {
		out = answer{http.StatusOK, out.header, e.ask(q, http.Header{}).body}
	}
	if origin.status == http.StatusPartialContent && e.Facts.RangePiece || out.status == http.StatusOK && origin.status == http.StatusOK || e.Facts.Range == Enlarged {
		out = out.piece(asked)
	}
	return out, "Miss"
}

// keeps reports whether the answer out to what the origin answered is cached.
func (e *Edge) keeps(origin, out answer, sent http.Header) bool {
	switch {
	case strings.Contains(out.header.Get("Cache-Control"), "private=") && !e.Facts.QualifiedIgnored:
		return false
	case origin.status == http.StatusPreconditionFailed:
		return e.Facts.IfMatch == Cached
	case out.status >= http.StatusBadRequest && out.header.Get("Cache-Control") != "":
		return !e.Facts.ErrorMaxAgeUncached
	case out.status >= http.StatusBadRequest:
		return !e.Facts.ErrorUncached
	case origin.status != out.status:
		return !e.Facts.TurnUncached
	}
	return sent.Get("Range") == "" || !e.Facts.RangeUncached
}

// store puts an answer into the cache.
func (e *Edge) store(key, path string, a answer) {
	n := &entry{answer: a, path: path}
	fromS3 := strings.HasPrefix(strings.ToLower(e.TagHeader), "x-amz-meta-")
	if e.TagHeader != "" && !(fromS3 && e.Facts.MetadataUntagged) {
		n.tags = a.header.Values(e.TagHeader)
	}
	n.set(e.Now())
	e.entries[key] = n
}

// revalidate asks the origin whether a stale entry is still right.
func (e *Edge) revalidate(key string, q request, n *entry) (a answer, from string) {
	sent := http.Header{}
	date := n.header.Get("Last-Modified") != "" && e.Facts.Validators != ETag || e.Facts.ByDate
	etag := !e.Facts.ByDate && (e.Facts.Validators != Date || n.header.Get("Last-Modified") == "")
	if q.method == http.MethodHead && !e.Facts.HeadRevalidates {
		date, etag = false, false
	}
	if date {
		sent.Set("If-Modified-Since", modified)
	}
	if etag {
		sent.Set("If-None-Match", n.header.Get("Etag"))
	}
	for name, forwarded := range map[string]bool{"If-Match": e.Facts.IfMatchStale, "Range": e.Facts.RangeStale} {
		if value := q.header.Get(name); value != "" && forwarded {
			sent.Set(name, value)
		}
	}
	origin := e.ask(q, sent)
	if origin.status == http.StatusNotModified && e.Facts.NotModified == Unrun {
		n.set(e.Now())
		return n.answer, "RefreshHit"
	}
	out, ok := e.run(q, sent, origin)
	switch {
	case !ok:
		return answer{http.StatusBadGateway, http.Header{}, nil}, "LambdaExecutionError"
	case out.status != http.StatusNotModified:
		delete(e.entries, key)
		if e.keeps(origin, out, sent) {
			e.store(key, q.path, out)
		}
		return out, "Miss"
	case e.Facts.NotModified == Updates:
		n.header = out.header
	}
	if e.Facts.TagLost {
		n.tags = nil
	}
	n.set(e.Now())
	return n.answer, "RefreshHit"
}

// run runs the function with the origin's answer. ok is false if CloudFront refuses what
// the function returns.
func (e *Edge) run(q request, sent http.Header, origin answer) (out answer, ok bool) {
	uri, status := q.path, strconv.Itoa(origin.status)
	if e.Facts.NormalisesEvent {
		uri = normal(uri)
	}
	s3 := map[string]any{"authMethod": e.Facts.AuthMethod, "region": e.Facts.Region, "path": q.shown, "domainName": e.bucket + ".s3.us-east-1.amazonaws.com"}
	result, err := e.function.invoke(e.invocation(event(q.method, uri, e.forwarded(q), sent, s3, status, origin.header)))
	if err != nil {
		e.failed = cmp.Or(e.failed, err)
		return answer{}, false
	}
	e.log(result.Log)
	r := result.Response
	out = answer{header: r.header(), body: origin.body}
	if out.status, err = strconv.Atoi(r.Status); err != nil {
		return answer{}, false
	}
	if e.Facts.TurnRefused && r.Status != status {
		return answer{}, false
	}
	if r.Body != nil {
		out.body, ok = r.generated(e.Facts.CountsDecoded)
		return out, ok
	}
	return out, true
}

// forwarded returns the query string in the event.
func (e *Edge) forwarded(q request) string {
	kind := map[string]Query{"listed": e.Facts.QueryListed, "all": e.Facts.QueryAll, "function": e.Facts.QueryFunction}[q.behavior]
	switch {
	case kind == Nothing:
		return ""
	case kind == Listed && q.query == "width=5&other=6":
		return "width=5"
	}
	return q.query
}

// log writes what an invocation prints, and Lambda's report on it.
func (e *Edge) log(printed string) {
	if e.Facts.NoLogs {
		return
	}
	billed := 13
	if e.Facts.InitBilled {
		billed = 103
	}
	for _, line := range []string{printed, fmt.Sprintf("REPORT RequestId: 1\tDuration: 12.50 ms\tBilled Duration: %d ms\tMemory Size: 128 MB\tMax Memory Used: 40 MB\tInit Duration: 90.10 ms", billed)} {
		e.logs.Add(region, "/aws/lambda/us-east-1.edgeresize-probe", fakelogs.Event{Timestamp: e.Now().UnixMilli(), Message: line})
	}
}
