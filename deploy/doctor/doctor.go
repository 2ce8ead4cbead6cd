// Package doctor examines a function, its role, a distribution and the bucket of its
// originals. It reports what keeps pictures from being resized and how to fix it. It
// changes nothing.
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
	"github.com/edgeresize/edgeresize/deploy/account/keystore"
	"github.com/edgeresize/edgeresize/edge"
)

// Level grades a finding.
type Level string

// The levels.
const (
	Good    Level = "ok"
	Note    Level = "note"    // works, and could be better
	Unknown Level = "unknown" // could not be checked
	Problem Level = "problem" // keeps pictures from being resized, or viewers from being safe
)

// Finding is the result of one check.
type Finding struct {
	Level   Level
	Subject string // such as "role"
	Text    string // what was found
	Fix     string // what to do; "" for nothing
}

// Options say what to check.
type Options struct {
	Function     string   // name
	Distribution string   // ID; "" to check the function and its role only
	Behavior     string   // path pattern; "" for the default behaviour
	Regions      []string // where the function may run
	// Config is used where the attached version does not record its config. ConfigFile
	// is the file that Config was read from, "" for the checkout's own; with a file,
	// Config is used whatever the version records.
	Config     edge.Config
	ConfigFile string
	// CodeSha256 is the checksum of the package in CodeFile, as Lambda writes it, with
	// which the versions' code is compared; "" to compare nothing.
	CodeSha256, CodeFile string
}

// Doctor runs the checks. [New] makes one.
type Doctor struct {
	lambda     *lambda.Client
	iam        *iam.Client
	cloudFront *cloudfront.Client
	stores     *keystore.Client
	s3         *s3.Client
	sts        *sts.Client

	options  Options
	findings []Finding
	// These are learned by the checks; empty where a check failed.
	account, role, bucket, bucketRegion, functionARN, logGroup string
	// stack is the name of the stack that made the function; "" for none.
	stack string
	// CloudFront reads originKeys; the function reads readKeys.
	originKeys, readKeys keys
	// readFolder begins all keys that the function reads.
	readFolder   string
	originID     string
	legacy       bool              // the behaviour has legacy settings instead of a cache policy
	descriptions map[string]string // of versions, by number
	codes        map[string]string // the checksums of versions' code, by number
	newest       string            // the number of the newest version
	timeoutS     int               // of the function
	config       *edge.Config      // recorded by a version; nil for none
	given        edge.Config       // Options.Config, unchanged
	cachePolicy  policy            // the behaviour's
}

// New returns a Doctor that calls AWS with config.
func New(config aws.Config, o Options) *Doctor {
	config.Region = awsapi.Region
	return &Doctor{
		lambda:     lambda.NewFromConfig(config),
		iam:        iam.NewFromConfig(config),
		cloudFront: cloudfront.NewFromConfig(config),
		stores:     keystore.New(config),
		s3:         s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }),
		sts:        sts.NewFromConfig(config),
		options:    o,
		given:      o.Config,
	}
}

// Look runs all checks in order: later checks need what earlier ones learned. It
// returns an error only where nothing could be checked.
func (d *Doctor) Look(ctx context.Context) ([]Finding, error) {
	if err := d.checkIdentity(ctx); err != nil {
		return nil, err
	}
	d.checkFunction(ctx)
	d.checkVersions(ctx)
	d.checkTime()
	d.checkConcurrency(ctx)
	if d.options.Distribution != "" {
		d.checkDistribution(ctx)
	}
	if d.options.Config.Bucket != "" {
		d.bucket, d.bucketRegion = d.options.Config.Bucket, d.options.Config.Region
	}
	if d.options.Distribution == "" || d.readKeys.bucket != d.bucket {
		d.readKeys = keys{d.bucket, d.options.Config.KeyPrefix, ""}
	}
	if d.bucket != "" {
		d.checkBucket(ctx)
	}
	if d.role != "" {
		d.checkRole(ctx)
	}
	return d.findings, ctx.Err()
}

// Problems returns how many findings are problems.
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

// unknown adds a finding that err prevented a check. If access was denied, the fix is
// to allow permission.
func (d *Doctor) unknown(subject, permission string, err error) {
	fix := ""
	if strings.HasPrefix(awsapi.Code(err), "AccessDenied") {
		fix = "allow these credentials " + permission
	}
	d.findings = append(d.findings, Finding{Unknown, subject, reason(err), fix})
}

// reason returns AWS's code and message without the SDK's words around them, or err's
// text.
func reason(err error) string {
	var api smithy.APIError
	if errors.As(err, &api) {
		return api.ErrorCode() + ": " + api.ErrorMessage()
	}
	return err.Error()
}

func (d *Doctor) checkIdentity(ctx context.Context) error {
	who, err := d.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return err
	}
	d.account = aws.ToString(who.Account)
	d.good("identity", "account %s, as %s", aws.ToString(who.Account), aws.ToString(who.Arn))
	return nil
}
