// Package gateway runs versitygw, a real S3 server, in this process.
package gateway

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
)

// Region is the server's region.
const Region = "eu-central-1"

const (
	accessKey = "AKIDTEST"
	secretKey = "test-secret"
)

// Credentials are those of the server's owner.
var Credentials = aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}

// Gateway is a running server with one bucket. A process can run only one.
type Gateway struct {
	// Transport connects to the server, whatever the host of a request.
	Transport *http.Transport
	bucket    string
	dir       string
	stop      func()
}

// Start starts a server with a bucket. It changes the working directory of the
// process.
func Start(ctx context.Context, bucket string) (*Gateway, error) {
	dir, err := os.MkdirTemp("", "s3")
	if err != nil {
		return nil, err
	}
	g := &Gateway{bucket: bucket, dir: dir}
	if err := g.serve(); err != nil {
		os.RemoveAll(dir)
		return nil, fmt.Errorf("versitygw: %w", err)
	}
	if _, err := g.client().CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		g.Close()
		return nil, err
	}
	return g, nil
}

// serve serves a folder over a Unix socket beside it.
func (g *Gateway) serve() error {
	root, sidecar, socket := filepath.Join(g.dir, "root"), filepath.Join(g.dir, "meta"), filepath.Join(g.dir, "s3")
	for _, folder := range []string{root, sidecar} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			return err
		}
	}
	// Metadata is kept beside the files, because not every file system has
	// extended attributes.
	storer, err := meta.NewSideCar(sidecar)
	if err != nil {
		return err
	}
	backend, err := posix.New(root, storer, posix.PosixOpts{SideCarDir: sidecar})
	if err != nil {
		return err
	}
	listening, ended := make(chan struct{}), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		ended <- embedgw.RunVersityGW(ctx, backend, &embedgw.Config{
			RootUserAccess: accessKey, RootUserSecret: secretKey, Region: Region,
			Ports: []string{socket}, MaxConnections: 100, MaxRequests: 100, MultipartMaxParts: 1,
			KeepAlive: true, Quiet: true,
			S3Options: []s3api.Option{s3api.WithOnListen(func() { close(listening) })},
		})
	}()
	g.Transport = &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
		DisableCompression: true,
	}
	g.stop = func() {
		cancel()
		<-ended
	}
	select {
	case <-listening:
		return nil
	case err := <-ended:
		cancel()
		return err
	}
}

// Close stops the server and removes its files.
func (g *Gateway) Close() {
	g.Transport.CloseIdleConnections()
	g.stop()
	os.RemoveAll(g.dir)
}

// Put stores an object with user metadata as any client does, and returns its
// ETag.
func (g *Gateway) Put(ctx context.Context, key string, data []byte, metadata map[string]string) (etag string, err error) {
	out, err := g.client().PutObject(ctx, &s3.PutObjectInput{
		Bucket: &g.bucket, Key: &key, Body: bytes.NewReader(data), Metadata: metadata,
	})
	if err != nil {
		return "", err
	}
	return *out.ETag, nil
}

func (g *Gateway) client() *s3.Client {
	return s3.New(s3.Options{
		BaseEndpoint: aws.String("http://127.0.0.1"), UsePathStyle: true,
		Region: Region, Credentials: Provider(Credentials), HTTPClient: &http.Client{Transport: g.Transport},
	})
}

// Provider returns a provider that always gives c.
func Provider(c aws.Credentials) aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return c, nil })
}
