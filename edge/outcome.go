package edge

import (
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// Outcome describes how one event was answered. The log line, the metrics and
// CloudFront on a laptop show it.
type Outcome struct {
	// RequestID is CloudFront's, LambdaID is Lambda's.
	RequestID, LambdaID string
	// Region is where the function ran.
	Region string
	Method string
	URI    string
	// Asked is what the query string asks for; zero if it asks for no variant.
	Asked Ask
	// Reason says why the original was served; "" if it was resized.
	Reason Reason
	// Err is the error behind Reason; nil if the original was resized.
	Err error
	// Fallback says that the fallback picture was served instead of the original,
	// which is missing because of Reason; Original and Variant are then its own.
	// FallbackErr says why it was not, although the original is missing.
	Fallback    bool
	FallbackErr error
	// Original and Variant are zero if the request did not get that far.
	Original, Variant Picture
	// Focus is the centre of what the variant shows of the original.
	Focus resize.Focus
	// Quality is the variant's, 0 for formats without one. Effort is how hard
	// its encoder tried, "" for encoders without a choice. Outgrown is the size
	// in bytes that the variant had at the configured quality, if that was
	// larger than the original; 0 otherwise.
	Quality, Outgrown int
	Effort            string
	// PassedOver lists the formats that came before the variant's and were not
	// used.
	PassedOver []resize.PassedOver
	Stages     Stages
	ColdStart  bool
}

// Picture describes an original or a variant.
type Picture struct {
	Format        resize.Format
	Width, Height int // pixels, upright
	Bytes         int
}

// Stages holds the duration of each step; zero if it was not reached. Fetch is
// the time spent waiting for the original; no other step includes it.
type Stages struct {
	Fetch, Decode, Resample, Encode, Total time.Duration
}

// String returns "resized", or "original" or "fallback" and the reason.
func (o Outcome) String() string {
	switch {
	case o.Reason == "":
		return "resized"
	case o.Fallback:
		return "fallback " + string(o.Reason)
	}
	return "original " + string(o.Reason)
}
