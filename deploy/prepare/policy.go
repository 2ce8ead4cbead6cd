package prepare

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/template/policies"
)

// policy is an existing policy of CloudFront's.
type policy struct {
	id, name, comment string
	config            any
}

// kind is a kind of CloudFront's policies and the calls for it.
type kind struct {
	subject string // such as "cache policy"
	// list lists the policies, AWS's own too, a page at a time.
	list func(ctx context.Context, marker *string) (page []policy, next *string, err error)
	// make and change take a config of the SDK's type for the kind.
	make   func(ctx context.Context, config any) (id string, err error)
	change func(ctx context.Context, id string, config any) error
	delete func(ctx context.Context, id string) error
}

// all returns all policies of the kind.
func (k kind) all(ctx context.Context) ([]policy, error) {
	var all []policy
	for marker := (*string)(nil); ; {
		page, next, err := k.list(ctx, marker)
		if err != nil {
			return nil, err
		}
		all = append(all, page...)
		if marker = next; marker == nil || *marker == "" {
			return all, nil
		}
	}
}

// readConfig decodes a file of package policies into a value of the SDK's, with
// function as the function's name.
func readConfig(file, function string, into any) error {
	text, err := policies.Read(file)
	if err != nil {
		return err
	}
	d := json.NewDecoder(strings.NewReader(strings.ReplaceAll(text, "FUNCTION", function)))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

// ref names a policy that exists or will be made. Then id is empty until it is.
type ref struct{ id, name string }

// planPolicy returns the policy for a behaviour. It keeps somebody else's policy, the
// current one or the one called name, if that is right, and refuses one called name that
// is not. Otherwise it plans to make ours, or to bring it up to date.
func (w *work) planPolicy(k kind, all []policy, current, name string, want any, right func(config any) bool) (*ref, error) {
	var own *policy
	for i, p := range all {
		if p.name == name {
			own = &all[i]
		}
		if p.id == current && !isMarked(p.comment) && right(p.config) {
			return &ref{p.id, p.name}, nil
		}
	}
	switch {
	case own == nil:
		made := &ref{name: name}
		w.will(func(ctx context.Context) (err error) {
			made.id, err = k.make(ctx, want)
			return err
		}, "%s %s: create it", k.subject, name)
		return made, nil
	case !isMarked(own.comment) && right(own.config):
	case !isMarked(own.comment):
		return nil, &ForeignError{fmt.Sprintf("the %s %s was not made by this command and differs from what is needed", k.subject, name),
			"rename it, or choose another name with -function"}
	case !same(own.config, want):
		w.will(func(ctx context.Context) error { return k.change(ctx, own.id, want) }, "%s %s: update it", k.subject, name)
	}
	return &ref{own.id, own.name}, nil
}

// nameOf returns the name of the policy with an ID, or the ID.
func nameOf(all []policy, id string) string {
	for _, p := range all {
		if p.id == id {
			return p.name
		}
	}
	return orNone(id)
}

func orNone(name string) string {
	if name == "" {
		return "none"
	}
	return name
}

func (p *Preparer) cachePolicies() kind {
	return kind{
		subject: "cache policy",
		list: func(ctx context.Context, marker *string) (page []policy, next *string, err error) {
			out, err := p.cloudFront.ListCachePolicies(ctx, &cloudfront.ListCachePoliciesInput{Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			for _, i := range out.CachePolicyList.Items {
				c := i.CachePolicy.CachePolicyConfig
				page = append(page, policy{aws.ToString(i.CachePolicy.Id), aws.ToString(c.Name), aws.ToString(c.Comment), c})
			}
			return page, out.CachePolicyList.NextMarker, nil
		},
		make: func(ctx context.Context, config any) (string, error) {
			out, err := p.cloudFront.CreateCachePolicy(ctx, &cloudfront.CreateCachePolicyInput{CachePolicyConfig: config.(*types.CachePolicyConfig)})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.CachePolicy.Id), nil
		},
		change: func(ctx context.Context, id string, config any) error {
			got, err := p.cloudFront.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: &id})
			if err == nil {
				_, err = p.cloudFront.UpdateCachePolicy(ctx, &cloudfront.UpdateCachePolicyInput{Id: &id, IfMatch: got.ETag, CachePolicyConfig: config.(*types.CachePolicyConfig)})
			}
			return err
		},
		delete: func(ctx context.Context, id string) error {
			got, err := p.cloudFront.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: &id})
			if err == nil {
				_, err = p.cloudFront.DeleteCachePolicy(ctx, &cloudfront.DeleteCachePolicyInput{Id: &id, IfMatch: got.ETag})
			}
			return err
		},
	}
}

