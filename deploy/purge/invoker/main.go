// Command invoker is the Lambda function with which a CodePipeline pipeline purges the
// cache of a distribution in another account. It ends every job of its pipeline action,
// in success or with the reason of a failure. Its settings are environment variables:
// see newCDN.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/codepipeline"
)

func main() {
	i, err := newInvoker(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "invoker:", err)
		os.Exit(1)
	}
	lambda.Start(i.handle)
}

// newInvoker returns the function that the environment describes.
func newInvoker(ctx context.Context) (*invoker, error) {
	aws, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	there, err := newCDN(os.Getenv, aws)
	if err != nil {
		return nil, err
	}
	return &invoker{
		cdn:      there,
		pipeline: codepipeline.NewFromConfig(aws),
		log:      slog.New(slog.NewJSONHandler(os.Stdout, nil)),
	}, nil
}
