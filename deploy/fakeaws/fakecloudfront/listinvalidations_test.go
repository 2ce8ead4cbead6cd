package fakecloudfront

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
)

// TestListInvalidations checks the order, the pages and the states of a list, and the
// requests that CloudFront refuses.
func TestListInvalidations(t *testing.T) {
	c, _, client := newClient(t)
	c.PageSize = 2
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	c.Now = func() time.Time { return at }
	var want []string
	for n := range 5 {
		at = at.Add(time.Hour)
		id, _ := invalidate(t, client, "E1", fmt.Sprint(n), "/a", "/b*")
		want = slices.Insert(want, 0, id)
		if n == 2 {
			c.Complete("E1")
		}
	}
	var got []string
	pages := cloudfront.NewListInvalidationsPaginator(client, &cloudfront.ListInvalidationsInput{DistributionId: aws.String("E1")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range page.InvalidationList.Items {
			if age := at.Sub(*i.CreateTime); age != time.Duration(len(got))*time.Hour || (*i.Status == "Completed") != (len(got) > 1) {
				t.Errorf("%d: got %v, %s", len(got), i.CreateTime, *i.Status)
			}
			got = append(got, *i.Id)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, in := range []cloudfront.ListInvalidationsInput{
		{DistributionId: aws.String("E2")},
		{DistributionId: aws.String("E1"), Marker: aws.String("I1")},
		{DistributionId: aws.String("E1"), MaxItems: aws.Int32(0)},
	} {
		if _, err := client.ListInvalidations(t.Context(), &in); err == nil {
			t.Errorf("%+v was taken", in)
		}
	}
}

// TestWithTags checks that the SDK reads the CacheTagConfig that WithTags adds.
func TestWithTags(t *testing.T) {
	c, _, client := newClient(t)
	if err := c.Add("E3", "d3.cloudfront.net", WithTags(Example, "x-tag")); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"E1": "", "E3": "x-tag"} {
		out, err := client.GetDistributionConfig(t.Context(), &cloudfront.GetDistributionConfigInput{Id: &id})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if tags := out.DistributionConfig.CacheTagConfig; tags != nil {
			got = *tags.HeaderName
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
}
