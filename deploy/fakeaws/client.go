package fakeaws

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// NewClient returns the SDK's HTTP client with [awsapi.WholeAnswers]: a test that counts
// calls cannot have a call made twice.
func NewClient() aws.HTTPClient { return awsapi.WholeAnswers(awshttp.NewBuildableClient()) }
