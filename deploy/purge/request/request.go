// Package request is what the purge function is asked besides to read S3's
// events: by the invoker of another account, and by ledger-check.
package request

// What to do.
const (
	// Invalidate invalidates Paths. The same Reference again is the same
	// invalidation.
	Invalidate = "invalidate"
	// Status tells whether the invalidation ID is completed.
	Status = "status"
	// CheckLedger writes and reads the ledger; its answer is a ledger.Sight.
	CheckLedger = "check-ledger"
)

// Request is what the function is invoked with.
type Request struct {
	Action    string   `json:"action"`
	Paths     []string `json:"paths,omitempty"`
	Reference string   `json:"reference,omitempty"`
	ID        string   `json:"id,omitempty"`
}

// Answer is that to Invalidate and Status.
type Answer struct {
	ID        string `json:"id"`
	Completed bool   `json:"completed"`
}
