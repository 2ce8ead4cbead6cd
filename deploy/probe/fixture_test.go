package probe

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeedge"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakefacts"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakeiam"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakes3"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakests"
	"github.com/edgeresize/edgeresize/deploy/probe/edgecode"
	"github.com/edgeresize/edgeresize/resize/pic/pictest/peer"
)

// cloud is a fake AWS with the distribution E1, whose bucket is originals, and an edge
// with a switch for each fact.
type cloud struct {
	t          *testing.T
	server     *fakeaws.Server
	cloudFront *fakecloudfront.CloudFront
	lambda     *fakelambda.Lambda
	iam        *fakeiam.IAM
	s3         *fakes3.S3
	logs       *fakelogs.Logs
	metrics    *fakelogs.Metrics
	edge       *fakefacts.Edge
	prober     *Prober
	progress   bytes.Buffer
	requests   int // of viewers
}

// reporter is the origin-response function of all tests.
var reporter struct {
	once     sync.Once
	function *fakefacts.Function
	err      error
}

// TestMain runs the tests and ends their function.
func TestMain(m *testing.M) {
	status := m.Run()
	if reporter.function != nil {
		if err := reporter.function.Close(); err != nil && status == 0 {
			fmt.Fprintln(os.Stderr, "python:", err)
			status = 1
		}
	}
	os.Exit(status)
}

// tagHeader is the header with cache tags.
const tagHeader = "Edge-Cache-Tag"

// withTags replaces in a config to give it cache tags.
var withTags = []string{"</DistributionConfig>", "<CacheTagConfig><HeaderName>" + tagHeader + "</HeaderName></CacheTagConfig></DistributionConfig>"}

// newCloud returns a cloud. changes are pairs of strings: each replaces the first by the
// second in the distribution's config. The test is skipped without Python.
func newCloud(t *testing.T, changes ...string) *cloud {
	t.Helper()
	python := peer.Program(t, "PYTHON", "python3", "python3")
	server := fakeaws.New()
	c := &cloud{t: t, server: server, iam: fakeiam.New(server), s3: fakes3.New(server), lambda: fakelambda.New(server), logs: fakelogs.New(server)}
	c.metrics = fakelogs.NewMetrics(c.logs)
	fakests.New(server)
	c.lambda.Trusts = c.iam.Trusts
	c.cloudFront = fakecloudfront.New(server, c.lambda)
	c.cloudFront.Polls = 2
	c.s3.Bucket("originals", "us-east-1", "")
	err := c.cloudFront.Add("E1", "e1.cloudfront.net", []byte(strings.NewReplacer(changes...).Replace(string(fakecloudfront.Example))))
	if err != nil {
		t.Fatal(err)
	}
	reporter.once.Do(func() { reporter.function, reporter.err = fakefacts.Start(python, edgecode.Reporter) })
	if reporter.err != nil {
		t.Fatal(reporter.err)
	}
	c.edge = fakefacts.New(c.cloudFront, c.logs, c.s3, "E1", "originals", reporter.function)
	if len(changes) > 0 && changes[0] == withTags[0] {
		c.edge.TagHeader = tagHeader
	}
	api, viewers := httptest.NewServer(server), httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.requests++ // the prober sends one at a time
		c.edge.ServeHTTP(w, r)
	}))
	t.Cleanup(api.Close)
	t.Cleanup(viewers.Close)
	c.prober = New(aws.Config{
		Region: "ap-southeast-2", BaseEndpoint: &api.URL, RetryMaxAttempts: 1, HTTPClient: fakeaws.NewClient(),
		Credentials: credentials.NewStaticCredentialsProvider(server.Credentials.AccessKeyID, server.Credentials.SecretAccessKey, ""),
	})
	transport := fakeedge.Transport(viewers.Listener.Addr().String())
	transport.DisableCompression = true
	t.Cleanup(transport.CloseIdleConnections)
	c.prober.Transport, c.prober.Now, c.prober.Progress = transport, c.edge.Now, &c.progress
	c.prober.Wait = func(ctx context.Context, d time.Duration) error {
		c.edge.Pass(d)
		return ctx.Err()
	}
	return c
}

// options are those of a run at the distribution.
var options = Options{Distribution: "E1"}

// state returns everything that the cloud has that a run could leave.
func (c *cloud) state() string {
	return c.cloudFront.String() + c.iam.String() + c.lambda.String()
}

// run makes a run and returns its report.
func (c *cloud) run() *Report {
	c.t.Helper()
	report, err := c.prober.Run(c.t.Context(), options)
	if err != nil {
		c.t.Fatalf("%v\n%s", err, &c.progress)
	}
	if err := c.edge.Failed(); err != nil {
		c.t.Error(err)
	}
	return report
}

// ask sets up and asks one question.
func (c *cloud) ask(id string) (verdict string, err error) {
	c.t.Helper()
	s := c.setUp()
	for _, q := range questions() {
		if q.id == id {
			verdict, err = s.conclude(c.t.Context(), q)
			c.t.Logf("%s: %s, %v, %q", id, verdict, err, s.evidence)
			return verdict, err
		}
	}
	c.t.Fatalf("no question %q", id)
	return "", nil
}

// setUp returns a session that is ready for questions.
func (c *cloud) setUp() *session {
	c.t.Helper()
	s, err := c.prober.look(c.t.Context(), options)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := s.setUp(c.t.Context()); err != nil {
		c.t.Fatal(err)
	}
	return s
}
