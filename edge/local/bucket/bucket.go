// Package bucket serves a folder as an S3 bucket: GetObject and HeadObject as
// Amazon S3's REST API has them, strict where S3 is. It is the origin of
// CloudFront on a laptop and of tests.
//
// Requests are by path, /BUCKET/KEY, and signed with Signature Version 4. A key
// is an object if the folder holds a file of exactly that name; dot segments
// and doubled slashes are characters of a key as at S3, so they name no file,
// and nothing outside the folder can be reached, by links neither.
package bucket

import (
	"bytes"
	"crypto/md5"
	"crypto/rand"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"os"
	"path"
	"strings"
)

// Server is the bucket.
type Server struct {
	// Folder holds the objects.
	Folder *os.Root
	// Name and Region are the bucket's; an empty one stands for any.
	Name, Region string
	// AccessKey and SecretKey are the credentials that requests are signed
	// with.
	AccessKey, SecretKey string
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "AmazonS3")
	w.Header().Set("X-Amz-Request-Id", randomHex(8))
	if err := s.verify(r); err != nil {
		refuse(w, r, err)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		refuse(w, r, &apiError{http.StatusMethodNotAllowed, "MethodNotAllowed",
			"The specified method is not allowed against this resource."})
		return
	}
	name, key, err := splitPath(r.URL.EscapedPath())
	if err != nil {
		refuse(w, r, &apiError{http.StatusBadRequest, "InvalidURI", err.Error()})
		return
	}
	if s.Name != "" && name != s.Name {
		refuse(w, r, &apiError{http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist"})
		return
	}
	s.serveObject(w, r, key)
}

// splitPath is the bucket and the key of a request's path. S3 reads a bare "+"
// as a space.
func splitPath(escaped string) (name, key string, err error) {
	name, rest, ok := strings.Cut(strings.TrimPrefix(escaped, "/"), "/")
	if !ok || rest == "" {
		return "", "", fmt.Errorf("no key in %q", escaped)
	}
	key, err = url.QueryUnescape(rest)
	return name, key, err
}

func (s *Server) serveObject(w http.ResponseWriter, r *http.Request, key string) {
	notFound := &apiError{http.StatusNotFound, "NoSuchKey", "The specified key does not exist."}
	if !fs.ValidPath(key) || key == "." {
		refuse(w, r, notFound)
		return
	}
	info, err := s.Folder.Stat(key)
	if err != nil || !info.Mode().IsRegular() {
		refuse(w, r, notFound)
		return
	}
	data, err := s.Folder.ReadFile(key)
	if err != nil {
		refuse(w, r, &apiError{http.StatusInternalServerError, "InternalError", "We encountered an internal error. Please try again."})
		return
	}
	etag := fmt.Sprintf(`"%x"`, md5.Sum(data))
	if want := r.Header.Get("If-Match"); want != "" && want != "*" && want != etag {
		refuse(w, r, &apiError{http.StatusPreconditionFailed, "PreconditionFailed",
			"At least one of the pre-conditions you specified did not hold"})
		return
	}
	w.Header().Set("ETag", etag)
	w.Header().Set("Content-Type", contentType(key))
	w.Header().Set("X-Amz-Server-Side-Encryption", "AES256")
	// ServeContent knows If-None-Match, If-Modified-Since and Range.
	http.ServeContent(w, r, "", info.ModTime(), bytes.NewReader(data))
}

func contentType(key string) string {
	if t := mime.TypeByExtension(path.Ext(key)); t != "" {
		return t
	}
	return "binary/octet-stream"
}

// apiError is an answer that S3 gives instead of an object. Amazon S3 API
// Reference, "Error responses".
type apiError struct {
	status        int
	code, message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func refuse(w http.ResponseWriter, r *http.Request, e *apiError) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(e.status)
	if r.Method == http.MethodHead {
		return
	}
	body, err := xml.Marshal(struct {
		XMLName xml.Name `xml:"Error"`
		Code    string
		Message string
	}{Code: e.code, Message: e.message})
	if err == nil {
		_, _ = w.Write(append([]byte(xml.Header), body...)) // the client may be gone
	}
}

func randomHex(n int) string {
	id := make([]byte, n)
	_, _ = rand.Read(id) // crypto/rand never fails
	return strings.ToUpper(hex.EncodeToString(id))
}
