package originshield

import (
	"slices"
	"testing"
)

func TestNearest(t *testing.T) {
	for bucket, want := range map[string]string{
		"eu-west-1": "eu-west-1", "eu-west-3": "eu-west-2", "eu-north-1": "eu-west-2", "ca-central-1": "us-east-1",
		"me-south-1": "ap-south-1", "me-central-1": "me-central-1", "ap-southeast-4": "", "": "",
	} {
		if got, ok := Nearest(bucket); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %v, want %q", bucket, got, ok, want)
		}
	}
}

// TestTableHoldsTogether wants a shield in every region that the table names. The guide
// has thirteen regions with a shield and eight without.
func TestTableHoldsTogether(t *testing.T) {
	shields := Regions()
	if len(shields) != 13 || len(BucketRegions()) != 13+8 {
		t.Errorf("%d shields for %d regions", len(shields), len(BucketRegions()))
	}
	for _, region := range BucketRegions() {
		if shield, _ := Nearest(region); !slices.Contains(shields, shield) {
			t.Errorf("%s has the shield of %q, where there is none", region, shield)
		}
	}
	for region := range dollarsPer10000 {
		if !slices.Contains(shields, region) {
			t.Errorf("a price in %s, where there is no shield", region)
		}
	}
}

func TestDollarsPerMillion(t *testing.T) {
	for region, want := range map[string]float64{"us-east-1": 0.75, "eu-west-1": 0.90, "sa-east-1": 1.60, "me-central-1": 0, "us-west-1": 0} {
		got, ok := DollarsPerMillion(region)
		if ok != (want > 0) || got < want-1e-9 || got > want+1e-9 {
			t.Errorf("%s: got %v, %v, want %v", region, got, ok, want)
		}
	}
}
