package bucket

import (
	"encoding/base64"
	"encoding/xml"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/edgeresize/edgeresize/edge/local/s3fault"
)

// mostKeys is the most keys of one listing. Amazon S3 API Reference,
// "ListObjectsV2", MaxKeys.
const mostKeys = 1000

// listBucketResult is a listing as XML, without ETags.
type listBucketResult struct {
	XMLName               xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name                  string
	Prefix                string
	KeyCount, MaxKeys     int
	EncodingType          string `xml:",omitempty"`
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	Contents              []listedObject
}

type listedObject struct {
	Key, LastModified string
	Size              int64 // bytes
	StorageClass      string
}

func invalidArgument(message string) *apiError {
	return &apiError{Status: http.StatusBadRequest, Code: "InvalidArgument", Message: message}
}

// serveList answers ListObjectsV2 for the bucket called name.
func (s *Server) serveList(w http.ResponseWriter, r *http.Request, name string) *apiError {
	query := r.URL.Query()
	most, prefix, after, problem := listParameters(query)
	switch {
	case problem != nil:
		return problem
	case s.HideMissing:
		return s3fault.AccessDenied
	}
	shown := func(key string) string { return key }
	if query.Get("encoding-type") == "url" {
		shown = func(key string) string { return strings.ReplaceAll(url.QueryEscape(key), "%2F", "/") }
	}
	result := listBucketResult{Name: name, Prefix: shown(prefix), MaxKeys: most, EncodingType: query.Get("encoding-type")}
	last := ""
	for _, o := range s.objects() {
		if key := o.Key; key <= after || !strings.HasPrefix(key, prefix) {
			continue
		}
		if len(result.Contents) == most {
			result.IsTruncated = true
			result.NextContinuationToken = base64.StdEncoding.EncodeToString([]byte(last))
			break
		}
		last = o.Key
		o.Key = shown(o.Key)
		result.Contents = append(result.Contents, o)
	}
	result.KeyCount = len(result.Contents)
	body, err := xml.Marshal(result)
	if err != nil {
		return s3fault.InternalError
	}
	w.Header().Set("Content-Type", "application/xml")
	w.Header().Set("X-Amz-Bucket-Region", s.Region)
	_, _ = w.Write(append([]byte(xml.Header), body...)) // the client may have left
	return nil
}

// listParameters returns what a query string asks of a listing. The listing
// begins after the key called after.
func listParameters(query url.Values) (most int, prefix, after string, problem *apiError) {
	for name := range query {
		switch name {
		case "list-type", "prefix", "max-keys", "continuation-token", "encoding-type", "x-id":
		default:
			return 0, "", "", notImplemented
		}
	}
	most = mostKeys
	if given := query.Get("max-keys"); given != "" {
		n, err := strconv.Atoi(given)
		if err != nil || n < 0 {
			return 0, "", "", invalidArgument("Provided max-keys not an integer or within integer range")
		}
		most = min(n, mostKeys)
	}
	if e := query.Get("encoding-type"); e != "" && e != "url" {
		return 0, "", "", invalidArgument("Invalid Encoding Method specified in Request")
	}
	last, err := base64.StdEncoding.DecodeString(query.Get("continuation-token"))
	if err != nil {
		return 0, "", "", invalidArgument("The continuation token provided is incorrect")
	}
	return most, query.Get("prefix"), string(last), nil
}

// objects returns all objects, sorted by the bytes of their keys.
func (s *Server) objects() []listedObject {
	var objects []listedObject
	add := func(key string, modified time.Time, size int64) {
		objects = append(objects, listedObject{key, modified.UTC().Format("2006-01-02T15:04:05.000Z"), size, "STANDARD"})
	}
	// The function returns no error, so WalkDir returns none.
	_ = fs.WalkDir(s.Folder.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil && d != nil && d.IsDir():
			return fs.SkipDir
		case err != nil, !d.Type().IsRegular(), !utf8.ValidString(name):
			return nil
		}
		if info, err := d.Info(); err == nil {
			add(name, info.ModTime(), info.Size())
		}
		return nil
	})
	if s.Memory != nil {
		for _, o := range s.Memory.List() {
			add(o.Key, o.modified, int64(len(o.Data)))
		}
	}
	slices.SortFunc(objects, func(a, b listedObject) int { return strings.Compare(a.Key, b.Key) })
	return objects
}
