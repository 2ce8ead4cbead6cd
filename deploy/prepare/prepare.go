// Package prepare gives a distribution that exists what it lacks for the function,
// and takes it away again: role, cache, origin request and response headers policy,
// viewer-request function, cache tags, origin access control and the bucket policy's
// statement, as deploy/template/template.yaml has them for a site of its own.
//
// What there is, is read before anything is changed, and said in words before it is
// done. What is right already is left, whoever made it. What this package has made
// says so ([mark]) and is brought up to date; what somebody else has made is never
// changed. Names follow from the function's, and each change is of one thing, so
// that a command which was stopped goes on from there when it is run again.
package prepare

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/edge"
)

// mark ends the comment or description of what this package has made.
const mark = "Made by deploy prepare."

// imagesSuffix ends the name of the viewer-request function.
const imagesSuffix = "-images"

// functionName matches names of functions that leave room for [imagesSuffix] in the
// 64 characters of a CloudFront Function's.
var functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,57}$`)

// Options say what to prepare.
type Options struct {
	Function     string // name
	Distribution string // ID
	Behavior     string // path pattern; empty for the default behaviour
	Config       edge.Config
	// What the viewer-request function is told beside what the config says; nil for
	// what it is told already.
	Sizes, Host, URLPrefix, KeyPrefix *string
	// DryRun has it said what would be done, and nothing done.
	DryRun bool
}

// Preparer carries out. [New] makes one.
type Preparer struct {
	lambda     *lambda.Client
	iam        *iam.Client
	cloudFront *cloudfront.Client
	s3         *s3.Client
	sts        *sts.Client
	out        io.Writer
}

// New speaks to AWS as config says, and says on out what it does.
func New(config aws.Config, out io.Writer) *Preparer {
	config.Region = awsapi.Region
	return &Preparer{
		lambda:     lambda.NewFromConfig(config),
		iam:        iam.NewFromConfig(config),
		cloudFront: cloudfront.NewFromConfig(config),
		s3:         s3.NewFromConfig(config, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }),
		sts:        sts.NewFromConfig(config),
		out:        out,
	}
}

func (p *Preparer) say(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

// ForeignError says that something is in the way that this package has not made.
type ForeignError struct {
	What   string // such as "the cache policy edgeresize"
	Advice string // what to do
}

func (e *ForeignError) Error() string { return e.What + ": " + e.Advice }

// change is one that is to be made.
type change struct {
	words []string // a line each
	make  func(context.Context) error
}

// maxPlans is how many times it is looked what is lacking, where others change the
// same things meanwhile.
const maxPlans = 10

// Prepare makes what is lacking.
func (p *Preparer) Prepare(ctx context.Context, o Options) error {
	if !functionName.MatchString(o.Function) {
		return fmt.Errorf("the function's name is %q: want 1 to 57 letters, digits, hyphens and underscores, for %q behind it", o.Function, imagesSuffix)
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
		p.say("changed meanwhile, looking again")
	}
	return fmt.Errorf("what is there is being changed all the time: run the same command again later")
}

// carryOut makes the changes of a plan, and reports whether it came to the end.
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

// overtaken are errors of AWS that say that something has been made or changed since
// it was looked at, by somebody else or by a try of ours whose answer was lost.
var overtaken = []string{
	"PreconditionFailed", "InvalidIfMatchVersion", "EntityAlreadyExists", "ConcurrentModification", "FunctionAlreadyExists", "CachePolicyAlreadyExists",
	"OriginRequestPolicyAlreadyExists", "ResponseHeadersPolicyAlreadyExists", "OriginAccessControlAlreadyExists", "OperationAborted",
}

func isOvertaken(err error) bool { return slices.Contains(overtaken, awsapi.Code(err)) }

// isMarked reports whether a comment is of something that this package has made.
func isMarked(comment string) bool { return strings.HasSuffix(comment, mark) }

// marked is a comment that says that this package has made it.
func marked(comment string) string { return strings.TrimSpace(comment + " " + mark) }
