package fakecloudfront

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// String returns the whole state as text, but for AWS's own policies, and for ETags,
// which no request sets.
func (c *CloudFront) String() string {
	c.server.Lock()
	defer c.server.Unlock()
	var b strings.Builder
	for _, d := range c.distributions {
		fmt.Fprintf(&b, "%s %s live=%t\n%s\n", d.id, d.status(), string(d.live) == string(d.config), d.config)
		for _, key := range slices.Sorted(maps.Keys(d.tags)) {
			fmt.Fprintf(&b, "%s tag %s=%s\n", d.id, key, d.tags[key])
		}
	}
	for _, p := range []*policies{c.cachePolicies, c.originRequestPolicies, c.responseHeadersPolicies} {
		for _, id := range slices.Sorted(maps.Keys(p.all)) {
			if one := p.all[id]; !one.managed {
				fmt.Fprintf(&b, "%s %s %s %s\n", p.kind, id, one.name, one.elements)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(c.accessControls)) {
		fmt.Fprintf(&b, "OriginAccessControl %s %+v\n", id, c.accessControls[id].accessControlConfig)
	}
	for _, name := range slices.Sorted(maps.Keys(c.viewerFunctions)) {
		f := c.viewerFunctions[name]
		published := f.live != nil && f.live.code == f.development.code && f.live.store == f.development.store
		fmt.Fprintf(&b, "Function %s (%s) published=%t store=%s %s\n", name, f.development.comment, published, f.development.store, f.development.code)
	}
	for _, name := range slices.Sorted(maps.Keys(c.stores)) {
		fmt.Fprintf(&b, "KeyValueStore %s (%s)\n", name, c.stores[name].comment)
	}
	return b.String()
}
