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
	data     []byte
	modified time.Time
}

// etag is the one of an object that was uploaded in one piece.
func (o object) etag() string { return fmt.Sprintf(`"%x"`, md5.Sum(o.data)) }

// serveObject answers GetObject and HeadObject. Amazon S3 API Reference,
// "GetObject".
func (s *Server) serveObject(w http.ResponseWriter, r *http.Request, key string) *apiError {
	o, err := s.read(key)
	if err != nil {
		return err
	}
	if !o.meets(r.Header) {
		return notMet
	}
	if strings.Contains(r.Header.Get("Range"), ",") {
		r.Header.Del("Range") // S3 has no answers of several ranges
	}
	w.Header().Set("ETag", o.etag())
	if !o.notModified(r.Header) && !o.satisfies(r.Header.Get("Range")) {
		w.Header().Del("ETag")
		return invalidRange
	}
	w.Header().Set("Content-Type", contentType(key))
	w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	// ServeContent knows If-None-Match, If-Modified-Since, Range and If-Range.
	http.ServeContent(w, r, "", o.modified, bytes.NewReader(o.data))
	return nil
}

// read is the object at key.
func (s *Server) read(key string) (object, *apiError) {
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
	return object{data, info.ModTime().Truncate(time.Second)}, nil
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
		return match == "*" || match == o.etag()
	}
	since, err := http.ParseTime(header.Get("If-Unmodified-Since"))
	return err != nil || !o.modified.After(since)
}

// notModified reports whether the answer is 304.
func (o object) notModified(header http.Header) bool {
	if match := header.Get("If-None-Match"); match != "" {
		return match == "*" || match == o.etag()
	}
	since, err := http.ParseTime(header.Get("If-Modified-Since"))
	return err == nil && !o.modified.After(since)
}

// oneRange is a Range header with one range (RFC 9110, section 14.1.2).
var oneRange = regexp.MustCompile(`^bytes=(\d*)-(\d*)$`)

// satisfies reports whether the object has some of the bytes of a range. What
// is no range is passed over, and so satisfied.
func (o object) satisfies(header string) bool {
	m := oneRange.FindStringSubmatch(header)
	if m == nil || m[1] == "" && m[2] == "" {
		return true
	}
	if m[1] == "" {
		n, err := strconv.ParseUint(m[2], 10, 63)
		return len(o.data) > 0 && (err != nil || n > 0)
	}
	first, err := strconv.ParseUint(m[1], 10, 63)
	return err == nil && first < uint64(len(o.data))
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
