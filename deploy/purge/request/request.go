// Package request is what the purge function is asked besides to read S3's
// events: by the invoker of another account, and by ledger-check.
package request

// What to do.
const (
	// Invalidate invalidates Paths, of which 15 may end in "*"; those that begin
	// with "#" are cache tags. The same Reference again is the same invalidations.
	Invalidate = "invalidate"
	// Status tells whether the invalidations ID are completed.
	Status = "status"
	// CheckLedger writes and reads the ledger; its answer is a ledger.Sight.
	CheckLedger = "check-ledger"
)

// Request is what the function is invoked with.
type Request struct {
	Action    string   `json:"action"`
	Paths     []string `json:"paths,omitempty"`
	Reference string   `json:"reference,omitempty"`
	ID        string   `json:"id,omitempty"` // as in an Answer
}

// Answer is that to Invalidate and Status.
type Answer struct {
	ID        string `json:"id"` // of the invalidations, with commas between
	Completed bool   `json:"completed"`
}
