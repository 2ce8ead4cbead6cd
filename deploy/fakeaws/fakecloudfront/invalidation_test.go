package fakecloudfront

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go"

	rules "github.com/edgeresize/edgeresize/edge/cloudfront"
)

// invalidate creates an invalidation and returns its ID, or the code of an error.
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

// numbered returns the paths from /from to before /to, each with a suffix.
func numbered(from, to int, suffix string) (paths []string) {
	for n := from; n < to; n++ {
		paths = append(paths, fmt.Sprint("/", n, suffix))
	}
	return paths
}

// TestInvalidationRefuses checks the invalidations that CloudFront refuses.
func TestInvalidationRefuses(t *testing.T) {
	_, _, client := newClient(t)
	for _, tt := range []struct {
		distribution, reference string
		paths                   []string
		code                    string
	}{
		{"E2", "a", []string{"/*"}, "NoSuchDistribution"},
		{"E1", "a", []string{"a.jpg"}, "InvalidArgument"},
		{"E1", "a", []string{"/a b"}, "InvalidArgument"},
		{"E1", "a", []string{"#a,b"}, "InvalidArgument"},
		{"E1", "a", []string{"/~a"}, "InvalidArgument"},
		{"E1", "a", []string{"*/a"}, "InvalidArgument"},
		{"E1", "a", []string{"/%7Ea*"}, "InvalidArgument"},
		{"E1", "a", []string{"/%7ea"}, "InvalidArgument"},
		{"E1", "a", []string{""}, "InvalidArgument"},
		{"E1", "a", []string{"#tag"}, "InvalidArgument"},
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

// TestCallerReference checks that a repeated caller reference returns the same
// invalidation, or is refused where the paths differ.
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

// TestQuotasInProgress checks the quotas on paths and wildcards in progress.
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

// TestLiteralAsterisk checks that only an asterisk at the end of a path is a wildcard.
func TestLiteralAsterisk(t *testing.T) {
	_, _, client := newClient(t)
	var paths []string
	for n := range MaxWildcards + 1 {
		paths = append(paths, fmt.Sprint("/a*", n))
	}
	if _, code := invalidate(t, client, "E1", "a", paths...); code != "" {
		t.Error(code)
	}
}

// TestQuotasBySecond checks that the items of the last second count, even if they are
// completed, and that refused items do not count.
func TestQuotasBySecond(t *testing.T) {
	c, _, client := newClient(t)
	now := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	c.Now = func() time.Time { return now }
	c.Quotas = BySecond
	n := 0
	for _, step := range []struct {
		later time.Duration
		paths []string
		code  string
	}{
		{0, numbered(0, MaxPathsBySecond+1, ""), "Throttling"},
		{0, []string{"/a*", "/b*"}, "Throttling"},
		{0, append(numbered(0, MaxPathsBySecond-1, ""), "/a*"), ""},
		{0, []string{"/a"}, "Throttling"},
		{999 * time.Millisecond, []string{"/a"}, "Throttling"},
		{time.Millisecond, []string{"/a*"}, ""},
		{0, numbered(0, MaxPathsBySecond-1, ""), ""},
		{999 * time.Millisecond, []string{"/b*"}, "Throttling"},
		{-time.Hour, []string{"/b*"}, "Throttling"},
		{2 * time.Hour, []string{"/b*"}, ""},
	} {
		now = now.Add(step.later)
		c.Complete("E1")
		if _, code := invalidate(t, client, "E1", fmt.Sprint(n), step.paths...); code != step.code {
			t.Errorf("step %d: got %q, want %q", n, code, step.code)
		}
		n++
	}
	for n := range 20 { // None is completed, which the other quota would refuse
		now = now.Add(time.Second)
		if _, code := invalidate(t, client, "E1", fmt.Sprint("c", n), "/c*"); code != "" {
			t.Errorf("got %q", code)
		}
	}
	c.Quotas = BySecond | InProgress
	now = now.Add(time.Second)
	if _, code := invalidate(t, client, "E1", "both", "/c*"); code != "TooManyInvalidationsInProgress" {
		t.Errorf("got %q", code)
	}
}

// TestTags checks which tags CloudFront takes, and that they are invalidated.
func TestTags(t *testing.T) {
	c, _, client := newClient(t)
	if err := c.Add("E3", "d3.cloudfront.net", WithTags(Example, "x-tag")); err != nil {
		t.Fatal(err)
	}
	if err := c.Add("E4", "d4.cloudfront.net", WithTags(Example, "")); err == nil {
		t.Error("a config that names no header is taken")
	}
	var told []string
	c.Invalidated = func(_ string, items []string) { told = append(told, items...) }
	if _, code := invalidate(t, client, "E3", "a", "#Product:1", "#no*wildcard", "/a.jpg", "#"+strings.Repeat("a", rules.MaxTagLength)); code != "" {
		t.Error(code)
	}
	if want := []string{"#Product:1", "#no*wildcard", "/a.jpg", "#" + strings.Repeat("a", rules.MaxTagLength)}; !slices.Equal(told, want) {
		t.Errorf("told %q", told)
	}
	for _, tag := range []string{"#", "#a,b", "#a b", "#é", "#" + strings.Repeat("a", rules.MaxTagLength+1)} {
		if _, code := invalidate(t, client, "E3", tag, tag); code != "InvalidArgument" {
			t.Errorf("%.20q: got %q", tag, code)
		}
	}
	// Tags count as paths, not as wildcards.
	var tags []string
	for n := range MaxWildcards + 1 {
		tags = append(tags, fmt.Sprint("#", n, "*"))
	}
	if _, code := invalidate(t, client, "E3", "many", tags...); code != "" {
		t.Error(code)
	}
}

// TestUselessPaths checks that CloudFront takes a path with unnecessary escapes, but
// that the path removes nothing.
func TestUselessPaths(t *testing.T) {
	c, _, client := newClient(t)
	var told []string
	c.Invalidated = func(_ string, items []string) { told = append(told, items...) }
	useful := []string{"/a%20b.jpg*", "/%C3%A9.jpg", "/%e9", "/100%25", "/%5B1%5d*", "/(1)+@2x", "/a%2", "/%zz", "/%09"}
	useless := []string{"/%28", "/a%2Bb*", "/a%20%40", "/%61", "/what%3f*", "/a%2Fb", "/%2A"}
	if _, code := invalidate(t, client, "E1", "a", slices.Concat(useful, useless)...); code != "" {
		t.Fatal(code)
	}
	if !slices.Equal(told, useful) {
		t.Errorf("told %q, want %q", told, useful)
	}
}
