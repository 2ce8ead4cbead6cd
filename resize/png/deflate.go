package png

import (
	"context"
	"encoding/binary"

	"github.com/edgeresize/edgeresize/resize/pic"
)

// effort says how hard the packer tries to make data smaller.
type effort struct {
	depth  int // how many places are compared with each one; 0 finds only runs
	passes int // how often tokens are chosen; 0 chooses only literals
	// row is the length in bytes of a row with its filter byte in front, and pixel that
	// of a pixel: matches are searched only where these begin. If both are 0, they are
	// searched everywhere.
	row, pixel int
}

// mostTokens bounds the tokens held back for the next block.
const mostTokens = 4 * chunkBytes

// packer makes zlib streams (RFC 1950). It can be used again.
type packer struct {
	parser parser
	writer blockWriter
	// What is held back for the next block: tokens, or data if there are none, and its
	// size in bits.
	tokens []token
	data   []byte
	counts tally
	size   int
}

// deflate returns data as a new zlib stream. The error is [pic.ErrNoFit] if that has
// more than maxBytes, unless maxBytes is 0.
func (p *packer) deflate(ctx context.Context, data []byte, e effort, maxBytes int) ([]byte, error) {
	if maxBytes <= 0 {
		maxBytes = 1<<63 - 1
	}
	w := &p.writer
	w.out, w.buffer, w.held = []byte{0x78, 0xda}, 0, 0
	p.parser.reset()
	p.hold(nil, nil, &tally{}, 0)
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

// add adds a chunk, data[from:to]. It joins the chunk with what is held back if that
// gives a smaller block; otherwise it writes what is held back first.
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
		p.hold(tokens, data[from:to], &counts, size)
		return nil
	}
	start := from - len(p.data)
	p.tokens, p.data, p.counts, p.size = append(p.tokens, tokens...), data[start:to], both, joined
	return nil
}

// hold holds a chunk back for the next block.
func (p *packer) hold(tokens []token, data []byte, counts *tally, size int) {
	p.tokens, p.data, p.counts, p.size = append(p.tokens[:0], tokens...), data, *counts, size
}

// write writes what is held back as a block.
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

// estimate returns in how many bytes an effort could pack data, as one block.
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
