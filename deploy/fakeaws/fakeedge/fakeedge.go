// Package fakeedge serves viewers as the distributions of fakecloudfront say. It finds
// the distribution by host and the behaviour by path pattern. It runs the live
// viewer-request function and the attached version of the function, with the config
// baked into that version. From S3 it gets what bucket policies and roles let
// CloudFront and the function read.
package fakeedge

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	cf "github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/edgeresize/edgeresize/deploy/account/keystore"
	"github.com/edgeresize/edgeresize/deploy/account/viewerfunction"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
	"github.com/edgeresize/edgeresize/edge/cloudfront/canonical"
	"github.com/edgeresize/edgeresize/edge/s3origin"
	"github.com/edgeresize/edgeresize/edge/viewerrequest"
)

// cacheBytes is the maximum size of each behaviour's cache, in bytes.
const cacheBytes = 16 << 20

// Edge is the edge locations. [New] returns one.
type Edge struct {
	// Baked returns the config in the version of the function with an ARN.
	Baked func(arn string) edge.Config

	distributions *fakecloudfront.CloudFront
	cloudFront    *cf.Client
	stores        *keystore.Client
	lambda        *lambda.Client
	s3            *storage

	mu         sync.Mutex
	behaviours map[string]*cloudfront.Distribution // by all settings of a behaviour
}

// New returns an Edge for distributions, whose server config calls too. The objects of
// a bucket are the files in folder/BUCKET.
func New(config aws.Config, distributions *fakecloudfront.CloudFront, folder string) (*Edge, error) {
	config.Region = "us-east-1"
	storage, err := newStorage(config, folder)
	if err != nil {
		return nil, err
	}
	return &Edge{
		Baked:         func(string) edge.Config { return edge.DefaultConfig() },
		distributions: distributions, cloudFront: cf.NewFromConfig(config), stores: keystore.New(config), lambda: lambda.NewFromConfig(config),
		s3: storage, behaviours: map[string]*cloudfront.Distribution{},
	}, nil
}

// Close stops the server of the buckets.
func (e *Edge) Close() { e.s3.close() }

// Transport returns a transport that sends requests to the edge at address, but for
// those to an IP address or localhost. It uses no TLS.
func Transport(address string) *http.Transport {
	dial := func(ctx context.Context, network, to string) (net.Conn, error) {
		if host, _, err := net.SplitHostPort(to); err == nil && net.ParseIP(host) == nil && host != "localhost" {
			to = address
		}
		return (&net.Dialer{}).DialContext(ctx, network, to)
	}
	return &http.Transport{DialContext: dial, DialTLSContext: dial}
}

// ServeHTTP answers a viewer.
func (e *Edge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d, err := e.find(r.Context(), r.Host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusForbidden)
		return
	}
	b := behaviourOf(d.DistributionConfig, r.URL.Path)
	o := originOf(d.DistributionConfig, aws.ToString(b.TargetOriginId))
	bucket, region, ok := edge.ParseS3Domain(aws.ToString(o.DomainName))
	if !ok {
		fmt.Fprintf(w, "the site at %s\n", aws.ToString(o.DomainName))
		return
	}
	served, err := e.behaviour(r.Context(), d, b, o, bucket, region)
	if err != nil {
		http.Error(w, "fakeedge: "+err.Error(), http.StatusInternalServerError)
		return
	}
	served.ServeHTTP(w, r)
}

// find returns the distribution with the name or alias host.
func (e *Edge) find(ctx context.Context, host string) (*types.Distribution, error) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	pages := cf.NewListDistributionsPaginator(e.cloudFront, &cf.ListDistributionsInput{})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, d := range page.DistributionList.Items {
			named := strings.EqualFold(aws.ToString(d.DomainName), host)
			if d.Aliases != nil {
				for _, alias := range d.Aliases.Items {
					named = named || strings.EqualFold(alias, host)
				}
			}
			if named {
				out, err := e.cloudFront.GetDistribution(ctx, &cf.GetDistributionInput{Id: d.Id})
				if err != nil {
					return nil, err
				}
				return out.Distribution, nil
			}
		}
	}
	return nil, fmt.Errorf("no distribution has the name %s", host)
}

