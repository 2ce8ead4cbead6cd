package png

import (
	"context"
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// effort is how much is done to make data smaller.
type effort struct {
	depth  int // how many places are compared with each one; 0 looks for runs only
	passes int // how often tokens are chosen; 0 chooses literals only
	// row and pixel are bytes, of a row with the number of its filter in front and of a
	// pixel: what repeats is looked for where these begin. It is anywhere where they
	// are 0.
	row, pixel int
}

// mostTokens bounds what waits to become a block.
const mostTokens = 4 * chunkBytes

// packer makes zlib streams (RFC 1950). It may be used again and again.
type packer struct {
	parser parser
	writer blockWriter
	// What waits to become a block: tokens, or data where there are none, of
	// size bits.
	tokens []token
	data   []byte
	counts tally
	size   int
}

// deflate returns data as a zlib stream, which is the caller's. The error is
// [pic.ErrNoFit] for more than maxBytes, where that is not 0.
func (p *packer) deflate(ctx context.Context, data []byte, e effort, maxBytes int) ([]byte, error) {
	if maxBytes <= 0 {
		maxBytes = 1<<63 - 1
	}
	w := &p.writer
	w.out, w.buffer, w.held = []byte{0x78, 0xda}, 0, 0
	p.parser.reset()
	p.wait(nil, nil, &tally{}, 0)
	for from := 0; from < len(data); from += chunkBytes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := p.add(data, from, min(from+chunkBytes, len(data)), e, maxBytes); err != nil {
			return nil, err
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := p.write(true, maxBytes); err != nil {
		return nil, err
	}
	sum := adler{a: 1}
	sum.add(data)
	out := binary.BigEndian.AppendUint32(w.out, sum.value())
	w.out = nil
	if len(out) > maxBytes {
		return nil, pic.ErrNoFit
	}
	return out, nil
}

// add goes on with a chunk, data[from:to]. It becomes one block with what waits if
// that makes it smaller.
func (p *packer) add(data []byte, from, to int, e effort, maxBytes int) error {
	var tokens []token
	var counts tally
	if e.passes > 0 {
		tokens = p.parser.parse(data, from, to, e)
		counts.add(tokens)
	} else {
		counts.addBytes(data[from:to])
	}
	counts.literals[endOfBlock] = 1
	size := p.writer.size(&counts)
	both := counts
	both.join(&p.counts)
	both.literals[endOfBlock] = 1
	joined := p.writer.size(&both)
	if from > 0 && (joined > p.size+size || len(p.tokens)+len(tokens) > mostTokens) {
		if err := p.write(false, maxBytes); err != nil {
			return err
		}
		p.wait(tokens, data[from:to], &counts, size)
		return nil
	}
	start := from - len(p.data)
	p.tokens, p.data, p.counts, p.size = append(p.tokens, tokens...), data[start:to], both, joined
	return nil
}

// wait lets a chunk wait.
func (p *packer) wait(tokens []token, data []byte, counts *tally, size int) {
	p.tokens, p.data, p.counts, p.size = append(p.tokens[:0], tokens...), data, *counts, size
}

// write writes what waits as a block.
func (p *packer) write(last bool, maxBytes int) error {
	w := &p.writer
	p.counts.literals[endOfBlock] = 1
	size := w.size(&p.counts)
	if len(w.out)+size/8 > maxBytes {
		return pic.ErrNoFit
	}
	w.begin(last, size)
	if len(p.tokens) > 0 {
		w.tokens(p.tokens)
	} else {
		w.bytes(p.data)
	}
	w.end(last)
	return nil
}

// estimate returns in how many bytes data could be packed with an effort, as one
// block.
func (p *packer) estimate(data []byte, e effort) int {
	var counts tally
	if e.passes == 0 {
		counts.addBytes(data)
	} else {
		p.parser.reset()
		for from := 0; from < len(data); from += chunkBytes {
			counts.add(p.parser.parse(data, from, min(from+chunkBytes, len(data)), e))
		}
	}
	counts.literals[endOfBlock] = 1
	return p.writer.size(&counts) / 8
}
