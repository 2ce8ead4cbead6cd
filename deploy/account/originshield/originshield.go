// Package originshield returns the best region of CloudFront's Origin Shield for a
// bucket, and its price. Requests that miss in the caches of all regions go through the
// shield's cache, and functions on origin responses run in its region: one resize
// serves the world. CloudFront Developer Guide, "Use Amazon CloudFront Origin Shield".
package originshield

import (
	"maps"
	"slices"
)

// nearest maps the region of a bucket to that of its shield. Same guide, "Choose the
// AWS Region for Origin Shield". The conditions of deploy/template/template.yaml repeat
// it.
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

// Nearest returns the best region of a shield for a bucket in bucketRegion. ok is false
// where AWS names none.
func Nearest(bucketRegion string) (region string, ok bool) {
	region, ok = nearest[bucketRegion]
	return region, ok
}

// BucketRegions returns the bucket regions for which AWS names a shield, sorted.
func BucketRegions() []string { return slices.Sorted(maps.Keys(nearest)) }

// Regions returns the regions that have a shield, sorted.
func Regions() []string {
	return slices.DeleteFunc(BucketRegions(), func(region string) bool { return nearest[region] != region })
}

// dollarsPer10000 holds the price of 10,000 requests that reach a region's shield from
// the caches of other regions, in US dollars (CloudFront pricing, "Origin Shield
// requests", as the price list had it in 2026). The price of me-central-1 is unknown.
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

// DollarsPerMillion returns the price of a million requests that reach region's shield
// from the caches of other regions, in US dollars. ok is false where it is unknown.
// Requests from the shield's own region are free.
func DollarsPerMillion(region string) (dollars float64, ok bool) {
	dollars, ok = dollarsPer10000[region]
	return dollars * 100, ok
}
