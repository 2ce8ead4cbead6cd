package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cftypes "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/probe/edgecode"
	"github.com/edgeresize/edgeresize/deploy/template/policies"
)

// mark is the comment or description of what the probe makes.
const mark = "Made by deploy probe; deploy probe -cleanup removes it."

// ownTag is the tag of the probe's function, whose value is anything but "".
const ownTag = Name

// setUp makes what a run needs and waits until it answers.
func (s *session) setUp(ctx context.Context) error {
	if err := s.findNotifications(ctx); err != nil {
		return err
	}
	var m made
	role, err := s.makeRole(ctx)
	if err != nil {
		return err
	}
	if m.version, err = s.makeFunction(ctx, role); err != nil {
		return err
	}
	if m.viewer, err = s.makeViewerFunction(ctx, Name, edgecode.Viewer, true); err != nil {
		return err
	}
	if err := s.makePolicies(ctx, &m); err != nil {
		return err
	}
	s.tell("distribution %s: adding behaviours below /%s/", s.id, Name)
	if err := s.addBehaviors(ctx, m); err != nil {
		return err
	}
	if err := s.awaitDeployed(ctx); err != nil {
		return err
	}
	return s.awaitFunction(ctx)
}

// checkNames refuses what has the probe's names, but was not made by it.
func (s *session) checkNames(ctx context.Context) error {
	if _, err := s.functionExists(ctx); err != nil {
		return err
	}
	if _, err := s.ownRole(ctx); err != nil {
		return err
	}
	if err := s.checkPolicies(ctx); err != nil {
		return err
	}
	for _, name := range []string{Name, timedFunction} {
		if _, err := s.ownViewerFunction(ctx, name); err != nil {
			return err
		}
	}
	return nil
}

// ownRole returns the ARN of the function's role, "" if there is none.
func (p *Prober) ownRole(ctx context.Context) (string, error) {
	out, err := p.iam.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String(Name)})
	if err != nil {
		return "", unless(err, "NoSuchEntity")
	}
	if aws.ToString(out.Role.Description) != mark {
		return "", &ForeignError{"the role " + Name}
	}
	return aws.ToString(out.Role.Arn), nil
}

// ownViewerFunction returns a CloudFront Function of the probe's, nil if there is none.
func (p *Prober) ownViewerFunction(ctx context.Context, name string) (*cloudfront.DescribeFunctionOutput, error) {
	at, err := p.cloudFront.DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: &name, Stage: cftypes.FunctionStageDevelopment})
	if err != nil {
		return nil, unless(err, "NoSuchFunctionExists")
	}
	if aws.ToString(at.FunctionSummary.FunctionConfig.Comment) != mark {
		return nil, &ForeignError{"the CloudFront Function " + name}
	}
	return at, nil
}

