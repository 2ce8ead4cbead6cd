package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/local/backend"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/edge/local/s3bucket"
)

// originFlags say where the originals are.
type originFlags struct {
	folder, bucket, region, profile, endpoint string
	missingKey, notFoundPage                  string
}

func (f *originFlags) register(flags *flag.FlagSet) {
	flags.StringVar(&f.folder, "originals", "testdata/originals", "serve the pictures in `DIR`")
	flags.StringVar(&f.bucket, "bucket", "", "use the S3 bucket `NAME` instead of a folder, with the credentials that the\n"+
		"aws command line would use: environment, profile, SSO or role")
	flags.StringVar(&f.region, "region", "", "the bucket's `REGION` (default: found by asking S3)")
	flags.StringVar(&f.profile, "profile", "", "the `NAME` of the AWS profile to use, for -bucket (default AWS_PROFILE)")
	flags.StringVar(&f.endpoint, "s3-endpoint", "", "the `URL` of a server that speaks S3's protocol, for -bucket")
}

// registerMissing registers the flags for pictures that do not exist.
func (f *originFlags) registerMissing(flags *flag.FlagSet) {
	flags.StringVar(&f.missingKey, "missing-key", "", "the `STATUS` of a picture that is not in the folder: 403, as S3 answers if CloudFront may\n"+
		"not list the bucket, or 404, like the template's parameter MissingKey (default 403)")
	flags.StringVar(&f.notFoundPage, "not-found-page", "", "the `KEY` of the page to show with a 404, such as 404.html")
}

// origin is S3: a real one, or a folder behind a server in this process.
type origin struct {
	cloudfront.Origin
	source edge.Source
	// folder is the folder that is served, and memory holds what was dropped on
	// the page. Both are nil with a real bucket, which remote then names.
	folder *os.Root
	memory *bucket.Memory
	remote *s3bucket.Bucket
	// notFoundPage is the key of a page for a 404, or "".
	notFoundPage string
	close        func()
}

// open returns the origin. With anyBucket, the folder stands for every bucket
// in every region, as recorded events name them, and missing keys get 404.
func (f originFlags) open(ctx context.Context, anyBucket bool) (*origin, error) {
	if err := f.check(); err != nil {
		return nil, err
	}
	if f.bucket != "" {
		return f.openBucket(ctx)
	}
	return f.openFolder(anyBucket)
}

func (f originFlags) check() error {
	for flag, value := range map[string]string{"-s3-endpoint": f.endpoint, "-profile": f.profile} {
		if value != "" && f.bucket == "" {
			return errors.New(flag + " needs -bucket")
		}
	}
	switch {
	case f.missingKey != "" && f.missingKey != "403" && f.missingKey != "404":
		return fmt.Errorf("-missing-key is %q: want 403 or 404", f.missingKey)
	case f.missingKey != "" && f.bucket != "":
		return errors.New("-missing-key is for a folder only: with -bucket, the bucket's policy decides")
	case f.notFoundPage != "" && f.bucket == "" && f.missingKey != "404":
		return errors.New("-not-found-page needs -missing-key 404")
	case strings.HasPrefix(f.notFoundPage, "/"):
		return fmt.Errorf("-not-found-page is %q: want a key such as 404.html, without a slash in front", f.notFoundPage)
	}
	named := edge.DefaultConfig() // its fields have the names of the flags
	named.Bucket, named.Region = f.bucket, f.region
	var wrong *edge.ConfigError
	if errors.As(named.Validate(), &wrong) {
		return fmt.Errorf("-%s is %s: want %s", wrong.Field, wrong.Got, wrong.Allowed)
	}
	if f.endpoint == "" {
		return nil
	}
	endpoint, err := url.Parse(f.endpoint)
	if err != nil || endpoint.Host == "" || endpoint.Scheme != "http" && endpoint.Scheme != "https" {
		return fmt.Errorf("-s3-endpoint is %q: want a URL such as http://127.0.0.1:9000", f.endpoint)
	}
	return nil
}

// tagHeader is the header of cache tags unless the config names one. The
// template uses the same name.
const tagHeader = "Edgeresize-Cache-Tag"

// bucketName returns the name of the bucket.
func (o *origin) bucketName() string {
	if o.remote != nil {
		return o.remote.Name
	}
	return localBucket
}

// memoryBytes limits what is kept of pictures dropped on the page, in bytes.
const memoryBytes = 128 << 20

// localBucket is the bucket name of the folder.
const localBucket = "originals"

func (f originFlags) openFolder(anyBucket bool) (*origin, error) {
	if f.region == "" {
		f.region = "us-east-1"
	}
	folder, err := os.OpenRoot(f.folder)
	if err != nil {
		return nil, fmt.Errorf("cannot open the folder of originals: %w; name another with -originals", err)
	}
	if _, err := bucket.ReadMetadata(folder); err != nil {
		folder.Close()
		return nil, fmt.Errorf("the metadata of the folder's objects, %w", err)
	}
	server := &bucket.Server{
		Folder: folder, Name: localBucket, Region: f.region,
		Credentials: aws.Credentials{AccessKeyID: "AKIALOCAL", SecretAccessKey: "local"},
		Memory:      bucket.NewMemory(memoryBytes), Troubles: true,
		HideMissing: !anyBucket && f.missingKey != "404",
	}
	if anyBucket {
		server.Name, server.Region = "", ""
	}
	b, closeBucket, err := backend.Serve(server)
	if err != nil {
		folder.Close()
		return nil, fmt.Errorf("S3 on this machine: %w", err)
	}
	b.Name, b.Region = localBucket, f.region
	o := f.originOf(b)
	o.folder, o.memory = folder, server.Memory
	o.close = func() { closeBucket(); folder.Close() }
	return o, nil
}

func (f originFlags) openBucket(ctx context.Context) (*origin, error) {
	found, err := s3bucket.Open(ctx, s3bucket.Options{Bucket: f.bucket, Region: f.region, Profile: f.profile, Endpoint: f.endpoint})
	if err != nil {
		return nil, err
	}
	b := backend.Bucket{Name: found.Name, Region: found.Region, Endpoint: found.Endpoint, Credentials: found.Credentials}
	if found.Custom {
		b.SourceEndpoint = found.Endpoint.String()
	}
	o := f.originOf(b)
	o.remote = found
	return o, nil
}

// originOf returns the origin for b, which has the header of cache tags.
func (f originFlags) originOf(b backend.Bucket) *origin {
	b.CustomHeaders = edge.Headers{
		strings.ToLower(edge.CacheTagHeaderHeader): {{Key: edge.CacheTagHeaderHeader, Value: tagHeader}},
	}
	return &origin{Origin: b.Origin(), source: b.Source(), notFoundPage: f.notFoundPage, close: func() {}}
}
