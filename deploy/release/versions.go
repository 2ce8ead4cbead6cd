package release

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// versions returns the function's numbered versions, oldest first.
func (r *Releaser) versions(ctx context.Context) ([]types.FunctionConfiguration, error) {
	var versions []types.FunctionConfiguration
	pages := lambda.NewListVersionsByFunctionPaginator(r.lambda, &lambda.ListVersionsByFunctionInput{FunctionName: &r.Function})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		versions = append(versions, page.Versions...)
	}
	versions = slices.DeleteFunc(versions, func(v types.FunctionConfiguration) bool { return versionNumber(v) == 0 })
	slices.SortFunc(versions, func(a, b types.FunctionConfiguration) int { return cmp.Compare(versionNumber(a), versionNumber(b)) })
	return versions, nil
}

// versionNumber returns a version's number, 0 for $LATEST.
func versionNumber(v types.FunctionConfiguration) int {
	n, err := strconv.Atoi(aws.ToString(v.Version))
	if err != nil {
		return 0
	}
	return n
}

// newest returns the version with the highest number, or nil if there is none.
func (r *Releaser) newest(ctx context.Context) (*types.FunctionConfiguration, error) {
	versions, err := r.versions(ctx)
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	return &versions[len(versions)-1], nil
}

// configurationOf converts a version of a list into what Lambda returns of a single one.
func configurationOf(v types.FunctionConfiguration) *configuration {
	return &configuration{
		Architectures: v.Architectures, CodeSha256: v.CodeSha256, DeadLetterConfig: v.DeadLetterConfig,
		Environment: v.Environment, EphemeralStorage: v.EphemeralStorage, FunctionArn: v.FunctionArn,
		Handler: v.Handler, LastUpdateStatus: v.LastUpdateStatus, Layers: v.Layers, MemorySize: v.MemorySize,
		PackageType: v.PackageType, Role: v.Role, Runtime: v.Runtime, State: v.State, Timeout: v.Timeout,
		TracingConfig: v.TracingConfig, Version: v.Version, VpcConfig: v.VpcConfig,
	}
}
