package prepare

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// viewerFunction is the CloudFront Function with the name of our viewer-request
// function.
type viewerFunction struct {
	name, arn string
	exists    bool
	marked    bool   // this package made it
	code      string // in the stage DEVELOPMENT
	live      string // in the stage LIVE; "" before it is published
	store     string // the ARN of the key value store in the stage DEVELOPMENT; "" if it has none
	liveStore string // that in the stage LIVE; "" if store is
	etag      *string
}

// viewerFunctionComment is the function's comment.
var viewerFunctionComment = marked("Gives each picture, size and format one spelling.")

// readViewerFunction reads the viewer-request function that belongs to function.
func (p *Preparer) readViewerFunction(ctx context.Context, account, function string) (*viewerFunction, error) {
	i := &viewerFunction{name: function + viewerFunctionSuffix}
	i.arn = "arn:aws:cloudfront::" + account + ":function/" + i.name
	out, err := p.cloudFront.DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: &i.name, Stage: types.FunctionStageDevelopment})
	if awsapi.Code(err) == "NoSuchFunctionExists" {
		return i, nil
	}
	if err != nil {
		return nil, err
	}
	i.exists, i.marked, i.etag = true, isMarked(aws.ToString(out.FunctionSummary.FunctionConfig.Comment)), out.ETag
	i.store = viewerfunction.StoreIn(out.FunctionSummary)
	if i.code, err = p.codeOfFunction(ctx, i.name, types.FunctionStageDevelopment); err != nil {
		return nil, err
	}
	if i.live, err = p.codeOfFunction(ctx, i.name, types.FunctionStageLive); err != nil || i.live == "" || i.store == "" {
		return i, err
	}
	i.liveStore, err = viewerfunction.StoreOf(ctx, p.cloudFront, i.name)
	return i, err
}

