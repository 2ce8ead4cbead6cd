package guard

import (
	"reflect"
	"slices"
	"testing"

	"github.com/edgeresize/edgeresize/deploy/account/originshield"
)

// shield returns the region of the Origin Shield before the images' origin, "" for
// none, and what the stack's output says about it.
func shield(t *testing.T, given map[string]string) (region, said any) {
	t.Helper()
	resolved := newResolver(t, parsed(t), merged(code, given)).resolved()
	origins := property(resolved, "Distribution", "DistributionConfig", "Origins").([]any)
	for _, other := range origins[1:] {
		if at(other, "OriginShield") != nil {
			t.Errorf("an Origin Shield before %v", at(other, "DomainName"))
		}
	}
	said = at(resolved, "Outputs", "OriginShield", "Value")
	switch found := at(origins[0], "OriginShield"); {
	case found == nil:
		return "", said
	case at(found, "Enabled") != true:
		t.Errorf("the Origin Shield is %v", found)
	}
	return at(origins[0], "OriginShield", "OriginShieldRegion"), said
}

// TestOriginShield compares the template's regions with those of package originshield.
// Where that package has none, there is no Origin Shield, and the stack's output says
// so.
func TestOriginShield(t *testing.T) {
	site := map[string]string{"SiteDomainName": "alb.example.com", "SiteSecret": "s"}
	for _, bucketRegion := range append(originshield.BucketRegions(), "ap-southeast-4", "eu-south-2") {
		bucket := map[string]string{"BucketName": "old-originals", "BucketRegion": bucketRegion}
		nearest, known := originshield.Nearest(bucketRegion)
		for _, further := range []map[string]string{{}, site, {"KeyPrefix": "media"}} {
			region, said := shield(t, merged(bucket, further))
			if region != nearest || (said == nil) != known {
				t.Errorf("%s: in %v, saying %v; want %q", bucketRegion, region, said, nearest)
			}
			for named, want := range map[string]string{"none": "", "sa-east-1": "sa-east-1"} {
				if region, said := shield(t, merged(bucket, further, map[string]string{"OriginShieldRegion": named})); region != want || said != nil {
					t.Errorf("%s, %s: in %v, saying %v", bucketRegion, named, region, said)
				}
			}
		}
		// A bucket that the stack makes is in the stack's region.
		if region, said := shield(t, map[string]string{"BucketRegion": bucketRegion}); region != "us-east-1" || said != nil {
			t.Errorf("a bucket of the stack's: in %v, saying %v", region, said)
		}
	}
}

// TestOriginShieldRegions compares the parameter's values with package originshield.
func TestOriginShieldRegions(t *testing.T) {
	var allowed []string
	for _, value := range at(parsed(t), "Parameters", "OriginShieldRegion", "AllowedValues").([]any) {
		allowed = append(allowed, value.(string))
	}
	slices.Sort(allowed)
	want := append(originshield.Regions(), "nearest", "none")
	slices.Sort(want)
	if !reflect.DeepEqual(allowed, want) {
		t.Errorf("OriginShieldRegion may be %q, want %q", allowed, want)
	}
}
