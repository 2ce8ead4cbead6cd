package release

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// ExplainedError is an error with advice.
type ExplainedError struct {
	Text   string // what was wrong
	Advice string // what to do; may be empty
	Err    error
}

func (e *ExplainedError) Error() string {
	if e.Advice == "" {
		return e.Text
	}
	return e.Text + ": " + e.Advice
}

func (e *ExplainedError) Unwrap() error { return e.Err }

// Explain adds advice to the error of a command, if it knows any.
func Explain(err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) {
		return &ExplainedError{"stopped", "run the same command again to go on from here", err}
	}
	if profile := (config.SharedConfigProfileNotExistError{}); errors.As(err, &profile) {
		return &ExplainedError{"there is no profile " + profile.Profile, "`aws configure list-profiles` lists them, and AWS_PROFILE names one", err}
	}
	operation, api := (*smithy.OperationError)(nil), smithy.APIError(nil)
	if !errors.As(err, &operation) {
		return err
	}
	// The SDK's error lists each place in which it looked for credentials.
	if strings.Contains(err.Error(), "get credentials: ") || strings.Contains(err.Error(), "failed to refresh cached credentials") {
		return noCredentials(operation.ServiceID+" "+operation.OperationName+": "+operation.Err.Error(), err)
	}
	text := operation.ServiceID + " " + operation.OperationName + ": "
	if errors.As(err, &api) {
		text += api.ErrorCode() + ": " + strings.TrimSuffix(api.ErrorMessage(), ".") + requestID(err)
		return &ExplainedError{text, advice(err, operation, api.ErrorCode()), err}
	}
	return &ExplainedError{text + operation.Err.Error(), connectionAdvice(err), err}
}

// noCredentials returns an error with advice first, and then what the SDK said.
func noCredentials(said string, err error) error {
	return &ExplainedError{"no credentials, or none that are valid", "log in with `aws sso login` or `aws configure`, or set AWS_PROFILE (" + said + ")", err}
}

// CheckCredentials returns an error with advice if there are no credentials. Commands call
// it before long work, if they speak to AWS only after that.
func (r *Releaser) CheckCredentials(ctx context.Context) error {
	if r.config.Credentials == nil {
		return nil // requests are not signed
	}
	if _, err := r.config.Credentials.Retrieve(ctx); err != nil {
		return noCredentials(err.Error(), err)
	}
	return nil
}

// requestID returns the ID that AWS's support asks for, in parentheses, or "".
func requestID(err error) string {
	response := (*smithyhttp.ResponseError)(nil)
	if !errors.As(err, &response) || response.Response == nil {
		return ""
	}
	for _, name := range []string{"X-Amzn-RequestId", "X-Amz-Request-Id"} {
		if id := response.Response.Header.Get(name); id != "" {
			return " (request " + id + ")"
		}
	}
	return ""
}

// advices are by AWS's error codes.
var advices = map[string]string{
	"UnrecognizedClientException": "the credentials are not valid: try `aws sts get-caller-identity`",
	"InvalidClientTokenId":        "the credentials are not valid: try `aws sts get-caller-identity`",
	"InvalidSignatureException":   "the secret access key is wrong, or this machine's clock is",
	"SignatureDoesNotMatch":       "the secret access key is wrong, or this machine's clock is",
	"ExpiredToken":                "the session has expired: log in again, such as with `aws sso login`",
	"ExpiredTokenException":       "the session has expired: log in again, such as with `aws sso login`",

	"TooManyRequestsException": "AWS is limiting calls: run the same command again in a minute",
	"Throttling":               "AWS is limiting calls: run the same command again in a minute",
	"ThrottlingException":      "AWS is limiting calls: run the same command again in a minute",

	"NoSuchDistribution":        "is -distribution the ID of a distribution of this account, such as E1ABCDEFGHIJKL? `aws cloudfront list-distributions` lists them",
	"ResourceNotFoundException": "is -function right, and has it been published? `aws lambda list-functions --region " + awsapi.Region + "` lists them",
	"PreconditionFailed":        "somebody else is changing the distribution: run the same command again",

	"CodeVerificationFailedException": "the function takes only packages that a profile of its code signing configuration has signed: let AWS Signer sign the zip, and give it with -signed FILE",
	"InvalidCodeSignatureException":   "the zip was changed after AWS Signer had signed it: sign it again",

	"InvalidLambdaFunctionAssociation":           "CloudFront refuses this version: publish one with `go run ./deploy publish`",
	"TooManyLambdaFunctionAssociations":          "this exceeds a CloudFront quota: request an increase in Service Quotas",
	"TooManyDistributionsWithLambdaAssociations": "this exceeds a CloudFront quota: request an increase in Service Quotas",
	"TooManyDistributionsWithSingleFunctionARN":  "this exceeds a CloudFront quota: request an increase in Service Quotas",
	"CodeStorageExceededException":               "the account's storage for functions is full: delete versions that are not attached, or request a higher quota in Service Quotas",
}

// alsoNeeded are the permissions that an operation needs beside its own. CloudFront
// Developer Guide, "Set up IAM permissions and roles for Lambda@Edge".
var alsoNeeded = map[string]string{
	"UpdateDistribution": ", and on the function's version lambda:GetFunction, lambda:EnableReplication* and " +
		"lambda:DisableReplication*, and the first time iam:CreateServiceLinkedRole",
	"CreateInvalidation":          ", or use -keep-cache to invalidate nothing",
	"CreateFunction":              ", and iam:PassRole on the role",
	"UpdateFunctionConfiguration": ", and iam:PassRole on the role",
}

// action returns IAM's name for an operation.
func action(operation *smithy.OperationError) string {
	service := strings.ToLower(operation.ServiceID)
	return strings.TrimPrefix(service, "cloudwatch ") + ":" + operation.OperationName
}

// advice returns what to do about an error of AWS, "" if that is not known.
func advice(err error, operation *smithy.OperationError, code string) string {
	response := (*smithyhttp.ResponseError)(nil)
	switch {
	case strings.Contains(err.Error(), "must be assumable with edgelambda.amazonaws.com"):
		return "let its trust policy name both services, as deploy/template/policies/trust-policy.json does, and run the same command again"
	case strings.HasPrefix(code, "AccessDenied"):
		return "allow these credentials " + action(operation) + alsoNeeded[operation.OperationName]
	case advices[code] != "":
		return advices[code]
	case errors.As(err, &response) && response.HTTPStatusCode() >= http.StatusInternalServerError:
		return "AWS has a problem: run the same command again in a minute"
	}
	return ""
}

// connectionAdvice returns advice for a call that AWS did not answer, or "".
func connectionAdvice(err error) string {
	if network := (*net.OpError)(nil); errors.As(err, &network) {
		return "AWS cannot be reached: check the network, the proxy settings and AWS_ENDPOINT_URL"
	}
	return ""
}
