// Package backend puts the parts of CloudFront on this machine together: a bucket, which
// is CloudFront's origin and the function's source of originals, the distribution in front
// of it, and the sandboxes that run the function.
package backend

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/edge/s3origin"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// Bucket is an S3 bucket, and how to reach it.
type Bucket struct {
	Name, Region string
	// Endpoint is the base URL of CloudFront's requests, which are by path.
	Endpoint *url.URL
	// SourceEndpoint is the base URL of the function's requests; "" is AWS's own.
	SourceEndpoint string
	Credentials    aws.CredentialsProvider
	// CustomHeaders are the headers that CloudFront adds to its requests.
	CustomHeaders edge.Headers
}

// Serve serves s at an address of this machine, until close is called. The bucket that it
// returns has the name, the region and the credentials of s.
func Serve(s *bucket.Server) (b Bucket, close func(), err error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return Bucket{}, nil, err
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }() // returns when the server is closed
	endpoint := &url.URL{Scheme: "http", Host: listener.Addr().String()}
	return Bucket{
		Name: s.Name, Region: s.Region, Endpoint: endpoint, SourceEndpoint: endpoint.String(),
		Credentials: credentials.StaticCredentialsProvider{Value: s.Credentials},
	}, func() { server.Close() }, nil
}

// Origin returns the bucket as an origin with an origin access control, which signs.
func (b Bucket) Origin() cloudfront.Origin {
	headers := b.CustomHeaders
	if headers == nil {
		headers = edge.Headers{}
	}
	return cloudfront.Origin{
		Description: edge.Origin{S3: &edge.S3Origin{
			AuthMethod: "none", CustomHeaders: headers, Region: b.Region,
			DomainName: fmt.Sprintf("%s.s3.%s.amazonaws.com", b.Name, b.Region),
		}},
		Base:      b.Endpoint.JoinPath(b.Name),
		Transport: bucket.NewTransport(b.Region, b.Credentials),
	}
}

// Source returns the source that the function reads originals from.
func (b Bucket) Source() edge.Source {
	return s3origin.New(s3origin.Options{Endpoint: b.SourceEndpoint, Credentials: b.Credentials})
}

// Distribution returns a distribution in front of the bucket, with a cache of cacheBytes.
// f is its function on origin responses; its viewer-request function is that of a site
// with config.
func (b Bucket) Distribution(f cloudfront.Function, config edge.Config, cacheBytes int) *cloudfront.Distribution {
	d := cloudfront.New(b.Origin(), f, cacheBytes)
	canonical.Front(d, viewerrequest.SettingsOf(config))
	return d
}
