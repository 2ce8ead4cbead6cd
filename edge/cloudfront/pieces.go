package cloudfront

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// piece holds the bytes of a response that begin at first.
type piece struct {
	first int
	data  []byte
}

func (p piece) end() int { return p.first + len(p.data) }

// contentRange matches a Content-Range with one range of known size (RFC 9110,
// section 14.4).
var contentRange = regexp.MustCompile(`^bytes (\d+)-(\d+)/(\d+)$`)

// asPieces returns a response of status 206 as an entry with one piece. ok
// reports whether it is a valid one.
func (e *entry) asPieces() (pieces *entry, ok bool) {
	m := contentRange.FindStringSubmatch(e.header.Get("Content-Range"))
	if m == nil {
		return nil, false
	}
	first, err1 := strconv.Atoi(m[1])
	last, err2 := strconv.Atoi(m[2])
	total, err3 := strconv.Atoi(m[3])
	if errors.Join(err1, err2, err3) != nil || last < first || last >= total || len(e.body) != last-first+1 {
		return nil, false
	}
	p := *e
	p.header = e.header.Clone()
	p.header.Del("Content-Range")
	p.body, p.pieces, p.total = nil, []piece{{first, e.body}}, total
	return &p, true
}

// join adds the pieces of old if a strong ETag shows that both belong to the
// same response (RFC 9110, section 15.3.7.3).
func (e *entry) join(old *entry) {
	etag := e.header.Get("ETag")
	if etag == "" || strings.HasPrefix(etag, "W/") || etag != old.header.Get("ETag") || e.total != old.total {
		return
	}
	e.pieces = append(e.pieces, old.pieces...)
	if old.expires.Before(e.expires) {
		e.expires = old.expires
	}
}

// covers reports whether the pieces hold all that a viewer with these headers
// asks for.
func (e *entry) covers(conditions http.Header) bool {
	first, end := 0, e.total
	if asked := conditions.Get("Range"); asked != "" && e.meetsIfRange(conditions.Get("If-Range")) {
		var ok bool
		if first, end, ok = parseRange(asked, e.total); !ok {
			return false
		}
	}
	for first < end {
		p, ok := e.pieceAt(first)
		if !ok {
			return false
		}
		first = p.end()
	}
	return true
}

// meetsIfRange reports whether a Range with this If-Range counts (RFC 9110,
// section 13.1.5).
func (e *entry) meetsIfRange(given string) bool {
	return given == "" || given == e.header.Get("ETag") || given == e.header.Get("Last-Modified")
}

func (e *entry) pieceAt(at int) (piece, bool) {
	for _, p := range e.pieces {
		if p.first <= at && at < p.end() {
			return p, true
		}
	}
	return piece{}, false
}

// oneRange matches a Range header with one range (RFC 9110, section 14.1.2).
var oneRange = regexp.MustCompile(`^bytes=(\d*)-(\d*)$`)

// parseRange returns the bytes from first to before end that a Range header
// asks for, out of total. ok is false for several ranges and for a range
// without any of the bytes.
func parseRange(header string, total int) (first, end int, ok bool) {
	m := oneRange.FindStringSubmatch(header)
	if m == nil {
		return 0, 0, false
	}
	first, firstErr := strconv.Atoi(m[1])
	last, lastErr := strconv.Atoi(m[2])
	switch {
	case firstErr != nil && lastErr != nil:
		return 0, 0, false
	case m[1] == "": // the last bytes
		return max(0, total-last), total, last > 0 && total > 0
	case lastErr != nil:
		last = total - 1
	}
	last = min(last, total-1)
	return first, last + 1, firstErr == nil && first <= last
}

// enlargedBy is the multiple to which the ends of a range are enlarged, in
// bytes. CloudFront's documentation does not say how much it asks for.
const enlargedBy = 4096

// enlarged returns the larger range to ask for instead of header's.
func enlarged(header string) string {
	m := oneRange.FindStringSubmatch(header)
	if m == nil || m[1] == "" {
		return header
	}
	first, firstErr := strconv.Atoi(m[1])
	if firstErr != nil {
		return header
	}
	larger := "bytes=" + strconv.Itoa(first/enlargedBy*enlargedBy) + "-"
	if last, err := strconv.Atoi(m[2]); err == nil && last >= first {
		larger += strconv.Itoa((last/enlargedBy+1)*enlargedBy - 1)
	}
	return larger
}

// joined reads pieces as the whole response.
type joined struct {
	*entry
	at int
}

// errHole says that a byte is not among the pieces.
var errHole = errors.New("cloudfront: not in the cache")

func (j *joined) Read(p []byte) (int, error) {
	if j.at >= j.total {
		return 0, io.EOF
	}
	found, ok := j.pieceAt(j.at)
	if !ok {
		return 0, errHole
	}
	n := copy(p, found.data[j.at-found.first:])
	j.at += n
	return n, nil
}

// Seek implements [io.Seeker].
func (j *joined) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += int64(j.at)
	case io.SeekEnd:
		offset += int64(j.total)
	}
	if offset < 0 {
		return 0, errHole
	}
	j.at = int(offset)
	return offset, nil
}
