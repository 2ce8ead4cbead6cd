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

// distributionPatience is for a change that goes to every edge location:
// minutes.
var distributionPatience = patience{10 * time.Second, 45 * time.Minute}

// distribution is one's config as CloudFront gave it.
type distribution struct {
	config *distconfig.Config
	// typed is what the SDK makes of the config, to look at.
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

// deployed waits until a distribution's config is at every edge location. The
// result stands for that very config: another one, or the same one put in place
// again, has another.
func (r *Releaser) deployed(ctx context.Context, id string) (state string, err error) {
	err = r.until(ctx, "distribution "+id, distributionPatience, func() (string, bool, error) {
		out, err := r.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &id})
		if err != nil {
			return "", false, err
		}
		// Nothing is said of whether an ETag comes again with its config.
		state = aws.ToString(out.ETag) + " " + aws.ToTime(out.Distribution.LastModifiedTime).UTC().Format(time.RFC3339Nano)
		status := aws.ToString(out.Distribution.Status)
		return status, status == "Deployed", nil
	})
	if err == nil {
		r.tell("distribution %s: Deployed", id)
	}
	return state, err
}
