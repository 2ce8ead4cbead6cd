package prepare

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// place is a behaviour of a distribution, and what it asks.
type place struct {
	account  string
	id       string // the distribution's
	behavior string
	document *transfer.Document
	origin   *types.Origin
	bucket   string // the origin's; empty where it is none
	region   string // of the bucket; empty where that is not known
	// further are the IDs of the origin group's other origins.
	further []string
}

func (at place) String() string {
	if at.behavior == distconfig.Default {
		return "distribution " + at.id + ", default behaviour"
	}
	return "distribution " + at.id + ", behaviour " + at.behavior
}

func (at place) distributionARN() string {
	return "arn:aws:cloudfront::" + at.account + ":distribution/" + at.id
}

// accountID is the number of the account that the credentials are of.
func (p *Preparer) accountID(ctx context.Context) (string, error) {
	who, err := p.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return "", err
	}
	return aws.ToString(who.Account), nil
}

// find finds a behaviour and its origin in what was read of a distribution, of an origin
// group the first.
func find(document *transfer.Document, account, id, behavior string) (place, error) {
	at := place{account: account, id: id, behavior: behavior, document: document}
	target, err := document.Config.Setting(behavior, "TargetOriginId")
	if err != nil {
		return place{}, err
	}
	if groups := document.Typed.OriginGroups; groups != nil {
		for _, g := range groups.Items {
			if aws.ToString(g.Id) == target && g.Members != nil && len(g.Members.Items) > 0 {
				target = aws.ToString(g.Members.Items[0].OriginId)
				for _, m := range g.Members.Items[1:] {
					at.further = append(at.further, aws.ToString(m.OriginId))
				}
				break
			}
		}
	}
	if document.Typed.Origins != nil {
		for i, o := range document.Typed.Origins.Items {
			if aws.ToString(o.Id) == target {
				at.origin = &document.Typed.Origins.Items[i]
			}
		}
	}
	if at.origin == nil {
		return place{}, &distconfig.NoOriginError{ID: target}
	}
	at.bucket, at.region, _ = edge.ParseS3Domain(aws.ToString(at.origin.DomainName))
	return at, nil
}

// work is what is there, and what is to be done about it.
type work struct {
	*Preparer
	place
	options Options
	site    viewerrequest.Site
	tags    map[string]string // the distribution's
	images  *images           // the viewer-request function of this name

	changes []change
	notes   []string
	// edits are of the distribution's config, each with its words, and before is
	// what they take the place of.
	edits  []edit
	before record
}

// edit is a change of a distribution's config.
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

// look reads what the rest is about, and refuses what cannot be prepared.
func (p *Preparer) look(ctx context.Context, o Options) (*work, error) {
	account, err := p.accountID(ctx)
	if err != nil {
		return nil, err
	}
	document, err := transfer.Read(ctx, p.cloudFront, o.Distribution)
	if err != nil {
		return nil, err
	}
	at, err := find(document, account, o.Distribution, o.Behavior)
	if err != nil {
		return nil, err
	}
	w := &work{Preparer: p, place: at, options: o, before: record{}}
	if err := w.checkFunctions(); err != nil {
		return nil, err
	}
	domain := aws.ToString(at.origin.DomainName)
	switch {
	case at.bucket == "" && o.Config.Bucket == "":
		return nil, &ForeignError{fmt.Sprintf("the origin %s is no bucket's own domain name", domain),
			"set bucket in the config to where the originals are, or choose another -behavior"}
	case strings.HasSuffix(at.bucket, "-s3alias") && o.Config.Bucket == "":
		return nil, &ForeignError{fmt.Sprintf("the origin %s is an access point's alias", domain),
			"set bucket and region in the config to the bucket's own: its rights are not those of the alias"}
	}
	for _, id := range w.further {
		w.note("origin %s, which is asked where %s fails, is not prepared: what comes from there stays the original", id, aws.ToString(at.origin.Id))
	}
	if w.tags, err = p.tagsOf(ctx, w.distributionARN()); err != nil {
		return nil, err
	}
	if err := w.checkOtherFunctions(); err != nil {
		return nil, err
	}
	if w.images, err = p.images(ctx, account, o.Function); err != nil {
		return nil, err
	}
	return w, w.settle(ctx)
}

// checkFunctions refuses a behaviour whose Lambda functions are in the way.
func (w *work) checkFunctions() error {
	for _, event := range []string{distconfig.ViewerRequest, "viewer-response"} {
		arn, err := w.document.Config.Function(w.behavior, event)
		if err != nil {
			return err
		}
		if arn != "" {
			return &ForeignError{fmt.Sprintf("%s: the function %s of Lambda answers its %s events, which CloudFront does not let a viewer-request function stand beside", w.place, arn, event),
				"choose another -behavior, or have it do what the code does that `go run ./deploy viewer-request` prints, and set the rest up by hand with deploy/template/policies"}
		}
	}
	arn, err := w.document.Config.Function(w.behavior, distconfig.OriginResponse)
	ours := "arn:aws:lambda:" + awsapi.Region + ":" + w.account + ":function:" + w.options.Function + ":"
	if err == nil && arn != "" && !strings.HasPrefix(arn, ours) {
		err = &ForeignError{fmt.Sprintf("%s: its origin-response function is %s", w.place, arn),
			"take it away first, choose another -behavior, or name it with -function if it is this one"}
	}
	return err
}

// checkOtherFunctions refuses a place that is prepared for a function of another name:
// each would take the other's policies away, and undone, put back what is deleted.
func (w *work) checkOtherFunctions() error {
	for name := range w.tags {
		function, ok := strings.CutPrefix(name, "edgeresize:")
		if function, _, _ = strings.Cut(function, ":"); ok && function != w.options.Function && name == recordKey(function, w.place) {
			return &ForeignError{fmt.Sprintf("%s is prepared for the function %s", w.place, function),
				"go on with -function " + function + ", or undo that first: go run ./deploy teardown -function " + function}
		}
	}
	return nil
}

// prefixes are the folders of keys behind a path, without a slash in front or behind:
// as it is spelled and, where that differs, as it is read. CloudFront leaves open
// which of them it asks S3 for.
func prefixes(path string) []string {
	literal := strings.Trim(path, "/")
	if read, err := url.PathUnescape(literal); err == nil && read != literal {
		return []string{literal, read}
	}
	return []string{literal}
}

// originKeys are the folders that CloudFront reads, and originals those that the
// function does.
func (w *work) originKeys() []string {
	return prefixes(aws.ToString(w.origin.OriginPath) + w.site.KeyPrefix)
}

func (w *work) originals() (bucket string, keys []string) {
	bucket, path := cmp.Or(w.options.Config.Bucket, w.bucket), aws.ToString(w.origin.OriginPath)
	if prefix := w.options.Config.KeyPrefix; prefix != "" {
		path = "/" + strings.Trim(prefix, "/")
	}
	return bucket, prefixes(path + w.site.KeyPrefix)
}

// plan finds what is lacking, in the order in which it is made.
func (w *work) plan(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		w.planRole, w.planPolicies, w.planViewerRequests, w.planTags, w.planAccess, w.planDistribution,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}
