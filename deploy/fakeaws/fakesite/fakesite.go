// Package fakesite serves viewers as a distribution of fakecloudfront with one
// behaviour does: the viewer-request function in front, then the cache, the live
// function, and a bucket with the pictures of a folder.
package fakesite

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
	"github.com/edgeresize/edgeresize/edge/local/backend"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// The bucket with the pictures.
const (
	Bucket = "originals"
	Region = "us-east-1"
)

// cacheBytes is the maximum size of the cache, in bytes.
const cacheBytes = 64 << 20

// Site is a distribution as viewers see it.
type Site struct {
	*cloudfront.Distribution
	// Live returns the ARN of the function that runs, or "".
	Live func() string
	// Function returns the function with an ARN. [New] sets it to return the handler
	// with the default config for every ARN.
	Function func(arn string) cloudfront.Function

	folder      *os.Root
	closeBucket func()
	source      edge.Source
}

// New returns a site that serves the pictures in folder through the function that live
// names.
func New(folder string, live func() string) (*Site, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, err
	}
	b, closeBucket, err := backend.Serve(&bucket.Server{
		Folder: root, Name: Bucket, Region: Region, HideMissing: true,
		Credentials: aws.Credentials{AccessKeyID: "AKIASITE", SecretAccessKey: "site"},
	})
	if err != nil {
		root.Close()
		return nil, err
	}
	s := &Site{Live: live, folder: root, closeBucket: closeBucket, source: b.Source()}
	s.Function = func(string) cloudfront.Function { return s.Handler(edge.DefaultConfig()) }
	s.Distribution = b.Distribution(s.invoke, edge.DefaultConfig(), cacheBytes)
	return s, nil
}

// Front puts the viewer-request function in front, and has the origin get all query
// strings, as [New] does.
func (s *Site) Front() {
	canonical.Front(s.Distribution, viewerrequest.SettingsOf(edge.DefaultConfig()))
}

// Bare removes the viewer-request function, so that the distribution resembles an older
// one, whose cache policy lists the parameters.
func (s *Site) Bare() {
	s.Viewer, s.OriginRequest = nil, cloudfront.OriginRequestPolicy{}
}

// Close stops the bucket's server.
func (s *Site) Close() {
	s.closeBucket()
	s.folder.Close()
}

// invoke runs the live function, if any.
func (s *Site) invoke(ctx context.Context, event []byte) ([]byte, string, error) {
	if arn := s.Live(); arn != "" {
		return s.Function(arn)(ctx, event)
	}
	return untouched(event)
}

// Handler returns the real function with a config. It makes a handler for each event,
// because a handler takes one event at a time.
func (s *Site) Handler(cfg edge.Config) cloudfront.Function {
	return func(ctx context.Context, event []byte) ([]byte, string, error) {
		h := edge.New(cfg, s.source, 0, slog.New(slog.DiscardHandler))
		response, outcome, err := h.Handle(ctx, event)
		return response, string(outcome.Reason), err
	}
}

// untouched answers with the origin's response, as without a function.
func untouched(event []byte) ([]byte, string, error) {
	var e edge.Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, "", err
	}
	response, err := json.Marshal(e.Records[0].CF.Response)
	return response, "no function", err
}
