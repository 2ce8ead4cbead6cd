package jpeg

import (
	"context"
	"encoding/binary"
)

// appendScan appends the entropy-coded data of all tokens (T.81, F.1.2), with
// zeros stuffed behind bytes of ones and the last byte filled with ones (B.1.1.5,
// F.1.2.3).
func (c *coder) appendScan(ctx context.Context, out []byte, codes *[tables]symbolCodes) ([]byte, error) {
	var acc uint64 // the lowest n bits are still to be written, fewer than 32
	var n uint
	for i, t := range c.tokens {
		if i%(1<<16) == 0 {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
		}
		code := &codes[t>>24&(tables-1)].codes[t>>16&0xff]
		acc = acc<<code.length | uint64(code.bits|uint32(t&0xffff))
		n += uint(code.length)
		if n >= 32 {
			n -= 32
			out = appendStuffed(out, uint32(acc>>n))
		}
	}
	fill := -n & 7
	acc = acc<<fill | (1<<fill - 1)
	for n += fill; n > 0; {
		n -= 8
		out = append(out, byte(acc>>n))
		if byte(acc>>n) == 0xff {
			out = append(out, 0)
		}
	}
	return out, nil
}

// appendStuffed appends four bytes of entropy-coded data.
func appendStuffed(out []byte, four uint32) []byte {
	// A byte of ones is one of which the complement is 0: taking 1 from it
	// makes its top bit 1.
	if (^four-0x01010101)&four&0x80808080 == 0 {
		return binary.BigEndian.AppendUint32(out, four)
	}
	for shift := 24; shift >= 0; shift -= 8 {
		b := byte(four >> shift)
		out = append(out, b)
		if b == 0xff {
			out = append(out, 0)
		}
	}
	return out
}
