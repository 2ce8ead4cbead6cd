// Package prepare sets up an existing distribution for the function, and undoes that.
// It makes what deploy/template/template.yaml makes for a new site: the role, the
// cache, origin request and response headers policy, the viewer-request function, cache
// tags, the origin access control and the bucket policy's statement.
//
// The package reads the whole state before it changes anything, and describes each
// change before it makes it. It keeps whatever is right, whoever made it. It marks what
// it makes ([mark]) and brings that up to date; it never changes what somebody else has
// made. Names follow from the function's, and each change is of one thing, so that a
// command that was stopped can be run again and goes on.
package prepare

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/pause"
	"github.com/edgeresize/edgeresize/edge"
)

// mark ends the comment or description of what this package makes.
const mark = "Made by deploy prepare."

// viewerFunctionSuffix ends the name of the viewer-request function.
const viewerFunctionSuffix = "-images"

// functionName matches names of functions that leave room for [viewerFunctionSuffix] in
// the 64 characters of a CloudFront Function's name.
var functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,57}$`)

// Options say what to prepare.
type Options struct {
	Function     string // name
	Distribution string // ID
	Behavior     string // path pattern; "" for the default behaviour
	Config       edge.Config
	// The settings of the viewer-request function that the config does not hold; nil
	// keeps those that the function has.
	Sizes, Host, URLPrefix, KeyPrefix *string
	// DryRun describes the changes without making them.
	DryRun bool
}

// Preparer sets up distributions. [New] makes one.
type Preparer struct {
	lambda     *lambda.Client
	iam        *iam.Client
	cloudFront *cloudfront.Client
	s3         *s3.Client
	sts        *sts.Client
	out        io.Writer
	wait       func(context.Context, time.Duration) error
}

// New returns a Preparer that calls AWS with config and describes its changes on out.
func New(config aws.Config, out io.Writer) *Preparer {
	config.Region = awsapi.Region
	return &Preparer{
		lambda:     lambda.NewFromConfig(config),
		iam:        iam.NewFromConfig(config),
		cloudFront: cloudfront.NewFromConfig(config),
		s3:         s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }),
		sts:        sts.NewFromConfig(config),
		out:        out,
		wait:       pause.For,
	}
}

func (p *Preparer) say(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

// ForeignError says that something is in the way that this package did not make.
type ForeignError struct {
	What   string // such as "the cache policy edgeresize"
	Advice string // what to do
}

func (e *ForeignError) Error() string { return e.What + ": " + e.Advice }

// change is a planned change.
type change struct {
	words []string // a line each
	make  func(context.Context) error
}

// maxPlans is how many plans a command makes while others change the same things.
const maxPlans = 10

// Prepare makes what is missing.
func (p *Preparer) Prepare(ctx context.Context, o Options) error {
	if !functionName.MatchString(o.Function) {
		return fmt.Errorf("the function's name is %q: want 1 to 57 letters, digits, hyphens and underscores, so that %q can follow", o.Function, viewerFunctionSuffix)
	}
	for n := range maxPlans {
		w, err := p.look(ctx, o)
		if err != nil {
			return err
		}
		if err := w.plan(ctx); err != nil {
			return err
		}
		done, err := p.carryOut(ctx, o, w, n == 0)
		if done || err != nil {
			return err
		}
		p.say("something changed meanwhile: planning again")
	}
	return fmt.Errorf("the account keeps changing: run the same command again later")
}

// carryOut makes the changes of a plan. It reports false if somebody else's change
// overtook one, so that a new plan is needed. Only the first plan's notes are written.
func (p *Preparer) carryOut(ctx context.Context, o Options, w *work, first bool) (done bool, err error) {
	if first {
		for _, note := range w.notes {
			p.say("note: %s", note)
		}
		if len(w.changes) == 0 {
			p.say("%s: nothing to do", w)
		}
	}
	for _, c := range w.changes {
		for _, line := range c.words {
			p.say("%s", line)
		}
		if o.DryRun {
			continue
		}
		if err := c.make(ctx); isOvertaken(err) {
			return false, nil
		} else if err != nil {
			return false, err
		}
	}
	return true, nil
}

// overtaken are AWS's errors for what was made or changed after this package read it:
// by somebody else, or by a try of ours whose answer was lost.
var overtaken = []string{
	"PreconditionFailed", "InvalidIfMatchVersion", "EntityAlreadyExists", "ConcurrentModification", "FunctionAlreadyExists", "CachePolicyAlreadyExists",
	"OriginRequestPolicyAlreadyExists", "ResponseHeadersPolicyAlreadyExists", "OriginAccessControlAlreadyExists", "OperationAborted",
}

func isOvertaken(err error) bool { return slices.Contains(overtaken, awsapi.Code(err)) }

// isMarked reports whether a comment has our mark.
func isMarked(comment string) bool { return strings.HasSuffix(comment, mark) }

// marked returns comment with our mark.
func marked(comment string) string { return strings.TrimSpace(comment + " " + mark) }
