package viewerfunction

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// Found is a function that CloudFront has.
type Found struct {
	// Site is what the function is told, where it is Ours: the function of this checkout
	// or, where it is not Current, of another.
	Site          viewerrequest.Site
	Ours, Current bool
}

// Live returns the function of a name as viewers meet it. Its error is that of
// CloudFront's GetFunction.
func Live(ctx context.Context, client *cloudfront.Client, name string) (Found, error) {
	out, err := client.GetFunction(ctx, &cloudfront.GetFunctionInput{Name: &name, Stage: types.FunctionStageLive})
	if err != nil {
		return Found{}, err
	}
	code := string(out.FunctionCode)
	site, ours := Settings(code)
	return Found{site, ours, ours && isCurrent(code, site)}, nil
}

// NameOf returns the name of the function that an ARN is of.
func NameOf(arn string) string { return arn[strings.LastIndexByte(arn, '/')+1:] }
