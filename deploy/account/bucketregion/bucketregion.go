// Package bucketregion asks S3 for the regions of buckets. It is apart from awsapi, so
// that functions that need only the codes of errors do not hold S3's SDK.
package bucketregion

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// Of returns the region of a bucket. GetBucketLocation has special values for the
// oldest regions; Amazon S3 API Reference, "GetBucketLocation".
func Of(ctx context.Context, client *s3.Client, bucket string) (string, error) {
	location, err := client.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &bucket})
	switch {
	case err != nil:
		return "", err
	case location.LocationConstraint == "":
		return awsapi.Region, nil
	case location.LocationConstraint == "EU":
		return "eu-west-1", nil
	}
	return string(location.LocationConstraint), nil
}
