package purge

import (
	"context"
	"fmt"

	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
	"github.com/edgeresize/edgeresize/deploy/purge/paths"
	"github.com/edgeresize/edgeresize/edge/cachetag"
)

// Mode says what a change invalidates.
type Mode string

// The modes.
const (
	// Tag invalidates the object's cache tag. If the distribution has no cache tags, it
	// acts as Each.
	Tag Mode = "tag"
	// Each invalidates the paths of the changed objects alone, however many there are.
	Each Mode = "each"
	// Adaptive acts as Each while the quotas and the budget have room. Beyond that it
	// invalidates as few folders as needed.
	Adaptive Mode = "adaptive"
	// All invalidates everything.
	All Mode = "all"
)

// Modes are all modes.
var Modes = []Mode{Tag, Each, Adaptive, All}

// mode returns the mode to purge by, and why if that is not p.Mode. It returns only
// CloudFront's transient errors.
func (p *Purger) mode(ctx context.Context) (mode Mode, why string, err error) {
	if p.Mode != Tag {
		return p.Mode, "", nil
	}
	for attempt := 0; ; attempt++ {
		tags, err := p.Client.HasTags(ctx)
		switch {
		case err == nil && tags:
			return Tag, "", nil
		case err == nil:
			return Each, "the distribution has no cache tags (CacheTagConfig): purging by paths", nil
		case !invalidate.Transient(err):
			return Each, fmt.Sprintf("cannot read whether the distribution has cache tags: purging by paths: %v", err), nil
		case p.Client.Pause(ctx, attempt) != nil:
			return p.Mode, "", err
		}
	}
}

// setItems sets the items that remove objects from the cache, and adds objects with
// URLs that no path can name to the report.
func (p *Purger) setItems(objects []*object, mode Mode, r *Report) {
	for _, o := range objects {
		switch mode {
		case Tag:
			o.items = []string{cachetag.Item(cachetag.Of(o.change.Bucket, o.change.Key))}
		case All:
			o.items = []string{paths.All}
		default:
			var unnameable []string
			if o.items, unnameable = p.Mapping.Of(o.change.Key); len(unnameable) > 0 {
				r.Unnamed = append(r.Unnamed, o.change.Key)
			}
		}
	}
}
