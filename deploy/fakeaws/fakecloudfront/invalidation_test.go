package fakecloudfront

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go"
)

// invalidate asks for an invalidation. The result is its id or an error's code.
func invalidate(t *testing.T, client *cloudfront.Client, distribution, reference string, paths ...string) (id, code string) {
	t.Helper()
	out, err := client.CreateInvalidation(t.Context(), &cloudfront.CreateInvalidationInput{
		DistributionId: &distribution,
		InvalidationBatch: &types.InvalidationBatch{
			CallerReference: &reference,
			Paths:           &types.Paths{Quantity: aws.Int32(int32(len(paths))), Items: paths},
		},
	})
	if api := smithy.APIError(nil); errors.As(err, &api) {
		return "", api.ErrorCode()
	} else if err != nil {
		t.Fatal(err)
	}
	if *out.Invalidation.InvalidationBatch.CallerReference != reference || !slices.Equal(out.Invalidation.InvalidationBatch.Paths.Items, paths) {
		t.Errorf("got %+v", out.Invalidation.InvalidationBatch)
	}
	return *out.Invalidation.Id, ""
}

// numbered are paths such as /1 and /2*.
func numbered(from, to int, suffix string) (paths []string) {
	for n := from; n < to; n++ {
		paths = append(paths, fmt.Sprint("/", n, suffix))
	}
	return paths
}

func TestInvalidationRefuses(t *testing.T) {
	_, _, client := newClient(t)
	for _, tt := range []struct {
		distribution, reference string
		paths                   []string
		code                    string
	}{
		{"E2", "a", []string{"/*"}, "NoSuchDistribution"},
		{"E1", "a", []string{"a.jpg"}, "InvalidArgument"},
		{"E1", "a", []string{"/a*b"}, "InvalidArgument"},
		{"E1", "a", []string{"/a b"}, "InvalidArgument"},
		{"E1", "a", []string{"/~a"}, "InvalidArgument"},
		{"E1", "a", []string{"/" + strings.Repeat("a", 4000)}, "InvalidArgument"},
		{"E1", "", []string{"/*"}, "InvalidArgument"},
		{"E1", "a", nil, "InvalidArgument"},
		{"E1", "a", numbered(0, MaxPaths+1, ""), "BatchTooLarge"},
		{"E1", "a", numbered(0, MaxWildcards+1, "*"), "TooManyInvalidationsInProgress"},
	} {
		if id, code := invalidate(t, client, tt.distribution, tt.reference, tt.paths...); code != tt.code {
			t.Errorf("%s, %q, %.100q: got %q, %q, want %s", tt.distribution, tt.reference, tt.paths, id, code, tt.code)
		}
	}
}

func TestCallerReference(t *testing.T) {
	c, _, client := newClient(t)
	var told []string
	c.Invalidated = func(distribution string, paths []string) {
		told = append(told, distribution+" "+strings.Join(paths, " "))
	}
	first, _ := invalidate(t, client, "E1", "a", "/1*", "/2*")
	if again, code := invalidate(t, client, "E1", "a", "/1*", "/2*"); again != first || first == "" {
		t.Errorf("the same again: %q and %q, %s", first, again, code)
	}
	if _, code := invalidate(t, client, "E1", "a", "/1*"); code != "InvalidationBatchAlreadyExists" {
		t.Errorf("other paths: %q", code)
	}
	if other, _ := invalidate(t, client, "E1", "b", "/1*", "/2*"); other == first || other == "" {
		t.Errorf("another reference: %q and %q", first, other)
	}
	if want := []string{"E1 /1* /2*", "E1 /1* /2*"}; !slices.Equal(told, want) || len(c.Invalidations("E1")) != 2 {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestQuotasInProgress(t *testing.T) {
	c, _, client := newClient(t)
	c.InvalidationPolls = 1
	fifteen, code := invalidate(t, client, "E1", "wild", numbered(0, MaxWildcards, "*")...)
	if code != "" {
		t.Fatal(code)
	}
	if _, code := invalidate(t, client, "E1", "single", numbered(0, MaxPaths, "")...); code != "" {
		t.Errorf("single paths count with wildcards: %s", code)
	}
	for _, path := range []string{"/a", "/a*"} {
		if _, code := invalidate(t, client, "E1", path, path); code != "TooManyInvalidationsInProgress" {
			t.Errorf("%s: got %q", path, code)
		}
	}
	for _, want := range []string{"InProgress", "Completed", "Completed"} {
		out, err := client.GetInvalidation(t.Context(), &cloudfront.GetInvalidationInput{DistributionId: aws.String("E1"), Id: &fifteen})
		if err != nil || *out.Invalidation.Status != want {
			t.Fatalf("got %+v, %v, want %s", out, err, want)
		}
	}
	if _, code := invalidate(t, client, "E1", "/a*", "/a*"); code != "" {
		t.Errorf("after completion: %s", code)
	}
	c.Complete("E1")
	if _, code := invalidate(t, client, "E1", "/a", "/a"); code != "" {
		t.Errorf("after completion: %s", code)
	}
}
