// Command bootstrap is the binary that Lambda runs: it polls Lambda's Runtime
// API for CloudFront's origin-response events and answers them.
//
// Its config is baked in. From the environment it takes what Lambda sets
// there: AWS_LAMBDA_RUNTIME_API, AWS_LAMBDA_FUNCTION_MEMORY_SIZE and the
// credentials. AWS_ENDPOINT_URL_S3 (AWS SDKs and Tools Reference Guide,
// "Service-specific endpoints") sends it to another S3; Lambda@Edge functions
// cannot have that set.
package main

import (
	"fmt"
	"log/slog"
	"os"
	"strconv"

	"github.com/aws/aws-lambda-go/lambda"
	// Roots for TLS where the image has none.
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
	// One JSON object a line on standard output is what CloudWatch reads
	// metrics from.
	log := slog.New(slog.NewJSONHandler(os.Stdout, nil))
	source := s3origin.New(s3origin.Options{Endpoint: os.Getenv("AWS_ENDPOINT_URL_S3")})
	lambda.Start(edge.New(config, source, functionMemory(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")), log))
}

// functionMemory is how many bytes a function of so many MB has, or 0 where that
// is not known.
func functionMemory(mb string) int64 {
	n, err := strconv.ParseUint(mb, 10, 32)
	if err != nil {
		return 0
	}
	return int64(n) << 20
}