// makeRole makes the function's role and returns its ARN.
func (s *session) makeRole(ctx context.Context) (string, error) {
	trust, err := policies.Read("trust-policy.json")
	if err != nil {
		return "", err
	}
	name, description := Name, mark
	_, err = s.iam.CreateRole(ctx, &iam.CreateRoleInput{RoleName: &name, Description: &description, AssumeRolePolicyDocument: &trust})
	if err != nil && awsapi.Code(err) != "EntityAlreadyExists" {
		return "", err
	}
	arn, err := s.ownRole(ctx)
	if err != nil {
		return "", err
	}
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],` +
		`"Resource":["arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.` + Name + `","arn:aws:logs:*:*:log-group:/aws/lambda/us-east-1.` + Name + `:*"]}]}`
	_, err = s.iam.PutRolePolicy(ctx, &iam.PutRolePolicyInput{RoleName: &name, PolicyName: aws.String("logs"), PolicyDocument: &policy})
	return arn, err
}

// functionPatience and rolePatience are for Lambda to be ready with a function, and to
// know a new role.
const (
	functionPatience = 5 * time.Minute
	rolePatience     = 2 * time.Minute
)

// makeFunction makes or updates the origin-response function, publishes a version and
// returns its ARN.
func (s *session) makeFunction(ctx context.Context, role string) (string, error) {
	zip, err := edgecode.Zip()
	if err != nil {
		return "", err
	}
	name := Name
	exists, err := s.functionExists(ctx)
	switch {
	case err != nil:
		return "", err
	case exists:
		if err := s.awaitReady(ctx); err != nil { // a run that crashed may have just made it
			return "", err
		}
		_, err = s.lambda.UpdateFunctionCode(ctx, &lambda.UpdateFunctionCodeInput{FunctionName: &name, ZipFile: zip})
	default:
		s.tell("function %s: creating it in %s", Name, awsapi.Region)
		err = s.until(ctx, "role "+Name, 3*time.Second, rolePatience, func() (bool, error) {
			_, err := s.lambda.CreateFunction(ctx, &lambda.CreateFunctionInput{
				FunctionName: &name, Role: &role, Runtime: types.RuntimePython313, Handler: aws.String(edgecode.Handler), Description: aws.String(mark),
				Architectures: []types.Architecture{types.ArchitectureX8664}, MemorySize: aws.Int32(128), Timeout: aws.Int32(10),
				Code: &types.FunctionCode{ZipFile: zip}, Tags: map[string]string{ownTag: "probe"},
			})
			bad := (*types.InvalidParameterValueException)(nil)
			if errors.As(err, &bad) && strings.Contains(bad.ErrorMessage(), "cannot be assumed by Lambda") {
				return false, nil
			}
			return true, err
		})
	}
	if err != nil {
		return "", err
	}
	if err := s.awaitReady(ctx); err != nil {
		return "", err
	}
	out, err := s.lambda.PublishVersion(ctx, &lambda.PublishVersionInput{FunctionName: &name})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.FunctionArn), s.awaitVersion(ctx, aws.ToString(out.Version))
}

// awaitReady waits until Lambda is done with the function.
func (s *session) awaitReady(ctx context.Context) error {
	name := Name
	return s.until(ctx, "function "+Name, 2*time.Second, functionPatience, func() (bool, error) {
		c, err := s.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name})
		if err != nil {
			return false, err
		}
		if c.State == types.StateFailed || c.LastUpdateStatus == types.LastUpdateStatusFailed {
			return false, fmt.Errorf("the function %s has failed: %s%s", Name, aws.ToString(c.StateReason), aws.ToString(c.LastUpdateStatusReason))
		}
		return c.State == types.StateActive && c.LastUpdateStatus == types.LastUpdateStatusSuccessful, nil
	})
}

// awaitVersion waits until a version can be attached.
func (s *session) awaitVersion(ctx context.Context, version string) error {
	name := Name
	return s.until(ctx, "version "+version, 2*time.Second, functionPatience, func() (bool, error) {
		c, err := s.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &name, Qualifier: &version})
		return err == nil && c.State == types.StateActive, err
	})
}

// functionExists reports whether the probe's function exists. It refuses a function of
// that name without the probe's tag.
func (s *session) functionExists(ctx context.Context) (bool, error) {
	name := Name
	out, err := s.lambda.GetFunction(ctx, &lambda.GetFunctionInput{FunctionName: &name})
	if missing := (*types.ResourceNotFoundException)(nil); errors.As(err, &missing) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if out.Tags[ownTag] == "" {
		return false, &ForeignError{"the function " + Name}
	}
	return true, nil
}

// makeViewerFunction makes or updates a CloudFront Function, publishes it if asked to
// and returns its ARN.
func (s *session) makeViewerFunction(ctx context.Context, name string, code []byte, publish bool) (string, error) {
	comment := mark
	config := &cftypes.FunctionConfig{Comment: &comment, Runtime: cftypes.FunctionRuntimeCloudfrontJs20}
	at, err := s.ownViewerFunction(ctx, name)
	switch {
	case err != nil:
		return "", err
	case at == nil:
		_, err = s.cloudFront.CreateFunction(ctx, &cloudfront.CreateFunctionInput{Name: &name, FunctionConfig: config, FunctionCode: code})
	default:
		_, err = s.cloudFront.UpdateFunction(ctx, &cloudfront.UpdateFunctionInput{Name: &name, IfMatch: at.ETag, FunctionConfig: config, FunctionCode: code})
	}
	if err != nil {
		return "", err
	}
	if at, err = s.cloudFront.DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: &name, Stage: cftypes.FunctionStageDevelopment}); err != nil {
		return "", err
	}
	if publish {
		_, err = s.cloudFront.PublishFunction(ctx, &cloudfront.PublishFunctionInput{Name: &name, IfMatch: at.ETag})
	}
	return aws.ToString(at.FunctionSummary.FunctionMetadata.FunctionARN), err
}

// deployedPatience is for a change to reach every edge location.
const deployedPatience = 45 * time.Minute

// awaitDeployed waits until the distribution's config is at every edge location.
func (s *session) awaitDeployed(ctx context.Context) error {
	return s.until(ctx, "distribution "+s.id, 10*time.Second, deployedPatience, func() (bool, error) {
		out, err := s.cloudFront.GetDistribution(ctx, &cloudfront.GetDistributionInput{Id: &s.id})
		return err == nil && aws.ToString(out.Distribution.Status) == "Deployed", err
	})
}

// arrivalPatience is for the first answers of a function that was just deployed.
const arrivalPatience = 3 * time.Minute

// awaitFunction waits until every behaviour answers through the function.
func (s *session) awaitFunction(ctx context.Context) error {
	for _, b := range behaviors {
		n, last := 0, ""
		err := s.until(ctx, "behaviour "+b.pattern(), 5*time.Second, arrivalPatience, func() (bool, error) {
			n++ // another path each time: the answer may be cached
			_, a, err := s.visit(ctx, b, "age-60", fmt.Sprint("arrival-", n))
			switch {
			case err != nil:
				return false, err
			case a.seen == nil:
				last = a.String()
				return false, nil
			case a.seen.Status == fmt.Sprint(http.StatusForbidden):
				return false, fmt.Errorf("the bucket does not let CloudFront read %s%s/: its policy must allow that; deploy/template/policies/bucket-policy.json shows how", s.keyPrefix, Name)
			case a.status != http.StatusOK || !bytes.HasPrefix(a.body, []byte("the object")):
				return false, fmt.Errorf("the behaviour %s answers %s", b.pattern(), a)
			}
			return true, nil
		})
		if slow := (*SlowError)(nil); errors.As(err, &slow) {
			err = fmt.Errorf("%w: the function does not run, viewers get %s (a web ACL or a geographic restriction may block the probe)", err, last)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
