package probe

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
)

// makePolicies makes the policies that do not exist yet, and notes their IDs.
func (s *session) makePolicies(ctx context.Context, m *made) error {
	has, err := s.policies(ctx)
	if err != nil {
		return err
	}
	name, comment := aws.String(Name), aws.String(mark)
	if m.cache = has[cachePolicy]; m.cache == "" {
		out, err := s.cloudFront.CreateCachePolicy(ctx, &cloudfront.CreateCachePolicyInput{CachePolicyConfig: &types.CachePolicyConfig{
			Name: name, Comment: comment, MinTTL: aws.Int64(0), DefaultTTL: aws.Int64(60), MaxTTL: aws.Int64(3600),
			ParametersInCacheKeyAndForwardedToOrigin: &types.ParametersInCacheKeyAndForwardedToOrigin{
				EnableAcceptEncodingGzip: aws.Bool(false), EnableAcceptEncodingBrotli: aws.Bool(false),
				HeadersConfig: &types.CachePolicyHeadersConfig{HeaderBehavior: types.CachePolicyHeaderBehaviorNone},
				CookiesConfig: &types.CachePolicyCookiesConfig{CookieBehavior: types.CachePolicyCookieBehaviorNone},
				QueryStringsConfig: &types.CachePolicyQueryStringsConfig{QueryStringBehavior: types.CachePolicyQueryStringBehaviorWhitelist,
					QueryStrings: &types.QueryStringNames{Quantity: aws.Int32(1), Items: []string{"width"}}},
			},
		}})
		if err != nil {
			return err
		}
		m.cache = aws.ToString(out.CachePolicy.Id)
	}
	if m.request = has[requestPolicy]; m.request == "" {
		out, err := s.cloudFront.CreateOriginRequestPolicy(ctx, &cloudfront.CreateOriginRequestPolicyInput{OriginRequestPolicyConfig: &types.OriginRequestPolicyConfig{
			Name: name, Comment: comment,
			HeadersConfig:      &types.OriginRequestPolicyHeadersConfig{HeaderBehavior: types.OriginRequestPolicyHeaderBehaviorNone},
			CookiesConfig:      &types.OriginRequestPolicyCookiesConfig{CookieBehavior: types.OriginRequestPolicyCookieBehaviorNone},
			QueryStringsConfig: &types.OriginRequestPolicyQueryStringsConfig{QueryStringBehavior: types.OriginRequestPolicyQueryStringBehaviorAll},
		}})
		if err != nil {
			return err
		}
		m.request = aws.ToString(out.OriginRequestPolicy.Id)
	}
	if m.header = has[headersPolicy]; m.header == "" {
		out, err := s.cloudFront.CreateResponseHeadersPolicy(ctx, &cloudfront.CreateResponseHeadersPolicyInput{ResponseHeadersPolicyConfig: &types.ResponseHeadersPolicyConfig{
			Name: name, Comment: comment,
			CustomHeadersConfig: &types.ResponseHeadersPolicyCustomHeadersConfig{Quantity: aws.Int32(1), Items: []types.ResponseHeadersPolicyCustomHeader{
				{Header: aws.String("Vary"), Value: aws.String("Accept"), Override: aws.Bool(true)}}},
		}})
		if err != nil {
			return err
		}
		m.header = aws.ToString(out.ResponseHeadersPolicy.Id)
	}
	return nil
}

// The kinds of policies.
const (
	cachePolicy = iota
	requestPolicy
	headersPolicy
)

