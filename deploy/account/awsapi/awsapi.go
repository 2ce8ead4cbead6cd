// Package awsapi reads the codes of AWS's errors and the regions of buckets.
package awsapi

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// Region is the region of the function and its distribution, and of the oldest buckets.
// Amazon CloudFront Developer Guide, "Restrictions on Lambda@Edge".
const Region = "us-east-1"

// Code returns the code of the AWS error that err wraps, such as "AccessDenied", or ""
// if it wraps none.
func Code(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	return api.ErrorCode()
}

// BucketRegion returns the region of a bucket. GetBucketLocation has special values for
// the oldest regions; Amazon S3 API Reference, "GetBucketLocation".
func BucketRegion(ctx context.Context, client *s3.Client, bucket string) (string, error) {
	location, err := client.GetBucketLocation(ctx, &s3.GetBucketLocationInput{Bucket: &bucket})
	switch {
	case err != nil:
		return "", err
	case location.LocationConstraint == "":
		return Region, nil
	case location.LocationConstraint == "EU":
		return "eu-west-1", nil
	}
	return string(location.LocationConstraint), nil
}
