// Package probe asks a distribution on a real account what the guides of CloudFront and
// Lambda@Edge leave open. It adds behaviours below /edgeresize-probe/ and origins of its own, sends
// requests through them, concludes a fact from each answer and removes what it added.
//
// It touches nothing else: other behaviours, origins, functions and objects stay as they are. A run
// that is interrupted cleans up; after a crash [Prober.Cleanup] does. Lambda keeps
// replicas of a function for hours, so that the function and its role stay until a later
// [Prober.Cleanup].
package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/pause"
)

// Name is the name of what a run makes.
const Name = "edgeresize-probe"

// Cost says what a run costs.
const Cost = "A run makes about 130 requests, 70 objects of at most 3 MB and 170 invalidation paths: less than $0.05, " +
	"and up to $0.85 more if this month's 1,000 free invalidation paths are used up."

// Prober carries out runs. [New] makes one.
type Prober struct {
	// Progress receives what is being done, a line at a time.
	Progress io.Writer
	// Wait waits between two looks at something that takes time.
	Wait func(context.Context, time.Duration) error
	// Transport sends the requests of viewers.
	Transport http.RoundTripper
	// Now returns the time.
	Now func() time.Time

	config     aws.Config
	lambda     *lambda.Client
	cloudFront *cloudfront.Client
	iam        *iam.Client
}

// New returns a Prober that speaks to AWS with config.
func New(config aws.Config) *Prober {
	config = config.Copy()
	config.Region = awsapi.Region
	return &Prober{
		Progress: io.Discard, Wait: pause.For, Now: time.Now,
		// HTTP/2 would refuse some of the paths that are asked for.
		Transport: &http.Transport{Proxy: http.ProxyFromEnvironment, DisableCompression: true, TLSNextProto: noHTTP2, DialContext: pinned((&net.Dialer{}).DialContext)},
		config:    config, lambda: lambda.NewFromConfig(config), cloudFront: cloudfront.NewFromConfig(config), iam: iam.NewFromConfig(config),
	}
}

// Options say what to probe.
type Options struct {
	// Distribution is the distribution's ID.
	Distribution string
	// Origin is the ID of the S3 origin to use; empty for the default behaviour's.
	Origin string
	// Function is the name of the project's own function, whose log is read.
	Function string
	// Names has the report name the distribution.
	Names bool
}

// cleanupPatience is the time that cleaning up after an interrupted run may take.
const cleanupPatience = 15 * time.Minute

// Run sets up, asks every question and cleans up, even if ctx ends meanwhile. If there is
// an error, the report has what was measured before; it is nil if the run was refused.
func (p *Prober) Run(ctx context.Context, o Options) (report *Report, err error) {
	s, err := p.look(ctx, o)
	if err != nil {
		return nil, err
	}
	if err := s.checkNames(ctx); err != nil {
		return nil, err
	}
	p.tell("%s", Cost)
	// A change may have been made although its answer was lost, so clean up after any error.
	defer func() {
		rest, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanupPatience)
		defer cancel()
		if failed := p.cleanup(rest, s); failed != nil {
			err = errors.Join(err, fmt.Errorf("cleaning up: %w; finish with `%s`", failed, s.cleanupCommand()))
		}
	}()
	if err := s.setUp(ctx); err != nil {
		return s.report, err
	}
	return s.report, s.askAll(ctx)
}

