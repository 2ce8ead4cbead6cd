package fakefacts

import (
	"crypto/md5"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// modified is the time at which every object was last modified.
const modified = "Thu, 01 Jan 2026 00:00:00 GMT"

// answer is an answer of the origin or of a viewer's request.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// ask answers a request as S3 does: conditions, then a range. Amazon S3 API Reference,
// "GetObject".
func (e *Edge) ask(q request, sent http.Header) answer {
	refused := answer{http.StatusForbidden, http.Header{"Content-Type": {"application/xml"}}, []byte("<Error/>")}
	key, err := url.PathUnescape(strings.TrimPrefix(q.path, "/"))
	if err != nil || e.Facts.BadSignatures && strings.ContainsAny(key, "+~") {
		return refused
	}
	if e.Facts.NormalisesS3 {
		key = normal(key)
	}
	folder := q.route.Paths[0]
	switch {
	case strings.Contains(folder, " ") && e.Facts.OriginSpaceRaw:
		return answer{http.StatusBadRequest, http.Header{}, nil}
	case !e.Facts.OriginPercentEncoded:
		if folder, err = url.PathUnescape(folder); err != nil {
			return refused
		}
	}
	key = strings.TrimPrefix(folder+"/", "/") + key
	body, ok := e.buckets.Content(e.bucket, key)
	if !ok {
		return refused
	}
	etag := fmt.Sprintf(`"%x"`, md5.Sum(body))
	a := answer{http.StatusOK, http.Header{"Etag": {etag}, "Last-Modified": {modified}, "Content-Type": {"image/jpeg"}}, body}
	if !e.Facts.MetadataLost {
		maps.Copy(a.header, e.buckets.Metadata(e.bucket, key))
	}
	switch match, none := sent.Get("If-Match"), sent.Get("If-None-Match"); {
	case match != "" && match != etag:
		return answer{http.StatusPreconditionFailed, http.Header{}, nil}
	case none == etag, none == "" && sent.Get("If-Modified-Since") != "":
		return answer{http.StatusNotModified, a.header, nil}
	}
	return a.piece(sent.Get("Range"))
}

// piece returns the piece of an answer that a Range of one part asks for.
func (a answer) piece(asked string) answer {
	first, last, ok := strings.Cut(strings.TrimPrefix(asked, "bytes="), "-")
	from, err := strconv.Atoi(first)
	to, err2 := strconv.Atoi(last)
	if !ok || err != nil || err2 != nil || a.status != http.StatusOK || from >= len(a.body) {
		return a
	}
	to = min(to, len(a.body)-1)
	header := a.header.Clone()
	header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to, len(a.body)))
	return answer{http.StatusPartialContent, header, a.body[from : to+1]}
}

// normal returns a path without empty and "." segments, and with "(" decoded.
func normal(path string) string {
	return strings.NewReplacer("//", "/", "/./", "/", "%28", "(").Replace(path)
}
