// Package s3bucket opens a bucket of Amazon S3, or of a server that speaks its
// protocol, with the credentials, region and endpoint of the aws command line:
// environment, profiles, SSO, roles of roles, a credential process. It lists
// the bucket's pictures. Its errors say in one line what is wrong.
package s3bucket

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/logging"
)

// patience is how long credentials, or an answer of S3, may take.
const patience = 10 * time.Second

// Options name a bucket.
type Options struct {
	Bucket string
	// Region is where the bucket is; "" asks S3.
	Region string
	// Profile is a profile of the aws command line; "" is its default.
	Profile string
	// Endpoint is the base URL of a server that speaks S3's protocol; "" is the
	// endpoint of the aws command line, by default Amazon S3.
	Endpoint string
}

// Bucket is a bucket that S3 was asked about. It is safe for concurrent use.
type Bucket struct {
	Name, Region string
	// Endpoint is the base URL of requests by path.
	Endpoint *url.URL
	// Custom says that Endpoint is not Amazon S3's own.
	Custom      bool
	Credentials aws.CredentialsProvider

	client *s3.Client
}

// Open finds credentials and asks S3 for the bucket. Its error says in one line
// what is wrong and what to do. It returns no error if the credentials only
// lack the permission to list the bucket.
func Open(ctx context.Context, o Options) (*Bucket, error) {
	settings, err := load(ctx, o)
	if err != nil {
		return nil, err
	}
	b := &Bucket{Name: o.Bucket, Region: o.Region, Credentials: settings.Credentials}
	if b.Region == "" {
		b.Region = settings.Region
	}
	if b.Region == "" {
		b.Region = "us-east-1"
	}
	b.client = s3.NewFromConfig(settings, func(options *s3.Options) {
		options.UsePathStyle = true
		options.Retryer = aws.NopRetryer{}
		options.HTTPClient = newClient()
		if o.Endpoint != "" {
			options.BaseEndpoint = &o.Endpoint
		}
	})
	if err := b.locate(); err != nil {
		return nil, err
	}
	_, err = b.List(ctx, "", 1)
	if elsewhere := regionOf(err); elsewhere != "" && elsewhere != b.Region {
		if o.Region != "" {
			return nil, fmt.Errorf("the bucket %q is in %s, not in %s: use -region %s", b.Name, elsewhere, o.Region, elsewhere)
		}
		b.Region = elsewhere
		if err := b.locate(); err != nil {
			return nil, err
		}
		_, err = b.List(ctx, "", 1)
	}
	var wrong *Error
	if errors.As(err, &wrong) && wrong.Fatal {
		return nil, wrong
	}
	return b, nil
}

// load reads the settings of the aws command line, and the credentials once.
func load(ctx context.Context, o Options) (aws.Config, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	settings, err := config.LoadDefaultConfig(ctx,
		config.WithLogger(logging.Nop{}), // the error says once what is wrong
		config.WithSharedConfigProfile(o.Profile),
		config.WithAssumeRoleCredentialOptions(func(options *stscreds.AssumeRoleOptions) {
			options.TokenProvider = stscreds.StdinTokenProvider // for roles that demand a second factor
		}),
	)
	if err == nil {
		_, err = settings.Credentials.Retrieve(ctx)
	}
	if err != nil {
		return aws.Config{}, noCredentials(err, o.Profile)
	}
	return settings, nil
}

// newClient returns a client that fails soon if it cannot connect.
func newClient() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: 3 * time.Second}).DialContext
	transport.TLSHandshakeTimeout = 3 * time.Second
	return &http.Client{
		Transport: transport,
		// A signature is valid for one host only.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// locate sets the endpoint. Amazon S3's is addressed by path, because its
// certificate does not cover the host names of buckets with dots.
func (b *Bucket) locate() error {
	b.Endpoint = &url.URL{Scheme: "https", Host: fmt.Sprintf("s3.%s.amazonaws.com", b.Region)}
	custom := b.client.Options().BaseEndpoint
	if custom == nil {
		return nil
	}
	endpoint, err := url.Parse(*custom)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
		return fmt.Errorf("the endpoint of S3 is %q: want a URL such as http://127.0.0.1:9000", *custom)
	}
	b.Endpoint, b.Custom = endpoint, true
	return nil
}
