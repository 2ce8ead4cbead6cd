package invalidate_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"github.com/edgeresize/edgeresize/deploy/fakeaws"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakecloudfront"
	"github.com/edgeresize/edgeresize/deploy/fakeaws/fakelambda"
	"github.com/edgeresize/edgeresize/deploy/purge/invalidate"
)

const distribution = "E1ABCDEFGHIJKL"

func newClient(t *testing.T) (*fakeaws.Server, *fakecloudfront.CloudFront, *invalidate.Client) {
	t.Helper()
	server := fakeaws.New()
	distributions := fakecloudfront.New(server, fakelambda.New(server))
	if err := distributions.Add(distribution, "d1.cloudfront.net", fakecloudfront.Example); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(server)
	t.Cleanup(s.Close)
	key := server.Credentials
	return server, distributions, &invalidate.Client{
		API: cloudfront.New(cloudfront.Options{
			Region: "us-east-1", BaseEndpoint: &s.URL, RetryMaxAttempts: 1, HTTPClient: fakeaws.NewClient(),
			Credentials: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""),
		}),
		Distribution: distribution,
		Rest:         func(context.Context, time.Duration) error { return nil },
	}
}

func TestCreate(t *testing.T) {
	_, distributions, client := newClient(t)
	distributions.InvalidationPolls = 1
	ctx := t.Context()
	first, err := client.Create(ctx, "a", []string{"/a.jpg*", "/b.jpg*"})
	if err != nil || first.ID == "" || time.Since(first.Created).Abs() > time.Minute {
		t.Fatalf("got %+v, %v", first, err)
	}
	if again, err := client.Create(ctx, "a", []string{"/a.jpg*", "/b.jpg*"}); err != nil || again != first {
		t.Errorf("the same again: got %+v, %v, want %+v", again, err, first)
	}
	if other, err := client.Create(ctx, "a", []string{"/*"}); err != nil || other != (invalidate.Invalidation{}) {
		t.Errorf("other paths with the same reference: got %+v, %v", other, err)
	}
	if made := distributions.Invalidations(distribution); len(made) != 1 {
		t.Errorf("got %+v", made)
	}
	for _, want := range []bool{false, true, true} {
		if got, err := client.Completed(ctx, first.ID); err != nil || got != want {
			t.Errorf("completed: %v, %v, want %v", got, err, want)
		}
	}
}

func TestErrors(t *testing.T) {
	refusal := func(status int, code string) fakeaws.Fault {
		return fakeaws.Fault{Error: &fakeaws.Error{Status: status, Code: code}}
	}
	for _, tt := range []struct {
		name  string
		fault fakeaws.Fault
		want  error // nil if it is none of the package's
	}{
		{"full", refusal(http.StatusBadRequest, "TooManyInvalidationsInProgress"), invalidate.ErrFull},
		{"throttled", refusal(http.StatusBadRequest, "Throttling"), invalidate.ErrBusy},
		{"throttled by another name", refusal(http.StatusBadRequest, "ThrottlingException"), invalidate.ErrBusy},
		{"throttled by status", refusal(http.StatusServiceUnavailable, "ServiceUnavailable"), invalidate.ErrBusy},
		{"an error of its own", refusal(http.StatusInternalServerError, "InternalError"), invalidate.ErrBusy},
		{"an error of a rare kind", refusal(599, "Odd"), invalidate.ErrBusy},
		{"no answer", fakeaws.Fault{Lost: fakeaws.BeforeEffect}, invalidate.ErrBusy},
		{"denied", refusal(http.StatusForbidden, "AccessDenied"), nil},
		{"no such distribution", refusal(http.StatusNotFound, "NoSuchDistribution"), nil},
		{"a bad path", refusal(http.StatusBadRequest, "InvalidArgument"), invalidate.ErrPaths},
	} {
		server, _, client := newClient(t)
		server.Fault = func(fakeaws.Call) fakeaws.Fault { return tt.fault }
		_, err := client.Create(t.Context(), "a", []string{"/*"})
		_, statusErr := client.Completed(t.Context(), "I1")
		for _, err := range []error{err, statusErr} {
			if err == nil || invalidate.Transient(err) != (tt.want == invalidate.ErrFull || tt.want == invalidate.ErrBusy) {
				t.Errorf("%s: got %v", tt.name, err)
			}
			for _, kind := range []error{invalidate.ErrFull, invalidate.ErrBusy, invalidate.ErrPaths} {
				if errors.Is(err, kind) != (tt.want == kind) {
					t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
				}
			}
		}
	}
}

func TestReference(t *testing.T) {
	a := invalidate.Reference([]string{"1", "2"})
	if a != invalidate.Reference([]string{"2", "1"}) {
		t.Error("the order matters")
	}
	if a == invalidate.Reference([]string{"1"}) || a == invalidate.Reference([]string{"12"}) || a == invalidate.Reference([]string{"1", "2", "2"}) {
		t.Error("other ids have the same reference")
	}
	if len(a) > 128 {
		t.Errorf("%q is long", a)
	}
}
