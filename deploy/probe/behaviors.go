package probe

import (
	"context"
	"fmt"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/account/distconfig"
	"github.com/edgeresize/edgeresize/deploy/account/distconfig/transfer"
)

// behavior is a behaviour that a run adds. It has the cache policy with width in the key,
// and the origin-response function.
type behavior struct {
	name string
	// all forwards all query strings, viewer runs the viewer-request function, headers
	// adds the response headers policy with Vary.
	all, viewer, headers bool
	origin               *copied // nil for the user's
	group                bool    // origin and, if that fails, the user's
}

// The behaviours that a run adds.
var (
	listed    = behavior{name: "listed", headers: true}
	all       = behavior{name: "all", all: true}
	function  = behavior{name: "function", all: true, viewer: true}
	behaviors = []behavior{listed, all, function}
)

// The behaviours with origins of the probe's, which CloudFront may refuse.
var (
	spaced   = behavior{name: "spaced", all: true, origin: &spacedOrigin}
	encoded  = behavior{name: "encoded", all: true, origin: &encodedOrigin}
	failover = behavior{name: "failover", all: true, origin: &missingOrigin, group: true}
	copies   = []behavior{spaced, encoded, failover}
)

// pattern returns the behaviour's path pattern.
func (b behavior) pattern() string { return "/" + Name + "/" + b.name + "/*" }

// made has the ARNs and IDs of what a run made.
type made struct {
	version, viewer        string // ARNs
	cache, request, header string // IDs of policies
}

// xml returns the behaviour as an element of a distribution's config.
func (b behavior) xml(origin string, m made) string {
	methods := "<Quantity>2</Quantity><Items><Method>HEAD</Method><Method>GET</Method></Items>"
	viewer, request, headers := "<Quantity>0</Quantity>", "", ""
	if b.viewer {
		viewer = "<Quantity>1</Quantity><Items><FunctionAssociation><FunctionARN>" + m.viewer + "</FunctionARN><EventType>viewer-request</EventType></FunctionAssociation></Items>"
	}
	if b.all {
		request = "<OriginRequestPolicyId>" + m.request + "</OriginRequestPolicyId>"
	}
	if b.headers {
		headers = "<ResponseHeadersPolicyId>" + m.header + "</ResponseHeadersPolicyId>"
	}
	return "<CacheBehavior><PathPattern>" + b.pattern() + "</PathPattern><TargetOriginId>" + distconfig.Escaped(origin) + "</TargetOriginId>" +
		"<TrustedSigners><Enabled>false</Enabled><Quantity>0</Quantity></TrustedSigners><TrustedKeyGroups><Enabled>false</Enabled><Quantity>0</Quantity></TrustedKeyGroups>" +
		"<ViewerProtocolPolicy>https-only</ViewerProtocolPolicy><AllowedMethods>" + methods + "<CachedMethods>" + methods + "</CachedMethods></AllowedMethods>" +
		"<SmoothStreaming>false</SmoothStreaming><Compress>false</Compress>" +
		"<LambdaFunctionAssociations><Quantity>1</Quantity><Items><LambdaFunctionAssociation><LambdaFunctionARN>" + m.version +
		"</LambdaFunctionARN><EventType>origin-response</EventType><IncludeBody>false</IncludeBody></LambdaFunctionAssociation></Items></LambdaFunctionAssociations>" +
		"<FunctionAssociations>" + viewer + "</FunctionAssociations><FieldLevelEncryptionId></FieldLevelEncryptionId>" +
		"<CachePolicyId>" + m.cache + "</CachePolicyId>" + request + headers + "</CacheBehavior>"
}

// ForeignError says that something has a name of the probe's, but was not made by it.
type ForeignError struct{ What string }

func (e *ForeignError) Error() string {
	return e.What + " was not made by `probe`: rename or remove it first"
}

// ownBehaviors returns the patterns of the probe's behaviours that exist. A behaviour
// below /edgeresize-probe/ without the probe's function is refused.
func (s *session) ownBehaviors(d *transfer.Document) (own []string, err error) {
	patterns, err := d.Config.Behaviors()
	if err != nil {
		return nil, err
	}
	for _, pattern := range patterns {
		if !strings.HasPrefix(strings.TrimPrefix(pattern, "/"), Name+"/") {
			continue
		}
		arn, err := d.Config.Function(pattern, distconfig.OriginResponse)
		if err != nil {
			return nil, err
		}
		if !strings.Contains(arn, ":function:"+Name+":") {
			return nil, &ForeignError{fmt.Sprintf("the behaviour %s of the distribution %s", pattern, s.id)}
		}
		own = append(own, pattern)
	}
	return own, nil
}

// maxUpdates is how often an update is tried while others change the distribution.
const maxUpdates = 10

// edit changes the distribution's config, again if others change it meanwhile.
func (s *session) edit(ctx context.Context, change func(*transfer.Document) (*distconfig.Config, error)) error {
	for range maxUpdates {
		d, err := transfer.Read(ctx, s.cloudFront, s.id)
		if err != nil {
			return err
		}
		config, err := change(d)
		if err != nil || config == d.Config {
			return err
		}
		if err := d.Update(ctx, s.cloudFront, config); !transfer.IsStale(err) {
			return err
		}
		s.tell("distribution %s: changed meanwhile, looking again", s.id)
	}
	return fmt.Errorf("distribution %s: somebody else keeps changing it: run the same command again later", s.id)
}
