package main

import (
	"context"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// loadSettings returns the settings of the aws command line: region, credentials and
// endpoints from the environment, the shared files, SSO and roles.
func loadSettings(ctx context.Context, options ...func(*config.LoadOptions) error) (sdk.Config, error) {
	settings, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return sdk.Config{}, err
	}
	if settings.HTTPClient == nil { // AWS_CA_BUNDLE and the like set one
		settings.HTTPClient = awshttp.NewBuildableClient()
	}
	settings.HTTPClient = awsapi.WholeAnswers(settings.HTTPClient)
	return settings, nil
}
