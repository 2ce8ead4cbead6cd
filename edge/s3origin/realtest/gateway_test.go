// Package realtest runs s3origin, and the handler behind it, against a real S3
// server: versitygw, in this process. Between the two stands a proxy that
// makes S3 fail in the ways it does.
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
	// bucketName is the one that the recorded events name.
	bucketName = "example-originals"
)

var (
	accessKey   = gateway.Credentials.AccessKeyID
	credentials = gateway.Provider(gateway.Credentials)
	testdata    string           // absolute: versitygw changes the working directory
	s3          *gateway.Gateway // the one that a process can hold
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
	if s3, err = gateway.Start(context.Background(), bucketName); err != nil {
		return 0, err
	}
	defer s3.Close()
	return run(), nil
}