// codeOfFunction returns the code of a function in a stage, "" if it is not in that
// stage.
func (p *Preparer) codeOfFunction(ctx context.Context, name string, stage types.FunctionStage) (string, error) {
	out, err := p.cloudFront.GetFunction(ctx, &cloudfront.GetFunctionInput{Name: &name, Stage: stage})
	if awsapi.Code(err) == "NoSuchFunctionExists" {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	return string(out.FunctionCode), nil
}

// chooseSite chooses the settings of the viewer-request function: the config's, the
// options', and for options that are nil those that the function has already.
func (w *work) chooseSite(ctx context.Context) error {
	code := w.viewer.code
	arn, err := w.document.Config.ViewerFunction(w.behavior)
	if err != nil {
		return err
	}
	if arn != "" && arn != w.viewer.arn {
		if code, err = w.codeOfFunction(ctx, viewerfunction.NameOf(arn), types.FunctionStageLive); err != nil {
			return err
		}
	}
	w.site = viewerrequest.SettingsOf(w.options.Config)
	if has, ok := viewerfunction.Settings(code); ok {
		w.site.Host, w.site.URLPrefix, w.site.KeyPrefix, w.site.Sizes = has.Host, has.URLPrefix, has.KeyPrefix, has.Sizes
	}
	for _, setting := range []struct{ to, from *string }{
		{&w.site.Host, w.options.Host}, {&w.site.URLPrefix, w.options.URLPrefix},
		{&w.site.KeyPrefix, w.options.KeyPrefix}, {&w.site.Sizes, w.options.Sizes},
	} {
		if setting.from != nil {
			*setting.to = *setting.from
		}
	}
	if folder := strings.Trim(w.site.KeyPrefix, "/"); folder != "" {
		w.site.KeyPrefix = "/" + folder
	}
	if w.site.KeyPrefix != "" && w.site.URLPrefix == "" {
		return fmt.Errorf("-key-prefix needs -url-prefix; to put a prefix before every path, set the origin's path")
	}
	if key := w.options.Config.FallbackKey; key != "" && !strings.HasPrefix("/"+key, w.site.KeyPrefix+"/") {
		return fmt.Errorf("fallback_key is %q in the config, but the function may read only %s: name a key that begins with %s/",
			key, w.site.KeyPrefix, strings.TrimPrefix(w.site.KeyPrefix, "/"))
	}
	want, err := viewerfunction.Code(w.site)
	if err != nil {
		return err
	}
	if arn != "" && arn != w.viewer.arn && strings.TrimRight(code, "\n") != strings.TrimRight(want, "\n") {
		return &ForeignError{fmt.Sprintf("%s: its viewer-request function is %s, and CloudFront allows only one", w.target, arn),
			"merge the code that `go run ./deploy viewer-request` prints into it, set the rest up by hand with deploy/template/policies, or choose another -behavior"}
	}
	return nil
}

// planViewerRequests plans to send the behaviour's requests through the function.
func (w *work) planViewerRequests(ctx context.Context) error {
	i := w.viewer
	arn, err := w.document.Config.ViewerFunction(w.behavior)
	if err != nil || arn != "" && arn != i.arn {
		return err // chooseSite has checked that it is right
	}
	code, err := viewerfunction.Code(w.site)
	if err != nil {
		return err
	}
	if err := w.checkShared(ctx, arn == i.arn); err != nil {
		return err
	}
	if err := w.planFunction(ctx, code); err != nil {
		return err
	}
	if arn == "" {
		w.edit(func(c *distconfig.Config) (*distconfig.Config, error) { return c.WithViewerFunction(w.behavior, i.arn) },
			"viewer-request function %s, with %s", i.name, describe(w.site))
	}
	return nil
}

// checkShared refuses settings that would break this distribution or another one with
// the same function: they share its host and its prefixes.
func (w *work) checkShared(ctx context.Context, here bool) error {
	has, ok := viewerfunction.Settings(w.viewer.code)
	if !ok {
		return nil
	}
	others, err := w.others(ctx)
	others = slices.DeleteFunc(others, func(t target) bool { return t.id == w.id })
	if err != nil || len(others) == 0 {
		return err
	}
	what := fmt.Sprintf("the viewer-request function %s also serves %s, with %s", w.viewer.name, inList(others), describe(has))
	o, wants := w.options, w.site
	switch {
	case !here && (has.Host != "" && o.Host == nil || has.URLPrefix != "" && o.URLPrefix == nil):
		return &ForeignError{what, "if that is right for " + w.target.String() + " as well, repeat it with -host, -url-prefix and -key-prefix; " +
			"else use a function with another name for this one, with -function"}
	case wants.Host != "" && wants.Host != has.Host, wants.URLPrefix != has.URLPrefix, wants.KeyPrefix != has.KeyPrefix:
		return &ForeignError{what, "another host or prefix would apply to all of them: use a function with another name for this one, with -function"}
	}
	return nil
}

// planFunction plans to create or update the function with code, and to publish it.
func (w *work) planFunction(ctx context.Context, code string) error {
	i := w.viewer
	is := func(have string) bool { return strings.TrimRight(have, "\n") == strings.TrimRight(code, "\n") }
	associations, err := w.planKeyStore(ctx)
	if err != nil {
		return err
	}
	config := func() *types.FunctionConfig {
		return &types.FunctionConfig{Comment: &viewerFunctionComment, Runtime: types.FunctionRuntimeCloudfrontJs20, KeyValueStoreAssociations: associations()}
	}
	lacksStore := w.site.ChecksSignatures() && i.store == ""
	switch {
	case !i.exists:
		w.will(func(ctx context.Context) error {
			_, err := w.cloudFront.CreateFunction(ctx, &cloudfront.CreateFunctionInput{Name: &i.name, FunctionConfig: config(), FunctionCode: []byte(code)})
			return err
		}, "viewer-request function %s: create it, with %s", i.name, describe(w.site))
	case is(i.code) && is(i.live) && !lacksStore && (i.liveStore == i.store || !w.site.ChecksSignatures()):
		return nil
	case !i.marked && (!is(i.code) || lacksStore):
		return &ForeignError{"the CloudFront Function " + i.name + " was not made by this command and differs from what is needed",
			"give it the code that `go run ./deploy viewer-request` prints, rename it, or choose another name with -function"}
	case !is(i.code) || lacksStore:
		others, err := w.others(ctx)
		if err != nil {
			return err
		}
		too := ""
		if len(others) > 0 {
			too = " (this also changes " + inList(others) + ")"
		}
		w.will(func(ctx context.Context) error {
			_, err := w.cloudFront.UpdateFunction(ctx, &cloudfront.UpdateFunctionInput{Name: &i.name, IfMatch: i.etag, FunctionConfig: config(), FunctionCode: []byte(code)})
			return err
		}, "viewer-request function %s: update it, with %s%s", i.name, describe(w.site), too)
	}
	w.will(func(ctx context.Context) error {
		now, err := w.cloudFront.DescribeFunction(ctx, &cloudfront.DescribeFunctionInput{Name: &i.name, Stage: types.FunctionStageDevelopment})
		if err == nil {
			_, err = w.cloudFront.PublishFunction(ctx, &cloudfront.PublishFunctionInput{Name: &i.name, IfMatch: now.ETag})
		}
		return err
	}, "viewer-request function %s: publish it", i.name)
	return nil
}

// describe returns the function's settings in words.
func describe(s viewerrequest.Settings) string {
	words := []string{fmt.Sprintf("sizes %s up to %dx%d", all(s.Sizes), s.MaxWidth, s.MaxHeight), "formats " + orNone(s.FormatNames())}
	for _, part := range []struct{ name, text string }{{"parameters", s.Options.String()}, {"host", s.Host}, {"URL prefix", s.URLPrefix}, {"key prefix", s.KeyPrefix}} {
		if part.text != "" {
			words = append(words, part.name+" "+part.text)
		}
	}
	return strings.Join(words, ", ")
}

func all(sizes string) string {
	if sizes == "" {
		return "of all kinds"
	}
	return sizes
}

// others returns the other behaviours that use the function.
func (w *work) others(ctx context.Context) (targets []target, err error) {
	err = w.eachDistribution(ctx, func(d types.DistributionSummary) error {
		id := aws.ToString(d.Id)
		if d.DefaultCacheBehavior != nil && associated(d.DefaultCacheBehavior.FunctionAssociations, w.viewer.arn) && (id != w.id || w.behavior != "") {
			targets = append(targets, target{id: id})
		}
		if d.CacheBehaviors == nil {
			return nil
		}
		for _, b := range d.CacheBehaviors.Items {
			if pattern := aws.ToString(b.PathPattern); associated(b.FunctionAssociations, w.viewer.arn) && (id != w.id || pattern != w.behavior) {
				targets = append(targets, target{id: id, behavior: pattern})
			}
		}
		return nil
	})
	return targets, err
}

// inList returns targets as a list in a sentence.
func inList(targets []target) string {
	var words []string
	for _, t := range targets {
		words = append(words, t.String())
	}
	return strings.Join(words, "; ")
}

// associated reports whether functions has the function with an ARN.
func associated(functions *types.FunctionAssociations, arn string) bool {
	if functions == nil {
		return false
	}
	for _, f := range functions.Items {
		if aws.ToString(f.FunctionARN) == arn {
			return true
		}
	}
	return false
}

// eachDistribution calls look with each distribution of the account.
func (p *Preparer) eachDistribution(ctx context.Context, look func(types.DistributionSummary) error) error {
	pages := cloudfront.NewListDistributionsPaginator(p.cloudFront, &cloudfront.ListDistributionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, d := range page.DistributionList.Items {
			if err := look(d); err != nil {
				return err
			}
		}
	}
	return nil
}