// behaviourOf returns the first behaviour whose pattern matches path, or else the
// default one, which has no pattern. CloudFront Developer Guide, "Path pattern".
func behaviourOf(config *types.DistributionConfig, path string) types.CacheBehavior {
	if config.CacheBehaviors != nil {
		for _, b := range config.CacheBehaviors.Items {
			pattern := "/" + strings.TrimPrefix(aws.ToString(b.PathPattern), "/")
			if strings.HasPrefix(aws.ToString(b.PathPattern), "*") {
				pattern = *b.PathPattern
			}
			expression := strings.NewReplacer(`\*`, ".*", `\?`, ".").Replace(regexp.QuoteMeta(pattern))
			if regexp.MustCompile("^" + expression + "$").MatchString(path) {
				return b
			}
		}
	}
	d := config.DefaultCacheBehavior
	return types.CacheBehavior{
		TargetOriginId: d.TargetOriginId, CachePolicyId: d.CachePolicyId, OriginRequestPolicyId: d.OriginRequestPolicyId,
		FunctionAssociations: d.FunctionAssociations, LambdaFunctionAssociations: d.LambdaFunctionAssociations,
	}
}

// originOf returns the origin with an ID.
func originOf(config *types.DistributionConfig, id string) types.Origin {
	for _, o := range config.Origins.Items {
		if aws.ToString(o.Id) == id {
			return o
		}
	}
	return types.Origin{}
}

// behaviour returns the distribution that serves a behaviour with its current settings.
// Changed settings begin with an empty cache.
func (e *Edge) behaviour(ctx context.Context, d *types.Distribution, b types.CacheBehavior, o types.Origin, bucket, region string) (*cloudfront.Distribution, error) {
	code, keys, err := e.viewerRequest(ctx, b)
	if err != nil {
		return nil, err
	}
	all, err := e.forwardsAll(ctx, aws.ToString(b.OriginRequestPolicyId))
	if err != nil {
		return nil, err
	}
	listed, err := e.inKey(ctx, aws.ToString(b.CachePolicyId))
	if err != nil {
		return nil, err
	}
	id, pattern := aws.ToString(d.Id), aws.ToString(b.PathPattern)
	arn := e.distributions.Live(id, pattern, "origin-response")
	origin, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	key := strings.Join([]string{id, pattern, arn, code, keys.Entry(), string(origin), fmt.Sprint(all, listed)}, "\x00")
	e.mu.Lock()
	defer e.mu.Unlock()
	if served, ok := e.behaviours[key]; ok {
		return served, nil
	}
	description := edge.Origin{S3: &edge.S3Origin{AuthMethod: "none", CustomHeaders: headersOf(o), DomainName: aws.ToString(o.DomainName), Path: aws.ToString(o.OriginPath)}}
	// S3 takes a request without a signature for an anonymous one.
	who := principal{}
	switch {
	case aws.ToString(o.OriginAccessControlId) != "":
		who = principal{service: "cloudfront.amazonaws.com", source: aws.ToString(d.ARN)}
	case o.S3OriginConfig != nil && aws.ToString(o.S3OriginConfig.OriginAccessIdentity) != "":
		identity := *o.S3OriginConfig.OriginAccessIdentity
		who = principal{arn: "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity " + identity[strings.LastIndexByte(identity, '/')+1:]}
		description.S3.AuthMethod, description.S3.Region = "origin-access-identity", region
	}
	served := cloudfront.New(cloudfront.Origin{Description: description, Base: e.s3.endpoint().JoinPath(bucket), Transport: e.s3.transport(who, region)},
		e.function(arn), cacheBytes)
	served.Policy.QueryStrings, served.OriginRequest.AllQueryStrings = listed, all
	if c := d.DistributionConfig.CacheTagConfig; c != nil {
		served.TagHeader = aws.ToString(c.HeaderName)
	}
	if site, ours := viewerfunction.Parse(code); ours {
		front := &cloudfront.Distribution{} // only Viewer is used: the policies say the rest
		site.Keys = keys
		canonical.Front(front, site)
		served.Viewer = front.Viewer
	}
	e.behaviours[key] = served
	return served, nil
}

