// Package policykind lists, makes, changes and deletes the policies of CloudFront's
// behaviours. There are three kinds with calls of their own: [Cache], [OriginRequest] and
// [ResponseHeaders].
package policykind

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
)

// Policy is an existing policy.
type Policy struct {
	ID, Name, Comment string
	Config            any // of the SDK's type for the kind
}

// Kind is a kind of policies and the calls for it.
type Kind struct {
	Subject string // such as "cache policy"
	// list lists the policies, AWS's own too, a page at a time.
	list func(ctx context.Context, marker *string) (page []Policy, next *string, err error)
	// Make and Change take a config of the SDK's type for the kind.
	Make   func(ctx context.Context, config any) (id string, err error)
	Change func(ctx context.Context, id string, config any) error
	Delete func(ctx context.Context, id string) error
}

// All returns all policies of the kind.
func (k Kind) All(ctx context.Context) ([]Policy, error) {
	var all []Policy
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

// Cache returns the kind of cache policies.
func Cache(client *cloudfront.Client) Kind {
	return Kind{
		Subject: "cache policy",
		list: func(ctx context.Context, marker *string) (page []Policy, next *string, err error) {
			out, err := client.ListCachePolicies(ctx, &cloudfront.ListCachePoliciesInput{Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			for _, i := range out.CachePolicyList.Items {
				c := i.CachePolicy.CachePolicyConfig
				page = append(page, Policy{aws.ToString(i.CachePolicy.Id), aws.ToString(c.Name), aws.ToString(c.Comment), c})
			}
			return page, out.CachePolicyList.NextMarker, nil
		},
		Make: func(ctx context.Context, config any) (string, error) {
			out, err := client.CreateCachePolicy(ctx, &cloudfront.CreateCachePolicyInput{CachePolicyConfig: config.(*types.CachePolicyConfig)})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.CachePolicy.Id), nil
		},
		Change: func(ctx context.Context, id string, config any) error {
			got, err := client.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: &id})
			if err == nil {
				_, err = client.UpdateCachePolicy(ctx, &cloudfront.UpdateCachePolicyInput{Id: &id, IfMatch: got.ETag, CachePolicyConfig: config.(*types.CachePolicyConfig)})
			}
			return err
		},
		Delete: func(ctx context.Context, id string) error {
			got, err := client.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: &id})
			if err == nil {
				_, err = client.DeleteCachePolicy(ctx, &cloudfront.DeleteCachePolicyInput{Id: &id, IfMatch: got.ETag})
			}
			return err
		},
	}
}

// OriginRequest returns the kind of origin request policies.
func OriginRequest(client *cloudfront.Client) Kind {
	return Kind{
		Subject: "origin request policy",
		list: func(ctx context.Context, marker *string) (page []Policy, next *string, err error) {
			out, err := client.ListOriginRequestPolicies(ctx, &cloudfront.ListOriginRequestPoliciesInput{Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			for _, i := range out.OriginRequestPolicyList.Items {
				c := i.OriginRequestPolicy.OriginRequestPolicyConfig
				page = append(page, Policy{aws.ToString(i.OriginRequestPolicy.Id), aws.ToString(c.Name), aws.ToString(c.Comment), c})
			}
			return page, out.OriginRequestPolicyList.NextMarker, nil
		},
		Make: func(ctx context.Context, config any) (string, error) {
			out, err := client.CreateOriginRequestPolicy(ctx, &cloudfront.CreateOriginRequestPolicyInput{OriginRequestPolicyConfig: config.(*types.OriginRequestPolicyConfig)})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.OriginRequestPolicy.Id), nil
		},
		Change: func(ctx context.Context, id string, config any) error {
			got, err := client.GetOriginRequestPolicy(ctx, &cloudfront.GetOriginRequestPolicyInput{Id: &id})
			if err == nil {
				_, err = client.UpdateOriginRequestPolicy(ctx, &cloudfront.UpdateOriginRequestPolicyInput{Id: &id, IfMatch: got.ETag, OriginRequestPolicyConfig: config.(*types.OriginRequestPolicyConfig)})
			}
			return err
		},
		Delete: func(ctx context.Context, id string) error {
			got, err := client.GetOriginRequestPolicy(ctx, &cloudfront.GetOriginRequestPolicyInput{Id: &id})
			if err == nil {
				_, err = client.DeleteOriginRequestPolicy(ctx, &cloudfront.DeleteOriginRequestPolicyInput{Id: &id, IfMatch: got.ETag})
			}
			return err
		},
	}
}

// ResponseHeaders returns the kind of response headers policies.
func ResponseHeaders(client *cloudfront.Client) Kind {
	return Kind{
		Subject: "response headers policy",
		list: func(ctx context.Context, marker *string) (page []Policy, next *string, err error) {
			out, err := client.ListResponseHeadersPolicies(ctx, &cloudfront.ListResponseHeadersPoliciesInput{Marker: marker})
			if err != nil {
				return nil, nil, err
			}
			for _, i := range out.ResponseHeadersPolicyList.Items {
				c := i.ResponseHeadersPolicy.ResponseHeadersPolicyConfig
				page = append(page, Policy{aws.ToString(i.ResponseHeadersPolicy.Id), aws.ToString(c.Name), aws.ToString(c.Comment), c})
			}
			return page, out.ResponseHeadersPolicyList.NextMarker, nil
		},
		Make: func(ctx context.Context, config any) (string, error) {
			out, err := client.CreateResponseHeadersPolicy(ctx, &cloudfront.CreateResponseHeadersPolicyInput{ResponseHeadersPolicyConfig: config.(*types.ResponseHeadersPolicyConfig)})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.ResponseHeadersPolicy.Id), nil
		},
		Change: func(ctx context.Context, id string, config any) error {
			got, err := client.GetResponseHeadersPolicy(ctx, &cloudfront.GetResponseHeadersPolicyInput{Id: &id})
			if err == nil {
				_, err = client.UpdateResponseHeadersPolicy(ctx, &cloudfront.UpdateResponseHeadersPolicyInput{Id: &id, IfMatch: got.ETag, ResponseHeadersPolicyConfig: config.(*types.ResponseHeadersPolicyConfig)})
			}
			return err
		},
		Delete: func(ctx context.Context, id string) error {
			got, err := client.GetResponseHeadersPolicy(ctx, &cloudfront.GetResponseHeadersPolicyInput{Id: &id})
			if err == nil {
				_, err = client.DeleteResponseHeadersPolicy(ctx, &cloudfront.DeleteResponseHeadersPolicyInput{Id: &id, IfMatch: got.ETag})
			}
			return err
		},
	}
}
