// Package fakes3 is the part of Amazon S3's API that looks at buckets and makes them,
// by path: their region and their policy, and puts objects into them. Originals are
// package bucket's.
//
// The source is the Amazon S3 API Reference.
package fakes3

import (
	"encoding/xml"
	"fmt"
	"net/http"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// S3 is the service.
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
		"policy":       {Name: "GetBucketPolicy", Do: s.getPolicy},
		"notification": {Name: "GetBucketNotificationConfiguration", Do: s.getNotification},
	})
	s.handleObjects(service)
	return s
}

// Bucket makes a bucket with a policy in JSON, "" for none, or changes it.
func (s *S3) Bucket(name, region, policy string) {
	s.server.Lock()
	defer s.server.Unlock()
	s.buckets[name] = bucket{region, policy}
}

func (s *S3) find(r *fakeaws.Request) (bucket, error) {
	b, ok := s.buckets[r.PathValue("bucket")]
	if !ok {
		return bucket{}, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchBucket", Message: "The specified bucket does not exist"}
	}
	return b, nil
}

// getLocation is GetBucketLocation, which every region answers.
func (s *S3) getLocation(r *fakeaws.Request) (*fakeaws.Response, error) {
	b, err := s.find(r)
	if err != nil {
		return nil, err
	}
	if b.region == "us-east-1" {
		b.region = "" // which has none
	}
	return answer("<LocationConstraint>" + b.region + "</LocationConstraint>")
}

// getPolicy is GetBucketPolicy.
func (s *S3) getPolicy(r *fakeaws.Request) (*fakeaws.Response, error) {
	b, err := s.find(r)
	switch {
	case err != nil:
		return nil, err
	case r.Region != b.region:
		return nil, &fakeaws.Error{Status: http.StatusMovedPermanently, Code: "PermanentRedirect",
			Message: "The bucket you are attempting to access must be addressed using the specified endpoint."}
	case b.policy == "":
		return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuchBucketPolicy", Message: "The bucket policy does not exist"}
	}
	return &fakeaws.Response{Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(b.policy)}, nil
}

func answer(body string) (*fakeaws.Response, error) {
	return &fakeaws.Response{Header: http.Header{"Content-Type": {"application/xml"}}, Body: []byte(xml.Header + body)}, nil
}

// refuse answers with an error in S3's protocol.
func refuse(w http.ResponseWriter, e *fakeaws.Error, requestID string) {
	code := e.Code
	if e == fakeaws.ErrUnknownKey {
		code = "InvalidAccessKeyId"
	}
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(e.Status)
	fmt.Fprintf(w, "%s<Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId></Error>", xml.Header, code, e.Message, requestID)
}