// headersOf returns the custom headers of an origin.
func headersOf(o types.Origin) edge.Headers {
	headers := edge.Headers{}
	if o.CustomHeaders != nil {
		for _, h := range o.CustomHeaders.Items {
			headers.Set(aws.ToString(h.HeaderName), aws.ToString(h.HeaderValue))
		}
	}
	return headers
}

// viewerRequest returns the code of the CloudFront Function on viewer requests, or "",
// and the keys in its key value store.
func (e *Edge) viewerRequest(ctx context.Context, b types.CacheBehavior) (code string, keys viewerrequest.Keys, err error) {
	if b.FunctionAssociations == nil {
		return "", keys, nil
	}
	for _, a := range b.FunctionAssociations.Items {
		if a.EventType != types.EventTypeViewerRequest {
			continue
		}
		name := viewerfunction.NameOf(aws.ToString(a.FunctionARN))
		out, err := e.cloudFront.GetFunction(ctx, &cf.GetFunctionInput{Name: &name, Stage: types.FunctionStageLive})
		if err != nil {
			return "", keys, err
		}
		store, err := viewerfunction.StoreOf(ctx, e.cloudFront, name)
		if store == "" || err != nil {
			return string(out.FunctionCode), keys, err
		}
		entry, _, err := e.stores.Get(ctx, store, viewerrequest.KeysEntry)
		if err != nil {
			return "", keys, err
		}
		keys, _ = viewerrequest.ParseKeys(entry) // without keys no signature is valid
		return string(out.FunctionCode), keys, nil
	}
	return "", keys, nil
}

// forwardsAll reports whether an origin request policy forwards all query strings.
func (e *Edge) forwardsAll(ctx context.Context, id string) (bool, error) {
	if id == "" {
		return false, nil
	}
	out, err := e.cloudFront.GetOriginRequestPolicy(ctx, &cf.GetOriginRequestPolicyInput{Id: &id})
	if err != nil {
		return false, err
	}
	q := out.OriginRequestPolicy.OriginRequestPolicyConfig.QueryStringsConfig
	return q != nil && q.QueryStringBehavior == types.OriginRequestPolicyQueryStringBehaviorAll, nil
}

// inKey returns the parameters that a cache policy names.
func (e *Edge) inKey(ctx context.Context, id string) ([]string, error) {
	if id == "" {
		return nil, nil
	}
	out, err := e.cloudFront.GetCachePolicy(ctx, &cf.GetCachePolicyInput{Id: &id})
	if err != nil {
		return nil, err
	}
	key := out.CachePolicy.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin
	if key == nil || key.QueryStringsConfig == nil || key.QueryStringsConfig.QueryStrings == nil {
		return nil, nil
	}
	return key.QueryStringsConfig.QueryStrings.Items, nil
}

// function returns the version with an ARN, which reads what its role may. Where arn is
// "", it returns untouched.
func (e *Edge) function(arn string) cloudfront.Function {
	if arn == "" {
		return untouched
	}
	return func(ctx context.Context, event []byte) ([]byte, string, error) {
		parts := strings.Split(arn, ":")
		out, err := e.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &parts[6], Qualifier: &parts[7]})
		if err != nil {
			return nil, "", err
		}
		source := s3origin.New(s3origin.Options{Endpoint: e.s3.endpoint().String(), Credentials: e.s3.credentials(principal{arn: aws.ToString(out.Role)})})
		h := edge.New(e.Baked(arn), source, 0, slog.New(slog.DiscardHandler))
		response, outcome, err := h.Handle(ctx, event)
		return response, string(outcome.Reason), err
	}
}

// untouched answers with the origin's response.
func untouched(_ context.Context, event []byte) ([]byte, string, error) {
	var e edge.Event
	if err := json.Unmarshal(event, &e); err != nil {
		return nil, "", err
	}
	response, err := json.Marshal(e.Records[0].CF.Response)
	return response, "no function", err
}
