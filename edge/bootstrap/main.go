// Command bootstrap is the binary that Lambda runs: it polls Lambda's Runtime
// API for CloudFront's origin-response events and answers them.
//
// Its config is built in. From the environment it reads what Lambda sets:
// AWS_LAMBDA_RUNTIME_API, AWS_LAMBDA_FUNCTION_MEMORY_SIZE and the credentials.
// AWS_ENDPOINT_URL_S3 (AWS SDKs and Tools Reference Guide, "Service-specific
// endpoints") names another S3 server; Lambda@Edge functions cannot set that.
package main

import (
	"fmt"
	"log/slog"
	"os"
	"strconv"

	"github.com/aws/aws-lambda-go/lambda"
	// Root certificates for TLS, if the image has none.
	_ "golang.org/x/crypto/x509roots/fallback"

	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/s3origin"
)

func main() {
	config, err := edge.BakedConfig()
	if err != nil {
		fmt.Fprintln(os.Stderr, "edgeresize:", err)
		os.Exit(1)
	}
	// CloudWatch reads metrics from standard output, one JSON object per line.
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	source := s3origin.New(s3origin.Options{Endpoint: os.Getenv("AWS_ENDPOINT_URL_S3")})
	lambda.Start(edge.New(config, source, functionMemory(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")), log))
}

// functionMemory returns mb megabytes in bytes, or 0 if mb is not a number.
func functionMemory(mb string) int64 {
	n, err := strconv.ParseUint(mb, 10, 32)
	if err != nil {
		return 0
	}
	return int64(n) << 20
}
