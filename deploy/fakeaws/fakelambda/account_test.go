package fakelambda

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

// TestAccountSettings checks the quotas by region.
func TestAccountSettings(t *testing.T) {
	l, client := newClient(t, "us-east-1")
	in := func(region string) (*lambda.GetAccountSettingsOutput, error) {
		return client.GetAccountSettings(t.Context(), &lambda.GetAccountSettingsInput{}, func(o *lambda.Options) { o.Region = region })
	}
	l.Accounts = map[string]Account{"eu-west-1": {Concurrency: 10}, "eu-west-2": {Reserved: 100}, "af-south-1": {Disabled: true}}
	for region, want := range map[string][2]int32{"us-east-1": {1000, 1000}, "eu-west-1": {10, 10}, "eu-west-2": {1000, 900}} {
		out, err := in(region)
		if err != nil {
			t.Fatal(err)
		}
		if got := [2]int32{out.AccountLimit.ConcurrentExecutions, *out.AccountLimit.UnreservedConcurrentExecutions}; got != want {
			t.Errorf("%s: got %v, want %v", region, got, want)
		}
	}
	_, err := in("af-south-1")
	wantCode(t, err, "UnrecognizedClientException", "")
}

// TestRuntimeManagement checks which modes Lambda takes, and that a version published
// in another mode than Auto cannot be associated.
func TestRuntimeManagement(t *testing.T) {
	l, client := newClient(t, "us-east-1")
	input := usual(t)
	if _, err := client.CreateFunction(t.Context(), input); err != nil {
		t.Fatal(err)
	}
	const version = "arn:aws:lambda:us-east-1::runtime:0cdcfbdefbc5e7d3343f73c2e2dd3cba17d61dea0686b404502a0c9ce83931b9"
	for _, tt := range []struct {
		mode    types.UpdateRuntimeOn
		version *string
		code    string
	}{
		{"Manual", nil, "InvalidParameterValueException"},
		{"Auto", aws.String(version), "InvalidParameterValueException"},
		{"Never", nil, "InvalidParameterValueException"},
		{"Manual", aws.String(version), ""},
		{"FunctionUpdate", nil, ""},
	} {
		_, err := client.PutRuntimeManagementConfig(t.Context(), &lambda.PutRuntimeManagementConfigInput{
			FunctionName: input.FunctionName, UpdateRuntimeOn: tt.mode, RuntimeVersionArn: tt.version,
		})
		if tt.code != "" {
			wantCode(t, err, tt.code, "")
		} else if err != nil {
			t.Error(err)
		}
	}
	out, err := client.GetRuntimeManagementConfig(t.Context(), &lambda.GetRuntimeManagementConfigInput{FunctionName: input.FunctionName})
	if err != nil || out.UpdateRuntimeOn != "FunctionUpdate" || out.RuntimeVersionArn != nil {
		t.Errorf("got %+v, %v", out, err)
	}
	for range 2 { // the second read makes it active
		if _, err := client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: input.FunctionName}); err != nil {
			t.Fatal(err)
		}
	}
	v, err := client.PublishVersion(t.Context(), &lambda.PublishVersionInput{FunctionName: input.FunctionName})
	if err != nil {
		t.Fatal(err)
	}
	wantRefusal(t, l, *v.FunctionArn, "origin-response", "runtime management")
}

// TestLoggingConfig checks the defaults and what Lambda refuses.
func TestLoggingConfig(t *testing.T) {
	_, client := newClient(t, "us-east-1")
	input := usual(t)
	made, err := client.CreateFunction(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	if c := made.LoggingConfig; c.LogFormat != "Text" || *c.LogGroup != "/aws/lambda/"+*input.FunctionName {
		t.Errorf("got %+v", c)
	}
	for _, tt := range []struct {
		config types.LoggingConfig
		code   string
	}{
		{types.LoggingConfig{LogFormat: "Text", ApplicationLogLevel: "WARN"}, "ValidationException"},
		{types.LoggingConfig{LogGroup: aws.String("a b")}, "ValidationException"},
		{types.LoggingConfig{LogFormat: "JSON", ApplicationLogLevel: "WARN", LogGroup: aws.String("/pictures")}, ""},
	} {
		name := *input.FunctionName + "-" + string(tt.config.LogFormat)
		input := usual(t)
		input.FunctionName, input.LoggingConfig = &name, &tt.config
		made, err := client.CreateFunction(t.Context(), input)
		if tt.code != "" {
			wantCode(t, err, tt.code, "")
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if made.LoggingConfig.ApplicationLogLevel != "WARN" || made.LoggingConfig.SystemLogLevel != "INFO" || *made.LoggingConfig.LogGroup != "/pictures" {
			t.Errorf("got %+v", made.LoggingConfig)
		}
	}
}
