package probe

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"

	"github.com/edgeresize/edgeresize/deploy/account/awsapi"
	"github.com/edgeresize/edgeresize/deploy/account/policykind"
)

// ownPolicy is a policy of the probe's.
type ownPolicy struct {
	kind   policykind.Kind
	config any
	id     func(*made) *string // where its ID is noted
}

// ownPolicies returns the policies that a run makes.
func (p *Prober) ownPolicies() []ownPolicy {
	name, comment := aws.String(Name), aws.String(mark)
	return []ownPolicy{
		{policykind.Cache(p.cloudFront), &types.CachePolicyConfig{
			Name: name, Comment: comment, MinTTL: aws.Int64(0), DefaultTTL: aws.Int64(60), MaxTTL: aws.Int64(3600),
			ParametersInCacheKeyAndForwardedToOrigin: &types.ParametersInCacheKeyAndForwardedToOrigin{
				EnableAcceptEncodingGzip: aws.Bool(false), EnableAcceptEncodingBrotli: aws.Bool(false),
				HeadersConfig: &types.CachePolicyHeadersConfig{HeaderBehavior: types.CachePolicyHeaderBehaviorNone},
				CookiesConfig: &types.CachePolicyCookiesConfig{CookieBehavior: types.CachePolicyCookieBehaviorNone},
				QueryStringsConfig: &types.CachePolicyQueryStringsConfig{QueryStringBehavior: types.CachePolicyQueryStringBehaviorWhitelist,
					QueryStrings: &types.QueryStringNames{Quantity: aws.Int32(1), Items: []string{"width"}}},
			},
		}, func(m *made) *string { return &m.cache }},
		{policykind.OriginRequest(p.cloudFront), &types.OriginRequestPolicyConfig{
			Name: name, Comment: comment,
			HeadersConfig:      &types.OriginRequestPolicyHeadersConfig{HeaderBehavior: types.OriginRequestPolicyHeaderBehaviorNone},
			CookiesConfig:      &types.OriginRequestPolicyCookiesConfig{CookieBehavior: types.OriginRequestPolicyCookieBehaviorNone},
			QueryStringsConfig: &types.OriginRequestPolicyQueryStringsConfig{QueryStringBehavior: types.OriginRequestPolicyQueryStringBehaviorAll},
		}, func(m *made) *string { return &m.request }},
		{policykind.ResponseHeaders(p.cloudFront), &types.ResponseHeadersPolicyConfig{
			Name: name, Comment: comment,
			CustomHeadersConfig: &types.ResponseHeadersPolicyCustomHeadersConfig{Quantity: aws.Int32(1), Items: []types.ResponseHeadersPolicyCustomHeader{
				{Header: aws.String("Vary"), Value: aws.String("Accept"), Override: aws.Bool(true)}}},
		}, func(m *made) *string { return &m.header }},
	}
}

// find returns the ID of the policy, "" if there is none. It refuses a policy of that name
// that the probe did not make.
func (o ownPolicy) find(ctx context.Context) (string, error) {
	all, err := o.kind.All(ctx)
	if err != nil {
		return "", err
	}
	for _, one := range all {
		if one.Name != Name {
			continue
		}
		if one.Comment != mark {
			return "", &ForeignError{"the " + o.kind.Subject + " " + Name}
		}
		return one.ID, nil
	}
	return "", nil
}

// checkPolicies refuses policies of the probe's name that it did not make.
func (p *Prober) checkPolicies(ctx context.Context) error {
	for _, o := range p.ownPolicies() {
		if _, err := o.find(ctx); err != nil {
			return err
		}
	}
	return nil
}

// makePolicies makes the policies that do not exist yet, and notes their IDs.
func (s *session) makePolicies(ctx context.Context, m *made) error {
	for _, o := range s.ownPolicies() {
		id, err := o.find(ctx)
		if id == "" && err == nil {
			id, err = o.kind.Make(ctx, o.config)
		}
		if err != nil {
			return err
		}
		*o.id(m) = id
	}
	return nil
}

// deletePolicies deletes the probe's policies.
func (p *Prober) deletePolicies(ctx context.Context) error {
	for _, o := range p.ownPolicies() {
		id, err := o.find(ctx)
		if id != "" && err == nil {
			err = unless(o.kind.Delete(ctx, id), "NoSuchCachePolicy", "NoSuchOriginRequestPolicy", "NoSuchResponseHeadersPolicy")
		}
		if err != nil {
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