// Cleanup removes what runs have left at a distribution. It says what must stay for some
// hours. Without an origin in o it uses that of the probe's behaviours, if they are left. If
// the distribution or the bucket is gone, it removes the rest.
func (p *Prober) Cleanup(ctx context.Context, o Options) error {
	s, d, err := p.read(ctx, o)
	if awsapi.Code(err) == "NoSuchDistribution" {
		p.tell("there is no distribution %s: removing what else a run has made; delete objects below %s/ in its bucket yourself", o.Distribution, Name)
		return p.cleanup(ctx, &session{Prober: p, id: o.Distribution, gone: true})
	}
	if err != nil {
		return err
	}
	own, err := s.ownBehaviors(d)
	if err != nil {
		return err
	}
	if b := d.Typed.CacheBehaviors; o.Origin == "" && b != nil {
		for _, one := range b.Items {
			if target := aws.ToString(one.TargetOriginId); slices.Contains(own, aws.ToString(one.PathPattern)) && !strings.HasPrefix(target, Name+"-") {
				s.origin = target
			}
		}
	}
	lost := s.findBucket(ctx, d.Typed)
	if lost != nil {
		lost = fmt.Errorf("objects below %s/ are not looked for: %w", Name, lost)
	}
	return errors.Join(p.cleanup(ctx, s), lost)
}

// Plan writes what a run would make, and changes nothing.
func (p *Prober) Plan(ctx context.Context, o Options, w io.Writer) error {
	s, err := p.look(ctx, o)
	if err != nil {
		return err
	}
	for _, b := range behaviors {
		fmt.Fprintf(w, "+distribution %s: behaviour %s, before all others\n", o.Distribution, b.pattern())
	}
	for _, b := range copies {
		fmt.Fprintf(w, "+distribution %s: behaviour %s, with an origin %s, a copy of %q with the path /%s%s\n", o.Distribution, b.pattern(), b.origin.id(), s.origin, s.keyPrefix, b.origin.folder())
	}
	fmt.Fprintf(w, "+distribution %s: origin group %s of %s and %q\n", o.Distribution, groupID, missingOrigin.id(), s.origin)
	fmt.Fprintf(w, "+function %s in %s, Python, 128 MB, with a role %s that may write logs\n", Name, awsapi.Region, Name)
	fmt.Fprintf(w, "+CloudFront Functions %s and %s\n", Name, timedFunction)
	fmt.Fprintf(w, "+cache policy, origin request policy and response headers policy %s\n", Name)
	fmt.Fprintf(w, "+objects %s%s/... in the bucket %s\n", s.keyPrefix, Name, s.bucket)
	if err := s.findNotifications(ctx); err != nil {
		return err
	}
	if s.notifies {
		fmt.Fprintf(w, "The bucket notifies something of new objects, also of the probe's, which are no pictures.\n")
	}
	fmt.Fprintf(w, "%s\nAll is removed at the end, but for function and role: CloudFront keeps replicas for hours.\n", Cost)
	return nil
}

// tell writes a line of progress.
func (p *Prober) tell(format string, args ...any) { fmt.Fprintf(p.Progress, format+"\n", args...) }

// SlowError says that something took too long.
type SlowError struct {
	What string
	For  time.Duration
}

func (e *SlowError) Error() string { return fmt.Sprintf("%s: not done after %s", e.What, e.For) }

// until calls look until it reports that it is done, and waits every between two calls. It
// returns a [*SlowError] after patience.
func (p *Prober) until(ctx context.Context, what string, every, patience time.Duration, look func() (bool, error)) error {
	for waited := time.Duration(0); ; waited += every {
		if done, err := look(); done || err != nil {
			return err
		}
		if waited >= patience {
			return &SlowError{what, waited}
		}
		if waited%(30*time.Second) == 0 {
			p.tell("%s: waiting", what)
		}
		if err := p.Wait(ctx, every); err != nil {
			return err
		}
	}
}

// logs returns a client of CloudWatch Logs in a region.
func (p *Prober) logs(region string) *cloudwatchlogs.Client {
	return cloudwatchlogs.NewFromConfig(p.config, func(o *cloudwatchlogs.Options) { o.Region = region })
}

// storage returns a client of S3 in a region.
func (p *Prober) storage(region string) *s3.Client {
	return s3.NewFromConfig(p.config, func(o *s3.Options) {
		o.Region, o.UsePathStyle = region, true
	})
}
