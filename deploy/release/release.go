// Package release takes a package to Lambda and CloudFront, and back: publish
// a version, attach it to a behaviour of a distribution, point the behaviour
// back, take it off, delete it. What was cached before a behaviour was changed is
// taken out of the cache once the change is everywhere.
//
// Each command reads what there is before it changes anything and changes one
// thing at a time, so that it may be stopped at any moment: the same command
// goes on from there.
package release

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/pause"
)

// Releaser carries the commands out. [New] makes one.
type Releaser struct {
	// Function is the function's name.
	Function string
	// DryRun has a command change nothing. It writes on Difference the lines that
	// it would write on Progress before each change, behind [dryRun], and then what
	// would differ.
	DryRun     bool
	Difference io.Writer
	// KeepCache has the commands that change a behaviour leave in the cache what
	// it has of before.
	KeepCache bool
	// CachePaths, where there are any, are invalidated in the place of what
	// [cachePathOf] makes of the behaviour's path pattern.
	CachePaths []string
	// Progress is told what is being done, a line at a time.
	Progress io.Writer
	// Wait lets time pass between two looks at something that takes time.
	Wait func(context.Context, time.Duration) error
	// Viewer asks the live site.
	Viewer *http.Client

	config     aws.Config
	lambda     *lambda.Client
	cloudFront *cloudfront.Client
}

// New speaks to AWS as config says, in the region that CloudFront takes
// functions from, whichever config names. Difference and Progress are thrown
// away.
func New(config aws.Config, function string) *Releaser {
	config.Region = awsapi.Region
	return &Releaser{
		Function:   function,
		Difference: io.Discard,
		Progress:   io.Discard,
		Wait:       pause.For,
		Viewer:     newViewer(),
		config:     config,
		lambda:     lambda.NewFromConfig(config),
		cloudFront: cloudfront.NewFromConfig(config),
	}
}

func (r *Releaser) tell(format string, args ...any) {
	fmt.Fprintf(r.Progress, format+"\n", args...)
}

// dryRun begins a line that says what a command would do.
const dryRun = "dry run: "

// plan says what a command does next, or in a dry run would do.
func (r *Releaser) plan(format string, args ...any) {
	if r.DryRun {
		r.differ(dryRun+format, args...)
		return
	}
	r.tell(format, args...)
}

func (r *Releaser) differ(format string, args ...any) {
	fmt.Fprintf(r.Difference, format+"\n", args...)
}

// patience says how often to look at something that takes time and for how
// long.
type patience struct{ every, limit time.Duration }

// until looks at something until it is done, and tells what it sees meanwhile.
func (r *Releaser) until(ctx context.Context, what string, p patience, look func() (seen string, done bool, err error)) error {
	for waited := time.Duration(0); ; waited += p.every {
		seen, done, err := look()
		if err != nil || done {
			return err
		}
		if waited >= p.limit {
			return &SlowError{What: what, Seen: seen, Waited: waited}
		}
		r.tell("%s: %s (%v)", what, seen, waited)
		if err := r.Wait(ctx, p.every); err != nil {
			return err
		}
	}
}

// SlowError says that something has taken longer than it should.
type SlowError struct {
	What, Seen string
	Waited     time.Duration
}

func (e *SlowError) Error() string {
	return fmt.Sprintf("%s is still %s after %v: run the same command again to go on waiting", e.What, e.Seen, e.Waited)
}
