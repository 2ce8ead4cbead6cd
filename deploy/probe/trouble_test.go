package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelogs"
)

// viewers is a transport that changes answers.
type viewers struct {
	http.RoundTripper
	change func(*http.Response)
}

// RoundTrip sends a request and changes the answer.
func (v viewers) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := v.RoundTripper.RoundTrip(r)
	if err == nil {
		v.change(response)
	}
	return response, err
}

// replaced returns a change that puts an answer without a report in place of every answer.
func replaced(status int, cache string) func(*http.Response) {
	return func(r *http.Response) {
		r.Body.Close()
		r.StatusCode, r.Header, r.ContentLength = status, http.Header{"X-Cache": {cache + " from cloudfront"}, "X-Amz-Cf-Pop": {"FRA60-P1"}}, 5
		r.Body = io.NopCloser(strings.NewReader("error"))
	}
}

// TestTrouble checks that no fact about CloudFront is concluded from answers that have
// other reasons.
func TestTrouble(t *testing.T) {
	t.Parallel()
	n := 0
	without := []string{"compute", "init-billed", "invalidate-150", "invalidate-wildcards"} // questions that send no request
	for name, tt := range map[string]struct {
		change  func(*http.Response)
		correct []string // verdicts that may follow
	}{
		"a firewall":           {replaced(http.StatusForbidden, "Error"), nil},
		"no capacity":          {replaced(http.StatusServiceUnavailable, "LambdaLimitExceeded"), nil},
		"too many requests":    {replaced(http.StatusTooManyRequests, "Error"), nil},
		"an origin's time-out": {replaced(http.StatusGatewayTimeout, "Error"), nil},
		"an invalid response":  {replaced(http.StatusBadGateway, "LambdaValidationError"), []string{turnRefused + ", 502", rangeFailed}},
		"many locations": {func(r *http.Response) {
			n++
			r.Header.Set("X-Amz-Cf-Pop", fmt.Sprint("FRA", n))
		}, nil},
	} {
		c := newCloud(t, withTags...)
		s := c.setUp()
		c.prober.Transport = viewers{c.prober.Transport, tt.change}
		for _, q := range questions() {
			verdict, err := s.conclude(t.Context(), q)
			several := name != "many locations" || len(s.locations) > 1
			bad := strings.HasPrefix(verdict, uriChanged) && name == "an invalid response" // the status is the evidence
			if verdict != "" && several && !bad && !slices.Contains(without, q.id) && !slices.Contains(tt.correct, verdict) {
				t.Errorf("%s: %s: got %q, %v, %q", name, q.id, verdict, err, s.evidence)
			}
		}
	}
}

// TestEvicted checks that an invalidation is not said to work if other objects have left the
// cache, too.
func TestEvicted(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	s := c.setUp()
	wait := c.prober.Wait
	c.prober.Wait = func(ctx context.Context, d time.Duration) error {
		c.edge.Pass(2 * time.Hour) // longer than any answer is fresh
		return wait(ctx, d)
	}
	for _, q := range invalidationQuestions[:3] {
		if verdict, err := s.conclude(t.Context(), q); verdict != "" && verdict != tildeRefused {
			t.Errorf("%s: got %q, %v", q.id, verdict, err)
		}
	}
}

// TestEvictedTags checks that no tag is said to have worked if other objects have left the
// cache, too, nor to have been lost if it has no effect at all.
func TestEvictedTags(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*cloud){
		"all are evicted": func(c *cloud) {
			c.edge.Facts.StarWild = true
			c.fail(func(call fakeaws.Call) fakeaws.Fault {
				if call.Operation == "CreateInvalidation" {
					c.cloudFront.Invalidated("E1", []string{"*"})
				}
				return fakeaws.Fault{}
			})
		},
		"tags have no effect": func(c *cloud) { c.edge.TagHeader = "another" },
	} {
		for _, id := range []string{"tag-304", "tag-metadata"} {
			c := newCloud(t, withTags...)
			c.retag()
			spoil(c)
			if verdict, err := c.ask(id); verdict != "" && verdict != metadataNot {
				t.Errorf("%s: %s: got %q, %v", name, id, verdict, err)
			}
		}
	}
}

