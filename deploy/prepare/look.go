package prepare

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// target is the behaviour of a distribution to prepare, and its origin.
type target struct {
	account  string
	id       string // of the distribution
	behavior string
	document *transfer.Document
	origin   *types.Origin
	bucket   string // of the origin; "" for other origins
	region   string // of the bucket; "" if unknown
	// further are the IDs of the other origins in the origin group.
	further []string
}

func (t target) String() string {
	if t.behavior == distconfig.Default {
		return "distribution " + t.id + ", default behaviour"
	}
	return "distribution " + t.id + ", behaviour " + t.behavior
}

func (t target) distributionARN() string {
	return "arn:aws:cloudfront::" + t.account + ":distribution/" + t.id
}

// accountID returns the account of the credentials.
func (p *Preparer) accountID(ctx context.Context) (string, error) {
	who, err := p.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(who.Account), nil
}

// find returns the target for a behaviour of a distribution. Of an origin group it
// takes the first origin.
func find(document *transfer.Document, account, id, behavior string) (target, error) {
	t := target{account: account, id: id, behavior: behavior, document: document}
	originID, err := document.Config.Setting(behavior, "TargetOriginId")
	if err != nil {
		return target{}, err
	}
	if groups := document.Typed.OriginGroups; groups != nil {
		for _, g := range groups.Items {
			if aws.ToString(g.Id) == originID && g.Members != nil && len(g.Members.Items) > 0 {
				originID = aws.ToString(g.Members.Items[0].OriginId)
				for _, m := range g.Members.Items[1:] {
					t.further = append(t.further, aws.ToString(m.OriginId))
				}
				break
			}
		}
	}
	if document.Typed.Origins != nil {
		for i, o := range document.Typed.Origins.Items {
			if aws.ToString(o.Id) == originID {
				t.origin = &document.Typed.Origins.Items[i]
			}
		}
	}
	if t.origin == nil {
		return target{}, &distconfig.NoOriginError{ID: originID}
	}
	t.bucket, t.region, _ = edge.ParseS3Domain(aws.ToString(t.origin.DomainName))
	return t, nil
}

// work is the state of a target and the plan for it.
type work struct {
	*Preparer
	target
	options Options
	site    viewerrequest.Settings
	tags    map[string]string // of the distribution
	viewer  *viewerFunction

	changes []change
	notes   []string
	// edits are edits of the distribution's config; before records what they replace.
	edits  []edit
	before record
}

// edit is a change of the distribution's config, with its description.
type edit struct {
	words string
	apply func(*distconfig.Config) (*distconfig.Config, error)
}

func (w *work) will(make func(context.Context) error, format string, args ...any) {
	w.changes = append(w.changes, change{[]string{fmt.Sprintf(format, args...)}, make})
}

func (w *work) note(format string, args ...any) {
	w.notes = append(w.notes, fmt.Sprintf(format, args...))
}

// look reads the state of the target and refuses one that cannot be prepared.
func (p *Preparer) look(ctx context.Context, o Options) (*work, error) {
	account, err := p.accountID(ctx)
	if err != nil {
		return nil, err
	}
	document, err := transfer.Read(ctx, p.cloudFront, o.Distribution)
	if err != nil {
		return nil, err
	}
	t, err := find(document, account, o.Distribution, o.Behavior)
	if err != nil {
		return nil, err
	}
	w := &work{Preparer: p, target: t, options: o, before: record{}}
	if err := w.checkFunctions(); err != nil {
		return nil, err
	}
	domain := aws.ToString(t.origin.DomainName)
	switch {
	case t.bucket == "" && o.Config.Bucket == "":
		return nil, &ForeignError{fmt.Sprintf("the origin %s is not the domain name of a bucket", domain),
			"set bucket in the config to the bucket that holds the originals, or choose another -behavior"}
	case strings.HasSuffix(t.bucket, "-s3alias") && o.Config.Bucket == "":
		return nil, &ForeignError{fmt.Sprintf("the origin %s is an access point's alias", domain),
			"set bucket and region in the config to those of the bucket: its rights differ from the alias's"}
	}
	for _, id := range w.further {
		w.note("origin %s, which CloudFront asks if %s fails, is not prepared: pictures from there are not resized", id, aws.ToString(t.origin.Id))
	}
	if w.tags, err = p.tagsOf(ctx, w.distributionARN()); err != nil {
		return nil, err
	}
	if err := w.checkOtherFunctions(); err != nil {
		return nil, err
	}
	if w.viewer, err = p.readViewerFunction(ctx, account, o.Function); err != nil {
		return nil, err
	}
	return w, w.chooseSite(ctx)
}

