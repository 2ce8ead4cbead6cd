package stack

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// eventsWarning returns a warning where bucket sends no events to EventBridge, or where
// that cannot be seen. It returns "" otherwise, or where bucket is "".
func (d *Deployer) eventsWarning(ctx context.Context, bucket string) string {
	if bucket == "" {
		return ""
	}
	now, err := d.s3.GetBucketNotificationConfiguration(ctx, &s3.GetBucketNotificationConfigurationInput{Bucket: &bucket})
	switch {
	case err != nil:
		return fmt.Sprintf("bucket %s: without s3:GetBucketNotification this command cannot tell whether the bucket sends events to Amazon EventBridge: check that in the console, as nothing is purged otherwise", bucket)
	case now.EventBridgeConfiguration != nil:
		return ""
	case len(now.LambdaFunctionConfigurations)+len(now.QueueConfigurations)+len(now.TopicConfigurations) > 0:
		// The call replaces all notifications, so a command for it would have to repeat
		// them.
		return fmt.Sprintf("bucket %s: it sends no events to Amazon EventBridge, so nothing is purged: "+
			"turn that on in the console, which keeps the bucket's other notifications: S3, %s, Properties, Event notifications, Amazon EventBridge", bucket, bucket)
	}
	return fmt.Sprintf("bucket %s: it sends no events to Amazon EventBridge, so nothing is purged: turn that on with\n  "+
		"aws s3api put-bucket-notification-configuration --region %s --bucket %s --notification-configuration '{\"EventBridgeConfiguration\": {}}'", bucket, d.region, bucket)
}
