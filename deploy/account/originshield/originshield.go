// Package originshield says where CloudFront's Origin Shield is best for a bucket, and
// what it costs. With one, what the caches of all regions miss goes through the shield's
// cache, and functions on origin responses run in its region: one resize serves the
// world. CloudFront Developer Guide, "Use Amazon CloudFront Origin Shield".
package originshield

import (
	"maps"
	"slices"
)

// nearest has for the region of a bucket that of its shield. Same guide, "Choose the
// AWS Region for Origin Shield". deploy/template/template.yaml says the same in its conditions.
var nearest = map[string]string{
	"us-east-1":      "us-east-1",
	"us-east-2":      "us-east-2",
	"us-west-2":      "us-west-2",
	"ap-south-1":     "ap-south-1",
	"ap-northeast-1": "ap-northeast-1",
	"ap-northeast-2": "ap-northeast-2",
	"ap-southeast-1": "ap-southeast-1",
	"ap-southeast-2": "ap-southeast-2",
	"eu-central-1":   "eu-central-1",
	"eu-west-1":      "eu-west-1",
	"eu-west-2":      "eu-west-2",
	"sa-east-1":      "sa-east-1",
	"me-central-1":   "me-central-1",

	"us-west-1":    "us-west-2",
	"af-south-1":   "eu-west-1",
	"ap-east-1":    "ap-southeast-1",
	"ca-central-1": "us-east-1",
	"eu-south-1":   "eu-central-1",
	"eu-west-3":    "eu-west-2",
	"eu-north-1":   "eu-west-2",
	"me-south-1":   "ap-south-1",
}

// Nearest returns the region of the shield that is best for a bucket in a region. ok
// is false where AWS names none.
func Nearest(bucketRegion string) (region string, ok bool) {
	region, ok = nearest[bucketRegion]
	return region, ok
}

// BucketRegions returns the regions of buckets that AWS names a shield for, in order.
func BucketRegions() []string { return slices.Sorted(maps.Keys(nearest)) }

// Regions returns the regions that have a shield, in order.
func Regions() []string {
	return slices.DeleteFunc(BucketRegions(), func(region string) bool { return nearest[region] != region })
}

// dollarsPer10000 is what 10,000 requests cost that reach a shield from the caches of
// other regions (CloudFront pricing, "Origin Shield requests", as the price list had it
// in 2026). What it says of me-central-1 is not known here.
var dollarsPer10000 = map[string]float64{
	"us-east-1":      0.0075,
	"us-east-2":      0.0075,
	"us-west-2":      0.0075,
	"ap-south-1":     0.0090,
	"ap-northeast-1": 0.0090,
	"ap-northeast-2": 0.0090,
	"ap-southeast-1": 0.0090,
	"ap-southeast-2": 0.0090,
	"eu-central-1":   0.0090,
	"eu-west-1":      0.0090,
	"eu-west-2":      0.0090,
	"sa-east-1":      0.0160,
}

// DollarsPerMillion returns what a million requests cost that reach the shield of a
// region from the caches of others, in US dollars. ok is false where that is not known.
// Requests from the shield's own region are free.
func DollarsPerMillion(region string) (dollars float64, ok bool) {
	dollars, ok = dollarsPer10000[region]
	return dollars * 100, ok
}
