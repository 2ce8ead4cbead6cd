package bucket

import (
	"bytes"
	"crypto/md5"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// object is a file as S3 keeps it.
type object struct {
	key      string
	data     []byte
	modified time.Time
}

// etag is the one of an object that was uploaded in one piece.
func (o object) etag() string { return fmt.Sprintf(`"%x"`, md5.Sum(o.data)) }

// serveObject answers GetObject and HeadObject.
func (s *Server) serveObject(w http.ResponseWriter, r *http.Request, key string) *apiError {
	trouble, of, troubled := cutTrouble(key)
	if troubled = troubled && s.Troubles; troubled {
		key = of
	}
	o, err := s.read(key)
	switch {
	case err != nil:
		return err
	case troubled:
		return troubles[trouble](w, r, o)
	}
	return o.serve(w, r)
}

// serve answers GetObject and HeadObject with o. Amazon S3 API Reference,
// "GetObject".
func (o object) serve(w http.ResponseWriter, r *http.Request) *apiError {
	if !o.meets(r.Header) {
		return notMet
	}
	w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	if o.notModified(r.Header) {
		w.Header().Set("ETag", o.etag())
		w.Header().Set("Last-Modified", o.modified.UTC().Format(http.TimeFormat))
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	start, end, ok := parseRange(r.Header.Get("Range"), len(o.data))
	switch {
	case !ok:
		r.Header.Del("Range")
	case start == end && o.meetsIfRange(r.Header):
		return invalidRange
	}
	w.Header().Set("ETag", o.etag())
	w.Header().Set("Content-Type", contentType(o.key))
	for _, decided := range []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"} {
		r.Header.Del(decided)
	}
	// ServeContent knows Range and If-Range.
	http.ServeContent(w, r, "", o.modified, bytes.NewReader(o.data))
	return nil
}

// read is the object at key.
func (s *Server) read(key string) (object, *apiError) {
	if s.Memory != nil {
		if stored, ok := s.Memory.Get(key); ok {
			return object{key, stored.Data, stored.modified}, nil
		}
	}
	missing := noSuchKey
	if s.HideMissing {
		missing = accessDenied
	}
	if !fs.ValidPath(key) || !s.hasExactly(key) {
		return object{}, missing
	}
	info, err := s.Folder.Stat(key)
	if err != nil || !info.Mode().IsRegular() {
		return object{}, missing
	}
	data, err := s.Folder.ReadFile(key)
	if err != nil {
		return object{}, internalError
	}
	return object{key, data, info.ModTime().Truncate(time.Second)}, nil
}

// hasExactly reports whether the folder's files are named by key letter by
// letter, which file systems that ignore case do not see to.
func (s *Server) hasExactly(key string) bool {
	folder, name := path.Split(key)
	folder = path.Clean(folder)
	entries, err := fs.ReadDir(s.Folder.FS(), folder)
	if err != nil || !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name }) {
		return false
	}
	return folder == "." || s.hasExactly(folder)
}

// meets reports whether If-Match and If-Unmodified-Since hold; the first one
// takes precedence.
func (o object) meets(header http.Header) bool {
	if match := header.Get("If-Match"); match != "" {
		return o.isAmong(match)
	}
	since, err := http.ParseTime(header.Get("If-Unmodified-Since"))
	return err != nil || !o.modified.After(since)
}

// notModified reports whether the answer is 304.
func (o object) notModified(header http.Header) bool {
	if match := header.Get("If-None-Match"); match != "" {
		return o.isAmong(match)
	}
	since, err := http.ParseTime(header.Get("If-Modified-Since"))
	return err == nil && !o.modified.After(since)
}

// isAmong reports whether a list of ETags has the object's.
func (o object) isAmong(etags string) bool {
	for etag := range strings.SplitSeq(etags, ",") {
		etag = strings.TrimSpace(etag)
		if etag == "*" || strings.TrimPrefix(etag, "W/") == o.etag() {
			return true
		}
	}
	return false
}

// meetsIfRange reports whether Range counts.
func (o object) meetsIfRange(header http.Header) bool {
	given := header.Get("If-Range")
	since, err := http.ParseTime(given)
	return given == "" || given == o.etag() || err == nil && o.modified.Equal(since)
}

// oneRange is a Range header with one range (RFC 9110, section 14.1.2).
var oneRange = regexp.MustCompile(`^bytes=([0-9]*)-([0-9]*)$`)

// parseRange is the bytes from start to before end that a Range header asks
// for of size; start is end where it asks for none of them. It is not ok where
// the header asks for no range or for several, which S3 answers with
// everything.
func parseRange(header string, size int) (start, end int, ok bool) {
	m := oneRange.FindStringSubmatch(header)
	if m == nil {
		return 0, 0, false
	}
	first, firstErr := strconv.Atoi(m[1])
	last, lastErr := strconv.Atoi(m[2])
	switch {
	case m[1] == "" && lastErr == nil: // the last so many
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

// contentTypes are those that an uploading client gives pictures by their
// name.
var contentTypes = map[string]string{
	".avif": "image/avif", ".bmp": "image/bmp", ".gif": "image/gif", ".heic": "image/heic", ".html": "text/html",
	".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".jxl": "image/jxl", ".png": "image/png", ".svg": "image/svg+xml",
	".tif": "image/tiff", ".tiff": "image/tiff", ".webp": "image/webp",
}

func contentType(key string) string {
	if t := contentTypes[strings.ToLower(path.Ext(key))]; t != "" {
		return t
	}
	return "binary/octet-stream" // what S3 gives where the client gives none
}
