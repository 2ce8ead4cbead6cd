package prepare

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
)

// planAccess plans an origin access control for an origin without one, so that
// CloudFront signs its requests to S3, and the bucket policy's statement that lets it
// read.
func (w *work) planAccess(ctx context.Context) error {
	if w.bucket == "" || w.origin.CustomOriginConfig != nil {
		return nil // no bucket, or one used as a web server
	}
	if o := w.origin.S3OriginConfig; o != nil && aws.ToString(o.OriginAccessIdentity) != "" {
		return nil // the bucket's policy names the origin access identity
	}
	current, err := w.document.Config.AccessControl(aws.ToString(w.origin.Id))
	if err != nil {
		return err
	}
	if current == "" {
		if err := w.planAccessControl(ctx); err != nil {
			return err
		}
	}
	return w.planBucketPolicy(ctx)
}

// accessControl returns the origin access control called name, nil if there is none.
func (p *Preparer) accessControl(ctx context.Context, name string) (*types.OriginAccessControlSummary, error) {
	pages := cloudfront.NewListOriginAccessControlsPaginator(p.cloudFront, &cloudfront.ListOriginAccessControlsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range page.OriginAccessControlList.Items {
			if aws.ToString(a.Name) == name {
				return &a, nil
			}
		}
	}
	return nil, nil
}

// planAccessControl plans an access control for the origin.
func (w *work) planAccessControl(ctx context.Context) error {
	want := &types.OriginAccessControlConfig{}
	if err := readConfig("origin-access-control.json", w.options.Function, want); err != nil {
		return err
	}
	want.Description = aws.String(marked(aws.ToString(want.Description)))
	have, err := w.accessControl(ctx, aws.ToString(want.Name))
	if err != nil {
		return err
	}
	to := &ref{name: aws.ToString(want.Name)}
	switch {
	case have == nil:
		w.will(func(ctx context.Context) error {
			out, err := w.cloudFront.CreateOriginAccessControl(ctx, &cloudfront.CreateOriginAccessControlInput{OriginAccessControlConfig: want})
			if err == nil {
				to.id = aws.ToString(out.OriginAccessControl.Id)
			}
			return err
		}, "origin access control %s: create it", to.name)
	case have.SigningBehavior != want.SigningBehavior || have.SigningProtocol != want.SigningProtocol || have.OriginAccessControlOriginType != want.OriginAccessControlOriginType:
		return &ForeignError{fmt.Sprintf("the origin access control %s does not sign every request to S3", to.name), "rename it, or choose another name with -function"}
	default:
		to.id = aws.ToString(have.Id)
	}
	origin := aws.ToString(w.origin.Id)
	w.before[accessKey] = none
	w.edit(func(c *distconfig.Config) (*distconfig.Config, error) { return c.WithAccessControl(origin, to.id) },
		"origin %s: origin access control %s", origin, to.name)
	return nil
}
