// Package bucket serves a folder as an S3 bucket: GetObject, HeadObject and
// ListObjectsV2 of Amazon S3's REST API, as strictly as S3. It is the origin
// for CloudFront on a laptop and for tests.
//
// A key is an object if the folder holds a regular file of exactly that name.
// Dot segments and doubled slashes are characters of a key, as at S3, so they
// name no file. Nothing outside the folder can be reached, not even by links.
// The file [MetadataFile] has the user metadata of the objects.
package bucket

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Server is the bucket.
type Server struct {
	// Folder holds the objects.
	Folder *os.Root
	// Name and Region are the bucket's; "" accepts any.
	Name, Region string
	// Credentials are those that must sign requests.
	Credentials aws.Credentials
	// HideMissing answers 403 instead of 404 for a key that does not exist, as
	// S3 does if the caller must not list the bucket.
	HideMissing bool
	// Memory, if set, holds further objects.
	Memory *Memory
	// Troubles also serves every object at its keys of troubles.
	Troubles bool

	etags etags
}

// ServeHTTP answers one request, by path (/BUCKET/KEY) or by virtual host
// (BUCKET.s3...). It applies query parameters that override headers of the
// answer, refuses those that ask for something else than an object, and ignores
// the rest.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Server", "AmazonS3")
	w.Header().Set("X-Amz-Request-Id", requestID())
	w.Header().Set("X-Amz-Id-2", hostID())
	if err := s.answer(w, r); err != nil {
		err.Write(w, r)
	}
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request) *apiError {
	if err := s.verify(w, r); err != nil {
		return err
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return &apiError{Status: http.StatusMethodNotAllowed, Code: "MethodNotAllowed",
			Message: "The specified method is not allowed against this resource."}
	}
	name, key, ok := target(r)
	switch {
	case !ok:
		return &apiError{Status: http.StatusBadRequest, Code: "InvalidURI", Message: "Couldn't parse the specified URI."}
	case name == "" || s.Name != "" && name != s.Name:
		return &apiError{Status: http.StatusNotFound, Code: "NoSuchBucket", Message: "The specified bucket does not exist"}
	case key == "" && r.URL.Query().Get("list-type") == "2":
		return s.serveList(w, r, name)
	case key == "" || asksForMore(r.URL.Query()):
		return notImplemented
	case len(key) > maxKey:
		return &apiError{Status: http.StatusBadRequest, Code: "KeyTooLongError", Message: "Your key is too long"}
	}
	return s.serveObject(w, r, key)
}

// asksForMore reports whether a query string asks for something else than the
// object: a subresource, a version, a part, or headers that cannot be
// overridden.
func asksForMore(query url.Values) bool {
	for name := range query {
		if _, ok := overrides[name]; !ok && (slices.Contains(subresources, name) || strings.HasPrefix(name, "response-")) {
			return true
		}
	}
	return false
}

// subresources lists the subresources of objects and buckets. Amazon S3 API
// Reference, "Actions".
var subresources = []string{
	"accelerate", "acl", "analytics", "attributes", "cors", "delete", "encryption", "intelligent-tiering", "inventory", "legal-hold",
	"lifecycle", "location", "logging", "metrics", "notification", "object-lock", "ownershipControls", "partNumber", "policy",
	"policyStatus", "publicAccessBlock", "replication", "requestPayment", "restore", "retention", "select", "tagging", "torrent",
	"uploadId", "uploads", "versionId", "versioning", "versions", "website",
}

// overrides maps parameters of signed requests to the headers that they set in
// an answer of status 200. Amazon S3 API Reference, "GetObject", "Overriding
// response header values through the request".
var overrides = map[string]string{
	"response-cache-control":       "Cache-Control",
	"response-content-disposition": "Content-Disposition",
	"response-content-encoding":    "Content-Encoding",
	"response-content-language":    "Content-Language",
	"response-content-type":        "Content-Type",
	"response-expires":             "Expires",
}

// override sets the headers that a query string overrides.
func override(header http.Header, query url.Values) {
	for name, values := range query {
		if overridden := overrides[name]; overridden != "" && values[0] != "" {
			header.Set(overridden, values[0])
		}
	}
}

// maxKey is the longest key, in bytes. Amazon S3 User Guide, "Naming Amazon S3
// objects".
const maxKey = 1024

// virtualHost matches a bucket's own host name. Amazon S3 User Guide, "Virtual
// hosting of buckets".
var virtualHost = regexp.MustCompile(`^(.+)\.s3[.-]`)

// target returns the bucket and the key of a request. S3 reads a bare "+" in a
// path as a space.
func target(r *http.Request) (name, key string, ok bool) {
	path := strings.TrimPrefix(r.URL.EscapedPath(), "/")
	if m := virtualHost.FindStringSubmatch(r.Host); m != nil {
		name = m[1]
	} else {
		name, path, _ = strings.Cut(path, "/")
	}
	key, err := url.QueryUnescape(path)
	return name, key, err == nil && utf8.ValidString(key)
}

// requestID and hostID return IDs like S3's.
func requestID() string { return strings.ToUpper(hex.EncodeToString(random(8))) }

func hostID() string { return base64.StdEncoding.EncodeToString(random(56)) }

func random(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand never fails
	return b
}
