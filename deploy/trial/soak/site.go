package main

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
	"github.com/edgeresize/edgeresize/edge/s3origin"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// site is a distribution on this machine, with an S3 that fails now and then behind it.
type site struct {
	url     string
	faults  *faulty
	elapsed atomic.Int64 // seconds by the distribution's clock
	servers []*httptest.Server
	closers []func()
}

// newSite serves a folder of originals, and chooses faults by seed. The cache is small, so
// that most requests reach the function.
func newSite(originals string, seed uint64) (*site, error) {
	folder, err := os.OpenRoot(originals)
	if err != nil {
		return nil, err
	}
	s := &site{closers: []func(){func() { folder.Close() }}}
	s3 := trial.NewBucket(folder)
	s3.Region = "us-east-1"
	s.faults = &faulty{next: s3, seed: seed}
	// CloudFront has its own way to S3, whose faults are not ours.
	clean, failing := s.serve(s3), s.serve(s.faults)

	config := edge.DefaultConfig()
	config.TimeoutMS = 2000
	provider := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return trial.Credentials, nil })
	source := s3origin.New(s3origin.Options{Endpoint: failing, Credentials: provider})
	sandboxes := make(chan *edge.Handler, viewers)
	for range viewers {
		sandboxes <- edge.New(config, source, 512<<20, slog.New(slog.DiscardHandler))
	}
	base, err := url.Parse(clean)
	if err != nil {
		return nil, err
	}
	distribution := cloudfront.New(cloudfront.Origin{
		Description: edge.Origin{S3: &edge.S3Origin{
			AuthMethod: "none", CustomHeaders: edge.Headers{},
			DomainName: trial.BucketName + ".s3.us-east-1.amazonaws.com", Region: "us-east-1",
		}},
		Base:      base.JoinPath(trial.BucketName),
		Transport: bucket.NewTransport("us-east-1", provider),
	}, func(ctx context.Context, event []byte) ([]byte, string, error) {
		h := <-sandboxes
		defer func() { sandboxes <- h }()
		response, outcome, err := h.Handle(ctx, event)
		note := ""
		if outcome.Reason.Passing() {
			note = string(outcome.Reason)
		}
		return response, note, err
	}, 4<<20)
	canonical.Front(distribution, viewerrequest.SiteOf(config))
	start := time.Now()
	distribution.Now = func() time.Time { return start.Add(time.Duration(s.elapsed.Load()) * time.Second) }
	distribution.Noted = func(h http.Header, _, note string) { h.Set("X-Transient", note) }
	s.url = s.serve(distribution)
	return s, nil
}

// serve serves h and returns the server's URL.
func (s *site) serve(h http.Handler) string {
	server := httptest.NewServer(h)
	s.servers = append(s.servers, server)
	return server.URL
}

// close closes the servers and the folder.
func (s *site) close() {
	for _, server := range slices.Backward(s.servers) {
		server.CloseClientConnections()
		server.Close()
	}
	for _, closer := range s.closers {
		closer()
	}
}

// urls returns the URLs of the originals with each of trafficQueries.
func (s *site) urls(originals string) ([]string, error) {
	files, err := os.ReadDir(originals)
	if err != nil {
		return nil, err
	}
	var urls []string
	for _, f := range files {
		path := strings.ReplaceAll(url.PathEscape(f.Name()), "+", "%2B") // S3 reads "+" as a space
		for _, query := range trafficQueries {
			urls = append(urls, s.url+"/"+path+query)
		}
	}
	return urls, nil
}

// resources counts what might leak.
type resources struct{ goroutines, descriptors int }

// settle closes the connections that are kept for the next request.
func (s *site) settle() {
	http.DefaultClient.CloseIdleConnections()
	for _, server := range s.servers {
		server.CloseClientConnections()
	}
	runtime.GC()
}

// settleTo settles until no more is in use than before, or 5 seconds have passed. It
// returns what is in use.
func (s *site) settleTo(before resources) resources {
	after := resources{}
	for range 50 {
		s.settle()
		after = resources{runtime.NumGoroutine(), descriptors()}
		if after.goroutines <= before.goroutines && after.descriptors <= before.descriptors {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	return after
}

// descriptors returns the number of files that this process has open, 0 if the system does
// not say.
func descriptors() int {
	open, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(open)
}