// policies returns the IDs of the probe's policies that exist, by kind. It refuses
// policies of that name that the probe did not make.
func (p *Prober) policies(ctx context.Context) (map[int]string, error) {
	found := map[int]string{}
	take := func(kind int, id, name, comment *string, words string) error {
		if aws.ToString(name) != Name {
			return nil
		}
		if aws.ToString(comment) != mark {
			return &ForeignError{"the " + words + " " + Name}
		}
		found[kind] = aws.ToString(id)
		return nil
	}
	cache := &cloudfront.ListCachePoliciesInput{Type: types.CachePolicyTypeCustom}
	for more := true; more; more = cache.Marker != nil {
		out, err := p.cloudFront.ListCachePolicies(ctx, cache)
		if err != nil {
			return nil, err
		}
		for _, one := range out.CachePolicyList.Items {
			c := one.CachePolicy.CachePolicyConfig
			if err := take(cachePolicy, one.CachePolicy.Id, c.Name, c.Comment, "cache policy"); err != nil {
				return nil, err
			}
		}
		cache.Marker = out.CachePolicyList.NextMarker
	}
	request := &cloudfront.ListOriginRequestPoliciesInput{Type: types.OriginRequestPolicyTypeCustom}
	for more := true; more; more = request.Marker != nil {
		out, err := p.cloudFront.ListOriginRequestPolicies(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, one := range out.OriginRequestPolicyList.Items {
			c := one.OriginRequestPolicy.OriginRequestPolicyConfig
			if err := take(requestPolicy, one.OriginRequestPolicy.Id, c.Name, c.Comment, "origin request policy"); err != nil {
				return nil, err
			}
		}
		request.Marker = out.OriginRequestPolicyList.NextMarker
	}
	headers := &cloudfront.ListResponseHeadersPoliciesInput{Type: types.ResponseHeadersPolicyTypeCustom}
	for more := true; more; more = headers.Marker != nil {
		out, err := p.cloudFront.ListResponseHeadersPolicies(ctx, headers)
		if err != nil {
			return nil, err
		}
		for _, one := range out.ResponseHeadersPolicyList.Items {
			c := one.ResponseHeadersPolicy.ResponseHeadersPolicyConfig
			if err := take(headersPolicy, one.ResponseHeadersPolicy.Id, c.Name, c.Comment, "response headers policy"); err != nil {
				return nil, err
			}
		}
		headers.Marker = out.ResponseHeadersPolicyList.NextMarker
	}
	return found, nil
}

// deletePolicies deletes the probe's policies.
func (p *Prober) deletePolicies(ctx context.Context) error {
	has, err := p.policies(ctx)
	if err != nil {
		return err
	}
	if id := has[cachePolicy]; id != "" {
		out, err := p.cloudFront.GetCachePolicy(ctx, &cloudfront.GetCachePolicyInput{Id: &id})
		if err != nil {
			return err
		}
		if _, err := p.cloudFront.DeleteCachePolicy(ctx, &cloudfront.DeleteCachePolicyInput{Id: &id, IfMatch: out.ETag}); unless(err, "NoSuchCachePolicy") != nil {
			return err
		}
	}
	if id := has[requestPolicy]; id != "" {
		out, err := p.cloudFront.GetOriginRequestPolicy(ctx, &cloudfront.GetOriginRequestPolicyInput{Id: &id})
		if err != nil {
			return err
		}
		if _, err := p.cloudFront.DeleteOriginRequestPolicy(ctx, &cloudfront.DeleteOriginRequestPolicyInput{Id: &id, IfMatch: out.ETag}); unless(err, "NoSuchOriginRequestPolicy") != nil {
			return err
		}
	}
	if id := has[headersPolicy]; id != "" {
		out, err := p.cloudFront.GetResponseHeadersPolicy(ctx, &cloudfront.GetResponseHeadersPolicyInput{Id: &id})
		if err != nil {
			return err
		}
		if _, err := p.cloudFront.DeleteResponseHeadersPolicy(ctx, &cloudfront.DeleteResponseHeadersPolicyInput{Id: &id, IfMatch: out.ETag}); unless(err, "NoSuchResponseHeadersPolicy") != nil {
			return err
		}
	}
	return nil
}

// unless returns err, or nil if it has one of AWS's codes.
func unless(err error, codes ...string) error {
	for _, code := range codes {
		if awsapi.Code(err) == code {
			return nil
		}
	}
	return err
}
