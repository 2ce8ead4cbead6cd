package fakecloudfront

import (
	"fmt"
	"strings"
)

// String is everything there is, without what no one sets: ETags.
func (c *CloudFront) String() string {
	c.server.Lock()
	defer c.server.Unlock()
	var b strings.Builder
	for _, d := range c.distributions {
		fmt.Fprintf(&b, "%s %s live=%t\n%s\n", d.id, d.status(), string(d.live) == string(d.config), d.config)
	}
	return b.String()
}
