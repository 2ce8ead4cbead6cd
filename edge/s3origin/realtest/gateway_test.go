// Package realtest runs s3origin, and the handler with it, against a real S3
// server: versitygw, in this process. A proxy in between makes S3 fail in the
// ways that it does.
package realtest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/edgeresize/edgeresize/edge/s3origin/realtest/gateway"
)

const (
	region = gateway.Region
	// bucketName is the bucket in the recorded events.
	bucketName = "example-originals"
)

var (
	accessKey   = gateway.Credentials.AccessKeyID
	credentials = gateway.Provider(gateway.Credentials)
	testdata    string           // absolute, because versitygw changes the working directory
	s3          *gateway.Gateway // a process can run only one
)

func TestMain(m *testing.M) {
	code, err := withGateway(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, "realtest:", err)
		os.Exit(1)
	}
	os.Exit(code)
}

// withGateway calls run while a versitygw with a bucket for the originals runs.
func withGateway(run func() int) (int, error) {
	var err error
	if testdata, err = filepath.Abs("../../../testdata"); err != nil {
		return 0, err
	}
	if s3, err = gateway.Start(context.Background(), bucketName); err != nil {
		return 0, err
	}
	defer s3.Close()
	return run(), nil
}
