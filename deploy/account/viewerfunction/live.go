package viewerfunction

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// Found describes a function that CloudFront has.
type Found struct {
	// Site holds the function's settings if it is Ours. Ours means that this or another
	// checkout wrote it; Current means that this checkout did.
	Site          viewerrequest.Settings
	Ours, Current bool
}

// Live returns the function called name in its published stage, which answers viewers.
// Its error is that of CloudFront's GetFunction.
func Live(ctx context.Context, client *cloudfront.Client, name string) (Found, error) {
	out, err := client.GetFunction(ctx, &cloudfront.GetFunctionInput{Name: &name, Stage: types.FunctionStageLive})
	if err != nil {
		return Found{}, err
	}
	code := string(out.FunctionCode)
	site, ours := Settings(code)
	return Found{site, ours, ours && isCurrent(code, site)}, nil
}

// NameOf returns the name of the function with an ARN.
func NameOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }

// StoreOf returns the ARN of the key value store of the function called name in its
// published stage, "" if it has none. Its error is that of CloudFront's
// DescribeFunction.
func StoreOf(ctx context.Context, client *cloudfront.Client, name string) (string, error) {
	out, err := client.DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: &name, Stage: types.FunctionStageLive})
	if err != nil {
		return "", err
	}
	return StoreIn(out.FunctionSummary), nil
}

// StoreIn returns the ARN of the key value store of the function that s describes, "" if
// it has none.
func StoreIn(s *types.FunctionSummary) string {
	if stores := s.FunctionConfig.KeyValueStoreAssociations; stores != nil && len(stores.Items) > 0 {
		return aws.ToString(stores.Items[0].KeyValueStoreARN)
	}
	return ""
}
