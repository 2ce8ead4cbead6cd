package fakes3

import (
	"encoding/xml"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// other is the account that owns foreign buckets.
const other = "999999999999"

// objects has the objects of all buckets, and what is special about some buckets.
type objects struct {
	stored        map[string][]byte // by bucket/key
	metadata      map[string]http.Header
	foreign       map[string]bool   // buckets of another account, with whether they let everybody in
	notifications map[string]string // configuration of notifications in XML, by bucket
}

// handleObjects adds the operations on whole buckets and on objects.
func (s *S3) handleObjects(service *fakeaws.Service) {
	s.objects = objects{map[string][]byte{}, map[string]http.Header{}, map[string]bool{}, map[string]string{}}
	service.Handle("HEAD /{bucket}", fakeaws.Operation{Name: "HeadBucket", Do: s.headBucket})
	service.Handle("HEAD /{bucket}/{key...}", fakeaws.Operation{Name: "HeadObject", Do: s.headObject})
	service.Handle("PUT /{bucket}/{key...}", fakeaws.Operation{Name: "PutObject", Writes: true, Do: s.putObject})
	service.Handle("DELETE /{bucket}/{key...}", fakeaws.Operation{Name: "DeleteObject", Writes: true, Do: s.deleteObject})
}

// Foreign makes a bucket of another account, which lets in everybody or nobody.
func (s *S3) Foreign(name, region string, everybody bool) {
	s.Bucket(name, region, "")
	s.server.Lock()
	defer s.server.Unlock()
	s.objects.foreign[name] = everybody
}

// Notify sets a bucket's configuration of notifications, the XML content of
// NotificationConfiguration.
func (s *S3) Notify(bucket, configuration string) {
	s.server.Lock()
	defer s.server.Unlock()
	s.objects.notifications[bucket] = configuration
}

// getNotification handles GetBucketNotificationConfiguration.
func (s *S3) getNotification(r *fakeaws.Request) (*fakeaws.Response, error) {
	if _, err := s.open(r); err != nil {
		return nil, err
	}
	return answer("<NotificationConfiguration>" + s.objects.notifications[r.PathValue("bucket")] + "</NotificationConfiguration>")
}

// Object returns the region of a bucket, and reports whether the bucket has an object
// with key. The caller holds the server's lock.
func (s *S3) Object(bucket, key string) (region string, ok bool) {
	_, ok = s.objects.stored[bucket+"/"+key]
	return s.buckets[bucket].region, ok
}

// Content returns an object, and reports whether there is one.
func (s *S3) Content(bucket, key string) ([]byte, bool) {
	s.server.Lock()
	defer s.server.Unlock()
	content, ok := s.objects.stored[bucket+"/"+key]
	return content, ok
}

// Metadata returns an object's own metadata, as S3 sends it: headers that begin with
// X-Amz-Meta-.
func (s *S3) Metadata(bucket, key string) http.Header {
	s.server.Lock()
	defer s.server.Unlock()
	return s.objects.metadata[bucket+"/"+key].Clone()
}

// Keys returns the keys of a bucket's objects, in order.
func (s *S3) Keys(bucket string) (keys []string) {
	s.server.Lock()
	defer s.server.Unlock()
	for _, path := range slices.Sorted(maps.Keys(s.objects.stored)) {
		if key, ok := strings.CutPrefix(path, bucket+"/"); ok {
			keys = append(keys, key)
		}
	}
	return keys
}

// Names returns the names of the buckets in a region.
func (s *S3) Names(region string) (names []string) {
	s.server.Lock()
	defer s.server.Unlock()
	for name, b := range s.buckets {
		if b.region == region {
			names = append(names, name)
		}
	}
	return names
}

// open checks that the caller may use a bucket, from the bucket's region and as its
// expected owner. It returns a header with the bucket's region, even with most errors.
func (s *S3) open(r *fakeaws.Request) (http.Header, error) {
	b, err := s.find(r)
	if err != nil {
		return nil, err
	}
	name := r.PathValue("bucket")
	header := http.Header{"X-Amz-Bucket-Region": {b.region}}
	owner := fakeaws.Account
	everybody, foreign := s.objects.foreign[name]
	if foreign {
		owner = other
	}
	wanted := r.Header.Get("X-Amz-Expected-Bucket-Owner")
	switch {
	case r.Region != b.region:
		return header, &fakeaws.Error{Status: http.StatusMovedPermanently, Code: "PermanentRedirect",
			Message: "The bucket you are attempting to access must be addressed using the specified endpoint."}
	case foreign && !everybody, wanted != "" && wanted != owner:
		return header, &fakeaws.Error{Status: http.StatusForbidden, Code: "AccessDenied", Message: "Access Denied"}
	}
	return header, nil
}

// headBucket handles HeadBucket. Its errors have no body, but name the region.
func (s *S3) headBucket(r *fakeaws.Request) (*fakeaws.Response, error) {
	header, err := s.open(r)
	return headed(header, err)
}

// headed returns the response to a HEAD request, in which an error is a status without
// a body.
func headed(header http.Header, err error) (*fakeaws.Response, error) {
	refusal, ok := err.(*fakeaws.Error)
	if err != nil && (!ok || header == nil) {
		return nil, err
	}
	response := &fakeaws.Response{Header: header}
	if ok {
		response.Status = refusal.Status
	}
	return response, nil
}

// bucketName matches the names that S3 takes. Amazon S3 User Guide, "General purpose
// bucket naming rules".
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// createBucket handles CreateBucket.
func (s *S3) createBucket(r *fakeaws.Request) (*fakeaws.Response, error) {
	name := r.PathValue("bucket")
	region := "us-east-1"
	if _, after, ok := strings.Cut(string(r.Body), "<LocationConstraint>"); ok {
		region, _, _ = strings.Cut(after, "<")
	}
	_, exists := s.buckets[name]
	_, foreign := s.objects.foreign[name]
	switch {
	case !bucketName.MatchString(name):
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidBucketName", Message: "The specified bucket is not valid."}
	case strings.Contains(string(r.Body), "<LocationConstraint>us-east-1<"):
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "InvalidLocationConstraint", Message: "The specified location-constraint is not valid"}
	case region != r.Region:
		return nil, &fakeaws.Error{Status: http.StatusBadRequest, Code: "IllegalLocationConstraintException",
			Message: "The unspecified location constraint is incompatible for the region specific endpoint this request was sent to."}
	case exists && foreign:
		return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "BucketAlreadyExists", Message: "The requested bucket name is not available."}
	case exists && region != "us-east-1":
		return nil, &fakeaws.Error{Status: http.StatusConflict, Code: "BucketAlreadyOwnedByYou",
			Message: "Your previous request to create the named bucket succeeded and you already own it."}
	case !exists:
		s.buckets[name] = bucket{region: region}
	}
	return &fakeaws.Response{Header: http.Header{"Location": {"/" + name}}}, nil
}

