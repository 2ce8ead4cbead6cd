package release

import (
	"archive/zip"
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakesite"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

const role = "arn:aws:iam::123456789012:role/edgeresize"

// bench is a Releaser with the real clients and an AWS of its own.
type bench struct {
	*Releaser
	aws                  *fakeaws.Server
	functions            *fakelambda.Lambda
	distributions        *fakecloudfront.CloudFront
	logs                 *fakelogs.Logs
	site                 *fakesite.Site
	siteURL              string // of a picture
	difference, progress bytes.Buffer
	waits, visits        int // and requests to the site
	onWait, onVisit      func(n int)
	cache                *viewersCache // nil without a site
	t                    *testing.T
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{aws: fakeaws.New(), t: t}
	b.functions = fakelambda.New(b.aws)
	b.functions.Polls = 1
	b.functions.AddRole(role, 0)
	b.distributions = fakecloudfront.New(b.aws, b.functions)
	b.distributions.Polls = 1
	b.logs = fakelogs.New(b.aws)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b.cache.look()
		defer b.cache.settle()
		b.aws.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	b.Releaser = New(configFor(b.aws, server.URL), "edgeresize")
	b.Difference, b.Progress = &b.difference, &b.progress
	b.Wait = func(ctx context.Context, _ time.Duration) error {
		if b.onWait != nil {
			b.onWait(b.waits)
		}
		b.waits++
		return ctx.Err()
	}
	return b
}

// withDistribution adds the distribution E1.
func (b *bench) withDistribution(t *testing.T) *bench {
	t.Helper()
	must(t, b.distributions.Add("E1", "d111111abcdef8.cloudfront.net", fakecloudfront.Example))
	return b
}

// withSite adds the distribution E1 and serves its default behaviour. No viewer-request
// function hides what the attached function does wrong.
func (b *bench) withSite(t *testing.T) *bench {
	t.Helper()
	return b.withDistribution(t).serving(t, "../../testdata/originals", "").at("/jpeg-420.jpg")
}

// serving serves the pictures in a folder by the behaviour of E1 with a path pattern.
func (b *bench) serving(t *testing.T, folder, pattern string) *bench {
	t.Helper()
	b.cache = &viewersCache{distributions: b.distributions, settled: map[string]bool{}}
	site, err := fakesite.New(folder, func() string { return b.distributions.Live("E1", pattern, "origin-response") })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(site.Close)
	site.Bare()
	viewers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if b.onVisit != nil {
			b.onVisit(b.visits)
		}
		b.visits++
		site.ServeHTTP(w, r)
	}))
	t.Cleanup(viewers.Close)
	b.site, b.siteURL = site, viewers.URL
	b.cache.site = site
	unmarked := site.Function
	site.Function = func(arn string) cloudfront.Function { return marked(unmarked(arn), numberIn(arn)) }
	return b
}

// at adds the picture's path to the site's URL.
func (b *bench) at(path string) *bench {
	b.siteURL += path
	return b
}

// state returns everything that a command can change.
func (b *bench) state() string { return b.functions.String() + b.distributions.String() }

// configFor returns a user's config: for another region than Lambda@Edge's, with the usual
// number of tries and no pauses between them.
func configFor(server *fakeaws.Server, url string) aws.Config {
	c := server.Credentials
	return aws.Config{
		Region:       "eu-central-1",
		BaseEndpoint: &url,
		HTTPClient:   fakeaws.NewClient(),
		Credentials:  credentials.NewStaticCredentialsProvider(c.AccessKeyID, c.SecretAccessKey, c.SessionToken),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}

// zipOf returns a package with the text in it.
func zipOf(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	f, err := w.Create("lambda_function.py")
	if err == nil {
		_, err = f.Write([]byte(text))
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// published publishes a version with the default config, and returns its ARN.
func (b *bench) published(t *testing.T, text string) string {
	t.Helper()
	arn, err := b.Publish(t.Context(), PublishOptions{Zip: zipOf(t, text), Role: role, Description: Describe(edge.DefaultConfig(), "exec")})
	if err != nil {
		t.Fatal(err)
	}
	return arn
}
