package fakelambda

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// String returns the whole state as text, but for what no request sets: dates and
// revision IDs.
func (l *Lambda) String() string {
	l.server.Lock()
	defer l.server.Unlock()
	var lines []string
	for _, f := range l.functions {
		for _, v := range append([]*version{f.latest}, f.numbered...) {
			c := v.configuration
			c.LastModified, c.RevisionId = "", ""
			lines = append(lines, fmt.Sprintf("%s %s %+v\n", f.arn, v.Version, c))
		}
		for _, key := range slices.Sorted(maps.Keys(f.tags)) {
			lines = append(lines, fmt.Sprintf("%s tag %s=%s\n", f.arn, key, f.tags[key]))
		}
	}
	slices.Sort(lines)
	return strings.Join(lines, "")
}

// Meddle changes the revision of a function in us-east-1, as a change by somebody else
// would. It is for use in [fakeaws.Server.Fault], while the server is locked.
func (l *Lambda) Meddle(name string) {
	l.functions[functionKey{"us-east-1", name}].latest.RevisionId = fakeaws.UUID()
}
