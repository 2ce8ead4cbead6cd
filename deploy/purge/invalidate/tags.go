package invalidate

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
)

// tagsKnown is how long an answer of [Client.HasTags] is kept.
const tagsKnown = 15 * time.Minute

// HasTags reports whether the distribution has cache tags. Without a CacheTagConfig an
// invalidation of a tag removes nothing: CloudFront Developer Guide, "What you need to
// know when invalidating tags", "Opt-in required". It asks CloudFront once in a quarter
// of an hour.
func (c *Client) HasTags(ctx context.Context) (bool, error) {
	c.tags.Lock()
	defer c.tags.Unlock()
	now := c.now()
	if age := now.Sub(c.tags.asked); !c.tags.asked.IsZero() && age.Abs() < tagsKnown {
		return c.tags.has, nil
	}
	out, err := c.API.GetDistributionConfig(ctx, &cloudfront.GetDistributionConfigInput{Id: &c.Distribution})
	if err != nil {
		return false, classified(err)
	}
	c.tags.has, c.tags.asked = out.DistributionConfig != nil && out.DistributionConfig.CacheTagConfig != nil, now
	return c.tags.has, nil
}
