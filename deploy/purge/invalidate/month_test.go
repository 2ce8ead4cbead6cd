package invalidate_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	awscloudfront "github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
)

// newClientAt returns a fake CloudFront without quotas, a client of it and their clock.
func newClientAt(t *testing.T) (*fakeaws.Server, *fakecloudfront.CloudFront, *invalidate.Client, *time.Time) {
	t.Helper()
	server, distributions, client := newClient(t)
	now := time.Date(2026, 3, 28, 5, 6, 7, 0, time.UTC)
	distributions.Quotas = 0
	distributions.Now = func() time.Time { return now }
	client.Now = distributions.Now
	return server, distributions, client, &now
}

// callsOf counts the calls by operation. It leaves out the first ones, as many as before.
func callsOf(server *fakeaws.Server, before int) map[string]int {
	n := map[string]int{}
	for _, call := range server.Calls()[before:] {
		n[call.Operation]++
	}
	return n
}

func TestSpent(t *testing.T) {
	server, distributions, client, now := newClientAt(t)
	distributions.PageSize = 2
	other := &invalidate.Client{API: client.API, Distribution: distribution, Now: client.Now, Rest: client.Rest}
	create := func(c *invalidate.Client, reference string, paths ...string) {
		t.Helper()
		if _, err := c.Create(t.Context(), reference, paths); err != nil {
			t.Fatal(err)
		}
	}
	check := func(enough, want, lists, gets int) {
		t.Helper()
		before := len(server.Calls())
		got, err := client.Spent(t.Context(), enough)
		calls := callsOf(server, before)
		if err != nil || got != want || calls["ListInvalidations"] != lists || calls["GetInvalidation"] != gets {
			t.Errorf("got %d, %v by %v, want %d by %d lists and %d others", got, err, calls, want, lists, gets)
		}
	}
	*now = now.AddDate(0, -1, 0)
	create(other, "last month", "/a", "/b*")
	*now = now.AddDate(0, 1, 0)
	check(1000, 0, 1, 0)
	for n := range 5 {
		create(other, fmt.Sprint("a", n), numbered(n+1, "")...)
	}
	check(1000, 0, 0, 0) // the list is still fresh
	*now = now.Add(time.Minute)
	check(4, 4, 2, 0) // the list alone has enough
	check(1000, 15, 3, 5)
	check(1000, 15, 0, 0)
	// It knows its own invalidations at once, those of others only after a new list.
	create(client, "b", "/x", "/y", "/z*")
	create(client, "b", "/x", "/y", "/z*") // once
	create(other, "c", "/x", "/y")
	check(1000, 18, 0, 0)
	*now = now.Add(time.Minute)
	check(1000, 20, 2, 1)
	*now = now.AddDate(0, 0, 4) // April
	check(1000, 0, 1, 0)
	create(client, "d", "/x", "/y")
	check(1000, 2, 0, 0)
	*now = now.Add(time.Minute)
	check(1000, 2, 1, 0)
}

// A count takes at most a hundred calls and goes on from there the next time. An
// unknown invalidation counts as one path.
func TestSpentOfMany(t *testing.T) {
	server, distributions, client, now := newClientAt(t)
	other := &invalidate.Client{API: client.API, Distribution: distribution, Now: client.Now, Rest: client.Rest}
	for n := range 250 {
		if _, err := other.Create(t.Context(), fmt.Sprint(n), []string{"/a", "/b"}); err != nil {
			t.Fatal(err)
		}
	}
	distributions.PageSize = 100
	for _, want := range []int{250 + 97, 250 + 197, 500, 500} {
		before := len(server.Calls())
		if got, err := client.Spent(t.Context(), 1000); err != nil || got != want || len(server.Calls())-before > 100 {
			t.Errorf("got %d, %v after %d calls, want %d", got, err, len(server.Calls())-before, want)
		}
	}
	// More than enough in the list alone.
	fresh := &invalidate.Client{API: client.API, Distribution: distribution, Now: client.Now}
	before := len(server.Calls())
	if got, err := fresh.Spent(t.Context(), 150); err != nil || got < 150 || len(server.Calls())-before > 2 {
		t.Errorf("got %d, %v", got, err)
	}
	*now = now.Add(time.Minute)
	if got, err := fresh.Spent(t.Context(), 1000); err != nil || got < 250 {
		t.Errorf("got %d, %v", got, err)
	}
}

// An error loses nothing of what is counted.
func TestSpentFails(t *testing.T) {
	server, _, client, _ := newClientAt(t)
	other := &invalidate.Client{API: client.API, Distribution: distribution, Now: client.Now, Rest: client.Rest}
	for n := range 3 {
		if _, err := other.Create(t.Context(), fmt.Sprint(n), []string{"/a", "/b"}); err != nil {
			t.Fatal(err)
		}
	}
	refuse := func(operation, code string) {
		server.Fault = func(c fakeaws.Call) fakeaws.Fault {
			if c.Operation != operation {
				return fakeaws.Fault{}
			}
			return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusForbidden, Code: code}}
		}
	}
	refuse("ListInvalidations", "AccessDenied")
	if got, err := client.Spent(t.Context(), 10); err == nil || got != 0 {
		t.Errorf("got %d, %v", got, err)
	}
	refuse("GetInvalidation", "AccessDenied")
	if got, err := client.Spent(t.Context(), 10); err == nil || got != 3 {
		t.Errorf("got %d, %v", got, err)
	}
	server.Fault = nil
	if got, err := client.Spent(t.Context(), 10); err != nil || got != 6 {
		t.Errorf("got %d, %v", got, err)
	}
}

// silent is a CloudFront that does not answer.
type silent struct{ invalidate.API }

// ListInvalidations implements invalidate.API.
func (silent) ListInvalidations(ctx context.Context, _ *awscloudfront.ListInvalidationsInput, _ ...func(*awscloudfront.Options)) (*awscloudfront.ListInvalidationsOutput, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// A count takes three seconds at most. Taking longer is no error; the caller's own
// deadline is one.
func TestSpentInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := &invalidate.Client{API: silent{}, Distribution: distribution}
		start := time.Now()
		if got, err := client.Spent(t.Context(), 10); err != nil || got != 0 || time.Since(start) != 3*time.Second {
			t.Errorf("got %d, %v after %v", got, err, time.Since(start))
		}
		soon, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := client.Spent(soon, 10); err == nil {
			t.Error("no error")
		}
	})
}

func TestHasTags(t *testing.T) {
	server, distributions, client, now := newClientAt(t)
	check := func(want bool, calls int) {
		t.Helper()
		before := len(server.Calls())
		if got, err := client.HasTags(t.Context()); err != nil || got != want || len(server.Calls())-before != calls {
			t.Errorf("got %v, %v by %d calls", got, err, len(server.Calls())-before)
		}
	}
	server.Fault = func(fakeaws.Call) fakeaws.Fault {
		return fakeaws.Fault{Error: &fakeaws.Error{Status: http.StatusServiceUnavailable, Code: "ServiceUnavailable"}}
	}
	if _, err := client.HasTags(t.Context()); !invalidate.Transient(err) {
		t.Errorf("got %v", err)
	}
	server.Fault = nil
	check(false, 1)
	server.Lock()
	distributions.Meddle(distribution, func(config string) string { return string(fakecloudfront.WithTags([]byte(config), "X-Tag")) })
	server.Unlock()
	check(false, 0)
	*now = now.Add(15 * time.Minute)
	check(true, 1)
	*now = now.Add(-time.Hour) // a clock that jumps
	check(true, 1)
	check(true, 0)
}
