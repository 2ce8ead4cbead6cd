package doctor

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
)

// checkOwner checks whether a tag says that Terraform or OpenTofu manages the distribution:
// its next apply takes back what these commands change there. deploy/terraform sets the tag.
func (d *Doctor) checkOwner(ctx context.Context, arn string) {
	const subject = "owner"
	out, err := d.cloudFront.ListTagsForResource(ctx, &cloudfront.ListTagsForResourceInput{Resource: &arn})
	if err != nil {
		d.unknown(subject, "cloudfront:ListTagsForResource", err)
		return
	}
	if out.Tags == nil {
		return
	}
	for _, tag := range out.Tags.Items {
		value := aws.ToString(tag.Value)
		if strings.EqualFold(value, "terraform") || strings.EqualFold(value, "opentofu") {
			d.note(subject, "change Terraform's configuration instead, or put into it what a command has changed: see deploy/terraform/README.md",
				"the tag %s says that %s manages %s: what prepare, attach, rollback and teardown change there, its next apply takes back",
				aws.ToString(tag.Key), value, d.options.Distribution)
			return
		}
	}
}
