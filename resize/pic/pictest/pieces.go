package pictest

import (
	"context"
	"time"
)

// Pieces is a source that arrives in pieces, each when it is asked for. Reading beyond
// what has arrived panics.
type Pieces struct {
	Data  []byte
	Size  func() int    // of the next piece, in bytes
	Delay time.Duration // before each piece

	End int // if Err is set: the bytes that arrive before it
	Err error

	Asked int // the most bytes that were asked for
	// Expected is how many bytes were expected, and When is how many had been asked for
	// at that time.
	Expected, When int

	there int
}

// Len implements pic.Source.
func (p *Pieces) Len() int { return len(p.Data) }

// First implements pic.Source.
func (p *Pieces) First(_ context.Context, n int) ([]byte, error) {
	p.Asked = max(p.Asked, n)
	if p.Err != nil && n > p.End {
		return nil, p.Err
	}
	all := len(p.Data)
	if p.Err != nil {
		all = p.End
	}
	for p.there < min(n, all) {
		time.Sleep(p.Delay)
		p.there = min(p.there+p.Size(), all)
	}
	return p.Data[:p.there:p.there], nil
}

// Expect implements pic.Source.
func (p *Pieces) Expect(n int) {
	if n > p.Expected {
		p.Expected, p.When = n, p.Asked
	}
}

// Always returns a function that makes every piece n bytes long.
func Always(n int) func() int { return func() int { return n } }
