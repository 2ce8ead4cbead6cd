// Package awsapi reads AWS's answers: the codes of errors, and bodies whole.
package awsapi

import (
	"errors"

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
