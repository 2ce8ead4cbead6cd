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

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/edgeresize/edgeresize/deploy/trial"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/backend"
)

// site is a distribution on this machine, with an S3 that fails now and then behind it.
type site struct {
	url     string
	faults  *faulty
	elapsed atomic.Int64 // seconds by the distribution's clock
	servers []*httptest.Server
	folder  *os.Root
}

// newSite serves a folder of originals, and chooses faults by seed. The cache is small, so
// that most requests reach the function.
func newSite(originals string, seed uint64) (*site, error) {
	folder, err := os.OpenRoot(originals)
	if err != nil {
		return nil, err
	}
	server := trial.NewBucket(folder)
	server.Region = "us-east-1"
	s := &site{folder: folder, faults: &faulty{next: server, seed: seed}}
	clean, err := url.Parse(s.serve(server)) // CloudFront's way to S3 has no faults
	if err != nil {
		return nil, err
	}
	b := backend.Bucket{
		Name: server.Name, Region: server.Region, Endpoint: clean, SourceEndpoint: s.serve(s.faults),
		Credentials: credentials.StaticCredentialsProvider{Value: trial.Credentials},
	}
	config := edge.DefaultConfig()
	config.TimeoutMS = 2000
	sandboxes := backend.NewSandboxes(viewers, config, b.Source(), 512<<20, slog.New(slog.DiscardHandler))
	distribution := b.Distribution(func(ctx context.Context, event []byte) ([]byte, string, error) {
		response, outcome, err := sandboxes.Handle(ctx, event)
		note := ""
		if outcome.Reason.Passing() {
			note = string(outcome.Reason)
		}
		return response, note, err
	}, config, 4<<20)
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
	s.folder.Close()
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
