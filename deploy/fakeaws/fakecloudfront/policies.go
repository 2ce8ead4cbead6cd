package fakecloudfront

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// policies are cache, origin request or response headers policies: what is between
// the tags of their config, by ID.
type policies map[string]string

// AddCachePolicy makes a cache policy, of the elements of a CachePolicyConfig
// behind its name.
func (c *CloudFront) AddCachePolicy(id, elements string) {
	c.server.Lock()
	defer c.server.Unlock()
	c.cachePolicies[id] = elements
}

// AddOriginRequestPolicy makes an origin request policy, of the elements of an
// OriginRequestPolicyConfig behind its name.
func (c *CloudFront) AddOriginRequestPolicy(id, elements string) {
	c.server.Lock()
	defer c.server.Unlock()
	c.originRequestPolicies[id] = elements
}

// AddResponseHeadersPolicy makes a response headers policy, of the elements of a
// ResponseHeadersPolicyConfig behind its name.
func (c *CloudFront) AddResponseHeadersPolicy(id, elements string) {
	c.server.Lock()
	defer c.server.Unlock()
	c.responseHeadersPolicies[id] = elements
}

// getPolicy is GetCachePolicy, GetOriginRequestPolicy or GetResponseHeadersPolicy,
// by the kind's name.
func getPolicy(kind string, all policies) func(*fakeaws.Request) (*fakeaws.Response, error) {
	return func(r *fakeaws.Request) (*fakeaws.Response, error) {
		id := r.PathValue("id")
		elements, ok := all[id]
		if !ok {
			return nil, &fakeaws.Error{Status: http.StatusNotFound, Code: "NoSuch" + kind,
				Message: fmt.Sprintf("The %s does not exist.", strings.ToLower(kind))}
		}
		return answer("E1", fmt.Sprintf(`<?xml version="1.0"?>`+"\n"+
			`<%[1]s xmlns="%[2]s"><Id>%[3]s</Id><LastModifiedTime>2026-01-01T00:00:00Z</LastModifiedTime>`+
			`<%[1]sConfig><Name>%[3]s</Name>%[4]s</%[1]sConfig></%[1]s>`, kind, namespace, escaped(id), elements)), nil
	}
}
