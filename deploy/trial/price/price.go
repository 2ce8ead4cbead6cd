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
func Invocation(ms float64, mb int) float64 { return perInvocation + GBSeconds(ms, mb)*perGBSecond }
