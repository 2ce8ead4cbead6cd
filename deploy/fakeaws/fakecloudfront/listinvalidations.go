package fakecloudfront

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
)

// listInvalidations handles ListInvalidations: "in decreasing order from most recent to
// oldest", without the paths.
func (c *CloudFront) listInvalidations(r *fakeaws.Request) (*fakeaws.Response, error) {
	d, err := c.requested(r)
	if err != nil {
		return nil, err
	}
	query := r.URL.Query()
	size, start := 100, 0
	if given := query.Get("MaxItems"); given != "" {
		if size, err = strconv.Atoi(given); err != nil || size < 1 {
			return nil, invalid("InvalidArgument", "MaxItems is %q", given)
		}
	}
	if c.PageSize > 0 {
		size = min(size, c.PageSize)
	}
	all := slices.Clone(d.invalidations)
	slices.Reverse(all)
	if marker := query.Get("Marker"); marker != "" {
		start = 1 + slices.IndexFunc(all, func(i *invalidation) bool { return i.id == marker })
		if start == 0 {
			return nil, invalid("InvalidArgument", "The parameter Marker is not valid: %s", marker)
		}
	}
	page := all[start:min(start+size, len(all))]
	var items strings.Builder
	for _, i := range page {
		fmt.Fprintf(&items, `<InvalidationSummary><Id>%s</Id><CreateTime>%s</CreateTime><Status>%s</Status></InvalidationSummary>`,
			i.id, timestamp(i.made), i.status())
	}
	next, truncated := "", start+len(page) < len(all)
	if truncated {
		next = "<NextMarker>" + page[len(page)-1].id + "</NextMarker>"
	}
	return answer("", fmt.Sprintf(`<?xml version="1.0"?>`+"\n"+`<InvalidationList xmlns="%s"><Marker>%s</Marker>%s<MaxItems>%d</MaxItems>`+
		`<IsTruncated>%t</IsTruncated><Quantity>%d</Quantity><Items>%s</Items></InvalidationList>`,
		namespace, escaped(query.Get("Marker")), next, size, truncated, len(page), &items)), nil
}

// status returns the status that the API shows.
func (i *invalidation) status() string {
	if i.completed {
		return "Completed"
	}
	return "InProgress"
}

func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// WithTags returns a config with a CacheTagConfig for a header.
func WithTags(config []byte, header string) []byte {
	const before = "<CallerReference>"
	return []byte(strings.Replace(string(config), before,
		"<CacheTagConfig><HeaderName>"+escaped(header)+"</HeaderName></CacheTagConfig>"+before, 1))
}
