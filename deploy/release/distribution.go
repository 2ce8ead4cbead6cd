package release

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
)

// distributionPatience is for a change to reach every edge location, which takes minutes.
var distributionPatience = patience{10 * time.Second, 45 * time.Minute}

// distribution is a distribution's config as CloudFront gave it.
type distribution struct {
	config *distconfig.Config
	// typed is the config as the SDK reads it, for looking only.
	typed    *types.DistributionConfig
	document *transfer.Document
}

// distribution reads a distribution's config.
func (r *Releaser) distribution(ctx context.Context, id string) (*distribution, error) {
	document, err := transfer.Read(ctx, r.cloudFront, id)
	if err != nil {
		return nil, err
	}
	return &distribution{document.Config, document.Typed, document}, nil
}

// awaitDeployed waits until a distribution's config is at every edge location. state
// stands for that config: another config has another state, and so has the same config
// when it is put in place again.
func (r *Releaser) awaitDeployed(ctx context.Context, id string) (state string, err error) {
	err = r.until(ctx, "distribution "+id, distributionPatience, func() (string, bool, error) {
		out, err := r.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &id})
		if err != nil {
			return "", false, err
		}
		// The guide does not say whether a config that comes again has its old ETag.
		state = aws.ToString(out.ETag) + " " + aws.ToTime(out.Distribution.LastModifiedTime).UTC().Format(time.RFC3339Nano)
		status := aws.ToString(out.Distribution.Status)
		return status, status == "Deployed", nil
	})
	if err == nil {
		r.tell("distribution %s: Deployed", id)
	}
	return state, err
}