func (p *Preparer) originRequestPolicies() kind {
	return kind{
		subject: "origin request policy",
		list: func(ctx context.Context, marker *string) (page []policy, next *string, err error) {
			out, err := p.cloudFront.ListOriginRequestPolicies(ctx, &cloudfront.ListOriginRequestPoliciesInput{Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			for _, i := range out.OriginRequestPolicyList.Items {
				c := i.OriginRequestPolicy.OriginRequestPolicyConfig
				page = append(page, policy{aws.ToString(i.OriginRequestPolicy.Id), aws.ToString(c.Name), aws.ToString(c.Comment), c})
			}
			return page, out.OriginRequestPolicyList.NextMarker, nil
		},
		make: func(ctx context.Context, config any) (string, error) {
			out, err := p.cloudFront.CreateOriginRequestPolicy(ctx, &cloudfront.CreateOriginRequestPolicyInput{OriginRequestPolicyConfig: config.(*types.OriginRequestPolicyConfig)})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.OriginRequestPolicy.Id), nil
		},
		change: func(ctx context.Context, id string, config any) error {
			got, err := p.cloudFront.GetOriginRequestPolicy(ctx, &cloudfront.GetOriginRequestPolicyInput{Id: &id})
			if err == nil {
				_, err = p.cloudFront.UpdateOriginRequestPolicy(ctx, &cloudfront.UpdateOriginRequestPolicyInput{Id: &id, IfMatch: got.ETag, OriginRequestPolicyConfig: config.(*types.OriginRequestPolicyConfig)})
			}
			return err
		},
		delete: func(ctx context.Context, id string) error {
			got, err := p.cloudFront.GetOriginRequestPolicy(ctx, &cloudfront.GetOriginRequestPolicyInput{Id: &id})
			if err == nil {
				_, err = p.cloudFront.DeleteOriginRequestPolicy(ctx, &cloudfront.DeleteOriginRequestPolicyInput{Id: &id, IfMatch: got.ETag})
			}
			return err
		},
	}
}

func (p *Preparer) responseHeadersPolicies() kind {
	return kind{
		subject: "response headers policy",
		list: func(ctx context.Context, marker *string) (page []policy, next *string, err error) {
			out, err := p.cloudFront.ListResponseHeadersPolicies(ctx, &cloudfront.ListResponseHeadersPoliciesInput{Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			for _, i := range out.ResponseHeadersPolicyList.Items {
				c := i.ResponseHeadersPolicy.ResponseHeadersPolicyConfig
				page = append(page, policy{aws.ToString(i.ResponseHeadersPolicy.Id), aws.ToString(c.Name), aws.ToString(c.Comment), c})
			}
			return page, out.ResponseHeadersPolicyList.NextMarker, nil
		},
		make: func(ctx context.Context, config any) (string, error) {
			out, err := p.cloudFront.CreateResponseHeadersPolicy(ctx, &cloudfront.CreateResponseHeadersPolicyInput{ResponseHeadersPolicyConfig: config.(*types.ResponseHeadersPolicyConfig)})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.ResponseHeadersPolicy.Id), nil
		},
		change: func(ctx context.Context, id string, config any) error {
			got, err := p.cloudFront.GetResponseHeadersPolicy(ctx, &cloudfront.GetResponseHeadersPolicyInput{Id: &id})
			if err == nil {
				_, err = p.cloudFront.UpdateResponseHeadersPolicy(ctx, &cloudfront.UpdateResponseHeadersPolicyInput{Id: &id, IfMatch: got.ETag, ResponseHeadersPolicyConfig: config.(*types.ResponseHeadersPolicyConfig)})
			}
			return err
		},
		delete: func(ctx context.Context, id string) error {
			got, err := p.cloudFront.GetResponseHeadersPolicy(ctx, &cloudfront.GetResponseHeadersPolicyInput{Id: &id})
			if err == nil {
				_, err = p.cloudFront.DeleteResponseHeadersPolicy(ctx, &cloudfront.DeleteResponseHeadersPolicyInput{Id: &id, IfMatch: got.ETag})
			}
			return err
		},
	}
}