// checkFunctions refuses a behaviour with Lambda functions that exclude ours.
func (w *work) checkFunctions() error {
	for _, event := range []string{distconfig.ViewerRequest, "viewer-response"} {
		arn, err := w.document.Config.Function(w.behavior, event)
		if err != nil {
			return err
		}
		if arn != "" {
			return &ForeignError{fmt.Sprintf("%s: the Lambda function %s handles its %s events, and CloudFront allows no viewer-request function beside it", w.target, arn, event),
				"choose another -behavior, or add to it what the code from `go run ./deploy viewer-request` does, and set up the rest by hand with deploy/template/policies"}
		}
	}
	arn, err := w.document.Config.Function(w.behavior, distconfig.OriginResponse)
	ours := "arn:aws:lambda:" + awsapi.Region + ":" + w.account + ":function:" + w.options.Function + ":"
	if err == nil && arn != "" && !strings.HasPrefix(arn, ours) {
		err = &ForeignError{fmt.Sprintf("%s: its origin-response function is %s", w.target, arn),
			"remove it first, choose another -behavior, or name it with -function if it is this one"}
	}
	return err
}

// checkOtherFunctions refuses a target that is prepared for another function. The two
// would replace each other's policies, and undoing one would put back deleted policies.
func (w *work) checkOtherFunctions() error {
	for name := range w.tags {
		function, ok := strings.CutPrefix(name, "edgeresize:")
		if function, _, _ = strings.Cut(function, ":"); ok && function != w.options.Function && name == recordKey(function, w.target) {
			return &ForeignError{fmt.Sprintf("%s is prepared for the function %s", w.target, function),
				"continue with -function " + function + ", or undo that first: go run ./deploy teardown -function " + function}
		}
	}
	return nil
}

// prefixes returns the folder of keys for a path, without slashes at its ends: as it is
// spelled and, if that differs, unescaped. CloudFront's documentation leaves open which
// of the two S3 receives.
func prefixes(path string) []string {
	literal := strings.Trim(path, "/")
	if read, err := url.PathUnescape(literal); err == nil && read != literal {
		return []string{literal, read}
	}
	return []string{literal}
}

// takesAway reports whether the viewer-request function that answers viewers keeps
// parameters that the config has not.
func (w *work) takesAway() bool {
	has, _ := viewerfunction.Settings(w.viewer.live)
	return slices.ContainsFunc(has.Options.Parameters, func(name string) bool { return !slices.Contains(w.options.Config.Parameters, name) })
}

// originKeys returns the folders that CloudFront reads.
func (w *work) originKeys() []string {
	return prefixes(aws.ToString(w.origin.OriginPath) + w.site.KeyPrefix)
}

// originals returns the bucket and the folders that the function reads.
func (w *work) originals() (bucket string, keys []string) {
	bucket, path := cmp.Or(w.options.Config.Bucket, w.bucket), aws.ToString(w.origin.OriginPath)
	if prefix := w.options.Config.KeyPrefix; prefix != "" {
		path = "/" + strings.Trim(prefix, "/")
	}
	return bucket, prefixes(path + w.site.KeyPrefix)
}

// plan plans what is missing, in the order in which it must be made. At no time may a
// parameter that requests keep be missing in the cache key: the first viewer would decide
// for all. So the key gains parameters before the viewer-request function, and loses
// them after it.
func (w *work) plan(ctx context.Context) error {
	requests := []func(context.Context) error{w.planPolicies, w.planViewerRequests}
	if w.takesAway() {
		requests = []func(context.Context) error{w.planWiderKey, w.planViewerRequests, w.planPolicies}
	}
	for _, step := range slices.Concat(
		[]func(context.Context) error{w.planRole}, requests, []func(context.Context) error{w.planTags, w.planAccess, w.planDistribution},
	) {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}
