// Package doctor looks at a function, its role, a distribution and the bucket
// of its originals, and says what keeps pictures from being resized and what
// to do about it. It changes nothing.
package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/edge"
)

// Level says how bad a finding is.
type Level string

// The levels.
const (
	Good    Level = "ok"
	Note    Level = "note"    // works, and could be better
	Unknown Level = "unknown" // could not be looked at
	Problem Level = "problem" // keeps pictures from being resized, or viewers from being safe
)

// Finding is one thing that was looked at.
type Finding struct {
	Level   Level
	Subject string // such as "role"
	Text    string // what is so
	Fix     string // what to do; empty where nothing is to be done
}

// Options say what to look at.
type Options struct {
	Function     string   // name
	Distribution string   // ID; empty to look at the function and its role only
	Behavior     string   // path pattern; empty for the default behaviour
	Regions      []string // where the function may run
	// Config is what holds where the version at the behaviour does not say what was
	// baked into it. ConfigFile is where it was read from, "" for the checkout's own; it
	// then holds whatever the version says.
	Config     edge.Config
	ConfigFile string
}

// Doctor looks. [New] makes one.
type Doctor struct {
	lambda     *lambda.Client
	iam        *iam.Client
	cloudFront *cloudfront.Client
	s3         *s3.Client
	sts        *sts.Client

	options  Options
	findings []Finding
	// Learned on the way; empty where it could not be.
	account, role, bucket, bucketRegion, functionARN, logGroup string
	// stack has made the function; "" for none.
	stack string
	// originKeys are what CloudFront reads, and readKeys what the function does.
	originKeys, readKeys keys
	originID             string
	legacy               bool              // the behaviour has settings from before there were policies
	descriptions         map[string]string // the versions', by number
	timeoutS             int               // the function's
	config               *edge.Config      // that a version says was baked into it; nil for none
	given                edge.Config       // Options.Config as it was
}

// New speaks to AWS as config says.
func New(config aws.Config, o Options) *Doctor {
	config.Region = awsapi.Region
	return &Doctor{
		lambda:     lambda.NewFromConfig(config),
		iam:        iam.NewFromConfig(config),
		cloudFront: cloudfront.NewFromConfig(config),
		s3:         s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }),
		sts:        sts.NewFromConfig(config),
		options:    o,
		given:      o.Config,
	}
}

// Look looks at everything, one after the other: a later look needs what an
// earlier one learned. The error is set only where nothing could be looked at.
func (d *Doctor) Look(ctx context.Context) ([]Finding, error) {
	if err := d.lookAtIdentity(ctx); err != nil {
		return nil, err
	}
	d.lookAtFunction(ctx)
	d.lookAtVersions(ctx)
	d.lookAtTime()
	d.lookAtConcurrency(ctx)
	if d.options.Distribution != "" {
		d.lookAtDistribution(ctx)
	}
	if d.options.Config.Bucket != "" {
		d.bucket, d.bucketRegion = d.options.Config.Bucket, d.options.Config.Region
	}
	if d.options.Distribution == "" || d.readKeys.bucket != d.bucket {
		d.readKeys = keys{d.bucket, d.options.Config.KeyPrefix, ""}
	}
	if d.bucket != "" {
		d.lookAtBucket(ctx)
	}
	if d.role != "" {
		d.lookAtRole(ctx)
	}
	return d.findings, ctx.Err()
}

// Problems is how many of the findings are problems.
func Problems(findings []Finding) int {
	n := 0
	for _, f := range findings {
		if f.Level == Problem {
			n++
		}
	}
	return n
}

func (d *Doctor) good(subject, format string, args ...any) {
	d.findings = append(d.findings, Finding{Good, subject, fmt.Sprintf(format, args...), ""})
}

func (d *Doctor) note(subject, fix, format string, args ...any) {
	d.findings = append(d.findings, Finding{Note, subject, fmt.Sprintf(format, args...), fix})
}

func (d *Doctor) problem(subject, fix, format string, args ...any) {
	d.findings = append(d.findings, Finding{Problem, subject, fmt.Sprintf(format, args...), fix})
}

// unknown is for what could not be looked at because of err.
func (d *Doctor) unknown(subject, permission string, err error) {
	fix := ""
	if strings.HasPrefix(awsapi.Code(err), "AccessDenied") {
		fix = "allow these credentials " + permission
	}
	d.findings = append(d.findings, Finding{Unknown, subject, reason(err), fix})
}

// reason is an error without the SDK's words around it.
func reason(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode() + ": " + api.ErrorMessage()
	}
	return err.Error()
}

func (d *Doctor) lookAtIdentity(ctx context.Context) error {
	who, err := d.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	d.account = aws.ToString(who.Account)
	d.good("identity", "account %s, as %s", aws.ToString(who.Account), aws.ToString(who.Arn))
	return nil
}
