package edge

import (
	"time"

	"github.com/edgeresize/edgeresize/resize"
)

// Outcome says what became of one event: what the log line, the metrics and
// CloudFront on a laptop show.
type Outcome struct {
	// RequestID is CloudFront's, LambdaID Lambda's.
	RequestID, LambdaID string
	// Region is the one the function ran in.
	Region string
	Method string
	URI    string
	// Asked is the size that the query string asked for; zero where it asked for
	// none. AskedFormat is the format that it named with the size, or "".
	Asked       Size
	AskedFormat resize.Format
	// Reason is why the original was served; "" where it was resized.
	Reason Reason
	// Err is what was behind Reason; nil where it was resized.
	Err error
	// Original and Variant are zero as far as the request did not get there.
	Original, Variant Picture
	// Quality is that of the variant, 0 for formats that have none, and Effort how hard
	// its encoder tried, "" for those that have no choice. Outgrown is how many bytes it
	// had at the configured quality, where that was more than the original has; else 0.
	Quality, Outgrown int
	Effort            string
	// PassedOver are the formats that were to be tried before the variant's.
	PassedOver []resize.PassedOver
	Stages     Stages
	ColdStart  bool
}

// Picture is what is said about an original or a variant.
type Picture struct {
	Format        resize.Format
	Width, Height int // pixels, upright
	Bytes         int
}

// Stages says how long each step took; zero where it was not reached. Fetch is
// what was spent waiting for the original, and is part of no other step.
type Stages struct {
	Fetch, Decode, Resample, Encode, Total time.Duration
}

// String is "resized", or "original" and the reason.
func (o Outcome) String() string {
	if o.Reason == "" {
		return "resized"
	}
	return "original " + string(o.Reason)
}
