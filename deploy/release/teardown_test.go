package release

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
)

// Replicas outlive the association. Teardown deletes what it can, and the same command
// deletes the rest later.
func TestTeardown(t *testing.T) {
	b := newBench(t).withSite(t)
	b.functions.Lingering, b.functions.PageSize, b.distributions.PageSize = 2, 2, 1
	must(t, b.distributions.Add("E0", "d0.cloudfront.net", fakecloudfront.Example))
	for _, text := range []string{"one", "two", "three"} {
		b.published(t, text)
	}
	must(t, b.Attach(t.Context(), AttachOptions{Place: imgPlace, Version: "2"}))
	must(t, b.Attach(t.Context(), AttachOptions{Place: Place{Distribution: "E0"}, Version: "1"}))
	before := len(b.aws.Writes())
	err := b.Teardown(t.Context())
	still := (*AttachedError)(nil)
	if !errors.As(err, &still) || !slices.Equal(still.Places, []Place{imgPlace, {Distribution: "E0"}}) ||
		!strings.Contains(err.Error(), "-distribution E1 -behavior '/img/*', then with -distribution E0") {
		t.Errorf("attached: got %v", err)
	}
	if writes := b.aws.Writes(); len(writes) != before {
		t.Errorf("wrote %v", writes[before:])
	}
	must(t, b.Detach(t.Context(), imgPlace))
	must(t, b.Detach(t.Context(), Place{Distribution: "E0"}))
	for range 2 {
		err := b.Teardown(t.Context())
		replicated := (*ReplicatedError)(nil)
		if !errors.As(err, &replicated) || !slices.Equal(replicated.Versions, []string{"1", "2"}) || !strings.Contains(err.Error(), "hours") {
			t.Errorf("replicated: got %v", err)
		}
	}
	if got := b.functions.String(); strings.Contains(got, functionARN+" 3 ") || !strings.Contains(got, functionARN+" 2 ") {
		t.Errorf("left are\n%s", got)
	}
	for range 2 {
		must(t, b.Teardown(t.Context()))
	}
	if got := b.functions.String(); got != "" {
		t.Errorf("left are\n%s", got)
	}
	if !strings.Contains(b.progress.String(), "there is no function edgeresize") {
		t.Errorf("got %s", &b.progress)
	}
}