// headObject handles HeadObject.
func (s *S3) headObject(r *fakeaws.Request) (*fakeaws.Response, error) {
	header, err := s.open(r)
	if _, ok := s.Object(r.PathValue("bucket"), r.PathValue("key")); err == nil && !ok {
		err = &fakeaws.Error{Status: http.StatusNotFound, Code: "NotFound"}
	}
	return headed(header, err)
}

// putObject handles PutObject.
func (s *S3) putObject(r *fakeaws.Request) (*fakeaws.Response, error) {
	if _, err := s.open(r); err != nil {
		return nil, err
	}
	path := r.PathValue("bucket") + "/" + r.PathValue("key")
	s.objects.stored[path], s.objects.metadata[path] = r.Body, http.Header{}
	for name, values := range r.Header {
		if strings.HasPrefix(name, "X-Amz-Meta-") {
			s.objects.metadata[path][name] = values
		}
	}
	return &fakeaws.Response{Header: http.Header{"Etag": {`"1"`}}}, nil
}

// deleteObject handles DeleteObject.
func (s *S3) deleteObject(r *fakeaws.Request) (*fakeaws.Response, error) {
	if _, err := s.open(r); err != nil {
		return nil, err
	}
	delete(s.objects.stored, r.PathValue("bucket")+"/"+r.PathValue("key"))
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}

// pageOfObjects is the maximum number of objects on a page: few, so that lists have
// several pages.
const pageOfObjects = 7

// listObjects handles ListObjectsV2.
func (s *S3) listObjects(r *fakeaws.Request) (*fakeaws.Response, error) {
	if _, err := s.open(r); err != nil {
		return nil, err
	}
	query, bucket := r.URL.Query(), r.PathValue("bucket")+"/"
	var list struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		Contents              []struct{ Key string }
	}
	for _, path := range slices.Sorted(maps.Keys(s.objects.stored)) {
		key, ok := strings.CutPrefix(path, bucket)
		if !ok || !strings.HasPrefix(key, query.Get("prefix")) || key <= query.Get("continuation-token") {
			continue
		}
		if n := len(list.Contents); n == pageOfObjects {
			list.IsTruncated, list.NextContinuationToken = true, list.Contents[n-1].Key
			break
		}
		list.Contents = append(list.Contents, struct{ Key string }{key})
	}
	body, err := xml.Marshal(list)
	if err != nil {
		return nil, err
	}
	return answer(string(body))
}
