package bucket

import (
	"fmt"
	"net/http"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// object is a file as S3 keeps it.
type object struct {
	key, etag string
	modified  time.Time
	size      int               // bytes
	metadata  map[string]string // the user's, by name without "x-amz-meta-"
	// data has all bytes. If it is nil, they are in file, which had version
	// when it was opened.
	data    []byte
	file    *os.File
	version version
}

// serveObject answers GetObject and HeadObject.
func (s *Server) serveObject(w http.ResponseWriter, r *http.Request, key string) *apiError {
	answer := answerer(func(w http.ResponseWriter, r *http.Request, o *object) *apiError { return o.serve(w, r) })
	if trouble, of, ok := cutTrouble(key); ok && s.Troubles {
		key, answer = of, troubles[trouble]
	}
	var err *apiError
	for range 3 {
		var o *object
		if o, err = s.stored(key); err != nil {
			return err
		}
		// While the file is being edited, it may be invalid.
		metadata, _ := ReadMetadata(s.Folder)
		o.metadata = metadata[key]
		err = answer(w, r, o)
		o.close()
		if err != replaced {
			break
		}
	}
	return err
}

// serve answers GetObject and HeadObject with o. Amazon S3 API Reference,
// "GetObject". If it returns an error, it has written nothing.
func (o *object) serve(w http.ResponseWriter, r *http.Request) *apiError {
	if !o.meets(r.Header) {
		return s3fault.PreconditionFailed
	}
	header := w.Header()
	header.Set("X-Amz-Server-Side-Encryption", "AES256")
	if o.notModified(r.Header) {
		header.Set("ETag", o.etag)
		header.Set("Last-Modified", o.modified.UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	start, end, ranged := parseRange(r.Header.Get("Range"), o.size)
	ranged = ranged && o.meetsIfRange(r.Header)
	switch {
	case !ranged:
		start, end = 0, o.size
	case start == end:
		return s3fault.InvalidRange
	}
	var data []byte
	if r.Method != http.MethodHead {
		var err *apiError
		if data, err = o.part(start, end); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if ranged {
		status = http.StatusPartialContent
		header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", start, end-1, o.size))
	}
	header.Set("Accept-Ranges", "bytes")
	header.Set("Content-Length", strconv.Itoa(end-start))
	header.Set("Content-Type", contentType(o.key))
	header.Set("ETag", o.etag)
	header.Set("Last-Modified", o.modified.UTC().Format(http.TimeFormat))
	o.setMetadata(header)
	if status == http.StatusOK {
		override(header, r.URL.Query())
	}
	w.WriteHeader(status)
	_, _ = w.Write(data) // the client may have left
	return nil
}

// meets reports whether If-Match and If-Unmodified-Since hold; If-Match takes
// precedence.
func (o *object) meets(header http.Header) bool {
	if match := header.Get("If-Match"); match != "" {
		return o.isAmong(match)
	}
	since, err := http.ParseTime(header.Get("If-Unmodified-Since"))
	return err != nil || !o.modified.After(since)
}

// notModified reports whether the answer is 304.
func (o *object) notModified(header http.Header) bool {
	if match := header.Get("If-None-Match"); match != "" {
		return o.isAmong(match)
	}
	since, err := http.ParseTime(header.Get("If-Modified-Since"))
	return err == nil && !o.modified.After(since)
}

// isAmong reports whether a list of ETags has the object's.
func (o *object) isAmong(etags string) bool {
	for etag := range strings.SplitSeq(etags, ",") {
		etag = strings.TrimSpace(etag)
		if etag == "*" || strings.TrimPrefix(etag, "W/") == o.etag {
			return true
		}
	}
	return false
}

// meetsIfRange reports whether Range counts.
func (o *object) meetsIfRange(header http.Header) bool {
	given := header.Get("If-Range")
	since, err := http.ParseTime(given)
	return given == "" || given == o.etag || err == nil && o.modified.Equal(since)
}

// oneRange matches a Range header with one range (RFC 9110, section 14.1.2).
var oneRange = regexp.MustCompile(`^bytes=([0-9]*)-([0-9]*)$`)

// parseRange returns the bytes from start to before end that a Range header
// asks for, out of size. start equals end if it asks for none of them. ok is
// false if the header asks for no range or for several; S3 then answers with
// the whole object.
func parseRange(header string, size int) (start, end int, ok bool) {
	m := oneRange.FindStringSubmatch(header)
	if m == nil {
		return 0, 0, false
	}
	first, firstErr := strconv.Atoi(m[1])
	last, lastErr := strconv.Atoi(m[2])
	switch {
	case m[1] == "" && lastErr == nil: // the last bytes
		return size - min(last, size), size, true
	case firstErr != nil, m[2] != "" && (lastErr != nil || last < first):
		return 0, 0, false
	case first >= size:
		return size, size, true
	case m[2] == "":
		return first, size, true
	}
	return first, min(last, size-1) + 1, true
}

// contentTypes are the types that uploading clients give to pictures by their
// names.
var contentTypes = map[string]string{
	".avif": "image/avif", ".bmp": "image/bmp", ".gif": "image/gif", ".heic": "image/heic", ".html": "text/html",
	".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".jxl": "image/jxl", ".png": "image/png", ".svg": "image/svg+xml",
	".tif": "image/tiff", ".tiff": "image/tiff", ".webp": "image/webp",
}

func contentType(key string) string {
	if t := contentTypes[strings.ToLower(path.Ext(key))]; t != "" {
		return t
	}
	return "binary/octet-stream" // S3's type if the client gives none
}
