package release

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
	"github.com/edgeresize/edgeresize/edge"
	"github.com/edgeresize/edgeresize/edge/cloudfront"
)

// refusing makes version 2 give an answer that CloudFront refuses. CloudFront's log in a
// region has the line after some looks, or never if looks is negative.
func (b *bench) refusing(t *testing.T, looks int) {
	t.Helper()
	b.withSite(t)
	b.published(t, "good")
	b.published(t, "bad")
	must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "1"}))
	right := b.site.Function
	b.site.Function = func(arn string) cloudfront.Function {
		if numberIn(arn) == "1" {
			return right(arn)
		}
		return changed(func(_ edge.Request, response *edge.Response) { response.Headers.Set("X-Cache", "mine") })
	}
	usual := b.Viewer.Transport
	var id string
	b.Viewer = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		response, err := usual.RoundTrip(r)
		if err == nil && response.StatusCode == http.StatusBadGateway {
			id = response.Header.Get("X-Amz-Cf-Id")
		}
		return response, err
	})}
	b.Wait = func(_ context.Context, d time.Duration) error {
		if d != logPatience.every || id == "" {
			return nil
		}
		if looks--; looks == 0 {
			for _, e := range []string{"another's", id} {
				b.logs.Add("eu-west-2", "/aws/cloudfront/LambdaEdge/E1", fakelogs.Event{Timestamp: time.Now().UnixMilli(),
					Message: e + ":\nThe function tried to add a blacklisted header."})
			}
		}
		return nil
	}
}

// If CloudFront refuses an answer, the canary quotes CloudFront's log, after viewers have
// the former version again.
func TestCanaryQuotesCloudFront(t *testing.T) {
	denied := func(c fakeaws.Call) fakeaws.Fault {
		if c.Service != "logs" {
			return fakeaws.Fault{}
		}
		return fakeaws.Fault{Error: &fakeaws.Error{Status: 400, Code: "AccessDeniedException", Message: "no"}}
	}
	for _, tt := range []struct {
		name  string
		looks int
		fault func(fakeaws.Call) fakeaws.Fault
		want  string
	}{
		// The canary itself waits between its tries, too.
		{"at last", 12, nil, "CloudFront's log (/aws/cloudfront/LambdaEdge/E1 in eu-west-2) says: "},
		{"never", -1, nil, "has nothing of request "},
		{"denied", -1, denied, "logs:FilterLogEvents"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newBench(t)
			b.refusing(t, tt.looks)
			b.aws.Fault = tt.fault
			b.logs.Disabled = []string{"af-south-1"}
			err := b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "2", Canary: b.siteURL})
			failed := (*CanaryError)(nil)
			if !errors.As(err, &failed) || failed.Outcome != "version 1 was put back" || !strings.Contains(err.Error(), "502 Bad Gateway") ||
				!strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "another's") || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %v\n%s", err, &b.progress)
			}
			if tt.looks > 0 && !strings.HasSuffix(err.Error(), ": The function tried to add a blacklisted header.") {
				t.Errorf("got %v", err)
			}
			b.wantConfig(t, attached("1", ""))
		})
	}
}

// The canary command reads the log of the distribution that it is given.
func TestCanaryCommandQuotesCloudFront(t *testing.T) {
	for distribution, want := range map[string]string{"": "give -distribution ID", "E1": "/aws/cloudfront/LambdaEdge/E1 in eu-west-2"} {
		b := newBench(t)
		b.refusing(t, 12)
		must(t, b.Attach(t.Context(), AttachOptions{Place: defaultPlace, Version: "2"}))
		err := b.Canary(t.Context(), distribution, b.siteURL)
		if failed := (*CanaryError)(nil); !errors.As(err, &failed) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v\n%s", err, &b.progress)
		}
	}
}