// TestBusy checks that quotas that others' invalidations use up are not taken for
// refusals of the probe's, nor are failures.
func TestBusy(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"TooManyInvalidationsInProgress", "ServiceUnavailable"} {
		c := newCloud(t)
		s := c.setUp()
		c.fail(func(call fakeaws.Call) fakeaws.Fault {
			if call.Operation == "CreateInvalidation" {
				return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: code, Message: "busy"}}
			}
			return fakeaws.Fault{}
		})
		for _, q := range invalidationQuestions {
			if verdict, err := s.conclude(t.Context(), q); verdict != "" {
				t.Errorf("%s: %s: got %q, %v", code, q.id, verdict, err)
			}
		}
	}
}

// TestCustomErrors checks that nothing is concluded about the caching of errors that the
// distribution caches in its own way.
func TestCustomErrors(t *testing.T) {
	t.Parallel()
	c := newCloud(t, "<CustomErrorResponses><Quantity>0</Quantity></CustomErrorResponses>", "<CustomErrorResponses><Quantity>2</Quantity><Items>"+
		"<CustomErrorResponse><ErrorCode>403</ErrorCode><ErrorCachingMinTTL>0</ErrorCachingMinTTL></CustomErrorResponse>"+
		"<CustomErrorResponse><ErrorCode>404</ErrorCode><ErrorCachingMinTTL>0</ErrorCachingMinTTL></CustomErrorResponse></Items></CustomErrorResponses>")
	if verdict, err := c.ask("error-bare"); verdict != "" {
		t.Errorf("got %q, %v", verdict, err)
	}
}

// TestBlocked checks that a run that a firewall blocks says so.
func TestBlocked(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.prober.Transport = viewers{c.prober.Transport, replaced(http.StatusForbidden, "Error")}
	if _, err := c.prober.Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), "403, Error from cloudfront (a web ACL") {
		t.Errorf("got %v", err)
	}
}

// TestLongLog checks that only a part of a long log of the resizing function is read.
func TestLongLog(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.logs.PageSize = 1
	for range 2 * maxPages {
		c.launched("REPORT Duration: 90.0 ms\tBilled Duration: 91 ms\tInit Duration: 35.1 ms")
	}
	s := c.setUp()
	before := len(c.server.Calls())
	launcher := functionQuestions[2]
	if verdict, err := s.conclude(t.Context(), launcher); verdict != launches || err != nil || !strings.Contains(fmt.Sprint(s.evidence), "page 20") {
		t.Errorf("got %q, %v, %q", verdict, err, s.evidence)
	}
	if calls := len(c.server.Calls()) - before; calls > 2*maxPages {
		t.Errorf("got %d calls", calls)
	}
}

// TestNewLines checks that nothing is concluded from lines of which CloudWatch may not have
// made metrics yet.
func TestNewLines(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	c.metrics.Lost = true
	c.logs.Add("eu-central-1", "/aws/lambda/us-east-1.edgeresize", fakelogs.Event{Timestamp: c.edge.Now().Add(-time.Minute).UnixMilli(), Message: resized})
	if verdict, err := c.ask("log-metrics"); verdict != "" || !errors.Is(err, newLines) {
		t.Errorf("got %q, %v", verdict, err)
	}
}

// TestOneAttempt checks that a refused invalidation is not tried again: the refusal is the
// answer.
func TestOneAttempt(t *testing.T) {
	t.Parallel()
	c := newCloud(t)
	s := c.setUp()
	c.prober.cloudFront = cloudfront.New(c.prober.cloudFront.Options(), func(o *cloudfront.Options) { o.RetryMaxAttempts = 2 })
	attempts := 0
	c.fail(func(call fakeaws.Call) fakeaws.Fault {
		if call.Operation != "CreateInvalidation" {
			return fakeaws.Fault{}
		}
		attempts++
		return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusBadRequest, Code: "ThrottlingException", Message: "slow down"}}
	})
	if _, err := s.create(t.Context(), "/a"); refusal(err) != "ThrottlingException" || attempts != 1 {
		t.Errorf("got %v after %d attempts", err, attempts)
	}
}

// TestForbidden checks that a run says so if the bucket does not let CloudFront read.
func TestForbidden(t *testing.T) {
	t.Parallel()
	c := newCloud(t, "<OriginPath></OriginPath>", "<OriginPath>/a%20b</OriginPath>") // CloudFront asks for "a b"
	if _, err := c.prober.Run(t.Context(), options); err == nil || !strings.Contains(err.Error(), "does not let CloudFront read a%20b/"+Name+"/") {
		t.Errorf("got %v", err)
	}
}
