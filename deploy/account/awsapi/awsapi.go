// Package awsapi reads errors and regions of AWS's APIs.
package awsapi

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
)

// Region is where the function and its distribution are set up, and where the oldest
// buckets are. Amazon CloudFront Developer Guide, "Restrictions on Lambda@Edge".
const Region = "us-east-1"

// Code returns the code of AWS's error that err wraps, such as "AccessDenied", and ""
// where it wraps none.
func Code(err error) string {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return ""
	}
	return api.ErrorCode()
}

// BucketRegion returns the region of a bucket. Amazon S3 API Reference,
// "GetBucketLocation": the oldest regions have names of their own.
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
