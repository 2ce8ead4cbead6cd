package release

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// versions are the function's numbered ones, oldest first.
func (r *Releaser) versions(ctx context.Context) ([]types.FunctionConfiguration, error) {
	var versions []types.FunctionConfiguration
	pages := lambda.NewListVersionsByFunctionPaginator(r.lambda, &lambda.ListVersionsByFunctionInput{FunctionName: &r.Function})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, v := range page.Versions {
			if _, err := strconv.Atoi(aws.ToString(v.Version)); err == nil {
				versions = append(versions, v)
			}
		}
	}
	return versions, nil
}

// newest is the version with the highest number, or nil.
func (r *Releaser) newest(ctx context.Context) (*types.FunctionConfiguration, error) {
	versions, err := r.versions(ctx)
	var newest *types.FunctionConfiguration
	highest := 0
	for i, v := range versions {
		if n, err := strconv.Atoi(aws.ToString(v.Version)); err == nil && n > highest {
			newest, highest = &versions[i], n
		}
	}
	return newest, err
}

// configurationOf is what a list says of a version, in the form in which
// Lambda gives one alone.
func configurationOf(v types.FunctionConfiguration) *configuration {
	return &configuration{
		Architectures: v.Architectures, CodeSha256: v.CodeSha256, DeadLetterConfig: v.DeadLetterConfig,
		Environment: v.Environment, EphemeralStorage: v.EphemeralStorage, FunctionArn: v.FunctionArn,
		Handler: v.Handler, LastUpdateStatus: v.LastUpdateStatus, Layers: v.Layers, MemorySize: v.MemorySize,
		PackageType: v.PackageType, Role: v.Role, Runtime: v.Runtime, State: v.State, Timeout: v.Timeout,
		TracingConfig: v.TracingConfig, Version: v.Version, VpcConfig: v.VpcConfig,
	}
}
