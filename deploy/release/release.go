// Package release takes a package to Lambda and CloudFront, and back: it publishes a
// version, attaches it to a behaviour of a distribution, rolls the behaviour back,
// detaches the function and deletes it. Once a change of a behaviour is at every edge
// location, it invalidates what the behaviour had cached before.
//
// Each command reads everything before it changes anything, and changes one thing at a
// time. So it may be stopped at any moment, and the same command goes on from there.
//
// Progress is a line for each change and each look, not a bar: CloudFront gives a state and
// no percentage. Lines also suit the logs of pipelines, and need no library.
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

// Releaser carries out the commands. [New] makes one.
type Releaser struct {
	// Function is the function's name.
	Function string
	// DryRun has a command change nothing, and write on Difference what would differ.
	// Attach, Rollback, Detach and Invalidate write there first, each after "dry run: ",
	// the lines that they would write on Progress about their changes.
	DryRun     bool
	Difference io.Writer
	// KeepCache has the commands that change a behaviour leave in the cache what is
	// there.
	KeepCache bool
	// CachePaths, if there are any, are invalidated in place of the paths that
	// [cachePathOf] returns.
	CachePaths []string
	// Progress receives what is being done, a line at a time.
	Progress io.Writer
	// Wait waits between two looks at something that takes time.
	Wait func(context.Context, time.Duration) error
	// Viewer makes the requests to the live site.
	Viewer *http.Client

	config     aws.Config
	lambda     *lambda.Client
	cloudFront *cloudfront.Client
}

// New returns a Releaser that speaks to AWS with config, but in the region that CloudFront
// takes functions from. It discards Difference and Progress.
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

// tell writes a line on Progress.
func (r *Releaser) tell(format string, args ...any) {
	fmt.Fprintf(r.Progress, format+"\n", args...)
}

// dryRun begins the lines of a dry run that say what the command would do.
const dryRun = "dry run: "

// plan writes what a command is about to do, or in a dry run would do.
func (r *Releaser) plan(format string, args ...any) {
	if r.DryRun {
		r.differ(dryRun+format, args...)
		return
	}
	r.tell(format, args...)
}

// differ writes a line on Difference.
func (r *Releaser) differ(format string, args ...any) {
	fmt.Fprintf(r.Difference, format+"\n", args...)
}

// patience is how often to look at something that takes time, and for how long.
type patience struct{ every, limit time.Duration }

// until calls look until it is done, and writes what it has seen meanwhile.
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

// SlowError says that something takes longer than it should.
type SlowError struct {
	What, Seen string
	Waited     time.Duration
}

func (e *SlowError) Error() string {
	return fmt.Sprintf("%s is still %s after %v: run the same command again to go on waiting", e.What, e.Seen, e.Waited)
}
