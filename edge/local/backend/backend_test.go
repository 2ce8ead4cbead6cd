package backend

import (
	"context"
	"image"
	_ "image/jpeg"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/local/bucket"
)

// served returns testdata/originals as a bucket.
func served(t *testing.T) Bucket {
	t.Helper()
	folder, err := os.OpenRoot("../../../testdata/originals")
	if err != nil {
		t.Fatal(err)
	}
	b, closeBucket, err := Serve(&bucket.Server{
		Folder: folder, Name: "pictures", Region: "eu-west-1", Credentials: aws.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeBucket(); folder.Close() })
	return b
}

// TestDistribution checks that several viewers at a time get variants through the
// distribution, the sandboxes and the bucket, also for spellings that only the
// viewer-request function understands.
func TestDistribution(t *testing.T) {
	b, config := served(t), edge.DefaultConfig()
	sandboxes := NewSandboxes(2, config, b.Source(), 0, slog.New(slog.DiscardHandler))
	server := httptest.NewServer(b.Distribution(func(ctx context.Context, event []byte) ([]byte, string, error) {
		response, outcome, err := sandboxes.Handle(ctx, event)
		return response, outcome.String(), err
	}, config, 1<<20))
	defer server.Close()
	var all sync.WaitGroup
	for query, width := range map[string]int{"width=50&height=30": 50, "height=30&width=50&a=b": 50, "width=050&height=30": 50, "width=40&height=30": 40} {
		all.Go(func() {
			response, err := http.Get(server.URL + "/PHOTO.jpg?" + query)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			picture, _, err := image.DecodeConfig(response.Body)
			if err != nil || picture.Width != width || picture.Height != 30 {
				t.Errorf("%s: %s, %dx%d, %v", query, response.Status, picture.Width, picture.Height, err)
			}
		})
	}
	all.Wait()
}

// TestOrigin checks that events describe the bucket by its name and region, with its
// custom headers.
func TestOrigin(t *testing.T) {
	b := served(t)
	if s3 := b.Origin().Description.S3; s3.DomainName != "pictures.s3.eu-west-1.amazonaws.com" || s3.Region != "eu-west-1" || s3.CustomHeaders == nil {
		t.Errorf("got %+v", s3)
	}
	b.CustomHeaders = edge.Headers{}
	b.CustomHeaders.Set("X-Test", "a")
	if got := b.Origin().Description.S3.CustomHeaders.Get("X-Test"); got != "a" {
		t.Errorf("got %q", got)
	}
}

// TestNoSandbox checks that an event gets no response if no sandbox is free until ctx
// ends.
func TestNoSandbox(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	response, _, err := NewSandboxes(0, edge.DefaultConfig(), nil, 0, slog.New(slog.DiscardHandler)).Handle(ctx, nil)
	if err == nil || response != nil {
		t.Errorf("got %s, %v", response, err)
	}
}
