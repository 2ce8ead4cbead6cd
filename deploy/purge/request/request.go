// Package request defines the requests that the purge function answers besides S3's
// events: those of the invoker in another account, and of ledger-check.
package request

// What to do.
const (
	// Invalidate invalidates Paths, of which 15 may end in "*"; those that begin with
	// "#" are cache tags. The same request with the same Reference makes no new
	// invalidations.
	Invalidate = "invalidate"
	// Status reports whether the invalidations ID are completed.
	Status = "status"
	// CheckLedger writes and reads the ledger. Its answer is a ledger.Sight.
	CheckLedger = "check-ledger"
)

// Request is the payload of an invocation.
type Request struct {
	Action    string   `json:"action"`
	Paths     []string `json:"paths,omitempty"`
	Reference string   `json:"reference,omitempty"`
	ID        string   `json:"id,omitempty"` // as in a Result
}

// Result is the result of Invalidate and Status.
type Result struct {
	ID        string `json:"id"` // of the invalidations, with commas between
	Completed bool   `json:"completed"`
}
