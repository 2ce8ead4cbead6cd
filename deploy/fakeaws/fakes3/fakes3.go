// Package fakes3 fakes the parts of Amazon S3's API that make buckets, read and set
// their region, policy and notifications, and put objects. Buckets are addressed by
// path. Package edge/local/bucket serves originals instead.
//
// The source is the Amazon S3 API Reference.
package fakes3

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"regexp"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// S3 is a fake S3.
type S3 struct {
	server  *fakeaws.Server
	buckets map[string]bucket
	objects objects
}

type bucket struct{ region, policy string }

// New adds S3 to server.
func New(server *fakeaws.Server) *S3 {
	s := &S3{server: server, buckets: map[string]bucket{}}
	service := server.Service("s3", refuse)
	service.ARN = func(r *fakeaws.Request) string { return "arn:aws:s3:::" + r.PathValue("bucket") }
	service.HandleSubresources("GET /{bucket}", map[string]fakeaws.Operation{
		"location":     {Name: "GetBucketLocation", Do: s.getLocation},
		"list-type":    {Name: "ListObjectsV2", Do: s.listObjects},
		"policy":       {Name: "GetBucketPolicy", Do: s.getPolicy},
		"notification": {Name: "GetBucketNotificationConfiguration", Do: s.getNotification},
	})
	s.handleObjects(service)
	service.HandleSubresources("PUT /{bucket}", map[string]fakeaws.Operation{
		"":       {Name: "CreateBucket", Writes: true, Do: s.createBucket},
		"policy": {Name: "PutBucketPolicy", Writes: true, Do: s.putPolicy},
	})
	service.HandleSubresources("DELETE /{bucket}", map[string]fakeaws.Operation{
		"policy": {Name: "DeleteBucketPolicy", Writes: true, Do: s.deletePolicy},
	})
	return s
}

// Policy returns a bucket's policy in JSON, or "".
func (s *S3) Policy(name string) string {
	s.server.Lock()
	defer s.server.Unlock()
	return s.buckets[name].policy
}

// Bucket makes or changes a bucket with a policy in JSON, or with none where policy is
// "".
func (s *S3) Bucket(name, region, policy string) {
	s.server.Lock()
	defer s.server.Unlock()
	s.buckets[name] = bucket{region, policy}
}

// find returns the bucket that a request names.
func (s *S3) find(r *fakeaws.Request) (bucket, error) {
	b, ok := s.buckets[r.PathValue("bucket")]
	if !ok {
		return bucket{}, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchBucket", Message: "The specified bucket does not exist"}
	}
	return b, nil
}

// getLocation handles GetBucketLocation, which every region answers.
func (s *S3) getLocation(r *fakeaws.Request) (*fakeaws.Response, error) {
	b, err := s.find(r)
	if err != nil {
		return nil, err
	}
	if b.region == "us-east-1" {
		b.region = "" // us-east-1 has no LocationConstraint
	}
	return answer("<LocationConstraint>" + b.region + "</LocationConstraint>")
}

// findHere returns the bucket that a request names, for operations that only the
// bucket's own region answers.
func (s *S3) findHere(r *fakeaws.Request) (bucket, error) {
	b, err := s.find(r)
	if err == nil && r.Region != b.region {
		err = &fakeaws.Error{Status: http.StatusMovedPermanently, Code: "PermanentRedirect",
			Message: "The bucket you are attempting to access must be addressed using the specified endpoint."}
	}
	return b, err
}

// getPolicy handles GetBucketPolicy.
func (s *S3) getPolicy(r *fakeaws.Request) (*fakeaws.Response, error) {
	b, err := s.findHere(r)
	if err == nil && b.policy == "" {
		err = &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchBucketPolicy", Message: "The bucket policy does not exist"}
	}
	if err != nil {
		return nil, err
	}
	return &fakeaws.Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(b.policy)}, nil
}

// maxPolicy is the maximum size of a bucket's policy, in bytes. Amazon S3 User Guide,
// "Bucket policies for Amazon S3".
const maxPolicy = 20 << 10

// sid matches the Sid of a statement. AWS IAM User Guide, "IAM JSON policy elements:
// Sid".
var sid = regexp.MustCompile("^[A-Za-z0-9 ]*$")

// putPolicy handles PutBucketPolicy.
func (s *S3) putPolicy(r *fakeaws.Request) (*fakeaws.Response, error) {
	b, err := s.findHere(r)
	if err != nil {
		return nil, err
	}
	malformed := func(why any) error {
		return &fakeaws.Error{Status: http.StatusBadRequest, Code: "MalformedPolicy", Message: fmt.Sprint("Policies must be valid JSON: ", why)}
	}
	var parsed struct {
		Version, Id string
		Statement   []struct {
			Sid, Effect         string
			Principal, Resource any
			Action              any
		}
	}
	if err := json.Unmarshal(r.Body, &parsed); err != nil || len(parsed.Statement) == 0 || len(r.Body) > maxPolicy {
		return nil, malformed(err)
	}
	seen := map[string]bool{}
	for _, one := range parsed.Statement {
		if !sid.MatchString(one.Sid) || one.Sid != "" && seen[one.Sid] || one.Principal == nil || one.Resource == nil || one.Action == nil {
			return nil, malformed("the statement " + one.Sid)
		}
		seen[one.Sid] = true
	}
	b.policy = string(r.Body)
	s.buckets[r.PathValue("bucket")] = b
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}

// deletePolicy handles DeleteBucketPolicy.
func (s *S3) deletePolicy(r *fakeaws.Request) (*fakeaws.Response, error) {
	b, err := s.findHere(r)
	if err != nil {
		return nil, err
	}
	b.policy = ""
	s.buckets[r.PathValue("bucket")] = b
	return &fakeaws.Response{Status: http.StatusNoContent}, nil
}

// answer returns a response with the XML body.
func answer(body string) (*fakeaws.Response, error) {
	return &fakeaws.Response{Header: http.Header{"Content-Type": {"application/xml"}}, Body: []byte(xml.Header + body)}, nil
}

// refuse writes an error in S3's protocol.
func refuse(w http.ResponseWriter, e *fakeaws.Error, requestID string) {
	code := e.Code
	if e == fakeaws.ErrUnknownKey {
		code = "InvalidAccessKeyId"
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(e.Status)
	fmt.Fprintf(w, "%s<Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId></Error>", xml.Header, code, e.Message, requestID)
}
