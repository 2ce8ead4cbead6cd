// Package realtest runs s3origin, and the handler behind it, against a real S3
// server: versitygw, in this process. Between the two stands a proxy that
// makes S3 fail in the ways it does.
package realtest

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/versity/versitygw/backend/meta"
	"github.com/versity/versitygw/backend/posix"
	"github.com/versity/versitygw/embedgw"
	"github.com/versity/versitygw/s3api"
)

const (
	region = "eu-central-1"
	// bucketName is the one that the recorded events name.
	bucketName = "example-originals"
	accessKey  = "AKIDTEST"
	secretKey  = "test-secret"
)

var credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: accessKey, SecretAccessKey: secretKey}, nil
})

var (
	testdata string // absolute: versitygw changes the working directory
	// toGateway reaches the one versitygw that a process can hold.
	toGateway *http.Transport
)

func TestMain(m *testing.M) {
	code, err := withGateway(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "realtest:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// withGateway runs run beside a versitygw with a bucket for the originals.
func withGateway(run func() int) (int, error) {
	var err error
	if testdata, err = filepath.Abs("../../../testdata"); err != nil {
		return 0, err
	}
	dir, err := os.MkdirTemp("", "s3")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	stop, err := startGateway(dir)
	if err != nil {
		return 0, fmt.Errorf("versitygw: %w", err)
	}
	defer stop()
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String("http://127.0.0.1"), UsePathStyle: true,
		Region: region, Credentials: credentials, HTTPClient: &http.Client{Transport: toGateway},
	})
	if _, err := client.CreateBucket(context.Background(), &s3.CreateBucketInput{Bucket: aws.String(bucketName)}); err != nil {
		return 0, err
	}
	return run(), nil
}

// startGateway serves the folder through a socket in it.
func startGateway(dir string) (stop func(), err error) {
	root, sidecar, socket := filepath.Join(dir, "root"), filepath.Join(dir, "meta"), filepath.Join(dir, "s3")
	for _, folder := range []string{root, sidecar} {
		if err := os.Mkdir(folder, 0o755); err != nil {
			return nil, err
		}
	}
	// Beside the files, since not every file system has extended attributes.
	storer, err := meta.NewSideCar(sidecar)
	if err != nil {
		return nil, err
	}
	backend, err := posix.New(root, storer, posix.PosixOpts{SideCarDir: sidecar})
	if err != nil {
		return nil, err
	}
	listening, ended := make(chan struct{}), make(chan error, 1)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		ended <- embedgw.RunVersityGW(ctx, backend, &embedgw.Config{
			RootUserAccess: accessKey, RootUserSecret: secretKey, Region: region,
			Ports: []string{socket}, MaxConnections: 100, MaxRequests: 100, MultipartMaxParts: 1,
			KeepAlive: true, Quiet: true,
			S3Options: []s3api.Option{s3api.WithOnListen(func() { close(listening) })},
		})
	}()
	toGateway = &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "unix", socket)
		},
		DisableCompression: true,
	}
	select {
	case <-listening:
	case err := <-ended:
		cancel()
		return nil, err
	}
	return func() {
		toGateway.CloseIdleConnections()
		cancel()
		<-ended
	}, nil
}

// put stores an object as any client would and returns its ETag.
func put(t *testing.T, key string, data []byte) (etag string, err error) {
	t.Helper()
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String("http://127.0.0.1"), UsePathStyle: true,
		Region: region, Credentials: credentials, HTTPClient: &http.Client{Transport: toGateway},
	})
	out, err := client.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(bucketName), Key: &key, Body: bytes.NewReader(data),
	})
	if err != nil {
		return "", err
	}
	return *out.ETag, nil
}
