package probe

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/release"
)

// cleanup removes what runs have made. It goes on after an error and returns all errors.
func (p *Prober) cleanup(ctx context.Context, s *session) error {
	p.tell("distribution %s: removing behaviours below /%s/, their origins, objects, policies and functions", s.id, Name)
	if !s.gone {
		if err := s.removeBehaviors(ctx); err != nil {
			return err // the rest is still in use
		}
	}
	errs := []error{s.deleteObjects(ctx), p.unused(ctx, "policies", p.deletePolicies)}
	for _, name := range []string{Name, timedFunction} {
		errs = append(errs, p.unused(ctx, "CloudFront Function "+name, func(ctx context.Context) error { return p.deleteViewerFunction(ctx, name) }))
	}
	errs = append(errs, p.deleteLogs(ctx))
	left, err := s.deleteFunction(ctx)
	if err == nil && !left {
		err = p.deleteRole(ctx)
	}
	if err := errors.Join(append(errs, err)...); err != nil {
		return err
	}
	if left {
		p.tell("the function %[1]s and its role %[1]s stay while CloudFront has replicas: delete them in some hours with `%[2]s`", Name, s.cleanupCommand())
		return nil
	}
	p.tell("all is removed")
	return nil
}

// cleanupCommand returns the command that cleans up after a run.
func (s *session) cleanupCommand() string {
	command := "go run ./deploy probe -cleanup -distribution " + s.id
	if s.named != "" {
		command += " -origin " + s.named
	}
	return command
}

// inUsePatience is for CloudFront to notice that a behaviour is gone.
const inUsePatience = 10 * time.Minute

// unused calls remove, again while CloudFront says that what it removes is in use.
func (p *Prober) unused(ctx context.Context, what string, remove func(context.Context) error) error {
	return p.until(ctx, what+": in use", 15*time.Second, inUsePatience, func() (bool, error) {
		err := remove(ctx)
		if strings.HasSuffix(awsapi.Code(err), "InUse") {
			return false, nil
		}
		return true, err
	})
}

// ownObject matches the keys of a run's objects, after the origin's folder.
var ownObject = regexp.MustCompile(`^` + Name + `/(origin/a( |%20)b/` + Name + `/)?(listed|all|function|spaced|encoded|failover)/[a-z2-7]{12}/`)

// deleteObjects deletes the objects of all runs, and no others of that folder.
func (s *session) deleteObjects(ctx context.Context) error {
	if s.storage == nil {
		return nil
	}
	prefix := s.keyPrefix + Name + "/"
	pages := s3.NewListObjectsV2Paginator(s.storage, &s3.ListObjectsV2Input{Bucket: &s.bucket, Prefix: &prefix})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, o := range page.Contents {
			if !ownObject.MatchString(strings.TrimPrefix(aws.ToString(o.Key), s.keyPrefix)) {
				continue
			}
			if _, err := s.storage.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.bucket, Key: o.Key}); err != nil {
				return err
			}
		}
	}
	return nil
}

// deleteViewerFunction deletes a CloudFront Function of the probe's.
func (p *Prober) deleteViewerFunction(ctx context.Context, name string) error {
	at, err := p.ownViewerFunction(ctx, name)
	if at == nil || err != nil {
		return err
	}
	_, err = p.cloudFront.DeleteFunction(ctx, &cloudfront.DeleteFunctionInput{Name: &name, IfMatch: at.ETag})
	return unless(err, "NoSuchFunctionExists")
}

// deleteFunction deletes the origin-response function. It returns true if CloudFront
// still has replicas.
func (s *session) deleteFunction(ctx context.Context) (left bool, err error) {
	exists, err := s.functionExists(ctx)
	if !exists || err != nil {
		return false, err
	}
	name := Name
	_, err = s.lambda.DeleteFunction(ctx, &lambda.DeleteFunctionInput{FunctionName: &name})
	missing, bad := (*lambdatypes.ResourceNotFoundException)(nil), (*lambdatypes.InvalidParameterValueException)(nil)
	switch {
	case errors.As(err, &bad) && strings.Contains(bad.ErrorMessage(), "replicated function"):
		return true, nil
	case errors.As(err, &missing):
		return false, nil
	}
	return false, err
}

// deleteLogs deletes the logs of the origin-response function in all regions in which
// functions run at the edge. Accounts need not have enabled them all.
func (p *Prober) deleteLogs(ctx context.Context) error {
	group := release.FunctionLog(Name)
	var errs []error
	for _, region := range release.EdgeRegions {
		_, err := p.logs(region).DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &group})
		if err := unless(err, "ResourceNotFoundException", "UnrecognizedClientException"); err != nil {
			errs = append(errs, fmt.Errorf("the log group %s in %s: %w", group, region, err))
		}
	}
	return errors.Join(errs...)
}

// deleteRole deletes the function's role.
func (p *Prober) deleteRole(ctx context.Context) error {
	name := Name
	arn, err := p.ownRole(ctx)
	if arn == "" || err != nil {
		return err
	}
	_, err = p.iam.DeleteRolePolicy(ctx, &iam.DeleteRolePolicyInput{RoleName: &name, PolicyName: aws.String("logs")})
	if unless(err, "NoSuchEntity") != nil {
		return err
	}
	_, err = p.iam.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: &name})
	return unless(err, "NoSuchEntity")
}
