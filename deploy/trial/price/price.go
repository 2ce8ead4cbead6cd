// Package price is the table of what AWS charges, in US dollars: the prices of 2026, for
// viewers in North America and Europe, which are the least of all regions. The price of
// Origin Shield is in deploy/account/originshield.
package price

// GB is the bytes of a GB.
const GB = 1 << 30

// Prices of Lambda@Edge (CloudFront pricing, "Lambda@Edge").
const (
	perInvocation = 0.60 / 1e6
	perGBSecond   = 0.00005001
)

// PerGB is the price of a GB of the first 10 TB a month to viewers (CloudFront pricing,
// "Regional Data Transfer Out to Internet").
const PerGB = 0.085

// GBSeconds returns the GB-seconds of an invocation of ms in the memory of mb. A GB is
// 1,024 MB.
func GBSeconds(ms float64, mb int) float64 { return ms / 1000 * float64(mb) / 1024 }

// Invocation returns the price of an invocation of ms in the memory of mb.
func Invocation(ms float64, mb int) float64 { return Invocations(1, ms, mb) }

// Invocations returns the price of n invocations of ms altogether in the memory of mb.
func Invocations(n, ms float64, mb int) float64 {
	return n*perInvocation + GBSeconds(ms, mb)*perGBSecond
}

// Prices of what a site with the function uses besides (CloudFront pricing, "HTTPS
// requests", in the US, and "CloudFront Functions"; Amazon S3 pricing, "Requests & data
// retrievals" and "Data transfer", of S3 Standard). Transfer from S3 to CloudFront is free.
const (
	perViewerRequest  = 0.0100 / 10_000
	perViewerFunction = 0.10 / 1e6
	perS3Get          = 0.0004 / 1000
	perGBToRegion     = 0.02
)

// What an account gets free each month (CloudFront pricing, "Always Free Tier").
const (
	freeViewerRequests  = 10e6
	freeViewerFunctions = 2e6
	freeGB              = 1024
)

// tiers are the prices of a GB to viewers after those before (CloudFront pricing, "Regional
// Data Transfer Out to Internet", United States and Europe).
var tiers = []struct{ gb, price float64 }{
	{10 << 10, PerGB}, {40 << 10, 0.080}, {100 << 10, 0.060}, {350 << 10, 0.040}, {524 << 10, 0.030}, {4 << 20, 0.025}, {1e18, 0.020},
}

// ViewerRequests returns the price of n HTTPS requests of viewers in a month.
func ViewerRequests(n float64) float64 { return max(0, n-freeViewerRequests) * perViewerRequest }

// ViewerFunction returns the price of n calls of a CloudFront Function in a month.
func ViewerFunction(n float64) float64 { return max(0, n-freeViewerFunctions) * perViewerFunction }

// ToViewers returns the price of bytes to viewers in a month.
func ToViewers(bytes float64) float64 {
	left, dollars := max(0, bytes/GB-freeGB), 0.0
	for _, t := range tiers {
		gb := min(left, t.gb)
		dollars += gb * t.price
		left -= gb
	}
	return dollars
}

// S3Gets returns the price of n GETs of S3.
func S3Gets(n float64) float64 { return n * perS3Get }

// ToRegion returns the price of bytes from S3 to a function in another region.
func ToRegion(bytes float64) float64 { return bytes / GB * perGBToRegion }
